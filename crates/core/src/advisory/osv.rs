//! Reads one OSV record, <https://ossf.github.io/osv-schema/>: unknown fields are passed over, a known field of the
//! wrong type is an error of that record.

use std::sync::Arc;

use serde::Deserialize;
use time::format_description::well_known::Rfc3339;

use super::{Advisory, Affected, Event, MAX_SUMMARY_CHARS, Range, RangeKind, Severity, SeverityKind};
use crate::package::Ecosystem;
use crate::time::{Timestamp, truncate};

/// Twenty times the largest record that osv.dev publishes.
pub const MAX_RECORD_BYTES: usize = 16 << 20;
const MAX_AFFECTED: usize = 20_000;
/// Over all ranges of a record.
const MAX_EVENTS: usize = 200_000;
/// Over all packages of a record.
const MAX_VERSIONS: usize = 500_000;
/// Aliases, upstream or related ids.
const MAX_LINKS: usize = 20_000;
/// Of an id, a package name, an ecosystem, a version or a vector.
const MAX_TEXT_BYTES: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ReadError {
    /// Stable, `snake_case`: `osv_too_large`, `osv_not_json`, `osv_wrong_shape`, `osv_bad_value` or `osv_too_many`.
    pub code: &'static str,
    pub detail: String,
}

pub fn read_osv(json: &[u8]) -> Result<Advisory, ReadError> {
    if json.len() > MAX_RECORD_BYTES {
        let detail = format!(
            "a record of {} bytes is larger than {MAX_RECORD_BYTES}",
            json.len()
        );
        return Err(ReadError {
            code: "osv_too_large",
            detail,
        });
    }
    let wire: Wire = serde_json::from_slice(json).map_err(|e| ReadError {
        code: if e.is_data() {
            "osv_wrong_shape"
        } else {
            "osv_not_json"
        },
        detail: e.to_string(),
    })?;
    check_counts(&wire)?;
    let id = text("id", &wire.id)?;
    Ok(Advisory {
        aliases: texts("aliases", wire.aliases)?,
        upstream: texts("upstream", wire.upstream)?,
        related: texts("related", wire.related)?,
        published: wire.published.map(|at| moment("published", &at)).transpose()?,
        modified: moment("modified", &wire.modified)?,
        withdrawn: wire.withdrawn.map(|at| moment("withdrawn", &at)).transpose()?,
        rating: rating(&id, wire.summary.as_deref(), &wire.database_specific),
        summary: summary(wire.summary.as_deref(), wire.details.as_deref()),
        severity: severities(wire.severity)?,
        affected: affecteds(wire.affected)?,
        id,
    })
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    modified: String,
    published: Option<String>,
    withdrawn: Option<String>,
    aliases: Option<Vec<String>>,
    upstream: Option<Vec<String>>,
    related: Option<Vec<String>>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<Vec<WireSeverity>>,
    affected: Option<Vec<WireAffected>>,
    database_specific: Option<Words>,
}

#[derive(Deserialize)]
struct WireSeverity {
    #[serde(rename = "type")]
    kind: String,
    score: String,
}

#[derive(Deserialize)]
struct WireAffected {
    package: Option<WirePackage>,
    ranges: Option<Vec<WireRange>>,
    versions: Option<Vec<String>>,
    severity: Option<Vec<WireSeverity>>,
    ecosystem_specific: Option<Words>,
    database_specific: Option<Words>,
}

#[derive(Deserialize)]
struct WirePackage {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct WireRange {
    #[serde(rename = "type")]
    kind: String,
    events: Vec<WireEvent>,
}

/// The schema wants exactly one of them; older records put an `introduced` and a `fixed` into one event.
#[derive(Deserialize)]
struct WireEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// The words for severity in objects whose shape every database defines for itself; any other shape says nothing.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Object(Specific),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Specific {
    urgency: Option<serde_json::Value>,
    severity: Option<serde_json::Value>,
}

fn check_counts(wire: &Wire) -> Result<(), ReadError> {
    let affected = wire.affected.as_deref().unwrap_or_default();
    let ranges = || {
        affected
            .iter()
            .flat_map(|a| a.ranges.as_deref().unwrap_or_default())
    };
    let links = [&wire.aliases, &wire.upstream, &wire.related].map(|list| list.as_ref().map_or(0, Vec::len));
    for (what, count, most) in [
        ("affected packages", affected.len(), MAX_AFFECTED),
        (
            "events",
            ranges().map(|range| range.events.len()).sum(),
            MAX_EVENTS,
        ),
        (
            "versions",
            affected
                .iter()
                .map(|a| a.versions.as_ref().map_or(0, Vec::len))
                .sum(),
            MAX_VERSIONS,
        ),
        ("links to other advisories", links.iter().sum(), MAX_LINKS),
    ] {
        if count > most {
            let detail = format!("{count} {what} are more than {most}");
            return Err(ReadError {
                code: "osv_too_many",
                detail,
            });
        }
    }
    Ok(())
}

fn affecteds(wire: Option<Vec<WireAffected>>) -> Result<Vec<Affected>, ReadError> {
    let mut out = Vec::new();
    for affected in wire.unwrap_or_default() {
        // Without a package it speaks of commits of a repository.
        let Some(package) = affected.package else { continue };
        let ranges = affected.ranges.unwrap_or_default();
        let words = [affected.ecosystem_specific, affected.database_specific];
        out.push(Affected {
            ecosystem: Ecosystem(text("ecosystem", &package.ecosystem)?),
            package: text("package name", &package.name)?,
            ranges: ranges.into_iter().map(range).collect::<Result<_, _>>()?,
            versions: texts("versions", affected.versions)?,
            severity: severities(affected.severity)?,
            urgency: words.iter().flatten().find_map(Words::word),
        });
    }
    Ok(out)
}

fn range(wire: WireRange) -> Result<Range, ReadError> {
    let kind = match wire.kind.as_str() {
        "SEMVER" => RangeKind::Semver,
        "ECOSYSTEM" => RangeKind::Ecosystem,
        "GIT" => {
            return Ok(Range {
                kind: RangeKind::Git,
                events: Vec::new(),
            });
        }
        other => return Err(bad(format!("a range of the unknown type {:?}", shorten(other)))),
    };
    let mut events = Vec::with_capacity(wire.events.len());
    for event in &wire.events {
        let before = events.len();
        let mut push = |version: &Option<String>, make: fn(Arc<str>) -> Event| -> Result<(), ReadError> {
            if let Some(version) = version {
                events.push(make(text("event version", version)?));
            }
            Ok(())
        };
        push(&event.introduced, Event::Introduced)?;
        push(&event.fixed, Event::Fixed)?;
        push(&event.last_affected, Event::LastAffected)?;
        push(&event.limit, Event::Limit)?;
        if events.len() == before {
            return Err(bad(
                "an event without introduced, fixed, last_affected or limit".to_owned()
            ));
        }
    }
    if !events.iter().any(|event| matches!(event, Event::Introduced(_))) {
        return Err(bad("a range without an introduced event".to_owned()));
    }
    Ok(Range { kind, events })
}

fn severities(wire: Option<Vec<WireSeverity>>) -> Result<Vec<Severity>, ReadError> {
    let read = |wire: WireSeverity| {
        let kind = match wire.kind.as_str() {
            "CVSS_V2" => SeverityKind::CvssV2,
            "CVSS_V3" => SeverityKind::CvssV3,
            "CVSS_V4" => SeverityKind::CvssV4,
            other => SeverityKind::Other(text("severity type", other)?),
        };
        Ok(Severity {
            kind,
            score: text("severity score", &wire.score)?,
        })
    };
    wire.unwrap_or_default().into_iter().map(read).collect()
}

/// `database_specific.severity` (GitHub); else the first word of the title, which is how the RHEL family's errata say it
/// (`Important: firefox security update`).
fn rating(id: &str, summary: Option<&str>, specific: &Option<Words>) -> Option<Arc<str>> {
    if let Some(word) = specific.as_ref().and_then(Words::word) {
        return Some(word);
    }
    let rhel_family = ["ALSA-", "RLSA-", "RXSA-", "RHSA-", "ELSA-"]
        .iter()
        .any(|prefix| id.starts_with(prefix));
    let word = summary
        .filter(|_| rhel_family)?
        .split_once(':')?
        .0
        .trim()
        .to_ascii_lowercase();
    ["critical", "important", "moderate", "low"]
        .contains(&word.as_str())
        .then(|| word.into())
}

impl Words {
    fn word(&self) -> Option<Arc<str>> {
        let Words::Object(specific) = self else {
            return None;
        };
        let words = [&specific.urgency, &specific.severity];
        let word = words.into_iter().flatten().find_map(|value| value.as_str())?;
        (!word.is_empty() && word.len() <= 64).then(|| word.to_ascii_lowercase().into())
    }
}

fn summary(summary: Option<&str>, details: Option<&str>) -> Arc<str> {
    let first_line = |text: &str| {
        text.lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .map(str::to_owned)
    };
    let line = summary
        .and_then(first_line)
        .or_else(|| details.and_then(first_line))
        .unwrap_or_default();
    line.chars()
        .filter(|c| !c.is_control())
        .take(MAX_SUMMARY_CHARS)
        .collect::<String>()
        .into()
}

fn moment(field: &str, text: &str) -> Result<Timestamp, ReadError> {
    let at = Timestamp::parse(text, &Rfc3339);
    let at = at.map_err(|_| {
        bad(format!(
            "{field} is {:?}, which is not an RFC 3339 time",
            shorten(text)
        ))
    })?;
    Ok(truncate(at))
}

fn texts(field: &str, list: Option<Vec<String>>) -> Result<Vec<Arc<str>>, ReadError> {
    list.unwrap_or_default()
        .iter()
        .map(|item| text(field, item))
        .collect()
}

/// Identifiers of all sorts: not empty, bounded, and fit to be shown on one line.
fn text(field: &str, value: &str) -> Result<Arc<str>, ReadError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(bad(format!("{field} is empty")));
    }
    if value.len() > MAX_TEXT_BYTES {
        return Err(bad(format!(
            "{field} has {} bytes, more than {MAX_TEXT_BYTES}",
            value.len()
        )));
    }
    if value.chars().any(char::is_control) {
        return Err(bad(format!(
            "{field} has a control character: {:?}",
            shorten(value)
        )));
    }
    Ok(value.into())
}

fn bad(detail: String) -> ReadError {
    ReadError {
        code: "osv_bad_value",
        detail,
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}
