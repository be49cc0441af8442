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

/// Package sets that ran in the window and hold any of these packages, with those that they hold.
pub async fn list_sets_with(
    tx: &mut TenantTx,
    window: Window,
    packages: &[i32],
) -> Result<Vec<(i32, Vec<i32>)>> {
    Ok(sqlx::query_as(
        "SELECT s.id, ARRAY(SELECT unnest(s.package_ids) INTERSECT SELECT unnest($3::int[])) AS held
         FROM package_set s WHERE s.package_ids && $3 AND s.id IN (
             SELECT package_set_id FROM asset_fact
             WHERE lower(recorded) <= $2 AND (upper_inf(recorded) OR upper(recorded) >= $1))",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(packages)
    .fetch_all(tx.connection())
    .await?)
}

/// What assets ran one after the other.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Runs {
    pub sets: Vec<Option<i32>>,
    pub from_days: Vec<Date>,
    pub to_days: Vec<Option<Date>>,
    pub assets: i64,
}

/// Of the assets that ran any of these sets in the window.
pub async fn list_runs(
    tx: &mut TenantTx,
    window: Window,
    sets: &[i32],
    assets: Option<&[Uuid]>,
) -> Result<Vec<Runs>> {
    Ok(sqlx::query_as(
        "WITH run AS (
             SELECT asset_id, package_set_id, lower(recorded) AS at,
                    (lower(recorded) AT TIME ZONE 'UTC')::date AS from_day,
                    CASE WHEN upper(recorded) <= $2 THEN (upper(recorded) AT TIME ZONE 'UTC')::date END AS to_day
             FROM asset_fact
             WHERE lower(recorded) <= $2 AND (upper_inf(recorded) OR upper(recorded) >= $1)
             AND ($4::uuid[] IS NULL OR asset_id = ANY ($4))
         ), one AS (
             SELECT array_agg(package_set_id ORDER BY at) AS sets, array_agg(from_day ORDER BY at) AS from_days,
                    array_agg(to_day ORDER BY at) AS to_days
             FROM run GROUP BY asset_id HAVING bool_or(package_set_id = ANY ($3))
         )
         SELECT sets, from_days, to_days, count(*) AS assets FROM one GROUP BY 1, 2, 3",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(sets)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
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

/// Assets that went from one state to another on a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Turn {
    pub day: Date,
    /// `None`: it was not judged before.
    pub before: Option<String>,
    /// `None`: it left the estate.
    pub after: Option<String>,
    pub simulated: bool,
    pub assets: i64,
}

/// Every change of a drift state, by day. A judgement that left the state as it was is no change.
pub async fn list_turns(tx: &mut TenantTx, window: Window, assets: Option<&[Uuid]>) -> Result<Vec<Turn>> {
    Ok(sqlx::query_as(
        "WITH opened AS (
             SELECT org_id, asset_id, opened_at AS at, state FROM asset_drift
             WHERE opened_at >= $1 AND opened_at <= $2 AND ($3::uuid[] IS NULL OR asset_id = ANY ($3))
         ), closed AS (
             SELECT org_id, asset_id, closed_at AS at, state FROM asset_drift
             WHERE closed_at >= $1 AND closed_at <= $2 AND ($3::uuid[] IS NULL OR asset_id = ANY ($3))
         ), turn AS (
             SELECT asset_id, at, c.state AS before, o.state AS after
             FROM opened o FULL JOIN closed c USING (org_id, asset_id, at)
             WHERE c.state IS DISTINCT FROM o.state
         ), made_up AS (
             SELECT asset_id, bool_or(simulated) AS simulated FROM asset_fact
             WHERE asset_id IN (SELECT asset_id FROM turn) GROUP BY asset_id
         )
         SELECT (t.at AT TIME ZONE 'UTC')::date AS day, t.before, t.after, COALESCE(f.simulated, false) AS simulated,
                count(*) AS assets
         FROM turn t LEFT JOIN made_up f USING (asset_id) GROUP BY 1, 2, 3, 4 ORDER BY 1",
    )
    .bind(window.from)
    .bind(window.at)
    .bind(assets)
    .fetch_all(tx.connection())
    .await?)
}
