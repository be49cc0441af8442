//! The result of a scan for code hosts and editors.

use std::io;

use qlrf_engines::report::sarif::{self, Level, Notification};
use qlrf_engines::sbom::Inventory;
use qlrf_engines::vuln::severity::Band;

use super::judge::{Finding, Judged};
use super::report::Judgement;

pub fn write(
    target: &str,
    inventory: &Inventory,
    judged: &Judged,
    out: &mut dyn io::Write,
) -> io::Result<()> {
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
    sarif::write(&findings, &notifications(target, inventory, judged), out)
}

/// Without them an empty list of results would read as "nothing is wrong".
fn notifications<'a>(target: &'a str, inventory: &'a Inventory, judged: &Judged) -> Vec<Notification<'a>> {
    let mut notifications: Vec<Notification> = inventory
        .problems
        .iter()
        .map(|problem| Notification {
            id: problem.kind.code(),
            level: match problem.stops_reading() {
                true => Level::Error,
                false => Level::Warning,
            },
            location: &problem.path,
            message: match problem.stops_reading() {
                true => format!("more may be installed than was judged: {}", problem.detail),
                false => problem.detail.clone(),
            },
        })
        .collect();
    if Judgement::of(Some(judged)) == Judgement::NotCovered {
        notifications.push(Notification {
            id: "not_covered",
            level: Level::Error,
            location: target,
            message: "no feed speaks of this system, so nothing was judged".to_owned(),
        });
    }
    if judged.undecided > 0 {
        notifications.push(Notification {
            id: "undecided",
            level: Level::Warning,
            location: target,
            message: format!(
                "{} could not be decided, which does not mean that they do not apply",
                judged.undecided
            ),
        });
    }
    notifications
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
