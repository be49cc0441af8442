use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What this installation knows of vulnerabilities. It is the same for every organisation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Feeds {
    /// When the newest snapshot of any feed was imported; absent while every feed is empty.
    #[serde(with = "time::serde::rfc3339::option")]
    pub feeds_as_of: Option<OffsetDateTime>,
    pub items: Vec<Feed>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    pub name: String,
    pub title: String,
    pub summary: String,
    /// Nothing was ever imported: what this feed would tell is not known.
    pub empty: bool,
    /// Standing advisories, known exploited vulnerabilities or scores.
    pub held: u64,
    /// The newest snapshot of each source, newest first.
    pub snapshots: Vec<FeedSnapshot>,
    /// The last run of each source.
    pub runs: Vec<FeedRun>,
    /// Absent until a process that fetches feeds has started.
    pub schedule: Option<FeedSchedule>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedSchedule {
    /// Absent: fetched by hand only.
    pub interval_s: Option<u32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_at: Option<OffsetDateTime>,
    /// In a row; each doubles the wait, up to the interval.
    pub failures: u32,
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_success_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_failure_at: Option<OffsetDateTime>,
    /// Of the last failure.
    pub code: Option<String>,
    /// Told to those who run the installation.
    pub detail: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedSnapshot {
    pub id: Uuid,
    /// Told to those who run the installation.
    pub source: Option<String>,
    /// SHA-256 of the bytes as received.
    pub digest: String,
    pub records: u64,
    /// Records that could not be read.
    pub problems: u64,
    /// The newest moment that the feed itself states.
    #[serde(with = "time::serde::rfc3339::option")]
    pub newest: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    pub imported_at: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedRun {
    /// Source, requester and detail are told to those who run the installation.
    pub source: Option<String>,
    pub requested_by: Option<String>,
    /// `running`, `imported`, `unchanged`, `failed`, or `interrupted` when its process ended before it did.
    pub state: String,
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// Fetched so far.
    pub bytes: u64,
    pub total_bytes: Option<u64>,
    /// Read so far.
    pub records: u64,
    /// Pairs of package version and advisory that hold since, and that hold no longer; absent unless it imported something.
    pub opened: Option<u64>,
    pub closed: Option<u64>,
    /// Why it failed.
    pub code: Option<String>,
    pub detail: Option<String>,
    /// Path of the page that explains the code, where there is one.
    pub help: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FeedSync {
    /// For OSV, by its names: `Debian:12`. Those of the packages in use when empty.
    pub ecosystems: Vec<String>,
    /// Another place than the publisher's: https at a public address, or this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The runs that go on now. `GET /feeds` tells how far they are.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedSyncStarted {
    pub feed: String,
    pub runs: Vec<FeedRun>,
}

#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FeedImportParams {
    /// What the file is called in snapshots. The same name again with the same bytes is not imported again.
    pub source: Option<String>,
    /// KEV and EPSS: take the file although what is held is newer.
    #[serde(default)]
    #[param(default = false)]
    pub allow_older: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedImported {
    pub feed: String,
    /// Absent when the bytes are those of the snapshot before: nothing was written.
    pub snapshot_id: Option<Uuid>,
    pub unchanged: bool,
    pub digest: String,
    pub records: u64,
    pub problems: u64,
    /// The first of them.
    pub first_problems: Vec<FeedProblem>,
    /// Pairs of package version and advisory that hold since this import.
    pub matches_opened: u64,
    /// Those that hold no longer.
    pub matches_closed: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedProblem {
    pub entry: String,
    pub line: Option<u64>,
    pub code: String,
    pub detail: String,
}
