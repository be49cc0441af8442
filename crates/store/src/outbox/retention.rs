//! Forgets old events, in small steps.

use qlrf_core::time::Timestamp;

use crate::{Result, SystemTx};

/// Bounds how long one transaction of retention holds its locks.
pub const PRUNE_BATCH: u32 = 5000;

/// Deletes up to [`PRUNE_BATCH`] events from before `before`, of all tenants, and returns how many: less than the batch
/// means that nothing is left. Readers that stand before a deleted event are told so by `read_after`.
pub async fn prune(tx: &mut SystemTx, before: Timestamp) -> Result<u64> {
    // xid8 has an order but, before version 18, no max().
    let deleted: i64 = sqlx::query_scalar(
        "WITH old AS (
             SELECT org_id, xid, id FROM outbox
             WHERE at < $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY at LIMIT $2
         ), deleted AS (
             DELETE FROM outbox o USING old WHERE o.org_id = old.org_id AND o.xid = old.xid AND o.id = old.id
             RETURNING o.org_id, o.xid, o.id
         ), horizon AS (
             INSERT INTO outbox_horizon AS h (org_id, xid, id)
             SELECT DISTINCT ON (org_id) org_id, xid, id FROM deleted ORDER BY org_id, xid DESC, id DESC
             ON CONFLICT (org_id) DO UPDATE SET xid = EXCLUDED.xid, id = EXCLUDED.id
                 WHERE (EXCLUDED.xid, EXCLUDED.id) > (h.xid, h.id)
         )
         SELECT count(*) FROM deleted",
    )
    .bind(before)
    .bind(i64::from(PRUNE_BATCH))
    .fetch_one(tx.connection())
    .await?;
    Ok(deleted.unsigned_abs())
}
