//! `qlrf coverage`: what was listed completely, how old that is, and how old it may be.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;

use super::connector::find;
use super::printer::relative;
use super::{Cli, Client, Noun, Result, Table};
use crate::api::types::coverage::{
    ConnectorFreshness, CoverageSummary, FreshnessBudget, OrganizationFreshness, ScopeCoverage,
};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "coverage",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// How many scopes are complete and fresh, and how many assets rest on them
    Show {
        /// Of this connector alone
        connector: Option<String>,
    },
    /// List scopes, the worst first
    List(ListArgs),
    /// Show how old what is known may be
    Budget {
        /// Of this connector
        connector: Option<String>,
    },
    /// Set after how many hours what is known turns stale, and unknown
    SetBudget {
        #[arg(long)]
        stale_hours: u32,
        #[arg(long)]
        unknown_hours: u32,
        /// For this connector alone
        #[arg(long)]
        connector: Option<String>,
    },
    /// Take the budget of its own away from a connector
    ClearBudget { connector: String },
}

#[derive(Args)]
struct ListArgs {
    /// Part of connector, account, region or kind
    text: Option<String>,
    #[arg(long)]
    connector: Option<String>,
    #[arg(long, value_parser = ["complete", "partial", "unlisted", "never", "gone"])]
    state: Option<String>,
    #[arg(long, value_parser = ["fresh", "stale", "unknown"])]
    freshness: Option<String>,
    /// Why the last attempt was not complete
    #[arg(long)]
    code: Option<String>,
    /// Only scopes that cannot be listed before somebody grants something
    #[arg(long)]
    permission_gaps: bool,
    /// `worst`, `completed_at`, `connector`, `account`, `region`, `kind` or `assets`; a leading `-` descends
    #[arg(long, default_value = "worst", allow_hyphen_values = true)]
    sort: String,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(
        command.about("What was listed completely, how old that is, and how old it may be"),
    )
    .subcommand_required(true)
    .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::Show { connector } => {
            let query = of_connector(&client, connector).await?;
            let summary: CoverageSummary = client.get("/coverage/summary", &query).await?;
            cli.printer.show(&summary, summary_fields);
        }
        Verb::List(args) => {
            let limit = args.limit;
            let query = args.query(&client).await?;
            let page: PageBody<ScopeCoverage> = client.list("/coverage", &query, limit).await?;
            cli.printer.show(&page, |page| scope_table(&page.items));
        }
        Verb::Budget { connector: None } => {
            let budget: OrganizationFreshness = client.get("/organization/freshness", &[]).await?;
            cli.printer.show(&budget, organization_fields);
        }
        Verb::Budget {
            connector: Some(name),
        } => {
            let path = budget_path(&client, &name).await?;
            let budget: ConnectorFreshness = client.get(&path, &[]).await?;
            cli.printer.show(&budget, connector_fields);
        }
        Verb::SetBudget {
            stale_hours,
            unknown_hours,
            connector,
        } => {
            let budget = FreshnessBudget {
                stale_hours,
                unknown_hours,
            };
            set_budget(cli, &client, connector, &budget).await?;
        }
        Verb::ClearBudget { connector } => {
            let path = budget_path(&client, &connector).await?;
            let budget: ConnectorFreshness = client.delete(&path).await?;
            cli.printer.show(&budget, connector_fields);
        }
    }
    Ok(())
}

async fn set_budget(
    cli: &Cli,
    client: &Client,
    connector: Option<String>,
    budget: &FreshnessBudget,
) -> Result<()> {
    match connector {
        None => {
            let set: OrganizationFreshness = client.put("/organization/freshness", budget).await?;
            cli.printer.show(&set, organization_fields);
        }
        Some(name) => {
            let path = budget_path(client, &name).await?;
            let set: ConnectorFreshness = client.put(&path, budget).await?;
            cli.printer.show(&set, connector_fields);
        }
    }
    Ok(())
}

type Parameters = Vec<(&'static str, String)>;

impl ListArgs {
    async fn query(self, client: &Client) -> Result<Parameters> {
        let mut query = of_connector(client, self.connector).await?;
        let gaps = self.permission_gaps.then(|| "true".to_owned());
        let given = [
            ("q", self.text),
            ("state", self.state),
            ("freshness", self.freshness),
            ("code", self.code),
            ("permission_gap", gaps),
            ("sort", Some(self.sort)),
        ];
        query.extend(given.into_iter().filter_map(|(name, value)| Some((name, value?))));
        Ok(query)
    }
}

async fn of_connector(client: &Client, connector: Option<String>) -> Result<Parameters> {
    Ok(match connector {
        None => Vec::new(),
        Some(name) => vec![("connector", find(client, &name).await?.id.to_string())],
    })
}

async fn budget_path(client: &Client, connector: &str) -> Result<String> {
    let found = find(client, connector).await?;
    Ok(format!("/connectors/{}/freshness", found.id))
}

fn summary_fields(summary: &CoverageSummary) -> Table {
    let (scopes, assets) = (&summary.scopes, &summary.assets);
    let mut fields = vec![
        (
            "scopes",
            format!("{} of {} complete and fresh", scopes.complete_fresh, scopes.total),
        ),
        (
            "not complete",
            format!(
                "▲ {} partial, {} not listed any more, ◌ {} never",
                scopes.partial, scopes.unlisted, scopes.never
            ),
        ),
        (
            "age of scopes",
            format!(
                "● {} fresh, ◔ {} stale, ◌ {} unknown",
                scopes.fresh, scopes.stale, scopes.unknown
            ),
        ),
        (
            "assets",
            format!(
                "{} of {} in complete and fresh scopes",
                assets.covered, assets.total
            ),
        ),
        (
            "age of assets",
            format!(
                "● {} fresh, ◔ {} stale, ◌ {} unknown",
                assets.fresh, assets.stale, assets.unknown
            ),
        ),
        ("budget", hours(&summary.budget)),
    ];
    if scopes.permission_gaps > 0 {
        fields.push(("permission gaps", format!("◆ {}", scopes.permission_gaps)));
    }
    for code in &summary.codes {
        fields.push(("why", format!("{} × {}", code.scopes, code.code)));
    }
    Table::fields(&fields)
}

fn scope_table(scopes: &[ScopeCoverage]) -> Table {
    let mut table = Table::new(
        &[
            "connector",
            "account",
            "region",
            "kind",
            "assets",
            "last complete",
            "age",
            "why",
        ],
        "no such scope; `qlrf connector sync` collects",
    );
    for scope in scopes {
        table.row(vec![
            scope.connector.clone(),
            scope.account.clone(),
            scope.region.clone(),
            scope.kind.clone(),
            scope.assets_now.to_string(),
            scope
                .completed_at
                .map_or("◌ never".to_owned(), |at| relative(at, now())),
            match &scope.freshness[..] {
                "fresh" => "● fresh".to_owned(),
                "stale" => "◔ stale".to_owned(),
                _ => "◌ unknown".to_owned(),
            },
            match (&scope.code, &scope.state[..]) {
                (Some(code), _) => format!("{code}: {}", scope.detail.clone().unwrap_or_default()),
                (None, "unlisted") => "the last collection did not come across it".to_owned(),
                (None, _) => String::new(),
            },
        ]);
    }
    table
}

fn hours(budget: &FreshnessBudget) -> String {
    format!(
        "stale after {} h, unknown after {} h",
        budget.stale_hours, budget.unknown_hours
    )
}

fn organization_fields(freshness: &OrganizationFreshness) -> Table {
    let since = freshness
        .since
        .map_or_else(|| "the product's own".to_owned(), |since| relative(since, now()));
    Table::fields(&[
        ("budget", hours(&freshness.budget)),
        ("set", since),
        (
            "connectors with their own",
            freshness.connectors.len().to_string(),
        ),
    ])
}

fn connector_fields(freshness: &ConnectorFreshness) -> Table {
    let since = freshness
        .since
        .map_or_else(|| "the organisation's".to_owned(), |since| relative(since, now()));
    Table::fields(&[("budget", hours(&freshness.budget)), ("set", since)])
}
