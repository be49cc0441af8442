//! Named leases: of all processes, one at a time does a thing for a tenant.
//!
//! A lease is judged by the database's clock, which all processes share. A holder that was paused beyond its lease
//! does not know that it lost it; so whatever it writes is checked against its epoch in the same transaction
//! ([`confirm`]).

use std::time::Duration;

use sqlx::postgres::types::PgInterval;

use crate::{Error, Result, TenantTx};

/// Takes the lease if nobody holds it. The answer is the fencing epoch, greater than that of every holder before.
/// The holder itself gets `None` too: it renews.
pub async fn acquire(tx: &mut TenantTx, name: &str, owner: &str, ttl: Duration) -> Result<Option<i64>> {
    let org = tx.org().as_uuid();
    let epoch = sqlx::query_scalar(
        "INSERT INTO lease AS l (org_id, name, owner, epoch, expires_at)
         VALUES ($1, $2, $3, 1, clock_timestamp() + $4)
         ON CONFLICT (org_id, name) DO UPDATE
             SET owner = EXCLUDED.owner, epoch = l.epoch + 1, expires_at = EXCLUDED.expires_at
             WHERE l.expires_at <= clock_timestamp()
         RETURNING epoch",
    );
    let epoch = epoch.bind(org).bind(name).bind(owner).bind(interval(ttl)?);
    Ok(epoch.fetch_optional(tx.connection()).await?)
}

/// Extends a lease that nobody has taken over. `false`: it is lost, stop working.
pub async fn renew(tx: &mut TenantTx, name: &str, epoch: i64, ttl: Duration) -> Result<bool> {
    let renewed =
        sqlx::query("UPDATE lease SET expires_at = clock_timestamp() + $3 WHERE name = $1 AND epoch = $2");
    let renewed = renewed.bind(name).bind(epoch).bind(interval(ttl)?);
    Ok(renewed.execute(tx.connection()).await?.rows_affected() == 1)
}

/// Gives the lease back at once. `false`: somebody else had it already.
pub async fn release(tx: &mut TenantTx, name: &str, epoch: i64) -> Result<bool> {
    let released = sqlx::query("UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND epoch = $2");
    Ok(released
        .bind(name)
        .bind(epoch)
        .execute(tx.connection())
        .await?
        .rows_affected()
        == 1)
}

/// Gives back every lease of the tenant, for a process that knows that no other is alive.
pub async fn release_all(tx: &mut TenantTx) -> Result<u64> {
    let released =
        sqlx::query("UPDATE lease SET expires_at = '-infinity' WHERE expires_at > clock_timestamp()");
    Ok(released.execute(tx.connection()).await?.rows_affected())
}

/// Whether this epoch still holds the lease; if so, nobody takes it over before this transaction ends. Call it in the
/// transaction that writes what the lease protects.
pub async fn confirm(tx: &mut TenantTx, name: &str, epoch: i64) -> Result<bool> {
    let held = sqlx::query_scalar::<_, i32>("SELECT 1 FROM lease WHERE name = $1 AND epoch = $2 FOR SHARE");
    Ok(held
        .bind(name)
        .bind(epoch)
        .fetch_optional(tx.connection())
        .await?
        .is_some())
}

fn interval(ttl: Duration) -> Result<PgInterval> {
    PgInterval::try_from(Duration::from_micros(
        u64::try_from(ttl.as_micros()).unwrap_or(u64::MAX),
    ))
    .map_err(|error| Error::Corrupt(format!("a lease of {ttl:?} cannot be expressed: {error}")))
}
