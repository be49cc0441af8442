//! A plan: what is to be changed, on which frozen targets, step by step, with how each step is taken back.
//!
//! A plan is canonical JSON (RFC 8785) and is addressed by the SHA-256 of it. It never changes: other targets, other
//! steps or other facts make another plan. The targets are a list of their own, which the plan names by its digest, so
//! that a plan of a hundred thousand assets is as short to read and to sign as one of three.
//!
//! Every number in it is a whole one, so that canonical JSON has one way only to write it.

pub mod risk;
pub mod step;
pub mod target;

use serde::{Deserialize, Serialize};

use crate::contract::canonical;
use crate::digest::Digest;
use crate::id::{AssetId, PlanId};
use crate::time::Timestamp;

pub use risk::Risk;
pub use step::Step;
pub use target::Target;

/// Assets of one plan: the whole of a large estate is more than one change.
pub const TARGETS_MAX: usize = 100_000;
/// Of all levels together.
pub const STEPS_MAX: usize = 1_000;
/// Groups within groups; a person has to read it.
pub const LEVELS_MAX: usize = 4;
/// Canonical JSON of a plan, without its targets.
pub const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// The form that this program writes and reads.
pub const FORMAT: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// Steps that a person wrote down, on assets that they chose.
    Exec,
}

impl PlanKind {
    pub const ALL: &[PlanKind] = &[PlanKind::Exec];

    pub fn name(self) -> &'static str {
        match self {
            PlanKind::Exec => "exec",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub format: u32,
    pub kind: PlanKind,
    pub title: String,
    /// As the audit trail names them: `person:ada`.
    pub author: String,
    #[serde(with = "::time::serde::rfc3339")]
    pub planned_at: Timestamp,
    /// The moment of the fleet that targets were chosen from.
    #[serde(with = "::time::serde::rfc3339")]
    pub facts_as_of: Timestamp,
    /// The plan that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// How targets were chosen; absent when the steps act on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    pub targets: Frozen,
    pub steps: Vec<Step>,
    pub limits: Limits,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    pub expected: Expected,
    pub blast: BlastRadius,
    pub risk: Risk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    pub id: PlanId,
    pub digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// In the filter language of the fleet: `platform:aws env:prod`.
    Query(String),
    Assets(Vec<AssetId>),
}

/// The list of targets, named by what it is: the digest of the canonical JSON of all of them, in the order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    pub total: u32,
    pub digest: Digest,
}

/// For steps that act on each target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Targets that a step works on at a time.
    pub batch: u32,
    /// Targets that may be out of service at once, for whatever reason, before the run holds.
    pub max_unavailable: u32,
}

impl Default for Limits {
    /// One after the other, for a person who said nothing.
    fn default() -> Limits {
        Limits {
            batch: 1,
            max_unavailable: 1,
        }
    }
}

/// When a run may be under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// By its name in the IANA database: whose office hours and nights are meant.
    pub time_zone: String,
    #[serde(with = "::time::serde::rfc3339")]
    pub starts_at: Timestamp,
    #[serde(with = "::time::serde::rfc3339")]
    pub ends_at: Timestamp,
}

/// What the author declares; what is absent is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub amount: u32,
    /// ISO 4217: `EUR`.
    pub currency: String,
}

/// Targets by what they are; each list is the largest first, then by value, and adds up to the number of targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlastRadius {
    pub sites: Vec<Share>,
    pub environments: Vec<Share>,
    pub platforms: Vec<Share>,
    pub criticalities: Vec<Share>,
    /// Targets that only the simulator knows.
    pub simulated: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub targets: u32,
}

/// Why stored text is not a plan.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("it is not a plan: {0}")]
    Form(serde_json::Error),
    #[error("it is a plan of the form {0}, and this program reads the form {FORMAT}")]
    Format(u32),
    #[error("it is not written as canonical JSON")]
    NotCanonical,
}

impl Plan {
    /// What is stored, shown, signed and hashed.
    pub fn canonical(&self) -> String {
        canonical_text(self)
    }

    /// Reads what [`Plan::canonical`] wrote, and nothing else.
    pub fn read(text: &str) -> Result<Plan, Unreadable> {
        let plan: Plan = serde_json::from_str(text).map_err(Unreadable::Form)?;
        if plan.format != FORMAT {
            return Err(Unreadable::Format(plan.format));
        }
        match plan.canonical() == text {
            true => Ok(plan),
            false => Err(Unreadable::NotCanonical),
        }
    }
}

/// By which a plan is addressed: of its canonical JSON.
pub fn digest(canonical: &str) -> Digest {
    Digest::of(canonical.as_bytes())
}

fn canonical_text(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("a plan holds text, whole numbers and lists alone");
    canonical::to_string(&value)
}
