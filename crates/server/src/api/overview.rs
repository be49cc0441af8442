//! `/overview`: the state of the whole estate, how it came to be so, and what needs somebody.

use qlrf_core::perm::Permission;
use qlrf_core::time::{Timestamp, now};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::page::parse_moment;
use super::types::attention::{Attention, DataHealth};
use super::types::overview::Overview;
use super::types::trend::Trend;
use super::{Json, Noun, Problem, Query, Result, Routes};
use crate::app;
use crate::fleet::Filter;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "overview",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(overview_view, overview_trends, overview_attention, overview_health))]
struct Doc;

fn routes(routes: &mut Routes) {
    let read = Permission::AssetRead;
    routes.get(read, "/overview/metrics", overview_view);
    routes.get(Permission::VulnerabilityRead, "/overview/trends", overview_trends);
    routes.get(read, "/overview/attention", overview_attention);
    routes.get(Permission::ConnectorRead, "/overview/health", overview_health);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// Filter language, as for assets.
    q: Option<String>,
    /// RFC 3339. Answers with what was believed at that moment; collection and feed health are as of now.
    as_of: Option<String>,
}

/// The state of the whole estate, or of the part that the filter accepts.
#[utoipa::path(
    get, path = "/api/v1/overview/metrics", tag = "overview", params(OverviewQuery),
    responses((status = 200, body = Overview))
)]
async fn overview_view(cx: OpCx, Query(query): Query<OverviewQuery>) -> Result<Json<Overview>> {
    let filter = Filter::parse(query.q.as_deref().unwrap_or_default())?;
    let as_of = parse_moment(query.as_of.as_deref())?;
    Ok(Json(app::overview::get(&cx, as_of, &filter).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TrendQuery {
    /// 1 to 90; 30 when absent.
    #[param(minimum = 1, maximum = 90, default = 30)]
    days: Option<u32>,
    /// Only assets that this filter accepts at the end.
    q: Option<String>,
    /// RFC 3339. The last moment, and what was believed then.
    as_of: Option<String>,
}

impl TrendQuery {
    pub(super) fn read(&self) -> Result<(&str, u32, Option<Timestamp>)> {
        let days = self.days.unwrap_or(30);
        if !(1..=app::trend::DAYS_MAX).contains(&days) {
            let detail = format!("`days` is 1 to {}, not {days}", app::trend::DAYS_MAX);
            return Err(Problem::invalid_request(detail));
        }
        let as_of = parse_moment(self.as_of.as_deref())?;
        Ok((self.q.as_deref().unwrap_or_default(), days, as_of))
    }
}

/// Findings and patch lag by day, from facts.
#[utoipa::path(
    get, path = "/api/v1/overview/trends", tag = "overview", params(TrendQuery),
    responses((status = 200, body = Trend))
)]
async fn overview_trends(cx: OpCx, Query(query): Query<TrendQuery>) -> Result<Json<Trend>> {
    let (q, days, as_of) = query.read()?;
    Ok(Json(Trend {
        points: app::trend::trend(&cx, q, days, as_of).await?,
        as_of: as_of.unwrap_or_else(now),
    }))
}

/// What needs somebody, ranked, with the reason. What the caller may not read is not looked for.
#[utoipa::path(
    get, path = "/api/v1/overview/attention", tag = "overview", params(OverviewQuery),
    responses((status = 200, body = Attention))
)]
async fn overview_attention(cx: OpCx, Query(query): Query<OverviewQuery>) -> Result<Json<Attention>> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    Ok(Json(
        app::attention::attention(&cx, query.q.as_deref(), as_of).await?,
    ))
}

/// How far the figures can be relied on: collections, coverage and feeds, as of now.
#[utoipa::path(get, path = "/api/v1/overview/health", tag = "overview", responses((status = 200, body = DataHealth)))]
async fn overview_health(cx: OpCx) -> Result<Json<DataHealth>> {
    cx.require(Permission::FeedRead)?;
    Ok(Json(app::data_health::data_health(&cx).await?))
}
