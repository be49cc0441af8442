//! Advisories: what a vulnerability feed says of packages.
//!
//! The model is that of OSV, <https://ossf.github.io/osv-schema/>, reduced to what judging a package needs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::package::Ecosystem;
use crate::time::{Date, Timestamp};

mod osv;

pub use osv::{MAX_RECORD_BYTES, ReadError, read_osv};

/// One advisory. Several may speak of one CVE, and one erratum of many CVEs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advisory {
    pub id: Arc<str>,
    /// The same vulnerability by its other names.
    pub aliases: Vec<Arc<str>>,
    /// What this one was derived from: the CVEs that a distribution's erratum handles.
    pub upstream: Vec<Arc<str>>,
    /// Merely similar, or bundled; see [`Advisory::cves`] for when they count.
    pub related: Vec<Arc<str>>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub published: Option<Timestamp>,
    #[serde(with = "::time::serde::rfc3339")]
    pub modified: Timestamp,
    /// Set: the advisory no longer stands, and nothing matches it.
    #[serde(with = "::time::serde::rfc3339::option")]
    pub withdrawn: Option<Timestamp>,
    /// The summary, else the first line of the details; at most [`MAX_SUMMARY_CHARS`].
    pub summary: Arc<str>,
    pub severity: Vec<Severity>,
    /// The publisher's own word for how bad it is, in lower case (`important`, `high`), when it gives one.
    pub rating: Option<Arc<str>>,
    pub affected: Vec<Affected>,
}

pub const MAX_SUMMARY_CHARS: usize = 300;

/// A CVSS vector, by OSV's name of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    pub kind: SeverityKind,
    /// As published; not checked here.
    pub score: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeverityKind {
    CvssV2,
    CvssV3,
    CvssV4,
    /// `Ubuntu` and whatever comes next; the score is then a word.
    Other(Arc<str>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affected {
    pub ecosystem: Ecosystem,
    pub package: Arc<str>,
    pub ranges: Vec<Range>,
    /// Versions that are affected whatever the ranges say.
    pub versions: Vec<Arc<str>>,
    /// Replaces the advisory's severity for this package when it is not empty.
    pub severity: Vec<Severity>,
    /// The distribution's urgency for this package (Debian: `low`, `unimportant`, `end-of-life`), when it gives one.
    pub urgency: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub kind: RangeKind,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RangeKind {
    Semver,
    Ecosystem,
    /// Commits; says nothing of package versions.
    Git,
}

/// A point in the order of versions at which "affected" changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// From here on; `0` is before every version.
    Introduced(Arc<str>),
    /// From here on no longer.
    Fixed(Arc<str>),
    /// After here no longer; no fixed version is known.
    LastAffected(Arc<str>),
    /// Versions from here on are outside the range; `*` is no limit.
    Limit(Arc<str>),
}

impl Advisory {
    /// The CVEs that a package is exposed to when it matches, sorted, without repeats.
    ///
    /// Its own id, its aliases and its upstream always count. `related` names other vulnerabilities by the schema, but
    /// errata that were published before `upstream` existed (and AlmaLinux's to this day) list there what they fix: it
    /// counts for those ids alone, and only when nothing else names a CVE.
    pub fn cves(&self) -> Vec<Arc<str>> {
        let own = std::iter::once(&self.id)
            .chain(&self.aliases)
            .chain(&self.upstream);
        let mut cves: Vec<Arc<str>> = own.filter(|id| is_cve(id)).cloned().collect();
        if cves.is_empty() && is_erratum(&self.id) {
            cves = self.related.iter().filter(|id| is_cve(id)).cloned().collect();
        }
        cves.sort();
        cves.dedup();
        cves
    }
}

/// `CVE-` with a year of four digits and a number of four to nineteen,
/// <https://cveproject.github.io/cve-schema/schema/docs/#oneOf_i0_cveMetadata_cveId>.
pub fn is_cve(id: &str) -> bool {
    let digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    id.strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| digits(year, 4, 4) && digits(number, 4, 19))
}

/// Notices that bundle several CVEs into one update of a distribution.
const ERRATA: &[&str] = &[
    "ALSA-",
    "ALBA-",
    "ALEA-",
    "RLSA-",
    "RXSA-",
    "RHSA-",
    "RHBA-",
    "RHEA-",
    "ELSA-",
    "SUSE-",
    "openSUSE-",
    "USN-",
    "DSA-",
    "DLA-",
    "MGASA-",
    "OESA-",
    "PHSA-",
];

fn is_erratum(id: &str) -> bool {
    ERRATA.iter().any(|prefix| id.starts_with(prefix))
}

/// One entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploited {
    pub cve: Arc<str>,
    pub name: Arc<str>,
    pub added: Date,
    /// By when United States federal agencies must act.
    pub due: Option<Date>,
    pub ransomware: bool,
}

/// FIRST's estimate of the probability that a CVE is exploited within 30 days.
#[derive(Clone, Debug, PartialEq)]
pub struct ExploitScore {
    pub cve: Arc<str>,
    /// 0 to 1.
    pub probability: f32,
    /// 0 to 1: the share of CVEs that score no higher.
    pub percentile: f32,
}

#[cfg(test)]
mod tests;
