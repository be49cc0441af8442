//! The coverage ledger: which scopes a connector listed completely, and when.

use std::collections::HashMap;

use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::Digest;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;

use crate::content::read_digest;
use crate::{Result, TenantTx, freshness};

/// What is remembered of a scope between collections.
#[derive(Debug, Clone, Copy)]
pub struct Remembered {
    pub id: i64,
    /// Of the last listing; absent while what is recorded may differ from it.
    pub digest: Option<Digest>,
    /// It was complete when its connector's scopes were last confirmed.
    pub confirmed: bool,
    /// It was told to be gone, and nothing was in it.
    pub gone: bool,
}

pub async fn remembered(tx: &mut TenantTx, connector: ConnectorId) -> Result<HashMap<Scope, Remembered>> {
    type Row = (String, String, String, i64, Option<Vec<u8>>, bool, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT account, region, kind, id, digest, confirmed, gone
         FROM scope WHERE connector_id = $1",
    )
    .bind(connector.as_uuid())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(account, region, kind, id, digest, confirmed, gone)| {
            let scope = Scope {
                account,
                region,
                kind,
            };
            let digest = digest.as_deref().map(read_digest).transpose()?;
            let remembered = Remembered {
                id,
                digest,
                confirmed,
                gone,
            };
            Ok((scope, remembered))
        })
        .collect()
}

/// Gives each new scope a row, so that assets can point to it. Says nothing about coverage yet.
pub async fn register(
    tx: &mut TenantTx,
    connector: ConnectorId,
    scopes: &[Scope],
    at: Timestamp,
) -> Result<Vec<i64>> {
    let org = tx.org().as_uuid();
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "WITH input AS (
             SELECT * FROM unnest($4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS i (account, region, kind, n)
         ), written AS (
             INSERT INTO scope (org_id, connector_id, account, region, kind, attempted_at)
             SELECT $1, $2, account, region, kind, $3 FROM input
             ON CONFLICT (org_id, connector_id, account, region, kind) DO UPDATE SET attempted_at = EXCLUDED.attempted_at, digest = NULL
             RETURNING id, account, region, kind
         )
         SELECT i.n, w.id FROM input i JOIN written w USING (account, region, kind) ORDER BY i.n",
    )
    .bind(org)
    .bind(connector.as_uuid())
    .bind(at)
    .bind(scopes.iter().map(|s| &s.account[..]).collect::<Vec<_>>())
    .bind(scopes.iter().map(|s| &s.region[..]).collect::<Vec<_>>())
    .bind(scopes.iter().map(|s| &s.kind[..]).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    let ids: Vec<i64> = rows.into_iter().map(|(_, id)| id).collect();
    freshness::open_gaps(tx, connector, &ids, at).await?;
    Ok(ids)
}

/// Forgets the digests of scopes, so that their next listing is read whatever it is.
pub async fn forget(tx: &mut TenantTx, ids: &[i64]) -> Result<()> {
    sqlx::query("UPDATE scope SET digest = NULL WHERE id = ANY ($1)")
        .bind(ids)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How the listing of one scope ended.
#[derive(Debug)]
pub struct Closing {
    pub id: i64,
    pub assets: i32,
    pub resources: i32,
    pub outcome: ScopeOutcome,
    /// `None` leaves it as it is: remembered for a scope that did not change, forgotten for one whose removals are held
    /// back or whose assets are counted elsewhere.
    pub digest: Option<Digest>,
    /// Nothing of it has to be written but when it was: it was complete the last time, and is the same again.
    pub again: bool,
    /// When it was seen, where that is before it was taken in.
    pub listed_at: Option<Timestamp>,
}

/// Ends a collection. Whatever was complete is so as of one moment, which is written once; a scope that was confirmed
/// and is not any more keeps the moment of before in its own row.
pub async fn close(
    tx: &mut TenantTx,
    connector: ConnectorId,
    at: Timestamp,
    closings: &[Closing],
) -> Result<()> {
    let listed: Vec<i64> = closings.iter().map(|c| c.id).collect();
    sqlx::query(
        "UPDATE scope s SET confirmed = false, unlisted = true, attempted_at = greatest(c.confirmed_at, s.attempted_at),
                completed_at = c.confirmed_at
         FROM connector c WHERE c.id = $1 AND s.connector_id = $1 AND s.confirmed AND NOT s.id = ANY ($2)",
    )
    .bind(connector.as_uuid())
    .bind(&listed)
    .execute(tx.connection())
    .await?;
    let differing: Vec<&Closing> = closings.iter().filter(|c| !c.again).collect();
    write(tx, connector, at, &differing).await?;
    sqlx::query("UPDATE connector SET confirmed_at = $2 WHERE id = $1")
        .bind(connector.as_uuid())
        .bind(at)
        .execute(tx.connection())
        .await?;
    freshness::record(tx, connector, at).await
}

/// Takes scopes out of the ledger in which nothing is recorded any more. The rows stay, and so does what they tell of the
/// past; one that is listed again is there again.
pub async fn retire(tx: &mut TenantTx, connector: ConnectorId, ids: &[i64], at: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE scope SET confirmed = false, unlisted = true, attempted_at = $3, completed_at = $3, gone = true
         WHERE connector_id = $1 AND id = ANY ($2)",
    )
    .bind(connector.as_uuid())
    .bind(ids)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn write(
    tx: &mut TenantTx,
    connector: ConnectorId,
    at: Timestamp,
    closings: &[&Closing],
) -> Result<()> {
    if closings.is_empty() {
        return Ok(());
    }
    let problem = |c: &&Closing| match &c.outcome {
        ScopeOutcome::Complete => (None, None),
        ScopeOutcome::Partial { code, detail } => (Some(code.clone()), Some(detail.clone())),
    };
    let (codes, details): (Vec<_>, Vec<_>) = closings.iter().map(problem).unzip();
    let complete = closings.iter().map(|c| c.outcome == ScopeOutcome::Complete);
    let digests = closings.iter().map(|c| c.digest.map(|d| d.0.to_vec()));
    sqlx::query(
        "UPDATE scope s SET attempted_at = $1, code = i.code, detail = i.detail, confirmed = i.complete AND i.listed_at IS NULL,
                unlisted = false, gone = false,
                completed_at = CASE WHEN i.complete THEN COALESCE(i.listed_at, $1) WHEN s.confirmed THEN c.confirmed_at ELSE s.completed_at END,
                assets = CASE WHEN i.complete THEN i.assets ELSE s.assets END,
                resources = CASE WHEN i.complete THEN i.resources ELSE s.resources END,
                digest = COALESCE(i.digest, s.digest)
         FROM unnest($2::bigint[], $3::boolean[], $4::int[], $5::bytea[], $6::text[], $7::text[], $9::int[],
                     $10::timestamptz[])
              AS i (id, complete, assets, digest, code, detail, resources, listed_at), connector c
         WHERE s.id = i.id AND c.id = $8",
    )
    .bind(at)
    .bind(closings.iter().map(|c| c.id).collect::<Vec<_>>())
    .bind(complete.collect::<Vec<_>>())
    .bind(closings.iter().map(|c| c.assets).collect::<Vec<_>>())
    .bind(digests.collect::<Vec<_>>())
    .bind(codes)
    .bind(details)
    .bind(connector.as_uuid())
    .bind(closings.iter().map(|c| c.resources).collect::<Vec<_>>())
    .bind(closings.iter().map(|c| c.listed_at).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// When a scope was last listed completely, if ever.
pub async fn completed_at(
    tx: &mut TenantTx,
    connector: ConnectorId,
    scope: &Scope,
) -> Result<Option<Timestamp>> {
    let found: Option<Option<Timestamp>> = sqlx::query_scalar(
        "SELECT completed_at FROM coverage WHERE connector_id = $1 AND account = $2 AND region = $3 AND kind = $4",
    )
    .bind(connector.as_uuid())
    .bind(&scope.account)
    .bind(&scope.region)
    .bind(&scope.kind)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.flatten())
}
