//! Which distinct package versions which advisories name. Computed once, however many assets and tenants run them.

use qlrf_core::package::Package;
use qlrf_core::time::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;

use crate::content::{self, PackageRow};
use crate::feed::Name;
use crate::{Result, SystemTx, TenantTx};

/// One package version that one advisory names as affected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Match {
    pub package_id: i32,
    pub advisory_id: i32,
    pub fixed_version: Option<String>,
    /// `none`, `low`, `medium`, `high`, `critical`; `None` is unknown.
    pub severity: Option<String>,
}

/// Standing advisories that name any of these packages, as stored.
pub async fn find_advisories(tx: &mut TenantTx, names: &[Name]) -> Result<Vec<(i32, Value)>> {
    advisories_naming(tx.connection(), names).await
}

/// The same for a feed import.
pub async fn find_advisories_as_system(tx: &mut SystemTx, names: &[Name]) -> Result<Vec<(i32, Value)>> {
    advisories_naming(tx.connection(), names).await
}

/// Makes new packages known to matching: the names that advisories may use for them, and the matches that hold now.
pub async fn open(tx: &mut TenantTx, at: Timestamp, keys: &[(i32, Name)], matches: &[Match]) -> Result<()> {
    sqlx::query(
        "INSERT INTO package_key (package_id, ecosystem, name)
         SELECT * FROM unnest($1::int[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(keys.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        keys.iter()
            .map(|(_, (ecosystem, _))| &ecosystem[..])
            .collect::<Vec<_>>(),
    )
    .bind(keys.iter().map(|(_, (_, name))| &name[..]).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    insert(tx.connection(), at, matches).await
}

/// Keeps packages from being interned until this transaction ends, so that none is missed by a feed import.
pub async fn hold_content(tx: &mut SystemTx) -> Result<()> {
    content::lock(tx).await
}

/// Packages that one of these names could mean.
pub async fn find_packages(tx: &mut SystemTx, names: &[Name]) -> Result<Vec<(i32, Package)>> {
    let (ecosystems, names): (Vec<&str>, Vec<&str>) = names.iter().map(|(e, n)| (&e[..], &n[..])).unzip();
    let rows: Vec<PackageRow> = sqlx::query_as(
        "SELECT p.id, p.ecosystem, p.name, p.version, p.arch, p.source_name, p.source_version, p.licenses
         FROM package p WHERE p.id IN (
             SELECT k.package_id FROM unnest($1::text[], $2::text[]) AS i (ecosystem, name)
             CROSS JOIN LATERAL (SELECT package_id FROM package_key
                 WHERE ecosystem = i.ecosystem AND name = i.name OFFSET 0) k)
         ORDER BY p.id",
    )
    .bind(ecosystems)
    .bind(names)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(PackageRow::into_package).collect())
}

/// The newest package that is stored; interned later is what has a higher id, because one transaction interns at a time.
pub async fn newest_package(tx: &mut SystemTx) -> Result<i32> {
    Ok(sqlx::query_scalar("SELECT COALESCE(max(id), 0) FROM package")
        .fetch_one(tx.connection())
        .await?)
}

/// Packages that were interned after this one.
pub async fn list_packages_after(tx: &mut SystemTx, id: i32) -> Result<Vec<(i32, Package)>> {
    let rows: Vec<PackageRow> = sqlx::query_as(
        "SELECT id, ecosystem, name, version, arch, source_name, source_version, licenses FROM package
         WHERE id > $1 ORDER BY id",
    )
    .bind(id)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(PackageRow::into_package).collect())
}

pub async fn list_open(tx: &mut SystemTx, package_ids: &[i32]) -> Result<Vec<Match>> {
    Ok(sqlx::query_as(
        "SELECT package_id, advisory_id, fixed_version, severity FROM package_match
         WHERE package_id = ANY ($1) AND upper_inf(recorded)",
    )
    .bind(package_ids)
    .fetch_all(tx.connection())
    .await?)
}

/// Closes matches that no longer hold and opens those that now do.
pub async fn replace(tx: &mut SystemTx, at: Timestamp, closing: &[Match], opening: &[Match]) -> Result<()> {
    sqlx::query(
        "UPDATE package_match m SET recorded = tstzrange(lower(m.recorded), greatest($1, lower(m.recorded)))
         FROM unnest($2::int[], $3::int[]) AS i (package_id, advisory_id)
         WHERE m.package_id = i.package_id AND m.advisory_id = i.advisory_id AND upper_inf(m.recorded)",
    )
    .bind(at)
    .bind(closing.iter().map(|m| m.package_id).collect::<Vec<_>>())
    .bind(closing.iter().map(|m| m.advisory_id).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    insert(tx.connection(), at, opening).await
}

async fn insert(connection: &mut PgConnection, at: Timestamp, matches: &[Match]) -> Result<()> {
    if matches.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO package_match (package_id, advisory_id, recorded, fixed_version, severity)
         SELECT i.package_id, i.advisory_id, tstzrange($1, NULL), i.fixed_version, i.severity
         FROM unnest($2::int[], $3::int[], $4::text[], $5::text[])
              AS i (package_id, advisory_id, fixed_version, severity)",
    )
    .bind(at)
    .bind(matches.iter().map(|m| m.package_id).collect::<Vec<_>>())
    .bind(matches.iter().map(|m| m.advisory_id).collect::<Vec<_>>())
    .bind(
        matches
            .iter()
            .map(|m| m.fixed_version.as_deref())
            .collect::<Vec<_>>(),
    )
    .bind(matches.iter().map(|m| m.severity.as_deref()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn advisories_naming(connection: &mut PgConnection, names: &[Name]) -> Result<Vec<(i32, Value)>> {
    let (ecosystems, names): (Vec<&str>, Vec<&str>) = names.iter().map(|(e, n)| (&e[..], &n[..])).unzip();
    Ok(sqlx::query_as(
        "SELECT id, document FROM advisory WHERE withdrawn IS NULL AND id IN (
             SELECT f.advisory_id FROM unnest($1::text[], $2::text[]) AS i (ecosystem, name)
             CROSS JOIN LATERAL (SELECT advisory_id FROM advisory_affected
                 WHERE ecosystem = i.ecosystem AND name = i.name OFFSET 0) f)
         ORDER BY id",
    )
    .bind(ecosystems)
    .bind(names)
    .fetch_all(connection)
    .await?)
}
