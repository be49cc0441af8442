//! `qlrf drift`: assets against the golden images that they should run.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;

use super::figure::{percent, rag};
use super::printer::relative;
use super::{Cli, Noun, Result, Table};
use crate::api::types::asset::DriftTally;
use crate::api::types::drift::{
    AssetDrift, DifferenceCounts, DriftDetecting, DriftExplained, DriftSummary, DriftTrend, DriftUpdate,
    Group, TopOffenders,
};
use crate::api::types::page::PageBody;
use crate::api::types::trend::DriftReports;

pub const NOUN: Noun = Noun {
    name: "drift",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// How much of the estate runs what it should (the default)
    Summary {
        /// Filter language of assets
        filter: Vec<String>,
        /// As believed at this moment (RFC 3339)
        #[arg(long)]
        as_of: Option<String>,
    },
    /// List assets, the worst first
    List {
        filter: Vec<String>,
        /// current, outdated, ahead, unmanaged or unknown
        #[arg(long)]
        state: Option<String>,
        /// none, low, medium, high or critical
        #[arg(long)]
        severity: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Explain the drift of one asset; this host when none is named
    Show {
        /// Id, name or native id
        asset: Option<String>,
        #[arg(long)]
        as_of: Option<String>,
    },
    /// States over the last days
    Trend {
        filter: Vec<String>,
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// What drift opened and closed on each of the last days
    Reports {
        filter: Vec<String>,
        /// 1 to 90
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// What to look at first
    Offenders {
        filter: Vec<String>,
        /// asset, family, workload, owner or site
        #[arg(long, default_value = "asset")]
        by: String,
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
    /// Judge every asset again
    Detect,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Drift: assets against the golden images that they should run"))
        .subcommand_required(false)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = match matches.subcommand() {
        None => Verb::Summary {
            filter: Vec::new(),
            as_of: None,
        },
        Some(_) => Verb::from_arg_matches(matches).expect("clap checked the arguments"),
    };
    let client = cli.client()?;
    match verb {
        Verb::Summary { filter, as_of } => {
            let query = query([("q", Some(filter.join(" "))), ("as_of", as_of)]);
            let summary: DriftSummary = client.get("/drift/summary", &query).await?;
            cli.printer.show(&summary, summary_table);
            notes(cli, &summary);
        }
        Verb::List {
            filter,
            state,
            severity,
            limit,
            as_of,
        } => {
            let query = query([
                ("q", Some(filter.join(" "))),
                ("state", state),
                ("severity", severity),
                ("as_of", as_of),
            ]);
            let page: PageBody<AssetDrift> = client.list("/drift", &query, limit).await?;
            cli.printer.show(&page, |page| assets_table(&page.items));
            cli.printer
                .note(&format!("{} of {} assets", page.items.len(), page.total));
        }
        Verb::Show { asset, as_of } => {
            let id = super::asset::find(&client, asset.as_deref()).await?;
            let path = format!("/assets/{id}/drift");
            let why: DriftExplained = client.get(&path, &query([("as_of", as_of)])).await?;
            cli.printer.show(&why, explained_table);
        }
        Verb::Trend { filter, days } => trend(cli, &client, &filter, days).await?,
        Verb::Reports { filter, days } => reports(cli, &client, &filter, days).await?,
        Verb::Offenders { filter, by, limit } => {
            let query = query([
                ("q", Some(filter.join(" "))),
                ("by", Some(by)),
                ("limit", Some(limit.to_string())),
            ]);
            let worst: TopOffenders = client.get("/drift/top-offenders", &query).await?;
            cli.printer.show(&worst, |worst| match &worst.by[..] {
                "asset" => assets_table(&worst.assets),
                by => groups_table(by, &worst.groups),
            });
        }
        Verb::Detect => {
            let body = serde_json::json!({});
            let detecting: DriftDetecting = client.post("/drift/detect", &body).await?;
            cli.printer.show(&detecting, |_| {
                Table::fields(&[(
                    "judging",
                    "◐ every asset is judged again; `qlrf drift` shows when it is done".to_owned(),
                )])
            });
        }
    }
    Ok(())
}

fn query<const N: usize>(pairs: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn summary_table(summary: &DriftSummary) -> Table {
    let mut table = tally_table("");
    let mut add = |name: &str, tally: &DriftTally| {
        if tally.total > 0 {
            table.row(tally_row(name.to_owned(), tally));
        }
    };
    add("all assets", &summary.total);
    if summary.simulated.total > 0 {
        add("  observed", &summary.observed);
        add("  ▒ simulated", &summary.simulated);
    }
    for (name, groups) in [
        ("platform", &summary.by_platform),
        ("site", &summary.by_site),
        ("env", &summary.by_env),
        ("image", &summary.by_family),
    ] {
        for group in groups {
            let value = group.value.as_deref().unwrap_or("◌ unknown");
            add(&format!("{name} {value}"), &group.tally);
        }
    }
    table
}

fn notes(cli: &Cli, summary: &DriftSummary) {
    let severities = &summary.severities;
    cli.printer.note(&format!(
        "◆ {} critical · ▲ {} high · {} medium · {} low    lag: {} up to 14 d · {} more · {} over 30 d · ◌ {} not measured",
        severities.critical,
        severities.high,
        severities.medium,
        severities.low,
        summary.ages.fresh,
        summary.ages.warning,
        summary.ages.critical,
        summary.ages.unknown,
    ));
    if summary.judging {
        cli.printer
            .note("◐ images changed and assets are being judged again; these figures are about to change");
    }
    if summary.total.total > 0 && summary.total.unmanaged == summary.total.total {
        cli.printer
            .note("No asset is linked to an image. Write a first contract: qlrf image init");
    }
}

pub(super) fn tally_table(first: &str) -> Table {
    Table::new(
        &[
            first,
            "coverage",
            "current",
            "outdated",
            "ahead",
            "unmanaged",
            "unknown",
        ],
        "no assets; `qlrf connector list` shows what is connected",
    )
}

pub(super) fn tally_row(name: String, tally: &DriftTally) -> Vec<String> {
    let mut row = vec![name, coverage(tally)];
    let counts = [
        tally.current,
        tally.outdated,
        tally.ahead,
        tally.unmanaged,
        tally.unknown,
    ];
    row.extend(counts.map(|count| count.to_string()));
    row
}

/// `● 91 % of 120`: a figure with its denominator, its state as a glyph.
pub(super) fn coverage(tally: &DriftTally) -> String {
    match tally.coverage_percent {
        Some(share) => format!("{} {} of {}", rag(&tally.rag), percent(share, 0), tally.total),
        None => "◌ no assets".to_owned(),
    }
}

fn groups_table(by: &str, groups: &[Group]) -> Table {
    let mut table = tally_table(by);
    for group in groups {
        let name = group.value.clone().unwrap_or_else(|| "◌ unknown".to_owned());
        table.row(tally_row(name, &group.tally));
    }
    table
}

fn assets_table(assets: &[AssetDrift]) -> Table {
    let mut table = Table::new(
        &["severity", "asset", "state", "image", "behind", "differs"],
        "no asset matches",
    );
    for asset in assets {
        let mark = if asset.simulated { " ▒" } else { "" };
        let behind = match (asset.versions_behind, asset.lag_days) {
            (Some(versions), Some(days)) => format!("{versions}, {days} d"),
            (Some(versions), None) => versions.to_string(),
            _ => "◌".to_owned(),
        };
        table.row(vec![
            severity(asset.severity.name()),
            format!("{}{mark}", asset.name),
            super::asset::drift(Some(asset.state.name())),
            asset
                .image
                .clone()
                .or_else(|| asset.family.clone())
                .unwrap_or_else(|| "◌".to_owned()),
            behind,
            differences(&asset.differences),
        ]);
    }
    table
}

fn severity(name: &str) -> String {
    match name {
        "critical" => "◆ critical".to_owned(),
        "high" | "medium" => format!("▲ {name}"),
        other => format!("● {other}"),
    }
}

fn differences(counts: &DifferenceCounts) -> String {
    let parts: Vec<String> = [
        (counts.missing, "missing"),
        (counts.forbidden, "forbidden"),
        (counts.older, "older"),
        (counts.newer, "newer"),
        (counts.extra, "extra"),
        (counts.settings, "settings"),
        (counts.unverified, "unverified"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}

fn explained_table(why: &DriftExplained) -> Table {
    let image = match (&why.family, &why.version) {
        (Some(family), Some(version)) => format!("{family}:{version}"),
        _ => "◌ none".to_owned(),
    };
    let mut fields = vec![
        ("asset", why.name.clone()),
        ("state", super::asset::drift(Some(why.state.name()))),
        ("severity", severity(why.severity.name())),
        ("since", relative(why.since, now())),
        ("image", image),
        ("linked by", why.proof.clone().unwrap_or_else(|| "◌".to_owned())),
    ];
    if let (Some(target), Some(days)) = (&why.target_version, why.lag_days) {
        fields.push(("should run", format!("{target}, which is out for {days} d")));
    }
    for sentence in &why.sentences {
        fields.push(("differs", sentence.clone()));
    }
    if let Some(update) = &why.update {
        fields.extend(update_lines(update));
    }
    for one in &why.unverified {
        fields.push((
            "◌ unverified",
            format!("{}: {}", one.what, one.why.replace('_', " ")),
        ));
    }
    if !why.explained {
        let text = "images or link rules are other ones now than when this was judged".to_owned();
        fields.push(("◔ not explained", text));
    }
    if why.simulated {
        fields.push(("simulated", "▒ simulated: made up by the simulator".to_owned()));
    }
    Table::fields(&fields)
}

/// What moving to the version that it should run changes.
fn update_lines(update: &DriftUpdate) -> Vec<(&'static str, String)> {
    let nothing = match update.has_packages {
        true => "no package: they are those of the version that it should run",
        false => "◌ unknown: the contract of the version that it should run says nothing of packages",
    };
    match update.packages.is_empty() {
        true => vec![("update changes", nothing.to_owned())],
        false => {
            let sentences = update.sentences.iter();
            sentences
                .map(|sentence| ("update changes", sentence.clone()))
                .collect()
        }
    }
}

fn trend_table(trend: &DriftTrend) -> Table {
    let mut table = tally_table("day");
    for point in &trend.points {
        table.row(tally_row(point.day.clone(), &point.tally));
    }
    table
}

async fn trend(cli: &Cli, client: &super::Client, filter: &[String], days: u32) -> Result<()> {
    let query = query([("q", Some(filter.join(" "))), ("days", Some(days.to_string()))]);
    let trend: DriftTrend = client.get("/drift/trends", &query).await?;
    cli.printer.show(&trend, trend_table);
    Ok(())
}

async fn reports(cli: &Cli, client: &super::Client, filter: &[String], days: u32) -> Result<()> {
    let query = query([("q", Some(filter.join(" "))), ("days", Some(days.to_string()))]);
    let reports: DriftReports = client.get("/drift/reports", &query).await?;
    cli.printer.show(&reports, report_table);
    Ok(())
}

fn report_table(reports: &DriftReports) -> Table {
    let mut table = Table::new(
        &["day", "opened", "closed", "first judged", "left", "simulated"],
        "No asset changed its state in these days",
    );
    for report in &reports.items {
        let counts = [
            report.opened,
            report.closed,
            report.first_judged,
            report.left,
            report.simulated,
        ];
        let mut cells = vec![report.day.clone()];
        cells.extend(counts.map(|count| count.to_string()));
        table.row(cells);
    }
    table
}
