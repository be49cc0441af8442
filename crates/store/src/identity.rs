//! Who claims an identity now, and which claims contradict one another.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::id::AssetId;
use qlrf_core::identity::{Identities, IdentityKind};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::asset::word;
use crate::{Error, Result, TenantTx};

pub type Claim = (IdentityKind, String);

/// What assets that are seen now claim; one without any claim is left out.
pub async fn list(tx: &mut TenantTx, assets: &[AssetId]) -> Result<HashMap<AssetId, Identities>> {
    let rows: Vec<(Uuid, String, String)> =
        sqlx::query_as("SELECT asset_id, kind, value FROM asset_identity WHERE asset_id = ANY ($1)")
            .bind(uuids(assets))
            .fetch_all(tx.connection())
            .await?;
    let mut claims: HashMap<AssetId, Identities> = HashMap::new();
    for (asset, kind, value) in rows {
        let of_asset = claims.entry(AssetId::from_uuid(asset)).or_default();
        of_asset.insert(read_kind(&kind)?, value);
    }
    Ok(claims)
}

/// Takes away all that `gone` claim, and writes what is claimed now.
pub async fn replace(tx: &mut TenantTx, gone: &[AssetId], new: &[(AssetId, Claim)]) -> Result<()> {
    if !gone.is_empty() {
        sqlx::query("DELETE FROM asset_identity WHERE asset_id = ANY ($1)")
            .bind(uuids(gone))
            .execute(tx.connection())
            .await?;
    }
    if new.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO asset_identity (org_id, asset_id, kind, value)
         SELECT $1, i.* FROM unnest($2::uuid[], $3::text[], $4::text[]) AS i",
    )
    .bind(tx.org().as_uuid())
    .bind(new.iter().map(|(asset, _)| asset.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, claim)| word(claim.0)).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, claim)| &claim.1[..]).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Who holds each claim, at most `limit` of them.
pub async fn holders(
    tx: &mut TenantTx,
    claims: &[&Claim],
    limit: usize,
) -> Result<BTreeMap<Claim, Vec<AssetId>>> {
    if claims.is_empty() {
        return Ok(BTreeMap::new());
    }
    // The lateral makes it one look-up for each claim, whatever the planner believes of the table.
    let rows: Vec<(String, String, Uuid)> = sqlx::query_as(
        "SELECT c.kind, c.value, i.asset_id FROM unnest($2::text[], $3::text[]) AS c (kind, value)
         CROSS JOIN LATERAL (SELECT asset_id FROM asset_identity
             WHERE org_id = $1 AND kind = c.kind AND value = c.value LIMIT $4) i",
    )
    .bind(tx.org().as_uuid())
    .bind(claims.iter().map(|claim| word(claim.0)).collect::<Vec<_>>())
    .bind(claims.iter().map(|claim| &claim.1[..]).collect::<Vec<_>>())
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(tx.connection())
    .await?;
    let mut holders: BTreeMap<Claim, Vec<AssetId>> = BTreeMap::new();
    for (kind, value, asset) in rows {
        let of_claim = holders.entry((read_kind(&kind)?, value)).or_default();
        of_claim.push(AssetId::from_uuid(asset));
    }
    Ok(holders)
}

/// A claim of several sightings that joins them not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub claim: Claim,
    pub reason: String,
    pub since: Timestamp,
}

pub async fn conflicts_of(tx: &mut TenantTx, claims: &[&Claim]) -> Result<BTreeMap<Claim, String>> {
    if claims.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT c.kind, c.value, x.reason FROM unnest($1::text[], $2::text[]) AS c (kind, value)
         JOIN identity_conflict x ON x.kind = c.kind AND x.value = c.value",
    )
    .bind(claims.iter().map(|claim| word(claim.0)).collect::<Vec<_>>())
    .bind(claims.iter().map(|claim| &claim.1[..]).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    let read = |(kind, value, reason): (String, String, String)| Ok(((read_kind(&kind)?, value), reason));
    rows.into_iter().map(read).collect()
}

/// Ends what is told of `gone`, and tells `new`.
pub async fn replace_conflicts(
    tx: &mut TenantTx,
    at: Timestamp,
    gone: &[&Claim],
    new: &[(&Claim, &str)],
) -> Result<()> {
    if !gone.is_empty() {
        sqlx::query(
            "DELETE FROM identity_conflict x USING unnest($1::text[], $2::text[]) AS c (kind, value)
             WHERE x.kind = c.kind AND x.value = c.value",
        )
        .bind(gone.iter().map(|claim| word(claim.0)).collect::<Vec<_>>())
        .bind(gone.iter().map(|claim| &claim.1[..]).collect::<Vec<_>>())
        .execute(tx.connection())
        .await?;
    }
    if !new.is_empty() {
        sqlx::query(
            "INSERT INTO identity_conflict (org_id, since, kind, value, reason)
             SELECT $1, $2, i.* FROM unnest($3::text[], $4::text[], $5::text[]) AS i",
        )
        .bind(tx.org().as_uuid())
        .bind(at)
        .bind(new.iter().map(|(claim, _)| word(claim.0)).collect::<Vec<_>>())
        .bind(new.iter().map(|(claim, _)| &claim.1[..]).collect::<Vec<_>>())
        .bind(new.iter().map(|(_, reason)| *reason).collect::<Vec<_>>())
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Conflicts about what some assets claim, or all there are.
pub async fn list_conflicts(
    tx: &mut TenantTx,
    assets: Option<&[AssetId]>,
    limit: i64,
) -> Result<Vec<Conflict>> {
    let rows: Vec<(String, String, String, Timestamp)> = sqlx::query_as(
        "SELECT x.kind, x.value, x.reason, x.since FROM identity_conflict x
         WHERE $1::uuid[] IS NULL OR EXISTS (SELECT FROM asset_identity i WHERE i.asset_id = ANY ($1)
             AND i.org_id = x.org_id AND i.kind = x.kind AND i.value = x.value)
         ORDER BY x.since DESC, x.kind, x.value LIMIT $2",
    )
    .bind(assets.map(uuids))
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let read = |(kind, value, reason, since): (String, String, String, Timestamp)| {
        Ok(Conflict {
            claim: (read_kind(&kind)?, value),
            reason,
            since,
        })
    };
    rows.into_iter().map(read).collect()
}

pub async fn count_conflicts(tx: &mut TenantTx) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM identity_conflict")
        .fetch_one(tx.connection())
        .await?;
    Ok(count.unsigned_abs())
}

fn read_kind(word: &str) -> Result<IdentityKind> {
    serde_json::from_value(Value::String(word.to_owned()))
        .map_err(|_| Error::Corrupt(format!("there is no kind of identity \"{word}\"")))
}

pub(crate) fn uuids(assets: &[AssetId]) -> Vec<Uuid> {
    assets.iter().map(|asset| asset.as_uuid()).collect()
}
