//! `/plans`: what is to be changed, on which frozen targets, and what that risks. Nothing here changes an asset.

mod view;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::id::PlanId;
use qlrf_core::perm::Permission;
use qlrf_core::plan::PlanKind;
use qlrf_store::plan as store;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use self::view::{difference, plan, summary, target};
use super::policy::verdict;
use super::types::page::{ListParams, PageBody};
use super::types::plan::{PlanDifference, PlanSummary, PlanTarget, PlanView};
use super::types::policy::PolicyVerdict;
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Query, Result, Routes, document};
use crate::app::plan as app;
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "plan",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    plan_list,
    plan_create,
    plan_view,
    plan_targets,
    plan_diff,
    plan_replan,
    plan_check
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, create) = (Permission::PlanRead, Permission::PlanCreate);
    routes.get(read, "/plans", plan_list);
    routes.post(create, "/plans", plan_create);
    routes.get(read, "/plans/{plan}", plan_view);
    routes.get(read, "/plans/{plan}/targets", plan_targets);
    routes.get(read, "/plans/{plan}/diff", plan_diff);
    routes.post(create, "/plans/{plan}/replan", plan_replan);
    routes.post(create, "/plans/{plan}/check", plan_check);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PlanFilter {
    /// `exec`
    kind: Option<String>,
    /// As the plan names them: `person:ada`.
    author: Option<String>,
    /// Plans with this asset among their targets.
    asset: Option<Uuid>,
    /// Plans that take the place of this one.
    parent: Option<Uuid>,
}

impl ListFilter for PlanFilter {
    const SORTS: &'static [&'static str] = &["-created_at"];
}

/// Every plan, the newest first.
#[utoipa::path(
    get, path = "/api/v1/plans", tag = "plan", params(ListParams, PlanFilter),
    responses((status = 200, body = PageBody<PlanSummary>))
)]
async fn plan_list(cx: OpCx, list: List<PlanFilter>) -> Result<Page<PlanSummary>> {
    let filter = store::Filter {
        kind: list.filter.kind.as_deref().map(kind).transpose()?,
        author: list.filter.author.clone(),
        asset: list.filter.asset,
        parent: list.filter.parent,
        until: list.as_of,
    };
    let (rows, total) = app::list(&cx, &filter, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.id, |row| summary(&row)))
}

fn kind(name: &str) -> Result<PlanKind> {
    let found = PlanKind::ALL.iter().copied().find(|kind| kind.name() == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = PlanKind::ALL.iter().map(|kind| kind.name()).collect();
        Problem::invalid_request(format!("`kind` is one of {}", known.join(", ")))
    })
}

/// Makes a plan out of an ExecutionSpec and the facts of now. It changes no asset, and is never changed itself.
#[utoipa::path(
    post, path = "/api/v1/plans", tag = "plan",
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 201, body = PlanView))
)]
async fn plan_create(cx: OpCx, headers: HeaderMap, body: Bytes) -> Result<(StatusCode, Json<PlanView>)> {
    cx.require(Permission::AssetRead)?;
    document::check_type(&headers)?;
    let id = app::create(&cx, &body).await.map_err(rejected)?;
    Ok((StatusCode::CREATED, Json(view_now(&cx, id).await?)))
}

/// One plan, and whether the facts that it was made from still hold.
#[utoipa::path(
    get, path = "/api/v1/plans/{plan}", tag = "plan", params(("plan" = Uuid, Path)),
    responses((status = 200, body = PlanView))
)]
async fn plan_view(cx: OpCx, Path(id): Path<PlanId>) -> Result<Json<PlanView>> {
    Ok(Json(view_now(&cx, id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetFilter {}

impl ListFilter for TargetFilter {
    const SORTS: &'static [&'static str] = &["asset_id"];
}

/// The frozen targets, in the order of their ids.
#[utoipa::path(
    get, path = "/api/v1/plans/{plan}/targets", tag = "plan", params(("plan" = Uuid, Path), ListParams),
    responses((status = 200, body = PageBody<PlanTarget>))
)]
async fn plan_targets(
    cx: OpCx,
    Path(id): Path<PlanId>,
    list: List<TargetFilter>,
) -> Result<Page<PlanTarget>> {
    let (rows, total) = app::targets(&cx, id, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.asset_id.as_uuid(), target))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DiffQuery {
    /// The plan of before.
    with: Uuid,
}

/// What makes this plan another than the one of before.
#[utoipa::path(
    get, path = "/api/v1/plans/{plan}/diff", tag = "plan", params(("plan" = Uuid, Path), DiffQuery),
    responses((status = 200, body = PlanDifference))
)]
async fn plan_diff(
    cx: OpCx,
    Path(id): Path<PlanId>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<PlanDifference>> {
    let found = app::compare(&cx, id, PlanId::from_uuid(query.with)).await?;
    Ok(Json(difference(query.with, found)))
}

/// Makes a plan of the same specification from the facts of now, as a child of this one.
#[utoipa::path(
    post, path = "/api/v1/plans/{plan}/replan", tag = "plan", params(("plan" = Uuid, Path)),
    responses((status = 201, body = PlanView))
)]
async fn plan_replan(cx: OpCx, Path(id): Path<PlanId>) -> Result<(StatusCode, Json<PlanView>)> {
    cx.require(Permission::AssetRead)?;
    let id = app::replan(&cx, id).await?;
    Ok((StatusCode::CREATED, Json(view_now(&cx, id).await?)))
}

/// Asks the rules of now about a plan, and writes down what they say.
#[utoipa::path(
    post, path = "/api/v1/plans/{plan}/check", tag = "plan", params(("plan" = Uuid, Path)),
    responses((status = 200, body = PolicyVerdict))
)]
async fn plan_check(cx: OpCx, Path(id): Path<PlanId>) -> Result<Json<PolicyVerdict>> {
    Ok(Json(verdict(crate::app::policy::check(&cx, id).await?)))
}

async fn view_now(cx: &OpCx, id: PlanId) -> Result<PlanView> {
    Ok(plan(app::get_now(cx, id).await?))
}

fn rejected(rejected: Rejected) -> Problem {
    let problems = match rejected {
        Rejected::Error(error) => return error.into(),
        Rejected::Document(problems) => problems,
    };
    let detail = format!("the execution spec has {}", document::count(&problems));
    let error = Error::new(ErrorKind::Invalid, "invalid_execution_spec", detail)
        .hint("`docs/plans.md` describes it; contracts/plan/execution.schema.json is its JSON Schema");
    document::rejected(error, problems)
}
