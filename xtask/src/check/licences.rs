//! Licences and banned packages of everything that is built, from cargo's own metadata and `deny.toml`.
//!
//! `cargo deny` reads the same file and also knows advisories; it takes minutes to build, so this rule covers what
//! has to hold on every machine, offline.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::{Findings, Rule};
use crate::metadata::Metadata;
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "licences",
    why: "the product ships under Apache-2.0 with one TLS provider; deny.toml lists what may be linked into it",
    run,
};

fn run(repo: &Repo) -> Result<Findings> {
    let deny = repo.read("deny.toml")?;
    let allowed = quoted_list(&deny, "allow");
    let banned = quoted_list(&deny, "deny");
    ensure!(
        !allowed.is_empty() && !banned.is_empty(),
        "deny.toml has no lists `allow = [` and `deny = [`"
    );
    let metadata = Metadata::load(repo)?;
    let mut findings = Findings::default();
    for id in metadata.reach("qlrf-server", |package| &package.builds_on) {
        let package = &metadata.packages[id];
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            None => findings.problem(format!("\"{name}\" names no licence")),
            Some(license) if !is_allowed(license, &allowed) => findings.problem(format!(
                "\"{name}\" is under \"{license}\", which deny.toml does not allow"
            )),
            Some(_) => {}
        }
        if banned.contains(&package.name) {
            findings.problem(format!("\"{name}\" is banned in deny.toml"));
        }
    }
    Ok(findings)
}

/// The first quoted text of each line between `<key> = [` and the closing bracket.
fn quoted_list(toml: &str, key: &str) -> BTreeSet<String> {
    let start = format!("{key} = [");
    toml.lines()
        .skip_while(|line| line.trim() != start)
        .skip(1)
        .take_while(|line| line.trim() != "]")
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| Some(line.split('"').nth(1)?.to_owned()))
        .collect()
}

/// SPDX expressions as crates use them: OR, AND, parentheses, WITH; and the old `MIT/Apache-2.0`.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let verdict = any(&mut words, allowed);
    verdict && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut verdict = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        verdict |= all(words, allowed);
    }
    verdict
}

fn all(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut verdict = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        verdict &= one(words, allowed);
    }
    verdict
}

fn one(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let verdict = any(words, allowed);
        return words.next_if_eq(&")").is_some() && verdict;
    }
    let Some(license) = words.next() else { return false };
    match words.next_if_eq(&"WITH") {
        Some(_) => words
            .next()
            .is_some_and(|exception| allowed.contains(&format!("{license} WITH {exception}"))),
        None => allowed.contains(license),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let allowed = quoted_list(
            "[licenses]\nallow = [\n  \"MIT\", # why\n  \"ISC\",\n]\n",
            "allow",
        );
        assert_eq!(allowed.len(), 2);
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "MIT/Apache-2.0",
            "(MIT OR X) AND ISC",
            "MIT AND ISC",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR X) AND X",
            "MIT WITH exception",
            "(MIT",
            "MIT MIT",
            "",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }
}
