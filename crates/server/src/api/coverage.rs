//! `/coverage`: the ledger of what was listed completely, and how old what is known may be.

use qlrf_core::coverage::is_permission_gap;
use qlrf_core::freshness::Freshness;
use qlrf_core::id::ConnectorId;
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_store::ledger::{Key, Order, OrderBy, Which};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::etag::IfMatch;
use super::health::page_of;
use super::types::coverage::{
    ConnectorFreshness, CoverageSummary, FreshnessBudget, OrganizationFreshness, ScopeCoverage,
};
use super::types::page::PageBody;
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Query, Result, Routes};
use crate::app;
use crate::app::coverage::Listed;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "coverage",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    scope_list,
    coverage_summary,
    freshness_view,
    freshness_set,
    connector_freshness_view,
    connector_freshness_set,
    connector_freshness_clear
))]
struct Doc;

const STATES: [&str; 5] = ["complete", "partial", "unlisted", "never", "gone"];

fn routes(routes: &mut Routes) {
    routes.get(Permission::ConnectorRead, "/coverage", scope_list);
    routes.get(Permission::ConnectorRead, "/coverage/summary", coverage_summary);
    routes.get(
        Permission::OrganizationRead,
        "/organization/freshness",
        freshness_view,
    );
    routes.put(
        Permission::OrganizationManage,
        "/organization/freshness",
        freshness_set,
    );
    let of_connector = "/connectors/{id}/freshness";
    routes.get(Permission::ConnectorRead, of_connector, connector_freshness_view);
    routes.put(Permission::ConnectorManage, of_connector, connector_freshness_set);
    routes.delete(
        Permission::ConnectorManage,
        of_connector,
        connector_freshness_clear,
    );
}

/// The ledger is of now: of the past, `GET /assets` with `as_of` and `freshness:` tells.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "describes the parameters that `List` reads; nothing constructs it"
)]
struct PageParams {
    /// Items per page.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Field to sort by; `-field` descending.
    sort: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ScopeFilter {
    /// Number of one scope.
    id: Option<i64>,
    /// Id of a connector.
    #[param(value_type = Option<uuid::Uuid>)]
    connector: Option<ConnectorId>,
    /// `complete`, `partial`, `unlisted`, `never` or `gone`. Left out: all but those that are gone.
    state: Option<String>,
    /// `fresh`, `stale` or `unknown`.
    freshness: Option<String>,
    /// Why the last attempt was not complete.
    code: Option<String>,
    /// Only scopes that lack a permission, or only the others.
    permission_gap: Option<bool>,
    /// Part of connector, account, region or kind.
    q: Option<String>,
}

impl ListFilter for ScopeFilter {
    const SORTS: &'static [&'static str] = &[
        "worst",
        "completed_at",
        "-completed_at",
        "connector",
        "-connector",
        "account",
        "-account",
        "region",
        "-region",
        "kind",
        "-kind",
        "assets",
        "-assets",
    ];
}

impl ScopeFilter {
    fn which(&self) -> Result<Which> {
        let known = |name: &str, value: &Option<String>, values: &[&str]| match value {
            Some(value) if !values.contains(&&value[..]) => Err(Problem::invalid_request(format!(
                "`{name}` is one of {}",
                values.join(", ")
            ))),
            _ => Ok(value.clone()),
        };
        Ok(Which {
            id: self.id,
            connector: self.connector,
            state: known("state", &self.state, &STATES)?,
            freshness: known("freshness", &self.freshness, &Freshness::ALL.map(Freshness::name))?,
            code: self.code.clone(),
            permission_gap: self.permission_gap,
            text: self.q.clone().filter(|text| !text.is_empty()),
        })
    }
}

/// Every scope: when it was last listed completely, how old that is, and why the last attempt was not complete.
#[utoipa::path(
    get, path = "/api/v1/coverage", tag = "coverage", params(PageParams, ScopeFilter),
    responses((status = 200, body = PageBody<ScopeCoverage>))
)]
async fn scope_list(cx: OpCx, list: List<ScopeFilter>) -> Result<Page<ScopeCoverage>> {
    if list.as_of.is_some() {
        return Err(Problem::invalid_request(
            "the ledger has no `as_of`: it is of now",
        ));
    }
    let (descending, name) = match list.sort.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, list.sort),
    };
    let by = match name {
        "completed_at" => OrderBy::CompletedAt,
        "connector" => OrderBy::Connector,
        "account" => OrderBy::Account,
        "region" => OrderBy::Region,
        "kind" => OrderBy::Kind,
        "assets" => OrderBy::Assets,
        _ => OrderBy::Worst,
    };
    let order = Order { by, descending };
    let after: Option<Key> = list.after()?;
    let from = (list.at, after.as_ref());
    let which = list.filter.which()?;
    let (rows, total) = app::coverage::list(&cx, &which, order, from, list.load_limit().into()).await?;
    Ok(list.page(rows, total, |(row, _)| row.key(), view))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SummaryQuery {
    /// Of this connector alone.
    #[param(value_type = Option<uuid::Uuid>)]
    connector: Option<ConnectorId>,
}

/// How many scopes are complete and fresh out of all, and how many assets rest on them.
#[utoipa::path(
    get, path = "/api/v1/coverage/summary", tag = "coverage", params(SummaryQuery),
    responses((status = 200, body = CoverageSummary))
)]
async fn coverage_summary(cx: OpCx, Query(query): Query<SummaryQuery>) -> Result<Json<CoverageSummary>> {
    Ok(Json(app::coverage::summary(&cx, query.connector, now()).await?))
}

/// How old what is known may be before it is stale, and before it is unknown.
#[utoipa::path(
    get, path = "/api/v1/organization/freshness", tag = "coverage",
    responses((status = 200, body = OrganizationFreshness))
)]
async fn freshness_view(cx: OpCx) -> Result<Json<OrganizationFreshness>> {
    Ok(Json(app::freshness::get(&cx).await?))
}

/// Sets it, from now on; a view of the past keeps what held then. With `If-Match`, only what the caller read.
#[utoipa::path(
    put, path = "/api/v1/organization/freshness", tag = "coverage", request_body = FreshnessBudget,
    params(("If-Match" = Option<String>, Header)), responses((status = 200, body = OrganizationFreshness))
)]
async fn freshness_set(
    cx: OpCx,
    if_match: IfMatch,
    Json(budget): Json<FreshnessBudget>,
) -> Result<Json<OrganizationFreshness>> {
    Ok(Json(
        app::freshness::set(&cx, budget, |now| if_match.check(now)).await?,
    ))
}

#[utoipa::path(
    get, path = "/api/v1/connectors/{id}/freshness", tag = "coverage", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ConnectorFreshness))
)]
async fn connector_freshness_view(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<ConnectorFreshness>> {
    Ok(Json(app::freshness::get_of_connector(&cx, id).await?))
}

/// Gives a connector a budget of its own: an edge site that is on the network once a day has more time than a cloud.
#[utoipa::path(
    put, path = "/api/v1/connectors/{id}/freshness", tag = "coverage", params(("id" = uuid::Uuid, Path)),
    request_body = FreshnessBudget, responses((status = 200, body = ConnectorFreshness))
)]
async fn connector_freshness_set(
    cx: OpCx,
    Path(id): Path<ConnectorId>,
    Json(budget): Json<FreshnessBudget>,
) -> Result<Json<ConnectorFreshness>> {
    let set = app::freshness::set_of_connector(&cx, id, Some(budget)).await?;
    Ok(Json(set))
}

/// From now on the organisation's budget holds for it.
#[utoipa::path(
    delete, path = "/api/v1/connectors/{id}/freshness", tag = "coverage", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ConnectorFreshness))
)]
async fn connector_freshness_clear(
    cx: OpCx,
    Path(id): Path<ConnectorId>,
) -> Result<Json<ConnectorFreshness>> {
    Ok(Json(app::freshness::set_of_connector(&cx, id, None).await?))
}

fn view((row, assets_now): Listed) -> ScopeCoverage {
    ScopeCoverage {
        id: row.id,
        help: row.code.as_deref().and_then(page_of),
        permission_gap: row.code.as_deref().is_some_and(is_permission_gap),
        connector_id: row.connector_id,
        connector: row.connector,
        simulated: row.simulated,
        account: row.account,
        region: row.region,
        kind: row.kind,
        assets: row.assets,
        resources: row.resources,
        assets_now,
        attempted_at: row.attempted_at,
        completed_at: row.completed_at,
        state: row.state,
        freshness: row.freshness,
        code: row.code,
        detail: row.detail,
    }
}
