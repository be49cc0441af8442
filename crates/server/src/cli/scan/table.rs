//! The result of a scan for people: what was found, then a row for each package, the worst first.

use std::collections::{HashMap, HashSet};

use qlrf_core::version::Scheme;
use qlrf_engines::sbom::Inventory;

use super::judge::{Finding, Judged};
use super::report::{Judgement, ecosystems};
use crate::cli::{Cli, Table};

/// As many as a tall terminal shows with the summary above them.
const ROWS_MAX: usize = 40;

pub fn table(cli: &Cli, target: &str, inventory: &Inventory, judged: Option<&Judged>, all: bool) {
    cli.printer
        .table(&Table::fields(&summary(target, inventory, judged)));
    let rows = match judged {
        Some(judged) if Judgement::of(Some(judged)) == Judgement::Judged => findings(&judged.findings),
        _ => packages(inventory),
    };
    if rows.cells.is_empty() {
        return;
    }
    let shown = match all {
        true => rows.cells.len(),
        false => rows.cells.len().min(ROWS_MAX),
    };
    let more = rows.cells.len() - shown;
    let mut table = Table::new(rows.headings, "");
    for cells in rows.cells.into_iter().take(shown) {
        table.row(cells);
    }
    cli.printer.line("");
    cli.printer.table(&table);
    if more > 0 {
        cli.printer.line(&format!("{more} more: --all"));
    }
}

struct Rows {
    headings: &'static [&'static str],
    cells: Vec<Vec<String>>,
}

fn summary(target: &str, inventory: &Inventory, judged: Option<&Judged>) -> Vec<(&'static str, String)> {
    let count = inventory.packages.packages().len();
    let known = match (Judgement::of(judged), judged) {
        (Judgement::Judged, Some(judged)) => format!(
            "{} in {} judged packages of {count}; {} undecided",
            judged.findings.len(),
            judged.packages,
            judged.undecided
        ),
        (Judgement::NotCovered, _) => "◌ not judged: no feed speaks of this system".to_owned(),
        _ => "◌ not judged: no feed is present, so nothing was matched (--feed PATH)".to_owned(),
    };
    let system = inventory.os.as_ref().map(|os| os.name.clone());
    let mut packages = match inventory.is_whole() {
        true => count.to_string(),
        false => format!("◌ {count} or more: a package database was not read whole"),
    };
    let of: Vec<String> = ecosystems(inventory)
        .iter()
        .map(|of| format!("{} {}", of.ecosystem, of.packages))
        .collect();
    if !of.is_empty() {
        packages.push_str(&format!(" ({})", of.join(", ")));
    }
    let mut fields = vec![
        ("target", target.to_owned()),
        ("system", system.unwrap_or_else(|| "unknown".to_owned())),
        ("packages", packages),
        ("vulnerabilities", known),
    ];
    if let Some(first) = inventory.problems.first() {
        let count = inventory.problems.len();
        fields.push((
            "problems",
            format!("{count}; the first: {}: {}", first.path, first.detail),
        ));
    }
    fields
}

fn packages(inventory: &Inventory) -> Rows {
    let cells = inventory.packages.packages().iter().map(|package| {
        [
            &package.name,
            &package.version,
            &package.arch,
            &package.ecosystem.0,
        ]
        .map(|cell| cell.to_string())
        .into()
    });
    Rows {
        headings: &["package", "version", "architecture", "ecosystem"],
        cells: cells.collect(),
    }
}

fn findings(findings: &[Finding]) -> Rows {
    let cells = groups(findings).into_iter().map(|group| {
        vec![
            group.worst.severity.unwrap_or("unknown").to_owned(),
            group.worst.package.to_string(),
            group.worst.version.to_string(),
            group.advisories.len().to_string(),
            group.worst.id.to_string(),
            group.fix(),
            group
                .epss
                .map_or_else(String::new, |epss| format!("{:.1} %", epss * 100.0)),
            group
                .worst
                .exploited_since
                .as_ref()
                .map_or_else(String::new, |since| format!("since {since}")),
        ]
    });
    Rows {
        headings: &[
            "severity",
            "package",
            "version",
            "advisories",
            "worst",
            "fixed in",
            "epss",
            "exploited",
        ],
        cells: cells.collect(),
    }
}

/// What was found in one package at one version, whichever its architectures are.
struct Group<'a> {
    worst: &'a Finding,
    advisories: HashSet<&'a str>,
    unfixed: HashSet<&'a str>,
    /// The first version that has all fixes that there are.
    fixed: Option<&'a str>,
    /// The highest of them.
    epss: Option<f64>,
}

/// `findings` come with the worst first, and so do the groups.
fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for finding in findings {
        let key = (&*finding.ecosystem.0, &*finding.package, &*finding.version);
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Group {
                worst: finding,
                advisories: HashSet::new(),
                unfixed: HashSet::new(),
                fixed: None,
                epss: None,
            });
        }
        groups[place].add(finding);
    }
    groups
}

impl<'a> Group<'a> {
    fn add(&mut self, finding: &'a Finding) {
        self.advisories.insert(&finding.advisory);
        self.epss = [self.epss, finding.epss].into_iter().flatten().reduce(f64::max);
        match (&finding.fixed_version, self.fixed) {
            (None, _) => {
                self.unfixed.insert(&finding.advisory);
            }
            (Some(fixed), Some(known)) if !is_later(finding, fixed, known) => {}
            (Some(fixed), _) => self.fixed = Some(fixed),
        }
    }

    fn fix(&self) -> String {
        match (self.fixed, self.unfixed.len()) {
            (None, _) => "no fix yet".to_owned(),
            (Some(version), 0) => version.to_owned(),
            (Some(version), unfixed) => format!("{version}; {unfixed} without a fix"),
        }
    }
}

/// Both were compared with the installed version when they were matched, so both have a place in the order.
fn is_later(finding: &Finding, fixed: &str, known: &str) -> bool {
    let scheme = Scheme::of(&finding.ecosystem);
    scheme.is_some_and(|scheme| scheme.compare(fixed, known).is_ok_and(|order| order.is_gt()))
}
