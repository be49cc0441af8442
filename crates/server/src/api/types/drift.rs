use qlrf_core::drift::{DriftSeverity, DriftState, PackageDifference, ValueDifference};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asset::DriftTally;
use super::part::{Declared, SitePair, SiteSpec};

/// A tally of the assets that share a value.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Absent where it is not known.
    pub value: Option<String>,
    #[serde(flatten)]
    pub tally: DriftTally,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftSummary {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub total: DriftTally,
    /// Of real assets alone.
    pub observed: DriftTally,
    /// Of simulated assets alone.
    pub simulated: DriftTally,
    pub by_platform: Vec<Group>,
    pub by_site: Vec<Group>,
    pub by_env: Vec<Group>,
    pub by_family: Vec<Group>,
    pub severities: Severities,
    pub ages: Ages,
    /// When images or link rules last changed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub images_at: Option<OffsetDateTime>,
    /// Up to which of those changes every asset was judged.
    #[serde(with = "time::serde::rfc3339::option")]
    pub judged_at: Option<OffsetDateTime>,
    /// Images changed and some assets are not judged by that yet: these figures are about to change.
    pub judging: bool,
}

/// Assets by their worst difference, the age of an image lag included.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Severities {
    pub none: u64,
    pub low: u64,
    pub medium: u64,
    pub high: u64,
    pub critical: u64,
}

/// Every asset by how long a version newer than its own is out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Ages {
    /// Nothing newer is published.
    pub newest: u64,
    /// Up to 14 days.
    pub fresh: u64,
    /// More than 14 days.
    pub warning: u64,
    /// More than 30 days.
    pub critical: u64,
    /// Behind since an unknown moment.
    pub undated: u64,
    /// Not measured: not linked to a version whose place in its family is known.
    pub unknown: u64,
}

/// How many things are other than the contract says.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct DifferenceCounts {
    pub missing: i32,
    pub forbidden: i32,
    pub extra: i32,
    pub older: i32,
    pub newer: i32,
    /// Services and settings.
    pub settings: i32,
    /// Expectations that could not be compared.
    pub unverified: i32,
}

/// Drift of one asset in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetDrift {
    pub asset_id: Uuid,
    pub name: String,
    pub platform: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    /// `current`, `outdated`, `ahead`, `unmanaged` or `unknown`.
    #[schema(value_type = String)]
    pub state: DriftState,
    /// Of the worst difference, the age of an image lag included.
    #[schema(value_type = String)]
    pub severity: DriftSeverity,
    /// Since when it is judged like this.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    pub family: Option<String>,
    /// `family:version` that it runs.
    pub image: Option<String>,
    pub image_id: Option<Uuid>,
    /// The version that it should run.
    pub target_id: Option<Uuid>,
    pub versions_behind: Option<i32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    /// Whole days since a newer version is out.
    pub lag_days: Option<i64>,
    pub differences: DifferenceCounts,
    /// Security updates that its package manager would install; absent is unknown.
    pub pending_security: Option<i32>,
    /// How it was linked to its image, or why it was not.
    pub proof: Option<String>,
    pub simulated: bool,
}

/// Drift of one asset with every reason.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftExplained {
    pub asset_id: Uuid,
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    #[schema(value_type = String)]
    pub state: DriftState,
    #[schema(value_type = String)]
    pub severity: DriftSeverity,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub family: Option<String>,
    /// The version whose contract it is compared with.
    pub version: Option<String>,
    pub target_version: Option<String>,
    pub versions_behind: Option<i32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    pub lag_days: Option<i64>,
    /// How it was linked to its image, or why it was not.
    pub proof: Option<String>,
    pub differences: DifferenceCounts,
    /// `false`: images or link rules are other ones now than when this was judged; the lists below are then empty.
    pub explained: bool,
    /// Every difference as a sentence, the image lag first.
    pub sentences: Vec<String>,
    #[schema(value_type = Vec<serde_json::Value>)]
    pub packages: Vec<PackageDifference>,
    #[schema(value_type = Vec<serde_json::Value>)]
    pub services: Vec<ValueDifference>,
    #[schema(value_type = Vec<serde_json::Value>)]
    pub config: Vec<ValueDifference>,
    /// What the contract expects and could not be compared.
    pub unverified: Vec<Unverified>,
    /// What moving to the version that it should run changes; absent when it runs that one, or its software was not observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<DriftUpdate>,
    pub simulated: bool,
}

/// How the packages of an asset differ from those of the version that it should run and does not.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftUpdate {
    #[schema(value_type = Vec<serde_json::Value>)]
    pub packages: Vec<PackageDifference>,
    /// Each of them as a sentence.
    pub sentences: Vec<String>,
    pub unverified: Vec<Unverified>,
    /// `false`: the contract of that version says nothing of packages, so nothing can differ.
    pub has_packages: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Unverified {
    pub what: String,
    /// `not_observed`, `not_comparable` or `not_packaged`.
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftTrend {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// One for each day in UTC, oldest first: states at its end, the last as of `as_of`.
    pub points: Vec<TrendPoint>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TrendPoint {
    /// `2026-01-31`
    pub day: String,
    #[serde(flatten)]
    pub tally: DriftTally,
}

/// By asset, or by a group of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TopOffenders {
    /// `asset`, `family`, `workload`, `owner` or `site`.
    pub by: String,
    /// The worst first; empty unless `by` is `asset`.
    pub assets: Vec<AssetDrift>,
    /// Most outdated assets first; empty if `by` is `asset`.
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftDetecting {
    /// Every asset is judged again by what is known at this moment; `judged_at` of the summary reaches it when done.
    #[serde(with = "time::serde::rfc3339")]
    pub images_at: OffsetDateTime,
}

/// Sites × environments. A cell without assets is not there.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Sites {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub sites: Vec<Site>,
    /// Environments over all sites, in the order of columns.
    pub environments: Vec<Group>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// Absent: assets whose site is not known.
    pub site: Option<String>,
    #[serde(flatten)]
    pub tally: DriftTally,
    /// Its environments.
    pub environments: Vec<Group>,
    /// What people say of it. Absent: assets are there, and nobody declared it.
    pub declared: Option<Declared<SiteSpec>>,
    /// The site that stands in for it, or that it stands in for.
    pub pair: Option<SitePair>,
}
