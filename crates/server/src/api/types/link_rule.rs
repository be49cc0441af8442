use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Assets that a rule is about: every condition that is given must hold. Texts are globs (`*`, `?`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Selector {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub platforms: Vec<Platform>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkRule {
    pub id: Uuid,
    /// Order in which rules are shown; all that fit must agree.
    pub position: i32,
    pub name: String,
    pub selector: Selector,
    pub family: String,
    /// Absent: the family is known and the version is not; the contract of its newest version applies.
    pub version: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRuleCreate {
    /// 1 to 100 characters; shown as the proof of a link.
    pub name: String,
    pub selector: Selector,
    pub family: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default)]
    pub position: i32,
}

/// What a rule would change. Nothing is saved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkRulePreview {
    /// Assets that were looked at: all there are.
    pub assets: u64,
    /// Assets that the selector fits.
    pub fits: u64,
    /// Assets whose link would be another.
    pub changed: u64,
    pub changes: Vec<LinkChange>,
}

/// Assets whose link would change in the same way.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkChange {
    /// `family:version`, `family`, `ambiguous`, or absent for none.
    pub from: Option<String>,
    pub to: Option<String>,
    pub assets: u64,
    /// Names of up to five of them.
    pub examples: Vec<String>,
}
