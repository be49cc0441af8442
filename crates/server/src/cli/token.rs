//! `qlrf token`: API tokens.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::id::TokenId;
use qlrf_core::perm::Role;
use qlrf_core::time::now;

use super::printer::relative;
use super::{Cli, Noun, Result, Table};
use crate::api::types::page::PageBody;
use crate::api::types::token::{Token, TokenCreate, TokenCreated};

pub const NOUN: Noun = Noun {
    name: "token",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List tokens, newest first
    List {
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Make a token and show its secret once
    Create {
        /// What it is for
        name: String,
        #[arg(long, value_parser = super::parse_role, default_value = "viewer")]
        role: Role,
        /// Narrow the role to this permission, e.g. `asset:read`; repeat for several
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// Let it import feeds and do what else concerns all organisations
        #[arg(long)]
        installation: bool,
        #[arg(long)]
        expires_in_days: Option<u16>,
    },
    /// Revoke a token for good
    Revoke { id: TokenId },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("API tokens"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List { limit } => {
            let page: PageBody<Token> = client.list("/rbac/tokens", &[], limit).await?;
            cli.printer.show(&page, |page| table(&page.items));
        }
        Verb::Create {
            name,
            role,
            scopes,
            installation,
            expires_in_days,
        } => {
            let scopes = (!scopes.is_empty()).then_some(scopes);
            let body = TokenCreate {
                name,
                role,
                scopes,
                installation,
                expires_in_days,
            };
            let created: TokenCreated = client.post("/rbac/tokens", &body).await?;
            cli.printer.show(&created, |created| {
                Table::fields(&[
                    ("token", created.secret.clone()),
                    ("id", created.token.id.to_string()),
                ])
            });
            cli.printer
                .note("It is shown only now. Use it as --token or QLRF_TOKEN.");
        }
        Verb::Revoke { id } => {
            let token: Token = client.delete(&format!("/rbac/tokens/{id}")).await?;
            cli.printer
                .show(&token, |token| table(std::slice::from_ref(token)));
        }
    }
    Ok(())
}

fn table(tokens: &[Token]) -> Table {
    let mut table = Table::new(
        &["state", "name", "role", "expires", "last used", "id"],
        "There is no token yet. Make one: qlrf token create NAME --role viewer",
    );
    for token in tokens {
        let used = token
            .last_used_at
            .map_or_else(|| "never".to_owned(), |at| relative(at, now()));
        table.row(vec![
            state(token).to_owned(),
            token.name.clone(),
            token.role.name().to_owned(),
            relative(token.expires_at, now()),
            used,
            token.id.to_string(),
        ]);
    }
    table
}

fn state(token: &Token) -> &'static str {
    if token.revoked_at.is_some() {
        "◌ revoked"
    } else if token.expires_at <= now() {
        "◔ expired"
    } else {
        "● valid"
    }
}
