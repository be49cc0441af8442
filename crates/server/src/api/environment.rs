//! `/environments`: what assets are for, from development to production.

use axum::http::StatusCode;
use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::drift::SummaryQuery;
use super::etag::IfMatch;
use super::part::{self, PartFilter};
use super::types::page::{ListParams, PageBody};
use super::types::part::{Declared, EnvironmentSpec, Part};
use super::{Json, List, Noun, Page, Path, Query, Result, Routes};
use crate::app::part as app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "environment",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    environment_list,
    environment_view,
    environment_create,
    environment_set,
    environment_delete
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::AssetRead, Permission::EstateWrite);
    routes.get(read, "/environments", environment_list);
    routes.post(write, "/environments", environment_create);
    routes.get(read, "/environments/{environment}", environment_view);
    routes.put(write, "/environments/{environment}", environment_set);
    routes.delete(write, "/environments/{environment}", environment_delete);
}

/// Every environment that is declared or that an asset carries, with how many do.
#[utoipa::path(
    get, path = "/api/v1/environments", tag = "environment", params(("q" = Option<String>, Query), ListParams),
    responses((status = 200, body = PageBody<Part<EnvironmentSpec>>))
)]
async fn environment_list(cx: OpCx, list: List<PartFilter>) -> Result<Page<Part<EnvironmentSpec>>> {
    part::list(&cx, list).await
}

#[utoipa::path(
    get, path = "/api/v1/environments/{environment}", tag = "environment", params(("environment" = String, Path), SummaryQuery),
    responses((status = 200, body = Part<EnvironmentSpec>))
)]
async fn environment_view(
    cx: OpCx,
    Path(name): Path<String>,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<Part<EnvironmentSpec>>> {
    let (q, at) = query.read()?;
    Ok(Json(part::part(app::word(&cx, &name, q, at).await?)))
}

/// Declares it. No asset changes.
#[utoipa::path(
    post, path = "/api/v1/environments", tag = "environment", request_body = EnvironmentSpec,
    responses((status = 201, body = Declared<EnvironmentSpec>))
)]
async fn environment_create(
    cx: OpCx,
    Json(spec): Json<EnvironmentSpec>,
) -> Result<(StatusCode, Json<Declared<EnvironmentSpec>>)> {
    let known = app::create(&cx, spec).await?;
    Ok((StatusCode::CREATED, Json(part::declared(known))))
}

/// Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. With
/// `If-Match`, only the version whose `etag` it is.
#[utoipa::path(
    put, path = "/api/v1/environments/{environment}", tag = "environment", request_body = EnvironmentSpec,
    params(("environment" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<EnvironmentSpec>))
)]
async fn environment_set(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
    Json(spec): Json<EnvironmentSpec>,
) -> Result<Json<Declared<EnvironmentSpec>>> {
    let known = app::replace(&cx, &name, spec, part::unchanged(&if_match)).await?;
    Ok(Json(part::declared(known)))
}

/// Assets keep the word, which is undeclared from then on. Answers what was deleted.
#[utoipa::path(
    delete, path = "/api/v1/environments/{environment}", tag = "environment",
    params(("environment" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<EnvironmentSpec>))
)]
async fn environment_delete(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
) -> Result<Json<Declared<EnvironmentSpec>>> {
    let known = app::delete(&cx, &name, part::unchanged(&if_match)).await?;
    Ok(Json(part::declared(known)))
}
