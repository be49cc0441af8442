//! Migrations are numbered without gaps, forward only, and never edited once a release has carried them.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Findings, Rule};
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "migrations",
    why: "a database that has run a migration never runs it again: an edit reaches new installations only",
    run,
};

/// One line for each migration that a release carried: `<digest> <file>`, the digest as `git hash-object` prints it.
/// Written by whoever cuts a release; absent until the first one.
const SHIPPED: &str = "migrations/shipped.txt";

fn run(repo: &Repo) -> Result<Findings> {
    let mut files = BTreeMap::new();
    for name in repo
        .list("migrations")?
        .into_iter()
        .filter(|name| name.ends_with(".sql"))
    {
        let digest = blob_digest(repo, &name)?;
        files.insert(name, digest);
    }
    Ok(judge(&files, &repo.find(SHIPPED)?.unwrap_or_default()))
}

fn judge(files: &BTreeMap<String, String>, shipped: &str) -> Findings {
    let mut findings = Findings::default();
    for (position, name) in files.keys().enumerate() {
        let expected = format!("{:04}_", position + 1);
        let rest = name
            .strip_prefix(&expected)
            .and_then(|rest| rest.strip_suffix(".sql"));
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !rest.is_some_and(is_word) {
            findings.problem(format!(
                "\"migrations/{name}\" should be called \"{expected}<what_it_does>.sql\""
            ));
        }
    }
    for line in shipped
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let Some((digest, name)) = line.split_once(' ') else {
            findings.problem(format!(
                "\"{SHIPPED}\" has a line that is not `<digest> <file>`: \"{line}\""
            ));
            continue;
        };
        match files.get(name) {
            None => findings.problem(format!("\"migrations/{name}\" was shipped and is gone")),
            Some(now) if now != digest => findings.problem(format!(
                "\"migrations/{name}\" was shipped and has changed; write a new migration"
            )),
            Some(_) => {}
        }
    }
    findings
}

fn blob_digest(repo: &Repo, name: &str) -> Result<String> {
    let output = std::process::Command::new("git")
        .args(["hash-object", &format!("migrations/{name}")])
        .current_dir(repo.root())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(names: &[&str], shipped: &str) -> usize {
        let files = names
            .iter()
            .map(|name| (name.to_string(), "aa".to_owned()))
            .collect();
        judge(&files, shipped).problems.len()
    }

    #[test]
    fn numbers_are_contiguous_and_padded() {
        assert_eq!(problems(&["0001_init.sql", "0002_facts.sql"], ""), 0);
        assert_eq!(problems(&["0001_init.sql", "0003_facts.sql"], ""), 1, "gap");
        assert_eq!(problems(&["1_init.sql"], ""), 1, "padding");
        assert_eq!(
            problems(&["0001_init.sql", "0001_other.sql"], ""),
            1,
            "taken twice"
        );
        assert_eq!(problems(&["0001_Init.sql"], ""), 1, "case");
    }

    #[test]
    fn a_shipped_file_may_not_change_or_vanish() {
        assert_eq!(
            problems(&["0001_init.sql"], "# digest file\naa 0001_init.sql\n"),
            0
        );
        assert_eq!(problems(&["0001_init.sql"], "bb 0001_init.sql\n"), 1);
        assert_eq!(problems(&[], "aa 0001_init.sql\n"), 1);
    }
}
