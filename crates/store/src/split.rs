//! What persons said of who is a machine of its own.

use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, TenantTx};

/// An asset that was split from a machine.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Split {
    pub asset_id: Uuid,
    pub machine_id: Uuid,
    pub at: Timestamp,
    pub author: String,
    pub reason: String,
}

/// The one that holds.
pub async fn find(tx: &mut TenantTx, asset: AssetId) -> Result<Option<Split>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, machine_id, at, author, reason FROM asset_split WHERE asset_id = $1 AND ended_at IS NULL",
    )
    .bind(asset.as_uuid())
    .fetch_optional(tx.connection())
    .await?)
}

pub async fn begin(tx: &mut TenantTx, split: &Split) -> Result<()> {
    sqlx::query(
        "INSERT INTO asset_split (org_id, asset_id, machine_id, at, author, reason) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(tx.org().as_uuid())
    .bind(split.asset_id)
    .bind(split.machine_id)
    .bind(split.at)
    .bind(&split.author)
    .bind(&split.reason)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether there was one to end.
pub async fn end(tx: &mut TenantTx, asset: AssetId, at: Timestamp, author: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE asset_split SET ended_at = $2, ended_by = $3 WHERE asset_id = $1 AND ended_at IS NULL",
    )
    .bind(asset.as_uuid())
    .bind(at)
    .bind(author)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}
