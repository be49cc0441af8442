//! Rules that the compiler does not know. One file each, one line in [`RULES`].

mod edges;
mod generated;
mod licences;
mod links;
mod machine_paths;
mod migrations;
mod packages;
mod sizes;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::repo::Repo;

pub struct Rule {
    pub name: &'static str,
    /// What breaks when the rule does not hold.
    pub why: &'static str,
    pub run: fn(&Repo) -> Result<Findings>,
}

#[derive(Default, Debug)]
pub struct Findings {
    /// Each names the file or package and what to do.
    pub problems: Vec<String>,
    /// Said, but not failed on.
    pub warnings: Vec<String>,
}

const RULES: &[Rule] = &[
    edges::RULE,
    sizes::RULE,
    migrations::RULE,
    generated::RULE,
    packages::RULE,
    licences::RULE,
    links::RULE,
    machine_paths::RULE,
];

pub fn run(repo: &Repo, only: Option<&str>) -> Result<ExitCode> {
    let chosen: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| only.is_none_or(|name| name == rule.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        bail!(
            "no rule is called \"{}\"; there are {}",
            only.unwrap_or_default(),
            names.join(", ")
        );
    }
    let mut failed = 0;
    for rule in chosen {
        let findings = (rule.run)(repo)?;
        let verdict = if findings.problems.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        println!("{:<14} {verdict}", rule.name);
        for warning in &findings.warnings {
            println!("    warning: {warning}");
        }
        for problem in &findings.problems {
            println!("    {problem}");
        }
        if !findings.problems.is_empty() {
            println!("    why: {}", rule.why);
            failed += 1;
        }
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Findings {
    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }
}
