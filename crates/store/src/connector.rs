//! Connectors: what a tenant has connected.

use qlrf_core::id::{ConnectorId, OrgId};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
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
    let org = tx.org();
    insert(tx.connection(), org, new).await
}

/// The connector that a new organisation starts with.
pub async fn create_first(tx: &mut SystemTx, org: OrgId, new: &NewConnector<'_>) -> Result<()> {
    insert(tx.connection(), org, new).await?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, org: OrgId, new: &NewConnector<'_>) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO connector (org_id, id, name, kind, config, simulated, interval_s, next_sync_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, name) DO NOTHING",
    )
    .bind(org.as_uuid())
    .bind(new.id.as_uuid())
    .bind(new.name)
    .bind(new.kind)
    .bind(new.config)
    .bind(new.simulated)
    .bind(new.interval_s)
    .bind(new.next_sync_at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn list(tx: &mut TenantTx) -> Result<Vec<Connector>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM connector ORDER BY name"
    )))
    .fetch_all(tx.connection())
    .await?)
}

pub async fn find(tx: &mut TenantTx, id: ConnectorId) -> Result<Option<Connector>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM connector WHERE id = $1"
    )))
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
    let done = sqlx::query("DELETE FROM connector WHERE id = $1")
        .bind(id.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}
