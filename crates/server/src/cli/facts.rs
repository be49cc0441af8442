//! `qlrf facts`: facts of hosts that no route leads to.

use std::path::PathBuf;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_connectors::inventory::offline::bundle::BYTES_MAX;
use qlrf_core::time::now;
use reqwest::Method;

use super::printer::relative;
use super::{Cli, Failure, Noun, Result, Table, connector};
use crate::api::types::facts::FactsImported;

pub const NOUN: Noun = Noun {
    name: "facts",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Take in a bundle that `qlrf collect` wrote on another host
    Import {
        /// The bundle
        path: PathBuf,
        /// Name or id of a connector of the kind `offline`
        #[arg(long)]
        connector: String,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Facts that were carried here"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let Verb::Import { path, connector } =
        Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    let found = connector::find(&client, &connector).await?;
    let bytes = read(&path)?;
    let request = client
        .request(Method::POST, &format!("/connectors/{}/facts", found.id))
        .header("content-type", "application/vnd.in-toto+dsse")
        .body(bytes);
    let imported: FactsImported = client.send(request).await?;
    cli.printer.show(&imported, fields);
    Ok(())
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    let unreadable =
        |error: std::io::Error| Failure::data(format!("\"{}\" cannot be read: {error}", path.display()));
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > BYTES_MAX as u64 {
        return Err(Failure::data(format!(
            "\"{}\" has {length} bytes; a bundle has {BYTES_MAX} at most",
            path.display()
        )));
    }
    std::fs::read(path).map_err(unreadable)
}

fn fields(imported: &FactsImported) -> Table {
    let sync = &imported.sync;
    let change = match (sync.added, sync.changed) {
        (1, _) => "new",
        (_, 1) => "changed",
        _ => "as it was",
    };
    Table::fields(&[
        ("host", imported.host.clone()),
        ("collected", relative(imported.collected_at, now())),
        ("signed by", imported.signed_by.clone()),
        ("facts", change.to_owned()),
        ("outcome", sync.outcome.clone()),
    ])
}
