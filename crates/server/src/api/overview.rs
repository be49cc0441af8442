//! `/overview/metrics`: the state of the whole estate.

use qlrf_core::perm::Permission;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::page::parse_moment;
use super::types::overview::Overview;
use super::{Json, Noun, Query, Result, Routes};
use crate::app;
use crate::fleet::Filter;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "overview",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(overview_view))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::AssetRead, "/overview/metrics", overview_view);
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
