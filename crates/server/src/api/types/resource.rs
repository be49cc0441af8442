use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an estate holds besides assets. Nothing of it is patched, so it counts nowhere among them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Resource {
    pub id: Uuid,
    pub connector_id: Uuid,
    /// `machine_image`, `container_image`, `scaling_group`, `certificate`, `volume`, `public_address`, `workload`, `cluster` or `hypervisor`.
    pub kind: String,
    pub native_id: String,
    pub name: String,
    pub platform: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub labels: BTreeMap<String, String>,
    /// Where the mapping rules of that moment say that it belongs, by field (`env`, `site`, `owner` …); what no rule says is left out.
    pub mapped: BTreeMap<String, ResourceMapped>,
    /// By its kind; a field that is null is not known.
    #[schema(value_type = Object)]
    pub facts: Value,
    /// Made up by the simulator.
    pub simulated: bool,
    /// Since when the facts are as shown.
    #[serde(with = "time::serde::rfc3339")]
    pub fact_from: OffsetDateTime,
    /// Until when; absent while it is still there.
    #[serde(with = "time::serde::rfc3339::option")]
    pub fact_to: Option<OffsetDateTime>,
    /// `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is.
    pub freshness: String,
    /// When that was; absent: it never was listed completely.
    #[serde(with = "time::serde::rfc3339::option")]
    pub confirmed_at: Option<OffsetDateTime>,
}

/// What a mapping rule says of a resource.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ResourceMapped {
    pub value: String,
    /// The name of the rule.
    pub rule: String,
}

/// One resource with what it hangs together with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ResourceView {
    #[serde(flatten)]
    pub resource: Resource,
    pub relations: Relations,
    /// Newest first, 100 at most.
    pub history: Vec<ResourceMoment>,
}

/// When the facts changed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ResourceMoment {
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub to: Option<OffsetDateTime>,
}

/// What an asset or a resource hangs together with, as of now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Relations {
    /// What it points to.
    pub to: Vec<RelationTo>,
    /// What points to it, 500 at most.
    pub from: Vec<Related>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RelationTo {
    /// `member_of`, `runs_on`, `started_from`, `attached_to`, `uses`, `contains` or `runs`.
    pub relation: String,
    pub native_id: String,
    /// What carries that id; absent when its connector does not list it.
    pub target: Option<RelationEnd>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Related {
    pub relation: String,
    pub origin: RelationEnd,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RelationEnd {
    /// `asset` or `resource`.
    pub what: String,
    pub id: Uuid,
    pub name: String,
    /// Of the asset or of the resource.
    pub kind: String,
}

/// How many there are of a kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ResourceCount {
    pub kind: String,
    pub resources: u64,
}
