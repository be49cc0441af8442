//! Vulnerability feeds: snapshots, advisories, scores, and the matches that follow from them.

use qlrf_core::time::Timestamp;

use crate::{Result, TenantTx};

/// When the newest snapshot of any feed was imported.
pub async fn newest_import(tx: &mut TenantTx) -> Result<Option<Timestamp>> {
    Ok(sqlx::query_scalar("SELECT max(imported_at) FROM feed_snapshot").fetch_one(tx.connection()).await?)
}
