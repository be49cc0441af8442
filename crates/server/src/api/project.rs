//! `/projects`: what assets belong to, and who answers for it.

use axum::http::StatusCode;
use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::drift::SummaryQuery;
use super::etag::IfMatch;
use super::part::{self, PartFilter};
use super::types::page::{ListParams, PageBody};
use super::types::part::{Declared, Part, ProjectSpec};
use super::{Json, List, Noun, Page, Path, Query, Result, Routes};
use crate::app::part as app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "project",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(project_list, project_view, project_create, project_set, project_delete))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::AssetRead, Permission::EstateWrite);
    routes.get(read, "/projects", project_list);
    routes.post(write, "/projects", project_create);
    routes.get(read, "/projects/{project}", project_view);
    routes.put(write, "/projects/{project}", project_set);
    routes.delete(write, "/projects/{project}", project_delete);
}

/// Every project that is declared or that an asset carries, with how many do.
#[utoipa::path(
    get, path = "/api/v1/projects", tag = "project", params(("q" = Option<String>, Query), ListParams),
    responses((status = 200, body = PageBody<Part<ProjectSpec>>))
)]
async fn project_list(cx: OpCx, list: List<PartFilter>) -> Result<Page<Part<ProjectSpec>>> {
    part::list(&cx, list).await
}

#[utoipa::path(
    get, path = "/api/v1/projects/{project}", tag = "project", params(("project" = String, Path), SummaryQuery),
    responses((status = 200, body = Part<ProjectSpec>))
)]
async fn project_view(
    cx: OpCx,
    Path(name): Path<String>,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<Part<ProjectSpec>>> {
    let (q, at) = query.read()?;
    Ok(Json(part::part(app::word(&cx, &name, q, at).await?)))
}

/// Declares it. No asset changes.
#[utoipa::path(
    post, path = "/api/v1/projects", tag = "project", request_body = ProjectSpec,
    responses((status = 201, body = Declared<ProjectSpec>))
)]
async fn project_create(
    cx: OpCx,
    Json(spec): Json<ProjectSpec>,
) -> Result<(StatusCode, Json<Declared<ProjectSpec>>)> {
    let known = app::create(&cx, spec).await?;
    Ok((StatusCode::CREATED, Json(part::declared(known))))
}

/// Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. With
/// `If-Match`, only the version whose `etag` it is.
#[utoipa::path(
    put, path = "/api/v1/projects/{project}", tag = "project", request_body = ProjectSpec,
    params(("project" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<ProjectSpec>))
)]
async fn project_set(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
    Json(spec): Json<ProjectSpec>,
) -> Result<Json<Declared<ProjectSpec>>> {
    let known = app::replace(&cx, &name, spec, part::unchanged(&if_match)).await?;
    Ok(Json(part::declared(known)))
}

/// Assets keep the word, which is undeclared from then on. Answers what was deleted.
#[utoipa::path(
    delete, path = "/api/v1/projects/{project}", tag = "project",
    params(("project" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Declared<ProjectSpec>))
)]
async fn project_delete(
    cx: OpCx,
    Path(name): Path<String>,
    if_match: IfMatch,
) -> Result<Json<Declared<ProjectSpec>>> {
    let known = app::delete(&cx, &name, part::unchanged(&if_match)).await?;
    Ok(Json(part::declared(known)))
}
