//! `qlrf sbom`: software as a document that other programs read.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::{FutureExt as _, StreamExt as _};
use reqwest::Method;

use super::{Cli, Failure, Noun, Result};

pub const NOUN: Noun = Noun {
    name: "sbom",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Write the software of an asset to standard output
    Asset {
        id: uuid::Uuid,
        /// `cyclonedx` or `spdx`
        #[arg(long, default_value = "cyclonedx", value_parser = ["cyclonedx", "spdx"])]
        format: String,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Software bills of materials"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    use std::io::Write as _;
    let Verb::Asset { id, format } = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    let path = format!("/assets/{id}/sbom?format={format}");
    let answer = client.send_raw(client.request(Method::GET, &path)).await?;
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| Failure::other(format!("the answer broke off: {error}")))?;
        // A closed pipe (`| head`) is not our failure.
        if std::io::stdout().write_all(&piece).is_err() {
            break;
        }
    }
    Ok(())
}
