//! Watches: which connectors are to be watched, and what each watch last told of itself.

use qlrf_core::id::{ConnectorId, OrgId};
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Watch {
    /// `watching`, `partial`, `refused` or `failing`.
    pub state: String,
    pub since: Timestamp,
    pub gaps: Vec<String>,
    pub error: Option<String>,
    pub failed_at: Option<Timestamp>,
}

/// A connector that is to be watched, as it was configured last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub org: OrgId,
    pub connector: ConnectorId,
    pub version: i64,
}

/// Of whoever watches a connector.
pub fn lease_name(connector: ConnectorId) -> String {
    format!("watch/{connector}")
}

/// Connectors of these kinds that follow a schedule, of all tenants; the oldest first.
pub async fn list_wanted(tx: &mut SystemTx, kinds: &[&str], limit: i64) -> Result<Vec<Wanted>> {
    let rows: Vec<(Uuid, Uuid, i64)> = sqlx::query_as(
        "SELECT org_id, id, version FROM connector
         WHERE enabled AND interval_s IS NOT NULL AND kind = ANY($1) ORDER BY created_at, id LIMIT $2",
    )
    .bind(kinds)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let wanted = |(org, connector, version)| Wanted {
        org: OrgId::from_uuid(org),
        connector: ConnectorId::from_uuid(connector),
        version,
    };
    Ok(rows.into_iter().map(wanted).collect())
}

/// `None`: nobody watches it now.
pub async fn find(tx: &mut TenantTx, connector: ConnectorId) -> Result<Option<Watch>> {
    Ok(sqlx::query_as(
        "SELECT state, since, gaps, error, failed_at FROM connector_watch
         WHERE connector_id = $1
           AND EXISTS (SELECT FROM lease WHERE name = $2 AND expires_at > clock_timestamp())",
    )
    .bind(connector.as_uuid())
    .bind(lease_name(connector))
    .fetch_optional(tx.connection())
    .await?)
}

/// What whoever watched it before told.
pub async fn forget(tx: &mut TenantTx, connector: ConnectorId) -> Result<()> {
    sqlx::query("DELETE FROM connector_watch WHERE connector_id = $1")
        .bind(connector.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Whether it is still there. Locked before its row here, as whoever deletes it does: the other order would make each wait
/// for the other.
async fn hold(tx: &mut TenantTx, connector: ConnectorId) -> Result<bool> {
    let held: Option<i32> = sqlx::query_scalar("SELECT 1 FROM connector WHERE id = $1 FOR KEY SHARE")
        .bind(connector.as_uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(held.is_some())
}

/// The last failure is kept.
pub async fn begun(
    tx: &mut TenantTx,
    connector: ConnectorId,
    state: &str,
    gaps: &[String],
    now: Timestamp,
) -> Result<()> {
    if !hold(tx, connector).await? {
        return Ok(());
    }
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO connector_watch (org_id, connector_id, state, since, gaps) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, connector_id)
         DO UPDATE SET state = EXCLUDED.state, since = EXCLUDED.since, gaps = EXCLUDED.gaps",
    )
    .bind(org)
    .bind(connector.as_uuid())
    .bind(state)
    .bind(now)
    .bind(gaps)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// It fails since the first of the failures in a row.
pub async fn failed(tx: &mut TenantTx, connector: ConnectorId, error: &str, now: Timestamp) -> Result<()> {
    if !hold(tx, connector).await? {
        return Ok(());
    }
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO connector_watch AS w (org_id, connector_id, state, since, error, failed_at)
         VALUES ($1, $2, 'failing', $4, $3, $4)
         ON CONFLICT (org_id, connector_id)
         DO UPDATE SET state = 'failing', gaps = '{}', error = EXCLUDED.error, failed_at = EXCLUDED.failed_at,
                       since = CASE WHEN w.state = 'failing' THEN w.since ELSE EXCLUDED.since END",
    )
    .bind(org)
    .bind(connector.as_uuid())
    .bind(error)
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}
