//! The clock that orders one tenant's facts.

use qlrf_core::id::OrgId;
use qlrf_core::time::{Timestamp, now, truncate};

use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

/// Takes the tenant's place in line to write facts and returns the moment that they are recorded at.
///
/// The row lock is held until commit, so moments follow commit order: whoever has read up to T will never find a fact
/// recorded at or before T appear later. A clock that was set back does not turn history around.
pub async fn tick(tx: &mut TenantTx) -> Result<Timestamp> {
    let org = tx.org().as_uuid();
    let at: Timestamp = sqlx::query_scalar(
        "INSERT INTO fact_clock AS c (org_id, at) VALUES ($1, $2)
         ON CONFLICT (org_id) DO UPDATE SET at = greatest(c.at + interval '1 microsecond', EXCLUDED.at)
         RETURNING at",
    )
    .bind(org)
    .bind(now())
    .fetch_one(tx.connection())
    .await?;
    Ok(truncate(at))
}

/// The moment of the newest fact; `None` before the first one.
pub async fn newest(tx: &mut TenantTx) -> Result<Option<Timestamp>> {
    let org = tx.org().as_uuid();
    Ok(sqlx::query_scalar("SELECT at FROM fact_clock WHERE org_id = $1")
        .bind(org)
        .fetch_optional(tx.connection())
        .await?)
}

/// Says that images, coordinates or link rules changed at `at`: what is judged from now on must know them.
pub async fn mark_images(tx: &mut TenantTx, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE fact_clock SET images_at = $1, images_since = COALESCE(images_since, $1)")
        .bind(at)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// When images last changed, and up to which of those changes every asset was judged again.
pub async fn images_and_judged_at(tx: &mut TenantTx) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let row: Option<(Option<Timestamp>, Option<Timestamp>)> =
        sqlx::query_as("SELECT images_at, judged_at FROM fact_clock")
            .fetch_optional(tx.connection())
            .await?;
    Ok(row.unwrap_or_default())
}

/// Tenants with image changes that not every asset was judged by yet.
pub async fn list_unjudged(tx: &mut SystemTx) -> Result<Vec<OrgId>> {
    let rows: Vec<Uuid> = sqlx::query_scalar(
        "SELECT org_id FROM fact_clock WHERE images_at > COALESCE(judged_at, '-infinity') ORDER BY images_at",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(OrgId::from_uuid).collect())
}
