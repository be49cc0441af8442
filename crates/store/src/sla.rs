//! How long a finding may stay open: what an organisation says, and what the contracts of its images say.

use qlrf_core::image;
use qlrf_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, TenantTx};

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sla {
    pub critical_hours: i32,
    pub high_days: i32,
    pub medium_days: i32,
    pub low_days: i32,
    pub since: Timestamp,
}

/// What the organisation set, now or at a moment; `None` when it had set nothing.
pub async fn find(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Option<Sla>> {
    Ok(sqlx::query_as(
        "SELECT critical_hours, high_days, medium_days, low_days, lower(recorded) AS since FROM sla
         WHERE CASE WHEN $1::timestamptz IS NULL THEN upper_inf(recorded) ELSE recorded @> $1 END",
    )
    .bind(as_of)
    .fetch_optional(tx.connection())
    .await?)
}

/// Ends what was set before. The caller holds the organisation's row, so that `new.since` is after it.
pub async fn replace(tx: &mut TenantTx, new: &Sla) -> Result<()> {
    sqlx::query("UPDATE sla SET recorded = tstzrange(lower(recorded), $1) WHERE upper_inf(recorded)")
        .bind(new.since)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO sla (org_id, recorded, critical_hours, high_days, medium_days, low_days)
         VALUES ($1, tstzrange($2, NULL), $3, $4, $5, $6)",
    )
    .bind(tx.org().as_uuid())
    .bind(new.since)
    .bind(new.critical_hours)
    .bind(new.high_days)
    .bind(new.medium_days)
    .bind(new.low_days)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Image versions whose contract states times of its own. A contract never changes.
pub async fn list_of_contracts(tx: &mut TenantTx) -> Result<Vec<(Uuid, Json<image::Sla>)>> {
    Ok(
        sqlx::query_as("SELECT id, sla FROM image_version WHERE jsonb_typeof(sla) = 'object'")
            .fetch_all(tx.connection())
            .await?,
    )
}
