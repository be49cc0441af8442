//! `qlrf sign-in-link`: a link that signs a member in once.

use clap::{Arg, ArgMatches, Command};
use futures::FutureExt as _;

use super::{Cli, Failure, Noun, Result};
use crate::api::types::member::{Member, SignInLink};

pub const NOUN: Noun = Noun {
    name: "sign-in-link",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

/// Members looked through for a login.
const MEMBERS_MAX: usize = 10_000;

fn command(command: Command) -> Command {
    command
        .about("Make a link that signs a member in once, within 15 minutes")
        .arg(
            Arg::new("login")
                .long("login")
                .default_value("admin")
                .help("Who signs in"),
        )
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let login = matches.get_one::<String>("login").expect("it has a default");
    let client = cli.client()?;
    let members = client.list::<Member>("/rbac/members", &[], MEMBERS_MAX).await?;
    let member = members
        .items
        .iter()
        .find(|member| member.login == *login)
        .ok_or_else(|| {
            Failure::data(format!("there is no member \"{login}\"")).hint("`qlrf org members` lists them")
        })?;
    let path = format!("/rbac/members/{}/sign-in-link", member.id);
    let link: SignInLink = client.post(&path, &serde_json::json!({})).await?;
    if cli.printer.is_table() {
        // On a line of its own and never wrapped: a terminal opens what it recognises as a whole.
        cli.printer.line(&format!("{}{}", client.server(), link.path));
        cli.printer.note("signs in once, within 15 minutes");
    } else {
        cli.printer.json(&link);
    }
    Ok(())
}
