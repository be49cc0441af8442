use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::asset::DriftTally;
use super::coverage::AssetFigures;
use crate::fleet::UrgencyCounts;

/// The state of the whole estate. Every figure carries its denominator; what is not known is counted as such.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub assets: AssetCounts,
    /// What the other figures rest on: assets by how old what is known of them is.
    pub coverage: AssetFigures,
    /// Drift against golden images, of all assets.
    pub drift: DriftTally,
    pub patch_lag: PatchLag,
    pub security_updates: SecurityUpdates,
    pub findings: Findings,
    pub sites: Vec<PlaceTally>,
    pub platforms: Vec<PlaceTally>,
    pub collection: CollectionHealth,
    pub feeds: FeedHealth,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetCounts {
    pub total: u64,
    /// Made up by the simulator; part of the total.
    pub simulated: u64,
    /// Their installed software is not known.
    pub software_unknown: u64,
}

/// How long assets have been behind the newest published version of their image.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PatchLag {
    /// Assets linked to a version whose place in its family is known: the denominator.
    pub measured: u64,
    /// Of those, behind.
    pub behind: u64,
    /// Over the measured ones, those that are not behind counting as 0; absent when nothing was measured.
    pub median_days: Option<i64>,
    pub p90_days: Option<i64>,
    /// Of those behind: for up to 14 days, for more than 14, and for more than 30.
    pub fresh: u64,
    pub warning: u64,
    pub critical: u64,
    /// Behind since an unknown moment; not in the percentiles.
    pub undated: u64,
}

/// Security updates that the assets' own package managers would install.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SecurityUpdates {
    /// Assets whose package manager could tell: the denominator.
    pub known: u64,
    /// Of those, with at least one pending.
    pub assets_pending: u64,
    pub updates: u64,
    pub unknown: u64,
}

/// Known vulnerabilities. Absent figures: no feed was imported, so nothing is known.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Findings {
    /// When the newest feed was imported.
    #[serde(with = "time::serde::rfc3339::option")]
    pub feeds_as_of: Option<OffsetDateTime>,
    pub vulnerabilities: Option<u64>,
    /// All of them by how urgent they are in the whole estate.
    pub urgency: Option<UrgencyCounts>,
    /// Of those, known to be exploited.
    pub known_exploited: Option<u64>,
    /// Assets with at least one that is known to be exploited.
    pub assets_exploited: Option<u64>,
    /// Assets whose packages some feed speaks of: the denominator.
    pub assets_judged: Option<u64>,
    /// Of those, with at least one.
    pub assets_affected: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceTally {
    /// Absent: not known.
    pub name: Option<String>,
    pub drift: DriftTally,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CollectionHealth {
    /// Of this part: always now, also when the rest is of another moment.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub connectors: u64,
    pub never_synced: u64,
    /// Their last sync failed or was not complete.
    pub degraded: u64,
    pub scopes: i64,
    pub scopes_complete: i64,
    /// Of those that are complete, the fresh ones.
    pub scopes_covered: i64,
    /// Scopes that cannot be listed before somebody grants something.
    pub permission_gaps: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedHealth {
    /// Of this part: always now, also when the rest is of another moment.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub advisories: i64,
    pub known_exploited: i64,
    pub exploit_scores: i64,
}
