use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// One scope of the coverage ledger.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScopeCoverage {
    /// For a filter of assets: `scope:17`.
    pub id: i64,
    pub connector_id: Uuid,
    pub connector: String,
    pub simulated: bool,
    pub account: String,
    pub region: String,
    pub kind: String,
    /// At the last complete listing.
    pub assets: i32,
    pub resources: i32,
    /// Assets that it lists and that are in the estate now: what `scope:ID` finds.
    pub assets_now: u64,
    #[serde(with = "time::serde::rfc3339")]
    pub attempted_at: OffsetDateTime,
    /// Absent: never listed completely, so nothing can be concluded from absence there.
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<OffsetDateTime>,
    /// How the last listing ended: `complete`, `partial`, `unlisted` (the collection did not come across it any more),
    /// `never` (not once complete) or `gone` (its provider said so, and nothing is in it; told only when asked for).
    pub state: String,
    /// `fresh`, `stale` or `unknown`, by the budget of its connector.
    pub freshness: String,
    /// Why the last attempt was not complete.
    pub code: Option<String>,
    pub detail: Option<String>,
    /// Path of the page that explains the code, where there is one.
    pub help: Option<String>,
    /// Somebody has to grant something before it can be listed.
    pub permission_gap: bool,
}

/// How much of the estate the figures rest on. Every count is a list: `GET /coverage` with the same words for scopes,
/// `GET /assets` with `freshness:` and `listed:` for assets.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CoverageSummary {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub scopes: ScopeFigures,
    pub assets: AssetFigures,
    /// By connector, in the order of their names; those without a scope are left out.
    pub connectors: Vec<ConnectorFigures>,
    /// Why scopes are not complete, the most frequent reason first.
    pub codes: Vec<CodeCount>,
    /// Of the connector that was asked about, else of the organisation.
    pub budget: FreshnessBudget,
    /// Connectors that have a budget of their own.
    pub own_budgets: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScopeFigures {
    pub total: i64,
    pub complete: i64,
    pub partial: i64,
    pub unlisted: i64,
    pub never: i64,
    pub fresh: i64,
    pub stale: i64,
    pub unknown: i64,
    /// Complete at the last attempt, and fresh.
    pub complete_fresh: i64,
    pub permission_gaps: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectorFigures {
    pub connector_id: Uuid,
    pub scopes: i64,
    pub complete: i64,
    pub complete_fresh: i64,
    pub unknown: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssetFigures {
    pub total: u64,
    /// In scopes that are complete and fresh: `freshness:fresh listed:complete`.
    pub covered: u64,
    pub fresh: u64,
    pub stale: u64,
    pub unknown: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CodeCount {
    pub code: String,
    pub scopes: i64,
    pub permission_gap: bool,
}

/// How old the last complete listing of a scope may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreshnessBudget {
    /// Older is stale: 1 to 8760.
    #[schema(minimum = 1, maximum = 8760)]
    pub stale_hours: u32,
    /// Older is unknown: more than the hours to stale, at most 17520.
    #[schema(minimum = 2, maximum = 17520)]
    pub unknown_hours: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationFreshness {
    pub budget: FreshnessBudget,
    /// The organisation set none: this is the product's own.
    pub is_default: bool,
    /// Since when it holds; absent for the product's own.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Connectors with a budget of their own.
    pub connectors: Vec<ConnectorFreshness>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectorFreshness {
    pub connector_id: Uuid,
    pub budget: FreshnessBudget,
    /// Absent one of its own, that of the organisation holds.
    pub is_own: bool,
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
}
