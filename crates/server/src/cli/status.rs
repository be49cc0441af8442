//! `qlrf status`: is the server there, and is it well?

use clap::{ArgMatches, Command};
use futures::FutureExt as _;
use reqwest::Method;
use serde::Serialize;

use super::{Cli, Noun, Result, Table};
use crate::api::types::health::{Health, Version};

pub const NOUN: Noun = Noun {
    name: "status",
    command: |command: Command| command.about("Is the server there, and is it well?"),
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Serialize)]
struct Status {
    server: String,
    server_version: String,
    client_version: &'static str,
    ready: bool,
}

/// Fails when the server is not ready, with the reason.
async fn run(cli: &Cli, _: &ArgMatches) -> Result<()> {
    let client = cli.client()?;
    let version: Version = client.send(client.request(Method::GET, "//version")).await?;
    let ready = client
        .send::<Health>(client.request(Method::GET, "//readyz"))
        .await;
    let status = Status {
        server: client.server().to_owned(),
        server_version: version.version,
        client_version: env!("CARGO_PKG_VERSION"),
        ready: ready.is_ok(),
    };
    cli.printer.show(&status, |status| {
        let state = if status.ready {
            "● ready"
        } else {
            "◆ not ready"
        };
        Table::fields(&[
            ("state", state.to_owned()),
            (
                "server",
                format!("{} (version {})", status.server, status.server_version),
            ),
            ("client", format!("version {}", status.client_version)),
        ])
    });
    ready.map(|_| ())
}
