//! `/drift`: assets against the golden images that they should run.

use axum::http::StatusCode;
use qlrf_core::drift::{DriftSeverity, DriftState, UnverifiedWhy};
use qlrf_core::id::AssetId;
use qlrf_core::perm::Permission;
use qlrf_core::time::{Timestamp, now};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::page::parse_moment;
use super::types::drift::*;
use super::types::page::{ListParams, PageBody};
use super::types::trend::DriftReports;
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Query, Result, Routes};
use crate::app::drift_explained::{Explained, Update, explain};
use crate::app::drift_view::{self as app, Item, Sort};
use crate::app::estate::view_tally;
use crate::fleet::{Dimension, Fleet, term};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "drift",
    routes,
    doc: Doc::openapi,
};

/// A year of points and one; a longer history is asked for in parts.
const TREND_DAYS_MAX: u32 = 366;
const OFFENDERS_MAX: usize = 100;

#[derive(OpenApi)]
#[openapi(paths(
    drift_list,
    drift_summary,
    drift_trends,
    drift_reports,
    drift_top_offenders,
    drift_detect,
    drift_explain,
    patch_drift
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let read = Permission::DriftRead;
    routes.get(read, "/drift", drift_list);
    routes.get(read, "/drift/summary", drift_summary);
    routes.get(read, "/drift/trends", drift_trends);
    routes.get(read, "/drift/reports", drift_reports);
    routes.get(read, "/drift/top-offenders", drift_top_offenders);
    routes.post(Permission::DriftDetect, "/drift/detect", drift_detect);
    routes.get(read, "/assets/{id}/drift", drift_explain);
    routes.get(read, "/patch/drift", patch_drift);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DriftFilter {
    /// In the filter language of assets: `platform:aws env:prod -drift:current web`.
    q: Option<String>,
    #[param(value_type = Option<String>)]
    state: Option<DriftState>,
    #[param(value_type = Option<String>)]
    severity: Option<DriftSeverity>,
}

impl ListFilter for DriftFilter {
    const SORTS: &'static [&'static str] = &["-severity", "name", "since"];
}

/// Drift of every asset, the worst first.
#[utoipa::path(
    get, path = "/api/v1/drift", tag = "drift", params(ListParams, DriftFilter),
    responses((status = 200, body = PageBody<AssetDrift>))
)]
async fn drift_list(cx: OpCx, mut list: List<DriftFilter>) -> Result<Page<AssetDrift>> {
    let query = app::Query {
        q: list.filter.q.clone().unwrap_or_default(),
        state: list.filter.state,
        severity: list.filter.severity,
        to_patch: false,
        sort: sort(list.sort),
        at: list.at,
        moment: list.moment(),
        after: list.after()?,
        limit: list.load_limit() as usize,
    };
    page(&cx, &mut list, &query).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PatchFilter {
    /// Assets of this environment alone.
    env: Option<String>,
    q: Option<String>,
}

impl ListFilter for PatchFilter {
    const SORTS: &'static [&'static str] = &["-severity", "name", "since"];
}

/// What an update would change: outdated assets, and those whose package manager has security updates pending.
#[utoipa::path(
    get, path = "/api/v1/patch/drift", tag = "drift", params(ListParams, PatchFilter),
    responses((status = 200, body = PageBody<AssetDrift>))
)]
async fn patch_drift(cx: OpCx, mut list: List<PatchFilter>) -> Result<Page<AssetDrift>> {
    let mut q = list.filter.q.clone().unwrap_or_default();
    if let Some(env) = &list.filter.env {
        q.push_str(&format!(" {}", term("env", env)));
    }
    let query = app::Query {
        q,
        state: None,
        severity: None,
        to_patch: true,
        sort: sort(list.sort),
        at: list.at,
        moment: list.moment(),
        after: list.after()?,
        limit: list.load_limit() as usize,
    };
    page(&cx, &mut list, &query).await
}

async fn page<F>(cx: &OpCx, list: &mut List<F>, query: &app::Query) -> Result<Page<AssetDrift>> {
    let found = app::list(cx, query).await?;
    let fleet = found.fleet;
    list.read_at(fleet.moment());
    Ok(list.page(
        found.items,
        found.total,
        |item| item.key.clone(),
        |item| view(&fleet, item),
    ))
}

fn sort(name: &str) -> Sort {
    match name {
        "name" => Sort::Name,
        "since" => Sort::Since,
        _ => Sort::Worst,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SummaryQuery {
    /// In the filter language of assets.
    q: Option<String>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

impl SummaryQuery {
    pub(super) fn read(&self) -> Result<(&str, Option<Timestamp>)> {
        let at = parse_moment(self.as_of.as_deref())?;
        Ok((self.q.as_deref().unwrap_or_default(), at))
    }
}

/// How much of the estate runs what it should, with denominators.
#[utoipa::path(
    get, path = "/api/v1/drift/summary", tag = "drift", params(SummaryQuery),
    responses((status = 200, body = DriftSummary))
)]
async fn drift_summary(cx: OpCx, Query(query): Query<SummaryQuery>) -> Result<Json<DriftSummary>> {
    let (q, at) = query.read()?;
    let summary = app::summary(&cx, q, at).await?;
    let severity = |severity| summary.severities.get(&severity).copied().unwrap_or(0);
    let severities = Severities {
        none: severity(DriftSeverity::None),
        low: severity(DriftSeverity::Low),
        medium: severity(DriftSeverity::Medium),
        high: severity(DriftSeverity::High),
        critical: severity(DriftSeverity::Critical),
    };
    let ages = Ages {
        newest: summary.ages.newest,
        fresh: summary.ages.fresh,
        warning: summary.ages.warning,
        critical: summary.ages.critical,
        undated: summary.ages.undated,
        unknown: summary.ages.unknown,
    };
    let mut groups = summary
        .groups
        .into_iter()
        .map(|(_, group)| group.into_iter().map(self::group).collect());
    let mut next = || groups.next().unwrap_or_default();
    let [by_platform, by_site, by_env, by_family] = std::array::from_fn(|_| next());
    Ok(Json(DriftSummary {
        as_of: summary.as_of.unwrap_or_else(now),
        total: view_tally(&summary.all),
        observed: view_tally(&summary.observed),
        simulated: view_tally(&summary.simulated),
        by_platform,
        by_site,
        by_env,
        by_family,
        severities,
        ages,
        images_at: summary.images_at,
        judged_at: summary.judged_at,
        judging: summary.images_at > summary.judged_at,
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct TrendQuery {
    /// 1 to 366; 30 when absent.
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: Option<u32>,
    /// Only assets that this filter accepts at the end.
    q: Option<String>,
    /// RFC 3339. The last moment, and what was believed then.
    as_of: Option<String>,
}

/// States over time, from facts: one point a day.
#[utoipa::path(
    get, path = "/api/v1/drift/trends", tag = "drift", params(TrendQuery),
    responses((status = 200, body = DriftTrend))
)]
async fn drift_trends(cx: OpCx, Query(query): Query<TrendQuery>) -> Result<Json<DriftTrend>> {
    let days = query.days.unwrap_or(30);
    if !(1..=TREND_DAYS_MAX).contains(&days) {
        return Err(Problem::invalid_request(format!(
            "`days` is 1 to {TREND_DAYS_MAX}, not {days}"
        )));
    }
    let as_of = parse_moment(query.as_of.as_deref())?;
    let points = app::trend(&cx, query.q.as_deref().unwrap_or_default(), days, as_of).await?;
    let point = |point: qlrf_engines::drift::trend::Point| TrendPoint {
        day: point.day.to_string(),
        tally: view_tally(&point.tally),
    };
    Ok(Json(DriftTrend {
        as_of: as_of.unwrap_or_else(now),
        points: points.into_iter().map(point).collect(),
    }))
}

/// What drift opened and closed on each day, from facts.
#[utoipa::path(
    get, path = "/api/v1/drift/reports", tag = "drift", params(super::overview::TrendQuery),
    responses((status = 200, body = DriftReports))
)]
async fn drift_reports(
    cx: OpCx,
    Query(query): Query<super::overview::TrendQuery>,
) -> Result<Json<DriftReports>> {
    let (q, days, as_of) = query.read()?;
    Ok(Json(DriftReports {
        items: crate::app::trend::drift_reports(&cx, q, days, as_of).await?,
        as_of: as_of.unwrap_or_else(now),
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OffendersQuery {
    /// `asset` (the default), `family`, `workload`, `owner` or `site`.
    #[param(value_type = Option<String>)]
    by: Option<By>,
    /// 1 to 100; 10 when absent.
    limit: Option<usize>,
    q: Option<String>,
    as_of: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    Asset,
    Family,
    Workload,
    Owner,
    Site,
}

/// What to look at first.
#[utoipa::path(
    get, path = "/api/v1/drift/top-offenders", tag = "drift", params(OffendersQuery),
    responses((status = 200, body = TopOffenders))
)]
async fn drift_top_offenders(cx: OpCx, Query(query): Query<OffendersQuery>) -> Result<Json<TopOffenders>> {
    let count = query.limit.unwrap_or(10);
    if !(1..=OFFENDERS_MAX).contains(&count) {
        return Err(Problem::invalid_request(format!(
            "`limit` is 1 to {OFFENDERS_MAX}, not {count}"
        )));
    }
    let at = parse_moment(query.as_of.as_deref())?;
    let q = query.q.as_deref().unwrap_or_default();
    let dimension = match query.by.unwrap_or(By::Asset) {
        By::Asset => None,
        By::Family => Some(Dimension::Family),
        By::Workload => Some(Dimension::Workload),
        By::Owner => Some(Dimension::Owner),
        By::Site => Some(Dimension::Site),
    };
    let Some(dimension) = dimension else {
        let found = app::worst_assets(&cx, q, at, count).await?;
        return Ok(Json(TopOffenders {
            by: "asset".to_owned(),
            assets: found
                .items
                .into_iter()
                .map(|item| view(&found.fleet, item))
                .collect(),
            groups: Vec::new(),
        }));
    };
    let groups = app::worst_groups(&cx, q, at, dimension, count).await?;
    Ok(Json(TopOffenders {
        by: dimension.name().to_owned(),
        assets: Vec::new(),
        groups: groups.into_iter().map(group).collect(),
    }))
}

/// Judges every asset again. It also happens by itself whenever facts or images change.
#[utoipa::path(post, path = "/api/v1/drift/detect", tag = "drift", responses((status = 202, body = DriftDetecting)))]
async fn drift_detect(cx: OpCx) -> Result<(StatusCode, Json<DriftDetecting>)> {
    let images_at = app::detect(&cx).await?;
    Ok((StatusCode::ACCEPTED, Json(DriftDetecting { images_at })))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AtQuery {
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// Drift of one asset, explained to package, service and setting.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/drift", tag = "drift", params(("id" = uuid::Uuid, Path), AtQuery),
    responses((status = 200, body = DriftExplained))
)]
async fn drift_explain(
    cx: OpCx,
    Path(id): Path<AssetId>,
    Query(query): Query<AtQuery>,
) -> Result<Json<DriftExplained>> {
    let at = parse_moment(query.as_of.as_deref())?;
    Ok(Json(explained(id, explain(&cx, id, at).await?)))
}

fn explained(id: AssetId, found: Explained) -> DriftExplained {
    let (family, version) = found.image.unzip();
    let update = found.update.zip(family.as_ref().zip(found.target.as_ref()));
    let update =
        update.map(|(update, (family, target))| drift_update(&update, &format!("{family} {target}")));
    let drift = found.drift;
    let sentences = match (&drift, &family, &version) {
        (Some(drift), Some(family), Some(version)) => drift.sentences(family, version),
        _ => Vec::new(),
    };
    let packages = drift.as_ref().and_then(|drift| drift.packages.clone());
    let unverified = drift
        .iter()
        .flat_map(|drift| &drift.unverified)
        .chain(packages.iter().flat_map(|diff| &diff.unverified))
        .map(unverified_of)
        .collect();
    DriftExplained {
        asset_id: id.as_uuid(),
        name: found.asset.name,
        as_of: found.at,
        state: DriftState::parse(&found.row.state).unwrap_or(DriftState::Unknown),
        severity: found.severity,
        since: found.recorded_from,
        family,
        version,
        target_version: found.target,
        versions_behind: found.row.versions_behind,
        superseded_at: found.row.superseded_at,
        lag_days: found.lag_days,
        differences: counts(&found.row),
        proof: found.row.proof,
        explained: drift.is_some(),
        sentences,
        packages: packages.map(|diff| diff.differences.clone()).unwrap_or_default(),
        services: drift
            .as_ref()
            .map(|drift| drift.services.clone())
            .unwrap_or_default(),
        config: drift.map(|drift| drift.config).unwrap_or_default(),
        unverified,
        update,
        simulated: found.asset.simulated,
    }
}

fn drift_update(update: &Update, image: &str) -> DriftUpdate {
    let diff = &update.packages;
    DriftUpdate {
        sentences: diff.differences.iter().map(|one| one.explain(image)).collect(),
        packages: diff.differences.clone(),
        unverified: diff.unverified.iter().map(unverified_of).collect(),
        has_packages: update.has_packages,
    }
}

fn unverified_of(one: &qlrf_core::drift::Unverified) -> Unverified {
    let why = match one.why {
        UnverifiedWhy::NotObserved => "not_observed",
        UnverifiedWhy::NotComparable => "not_comparable",
        UnverifiedWhy::NotPackaged => "not_packaged",
    };
    Unverified {
        what: one.what.clone(),
        why: why.to_owned(),
    }
}

fn counts(row: &qlrf_store::drift::Drift) -> DifferenceCounts {
    DifferenceCounts {
        missing: row.missing,
        forbidden: row.forbidden,
        extra: row.extra,
        older: row.older,
        newer: row.newer,
        settings: row.settings,
        unverified: row.unknowns,
    }
}

fn view(fleet: &Fleet, item: Item) -> AssetDrift {
    let row = &item.row;
    let word = |dimension| fleet.word(row, dimension).map(|word| word.to_string());
    AssetDrift {
        asset_id: row.id,
        name: row.name.to_string(),
        platform: word(Dimension::Platform),
        site: word(Dimension::Site),
        env: word(Dimension::Env),
        state: fleet.state(row),
        severity: item.severity,
        since: row.drift_from,
        family: word(Dimension::Family),
        image: word(Dimension::Image),
        image_id: row.image_id,
        target_id: row.target_id,
        versions_behind: row.behind.versions,
        superseded_at: row.behind.since,
        lag_days: item.lag_days,
        differences: item.drift.as_ref().map(counts).unwrap_or_default(),
        pending_security: row.pending_security,
        proof: item.drift.and_then(|drift| drift.proof),
        simulated: row.simulated,
    }
}

pub(super) fn group((value, tally): (Option<String>, qlrf_engines::drift::coverage::Tally)) -> Group {
    Group {
        value,
        tally: view_tally(&tally),
    }
}
