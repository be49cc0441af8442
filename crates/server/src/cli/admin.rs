//! `qlrf admin`: for the operator on the server's machine, with the database itself and no API.

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;

use super::local::LocalAccess;
use super::{Cli, Failure, Noun, Result};
use crate::app::host_admin;
use crate::config::StoreConfig;
use crate::database::Database;

pub const NOUN: Noun = Noun {
    name: "admin",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Make a link that signs a person in once, within 15 minutes; works without any other way in
    SignInLink {
        login: String,
        /// Take the password away and end every session, so that the person sets a new one
        #[arg(long)]
        forget_password: bool,
    },
    /// Say whether a person runs the installation for all its organisations
    SetInstallation {
        login: String,
        #[arg(action = clap::ArgAction::Set)]
        installation: bool,
    },
}

fn command(command: Command) -> Command {
    let about = "On the server's machine: let people in again; recorded in the audit trail";
    StoreConfig::augment_args(Verb::augment_subcommands(command.about(about)))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let config = StoreConfig::from_arg_matches(matches).expect("clap checked the arguments");
    let data_dir = cli.data_dir()?;
    let database = Database::open_beside(&config, &data_dir)
        .await
        .map_err(|error| Failure::unavailable(format!("{error:#}")))?;
    let outcome = perform(cli, &database, verb, &data_dir).await;
    let closed = database.close().await;
    outcome?;
    closed.map_err(|error| Failure::other(format!("{error:#}")))
}

async fn perform(cli: &Cli, database: &Database, verb: Verb, data_dir: &std::path::Path) -> Result<()> {
    match verb {
        Verb::SignInLink {
            login,
            forget_password,
        } => {
            let secret = host_admin::sign_in_link(database.store(), &login, forget_password).await?;
            // Without a server that is known here, the path behind whatever its address is.
            let server = LocalAccess::load(data_dir).map_or_else(|_| String::new(), |access| access.url);
            cli.printer
                .line(&format!("{server}/sign-in?link={}", secret.expose()));
            cli.printer.note("signs in once, within 15 minutes");
        }
        Verb::SetInstallation { login, installation } => {
            host_admin::set_installation(database.store(), &login, installation).await?;
            let does = if installation { "runs" } else { "does not run" };
            cli.printer.note(&format!("{login} {does} the installation."));
        }
    }
    Ok(())
}
