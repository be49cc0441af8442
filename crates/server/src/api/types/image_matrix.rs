use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// Versions of images against a dimension of the assets that run them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageMatrix {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// When the newest feed was imported; absent figures of vulnerabilities mean that nothing is known.
    #[serde(with = "time::serde::rfc3339::option")]
    pub feeds_as_of: Option<OffsetDateTime>,
    /// What the columns are, as a key of the filter language.
    pub by: String,
    /// The columns with the most assets first; a value that is absent is not known.
    pub columns: Vec<MatrixColumn>,
    pub columns_total: u64,
    /// By family, the newest version first.
    pub rows: Vec<MatrixRow>,
    pub rows_total: u64,
    /// Every asset that was asked about.
    pub assets: u64,
    /// Of them, those that run no registered version: they are in no row.
    pub assets_unlinked: u64,
    /// Of all assets, those that the simulator made up.
    pub simulated: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MatrixColumn {
    pub value: Option<String>,
    pub assets: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MatrixRow {
    pub id: Uuid,
    pub family: String,
    pub version: String,
    pub status: String,
    pub newest: bool,
    pub revoked: bool,
    /// The version was made up by the simulator.
    pub simulated: bool,
    /// Absent while no version of the family is in production.
    pub versions_behind: Option<u32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    /// Whole days since then.
    pub superseded_days: Option<i64>,
    /// Assets that run it, of those that were asked about.
    pub assets: u64,
    /// Columns without an asset are left out.
    pub cells: Vec<MatrixCell>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MatrixCell {
    /// The column's value; absent is not known.
    pub value: Option<String>,
    pub assets: u64,
    pub simulated: u64,
    /// Of the assets, those that are as the contract says.
    pub current: u64,
    /// Of the assets, those whose packages some feed speaks of.
    pub judged: u64,
    /// Distinct vulnerabilities of these assets; absent when none of them was judged.
    pub findings: Option<FindingCounts>,
    /// Since when the first of the assets that are not current has been as it is.
    #[serde(with = "time::serde::rfc3339::option")]
    pub drifted_since: Option<OffsetDateTime>,
    /// Whole days since then.
    pub drift_days: Option<i64>,
}

/// Distinct vulnerabilities, each at its worst rating among the assets in question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingCounts {
    pub critical: u32,
    pub high: u32,
    pub medium: u32,
    pub low: u32,
    /// No source rates it.
    pub unknown: u32,
    /// Of all these, known to be exploited.
    pub kev: u32,
    /// Urgency of the most urgent one, 0 to 100; absent when there is none.
    pub urgency_max: Option<f64>,
}
