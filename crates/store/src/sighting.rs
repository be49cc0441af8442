//! What each source says of a machine that several of them see, over time.

use std::collections::BTreeMap;

use qlrf_core::asset::{AssetKind, Confidence, Installed};
use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, ConnectorId};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::asset::word;
use crate::content::read_digest;
use crate::identity::uuids;
use crate::{Error, Result, TenantTx};

/// Which machine a source's asset belongs to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub asset: AssetId,
    pub machine: AssetId,
    pub machine_first_seen: Timestamp,
    pub leads: bool,
    pub hash: Digest,
    pub proof: Value,
}

/// Of everything that belongs to a machine together with any of these, or to a machine that goes by one of these ids.
pub async fn standing(tx: &mut TenantTx, assets: &[AssetId]) -> Result<BTreeMap<AssetId, Standing>> {
    type Row = (Uuid, Uuid, Timestamp, bool, Vec<u8>, Value);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.asset_id, s.machine_id, m.first_seen, s.leads, s.fact_hash, s.proof
         FROM (SELECT machine_id FROM sighting WHERE asset_id = ANY ($1) AND closed_at IS NULL
               UNION SELECT machine_id FROM sighting WHERE machine_id = ANY ($1) AND closed_at IS NULL) w
         JOIN sighting s ON s.machine_id = w.machine_id AND s.closed_at IS NULL
         JOIN asset m ON m.org_id = s.org_id AND m.id = s.machine_id",
    )
    .bind(uuids(assets))
    .fetch_all(tx.connection())
    .await?;
    let read = |(asset, machine, machine_first_seen, leads, hash, proof): Row| {
        let asset = AssetId::from_uuid(asset);
        let standing = Standing {
            asset,
            machine: AssetId::from_uuid(machine),
            machine_first_seen,
            leads,
            hash: read_digest(&hash)?,
            proof,
        };
        Ok((asset, standing))
    };
    rows.into_iter().map(read).collect()
}

/// Those that belong to a machine by this identity, however many claim it.
pub async fn list_proved_by(tx: &mut TenantTx, claim: &Value) -> Result<Vec<AssetId>> {
    let rows: Vec<Uuid> = sqlx::query_scalar(
        "SELECT s.asset_id FROM asset_identity i
         JOIN sighting s ON s.org_id = i.org_id AND s.asset_id = i.asset_id AND s.closed_at IS NULL
         WHERE i.kind = $1 ->> 'kind' AND i.value = $1 ->> 'value' AND s.proof @> jsonb_build_array($1)",
    )
    .bind(claim)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(AssetId::from_uuid).collect())
}

/// How a connector knows an asset, and what a person said of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: AssetId,
    pub connector: ConnectorId,
    pub connector_kind: String,
    pub simulated: bool,
    pub scope_id: i64,
    pub kind: AssetKind,
    pub native_id: String,
    pub first_seen: Timestamp,
    pub split: bool,
}

pub async fn load_known(tx: &mut TenantTx, assets: &[AssetId]) -> Result<Vec<Known>> {
    type Row = (Uuid, Uuid, String, bool, i64, String, String, Timestamp, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.connector_id, COALESCE(c.kind, ''), COALESCE(c.simulated, false), a.scope_id, a.kind,
                a.native_id, a.first_seen, p.asset_id IS NOT NULL
         FROM asset a LEFT JOIN connector c ON c.org_id = a.org_id AND c.id = a.connector_id
         LEFT JOIN asset_split p ON p.org_id = a.org_id AND p.asset_id = a.id AND p.ended_at IS NULL
         WHERE a.id = ANY ($1)",
    )
    .bind(uuids(assets))
    .fetch_all(tx.connection())
    .await?;
    let read =
        |(id, connector, connector_kind, simulated, scope_id, kind, native_id, first_seen, split): Row| {
            Ok(Known {
                id: AssetId::from_uuid(id),
                connector: ConnectorId::from_uuid(connector),
                connector_kind,
                simulated,
                scope_id,
                kind: serde_json::from_value(Value::String(kind))
                    .map_err(|error| Error::Corrupt(format!("the kind of asset {id}: {error}")))?,
                native_id,
                first_seen,
                split,
            })
        };
    rows.into_iter().map(read).collect()
}

/// What a source says now.
pub struct Said {
    pub hash: Digest,
    /// The package set and its digest.
    pub software: Option<(i32, Digest)>,
    pub document: Value,
}

/// One that is not seen is left out.
pub async fn load_said(tx: &mut TenantTx, assets: &[AssetId]) -> Result<BTreeMap<AssetId, Said>> {
    type Row = (Uuid, Vec<u8>, Option<i32>, Option<Vec<u8>>, Value);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT f.asset_id, f.fact_hash, s.id, s.digest, f.document FROM seen f
         LEFT JOIN package_set s ON s.id = f.package_set_id WHERE f.asset_id = ANY ($1)",
    )
    .bind(uuids(assets))
    .fetch_all(tx.connection())
    .await?;
    let read = |(asset, hash, set, digest, document): Row| {
        let digest = digest.as_deref().map(read_digest).transpose()?;
        let said = Said {
            hash: read_digest(&hash)?,
            software: set.zip(digest),
            document,
        };
        Ok((AssetId::from_uuid(asset), said))
    };
    rows.into_iter().map(read).collect()
}

/// The facts that hold now under these ids: the hash, and whether it is that of a machine.
pub async fn load_facts(tx: &mut TenantTx, ids: &[AssetId]) -> Result<BTreeMap<AssetId, (Digest, bool)>> {
    let rows: Vec<(Uuid, Vec<u8>, bool)> = sqlx::query_as(
        "SELECT asset_id, fact_hash, merged FROM asset_fact WHERE asset_id = ANY ($1) AND closed_at IS NULL",
    )
    .bind(uuids(ids))
    .fetch_all(tx.connection())
    .await?;
    let read = |(id, hash, merged): (Uuid, Vec<u8>, bool)| {
        Ok((AssetId::from_uuid(id), (read_digest(&hash)?, merged)))
    };
    rows.into_iter().map(read).collect()
}

/// One sighting to record.
pub struct New<'a> {
    pub known: &'a Known,
    pub machine: AssetId,
    pub leads: bool,
    pub hash: Digest,
    pub installed: Option<Installed>,
    pub proof: Value,
    pub document: &'a str,
}

pub async fn close(tx: &mut TenantTx, at: Timestamp, assets: &[AssetId]) -> Result<()> {
    if assets.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE sighting SET recorded = tstzrange(lower(recorded), $1)
         WHERE asset_id = ANY ($2) AND closed_at IS NULL",
    )
    .bind(at)
    .bind(uuids(assets))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// One that was open before must have been closed by [`close`].
pub async fn open(tx: &mut TenantTx, at: Timestamp, new: &[New<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO sighting (org_id, recorded, asset_id, machine_id, connector_id, kind, native_id, leads, fact_hash,
                package_set_id, proof, document)
         SELECT $1, tstzrange($2, NULL), i.* FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
                $8::boolean[], $9::bytea[], $10::int[], $11::jsonb[], $12::text[]::jsonb[]) AS i",
    )
    .bind(tx.org().as_uuid())
    .bind(at)
    .bind(new.iter().map(|s| s.known.id.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|s| s.machine.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|s| s.known.connector.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|s| word(s.known.kind)).collect::<Vec<_>>())
    .bind(new.iter().map(|s| &s.known.native_id[..]).collect::<Vec<_>>())
    .bind(new.iter().map(|s| s.leads).collect::<Vec<_>>())
    .bind(new.iter().map(|s| &s.hash.0[..]).collect::<Vec<_>>())
    .bind(new.iter().map(|s| s.installed.map(|i| i.set_id)).collect::<Vec<_>>())
    .bind(new.iter().map(|s| &s.proof).collect::<Vec<_>>())
    .bind(new.iter().map(|s| s.document).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The machine that an asset belonged to at a moment; `None` when it stood alone, or was not seen.
pub async fn machine_of(
    tx: &mut TenantTx,
    asset: AssetId,
    as_of: Option<Timestamp>,
) -> Result<Option<AssetId>> {
    let found: Option<Uuid> = sqlx::query_scalar(
        "SELECT machine_id FROM sighting WHERE asset_id = $1
         AND CASE WHEN $2::timestamptz IS NULL THEN closed_at IS NULL ELSE recorded @> $2 END",
    )
    .bind(asset.as_uuid())
    .bind(as_of)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(AssetId::from_uuid))
}

/// One source of an asset, as it reads.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Source {
    pub asset_id: Uuid,
    pub connector_id: Uuid,
    /// Empty once the connector was deleted.
    pub connector: String,
    pub connector_kind: String,
    pub kind: String,
    pub native_id: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub scope_kind: Option<String>,
    pub first_seen: Timestamp,
    /// When the scope was last listed completely.
    pub confirmed_at: Option<Timestamp>,
    pub leads: bool,
    pub proof: Value,
    /// The package set and its digest.
    pub set_id: Option<i32>,
    pub set_digest: Option<Vec<u8>>,
    pub document: Value,
}

impl Source {
    pub fn installed(&self, confidence: Option<Confidence>) -> Result<Option<Installed>> {
        let digest = self.set_digest.as_deref().map(read_digest).transpose()?;
        let known = self.set_id.zip(digest).zip(confidence);
        Ok(known.map(|((set_id, packages), confidence)| Installed {
            confidence,
            packages,
            set_id,
        }))
    }
}

/// The sources of an asset at a moment, the one that leads first. One that stands alone has its own connector only.
pub async fn list_sources(
    tx: &mut TenantTx,
    asset: AssetId,
    as_of: Option<Timestamp>,
) -> Result<Vec<Source>> {
    Ok(sqlx::query_as(
        "WITH merged AS (SELECT asset_id, leads, proof, package_set_id, document FROM sighting WHERE machine_id = $1
             AND CASE WHEN $2::timestamptz IS NULL THEN closed_at IS NULL ELSE recorded @> $2 END)
         SELECT a.id AS asset_id, a.connector_id, COALESCE(c.name, '') AS connector,
                COALESCE(c.kind, '') AS connector_kind, a.kind, a.native_id, s.account, s.region, s.kind AS scope_kind,
                a.first_seen, s.completed_at AS confirmed_at, m.leads, m.proof, p.id AS set_id, p.digest AS set_digest,
                m.document
         FROM (SELECT * FROM merged UNION ALL
               SELECT asset_id, true, '[]', package_set_id, document FROM asset_fact WHERE asset_id = $1
               AND CASE WHEN $2::timestamptz IS NULL THEN closed_at IS NULL ELSE recorded @> $2 END
               AND NOT EXISTS (SELECT FROM merged)) m
         JOIN asset a ON a.id = m.asset_id
         LEFT JOIN connector c ON c.org_id = a.org_id AND c.id = a.connector_id
         LEFT JOIN coverage s ON s.org_id = a.org_id AND s.id = a.scope_id
         LEFT JOIN package_set p ON p.id = m.package_set_id
         ORDER BY m.leads DESC, a.first_seen, a.id",
    )
    .bind(asset.as_uuid())
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?)
}
