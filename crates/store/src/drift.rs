//! Drift of each asset over time, as it was judged from the facts of that time.

use std::collections::HashMap;

use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, TenantTx};

/// What was judged of one asset. Two equal rows are the same judgement and write nothing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Drift {
    pub asset_id: Uuid,
    pub state: String,
    /// Of the differences by themselves, without the age of the lag.
    pub severity: String,
    pub versions_behind: Option<i32>,
    pub superseded_at: Option<Timestamp>,
    pub family_id: Option<Uuid>,
    /// The version that the asset runs.
    pub image_id: Option<Uuid>,
    /// The version that it should run.
    pub target_id: Option<Uuid>,
    pub proof: Option<String>,
    pub missing: i32,
    pub forbidden: i32,
    pub extra: i32,
    pub older: i32,
    pub newer: i32,
    pub settings: i32,
    pub unknowns: i32,
}

/// One look-up in an index for each asset, for the reason that [`asset::find_known`](crate::asset::find_known) gives.
pub async fn find_current(tx: &mut TenantTx, ids: &[AssetId]) -> Result<HashMap<Uuid, Drift>> {
    let rows: Vec<Drift> = sqlx::query_as(
        "SELECT d.* FROM unnest($1::uuid[]) AS i (asset_id)
         CROSS JOIN LATERAL (SELECT asset_id, state, severity, versions_behind, superseded_at, family_id, image_id,
                target_id, proof, missing, forbidden, extra, older, newer, settings, unknowns
             FROM asset_drift WHERE asset_id = i.asset_id AND closed_at IS NULL LIMIT 1) d",
    )
    .bind(ids.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.asset_id, row)).collect())
}

/// As [`find_current`], at a moment.
pub async fn find_as_of(tx: &mut TenantTx, ids: &[Uuid], at: Timestamp) -> Result<HashMap<Uuid, Drift>> {
    let rows: Vec<Drift> = sqlx::query_as(
        "SELECT asset_id, state, severity, versions_behind, superseded_at, family_id, image_id, target_id, proof,
                missing, forbidden, extra, older, newer, settings, unknowns
         FROM asset_drift WHERE asset_id = ANY ($1) AND recorded @> $2",
    )
    .bind(ids)
    .bind(at)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.asset_id, row)).collect())
}

pub async fn close(tx: &mut TenantTx, at: Timestamp, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE asset_drift SET recorded = tstzrange(lower(recorded), $1)
         WHERE asset_id = ANY ($2) AND closed_at IS NULL",
    )
    .bind(at)
    .bind(ids)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Opens a judgement for each row; one that was open before must have been closed by [`close`].
pub async fn open(tx: &mut TenantTx, at: Timestamp, rows: &[Drift]) -> Result<()> {
    let org = tx.org().as_uuid();
    let number = |field: fn(&Drift) -> i32| -> Vec<i32> { rows.iter().map(field).collect() };
    sqlx::query(
        "INSERT INTO asset_drift (org_id, recorded, asset_id, state, severity, versions_behind, superseded_at, family_id,
                image_id, target_id, proof, missing, forbidden, extra, older, newer, settings, unknowns)
         SELECT $1, tstzrange($2, NULL), i.* FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[],
                $7::timestamptz[], $8::uuid[], $9::uuid[], $10::uuid[], $11::text[], $12::int[], $13::int[],
                $14::int[], $15::int[], $16::int[], $17::int[], $18::int[]) AS i",
    )
    .bind(org)
    .bind(at)
    .bind(rows.iter().map(|r| r.asset_id).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| &r.state[..]).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| &r.severity[..]).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.versions_behind).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.superseded_at).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.family_id).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.image_id).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.target_id).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.proof.as_deref()).collect::<Vec<_>>())
    .bind(number(|r| r.missing))
    .bind(number(|r| r.forbidden))
    .bind(number(|r| r.extra))
    .bind(number(|r| r.older))
    .bind(number(|r| r.newer))
    .bind(number(|r| r.settings))
    .bind(number(|r| r.unknowns))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// One judgement with the time in which it held: what a trend is made of.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Interval {
    pub asset_id: Uuid,
    pub state: String,
    pub recorded_from: Timestamp,
    pub recorded_to: Option<Timestamp>,
}

/// Every judgement that ended from `from` on and up to `to`; those that hold are in the fleet view.
pub async fn list_past(tx: &mut TenantTx, from: Timestamp, to: Timestamp) -> Result<Vec<Interval>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, state, opened_at AS recorded_from, closed_at AS recorded_to
         FROM asset_drift WHERE closed_at >= $1 AND closed_at <= $2",
    )
    .bind(from)
    .bind(to)
    .fetch_all(tx.connection())
    .await?)
}

/// Every judgement of one asset, newest first.
pub async fn history(tx: &mut TenantTx, id: AssetId, limit: i64) -> Result<Vec<Interval>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, state, lower(recorded) AS recorded_from, upper(recorded) AS recorded_to
         FROM asset_drift WHERE asset_id = $1 ORDER BY lower(recorded) DESC LIMIT $2",
    )
    .bind(id.as_uuid())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// What was judged of one asset at a moment; now when `None`.
pub async fn find(tx: &mut TenantTx, id: AssetId, as_of: Option<Timestamp>) -> Result<Option<Drift>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, state, severity, versions_behind, superseded_at, family_id, image_id, target_id, proof,
                missing, forbidden, extra, older, newer, settings, unknowns
         FROM asset_drift WHERE asset_id = $1
         AND CASE WHEN $2::timestamptz IS NULL THEN closed_at IS NULL ELSE recorded @> $2 END",
    )
    .bind(id.as_uuid())
    .bind(as_of)
    .fetch_optional(tx.connection())
    .await?)
}

/// Since when an asset is judged as it is at a moment.
pub async fn find_from(
    tx: &mut TenantTx,
    id: AssetId,
    as_of: Option<Timestamp>,
) -> Result<Option<Timestamp>> {
    Ok(sqlx::query_scalar(
        "SELECT lower(recorded) FROM asset_drift WHERE asset_id = $1
         AND CASE WHEN $2::timestamptz IS NULL THEN closed_at IS NULL ELSE recorded @> $2 END",
    )
    .bind(id.as_uuid())
    .bind(as_of)
    .fetch_optional(tx.connection())
    .await?)
}

/// How many assets were ever judged to run this image version.
pub async fn count_of_image(tx: &mut TenantTx, image: Uuid) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT count(DISTINCT asset_id) FROM asset_drift WHERE image_id = $1")
            .bind(image)
            .fetch_one(tx.connection())
            .await?,
    )
}
