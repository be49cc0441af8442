use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// One asset as lists show it. What is absent is not known.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetSummary {
    pub id: Uuid,
    pub name: String,
    pub platform: Option<String>,
    pub kind: Option<String>,
    pub native_id: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub project: Option<String>,
    pub workload: Option<String>,
    pub owner: Option<String>,
    pub os: Option<String>,
    pub os_version: Option<String>,
    pub state: Option<String>,
    pub criticality: Option<String>,
    pub exposure: Option<String>,
    pub connector: Option<String>,
    /// Made up by the simulator.
    pub simulated: bool,
    pub image_ref: Option<String>,
    pub family: Option<String>,
    /// `family:version` that it runs.
    pub image: Option<String>,
    /// `current`, `outdated`, `ahead`, `unmanaged` or `unknown`.
    pub drift: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub drift_since: Option<OffsetDateTime>,
    /// Packages, services and settings that are other than expected.
    pub differences: i32,
    /// Expectations that could not be compared.
    pub unknowns: i32,
    /// Distinct packages; absent when the software is not known.
    pub packages: Option<usize>,
    /// Security updates that its own package manager would install.
    pub pending_security: Option<i32>,
    #[serde(with = "time::serde::rfc3339")]
    pub first_seen: OffsetDateTime,
    /// Since when the facts are as shown.
    #[serde(with = "time::serde::rfc3339")]
    pub fact_from: OffsetDateTime,
    /// `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is.
    pub freshness: String,
    /// When that was; absent: it never was listed completely.
    #[serde(with = "time::serde::rfc3339::option")]
    pub confirmed_at: Option<OffsetDateTime>,
}

/// One asset with every fact, and where each comes from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Asset {
    pub id: Uuid,
    pub connector_id: Uuid,
    /// Empty once the connector was deleted.
    pub connector: String,
    #[serde(with = "time::serde::rfc3339")]
    pub first_seen: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_from: OffsetDateTime,
    /// Absent while the facts are current.
    #[serde(with = "time::serde::rfc3339::option")]
    pub recorded_to: Option<OffsetDateTime>,
    /// When its scope was last listed completely: until then the facts are confirmed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub confirmed_at: Option<OffsetDateTime>,
    /// `fresh`, `stale` or `unknown`: what the age makes of it, by the budget of its connector.
    pub freshness: String,
    /// After this moment it is stale, unless it is confirmed before.
    #[serde(with = "time::serde::rfc3339::option")]
    pub stale_at: Option<OffsetDateTime>,
    /// After this moment it is unknown.
    #[serde(with = "time::serde::rfc3339::option")]
    pub unknown_at: Option<OffsetDateTime>,
    /// Its scope in the coverage ledger.
    pub scope_id: i64,
    /// The facts: name, platform, os, labels, services, config, pending updates and the rest.
    pub facts: Value,
    /// Absent when the software is not known.
    pub package_set: Option<PackageSetInfo>,
    /// Who sees it. The one whose word on its place counts first leads.
    pub sources: Vec<AssetSource>,
    /// A person said that it is a machine of its own; absent when nobody did. As of now.
    pub split: Option<AssetSplit>,
    /// Identities that it shares with others and that prove nothing. As of now.
    pub conflicts: Vec<IdentityConflict>,
}

/// What one connector sees of an asset.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetSource {
    /// What it sees as an asset by itself: what a split names.
    pub id: Uuid,
    pub connector_id: Uuid,
    /// Empty once the connector was deleted.
    pub connector: String,
    pub connector_kind: String,
    pub kind: String,
    pub native_id: String,
    /// Where it was listed; absent once the connector was deleted.
    pub scope: Option<SourceScope>,
    #[serde(with = "time::serde::rfc3339")]
    pub first_seen: OffsetDateTime,
    /// When its scope was last listed completely.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen: Option<OffsetDateTime>,
    /// The fields of the asset that are its word.
    pub fields: Vec<String>,
    /// The identities by which it is the same machine as the other sources; none for the only one.
    pub proof: Vec<Identity>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceScope {
    pub account: String,
    pub region: String,
    pub kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// `instance_id`, `instance_number`, `product_uuid` or `machine_id`, from the surest to the least sure.
    pub kind: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetSplit {
    /// The asset that it was split from.
    pub from_id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub author: String,
    pub reason: String,
}

/// An identity that several sources claim and that makes nobody the same machine.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct IdentityConflict {
    pub identity: Identity,
    /// `twice_in_one_source`, `stronger_differs`, `machine_id_alone`, `simulated` or `too_many`.
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub assets: Vec<ConflictAsset>,
    /// More claim it than are listed.
    pub more: bool,
}

/// What the reason of a conflict means, as a sentence.
pub fn because(reason: &str) -> &str {
    match reason {
        "twice_in_one_source" => "one source knows several machines with it",
        "stronger_differs" => "a stronger identity differs",
        "machine_id_alone" => "a machine-id alone proves nothing between sources of one kind",
        "simulated" => "some are simulated and some are not",
        "too_many" => "too many claim it",
        other => other,
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConflictAsset {
    pub id: Uuid,
    pub name: String,
}

/// Which source is to be an asset of its own.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitAsset {
    /// `id` of one of the asset's sources.
    pub source: Uuid,
    /// 1 to 500 printable characters.
    pub reason: String,
}

/// Where an asset is after it was split or joined.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetPlace {
    pub asset_id: Uuid,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PackageSetInfo {
    /// SHA-256 of the set's content.
    pub digest: String,
    pub packages: usize,
    /// How it was learned: `observed`, `reported` or `inferred`.
    pub confidence: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Package {
    pub ecosystem: String,
    pub name: String,
    pub version: String,
    pub arch: String,
    pub source_name: String,
    pub source_version: String,
    pub licenses: Vec<String>,
    /// Package URL, <https://github.com/package-url/purl-spec>; absent where the ecosystem has none.
    pub purl: Option<String>,
}

/// One moment in an asset's history.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetMoment {
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub recorded_to: Option<OffsetDateTime>,
    /// What changed against the moment before.
    pub changes: AssetDiff,
}

/// The difference between two moments of an asset.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AssetDiff {
    pub facts: Vec<FactChange>,
    pub packages_added: Vec<String>,
    pub packages_removed: Vec<String>,
    pub packages_changed: Vec<PackageChanged>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FactChange {
    /// JSON pointer into the facts.
    pub path: String,
    pub before: Value,
    pub after: Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PackageChanged {
    pub name: String,
    pub arch: String,
    pub before: String,
    pub after: String,
}

/// How many assets have each value of a dimension.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetGroup {
    /// Absent: not known.
    pub value: Option<String>,
    pub assets: u64,
    pub simulated: u64,
    pub drift: DriftTally,
}

/// Assets by drift state. Covered are the current ones; all of them are the denominator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriftTally {
    pub current: u64,
    pub outdated: u64,
    pub ahead: u64,
    pub unmanaged: u64,
    pub unknown: u64,
    pub total: u64,
    /// 0 to 100; absent when there is nothing to cover.
    pub coverage_percent: Option<f64>,
    /// `healthy`, `warning`, `critical` or `unknown`.
    pub rag: String,
}
