//! The rows that a fleet view is built from: every asset of a tenant with its facts and drift, as of one moment.

use futures::TryStreamExt;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct AssetRow {
    pub id: Uuid,
    /// As the source that leads calls it, where there are several.
    pub connector_id: Uuid,
    /// Of the other sources, where there are several.
    pub other_connectors: Option<Vec<Uuid>>,
    pub scope_id: i64,
    pub kind: String,
    pub native_id: String,
    pub first_seen: Timestamp,
    pub fact_from: Timestamp,
    pub name: String,
    pub platform: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub project: Option<String>,
    pub workload: Option<String>,
    pub owner: Option<String>,
    pub image_ref: Option<String>,
    pub os_id: Option<String>,
    pub os_version: Option<String>,
    pub state: String,
    pub criticality: String,
    pub exposure: String,
    pub simulated: bool,
    pub package_set_id: Option<i32>,
    pub pending_security: Option<i32>,
    /// `None` only between the fact and its first judgement, which commit together: never seen by a reader.
    pub drift_state: Option<String>,
    pub drift_from: Option<Timestamp>,
    pub drift_severity: Option<String>,
    pub versions_behind: Option<i32>,
    pub superseded_at: Option<Timestamp>,
    pub family_id: Option<Uuid>,
    pub image_id: Option<Uuid>,
    pub target_id: Option<Uuid>,
    pub differences: Option<i32>,
    pub unknowns: Option<i32>,
}

/// Only a machine with several sources is looked up.
const OTHERS_NOW: &str = "CASE WHEN f.merged THEN ARRAY(SELECT s.connector_id FROM sighting s
    WHERE s.org_id = f.org_id AND s.machine_id = f.asset_id AND NOT s.leads AND s.closed_at IS NULL) END";
const OTHERS_AS_OF: &str = "CASE WHEN f.merged THEN ARRAY(SELECT s.connector_id FROM sighting s
    WHERE s.org_id = f.org_id AND s.machine_id = f.asset_id AND NOT s.leads AND s.recorded @> $1) END";

const COLUMNS: &str = "a.id, COALESCE(l.connector_id, a.connector_id) AS connector_id,
    COALESCE(o.scope_id, a.scope_id) AS scope_id,
    COALESCE(l.kind, a.kind) AS kind, COALESCE(l.native_id, a.native_id) AS native_id, a.first_seen, lower(f.recorded) AS fact_from, f.name,
    f.platform, f.account, f.region, f.site, f.env, f.project, f.workload, f.owner, f.image_ref, f.os_id, f.os_version,
    f.state, f.criticality, f.exposure, f.simulated, f.package_set_id, f.pending_security, d.state AS drift_state,
    lower(d.recorded) AS drift_from, d.severity AS drift_severity, d.versions_behind,
    d.superseded_at, d.family_id, d.image_id, d.target_id,
    d.missing + d.forbidden + d.extra + d.older + d.newer + d.settings AS differences, d.unknowns";

/// Everything that holds now. Rows are handed on one by one: a million of them never stand in memory as rows.
pub async fn each_current(tx: &mut TenantTx, each: impl FnMut(AssetRow)) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS}, {OTHERS_NOW} AS other_connectors FROM asset a
         JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id AND f.closed_at IS NULL
         LEFT JOIN sighting l ON l.org_id = f.org_id AND l.machine_id = f.asset_id AND l.leads AND l.closed_at IS NULL
         LEFT JOIN asset o ON o.org_id = l.org_id AND o.id = l.asset_id
         LEFT JOIN asset_drift d ON d.org_id = a.org_id AND d.asset_id = a.id AND d.closed_at IS NULL"
    );
    expect_many(tx).await?;
    hand_on(
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch(tx.connection()),
        each,
    )
    .await
}

/// Everything that was believed at a moment.
pub async fn each_as_of(tx: &mut TenantTx, at: Timestamp, each: impl FnMut(AssetRow)) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS}, {OTHERS_AS_OF} AS other_connectors FROM asset a
         JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id AND f.recorded @> $1
         LEFT JOIN sighting l ON l.org_id = f.org_id AND l.machine_id = f.asset_id AND l.leads AND l.recorded @> $1
         LEFT JOIN asset o ON o.org_id = l.org_id AND o.id = l.asset_id
         LEFT JOIN asset_drift d ON d.org_id = a.org_id AND d.asset_id = a.id AND d.recorded @> $1"
    );
    expect_many(tx).await?;
    hand_on(
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(at)
            .fetch(tx.connection()),
        each,
    )
    .await
}

/// Assets of which something was opened after a moment, or that came into another scope or under other sources.
pub async fn list_changed(tx: &mut TenantTx, since: Timestamp) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar(
        "SELECT asset_id FROM asset_fact WHERE opened_at > $1 AND closed_at IS NULL
         UNION SELECT asset_id FROM asset_drift WHERE opened_at > $1
         UNION SELECT id FROM asset WHERE moved_at > $1",
    )
    .bind(since)
    .fetch_all(tx.connection())
    .await?)
}

/// What holds now of some assets. Their number is known to the planner, which a subquery's would not be.
pub async fn each_of(tx: &mut TenantTx, ids: &[Uuid], each: impl FnMut(AssetRow)) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS}, {OTHERS_NOW} AS other_connectors FROM asset a
         JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id AND f.closed_at IS NULL
         LEFT JOIN sighting l ON l.org_id = f.org_id AND l.machine_id = f.asset_id AND l.leads AND l.closed_at IS NULL
         LEFT JOIN asset o ON o.org_id = l.org_id AND o.id = l.asset_id
         LEFT JOIN asset_drift d ON d.org_id = a.org_id AND d.asset_id = a.id AND d.closed_at IS NULL
         WHERE a.id = ANY ($1)"
    );
    hand_on(
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(ids)
            .fetch(tx.connection()),
        each,
    )
    .await
}

/// Assets whose last fact was closed after a moment.
pub async fn list_removed(tx: &mut TenantTx, since: Timestamp) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT c.asset_id FROM asset_fact c WHERE c.closed_at > $1
         AND NOT EXISTS (SELECT FROM asset_fact f
                         WHERE f.org_id = c.org_id AND f.asset_id = c.asset_id AND f.closed_at IS NULL)",
    )
    .bind(since)
    .fetch_all(tx.connection())
    .await?)
}

/// Package sets by id, each with its packages' ids in order.
pub async fn load_sets(tx: &mut TenantTx, ids: &[i32]) -> Result<Vec<(i32, Vec<i32>)>> {
    Ok(
        sqlx::query_as("SELECT id, package_ids FROM package_set WHERE id = ANY ($1)")
            .bind(ids)
            .fetch_all(tx.connection())
            .await?,
    )
}

/// Just after a first load the planner has no statistics, takes a tenant for a handful of rows and joins them one by
/// one: seconds instead of milliseconds. These queries read all of it by their nature.
async fn expect_many(tx: &mut TenantTx) -> Result<()> {
    sqlx::query("SET LOCAL enable_nestloop = off")
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn hand_on<'a>(
    mut rows: futures::stream::BoxStream<'a, sqlx::Result<AssetRow>>,
    mut each: impl FnMut(AssetRow),
) -> Result<()> {
    while let Some(row) = rows.try_next().await? {
        each(row);
    }
    Ok(())
}
