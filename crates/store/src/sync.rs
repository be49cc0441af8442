//! Collections: the queue of those to run and the history of those that ran.

use qlrf_core::id::{ConnectorId, OrgId, SyncId};
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Sync {
    pub id: Uuid,
    pub connector_id: Uuid,
    pub requested_by: String,
    pub confirm_removals: bool,
    pub queued_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub outcome: String,
    pub scopes: i32,
    pub partial_scopes: i32,
    pub added: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub removed: i32,
    pub held_back: i32,
    pub problems: i32,
    pub resources_added: i32,
    pub resources_changed: i32,
    pub resources_removed: i32,
    /// What was asked of the provider; `None`: not counted.
    pub requests: Option<i64>,
    pub code: Option<String>,
    pub detail: Option<String>,
    /// Who asked to stop it. It is running still until it has ended.
    pub cancelled_by: Option<String>,
}

const COLUMNS: &str =
    "id, connector_id, requested_by, confirm_removals, queued_at, started_at, ended_at, outcome, scopes,
    partial_scopes, added, changed, unchanged, removed, held_back, problems,
    resources_added, resources_changed, resources_removed, requests, code, detail, cancelled_by";

/// Asks for a collection. One that waits already serves both askers; its id is returned then.
pub async fn queue(
    tx: &mut TenantTx,
    connector: ConnectorId,
    requested_by: &str,
    confirm_removals: bool,
    now: Timestamp,
) -> Result<SyncId> {
    let org = tx.org().as_uuid();
    let id: Uuid = sqlx::query_scalar(
        "INSERT INTO sync AS s (org_id, id, connector_id, requested_by, confirm_removals, queued_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, connector_id) WHERE outcome = 'queued'
         DO UPDATE SET confirm_removals = s.confirm_removals OR EXCLUDED.confirm_removals RETURNING s.id",
    )
    .bind(org)
    .bind(SyncId::generate().as_uuid())
    .bind(connector.as_uuid())
    .bind(requested_by)
    .bind(confirm_removals)
    .bind(now)
    .fetch_one(tx.connection())
    .await?;
    Ok(SyncId::from_uuid(id))
}

/// Queues every scheduled collection that is due, of all tenants.
pub async fn queue_due(tx: &mut SystemTx, now: Timestamp) -> Result<u64> {
    let done = sqlx::query(
        "WITH due AS (
             UPDATE connector SET next_sync_at = NULL WHERE enabled AND next_sync_at <= $1 RETURNING org_id, id
         )
         INSERT INTO sync (org_id, id, connector_id, requested_by, queued_at)
         SELECT org_id, gen_random_uuid(), id, 'schedule', $1 FROM due ON CONFLICT DO NOTHING",
    )
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// What waits to be run, and then what is said to be running and may have nobody who runs it; oldest first, and so many of each:
/// what others run hides nothing that waits.
pub async fn list_open(tx: &mut SystemTx, limit: i64) -> Result<Vec<(OrgId, ConnectorId, SyncId)>> {
    let rows: Vec<(Uuid, Uuid, Uuid)> = sqlx::query_as(
        "(SELECT org_id, connector_id, id FROM sync WHERE outcome = 'queued' ORDER BY queued_at LIMIT $1)
         UNION ALL
         (SELECT org_id, connector_id, id FROM sync WHERE outcome = 'running' ORDER BY queued_at LIMIT $1)",
    )
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(org, connector, id)| {
            (
                OrgId::from_uuid(org),
                ConnectorId::from_uuid(connector),
                SyncId::from_uuid(id),
            )
        })
        .collect())
}

/// Stops what waits at once, and asks whoever runs one to stop. The id of what is stopped; `None`: nothing was under way.
pub async fn cancel(
    tx: &mut TenantTx,
    connector: ConnectorId,
    by: &str,
    now: Timestamp,
) -> Result<Option<SyncId>> {
    let stopped: Vec<(Uuid, bool)> = sqlx::query_as(
        "UPDATE sync s SET cancelled_by = COALESCE(s.cancelled_by, $2),
                outcome = CASE s.outcome WHEN 'queued' THEN 'cancelled' ELSE s.outcome END,
                ended_at = CASE s.outcome WHEN 'queued' THEN $3 END,
                code = CASE s.outcome WHEN 'queued' THEN 'sync_cancelled' END,
                detail = CASE s.outcome WHEN 'queued' THEN 'it was stopped before it began' END
         FROM sync before
         WHERE before.org_id = s.org_id AND before.id = s.id AND s.connector_id = $1 AND s.outcome IN ('queued', 'running')
         RETURNING s.id, before.outcome = 'running'",
    )
    .bind(connector.as_uuid())
    .bind(by)
    .bind(now)
    .fetch_all(tx.connection())
    .await?;
    // One that runs says itself when the next one is due.
    if stopped.iter().any(|(_, running)| !running) {
        go_on(tx, connector, now).await?;
    }
    let told = stopped.iter().max_by_key(|(_, running)| *running);
    Ok(told.map(|(id, _)| SyncId::from_uuid(*id)))
}

/// The schedule goes on after a collection that did not end by itself.
async fn go_on(tx: &mut TenantTx, connector: ConnectorId, now: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE connector SET next_sync_at = $2 + make_interval(secs => interval_s)
         WHERE id = $1 AND next_sync_at IS NULL AND interval_s IS NOT NULL",
    )
    .bind(connector.as_uuid())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether somebody asked to stop it, and who. One that is not there any more went with its connector.
pub async fn find_cancelled(tx: &mut TenantTx, id: SyncId) -> Result<Option<String>> {
    let by: Option<Option<String>> = sqlx::query_scalar("SELECT cancelled_by FROM sync WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(by.unwrap_or_else(|| Some("the deletion of its connector".to_owned())))
}

/// Takes the next collection of a connector whose lease the caller holds. One that is said to be running cannot be:
/// it is marked as interrupted and queued again, so that a killed process costs a repetition and nothing else.
pub async fn start_next(tx: &mut TenantTx, connector: ConnectorId, now: Timestamp) -> Result<Option<Sync>> {
    let interrupted: Option<(bool, bool)> = sqlx::query_as(
        "UPDATE sync SET ended_at = $2,
                outcome = CASE WHEN cancelled_by IS NULL THEN 'interrupted' ELSE 'cancelled' END,
                code = CASE WHEN cancelled_by IS NULL THEN 'sync_interrupted' ELSE 'sync_cancelled' END,
                detail = CASE WHEN cancelled_by IS NULL
                    THEN 'the process that ran this sync ended before the sync did; it was queued again'
                    ELSE 'the process that ran this sync ended; it was to be stopped, and was not queued again' END
         WHERE connector_id = $1 AND outcome = 'running' RETURNING confirm_removals, cancelled_by IS NOT NULL",
    )
    .bind(connector.as_uuid())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    match interrupted {
        Some((confirm_removals, false)) => {
            queue(tx, connector, "recovery", confirm_removals, now).await?;
        }
        Some((_, true)) => go_on(tx, connector, now).await?,
        None => {}
    }
    let sql = format!(
        "UPDATE sync SET outcome = 'running', started_at = $2 WHERE connector_id = $1 AND outcome = 'queued'
         RETURNING {COLUMNS}"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(connector.as_uuid())
        .bind(now)
        .fetch_optional(tx.connection())
        .await?)
}

/// Closes a collection and sets when the next one is due.
pub async fn end(tx: &mut TenantTx, sync: &Sync, next_sync_at: Option<Timestamp>) -> Result<()> {
    sqlx::query(
        "UPDATE sync SET ended_at = $2, outcome = $3, scopes = $4, partial_scopes = $5, added = $6, changed = $7,
                unchanged = $8, removed = $9, held_back = $10, problems = $11, code = $12, detail = $13,
                resources_added = $14, resources_changed = $15, resources_removed = $16, requests = $17 WHERE id = $1",
    )
    .bind(sync.id)
    .bind(sync.ended_at)
    .bind(&sync.outcome)
    .bind(sync.scopes)
    .bind(sync.partial_scopes)
    .bind(sync.added)
    .bind(sync.changed)
    .bind(sync.unchanged)
    .bind(sync.removed)
    .bind(sync.held_back)
    .bind(sync.problems)
    .bind(&sync.code)
    .bind(&sync.detail)
    .bind(sync.resources_added)
    .bind(sync.resources_changed)
    .bind(sync.resources_removed)
    .bind(sync.requests)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "UPDATE connector SET next_sync_at = $2,
                failures = CASE $3 WHEN 'failed' THEN failures + 1 WHEN 'cancelled' THEN failures ELSE 0 END WHERE id = $1",
    )
    .bind(sync.connector_id)
    .bind(next_sync_at)
    .bind(&sync.outcome)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: SyncId) -> Result<Option<Sync>> {
    let sql = format!("SELECT {COLUMNS} FROM sync WHERE id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?)
}

/// Newest first, from the one after `after` on; those that were asked for by `as_of`.
pub async fn list(
    tx: &mut TenantTx,
    connector: ConnectorId,
    as_of: Option<Timestamp>,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Sync>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync WHERE connector_id = $1
         AND ($2::timestamptz IS NULL OR (queued_at, id) < ($2, $3))
         AND ($5::timestamptz IS NULL OR queued_at <= $5)
         ORDER BY queued_at DESC, id DESC LIMIT $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(connector.as_uuid())
        .bind(after.map(|(at, _)| at))
        .bind(after.map(|(_, id)| id))
        .bind(limit)
        .bind(as_of)
        .fetch_all(tx.connection())
        .await?)
}

pub async fn count(tx: &mut TenantTx, connector: ConnectorId, as_of: Option<Timestamp>) -> Result<i64> {
    let sql = "SELECT count(*) FROM sync
               WHERE connector_id = $1 AND ($2::timestamptz IS NULL OR queued_at <= $2)";
    Ok(sqlx::query_scalar(sql)
        .bind(connector.as_uuid())
        .bind(as_of)
        .fetch_one(tx.connection())
        .await?)
}

/// The newest that has ended: one under way says nothing yet.
pub async fn find_ended(tx: &mut TenantTx, connector: ConnectorId) -> Result<Option<Sync>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sync WHERE connector_id = $1 AND ended_at IS NOT NULL
         ORDER BY queued_at DESC, id DESC LIMIT 1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(connector.as_uuid())
        .fetch_optional(tx.connection())
        .await?)
}
