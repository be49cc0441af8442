//! Shared content: packages and package sets, stored once however many assets hold them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use qlrf_core::digest::Digest;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use sqlx::types::Json;

use crate::tx::{LOCK_TIMEOUT, STATEMENT_TIMEOUT};
use crate::{Error, Result, SystemTx, TenantTx};

/// What [`intern`] found or made.
#[derive(Debug, Default)]
pub struct Interned {
    pub set_ids: HashMap<Digest, i32>,
    /// Packages that nobody had before. Their matches are computed and stored in the same transaction.
    pub new_packages: Vec<(i32, Package)>,
}

/// Interning and feed matching exclude one another until commit: otherwise a package and an advisory that arrive at
/// the same time would each miss the other.
const CONTENT_LOCK: i64 = 0x716c_7266_0001;

/// How long a collection waits for a feed import that writes its matches. It has read the whole scope by then: giving up
/// would throw that away, and the next one would meet the same import.
const IMPORT_TIME_MAX: Duration = Duration::from_secs(10 * 60);

/// For a feed import, which has its own time to wait.
pub(crate) async fn lock(tx: &mut SystemTx) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(CONTENT_LOCK)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps feed matching out without keeping others from interning; they wait for one another only where one of them does
/// both.
pub(crate) async fn lock_shared(tx: &mut TenantTx) -> Result<()> {
    wait_for(tx, "pg_advisory_xact_lock_shared").await
}

/// With the usual times again afterwards.
async fn wait_for(tx: &mut TenantTx, lock: &str) -> Result<()> {
    let times = |lock_time: Duration, statement_time: Duration| {
        format!(
            "SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
            lock_time.as_millis(),
            statement_time.as_millis()
        )
    };
    let statement = format!(
        "{}; SELECT {lock}({CONTENT_LOCK}); {}",
        times(IMPORT_TIME_MAX, IMPORT_TIME_MAX + LOCK_TIMEOUT),
        times(LOCK_TIMEOUT, STATEMENT_TIMEOUT)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(tx.connection())
        .await?;
    Ok(())
}

pub async fn intern(tx: &mut TenantTx, sets: &[Arc<PackageSet>]) -> Result<Interned> {
    let wanted: BTreeMap<Digest, &Arc<PackageSet>> = sets.iter().map(|set| (set.digest(), set)).collect();
    let mut out = Interned {
        set_ids: find_sets(tx, wanted.keys()).await?,
        ..Interned::default()
    };
    if out.set_ids.len() == wanted.len() {
        return Ok(out);
    }
    wait_for(tx, "pg_advisory_xact_lock").await?;
    // Another transaction may have stored some of them while this one waited.
    out.set_ids = find_sets(tx, wanted.keys()).await?;
    let missing: Vec<_> = wanted
        .values()
        .filter(|set| !out.set_ids.contains_key(&set.digest()))
        .collect();
    let packages: BTreeMap<Digest, &Package> = missing
        .iter()
        .flat_map(|set| set.packages())
        .map(|package| (package.digest(), package))
        .collect();
    let (ids, new) = intern_packages(tx, &packages).await?;
    out.new_packages = new;
    let sets: Vec<(Digest, Vec<i32>)> = missing
        .iter()
        .map(|set| (set.digest(), ids_of(set, &ids)))
        .collect();
    out.set_ids.extend(insert_sets(tx, &sets).await?);
    Ok(out)
}

fn ids_of(set: &PackageSet, ids: &PackageIds) -> Vec<i32> {
    let of_package = |package: &Package| ids[&package.digest()];
    let mut package_ids: Vec<i32> = set.packages().iter().map(of_package).collect();
    package_ids.sort_unstable();
    package_ids
}

/// Sets differ in length, which arrays of arrays must not: each travels as text.
async fn insert_sets(tx: &mut TenantTx, sets: &[(Digest, Vec<i32>)]) -> Result<Vec<(Digest, i32)>> {
    let text = |ids: &[i32]| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        format!("{{{}}}", ids.join(","))
    };
    let rows: Vec<(Vec<u8>, i32)> = sqlx::query_as(
        "INSERT INTO package_set (digest, package_ids)
         SELECT digest, ids::int[] FROM unnest($1::bytea[], $2::text[]) AS i (digest, ids) RETURNING digest, id",
    )
    .bind(sets.iter().map(|(digest, _)| &digest.0[..]).collect::<Vec<_>>())
    .bind(sets.iter().map(|(_, ids)| text(ids)).collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(digest, id)| Ok((read_digest(&digest)?, id)))
        .collect()
}

/// The packages of a set, in the order of the set; empty when there is no such set.
pub async fn load_set(tx: &mut TenantTx, set_id: i32) -> Result<PackageSet> {
    let rows: Vec<PackageRow> = sqlx::query_as(
        "SELECT p.id, p.ecosystem, p.name, p.version, p.arch, p.source_name, p.source_version, p.licenses
         FROM package_set s JOIN package p ON p.id = ANY (s.package_ids) WHERE s.id = $1",
    )
    .bind(set_id)
    .fetch_all(tx.connection())
    .await?;
    Ok(PackageSet::new(
        rows.into_iter().map(|row| row.into_package().1).collect(),
    ))
}

#[derive(sqlx::FromRow)]
pub(crate) struct PackageRow {
    id: i32,
    ecosystem: String,
    name: String,
    version: String,
    arch: String,
    source_name: String,
    source_version: String,
    licenses: Json<Vec<Arc<str>>>,
}

impl PackageRow {
    pub(crate) fn into_package(self) -> (i32, Package) {
        let package = Package {
            ecosystem: Ecosystem::new(self.ecosystem),
            name: self.name.into(),
            version: self.version.into(),
            arch: self.arch.into(),
            source_name: self.source_name.into(),
            source_version: self.source_version.into(),
            licenses: self.licenses.0,
        };
        (self.id, package)
    }
}

async fn find_sets(
    tx: &mut TenantTx,
    digests: impl Iterator<Item = &Digest>,
) -> Result<HashMap<Digest, i32>> {
    let digests: Vec<&[u8]> = digests.map(|digest| &digest.0[..]).collect();
    let rows: Vec<(Vec<u8>, i32)> =
        sqlx::query_as("SELECT digest, id FROM package_set WHERE digest = ANY ($1)")
            .bind(digests)
            .fetch_all(tx.connection())
            .await?;
    rows.into_iter()
        .map(|(digest, id)| Ok((read_digest(&digest)?, id)))
        .collect()
}

type PackageIds = HashMap<Digest, i32>;

async fn intern_packages(
    tx: &mut TenantTx,
    packages: &BTreeMap<Digest, &Package>,
) -> Result<(PackageIds, Vec<(i32, Package)>)> {
    let digests: Vec<&[u8]> = packages.keys().map(|digest| &digest.0[..]).collect();
    let rows: Vec<(Vec<u8>, i32)> = sqlx::query_as("SELECT digest, id FROM package WHERE digest = ANY ($1)")
        .bind(&digests)
        .fetch_all(tx.connection())
        .await?;
    let mut ids = PackageIds::with_capacity(packages.len());
    for (digest, id) in rows {
        ids.insert(read_digest(&digest)?, id);
    }
    let known: BTreeSet<Digest> = ids.keys().copied().collect();
    let missing: Vec<(&Digest, &Package)> = packages
        .iter()
        .filter(|(digest, _)| !known.contains(digest))
        .map(|(d, p)| (d, *p))
        .collect();
    if missing.is_empty() {
        return Ok((ids, Vec::new()));
    }
    let mut new = Vec::with_capacity(missing.len());
    for (digest, id) in insert_packages(tx, &missing).await? {
        let digest = read_digest(&digest)?;
        ids.insert(digest, id);
        new.push((id, packages[&digest].clone()));
    }
    Ok((ids, new))
}

async fn insert_packages(tx: &mut TenantTx, rows: &[(&Digest, &Package)]) -> Result<Vec<(Vec<u8>, i32)>> {
    let column = |field: fn(&Package) -> &str| -> Vec<&str> { rows.iter().map(|(_, p)| field(p)).collect() };
    let digests: Vec<&[u8]> = rows.iter().map(|(digest, _)| &digest.0[..]).collect();
    let licenses: Vec<Json<&[Arc<str>]>> = rows.iter().map(|(_, p)| Json(&p.licenses[..])).collect();
    Ok(sqlx::query_as(
        "INSERT INTO package (digest, ecosystem, name, version, arch, source_name, source_version, licenses)
         SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::jsonb[])
         RETURNING digest, id",
    )
    .bind(digests)
    .bind(column(|p| &p.ecosystem.0))
    .bind(column(|p| &p.name))
    .bind(column(|p| &p.version))
    .bind(column(|p| &p.arch))
    .bind(column(|p| &p.source_name))
    .bind(column(|p| &p.source_version))
    .bind(licenses)
    .fetch_all(tx.connection())
    .await?)
}

pub(crate) fn read_digest(bytes: &[u8]) -> Result<Digest> {
    bytes
        .try_into()
        .map(Digest)
        .map_err(|_| Error::Corrupt(format!("a digest of {} bytes, expected 32", bytes.len())))
}
