//! The workspace's own tool: `cargo xtask check | gen | new | bench`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool of the developers prints"
)]

mod bench;
mod check;
mod generate;
mod metadata;
mod repo;
mod scaffold;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::repo::Repo;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Checks, generates, scaffolds and measures the workspace"
)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks the rules that the compiler cannot: edges, sizes, migrations, licences, generated files, links.
    Check {
        /// One rule only.
        rule: Option<String>,
    },
    /// Writes the checked-in generated files again.
    Gen,
    /// Scaffolds one thing: the file, its registration line, and a test that fails until it is written.
    New { kind: String, name: String },
    /// Measures; all areas when none is named.
    Bench(bench::Args),
    /// Runs one command and prints what it cost as JSON; `bench` starts it for each repeat.
    #[command(hide = true)]
    Measure {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let repo = Repo::here();
    match command {
        Command::Check { rule } => return check::run(&repo, rule.as_deref()),
        Command::Gen => generate::run(&repo)?,
        Command::New { kind, name } => scaffold::run(&repo, &kind, &name)?,
        Command::Bench(args) => bench::run(&repo, &args)?,
        Command::Measure { command } => bench::measure::child(&command)?,
    }
    Ok(ExitCode::SUCCESS)
}
