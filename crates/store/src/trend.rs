//! Facts by day: what trends and reports are counted from. Rows are grouped in the database, so that a tenant of a
//! million assets hands over some hundreds.
//!
//! Days are in UTC. Something holds on a day when it held at the day's end, or at `at` on the last one: it was recorded
//! on that day or before (`from_day`) and ended on a later one (`to_day`, `None` while it holds). What still holds at
//! `at` is in the fleet view and not read again: these queries cost what changed, not what there is.

use qlrf_core::time::{Date, Timestamp};
use uuid::Uuid;

use crate::{Result, TenantTx};

/// The moments that a question is about.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub from: Timestamp,
    /// Everything is told as it was believed then.
    pub at: Timestamp,
}

/// Assets that ran one package set, and what makes it worse there.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SetDays {
    /// `None`: their software was not known.
    pub package_set_id: Option<i32>,
    pub exposure: String,
    pub criticality: String,
    /// Whether they are among those that were asked about.
    pub within: bool,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub assets: i64,
}

/// Those of the whole estate that ended in the window; `assets` are those asked about, all of them when `None`.
pub async fn list_past_sets(
    tx: &mut TenantTx,
    window: Window,
    assets: Option<&[Uuid]>,
) -> Result<Vec<SetDays>> {
    Ok(sqlx::query_as(
        "SELECT package_set_id, exposure, criticality, ($3::uuid[] IS NULL OR asset_id = ANY ($3)) AS within,
                (opened_at AT TIME ZONE 'UTC')::date AS from_day, (closed_at AT TIME ZONE 'UTC')::date AS to_day,
                count(*) AS assets
         FROM asset_fact
         WHERE closed_at >= $1 AND closed_at <= $2
         GROUP BY 1, 2, 3, 4, 5, 6",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
}

/// When an advisory named a package.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct MatchDays {
    pub package_id: i32,
    pub osv_id: String,
    pub cves: Vec<String>,
    pub severity: Option<String>,
    /// Base score, as the advisory states it today.
    pub cvss_score: Option<f32>,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

pub async fn list_matches(tx: &mut TenantTx, window: Window, packages: &[i32]) -> Result<Vec<MatchDays>> {
    Ok(sqlx::query_as(
        "SELECT m.package_id, a.osv_id, a.cves, m.severity, a.cvss_score, (lower(m.recorded) AT TIME ZONE 'UTC')::date AS from_day,
                CASE WHEN upper(m.recorded) <= $2 THEN (upper(m.recorded) AT TIME ZONE 'UTC')::date END AS to_day
         FROM package_match m JOIN advisory a ON a.id = m.advisory_id
         WHERE m.package_id = ANY ($3) AND lower(m.recorded) <= $2
         AND (upper_inf(m.recorded) OR upper(m.recorded) >= $1)",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(packages)
    .fetch_all(tx.connection())
    .await?)
}

/// When the catalogue of known exploited vulnerabilities listed one.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KevDays {
    pub cve: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

/// The whole catalogue: a day on which it listed nothing is one on which there was none.
pub async fn list_kev(tx: &mut TenantTx, window: Window) -> Result<Vec<KevDays>> {
    Ok(sqlx::query_as(
        "SELECT cve, (lower(recorded) AT TIME ZONE 'UTC')::date AS from_day,
                CASE WHEN upper(recorded) <= $2 THEN (upper(recorded) AT TIME ZONE 'UTC')::date END AS to_day
         FROM kev WHERE lower(recorded) <= $2 AND (upper_inf(recorded) OR upper(recorded) >= $1)",
    )
    .bind(window.from)
    .bind(window.at)
    .fetch_all(tx.connection())
    .await?)
}

/// When the chance of exploitation was estimated as what.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct EpssDays {
    pub cve: String,
    pub score: f32,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

pub async fn list_epss(tx: &mut TenantTx, window: Window, cves: &[&str]) -> Result<Vec<EpssDays>> {
    Ok(sqlx::query_as(
        "SELECT cve, score, (since AT TIME ZONE 'UTC')::date AS from_day, NULL::date AS to_day
         FROM epss WHERE cve = ANY ($3) AND since <= $2
         UNION ALL
         SELECT cve, score, (lower(recorded) AT TIME ZONE 'UTC')::date,
                CASE WHEN upper(recorded) <= $2 THEN (upper(recorded) AT TIME ZONE 'UTC')::date END
         FROM epss_past WHERE cve = ANY ($3) AND lower(recorded) <= $2 AND upper(recorded) >= $1",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(cves)
    .fetch_all(tx.connection())
    .await?)
}

/// When an advisory named a package as having one vulnerability, at any time up to `at`.
pub async fn list_matches_of(tx: &mut TenantTx, at: Timestamp, id: &str) -> Result<Vec<MatchDays>> {
    Ok(sqlx::query_as(
        "SELECT m.package_id, a.osv_id, a.cves, m.severity, a.cvss_score,
                (lower(m.recorded) AT TIME ZONE 'UTC')::date AS from_day,
                CASE WHEN upper(m.recorded) <= $1 THEN (upper(m.recorded) AT TIME ZONE 'UTC')::date END AS to_day
         FROM package_match m JOIN advisory a ON a.id = m.advisory_id
         WHERE (a.cves @> ARRAY[$2] OR (a.cves = '{}' AND a.osv_id = $2)) AND lower(m.recorded) <= $1",
    )
    .bind(at)
    .bind(id)
    .fetch_all(tx.connection())
    .await?)
}

/// What one asset ran for a while.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    pub asset_id: Uuid,
    /// `None`: its software was not known.
    pub package_set_id: Option<i32>,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

/// Those that ended in the window.
pub async fn list_past_runs(tx: &mut TenantTx, window: Window, assets: Option<&[Uuid]>) -> Result<Vec<Run>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, package_set_id, (opened_at AT TIME ZONE 'UTC')::date AS from_day,
                (closed_at AT TIME ZONE 'UTC')::date AS to_day
         FROM asset_fact WHERE closed_at >= $1 AND closed_at <= $2
           AND ($3::uuid[] IS NULL OR asset_id = ANY ($3))",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
}

/// Of these assets, those that the simulator made up.
pub async fn list_simulated(tx: &mut TenantTx, assets: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(
        sqlx::query_scalar(
            "SELECT DISTINCT asset_id FROM asset_fact WHERE asset_id = ANY ($1) AND simulated",
        )
        .bind(assets)
        .fetch_all(tx.connection())
        .await?,
    )
}

/// Assets whose place in their image family was known.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LagDays {
    pub behind: bool,
    pub superseded_at: Option<Timestamp>,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub assets: i64,
}

/// Those that ended in the window; `assets` narrows it to some.
pub async fn list_past_lags(
    tx: &mut TenantTx,
    window: Window,
    assets: Option<&[Uuid]>,
) -> Result<Vec<LagDays>> {
    Ok(sqlx::query_as(
        "SELECT versions_behind > 0 AS behind, superseded_at, (opened_at AT TIME ZONE 'UTC')::date AS from_day,
                (closed_at AT TIME ZONE 'UTC')::date AS to_day, count(*) AS assets
         FROM asset_drift
         WHERE versions_behind IS NOT NULL AND closed_at >= $1 AND closed_at <= $2
         AND ($3::uuid[] IS NULL OR asset_id = ANY ($3))
         GROUP BY 1, 2, 3, 4",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
}

/// When an asset ran the newest version of its image family.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NewestDays {
    pub asset_id: Uuid,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

/// Of these assets, what ended in the window.
pub async fn list_past_newest(tx: &mut TenantTx, window: Window, assets: &[Uuid]) -> Result<Vec<NewestDays>> {
    Ok(sqlx::query_as(
        "SELECT asset_id, (opened_at AT TIME ZONE 'UTC')::date AS from_day,
                (closed_at AT TIME ZONE 'UTC')::date AS to_day
         FROM asset_drift
         WHERE versions_behind <= 0 AND closed_at >= $1 AND closed_at <= $2 AND asset_id = ANY ($3)",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
}
