use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::policy::PolicyVerdict;

/// A plan in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanSummary {
    pub id: Uuid,
    /// SHA-256 of the plan's canonical JSON, 64 hexadecimal digits.
    pub digest: String,
    /// `exec`
    pub kind: String,
    pub title: String,
    pub author: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// The plan that it takes the place of.
    pub parent_id: Option<Uuid>,
    pub targets: u32,
    /// Of the targets, those that only the simulator knows.
    pub simulated_targets: u32,
    pub risk_score: u32,
    /// `low`, `medium`, `high` or `critical`
    pub risk_level: String,
}

/// One plan, and how it stands now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanView {
    #[serde(flatten)]
    pub summary: PlanSummary,
    /// Canonical JSON (RFC 8785): the bytes that the digest is of. It names its targets by the digest of their list.
    pub document: String,
    /// The moment of the fleet that targets were chosen from.
    #[serde(with = "time::serde::rfc3339")]
    pub facts_as_of: OffsetDateTime,
    /// In the filter language of the fleet; absent when assets were named or none is acted on.
    pub query: Option<String>,
    /// A group before what is in it.
    pub plan_steps: Vec<PlanStep>,
    pub limits: PlanLimits,
    /// Absent: it may be run at any time.
    pub window: Option<PlanWindow>,
    pub expected: PlanExpected,
    pub blast_radius: PlanBlastRadius,
    /// All eight, each with what it rests on.
    pub risk_factors: Vec<PlanRiskFactor>,
    pub staleness: PlanStaleness,
    /// Plans that take its place.
    pub children: u64,
    /// What the rules of now say of it.
    pub verdict: PolicyVerdict,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanStep {
    pub id: String,
    pub title: Option<String>,
    /// `sequence`, `parallel`, `wait`, `gate`, `approval`, or the kind of its action: `ssh`, `http`, `terraform` …
    pub kind: String,
    /// How many groups it stands in.
    pub depth: u32,
    /// The group that it stands in; absent at the top.
    pub within: Option<String>,
    /// Of the node; of a group there are none.
    pub parameters: Option<serde_json::Value>,
    /// It acts on each target, within the limits.
    pub on_targets: bool,
    /// It may leave something other than it was.
    pub changes: bool,
    pub undo: Option<PlanUndo>,
    /// Its author says that it cannot be taken back.
    pub irreversible: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanUndo {
    pub kind: String,
    pub parameters: serde_json::Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanLimits {
    /// Targets that a step works on at a time.
    pub batch: u32,
    /// Targets that may be out of service at once.
    pub max_unavailable: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanWindow {
    pub time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
}

/// What its author expects.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanExpected {
    /// Absent: unknown.
    pub minutes: Option<u32>,
    /// `declared` by the author, or `unknown`.
    pub minutes_source: String,
    /// In whole units of the currency; absent: unknown.
    pub cost: Option<u32>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// `declared` by the author, or `unknown`.
    pub cost_source: String,
}

/// Targets by what they are; each list adds up to the number of targets.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanBlastRadius {
    pub sites: Vec<PlanShare>,
    pub environments: Vec<PlanShare>,
    pub platforms: Vec<PlanShare>,
    pub criticalities: Vec<PlanShare>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanShare {
    /// Absent: not known.
    pub value: Option<String>,
    pub targets: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanRiskFactor {
    /// `environment`, `scope`, `history`, `change_size`, `timing`, `dependencies`, `drift` or `rollback`
    pub factor: String,
    /// In percent of the whole.
    pub weight: u32,
    /// From 0 to 100.
    pub score: u32,
    /// Whether all that it rests on is known; what is not counts as the worst.
    pub known: bool,
    /// What it rests on.
    pub basis: String,
}

/// Whether the facts that it was made from still hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanStaleness {
    pub stale: bool,
    /// Targets with other facts by now.
    pub changed: u64,
    /// Targets that are not seen any more.
    pub gone: u64,
    /// The first of them.
    pub examples: Vec<PlanStaleTarget>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanStaleTarget {
    pub asset_id: Uuid,
    /// When the plan was made.
    pub name: String,
    /// `changed` or `gone`
    pub reason: String,
}

/// An asset as it was when the plan was made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanTarget {
    pub asset_id: Uuid,
    pub name: String,
    pub platform: String,
    pub site: Option<String>,
    pub env: Option<String>,
    /// Absent: not known.
    pub criticality: Option<String>,
    pub simulated: bool,
    /// Of the fact that it was taken from.
    pub fact_hash: String,
    /// When that fact was recorded.
    #[serde(with = "time::serde::rfc3339")]
    pub fact_recorded: OffsetDateTime,
}

/// What makes one plan another than the one it is compared with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanDifference {
    /// The plan of before.
    pub with: Uuid,
    pub targets_added: u64,
    pub targets_removed: u64,
    pub targets_changed: u64,
    /// The first of them all.
    pub targets: Vec<PlanTargetChange>,
    pub steps: Vec<PlanStepChange>,
    /// Title, selection, limits, window and expectation.
    pub fields: Vec<PlanFieldChange>,
    pub risk_score_before: u32,
    pub risk_score_after: u32,
    pub factors: Vec<PlanFactorChange>,
    /// Both would do the same to the same.
    pub same: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanTargetChange {
    pub asset_id: Uuid,
    pub name: String,
    /// `added`, `removed` or `changed`
    pub change: String,
    /// None of a changed one: facts changed that a plan does not show.
    pub fields: Vec<PlanFieldChange>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanStepChange {
    pub id: String,
    /// `added`, `removed` or `changed`
    pub change: String,
    pub fields: Vec<PlanFieldChange>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanFieldChange {
    pub field: String,
    /// Absent: not said.
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanFactorChange {
    pub factor: String,
    pub before: u32,
    pub after: u32,
    pub basis_before: String,
    pub basis_after: String,
}
