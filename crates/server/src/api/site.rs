//! `/sites`: where the estate is, how each place does, and what people say of it.

use axum::http::StatusCode;
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use utoipa::OpenApi;

use super::drift::{SummaryQuery, group};
use super::etag::IfMatch;
use super::part::{declared, unchanged};
use super::types::drift::{Site, Sites};
use super::types::part::{Declared, SitePair, SitePairSet, SiteSpec};
use super::{Json, Noun, Path, Problem, Query, Result, Routes};
use crate::app::estate::view_tally;
use crate::app::part;
use crate::app::site::{self as app, Pair, Place};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "site",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    site_list,
    site_view,
    site_create,
    site_set,
    site_delete,
    site_pair,
    site_unpair
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::DriftRead, Permission::EstateWrite);
    routes.get(read, "/sites", site_list);
    routes.post(write, "/sites", site_create);
    routes.get(read, "/sites/{site}", site_view);
    routes.put(write, "/sites/{site}", site_set);
    routes.delete(write, "/sites/{site}", site_delete);
    routes.put(write, "/sites/{site}/pair", site_pair);
    routes.delete(write, "/sites/{site}/pair", site_unpair);
}

/// The heat map: sites × environments. A declared site is there when no asset is at it, too.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "site", params(SummaryQuery),
    responses((status = 200, body = Sites))
)]
async fn site_list(cx: OpCx, Query(query): Query<SummaryQuery>) -> Result<Json<Sites>> {
    let (q, at) = query.read()?;
    let (places, environments) = app::list(&cx, q, at).await?;
    Ok(Json(Sites {
        as_of: at.unwrap_or_else(now),
        sites: places.into_iter().map(view).collect(),
        environments: environments.into_iter().map(group).collect(),
    }))
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
    let (q, at) = query.read()?;
    let (places, _) = app::list(&cx, q, at).await?;
    let found = places
        .into_iter()
        .find(|place| place.name.as_deref() == Some(&name));
    found
        .map(|place| Json(view(place)))
        .ok_or_else(|| Problem::not_found("no asset is at a site of that name, and nobody declared it"))
}

/// Declares a site. No asset changes.
#[utoipa::path(
    post, path = "/api/v1/sites", tag = "site", request_body = SiteSpec,
    responses((status = 201, body = Declared<SiteSpec>))
)]
async fn site_create(cx: OpCx, Json(spec): Json<SiteSpec>) -> Result<(StatusCode, Json<Declared<SiteSpec>>)> {
    let known = part::create(&cx, spec).await?;
    Ok((StatusCode::CREATED, Json(declared(known))))
}

/// Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. A pair
/// stays. With `If-Match`, only the version whose `etag` it is.
#[utoipa::path(
    put, path = "/api/v1/sites/{site}", tag = "site", request_body = SiteSpec,
    params(("site" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<SiteSpec>))
)]
async fn site_set(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
    Json(spec): Json<SiteSpec>,
) -> Result<Json<Declared<SiteSpec>>> {
    let known = part::replace(&cx, &name, spec, unchanged(&if_match)).await?;
    Ok(Json(declared(known)))
}

/// Assets keep the word, which is undeclared from then on; a pair that it is in ends. Answers what was deleted.
#[utoipa::path(
    delete, path = "/api/v1/sites/{site}", tag = "site",
    params(("site" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<SiteSpec>))
)]
async fn site_delete(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
) -> Result<Json<Declared<SiteSpec>>> {
    let known = part::delete(&cx, &name, unchanged(&if_match)).await?;
    Ok(Json(declared(known)))
}

/// Says which declared site stands in for this one, or is stood in for. A site is in one pair at most.
#[utoipa::path(
    put, path = "/api/v1/sites/{site}/pair", tag = "site", request_body = SitePairSet,
    params(("site" = String, Path)), responses((status = 200, body = SitePair))
)]
async fn site_pair(
    cx: OpCx,
    Path(name): Path<String>,
    Json(wanted): Json<SitePairSet>,
) -> Result<Json<SitePair>> {
    let pair = app::pair(&cx, &name, &wanted.with, wanted.role).await?;
    Ok(Json(view_pair(pair)))
}

/// Ends the pair of a site, for both. Answers what it was.
#[utoipa::path(
    delete, path = "/api/v1/sites/{site}/pair", tag = "site", params(("site" = String, Path)),
    responses((status = 200, body = SitePair))
)]
async fn site_unpair(cx: OpCx, Path(name): Path<String>) -> Result<Json<SitePair>> {
    Ok(Json(view_pair(app::unpair(&cx, &name).await?)))
}

fn view(place: Place) -> Site {
    Site {
        site: place.name,
        tally: view_tally(&place.tally),
        environments: place.environments.into_iter().map(group).collect(),
        declared: place.declared.map(declared),
        pair: place.pair.map(view_pair),
    }
}

fn view_pair(pair: Pair) -> SitePair {
    SitePair {
        with: pair.with,
        role: pair.role,
        since: pair.since,
        author: pair.author,
    }
}
