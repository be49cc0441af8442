//! Checked-in generated files say what their generators say today.

use anyhow::Result;

use super::{Findings, Rule};
use crate::generate;
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "generated",
    why: "people review and clients read the checked-in file; `cargo xtask gen` writes it again",
    run,
};

fn run(repo: &Repo) -> Result<Findings> {
    let mut findings = Findings::default();
    let files = generate::files(repo)?;
    for (path, expected) in &files {
        match repo.find(path)? {
            None => findings.problem(format!("\"{path}\" is missing; run `cargo xtask gen`")),
            Some(found) if &found != expected => {
                findings.problem(format!("\"{path}\" is stale; run `cargo xtask gen`"))
            }
            Some(_) => {}
        }
    }
    for folder in generate::OWNED_FOLDERS {
        for name in repo.list(folder)? {
            let path = format!("{folder}/{name}");
            if !files.contains_key(&path) {
                findings.problem(format!("\"{path}\" has no generator any more; delete it"));
            }
        }
    }
    Ok(findings)
}
