use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::fleet::UrgencyCounts;

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

/// Distinct vulnerabilities that some asset had, each at its worst rating of the day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingDay {
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    /// Rated low, or rated as no risk.
    pub low: u64,
    /// No source rates it.
    pub unknown: u64,
    /// Of all these, known to be exploited as the catalogue said that day.
    pub kev: u64,
    /// All of them by how urgent they were in the whole estate, from the estimates, the catalogue and the assets of that
    /// day, and the base scores that the advisories state today.
    pub urgency: UrgencyCounts,
}

/// On how many assets one vulnerability was, from facts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VulnerabilityTrend {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// The day on which the first advisory that names it met a package. Before it nobody knew who had it.
    pub known_since: String,
    /// One for each day in UTC, the oldest first: as it was when the day ended, the last as of `as_of`.
    pub points: Vec<VulnerabilityDay>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VulnerabilityDay {
    pub day: String,
    /// Assets whose installed software was known: the denominator.
    pub assets_with_software: u64,
    /// Absent before `known_since`.
    pub affected: Option<u64>,
    /// Assets that had it on an earlier one of these days and have it no longer; those that left are not among them.
    pub fixed: Option<u64>,
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
