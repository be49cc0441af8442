//! What a contract expects of the packages and services of an asset.

use serde::{Deserialize, Serialize};

use crate::package::Ecosystem;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackageExpectation {
    pub name: String,
    /// None matches the name in any ecosystem. `Debian` matches every release of it, `Debian:12` that one.
    pub ecosystem: Option<Ecosystem>,
    pub constraint: Constraint,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "is", content = "version", rename_all = "snake_case")]
pub enum Constraint {
    Present,
    Absent,
    /// This version. Without a packaging revision (`3.0.13`) it means that upstream version in any revision.
    Exact(String),
    /// This version or a later one in the order of the package's ecosystem.
    Minimum(String),
    /// A language runtime of this release series: `3.11` is met by `3.11.9`, `17` by `17.0.10`. The name is the
    /// runtime's (`python`, `java`), not a package's.
    Runtime(String),
}

/// What a contract expects of a unit, and the word it is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceExpectation {
    Running,
    /// Not running; it may exist.
    Stopped,
    Enabled,
    /// Will not start by itself and does not run.
    Disabled,
    /// No such unit.
    Absent,
}

impl ServiceExpectation {
    pub const ALL: &[ServiceExpectation] = &[
        ServiceExpectation::Running,
        ServiceExpectation::Stopped,
        ServiceExpectation::Enabled,
        ServiceExpectation::Disabled,
        ServiceExpectation::Absent,
    ];
    pub const NAMES: &[&str] = &["running", "stopped", "enabled", "disabled", "absent"];

    pub fn name(self) -> &'static str {
        match self {
            ServiceExpectation::Running => "running",
            ServiceExpectation::Stopped => "stopped",
            ServiceExpectation::Enabled => "enabled",
            ServiceExpectation::Disabled => "disabled",
            ServiceExpectation::Absent => "absent",
        }
    }

    pub fn parse(name: &str) -> Option<ServiceExpectation> {
        Self::ALL
            .iter()
            .copied()
            .find(|expectation| expectation.name() == name)
    }
}
