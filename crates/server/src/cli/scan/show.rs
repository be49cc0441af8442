//! The result of a scan, for people and for programs.

use std::io;

use qlrf_connectors::feed::Snapshot;
use qlrf_engines::report::sarif::{self, Level};
use qlrf_engines::sbom::Inventory;
use qlrf_engines::vuln::severity::Band;
use serde::Serialize;

use super::judge::{Finding, Judged};
use crate::cli::{Cli, Table};

#[derive(Serialize)]
pub struct Report<'a> {
    target: &'a str,
    os: Option<&'a qlrf_core::asset::Os>,
    ecosystem: Option<&'a str>,
    packages: usize,
    /// `false`: a package database was not read whole, and more may be installed.
    complete: bool,
    /// Packages that a feed speaks of; absent when no feed was given.
    packages_judged: Option<usize>,
    /// What could not be decided; none of it means "not affected".
    undecided: Option<usize>,
    /// Absent when nothing was judged, which is not the same as none.
    findings: Option<&'a [Finding]>,
    feeds: &'a [Snapshot],
    problems: Vec<ReportProblem<'a>>,
}

#[derive(Serialize)]
struct ReportProblem<'a> {
    code: &'static str,
    path: &'a str,
    detail: &'a str,
}

pub fn report<'a>(target: &'a str, inventory: &'a Inventory, judged: Option<&'a Judged>) -> Report<'a> {
    Report {
        target,
        os: inventory.os.as_ref(),
        ecosystem: inventory.ecosystem.as_ref().map(|ecosystem| &*ecosystem.0),
        packages: inventory.packages.packages().len(),
        complete: inventory.is_whole(),
        packages_judged: judged.map(|judged| judged.packages),
        undecided: judged.map(|judged| judged.undecided),
        findings: judged
            .filter(|judged| judged.packages > 0)
            .map(|judged| &judged.findings[..]),
        feeds: judged.map_or(&[], |judged| &judged.snapshots),
        problems: inventory
            .problems
            .iter()
            .map(|problem| ReportProblem {
                code: problem.kind.code(),
                path: &problem.path,
                detail: &problem.detail,
            })
            .collect(),
    }
}

pub fn table(cli: &Cli, target: &str, inventory: &Inventory, judged: Option<&Judged>) {
    let os = inventory.os.as_ref();
    let packages = inventory.packages.packages().len();
    let known = match judged {
        None => "not judged: no feed was given (--feed)".to_owned(),
        Some(judged) if judged.packages == 0 => "not judged: no feed speaks of this system".to_owned(),
        Some(judged) => format!(
            "{} in {} judged packages of {packages}; {} undecided",
            judged.findings.len(),
            judged.packages,
            judged.undecided
        ),
    };
    let mut fields = vec![
        ("target", target.to_owned()),
        (
            "system",
            os.map_or_else(|| "unknown".to_owned(), |os| os.name.clone()),
        ),
        (
            "packages",
            match inventory.is_whole() {
                true => packages.to_string(),
                false => format!("◌ {packages} or more: a package database was not read whole"),
            },
        ),
        ("vulnerabilities", known),
    ];
    if let Some(first) = inventory.problems.first() {
        let count = inventory.problems.len();
        fields.push((
            "problems",
            format!("{count}; the first: {}: {}", first.path, first.detail),
        ));
    }
    cli.printer.table(&Table::fields(&fields));
    let findings = judged.map_or(&[][..], |judged| &judged.findings);
    if !findings.is_empty() {
        cli.printer.line("");
        cli.printer.table(&findings_table(findings));
    }
}

fn findings_table(findings: &[Finding]) -> Table {
    let mut table = Table::new(
        &[
            "severity",
            "id",
            "package",
            "version",
            "fixed in",
            "epss",
            "exploited",
        ],
        "",
    );
    for finding in findings {
        table.row(vec![
            finding.severity.unwrap_or("unknown").to_owned(),
            finding.id.to_string(),
            finding.package.to_string(),
            finding.version.to_string(),
            finding
                .fixed_version
                .clone()
                .unwrap_or_else(|| "no fix yet".to_owned()),
            finding
                .epss
                .map_or_else(String::new, |epss| format!("{:.1} %", epss * 100.0)),
            finding
                .exploited_since
                .as_ref()
                .map_or_else(String::new, |since| format!("since {since}")),
        ]);
    }
    table
}

pub fn sarif(target: &str, judged: &Judged, out: &mut dyn io::Write) -> io::Result<()> {
    let messages: Vec<String> = judged.findings.iter().map(message).collect();
    let findings: Vec<sarif::Finding> = judged
        .findings
        .iter()
        .zip(&messages)
        .map(|(finding, message)| sarif::Finding {
            rule_id: &finding.id,
            title: &finding.summary,
            level: level(finding.band),
            score: finding.cvss.map(|score| score as f32),
            help_uri: None,
            package: &finding.package,
            version: &finding.version,
            fixed_version: finding.fixed_version.as_deref(),
            location: target,
            message,
        })
        .collect();
    sarif::write(&findings, out)
}

fn message(finding: &Finding) -> String {
    let (package, version, id) = (&finding.package, &finding.version, &finding.id);
    match &finding.fixed_version {
        Some(fixed) => format!("{package} {version} has {id}; {fixed} does not"),
        None => format!("{package} {version} has {id}; no fixed version is published"),
    }
}

fn level(band: Option<Band>) -> Level {
    match band {
        Some(Band::Critical | Band::High) => Level::Error,
        // A finding that nobody rates is not a harmless one.
        Some(Band::Medium) | None => Level::Warning,
        Some(Band::Low) => Level::Note,
        Some(Band::None) => Level::None,
    }
}
