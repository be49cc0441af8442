//! How long a source file may be. Functions are clippy's (`too_many_lines`, threshold 70).

use anyhow::Result;

use super::{Findings, Rule};
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "sizes",
    why: "a file that nobody can hold in mind is split at its parts, or listed in xtask/size-allow.txt with a reason",
    run,
};

const WARN_LINES: usize = 500;
const FAIL_LINES: usize = 800;
const TEST_FAIL_LINES: usize = 1_500;
const ALLOW_LIST: &str = "xtask/size-allow.txt";
const SOURCE: &[&str] = &["rs", "sh", "ts", "tsx", "sql", "py"];

fn run(repo: &Repo) -> Result<Findings> {
    let allowed = repo.find(ALLOW_LIST)?.unwrap_or_default();
    let mut findings = Findings::default();
    for file in repo.files()? {
        let is_source = file
            .rsplit_once('.')
            .is_some_and(|(_, extension)| SOURCE.contains(&extension));
        if is_source && !is_data(&file) {
            judge(
                &file,
                repo.read(&file)?.lines().count(),
                is_listed(&allowed, &file),
                &mut findings,
            );
        }
    }
    Ok(findings)
}

fn judge(file: &str, lines: usize, listed: bool, findings: &mut Findings) {
    let limit = if is_test(file) {
        TEST_FAIL_LINES
    } else {
        FAIL_LINES
    };
    if lines > limit && !listed {
        findings.problem(format!("\"{file}\" has {lines} lines, more than {limit}"));
    } else if lines > WARN_LINES && !is_test(file) {
        findings.warnings.push(format!(
            "\"{file}\" has {lines} lines; above {WARN_LINES} needs a reason in review"
        ));
    }
}

/// A line of the list is a path, then the reason.
fn is_listed(list: &str, file: &str) -> bool {
    list.lines().any(|line| {
        line.split_once(' ')
            .is_some_and(|(path, reason)| path == file && !reason.trim().is_empty())
    })
}

fn is_test(file: &str) -> bool {
    file.split('/').any(|part| part == "tests") || file.ends_with("/tests.rs") || file.ends_with("_tests.rs")
}

fn is_data(file: &str) -> bool {
    file.split('/')
        .any(|part| matches!(part, "testdata" | "generated" | "snapshots"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, lines: usize, listed: bool) -> (usize, usize) {
        let mut findings = Findings::default();
        judge(file, lines, listed, &mut findings);
        (findings.problems.len(), findings.warnings.len())
    }

    #[test]
    fn limits_are_exact() {
        assert_eq!(check("crates/core/src/a.rs", 500, false), (0, 0));
        assert_eq!(check("crates/core/src/a.rs", 501, false), (0, 1));
        assert_eq!(check("crates/core/src/a.rs", 801, false), (1, 0));
        assert_eq!(check("crates/core/src/a.rs", 801, true), (0, 1));
        assert_eq!(check("crates/server/tests/it/a.rs", 1_500, false), (0, 0));
        assert_eq!(check("crates/server/tests/it/a.rs", 1_501, false), (1, 0));
    }

    #[test]
    fn the_list_wants_a_reason() {
        assert!(is_listed("a.rs a table of 900 licences\n", "a.rs"));
        assert!(!is_listed("a.rs\n", "a.rs"));
        assert!(!is_listed("aa.rs why\n", "a.rs"));
    }
}
