//! What only the server knows: OpenAPI, routes and the command line's reference, asked of the program itself.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::Files;
use crate::repo::Repo;

const ASK: [&str; 8] = [
    "run",
    "--quiet",
    "--locked",
    "-p",
    "qlrf-server",
    "--",
    "generated",
    "--output=json",
];

/// Builds the program first when it is not current.
pub fn generate(repo: &Repo) -> Result<Files> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(ASK)
        .current_dir(repo.path(""))
        .stderr(Stdio::inherit());
    let output = cargo.output().context("running cargo")?;
    ensure!(output.status.success(), "`cargo {}` failed", ASK.join(" "));
    serde_json::from_slice(&output.stdout).context("`qlrf generated` printed no JSON of files")
}
