//! The clock that orders one tenant's facts.

use qlrf_core::time::{Timestamp, now, truncate};

use crate::{Result, TenantTx};

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
