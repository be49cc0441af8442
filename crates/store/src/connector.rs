//! Connectors: what a tenant has connected, and how each collection ended.

use qlrf_core::id::{ConnectorId, OrgId, SyncId};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Connector {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub config: Value,
    pub simulated: bool,
    pub enabled: bool,
    pub interval_s: Option<i32>,
    pub next_sync_at: Option<Timestamp>,
    pub failures: i32,
    pub created_at: Timestamp,
    pub version: i64,
}

#[derive(Debug)]
pub struct NewConnector<'a> {
    pub id: ConnectorId,
    pub name: &'a str,
    pub kind: &'a str,
    pub config: &'a Value,
    pub simulated: bool,
    pub interval_s: Option<i32>,
    /// When the first scheduled sync is due; `None` for connectors that are synced by hand.
    pub next_sync_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "id, name, kind, config, simulated, enabled, interval_s, next_sync_at, failures, created_at, version";

/// `false` when the name is taken.
pub async fn create(tx: &mut TenantTx, new: &NewConnector<'_>) -> Result<bool> {
    let org = tx.org().as_uuid();
    let done = sqlx::query(
        "INSERT INTO connector (org_id, id, name, kind, config, simulated, interval_s, next_sync_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, name) DO NOTHING",
    )
    .bind(org)
    .bind(new.id.as_uuid())
    .bind(new.name)
    .bind(new.kind)
    .bind(new.config)
    .bind(new.simulated)
    .bind(new.interval_s)
    .bind(new.next_sync_at)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn list(tx: &mut TenantTx) -> Result<Vec<Connector>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM connector ORDER BY name")))
        .fetch_all(tx.connection())
        .await?)
}

pub async fn find(tx: &mut TenantTx, id: ConnectorId) -> Result<Option<Connector>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM connector WHERE id = $1")))
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?)
}

#[derive(Debug, Default)]
pub struct Change<'a> {
    pub config: Option<&'a Value>,
    pub enabled: Option<bool>,
    /// `Some(None)` ends the schedule.
    pub interval_s: Option<Option<i32>>,
}

/// `false` when the connector is not there or is no longer at `version`.
pub async fn change(tx: &mut TenantTx, id: ConnectorId, version: i64, change: &Change<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE connector SET config = COALESCE($3, config), enabled = COALESCE($4, enabled),
                interval_s = CASE WHEN $5 THEN $6 ELSE interval_s END,
                next_sync_at = CASE WHEN $5 THEN now() + make_interval(secs => $6) ELSE next_sync_at END,
                version = version + 1
         WHERE id = $1 AND version = $2",
    )
    .bind(id.as_uuid())
    .bind(version)
    .bind(change.config)
    .bind(change.enabled)
    .bind(change.interval_s.is_some())
    .bind(change.interval_s.flatten())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes the connector with its ledger. Its assets must have been closed before: identities and facts stay.
pub async fn delete(tx: &mut TenantTx, id: ConnectorId) -> Result<bool> {
    let done = sqlx::query("DELETE FROM connector WHERE id = $1").bind(id.as_uuid()).execute(tx.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Connectors of all tenants whose scheduled sync is due, oldest first.
pub async fn due(tx: &mut SystemTx, now: Timestamp, limit: i64) -> Result<Vec<(OrgId, ConnectorId)>> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT org_id, id FROM connector WHERE enabled AND next_sync_at <= $1 ORDER BY next_sync_at LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|(org, id)| (OrgId::from_uuid(org), ConnectorId::from_uuid(id))).collect())
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Sync {
    pub id: Uuid,
    pub connector_id: Uuid,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub outcome: String,
    pub scopes: i32,
    pub added: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub removed: i32,
    pub held_back: i32,
    pub code: Option<String>,
    pub detail: Option<String>,
}

/// Opens a sync. One that was left running belongs to a process that died: the lease proves that nobody works on it.
pub async fn begin_sync(tx: &mut TenantTx, connector: ConnectorId, id: SyncId, now: Timestamp) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query(
        "UPDATE sync SET outcome = 'interrupted', ended_at = $2, code = 'sync_interrupted',
                detail = 'the process that ran this sync ended before the sync did'
         WHERE connector_id = $1 AND outcome = 'running'",
    )
    .bind(connector.as_uuid())
    .bind(now)
    .execute(tx.connection())
    .await?;
    sqlx::query("INSERT INTO sync (org_id, id, connector_id, started_at) VALUES ($1, $2, $3, $4)")
        .bind(org)
        .bind(id.as_uuid())
        .bind(connector.as_uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Closes a sync and sets when the next one is due: after the interval, or later the more often it failed in a row.
pub async fn end_sync(tx: &mut TenantTx, sync: &Sync, next_sync_at: Option<Timestamp>) -> Result<()> {
    sqlx::query(
        "UPDATE sync SET ended_at = $2, outcome = $3, scopes = $4, added = $5, changed = $6, unchanged = $7,
                removed = $8, held_back = $9, code = $10, detail = $11 WHERE id = $1",
    )
    .bind(sync.id)
    .bind(sync.ended_at)
    .bind(&sync.outcome)
    .bind(sync.scopes)
    .bind(sync.added)
    .bind(sync.changed)
    .bind(sync.unchanged)
    .bind(sync.removed)
    .bind(sync.held_back)
    .bind(&sync.code)
    .bind(&sync.detail)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "UPDATE connector SET next_sync_at = $2, failures = CASE WHEN $3 THEN failures + 1 ELSE 0 END WHERE id = $1",
    )
    .bind(sync.connector_id)
    .bind(next_sync_at)
    .bind(sync.outcome == "failed")
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Newest first.
pub async fn list_syncs(tx: &mut TenantTx, connector: Option<ConnectorId>, limit: i64) -> Result<Vec<Sync>> {
    Ok(sqlx::query_as(
        "SELECT id, connector_id, started_at, ended_at, outcome, scopes, added, changed, unchanged, removed, held_back,
                code, detail
         FROM sync WHERE $1::uuid IS NULL OR connector_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2",
    )
    .bind(connector.map(ConnectorId::as_uuid))
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}
