//! `qlrf whoami`: who the server takes the caller for.

use clap::{ArgMatches, Command};
use futures::FutureExt as _;

use super::{Cli, Noun, Result, Table};
use crate::api::types::user::Me;

pub const NOUN: Noun = Noun {
    name: "whoami",
    command: |command: Command| command.about("Who the server takes you for, and what you may do"),
    run: |cli, matches| run(cli, matches).boxed(),
};

async fn run(cli: &Cli, _: &ArgMatches) -> Result<()> {
    let me: Me = cli.client()?.get("/users/me", &[]).await?;
    cli.printer.show(&me, |me| {
        Table::fields(&[
            ("you", format!("{} \"{}\"", me.kind, me.name)),
            ("role", me.role.name().to_owned()),
            ("organisation", me.org_name.clone()),
            ("may", me.permissions.join(" ")),
        ])
    });
    Ok(())
}
