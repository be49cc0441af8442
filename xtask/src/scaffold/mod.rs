//! `cargo xtask new <kind> <name>`: the file, its registration line, and a test that fails until it is written.
//!
//! One kind a file, one line in [`KINDS`].

mod adr;
mod connector;
mod edit;
mod error_page;
mod feed;
mod migration;
mod seam;

use anyhow::{Result, bail, ensure};

use crate::repo::Repo;

pub struct Kind {
    pub name: &'static str,
    pub what: &'static str,
    /// Everything that changes: path → whole new text. Nothing is written before all of it is known.
    pub plan: fn(&Repo, &str) -> Result<Plan>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub writes: Vec<(String, String)>,
    /// What the person does now.
    pub next: String,
}

const KINDS: &[Kind] = &[
    connector::KIND,
    feed::KIND,
    adr::KIND,
    migration::KIND,
    error_page::KIND,
];

pub fn run(repo: &Repo, kind: &str, name: &str) -> Result<()> {
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else {
        let known: Vec<String> = KINDS
            .iter()
            .map(|kind| format!("  {:<10} {}", kind.name, kind.what))
            .collect();
        bail!("\"{kind}\" is no kind; there are:\n{}", known.join("\n"));
    };
    check_name(name)?;
    let plan = (kind.plan)(repo, name)?;
    for (path, text) in &plan.writes {
        repo.write(path, text)?;
        println!("wrote {path}");
    }
    println!("next: {}", plan.next);
    Ok(())
}

/// A name becomes a file and a Rust module: `snake_case`, starting with a letter.
fn check_name(name: &str) -> Result<()> {
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let starts = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    ensure!(
        plain && starts && name.len() <= 60,
        "\"{name}\" is no name: use up to 60 of a-z, 0-9 and _, a letter first"
    );
    Ok(())
}

fn ensure_new(repo: &Repo, path: &str) -> Result<()> {
    ensure!(!repo.path(path).exists(), "\"{path}\" is there already");
    Ok(())
}

fn sentence(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["aws", "bare_metal", "s3"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "Aws", "a-b", "../x", "3d", "_a"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
