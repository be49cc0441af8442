//! Which advisories an organisation was told of, and what an import needs to tell them.

use qlrf_core::id::OrgId;
use qlrf_core::time::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx, content};

/// Lets no feed import match or tell before this transaction ends. Without it, facts and an advisory that arrive at the
/// same time would each miss the other.
pub async fn hold_matching(tx: &mut TenantTx) -> Result<()> {
    content::lock_shared(tx).await
}

/// Remembers what is told now; of `advisories` those that the tenant was not told of before.
pub async fn remember(tx: &mut TenantTx, at: Timestamp, advisories: &[i32]) -> Result<Vec<i32>> {
    let org = tx.org();
    insert(tx.connection(), org, at, advisories).await
}

/// The same for a feed import.
pub async fn remember_for(
    tx: &mut SystemTx,
    org: OrgId,
    at: Timestamp,
    advisories: &[i32],
) -> Result<Vec<i32>> {
    insert(tx.connection(), org, at, advisories).await
}

async fn insert(
    connection: &mut PgConnection,
    org: OrgId,
    at: Timestamp,
    advisories: &[i32],
) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar(
        "INSERT INTO discovery (org_id, advisory_id, at) SELECT $1, a, $2 FROM unnest($3::int[]) AS a
         ON CONFLICT DO NOTHING RETURNING advisory_id",
    )
    .bind(org.as_uuid())
    .bind(at)
    .bind(advisories)
    .fetch_all(connection)
    .await?)
}

/// Forgets what organisations were told of and none of their assets has any more, so that it is told again when it comes
/// back; returns how much. Content is held back only when there is something to forget.
pub async fn forget_gone(tx: &mut SystemTx) -> Result<u64> {
    const GONE: &str = "SELECT d.org_id, d.advisory_id FROM discovery d WHERE NOT EXISTS (
            SELECT FROM package_match m JOIN in_use u ON u.package_id = m.package_id
            WHERE m.advisory_id = d.advisory_id AND upper_inf(m.recorded) AND u.org_id = d.org_id)";
    const IN_USE: &str = "SELECT DISTINCT f.org_id, p.id AS package_id
        FROM (SELECT DISTINCT org_id, package_set_id FROM asset_fact WHERE upper_inf(recorded)) f
        JOIN package_set s ON s.id = f.package_set_id CROSS JOIN LATERAL unnest(s.package_ids) AS p (id)";
    let any = format!("WITH in_use AS MATERIALIZED ({IN_USE}) SELECT EXISTS ({GONE})");
    let any: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(any))
        .fetch_one(tx.connection())
        .await?;
    if !any {
        return Ok(0);
    }
    // Whoever tells something meanwhile either sees it forgotten or has it recorded before it is looked for again.
    content::lock(tx).await?;
    let forget = format!(
        "WITH in_use AS MATERIALIZED ({IN_USE}), gone AS ({GONE})
         DELETE FROM discovery d USING gone g WHERE d.org_id = g.org_id AND d.advisory_id = g.advisory_id"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(forget))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected())
}

/// A package set that assets of an organisation run now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct SetInUse {
    pub org_id: Uuid,
    pub set_id: i32,
    pub assets: i64,
    pub simulated: i64,
}

/// In the order of organisations.
pub async fn list_sets_in_use(tx: &mut SystemTx) -> Result<Vec<SetInUse>> {
    Ok(sqlx::query_as(
        "SELECT org_id, package_set_id AS set_id, count(*) AS assets, count(*) FILTER (WHERE simulated) AS simulated
         FROM asset_fact WHERE upper_inf(recorded) AND package_set_id IS NOT NULL
         GROUP BY org_id, package_set_id ORDER BY org_id, package_set_id",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Of these sets, those packages that are among `packages`.
pub async fn intersect_sets(
    tx: &mut SystemTx,
    sets: &[i32],
    packages: &[i32],
) -> Result<Vec<(i32, Vec<i32>)>> {
    Ok(sqlx::query_as(
        "SELECT s.id, array_agg(w.id) FROM package_set s CROSS JOIN LATERAL unnest(s.package_ids) AS p (id)
         JOIN unnest($2::int[]) AS w (id) ON w.id = p.id WHERE s.id = ANY ($1) GROUP BY s.id",
    )
    .bind(sets)
    .bind(packages)
    .fetch_all(tx.connection())
    .await?)
}

/// What an event says of an advisory.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Advisory {
    pub id: i32,
    pub osv_id: String,
    pub cves: Vec<String>,
    pub summary: String,
    /// Known to be exploited, by the catalogue that is held now; `None` while there is none.
    pub kev: Option<bool>,
}

const ADVISORY: &str = "SELECT id, osv_id, cves, summary,
        CASE WHEN EXISTS (SELECT FROM kev WHERE upper_inf(recorded)) THEN
             EXISTS (SELECT FROM kev k WHERE k.cve = ANY (a.cves) AND upper_inf(k.recorded)) END AS kev
    FROM advisory a WHERE id = ANY ($1)";

pub async fn load_advisories(tx: &mut TenantTx, ids: &[i32]) -> Result<Vec<Advisory>> {
    Ok(sqlx::query_as(ADVISORY)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}

/// The same for a feed import.
pub async fn load_advisories_as_system(tx: &mut SystemTx, ids: &[i32]) -> Result<Vec<Advisory>> {
    Ok(sqlx::query_as(ADVISORY)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}
