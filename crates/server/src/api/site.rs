//! `/sites`: where the estate is, and how each place does.

use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use utoipa::OpenApi;

use super::drift::{SummaryQuery, group};
use super::types::drift::{Group, Site, Sites};
use super::{Json, Noun, Path, Problem, Query, Result, Routes};
use crate::app::drift_view as app;
use crate::app::estate::view_tally;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "site",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(site_list, site_view))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::DriftRead, "/sites", site_list);
    routes.get(Permission::DriftRead, "/sites/{site}", site_view);
}

/// The heat map: sites × environments.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "site", params(SummaryQuery),
    responses((status = 200, body = Sites))
)]
async fn site_list(cx: OpCx, Query(query): Query<SummaryQuery>) -> Result<Json<Sites>> {
    Ok(Json(sites(&cx, &query).await?))
}

/// One site with its environments.
#[utoipa::path(
    get, path = "/api/v1/sites/{site}", tag = "site", params(("site" = String, Path), SummaryQuery),
    responses((status = 200, body = Site))
)]
async fn site_view(
    cx: OpCx,
    Path(name): Path<String>,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<Site>> {
    let sites = sites(&cx, &query).await?.sites;
    let found = sites.into_iter().find(|site| site.site.as_deref() == Some(&name));
    found
        .map(Json)
        .ok_or_else(|| Problem::not_found("no asset is at a site of that name"))
}

async fn sites(cx: &OpCx, query: &SummaryQuery) -> Result<Sites> {
    let (q, at) = query.read()?;
    let map = app::heat_map(cx, q, at).await?;
    let mut cells: std::collections::BTreeMap<Option<String>, Vec<Group>> = Default::default();
    for ((site, env), tally) in map.cells {
        cells.entry(site).or_default().push(group((env, tally)));
    }
    let site = |(site, tally): (Option<String>, qlrf_engines::drift::coverage::Tally)| Site {
        environments: cells.remove(&site).unwrap_or_default(),
        site,
        tally: view_tally(&tally),
    };
    Ok(Sites {
        as_of: at.unwrap_or_else(now),
        sites: map.rows.into_iter().map(site).collect(),
        environments: map.columns.into_iter().map(group).collect(),
    })
}
