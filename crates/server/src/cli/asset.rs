//! `qlrf asset`: the estate, one asset, its packages and its history.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;
use serde_json::Value;

use super::printer::relative;
use super::{Cli, Client, Failure, Noun, Result, Table, asset_identity, saved_view};
use crate::api::types::asset::{Asset, AssetGroup, AssetMoment, AssetSummary, Package};
use crate::api::types::page::PageBody;
use crate::fleet::in_quotes;

pub const NOUN: Noun = Noun {
    name: "asset",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List assets, e.g. `qlrf asset list 'platform:aws -drift:current'`
    List(Listing),
    /// Count assets by a dimension such as `platform`, `site`, `env`, `family`
    Group { by: String, filter: Vec<String> },
    /// Show one asset with every fact; this host when none is named
    Show {
        /// Id, name or native id
        asset: Option<String>,
        #[arg(long)]
        as_of: Option<String>,
    },
    /// List the packages of an asset
    Packages {
        asset: String,
        /// Part of a package's name
        #[arg(long)]
        search: Option<String>,
        #[arg(long, default_value_t = 1000)]
        limit: usize,
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Show what changed of an asset over time
    History { asset: String },
    /// Say that what one source sees is a machine of its own
    Split {
        asset: String,
        /// Connector, native id or id of the source, as `qlrf asset show` lists them
        source: String,
        /// Why they are different machines
        #[arg(long)]
        reason: String,
    },
    /// Take a split back: the identities decide again
    Join { asset: String },
    /// List identities that several assets claim and that prove nothing
    Conflicts,
}

#[derive(Args)]
struct Listing {
    /// Filter language; `qlrf asset list x:y` names the keys
    filter: Vec<String>,
    /// A saved view of the fleet, by name; the filter narrows it further
    #[arg(long)]
    view: Option<String>,
    /// Field to sort by, `-field` descending; else as the view, else by name
    #[arg(long)]
    sort: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// As believed at this moment (RFC 3339)
    #[arg(long)]
    as_of: Option<String>,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Assets: the estate as it is and as it was"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List(listing) => list(cli, &client, listing).await?,
        Verb::Group { by, filter } => {
            let query = query(&[("by", Some(by.clone())), ("q", Some(filter.join(" ")))]);
            let groups: Vec<AssetGroup> = client.get("/assets/groups", &query).await?;
            cli.printer.show(&groups, |groups| group_table(&by, groups));
        }
        Verb::Show { asset, as_of } => {
            let id = find(&client, asset.as_deref()).await?;
            let asset: Asset = client
                .get(&format!("/assets/{id}"), &query(&[("as_of", as_of)]))
                .await?;
            cli.printer.show(&asset, fields);
            if cli.printer.is_table() {
                asset_identity::show(&cli.printer, &asset);
            }
        }
        Verb::Packages {
            asset,
            search,
            limit,
            as_of,
        } => {
            let id = find(&client, Some(&asset)).await?;
            let query = query(&[("q", search), ("as_of", as_of)]);
            let page: PageBody<Package> = client
                .list(&format!("/assets/{id}/packages"), &query, limit)
                .await?;
            cli.printer.show(&page, package_table);
            cli.printer
                .note(&format!("{} of {} packages", page.items.len(), page.total));
        }
        Verb::History { asset } => {
            let id = find(&client, Some(&asset)).await?;
            let moments: Vec<AssetMoment> = client.get(&format!("/assets/{id}/history"), &[]).await?;
            cli.printer.show(&moments, |moments| history_table(moments));
        }
        Verb::Split {
            asset,
            source,
            reason,
        } => {
            asset_identity::split(cli, &client, &asset, &source, &reason).await?;
        }
        Verb::Join { asset } => asset_identity::join(cli, &client, &asset).await?,
        Verb::Conflicts => asset_identity::conflicts(cli, &client).await?,
    }
    Ok(())
}

/// The id of an asset named by id, name or native id; of this host when nothing is named.
pub async fn find(client: &Client, asset: Option<&str>) -> Result<uuid::Uuid> {
    if let Some(id) = asset.and_then(|text| text.parse().ok()) {
        return Ok(id);
    }
    let filter = match asset {
        // Quoted, so that blanks and colons in a name stay part of it.
        Some(name) => in_quotes(name),
        None => "platform:local".to_owned(),
    };
    let page: PageBody<AssetSummary> = client.list("/assets", &[("q", filter)], 500).await?;
    let named = |a: &&AssetSummary| asset.is_none_or(|name| a.name == name || a.native_id == name);
    let found: Vec<&AssetSummary> = page.items.iter().filter(named).collect();
    match found[..] {
        [one] => Ok(one.id),
        [] => Err(
            Failure::not_found(format!("there is no asset {}", asset.unwrap_or("of this host")))
                .hint("`qlrf asset list` shows them; a sync may still be under way: `qlrf connector list`"),
        ),
        _ => {
            Err(Failure::usage(format!("{} assets are called that", found.len())).hint("name one by its id"))
        }
    }
}

async fn list(cli: &Cli, client: &Client, listing: Listing) -> Result<()> {
    let (mut filter, mut sort) = (listing.filter, listing.sort);
    if let Some(view) = listing.view {
        let view = saved_view::fleet(client, &view).await?;
        filter.insert(0, view.filter);
        sort = sort.or(view.sort);
    }
    let query = query(&[
        ("q", Some(filter.join(" ").trim().to_owned())),
        ("sort", sort),
        ("as_of", listing.as_of),
    ]);
    let page: PageBody<AssetSummary> = client.list("/assets", &query, listing.limit).await?;
    cli.printer.show(&page, list_table);
    cli.printer
        .note(&format!("{} of {} assets", page.items.len(), page.total));
    Ok(())
}

fn query(pairs: &[(&'static str, Option<String>)]) -> Vec<(&'static str, String)> {
    let given = pairs
        .iter()
        .filter_map(|(name, value)| Some((*name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn list_table(page: &PageBody<AssetSummary>) -> Table {
    let mut table = Table::new(
        &["name", "platform", "site", "env", "os", "drift", "security"],
        "no assets match; `qlrf connector list` shows what is connected",
    );
    for asset in &page.items {
        let name = if asset.simulated {
            format!("{} ▒", asset.name)
        } else {
            asset.name.clone()
        };
        table.row(vec![
            name,
            shown(&asset.platform),
            shown(&asset.site),
            shown(&asset.env),
            format!(
                "{} {}",
                shown(&asset.os),
                asset.os_version.as_deref().unwrap_or_default()
            ),
            drift(asset.drift.as_deref()),
            asset
                .pending_security
                .map_or("◌ unknown".to_owned(), |n| n.to_string()),
        ]);
    }
    table
}

fn group_table(by: &str, groups: &[AssetGroup]) -> Table {
    let mut table = Table::new(
        &[
            by,
            "assets",
            "simulated",
            "current",
            "outdated",
            "ahead",
            "unmanaged",
            "unknown",
        ],
        "no assets",
    );
    for group in groups {
        let d = &group.drift;
        let mut row = vec![
            shown(&group.value),
            group.assets.to_string(),
            group.simulated.to_string(),
        ];
        row.extend([d.current, d.outdated, d.ahead, d.unmanaged, d.unknown].map(|n| n.to_string()));
        table.row(row);
    }
    table
}

fn fields(asset: &Asset) -> Table {
    let fact = |pointer: &str| match asset.facts.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => "◌ unknown".to_owned(),
        Some(other) => other.to_string(),
    };
    let os = format!(
        "{} {} ({})",
        fact("/os/name"),
        fact("/os/version"),
        fact("/os/architecture")
    );
    let packages = asset.package_set.as_ref().map_or("◌ unknown".to_owned(), |set| {
        format!(
            "{} ({})",
            set.packages,
            set.confidence.as_deref().unwrap_or("unknown")
        )
    });
    let mut fields = vec![
        ("name", fact("/name")),
        ("id", asset.id.to_string()),
        ("native id", fact("/native_id")),
        ("platform", format!("{} {}", fact("/platform"), fact("/kind"))),
        ("os", os),
        ("kernel", fact("/os/kernel")),
        ("packages", packages),
        ("pending updates", pending(&asset.facts)),
        ("site / env", format!("{} / {}", fact("/site"), fact("/env"))),
        ("image", fact("/image_ref")),
        ("seen by", asset_identity::seen_by(asset)),
        ("facts since", relative(asset.recorded_from, now())),
        (
            "confirmed",
            asset
                .confirmed_at
                .map_or("◌ never".to_owned(), |at| relative(at, now())),
        ),
    ];
    if asset.facts["simulated"] == Value::Bool(true) {
        fields.push(("simulated", "▒ simulated: made up by the simulator".to_owned()));
    }
    Table::fields(&fields)
}

fn pending(facts: &Value) -> String {
    match facts["pending_updates"].as_array() {
        None => "◌ unknown (the package manager's lists are absent)".to_owned(),
        Some(all) => {
            let security = all
                .iter()
                .filter(|update| update["security"] == Value::Bool(true))
                .count();
            format!("{} ({security} security)", all.len())
        }
    }
}

fn package_table(page: &PageBody<Package>) -> Table {
    let mut table = Table::new(
        &["name", "version", "arch", "source", "licenses"],
        "no packages match",
    );
    for package in &page.items {
        table.row(vec![
            package.name.clone(),
            package.version.clone(),
            package.arch.clone(),
            package.source_name.clone(),
            package.licenses.join(", "),
        ]);
    }
    table
}

fn history_table(moments: &[AssetMoment]) -> Table {
    let mut table = Table::new(&["since", "changes"], "");
    for (n, moment) in moments.iter().enumerate() {
        let changes = &moment.changes;
        let mut lines: Vec<String> = changes
            .facts
            .iter()
            .map(|c| format!("{}: {} → {}", c.path, c.before, c.after))
            .collect();
        lines.extend(
            changes
                .packages_changed
                .iter()
                .map(|c| format!("{} {} → {}", c.name, c.before, c.after)),
        );
        lines.extend(changes.packages_added.iter().map(|name| format!("+ {name}")));
        lines.extend(changes.packages_removed.iter().map(|name| format!("- {name}")));
        if n + 1 == moments.len() {
            lines.push("first seen".to_owned());
        }
        table.row(vec![relative(moment.recorded_from, now()), lines.join("\n")]);
    }
    table
}

fn shown(value: &Option<String>) -> String {
    value.clone().unwrap_or_else(|| "◌".to_owned())
}

/// Glyph and word of a drift state.
pub fn drift(state: Option<&str>) -> String {
    match state {
        Some("current") => "● current".to_owned(),
        Some("outdated") => "▲ outdated".to_owned(),
        Some("ahead") => "▲ ahead".to_owned(),
        Some(other) => format!("◌ {other}"),
        None => "◌ unknown".to_owned(),
    }
}
