use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// A condition on a text: a glob (`*`, `?`) over the whole of it, or a regular expression found anywhere in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MappingPattern {
    Glob(String),
    Regex { regex: String },
}

/// All that are given must hold; none at all holds for every asset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MappingConditions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<MappingPattern>,
    /// The name of the connector that saw the asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<MappingPattern>,
    /// This and the next four: as the connector said, whatever rules set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<MappingPattern>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<MappingPattern>,
    /// By key; an asset without the label does not fit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, MappingPattern>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingRule {
    /// Shown as the proof of what it sets.
    pub name: String,
    pub when: MappingConditions,
    /// Field (`site`, `env`, `project`, `workload`, `owner`, `criticality`, `image_family`) → text with `${…}` in it.
    pub set: BTreeMap<String, String>,
}

/// What the rules must make of a made-up asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingExample {
    pub name: String,
    /// What a connector would say.
    pub given: serde_json::Value,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expect: BTreeMap<String, String>,
    /// Fields that must stay unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// One version of the rules. Its `ETag` guards the next change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingRules {
    /// 0 while there are none yet.
    pub version: i32,
    /// Who saved it; absent before the first.
    pub author: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Absent while it holds.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
    /// As it was sent; absent before the first.
    pub document: Option<String>,
    /// In the order in which they are looked at.
    pub rules: Vec<MappingRule>,
    pub examples: Vec<MappingExample>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingRulesNow {
    #[serde(flatten)]
    pub rules: MappingRules,
    /// The `ETag` once more: what a change sends as `If-Match`.
    pub etag: String,
    /// Whether every stored asset was mapped by the rules that hold.
    pub applied: bool,
    /// All assets there are.
    pub assets: u64,
    pub unmapped: Vec<MappingUnmapped>,
}

/// Assets without a value in one field.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingUnmapped {
    pub field: String,
    pub assets: u64,
    /// That lists just them: `site:unknown`.
    pub filter: String,
}

/// Who saved which version, and when.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingVersion {
    pub version: i32,
    pub author: String,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
}

/// What rules would change, over every asset. Nothing is saved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingPreview {
    /// Assets that were looked at: all there are.
    pub assets: u64,
    /// With another value in at least one field.
    pub changed: u64,
    /// With the same values, some of them from another rule than now.
    pub proof_only: u64,
    pub fields: Vec<MappingFieldCounts>,
    pub rules: Vec<MappingRuleReach>,
    /// The first of those that change.
    pub examples: Vec<MappingAssetChange>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingFieldCounts {
    pub field: String,
    /// Unknown now, and known then.
    pub gained: u64,
    /// Another value.
    pub changed: u64,
    /// Known now, and unknown then.
    pub lost: u64,
    pub unknown_before: u64,
    pub unknown_after: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingRuleReach {
    pub name: String,
    /// For which it decides at least one field; 0 is a rule that does nothing.
    pub assets: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingAssetChange {
    pub id: Uuid,
    pub name: String,
    pub simulated: bool,
    pub fields: Vec<MappingFieldChange>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MappingFieldChange {
    pub field: String,
    /// Absent: unknown.
    pub before: Option<String>,
    pub after: Option<String>,
    /// That sets it; absent when it is as the connector says.
    pub rule: Option<String>,
}
