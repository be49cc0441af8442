//! Figures of a crate without a server, from an example program of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Bench;

#[derive(Clone, Copy)]
pub struct Example {
    package: &'static str,
    name: &'static str,
}

pub const ENGINES: Example = Example {
    package: "qlrf-engines",
    name: "figures",
};
pub const AWS: Example = Example {
    package: "qlrf-connectors",
    name: "aws_figures",
};

/// Builds it like a release, if it is not built yet, and runs it.
pub fn run(bench: &Bench, example: Example, arguments: &[&str]) -> Result<Value> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--release"])
        .args(["--package", example.package, "--example", example.name, "--"])
        .args(arguments)
        .current_dir(bench.repo.root())
        .output()
        .context("starting cargo")?;
    ensure!(
        output.status.success(),
        "{} {}: {}",
        example.name,
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    serde_json::from_slice(&output.stdout).context("reading what the example printed")
}

pub fn path_text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("\"{}\" is not UTF-8", path.display()))
}
