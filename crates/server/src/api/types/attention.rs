use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::vulnerability::AffectedValue;

/// What needs somebody, the first first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Attention {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// Ordered by `level`, then by the order of `totals`, then by how bad it is; at most ten of a kind.
    pub items: Vec<AttentionItem>,
    /// Every kind that was looked for, with how many there are; absent figures are not known.
    pub totals: Vec<AttentionTotal>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttentionTotal {
    pub kind: String,
    pub total: Option<u64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AttentionItem {
    /// `known_exploited`, `past_sla`, `image_revoked`, `image_behind`, `updates_due`, `unmanaged`, `drift_unknown`,
    /// `identity_conflict`, `scope_not_listed`, `connector_failing`, `never_collected` or `feed_empty`.
    pub kind: String,
    /// `critical`, `warning` or `unknown`.
    pub level: String,
    /// What: a CVE, `family:version`, a family, an identity, a scope, a connector, a feed, or a sentence about assets.
    pub title: String,
    /// Names of the packages that it is in.
    pub about: Option<String>,
    /// Why it is here, as a sentence.
    pub why: String,
    /// Since when it has been so, as far as that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Assets behind it; absent where nobody can say how many.
    pub assets: Option<u64>,
    /// Of them, those that the simulator made up.
    pub simulated: u64,
    /// The sites with most of these assets, and how many sites there are in all. A value that is absent is not known.
    pub sites: Vec<AffectedValue>,
    pub sites_total: u64,
    /// The filter that lists exactly these assets; absent where no filter can say it.
    pub filter: Option<String>,
    /// Path of the resource below `/api/v1`.
    pub resource: String,
}

/// How far the figures can be relied on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DataHealth {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub connectors: u64,
    /// Of them, those whose last collection that ended was complete.
    pub connectors_complete: u64,
    pub connectors_never_synced: u64,
    pub scopes: u64,
    /// Of them, those that were listed completely at the last attempt.
    pub scopes_complete: u64,
    pub gaps: u64,
    /// The first twenty scopes that were not.
    pub first_gaps: Vec<CoverageGap>,
    pub feeds: Vec<FeedAge>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CoverageGap {
    pub connector_id: Uuid,
    pub connector: String,
    pub account: String,
    pub region: String,
    pub kind: String,
    /// When it was last listed completely; absent: never.
    #[serde(with = "time::serde::rfc3339::option")]
    pub complete_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    pub attempted_at: OffsetDateTime,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub simulated: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedAge {
    pub name: String,
    pub title: String,
    /// Standing advisories, known exploited vulnerabilities or scores.
    pub held: u64,
    /// Absent: nothing was ever imported.
    #[serde(with = "time::serde::rfc3339::option")]
    pub imported_at: Option<OffsetDateTime>,
    /// Whole seconds since then.
    pub age_s: Option<i64>,
}

/// The way from an empty installation to a picture of one's own; each step is ticked by a fact.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Onboarding {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub steps: Vec<OnboardingStep>,
    pub simulated: SimulatedEstate,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OnboardingStep {
    /// `host_seen`, `feed_present`, `contract_registered`, `image_linked` or `connector_added`.
    pub step: String,
    pub done: bool,
    /// The fact that ticks it, as a sentence; absent while there is none.
    pub fact: Option<String>,
    /// When that became true, as far as it is known.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// What this step does not have yet, where that can be named: of what no advisories are held.
    pub missing: Option<String>,
    /// A command that does it.
    pub command: String,
}

/// What of the estate the simulator made up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulatedEstate {
    pub connectors: u64,
    pub assets: u64,
    pub image_versions: u64,
}

/// What was removed of the simulated estate. Facts stay in the history, which `as_of` reads.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulatedRemoved {
    pub connectors_removed: u64,
    pub assets_removed: u64,
    /// Simulated image versions, which stay: what assets were judged against is never deleted.
    pub image_versions_kept: u64,
}
