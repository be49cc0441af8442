//! Drift: an asset compared with the golden image that it should run.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::package::Ecosystem;
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftState {
    /// Runs the newest published version and everything its contract expects was seen to hold.
    Current,
    /// Behind: an older image version, or something that the contract expects does not hold: a package missing,
    /// forbidden or older, a service or setting that is other than expected.
    Outdated,
    /// Nothing is behind, and something is newer or more than the contract: patched in place, additional packages, or
    /// built from an unpublished version.
    Ahead,
    /// No golden image is linked to it.
    Unmanaged,
    /// Linked, but its software inventory is not known, or something that the contract expects could not be compared.
    /// Never counted as good.
    Unknown,
}

impl DriftState {
    pub const ALL: &[DriftState] = &[
        DriftState::Current,
        DriftState::Outdated,
        DriftState::Ahead,
        DriftState::Unmanaged,
        DriftState::Unknown,
    ];

    pub fn name(self) -> &'static str {
        match self {
            DriftState::Current => "current",
            DriftState::Outdated => "outdated",
            DriftState::Ahead => "ahead",
            DriftState::Unmanaged => "unmanaged",
            DriftState::Unknown => "unknown",
        }
    }

    pub fn parse(name: &str) -> Option<DriftState> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }
}

/// How much a difference matters by itself; the age of an image lag is added by whoever knows what time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftSeverity {
    #[default]
    None,
    /// Ahead of the contract: newer or additional packages.
    Low,
    /// A service or a setting other than expected, or an image version behind.
    Medium,
    /// A package missing or older, or an image version behind for more than the warning age.
    High,
    /// A forbidden package, a withdrawn image version, or an image version behind for more than the critical age.
    Critical,
}

impl DriftSeverity {
    pub const ALL: &[DriftSeverity] = &[
        DriftSeverity::None,
        DriftSeverity::Low,
        DriftSeverity::Medium,
        DriftSeverity::High,
        DriftSeverity::Critical,
    ];

    pub fn parse(name: &str) -> Option<DriftSeverity> {
        Self::ALL.iter().copied().find(|severity| severity.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            DriftSeverity::None => "none",
            DriftSeverity::Low => "low",
            DriftSeverity::Medium => "medium",
            DriftSeverity::High => "high",
            DriftSeverity::Critical => "critical",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageChange {
    Missing,
    /// Installed though the contract says that it must not be.
    Forbidden,
    Older,
    Newer,
    /// Installed and not in the image. Only told when the image's whole package set is known.
    Extra,
}

/// One package that is other than expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackageDifference {
    pub name: String,
    pub arch: String,
    pub change: PackageChange,
    pub ecosystem: Option<Ecosystem>,
    /// What was expected, in words of the contract: a version, `3.0.13 or later`, `present`. None for an extra package.
    pub expected: Option<String>,
    /// The version that is installed. None for a missing package.
    pub actual: Option<String>,
}

/// A service or a setting that is other than expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ValueDifference {
    pub name: String,
    pub expected: String,
    pub actual: String,
}

/// Where the version that an asset runs stands among the published versions of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Newest,
    Behind,
    /// Deprecated or retired, whatever its number.
    Withdrawn,
    /// Above every published version.
    Unpublished,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageLag {
    pub standing: Standing,
    pub running: String,
    /// The newest published version.
    pub target: String,
    /// Published versions that are newer than the running one.
    pub versions_behind: u32,
    /// When the next published version after the running one appeared, or the running one was withdrawn. Days are this
    /// subtracted from now, by the reader.
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<Timestamp>,
}

/// Something that the contract expects and that could not be compared. Neither drift nor good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unverified {
    /// `package:openssl`, `service:ssh`, or the setting's key.
    pub what: String,
    pub why: UnverifiedWhy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnverifiedWhy {
    /// The connector does not observe this of the asset.
    NotObserved,
    /// The two versions have no order that is known.
    NotComparable,
    /// No package provides the runtime; it may be installed by other means.
    NotPackaged,
}

impl fmt::Display for PackageDifference {
    /// One sentence without the image's name: `openssl 3.0.13-1 expected, host has 3.0.11-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence("", f)
    }
}

impl PackageDifference {
    /// One sentence for the operator: `openssl 3.0.13-1 expected by ql-base 1.6.3, host has 3.0.11-1`.
    pub fn explain(&self, image: &str) -> String {
        let mut text = String::new();
        let by = format!(" by {image}");
        self.sentence(&by, &mut text)
            .expect("writing to a string does not fail");
        text
    }

    fn sentence(&self, by: &str, f: &mut impl fmt::Write) -> fmt::Result {
        let name = &self.name;
        let expected = self.expected.as_deref().unwrap_or("present");
        let actual = self.actual.as_deref().unwrap_or("none");
        match self.change {
            PackageChange::Missing => write!(f, "{name} {expected} expected{by}, host does not have it"),
            PackageChange::Forbidden => write!(f, "{name} forbidden{by}, host has {actual}"),
            PackageChange::Extra => write!(f, "{name} not expected{by}, host has {actual}"),
            PackageChange::Older => write!(f, "{name} {expected} expected{by}, host has older {actual}"),
            PackageChange::Newer => write!(f, "{name} {expected} expected{by}, host has newer {actual}"),
        }
    }
}

impl ValueDifference {
    /// `sshd:PermitRootLogin no expected by ql-base 1.6.3, host has yes`.
    pub fn explain(&self, image: &str) -> String {
        format!(
            "{} {} expected by {image}, host has {}",
            self.name, self.expected, self.actual
        )
    }
}

impl ImageLag {
    /// None when the asset runs the newest version.
    pub fn explain(&self, family: &str) -> Option<String> {
        let (running, target) = (&self.running, &self.target);
        let behind = self.versions_behind;
        match self.standing {
            Standing::Newest => None,
            Standing::Behind => {
                let versions = if behind == 1 { "version" } else { "versions" };
                Some(format!(
                    "{family} {target} expected, host runs {running}, {behind} {versions} behind"
                ))
            }
            Standing::Withdrawn => Some(format!(
                "{family} {running} is deprecated, retired or revoked, {target} expected"
            )),
            Standing::Unpublished => Some(format!(
                "{family} {target} expected, host runs unpublished {running}"
            )),
        }
    }
}
