//! `qlrf overview`: the state of the whole estate on one screen.

use clap::{Arg, ArgAction, ArgMatches, Command};
use futures::FutureExt as _;
use qlrf_core::time::now;

use super::figure::{percent, rag};
use super::printer::relative;
use super::{Cli, Noun, Result, Table};
use crate::api::types::asset::DriftTally;
use crate::api::types::attention::{Attention, AttentionItem};
use crate::api::types::overview::Overview;

pub const NOUN: Noun = Noun {
    name: "overview",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

/// A screen; the API lists ten of each kind.
const MATTERS_MAX: usize = 8;

fn command(command: Command) -> Command {
    command
        .about("The state of the whole estate, or of the part that a filter accepts")
        .arg(
            Arg::new("filter")
                .action(ArgAction::Append)
                .help("Filter language, e.g. platform:aws env:prod"),
        )
        .arg(
            Arg::new("as-of")
                .long("as-of")
                .help("As believed at this moment (RFC 3339)"),
        )
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let filter: Vec<&str> = matches
        .get_many::<String>("filter")
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let mut query = Vec::new();
    if !filter.is_empty() {
        query.push(("q", filter.join(" ")));
    }
    query.extend(
        matches
            .get_one::<String>("as-of")
            .map(|as_of| ("as_of", as_of.clone())),
    );
    let client = cli.client()?;
    let overview: Overview = client.get("/overview/metrics", &query).await?;
    cli.printer.show(&overview, figures);
    if cli.printer.is_table() {
        // `q` is the same: what is listed speaks of the same assets.
        let attention: Attention = client.get("/overview/attention", &query).await?;
        cli.printer.note("");
        cli.printer.show(&attention, matters);
    }
    if cli.printer.is_table() && !overview.sites.is_empty() {
        cli.printer.note("");
        cli.printer.show(&overview, |overview| places("site", overview));
    }
    Ok(())
}

fn figures(overview: &Overview) -> Table {
    let o = overview;
    Table::fields(&[
        (
            "assets",
            format!(
                "{} ({} ▒ simulated, {} ◌ software unknown)",
                o.assets.total, o.assets.simulated, o.assets.software_unknown
            ),
        ),
        ("golden-image coverage", coverage(&o.drift)),
        ("drift", states(&o.drift)),
        ("patch lag", lag(o)),
        ("security updates", updates(o)),
        ("vulnerabilities", findings(o)),
        ("urgency", urgency(o)),
        ("age", age(o)),
        ("collection", collection(o)),
        ("feeds", feeds(o)),
        ("as of", relative(o.as_of, now())),
    ])
}

/// What all the figures rest on.
fn age(o: &Overview) -> String {
    let age = &o.coverage;
    format!(
        "{} of {} in complete and fresh scopes · ● {} fresh · ◔ {} stale · ◌ {} unknown",
        age.covered, age.total, age.fresh, age.stale, age.unknown
    )
}

fn coverage(tally: &DriftTally) -> String {
    match tally.coverage_percent {
        None => "◌ no assets".to_owned(),
        Some(share) => format!(
            "{} {} ({} of {})",
            rag(&tally.rag),
            percent(share, 1),
            tally.current,
            tally.total
        ),
    }
}

fn states(d: &DriftTally) -> String {
    format!(
        "● {} current · ▲ {} outdated · ▲ {} ahead · ◌ {} unmanaged · ◌ {} unknown",
        d.current, d.outdated, d.ahead, d.unmanaged, d.unknown
    )
}

fn lag(o: &Overview) -> String {
    let lag = &o.patch_lag;
    match (lag.median_days, lag.p90_days) {
        (Some(median), Some(p90)) => format!(
            "median {median} d, p90 {p90} d over {} of {} assets; {} behind, {} for more than 30 d",
            lag.measured, o.assets.total, lag.behind, lag.critical
        ),
        _ => format!(
            "◌ not measured (0 of {} assets linked to an image version)",
            o.assets.total
        ),
    }
}

fn updates(o: &Overview) -> String {
    let u = &o.security_updates;
    format!(
        "{} pending on {} of {} assets; ◌ {} unknown",
        u.updates, u.assets_pending, u.known, u.unknown
    )
}

fn findings(o: &Overview) -> String {
    let f = &o.findings;
    match (
        f.vulnerabilities,
        f.known_exploited,
        f.assets_affected,
        f.assets_judged,
        f.feeds_as_of,
    ) {
        (Some(all), Some(exploited), Some(affected), Some(judged), Some(at)) => format!(
            "{all} ({exploited} known exploited) on {affected} of {judged} judged assets; ◌ {} not judged; feeds of {}",
            o.assets.total.saturating_sub(judged),
            relative(at, now())
        ),
        _ => "◌ not known: no feed was imported; `qlrf feed` says how".to_owned(),
    }
}

fn urgency(o: &Overview) -> String {
    match &o.findings.urgency {
        None => "◌ not known".to_owned(),
        Some(u) => format!(
            "◆ {} critical · ▲ {} high · {} medium · {} low · ◌ {} not known",
            u.critical, u.high, u.medium, u.low, u.unknown
        ),
    }
}

/// What needs somebody, the worst first.
fn matters(attention: &Attention) -> Table {
    let headings = ["needs attention", "why", "assets", "most at", "since"];
    let mut table = Table::new(&headings, "Nothing among what is known needs somebody.");
    for item in attention.items.iter().take(MATTERS_MAX) {
        let glyph = match &item.level[..] {
            "critical" => "◆",
            "warning" => "▲",
            _ => "◌",
        };
        table.row(vec![
            format!("{glyph} {}", item.title),
            item.why.clone(),
            item.assets.map_or(String::new(), |assets| assets.to_string()),
            place(item),
            item.since.map_or(String::new(), |since| relative(since, now())),
        ]);
    }
    table
}

fn place(item: &AttentionItem) -> String {
    let first = item.sites.first();
    first.map_or(String::new(), |site| {
        site.value.clone().unwrap_or_else(|| "◌ unknown".to_owned())
    })
}

fn collection(o: &Overview) -> String {
    let c = &o.collection;
    let bad = c.degraded + c.never_synced;
    let glyph = if bad == 0 { "●" } else { "▲" };
    format!(
        "{glyph} {} of {} connectors complete; {} of {} scopes listed completely",
        c.connectors - bad,
        c.connectors,
        c.scopes_complete,
        c.scopes
    )
}

fn feeds(o: &Overview) -> String {
    let f = &o.feeds;
    if f.advisories + f.known_exploited + f.exploit_scores == 0 {
        return "◌ empty".to_owned();
    }
    format!(
        "{} advisories, {} known exploited, {} EPSS scores",
        f.advisories, f.known_exploited, f.exploit_scores
    )
}

fn places(heading: &str, overview: &Overview) -> Table {
    let mut table = Table::new(
        &[
            heading,
            "coverage",
            "current",
            "outdated",
            "ahead",
            "unmanaged",
            "unknown",
        ],
        "",
    );
    for place in &overview.sites {
        let d = &place.drift;
        let mut row = vec![place.name.clone().unwrap_or_else(|| "◌ unknown".to_owned())];
        row.push(d.coverage_percent.map_or(String::new(), |share| {
            format!("{} {}", rag(&d.rag), percent(share, 0))
        }));
        row.extend([d.current, d.outdated, d.ahead, d.unmanaged, d.unknown].map(|n| n.to_string()));
        table.row(row);
    }
    table
}
