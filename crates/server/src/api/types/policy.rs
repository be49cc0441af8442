use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the rules say of a plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyVerdict {
    pub allowed: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub decided_at: OffsetDateTime,
    /// Of the shipped rules, 64 hexadecimal digits.
    pub baseline_digest: String,
    /// Of the organisation's bundle; absent before the first.
    pub bundle_version: Option<i32>,
    /// Of the organisation's rules; absent if it has none, or they could not be asked.
    pub bundle_digest: Option<String>,
    /// Of the canonical JSON that rules were given.
    pub input_digest: String,
    /// None: allowed.
    pub denials: Vec<PolicyDenial>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PolicyDenial {
    /// `baseline` or `organisation`
    pub source: String,
    pub rule: String,
    /// `rule`, or what kept the rule from answering: `failed`, `limit`, `undefined`, `shape`, `too_large`
    pub cause: String,
    pub reason: String,
    pub remedy: String,
}

/// A decision that was written down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyDecision {
    pub id: Uuid,
    pub plan_id: Uuid,
    pub plan_title: String,
    /// Of the plan's canonical JSON.
    pub plan_digest: String,
    /// `created`: when the plan was made; `checked`: somebody asked for it.
    pub asked: String,
    /// As the audit trail names them.
    pub actor: String,
    #[serde(flatten)]
    pub verdict: PolicyVerdict,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyRule {
    /// `baseline` or `organisation`
    pub source: String,
    pub name: String,
    /// What its author wrote above it.
    pub description: String,
    /// The file in its bundle.
    pub path: String,
    /// Rego.
    pub text: String,
    pub tests: u32,
}

/// The rules that hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyRules {
    pub baseline_digest: String,
    /// The shipped ones, then those of the organisation.
    pub rules: Vec<PolicyRule>,
    /// The organisation's bundle; absent before the first.
    pub bundle: Option<PolicyBundle>,
    /// Why the organisation's rules cannot be asked; every plan is denied until they are saved anew.
    pub bundle_problem: Option<String>,
    /// For `If-Match` of a save.
    pub etag: String,
}

/// One version of an organisation's bundle.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyBundle {
    pub version: i32,
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
    pub author: String,
    /// Rules and tests by path.
    pub modules: BTreeMap<String, String>,
    pub freezes: Vec<PolicyFreeze>,
}

/// What an organisation adds to the shipped rules.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicyBundle {
    /// Rules and tests by path: `friday.rego`, `friday_test.rego`. None: the shipped rules alone.
    pub modules: BTreeMap<String, String>,
    #[serde(default)]
    pub freezes: Vec<PolicyFreeze>,
}

/// A time in which nothing is changed that is there for `uses`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFreeze {
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    /// The first moment that is free again.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    pub uses: Vec<PolicyUse>,
}

/// What an environment is for. What is unknown counts as production in the shipped rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyUse {
    Production,
    Staging,
    Test,
    Development,
    Unknown,
}

/// Exactly one of the two.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyQuestion {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Uuid>,
    /// As rules are given it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<serde_json::Value>,
}
