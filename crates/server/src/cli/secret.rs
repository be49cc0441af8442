//! `qlrf secret`: references to secrets that are kept elsewhere.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;

use super::{Cli, Failure, Noun, Result, Table};
use crate::api::types::secret::{SecretCheck, SecretCheckRequest};

pub const NOUN: Noun = Noun {
    name: "secret",
    command: |command: Command| {
        Verb::augment_subcommands(command.about("References to secrets that are kept elsewhere"))
            .subcommand_required(true)
            .arg_required_else_help(true)
    },
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Say whether connectors could fetch a secret, e.g. `qlrf secret check vault:kv/acme/edge#key`
    Check {
        /// env:NAME, file:/path or vault:mount/path#field
        reference: String,
    },
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let Verb::Check { reference } = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let body = SecretCheckRequest { reference };
    let check: SecretCheck = cli.client()?.post("/secrets/check", &body).await?;
    cli.printer.show(&check, |check| {
        let mark = if check.ok { "●" } else { "◆" };
        Table::fields(&[
            ("reference", check.reference.clone()),
            ("finding", format!("{mark} {}", check.finding)),
        ])
    });
    match check.ok {
        true => Ok(()),
        false => Err(Failure::other(format!("\"{}\" cannot be used", check.reference))),
    }
}
