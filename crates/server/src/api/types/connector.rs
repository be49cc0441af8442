use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// A kind of connector that this version can make.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectorKind {
    pub name: String,
    pub title: String,
    pub summary: String,
    /// Everything it reports is made up, and marked so wherever it is shown.
    pub simulated: bool,
    /// What its account needs at the provider, exactly, in the provider's own form.
    pub permissions: Option<String>,
    /// JSON Schema of its `config`.
    pub config_schema: Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Connector {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub config: Value,
    pub simulated: bool,
    pub enabled: bool,
    /// Seconds between scheduled syncs; absent when it is synced by hand only.
    pub interval_s: Option<i32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_sync_at: Option<OffsetDateTime>,
    /// Failed syncs in a row.
    pub failures: i32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    pub last_sync: Option<Sync>,
    /// Absent when nobody watches it: what changed is seen by the next sync.
    pub watch: Option<ConnectorWatch>,
}

/// Hears of changes between two syncs, and makes a sync due.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectorWatch {
    /// `watching`; `partial` when not all may be watched; `refused` when nothing may be; `failing`.
    pub state: String,
    /// Of this state.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// What is not watched, one sentence each.
    pub gaps: Vec<String>,
    /// The last failure, be it over.
    pub error: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub failed_at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorCreate {
    /// 1 to 100 printable characters, unique in the organisation.
    pub name: String,
    /// A name of `GET /connectors/kinds`.
    pub kind: String,
    /// As its kind's schema says; `{}` when absent.
    #[serde(default)]
    pub config: Option<Value>,
    /// 60 or more; absent for syncs by hand only.
    #[serde(default)]
    pub interval_s: Option<i32>,
    /// Collect at once; a schedule does so anyway.
    #[serde(default)]
    pub sync: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// 60 or more; 0 ends the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<i32>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    /// Removes assets that are missing from complete listings even when they are suspiciously many.
    #[serde(default)]
    pub confirm_removals: bool,
}

/// One collection: waiting, under way, or how it ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    pub id: Uuid,
    pub connector_id: Uuid,
    pub requested_by: String,
    /// `queued`, `running`, `complete`, `partial`, `failed` or `interrupted`.
    pub outcome: String,
    #[serde(with = "time::serde::rfc3339")]
    pub queued_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    pub scopes: i32,
    pub partial_scopes: i32,
    pub added: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub removed: i32,
    /// Missing, and so many that a person must confirm the removal.
    pub held_back: i32,
    pub problems: i32,
    /// Images, volumes, certificates and what else no patch is for; the counts above are those of assets.
    pub resources_added: i32,
    pub resources_changed: i32,
    pub resources_removed: i32,
    /// What was asked of the provider's API; absent where nobody counted, as before this was counted.
    pub requests: Option<i64>,
    pub code: Option<String>,
    pub detail: Option<String>,
    /// Who asked to stop it; it is running until it has an end.
    pub cancelled_by: Option<String>,
    /// Path of the page that explains the code, where there is one.
    pub help: Option<String>,
}

/// What a connector could see without collecting it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectorCheck {
    pub ok: bool,
    pub findings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectorDeleted {
    /// Assets that left the estate with it; what was believed of them stays in the history.
    pub assets_removed: u64,
}
