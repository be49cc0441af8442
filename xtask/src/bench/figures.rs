//! Figures of the engines without a server, from an example program of theirs.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Bench;

/// Builds it like a release, if it is not built yet, and runs it.
pub fn run(bench: &Bench, arguments: &[&str]) -> Result<Value> {
    let output = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "qlrf-engines",
            "--example",
            "figures",
            "--",
        ])
        .args(arguments)
        .current_dir(bench.repo.root())
        .output()
        .context("starting cargo")?;
    ensure!(
        output.status.success(),
        "figures {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    serde_json::from_slice(&output.stdout).context("reading what the example printed")
}

pub fn path_text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("\"{}\" is not UTF-8", path.display()))
}
