//! Mapping rules as versions of a document, and the assets that they are applied to.

use std::collections::HashMap;

use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, ConnectorId, OrgId};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::content::read_digest;
use crate::{Result, SystemTx, TenantTx};

/// One version of an organisation's rules.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    pub version: i32,
    pub author: String,
    pub since: Timestamp,
    /// `None` while it holds.
    pub until: Option<Timestamp>,
    pub document: String,
}

/// The version that holds, or one by its number.
pub async fn find(tx: &mut TenantTx, version: Option<i32>) -> Result<Option<Version>> {
    Ok(sqlx::query_as(
        "SELECT version, author, lower(recorded) AS since, upper(recorded) AS until, document FROM mapping_rules
         WHERE CASE WHEN $1::int IS NULL THEN upper_inf(recorded) ELSE version = $1 END",
    )
    .bind(version)
    .fetch_optional(tx.connection())
    .await?)
}

/// The version that held at a moment.
pub async fn find_at(tx: &mut TenantTx, at: Timestamp) -> Result<Option<Version>> {
    Ok(sqlx::query_as(
        "SELECT version, author, lower(recorded) AS since, upper(recorded) AS until, document FROM mapping_rules
         WHERE recorded @> $1",
    )
    .bind(at)
    .fetch_optional(tx.connection())
    .await?)
}

/// The number of the version that holds; 0 before the first.
pub async fn current(tx: &mut TenantTx) -> Result<i32> {
    let found = sqlx::query_scalar("SELECT version FROM mapping_rules WHERE upper_inf(recorded)")
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.unwrap_or_default())
}

/// Every version, the newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Version>> {
    Ok(sqlx::query_as(
        "SELECT version, author, lower(recorded) AS since, upper(recorded) AS until, document FROM mapping_rules
         ORDER BY version DESC",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Ends the version of before. `at` is that of [`crate::clock::tick`], which puts two writers in line.
pub async fn replace(tx: &mut TenantTx, at: Timestamp, author: &str, document: &str) -> Result<()> {
    sqlx::query(
        "UPDATE mapping_rules SET recorded = tstzrange(lower(recorded), $1) WHERE upper_inf(recorded)",
    )
    .bind(at)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO mapping_rules (org_id, version, recorded, author, document)
         SELECT $1, COALESCE(max(version), 0) + 1, tstzrange($2, NULL), $3, $4 FROM mapping_rules",
    )
    .bind(tx.org().as_uuid())
    .bind(at)
    .bind(author)
    .bind(document)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Asks for every stored asset to be mapped again. Called after [`crate::clock::tick`].
pub async fn ask(tx: &mut TenantTx) -> Result<()> {
    sqlx::query("UPDATE fact_clock SET mapping_wanted = mapping_wanted + 1")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How often it was asked for, and up to which of those it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    pub wanted: i64,
    pub applied: i64,
}

pub async fn progress(tx: &mut TenantTx) -> Result<Progress> {
    let row = sqlx::query_as("SELECT mapping_wanted AS wanted, mapping_applied AS applied FROM fact_clock")
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.unwrap_or_default())
}

/// Says that all that was asked for up to `wanted` is done.
pub async fn advance(tx: &mut TenantTx, wanted: i64) -> Result<()> {
    sqlx::query("UPDATE fact_clock SET mapping_applied = greatest(mapping_applied, $1)")
        .bind(wanted)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Tenants with assets that are to be mapped again.
pub async fn list_unmapped(tx: &mut SystemTx) -> Result<Vec<OrgId>> {
    let rows: Vec<Uuid> =
        sqlx::query_scalar("SELECT org_id FROM fact_clock WHERE mapping_applied < mapping_wanted")
            .fetch_all(tx.connection())
            .await?;
    Ok(rows.into_iter().map(OrgId::from_uuid).collect())
}

/// The name of a connector; empty once it was deleted.
pub async fn connector_name(tx: &mut TenantTx, connector: ConnectorId) -> Result<String> {
    let name = sqlx::query_scalar("SELECT name FROM connector WHERE id = $1")
        .bind(connector.as_uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(name.unwrap_or_default())
}

/// By the id of each.
pub async fn connector_names(tx: &mut TenantTx) -> Result<HashMap<Uuid, String>> {
    let names: Vec<(Uuid, String)> = sqlx::query_as("SELECT id, name FROM connector")
        .fetch_all(tx.connection())
        .await?;
    Ok(names.into_iter().collect())
}

/// What a source says now, as far as rules look at it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Subject {
    pub asset_id: Uuid,
    pub connector: String,
    /// Without its operating system, services, settings and updates.
    pub document: Value,
}

/// In the order of their ids.
pub async fn list_subjects(tx: &mut TenantTx, after: Option<Uuid>, limit: i64) -> Result<Vec<Subject>> {
    Ok(sqlx::query_as(
        "SELECT f.asset_id, COALESCE(c.name, '') AS connector,
                f.document - '{os,services,config,pending_updates}'::text[] AS document
         FROM ((SELECT org_id, asset_id, document FROM asset_fact
                WHERE closed_at IS NULL AND NOT merged AND asset_id > $1 ORDER BY asset_id LIMIT $2)
               UNION ALL
               (SELECT org_id, asset_id, document FROM sighting
                WHERE closed_at IS NULL AND asset_id > $1 ORDER BY asset_id LIMIT $2)) f
         JOIN asset a ON a.org_id = f.org_id AND a.id = f.asset_id
         LEFT JOIN connector c ON c.org_id = a.org_id AND c.id = a.connector_id
         ORDER BY f.asset_id LIMIT $2",
    )
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// What a source says now, with all that makes it a fact.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: AssetId,
    pub scope_id: i64,
    pub connector: String,
    /// The package set and its digest.
    pub software: Option<(i32, Digest)>,
    pub document: Value,
}

/// One that is not seen is left out.
pub async fn load_stored(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Stored>> {
    type Row = (Uuid, i64, String, Option<i32>, Option<Vec<u8>>, Value);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT f.asset_id, a.scope_id, COALESCE(c.name, ''), s.id, s.digest, f.document
         FROM seen f JOIN asset a ON a.org_id = f.org_id AND a.id = f.asset_id
         LEFT JOIN connector c ON c.org_id = a.org_id AND c.id = a.connector_id
         LEFT JOIN package_set s ON s.id = f.package_set_id
         WHERE f.asset_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    let read = |(id, scope_id, connector, set, digest, document): Row| {
        let digest = digest.as_deref().map(read_digest).transpose()?;
        Ok(Stored {
            id: AssetId::from_uuid(id),
            scope_id,
            connector,
            software: set.zip(digest),
            document,
        })
    };
    rows.into_iter().map(read).collect()
}
