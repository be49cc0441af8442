//! No file names a folder that exists on one machine only.

use anyhow::Result;

use super::{Findings, Rule};
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "machine-paths",
    why: "a path of somebody's machine works for nobody else; use a relative path, an option or an environment variable",
    run,
};

/// Split so that this file does not find itself.
const FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("/root/.", "cargo"),
];

fn run(repo: &Repo) -> Result<Findings> {
    let mut findings = Findings::default();
    for file in repo.files()? {
        let bytes = std::fs::read(repo.path(&file))?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if let Some(folder) = named(line) {
                findings.problem(format!("\"{file}\" line {} names \"{folder}\"", number + 1));
            }
        }
    }
    Ok(findings)
}

/// The folder at the start of an absolute path; `docs/work/x` and `example.org/work/x` are no such paths.
fn named(line: &str) -> Option<&'static str> {
    FOLDERS.iter().copied().find(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | '/' | '$'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_only() {
        let folder = FOLDERS[0];
        assert!(named(&format!("open({folder}x)")).is_some());
        assert!(named(&format!("\"{folder}\"")).is_some());
        assert!(named(&format!("docs{folder}x")).is_none());
        assert!(named("/home/somebody").is_none());
    }
}
