use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// How findings and patch lag went, from facts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Trend {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// One for each day in UTC, the oldest first: as it was when the day ended, the last as of `as_of`.
    pub points: Vec<TrendDay>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TrendDay {
    pub day: String,
    /// Assets whose installed software was known: the most that findings could speak of.
    pub assets_with_software: u64,
    /// Of them, those of whose distribution and release some advisory that was held by then speaks: what findings are of.
    pub assets_judged: u64,
    /// Absent while none of them was judged: then nothing was known.
    pub findings: Option<FindingDay>,
    pub patch_lag: LagDay,
}

/// Distinct vulnerabilities that some asset had, each at its worst rating of the day. Urgency is not kept over time: it
/// rests on scores that change daily.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingDay {
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    /// Rated low, or rated as no risk.
    pub low: u64,
    /// No source rates it.
    pub unknown: u64,
    /// Of all these, known to be exploited as the catalogue says today.
    pub kev: u64,
}

/// How long assets had been behind the newest published version of their image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LagDay {
    /// Assets linked to a version whose place in its family was known: the denominator.
    pub measured: u64,
    pub behind: u64,
    /// Over the measured ones, those that were not behind counting as 0; absent when nothing was measured.
    pub median_days: Option<i64>,
    pub p90_days: Option<i64>,
}

/// What drift opened and closed, from facts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DriftReports {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// One for each day in UTC on which some asset changed its state, the newest first.
    pub items: Vec<DriftReport>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriftReport {
    pub day: String,
    /// Changes of a state; an asset that changed twice counts twice.
    pub assets: u64,
    /// Of them, of assets that the simulator made up.
    pub simulated: u64,
    /// Assets that became `outdated` or `ahead`.
    pub opened: u64,
    /// Assets that were `outdated` or `ahead` and are no longer, those that left included.
    pub closed: u64,
    /// Assets that were judged for the first time.
    pub first_judged: u64,
    /// Assets that left the estate.
    pub left: u64,
    pub turns: Vec<DriftTurn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriftTurn {
    /// Absent: it was not judged before.
    pub before: Option<String>,
    /// Absent: it left the estate.
    pub after: Option<String>,
    pub assets: u64,
}
