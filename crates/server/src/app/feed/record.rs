//! What the store keeps of a record, and the ways in which feeds write moments.

use qlrf_core::advisory::{Advisory, Severity, SeverityKind};
use qlrf_core::digest::Digest;
use qlrf_core::time::{Date, Timestamp};
use qlrf_engines::vuln::advisory_keys;
use qlrf_engines::vuln::severity::{self, Band};
use qlrf_store::feed::NewAdvisory;
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

pub(super) fn advisory_row(advisory: Advisory) -> NewAdvisory {
    let (advisory, document) = storable(advisory);
    let score = severity::score(&advisory.severity)
        .or_else(|| {
            let of_packages = advisory
                .affected
                .iter()
                .filter_map(|a| severity::score(&a.severity));
            of_packages.max_by(|a, b| a.value.total_cmp(&b.value))
        })
        .map(|score| score.value);
    let rating = advisory.rating.as_deref().and_then(Band::of_rating);
    let band = score.map(Band::of_score).or(rating);
    NewAdvisory {
        osv_id: advisory.id.to_string(),
        digest: Digest::of(document.to_string().as_bytes()),
        cves: advisory.cves().iter().map(ToString::to_string).collect(),
        summary: advisory.summary.to_string(),
        cvss_score: score.map(|value| value as f32),
        cvss_vector: vector(&advisory.severity),
        severity: band.map(|band| band.name().to_owned()),
        published: advisory.published,
        modified: advisory.modified,
        withdrawn: advisory.withdrawn,
        names: advisory_keys(&advisory),
        document,
    }
}

/// The vector that the score was computed from.
fn vector(vectors: &[Severity]) -> Option<String> {
    let newest_first = [SeverityKind::CvssV4, SeverityKind::CvssV3, SeverityKind::CvssV2];
    let found = newest_first.iter().find_map(|kind| {
        let mut of_kind = vectors.iter().filter(|v| v.kind == *kind);
        of_kind.find(|v| severity::score(std::slice::from_ref(*v)).is_some())
    });
    found.map(|vector| vector.score.to_string())
}

/// PostgreSQL keeps no NUL character in text or JSON; one in a feed is shown as the replacement character.
fn storable(advisory: Advisory) -> (Advisory, Value) {
    let mut document = serde_json::to_value(&advisory).expect("advisories always serialise");
    if !replace_nul(&mut document) {
        return (advisory, document);
    }
    let cleaned = serde_json::from_value(document.clone()).expect("only characters inside of texts changed");
    (cleaned, document)
}

fn replace_nul(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = without_nul(text);
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| replace_nul(item) | any),
        Value::Object(fields) => fields
            .values_mut()
            .fold(false, |any, item| replace_nul(item) | any),
        _ => false,
    }
}

pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// As the feeds write it: RFC 3339 (OSV), a date with or without more behind it (EPSS), a date with dots (KEV).
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let date = || {
        let date = text.get(..10)?.replace('.', "-");
        let date = Date::parse(&date, format_description!("[year]-[month]-[day]")).ok()?;
        Some(date.midnight().assume_utc())
    };
    Timestamp::parse(text, &Rfc3339).ok().or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_in_an_advisory_is_stored_as_the_replacement_character() {
        let text = r#"{"id":"A-1","modified":"2026-01-01T00:00:00Z","summary":"a\u0000b","affected":[]}"#;
        let advisory = qlrf_core::advisory::read_osv(text.as_bytes()).expect("a record");
        let row = advisory_row(advisory);
        assert!(!row.document.to_string().contains("\\u0000"));
        assert!(!row.summary.contains('\0'));
    }

    #[test]
    fn each_feed_says_its_age_in_its_own_way() {
        let day = time::macros::datetime!(2025-08-25 00:00 UTC);
        assert_eq!(moment("2025-08-25T00:00:00Z"), Some(day));
        assert_eq!(moment("2025-08-25T00:00:00+0000"), Some(day));
        assert_eq!(moment("2025.08.25"), Some(day));
        assert_eq!(moment("yesterday"), None);
    }
}
