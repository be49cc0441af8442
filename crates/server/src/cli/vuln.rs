//! `qlrf vuln`: what is wrong with the packages of the estate.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;

use super::printer::relative;
use super::{Cli, Client, Noun, Result, Table};
use crate::api::page::LIMIT_MAX;
use crate::api::types::vulnerability::{
    Basis, Urgency, Vulnerability, VulnerabilityOverview, VulnerabilityPage, VulnerabilitySummary,
};

pub const NOUN: Noun = Noun {
    name: "vuln",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List vulnerabilities, the most urgent first
    List {
        /// Only assets that this filter accepts, e.g. `env:prod platform:aws`
        filter: Option<String>,
        /// `critical`, `high`, `medium`, `low`, `none`, `unknown`; several with commas between them
        #[arg(long)]
        severity: Option<String>,
        /// `critical`, `high`, `medium`, `low`, `unknown`; several with commas between them
        #[arg(long)]
        urgency: Option<String>,
        /// Only those that are known to be exploited
        #[arg(long)]
        kev: bool,
        /// `all`, `some` or `none` of the affected packages have a fix
        #[arg(long)]
        fix: Option<String>,
        /// `-urgency`, `-affected`, `-cvss`, `-epss` or `-published`
        #[arg(long, allow_hyphen_values = true)]
        sort: Option<String>,
        /// RFC 3339
        #[arg(long)]
        as_of: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one with its packages, fixes and places
    Show { id: String },
    /// Count by urgency and severity, and say how much of the estate that speaks of
    Summary {
        /// Only assets that this filter accepts
        filter: Option<String>,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Vulnerabilities"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List {
            filter,
            severity,
            urgency,
            kev,
            fix,
            sort,
            as_of,
            limit,
        } => {
            let kev = kev.then(|| "true".to_owned());
            let asked = [
                ("q", filter),
                ("severity", severity),
                ("urgency", urgency),
                ("kev", kev),
                ("fix", fix),
                ("sort", sort),
                ("as_of", as_of),
            ];
            let query = asked
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            let page = list(&client, query, limit).await?;
            cli.printer.show(&page, table);
            cli.printer.note(&honesty(&page.basis));
        }
        Verb::Show { id } => {
            let id = form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>();
            let one: Vulnerability = client.get(&format!("/vulnerabilities/{id}"), &[]).await?;
            cli.printer.show(&one, fields);
            if cli.printer.is_table() {
                cli.printer.table(&packages(&one));
                cli.printer.note(&honesty(&one.basis));
            }
        }
        Verb::Summary { filter } => {
            let query: Vec<_> = filter.into_iter().map(|filter| ("q", filter)).collect();
            let overview: VulnerabilityOverview = client.get("/vulnerabilities/summary", &query).await?;
            cli.printer.show(&overview, counts);
            cli.printer.note(&honesty(&overview.basis));
        }
    }
    Ok(())
}

async fn list(client: &Client, query: Vec<(&'static str, String)>, most: usize) -> Result<VulnerabilityPage> {
    let mut all: Option<VulnerabilityPage> = None;
    loop {
        let have = all.as_ref().map_or(0, |page| page.items.len());
        let mut query = query.clone();
        query.push(("limit", (most - have).clamp(1, LIMIT_MAX as usize).to_string()));
        if let Some(cursor) = all.as_ref().and_then(|page| page.next_cursor.clone()) {
            query.push(("cursor", cursor));
        }
        let mut page: VulnerabilityPage = client.get("/vulnerabilities", &query).await?;
        if let Some(before) = all.take() {
            page.items.splice(0..0, before.items);
        }
        if page.next_cursor.is_none() || page.items.len() >= most {
            return Ok(page);
        }
        all = Some(page);
    }
}

/// What stands behind the numbers, in one sentence.
fn honesty(basis: &Basis) -> String {
    let Some(feeds) = basis.feeds_as_of else {
        return "No feed was imported: nothing was judged, so nothing is known. Try `qlrf feed sync`."
            .to_owned();
    };
    let mut text = format!(
        "Judged: {} of {} assets, with feeds imported {}.",
        basis.judged,
        basis.assets,
        relative(feeds, now())
    );
    if basis.aged_out > 0 {
        text.push_str(&format!(
            " What is known of {} of them is too old to say.",
            basis.aged_out
        ));
    }
    if basis.not_covered > 0 {
        text.push_str(&format!(" No feed covers {} of them.", basis.not_covered));
    }
    if basis.software_unknown > 0 {
        text.push_str(&format!(
            " The software of {} is not known.",
            basis.software_unknown
        ));
    }
    text
}

fn table(page: &VulnerabilityPage) -> Table {
    let empty = match page.total {
        Some(_) => "No judged asset has such a vulnerability.",
        None => "Not known.",
    };
    let mut table = Table::new(
        &[
            "urgency",
            "id",
            "severity",
            "cvss",
            "epss",
            "exploited",
            "fix",
            "assets",
            "packages",
        ],
        empty,
    );
    for item in &page.items {
        table.row(row(item));
    }
    table
}

/// A score of which less than half of the weight is known is no level, and is counted as not known.
fn urgency(urgency: &Urgency) -> String {
    match &urgency.level {
        Some(level) => format!("{:.0} {level}", urgency.score),
        None => format!("{:.0} not known", urgency.score),
    }
}

fn row(item: &VulnerabilitySummary) -> Vec<String> {
    let fix = serde_json::to_value(item.fix).ok();
    vec![
        urgency(&item.urgency),
        item.id.clone(),
        item.severity.clone().unwrap_or_else(|| "unknown".to_owned()),
        item.cvss
            .as_ref()
            .map_or_else(String::new, |cvss| format!("{:.1}", cvss.score)),
        item.epss
            .as_ref()
            .map_or_else(String::new, |epss| format!("{:.1} %", epss.score * 100.0)),
        item.kev
            .as_ref()
            .map_or_else(String::new, |kev| format!("since {}", kev.date_added)),
        fix.as_ref()
            .and_then(|word| word.as_str())
            .unwrap_or_default()
            .to_owned(),
        format!("{}/{}", item.affected, item.judged),
        item.packages.join(", "),
    ]
}

fn fields(one: &Vulnerability) -> Table {
    let item = &one.summary;
    let mut fields = vec![
        ("id", item.id.clone()),
        ("summary", item.summary.clone()),
        (
            "severity",
            item.severity.clone().unwrap_or_else(|| "unknown".to_owned()),
        ),
        (
            "urgency",
            format!(
                "{} of 100 ({:.0} to {:.0}, {:.0} % of its weight known)",
                urgency(&item.urgency),
                item.urgency.least,
                item.urgency.most,
                item.urgency.confidence * 100.0
            ),
        ),
        (
            "affected",
            format!("{} of {} judged assets", item.affected, item.judged),
        ),
    ];
    if let Some(sla) = &item.sla {
        fields.push(("due", format!("{} ({})", relative(sla.due, now()), sla.state)));
    }
    for by in &one.by {
        let values: Vec<String> = by
            .values
            .iter()
            .take(8)
            .map(|value| format!("{} {}", value.value.as_deref().unwrap_or("unknown"), value.assets))
            .collect();
        let name = match by.dimension.as_str() {
            "platform" => "by platform",
            "site" => "by site",
            "env" => "by env",
            _ => "by image",
        };
        fields.push((name, values.join(", ")));
    }
    Table::fields(&fields)
}

fn packages(one: &Vulnerability) -> Table {
    let mut table = Table::new(&["package", "version", "fixed in", "assets", "advisory"], "");
    for package in &one.affected_packages {
        table.row(vec![
            package.fix.name.clone(),
            package.fix.version.clone(),
            package
                .fix
                .fixed_version
                .clone()
                .unwrap_or_else(|| "no fix yet".to_owned()),
            package.assets.to_string(),
            package.fix.advisory.clone(),
        ]);
    }
    table
}

fn counts(overview: &VulnerabilityOverview) -> Table {
    let Some(counts) = &overview.counts else {
        return Table::new(&[], "Not known.");
    };
    let urgency = &counts.urgency;
    let fields = [
        ("urgency critical", urgency.critical),
        ("urgency high", urgency.high),
        ("urgency medium", urgency.medium),
        ("urgency low", urgency.low),
        ("urgency not known", urgency.unknown),
        ("critical", counts.critical),
        ("high", counts.high),
        ("medium", counts.medium),
        ("low", counts.low),
        ("not rated", counts.unknown),
        ("known exploited", counts.kev),
        ("without a fix", counts.unfixable),
        ("over their time", counts.breached),
        ("assets with any", counts.affected_assets),
    ];
    Table::fields(&fields.map(|(name, count)| (name, count.to_string())))
}
