//! Assets: identities, and the facts that were believed about them over time.

use std::borrow::Cow;
use std::collections::HashMap;

use qlrf_core::asset::{Asset, Installed};
use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, ConnectorId};
use qlrf_core::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::freshness::Source;
use crate::identity::uuids;
use crate::{Result, TenantTx, sighting};

/// An asset that has been seen before.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub id: AssetId,
    pub scope_id: i64,
    pub recorded: Recorded,
}

/// The current fact of an asset that has been seen before, against the one that is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Same,
    Other,
    /// None: it had been removed.
    Removed,
}

impl Recorded {
    pub fn new(same: Option<bool>) -> Recorded {
        match same {
            Some(true) => Recorded::Same,
            Some(false) => Recorded::Other,
            None => Recorded::Removed,
        }
    }
}

/// One fact to record.
#[derive(Clone)]
pub struct NewFact<'a> {
    pub id: AssetId,
    pub scope_id: i64,
    pub asset: &'a Asset,
    pub hash: Digest,
    /// The text of the asset's document.
    pub document: Cow<'a, str>,
    /// `None` when it is not known.
    pub installed: Option<Installed>,
    /// Put together from what several sources say.
    pub merged: bool,
}

/// The word that a field is stored and shown as: the same as in JSON.
pub fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        other => unreachable!("only unit variants are stored as words, not {other:?}"),
    }
}

/// By (kind, native id). The laterals make it one look-up in an index for each asset, whatever the planner believes of
/// the tables: a prepared plan from before the first statistics otherwise compares every asset with every other.
pub async fn find_known(
    tx: &mut TenantTx,
    connector: ConnectorId,
    assets: &[(&Asset, Digest)],
) -> Result<HashMap<(String, String), Known>> {
    type Row = (String, String, Uuid, i64, Option<bool>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT i.kind, i.native_id, a.id, a.scope_id, f.fact_hash = i.fact_hash
         FROM unnest($2::text[], $3::text[], $4::bytea[]) AS i (kind, native_id, fact_hash)
         CROSS JOIN LATERAL (SELECT org_id, id, scope_id FROM asset
             WHERE connector_id = $1 AND kind = i.kind AND native_id = i.native_id LIMIT 1) a
         LEFT JOIN LATERAL (SELECT fact_hash FROM seen
             WHERE org_id = a.org_id AND asset_id = a.id LIMIT 1) f ON true",
    )
    .bind(connector.as_uuid())
    .bind(assets.iter().map(|(a, _)| word(a.kind)).collect::<Vec<_>>())
    .bind(assets.iter().map(|(a, _)| &a.native_id[..]).collect::<Vec<_>>())
    .bind(assets.iter().map(|(_, hash)| &hash.0[..]).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    let known = |(kind, native_id, id, scope_id, same)| {
        let known = Known {
            id: AssetId::from_uuid(id),
            scope_id,
            recorded: Recorded::new(same),
        };
        ((kind, native_id), known)
    };
    Ok(rows.into_iter().map(known).collect())
}

/// Records identities that were never seen before.
pub async fn create(
    tx: &mut TenantTx,
    connector: ConnectorId,
    at: Timestamp,
    new: &[&NewFact<'_>],
) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO asset (org_id, id, connector_id, scope_id, kind, native_id, first_seen)
         SELECT $1, i.id, $2, i.scope_id, i.kind, i.native_id, $3
         FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[]) AS i (id, scope_id, kind, native_id)",
    )
    .bind(org)
    .bind(connector.as_uuid())
    .bind(at)
    .bind(new.iter().map(|n| n.id.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.scope_id).collect::<Vec<_>>())
    .bind(new.iter().map(|n| word(n.asset.kind)).collect::<Vec<_>>())
    .bind(new.iter().map(|n| &n.asset.native_id[..]).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// An asset that is now listed in another scope of the same connector.
pub async fn move_scope(tx: &mut TenantTx, at: Timestamp, moves: &[(AssetId, i64)]) -> Result<()> {
    sqlx::query(
        "UPDATE asset a SET scope_id = i.scope_id, moved_at = $3 FROM unnest($1::uuid[], $2::bigint[]) AS i (id, scope_id)
         WHERE a.id = i.id",
    )
    .bind(moves.iter().map(|(id, _)| id.as_uuid()).collect::<Vec<_>>())
    .bind(moves.iter().map(|(_, scope)| *scope).collect::<Vec<_>>())
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Machines that other sources see now than before: whoever follows the fleet looks at them again, although what is
/// believed of them may be what it was.
pub async fn mark_moved(tx: &mut TenantTx, at: Timestamp, machines: &[AssetId]) -> Result<()> {
    if machines.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE asset SET moved_at = $1 WHERE id = ANY ($2)")
        .bind(at)
        .bind(uuids(machines))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Closes what was believed of these assets; drift closes with it.
pub async fn close_facts(tx: &mut TenantTx, at: Timestamp, ids: &[AssetId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    sqlx::query(
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded), $1)
         WHERE asset_id = ANY ($2) AND closed_at IS NULL",
    )
    .bind(at)
    .bind(&ids)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A statement stands in memory twice before it is sent.
const FACTS_PER_STATEMENT: usize = 500;

/// Opens a fact for each row; a fact that was open before must have been closed by [`close_facts`].
pub async fn open_facts(tx: &mut TenantTx, at: Timestamp, facts: &[NewFact<'_>]) -> Result<()> {
    for facts in facts.chunks(FACTS_PER_STATEMENT) {
        open_some(tx, at, facts).await?;
    }
    Ok(())
}

async fn open_some(tx: &mut TenantTx, at: Timestamp, facts: &[NewFact<'_>]) -> Result<()> {
    let org = tx.org().as_uuid();
    let text = |field: fn(&Asset) -> Option<&str>| -> Vec<Option<&str>> {
        facts.iter().map(|f| field(f.asset)).collect()
    };
    let pending_security = |asset: &Asset| {
        asset
            .pending_updates
            .as_ref()
            .map(|all| all.iter().filter(|u| u.security).count() as i32)
    };
    sqlx::query(
        "INSERT INTO asset_fact (org_id, recorded, asset_id, fact_hash, name, platform, account, region, site, env,
                project, workload, owner, image_ref, os_id, os_version, state, criticality, exposure, simulated,
                package_set_id, pending_security, document, merged)
         SELECT $1, tstzrange($2, NULL), i.* FROM unnest($3::uuid[], $4::bytea[], $5::text[], $6::text[], $7::text[],
                $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                $16::text[], $17::text[], $18::text[], $19::text[], $20::boolean[], $21::int[], $22::int[],
                $23::text[]::jsonb[], $24::boolean[]) AS i",
    )
    .bind(org)
    .bind(at)
    .bind(facts.iter().map(|f| f.id.as_uuid()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| &f.hash.0[..]).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| &f.asset.name[..]).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| word(f.asset.platform)).collect::<Vec<_>>())
    .bind(text(|a| a.account.as_deref()))
    .bind(text(|a| a.region.as_deref()))
    .bind(text(|a| a.site.as_deref()))
    .bind(text(|a| a.env.as_deref()))
    .bind(text(|a| a.project.as_deref()))
    .bind(text(|a| a.workload.as_deref()))
    .bind(text(|a| a.owner.as_deref()))
    .bind(text(|a| a.image_ref.as_deref()))
    .bind(text(|a| a.os.as_ref().map(|os| &os.id[..])))
    .bind(text(|a| a.os.as_ref().map(|os| &os.version[..])))
    .bind(facts.iter().map(|f| word(f.asset.state)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| word(f.asset.criticality)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| word(f.asset.exposure)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.asset.simulated).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.installed.map(|i| i.set_id)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| pending_security(f.asset)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| &f.document[..]).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.merged).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Of these assets with the scopes that they were in, those that still are there and are seen.
pub async fn list_still_in(tx: &mut TenantTx, assets: &[(AssetId, i64)]) -> Result<Vec<(AssetId, i64)>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT a.id, a.scope_id FROM unnest($1::uuid[], $2::bigint[]) AS i (id, scope_id)
         JOIN asset a ON a.id = i.id AND a.scope_id = i.scope_id
         JOIN seen f ON f.org_id = a.org_id AND f.asset_id = a.id",
    )
    .bind(assets.iter().map(|(id, _)| id.as_uuid()).collect::<Vec<_>>())
    .bind(assets.iter().map(|(_, scope)| *scope).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    let identify = |(id, scope)| (AssetId::from_uuid(id), scope);
    Ok(rows.into_iter().map(identify).collect())
}

/// What the source of each calls it.
pub async fn list_native_ids(tx: &mut TenantTx, assets: &[AssetId]) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT native_id FROM asset WHERE id = ANY ($1) ORDER BY native_id")
            .bind(assets.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
            .fetch_all(tx.connection())
            .await?,
    )
}

/// How many assets a connector sees.
pub async fn count_of_connector(tx: &mut TenantTx, connector: ConnectorId) -> Result<usize> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM asset a
         JOIN seen f ON f.org_id = a.org_id AND f.asset_id = a.id
         WHERE a.connector_id = $1",
    )
    .bind(connector.as_uuid())
    .fetch_one(tx.connection())
    .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// The assets that a connector sees.
pub async fn list_of_connector(tx: &mut TenantTx, connector: ConnectorId) -> Result<Vec<AssetId>> {
    let rows: Vec<Uuid> = sqlx::query_scalar(
        "SELECT a.id FROM asset a
         JOIN seen f ON f.org_id = a.org_id AND f.asset_id = a.id
         WHERE a.connector_id = $1",
    )
    .bind(connector.as_uuid())
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(AssetId::from_uuid).collect())
}

/// One fact with the identity that it is about.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Fact {
    pub asset_id: Uuid,
    pub connector_id: Uuid,
    pub connector: String,
    pub first_seen: Timestamp,
    pub recorded_from: Timestamp,
    /// `None` while the fact is current.
    pub recorded_to: Option<Timestamp>,
    /// The scope that lists it now.
    pub scope_id: i64,
    pub package_set_id: Option<i32>,
    pub document: Value,
}

impl Fact {
    pub fn source(&self) -> Source {
        Source {
            connector: self.connector_id,
            scope: self.scope_id,
        }
    }
}

/// Every fact ever recorded of an asset, newest first.
pub async fn history(tx: &mut TenantTx, id: AssetId, limit: i64) -> Result<Vec<Fact>> {
    Ok(sqlx::query_as(
        "SELECT a.id AS asset_id, a.connector_id, COALESCE(c.name, '') AS connector, a.first_seen,
                lower(f.recorded) AS recorded_from, upper(f.recorded) AS recorded_to,
                a.scope_id, f.package_set_id, f.document
         FROM asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id
         LEFT JOIN connector c ON c.org_id = a.org_id AND c.id = a.connector_id
         WHERE a.id = $1 ORDER BY lower(f.recorded) DESC LIMIT $2",
    )
    .bind(id.as_uuid())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// What was believed at a moment; now when `None`. Of an asset that was part of a machine, it is the machine's fact.
pub async fn find(tx: &mut TenantTx, id: AssetId, as_of: Option<Timestamp>) -> Result<Option<Fact>> {
    if let Some(fact) = find_own(tx, id, as_of).await? {
        return Ok(Some(fact));
    }
    match sighting::machine_of(tx, id, as_of).await? {
        Some(machine) => find_own(tx, machine, as_of).await,
        None => Ok(None),
    }
}

/// As the source that leads sees it, where there are several.
async fn find_own(tx: &mut TenantTx, id: AssetId, as_of: Option<Timestamp>) -> Result<Option<Fact>> {
    Ok(sqlx::query_as(
        "SELECT a.id AS asset_id, o.connector_id, COALESCE(c.name, '') AS connector, a.first_seen,
                lower(f.recorded) AS recorded_from, upper(f.recorded) AS recorded_to,
                o.scope_id, f.package_set_id, f.document
         FROM asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id
         LEFT JOIN sighting l ON l.org_id = a.org_id AND l.machine_id = a.id AND l.leads
             AND CASE WHEN $2::timestamptz IS NULL THEN l.closed_at IS NULL ELSE l.recorded @> $2 END
         JOIN asset o ON o.org_id = a.org_id AND o.id = COALESCE(l.asset_id, a.id)
         LEFT JOIN connector c ON c.org_id = o.org_id AND c.id = o.connector_id
         WHERE a.id = $1 AND CASE WHEN $2::timestamptz IS NULL THEN f.closed_at IS NULL ELSE f.recorded @> $2 END",
    )
    .bind(id.as_uuid())
    .bind(as_of)
    .fetch_optional(tx.connection())
    .await?)
}

/// Current facts in the order of their ids, for whoever goes over all of them: id, package set, document.
pub async fn list_documents(
    tx: &mut TenantTx,
    after: Option<AssetId>,
    limit: i64,
) -> Result<Vec<(Uuid, Option<i32>, Value)>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, package_set_id, document FROM asset_fact
         WHERE closed_at IS NULL AND asset_id > $1 ORDER BY asset_id LIMIT $2",
    )
    .bind(after.map_or(Uuid::nil(), AssetId::as_uuid))
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// Current facts of some assets: id, package set, document. One that has none is left out.
pub async fn load_documents(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<(Uuid, Option<i32>, Value)>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, package_set_id, document FROM asset_fact
         WHERE closed_at IS NULL AND asset_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?)
}
