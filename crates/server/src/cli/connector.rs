//! `qlrf connector`: what is connected, and its collections.

mod view;

use std::time::Duration;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use serde_json::Value;
use view::{fields, kind_table, sync_fields, sync_table, table};

use super::{Cli, Client, Failure, Noun, Result, Table};
use crate::api::types::connector::{
    Connector, ConnectorChange, ConnectorCheck, ConnectorCreate, ConnectorKind, Sync, SyncRequest,
};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "connector",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

/// How often a waiting command looks whether its sync has ended.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Beside the connector itself; `history` lists more.
const SYNCS_SHOWN: usize = 10;

#[derive(Subcommand)]
enum Verb {
    /// List connectors
    List,
    /// List the kinds that can be added
    Kinds {
        /// Print what the account of this kind needs at the provider, and nothing else
        #[arg(long, value_name = "KIND")]
        permissions: Option<String>,
    },
    /// Add a connector, e.g. `qlrf connector add demo sim --config '{"assets": 10000}' --sync`
    Add {
        /// Unique in the organisation
        name: String,
        /// A kind of `qlrf connector kinds`
        kind: String,
        /// JSON, as the kind's schema says
        #[arg(long, default_value = "{}")]
        config: String,
        /// Seconds between scheduled syncs; synced by hand only when left out
        #[arg(long)]
        interval: Option<i32>,
        /// Sync at once and wait for the end
        #[arg(long)]
        sync: bool,
    },
    /// Show one connector and its newest syncs
    Show { connector: String },
    /// Change configuration or schedule
    Set {
        connector: String,
        #[arg(long)]
        config: Option<String>,
        /// Seconds; 0 ends the schedule
        #[arg(long)]
        interval: Option<i32>,
    },
    /// Say what a connector can see and what it lacks
    Test { connector: String },
    /// Collect now and wait for the end
    Sync {
        connector: String,
        /// Remove missing assets even when they are suspiciously many
        #[arg(long)]
        confirm_removals: bool,
        /// Do not wait
        #[arg(long)]
        no_wait: bool,
    },
    /// Stop the collection that waits or runs; what it wrote by then is kept, and nothing is removed
    Cancel { connector: String },
    /// List its collections: what each changed, what failed, how long it took and how much it asked
    History {
        connector: String,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Resume the schedule
    #[command(visible_alias = "resume")]
    Enable { connector: String },
    /// Stop the schedule and what is being collected; what was collected stays, and grows older
    #[command(visible_alias = "pause")]
    Disable { connector: String },
    /// Delete a connector; its assets leave the estate, their history stays
    Delete { connector: String },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Connectors, their collections and coverage"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List => {
            let all: Vec<Connector> = client.get("/connectors", &[]).await?;
            cli.printer.show(&all, |all| table(all));
        }
        Verb::Kinds { permissions } => list_kinds(cli, &client, permissions.as_deref()).await?,
        Verb::Add {
            name,
            kind,
            config,
            interval,
            sync,
        } => {
            let body = ConnectorCreate {
                // Asked for below, where it is waited for.
                sync: false,
                name,
                kind,
                config: Some(parse(&config)?),
                interval_s: interval,
            };
            let made: Connector = client.post("/connectors", &body).await?;
            if sync {
                return sync_and_wait(cli, &client, &made, SyncRequest::default()).await;
            }
            cli.printer.show(&made, fields);
        }
        Verb::Show { connector } => show(cli, &client, &connector).await?,
        Verb::Set {
            connector,
            config,
            interval,
        } => change(cli, &client, &connector, config.as_deref(), interval).await?,
        Verb::Test { connector } => test(cli, &client, &connector).await?,
        Verb::Sync {
            connector,
            confirm_removals,
            no_wait,
        } => {
            sync(
                cli,
                &client,
                &connector,
                SyncRequest { confirm_removals },
                no_wait,
            )
            .await?
        }
        Verb::Cancel { connector } => cancel(cli, &client, &connector).await?,
        Verb::History { connector, limit } => history(cli, &client, &connector, limit).await?,
        Verb::Enable { connector } => act(cli, &client, &connector, "enable").await?,
        Verb::Disable { connector } => act(cli, &client, &connector, "disable").await?,
        Verb::Delete { connector } => {
            let found = find(&client, &connector).await?;
            client
                .delete::<Value>(&format!("/connectors/{}", found.id))
                .await?;
            cli.printer.note(&format!("deleted {}", found.name));
        }
    }
    Ok(())
}

async fn change(
    cli: &Cli,
    client: &Client,
    connector: &str,
    config: Option<&str>,
    interval_s: Option<i32>,
) -> Result<()> {
    let found = find(client, connector).await?;
    let body = ConnectorChange {
        config: config.map(parse).transpose()?,
        interval_s,
    };
    let changed: Connector = client.patch(&format!("/connectors/{}", found.id), &body).await?;
    cli.printer.show(&changed, fields);
    Ok(())
}

async fn sync(cli: &Cli, client: &Client, connector: &str, body: SyncRequest, no_wait: bool) -> Result<()> {
    let found = find(client, connector).await?;
    if !no_wait {
        return sync_and_wait(cli, client, &found, body).await;
    }
    let sync: Sync = client
        .post(&format!("/connectors/{}/sync", found.id), &body)
        .await?;
    cli.printer.show(&sync, sync_fields);
    Ok(())
}

/// Waits for its end: until then it may still write.
async fn cancel(cli: &Cli, client: &Client, connector: &str) -> Result<()> {
    let found = find(client, connector).await?;
    let path = format!("/connectors/{}/cancel", found.id);
    let stopped: Sync = client.post(&path, &Value::Null).await?;
    let ended = ended(cli, client, stopped, &format!("stopping {}", found.name)).await?;
    cli.printer.show(&ended, sync_fields);
    match ended.outcome.as_str() {
        "cancelled" => Ok(()),
        outcome => Err(Failure::other(format!(
            "the sync of \"{}\" was through before it could be stopped: it ended {outcome}",
            found.name
        ))),
    }
}

async fn ended(cli: &Cli, client: &Client, mut sync: Sync, told: &str) -> Result<Sync> {
    let spinner = cli.printer.spinner(told);
    while sync.ended_at.is_none() {
        tokio::time::sleep(LOOK_EVERY).await;
        sync = client.get(&format!("/syncs/{}", sync.id), &[]).await?;
    }
    spinner.finish_and_clear();
    Ok(sync)
}

async fn act(cli: &Cli, client: &Client, connector: &str, verb: &str) -> Result<()> {
    let found = find(client, connector).await?;
    let changed: Connector = client
        .post(&format!("/connectors/{}/{verb}", found.id), &Value::Null)
        .await?;
    cli.printer.show(&changed, fields);
    Ok(())
}

async fn show(cli: &Cli, client: &Client, connector: &str) -> Result<()> {
    let found = find(client, connector).await?;
    cli.printer.show(&found, fields);
    cli.printer.note("");
    if cli.printer.is_table() {
        history(cli, client, connector, SYNCS_SHOWN).await?;
    }
    Ok(())
}

async fn history(cli: &Cli, client: &Client, connector: &str, limit: usize) -> Result<()> {
    let found = find(client, connector).await?;
    let path = format!("/connectors/{}/syncs", found.id);
    let page: PageBody<Sync> = client.list(&path, &[], limit).await?;
    cli.printer.show(&page, |page| sync_table(&page.items));
    Ok(())
}

async fn test(cli: &Cli, client: &Client, connector: &str) -> Result<()> {
    let found = find(client, connector).await?;
    let check: ConnectorCheck = client
        .post(&format!("/connectors/{}/test", found.id), &Value::Null)
        .await?;
    cli.printer.show(&check, |check| {
        let mut table = Table::new(
            &[if check.ok {
                "● it can collect"
            } else {
                "◆ it cannot collect"
            }],
            "",
        );
        for finding in &check.findings {
            table.row(vec![finding.clone()]);
        }
        table
    });
    if check.ok {
        Ok(())
    } else {
        Err(Failure::other(format!(
            "the connector \"{}\" cannot collect",
            found.name
        )))
    }
}

async fn sync_and_wait(cli: &Cli, client: &Client, connector: &Connector, body: SyncRequest) -> Result<()> {
    let asked: Sync = client
        .post(&format!("/connectors/{}/sync", connector.id), &body)
        .await?;
    let sync = ended(cli, client, asked, &format!("collecting {}", connector.name)).await?;
    cli.printer.show(&sync, sync_fields);
    match sync.outcome.as_str() {
        "failed" | "interrupted" | "cancelled" => Err(Failure::other(format!(
            "the sync of \"{}\" {}",
            connector.name, sync.outcome
        ))),
        _ => Ok(()),
    }
}

/// By name or id.
pub(super) async fn find(client: &Client, connector: &str) -> Result<Connector> {
    let all: Vec<Connector> = client.get("/connectors", &[]).await?;
    let found = all
        .into_iter()
        .find(|c| c.name == connector || c.id.to_string() == connector);
    found.ok_or_else(|| {
        Failure::not_found(format!("there is no connector \"{connector}\""))
            .hint("`qlrf connector list` shows them")
    })
}

fn parse(config: &str) -> Result<Value> {
    serde_json::from_str(config).map_err(|error| {
        Failure::usage(format!("--config is not JSON: {error}")).hint("e.g. --config '{\"assets\": 500}'")
    })
}

async fn list_kinds(cli: &Cli, client: &Client, permissions_of: Option<&str>) -> Result<()> {
    let kinds: Vec<ConnectorKind> = client.get("/connectors/kinds", &[]).await?;
    let Some(name) = permissions_of else {
        cli.printer.show(&kinds, |kinds| kind_table(kinds));
        return Ok(());
    };
    let kind = kinds.iter().find(|kind| kind.name == name).ok_or_else(|| {
        Failure::not_found(format!("there is no kind \"{name}\"")).hint("`qlrf connector kinds` lists them")
    })?;
    let permissions = kind.permissions.as_deref();
    let permissions = permissions
        .ok_or_else(|| Failure::not_found(format!("\"{name}\" needs no account at a provider")))?;
    cli.printer.line(permissions.trim_end());
    Ok(())
}
