//! `/connectors`: what is connected, and its collections.

use axum::http::StatusCode;
use qlrf_connectors::inventory;
use qlrf_core::id::{ConnectorId, SyncId};
use qlrf_core::perm::Permission;
use qlrf_core::time::Timestamp;
use qlrf_store::connector_watch::Watch;
use qlrf_store::sync as rows;
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;

use super::health::page_of;
use super::types::connector::{
    Connector, ConnectorChange, ConnectorCheck, ConnectorCreate, ConnectorDeleted, ConnectorKind,
    ConnectorWatch, Sync, SyncRequest,
};
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Routes};
use crate::app;
use crate::app::connector::Standing;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "connector",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    kind_list,
    connector_list,
    connector_create,
    connector_view,
    connector_change,
    connector_delete,
    connector_test,
    connector_sync,
    connector_cancel,
    connector_enable,
    connector_disable,
    sync_list,
    sync_view
))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::ConnectorRead, "/connectors/kinds", kind_list);
    routes.get(Permission::ConnectorRead, "/connectors", connector_list);
    routes.post(Permission::ConnectorManage, "/connectors", connector_create);
    routes.get(Permission::ConnectorRead, "/connectors/{id}", connector_view);
    routes.patch(Permission::ConnectorManage, "/connectors/{id}", connector_change);
    routes.delete(Permission::ConnectorManage, "/connectors/{id}", connector_delete);
    routes.post(
        Permission::ConnectorManage,
        "/connectors/{id}/test",
        connector_test,
    );
    routes.post(Permission::ConnectorSync, "/connectors/{id}/sync", connector_sync);
    routes.post(
        Permission::ConnectorSync,
        "/connectors/{id}/cancel",
        connector_cancel,
    );
    routes.post(
        Permission::ConnectorManage,
        "/connectors/{id}/enable",
        connector_enable,
    );
    routes.post(
        Permission::ConnectorManage,
        "/connectors/{id}/disable",
        connector_disable,
    );
    routes.get(Permission::ConnectorRead, "/connectors/{id}/syncs", sync_list);
    routes.get(Permission::ConnectorRead, "/syncs/{id}", sync_view);
}

/// Kinds of connectors that this version can make, with the schema of their configuration.
#[utoipa::path(
    get, path = "/api/v1/connectors/kinds", tag = "connector",
    responses((status = 200, body = Vec<ConnectorKind>))
)]
async fn kind_list(_: OpCx) -> Json<Vec<ConnectorKind>> {
    let kind = |kind: &inventory::Kind| ConnectorKind {
        name: kind.name.to_owned(),
        title: kind.title.to_owned(),
        summary: kind.summary.to_owned(),
        simulated: kind.simulated,
        permissions: kind.permissions.map(str::to_owned),
        config_schema: (kind.config_schema)(),
    };
    Json(inventory::KINDS.iter().map(kind).collect())
}

/// All connectors, by name.
#[utoipa::path(
    get, path = "/api/v1/connectors", tag = "connector", responses((status = 200, body = Vec<Connector>))
)]
async fn connector_list(cx: OpCx) -> Result<Json<Vec<Connector>>> {
    Ok(Json(
        app::connector::list(&cx).await?.into_iter().map(view).collect(),
    ))
}

/// Adds a connector. With an interval its first sync starts at once.
#[utoipa::path(
    post, path = "/api/v1/connectors", tag = "connector", request_body = ConnectorCreate,
    responses((status = 201, body = Connector))
)]
async fn connector_create(
    cx: OpCx,
    Json(body): Json<ConnectorCreate>,
) -> Result<(StatusCode, Json<Connector>)> {
    Ok((
        StatusCode::CREATED,
        Json(view(app::connector::create(&cx, body).await?)),
    ))
}

#[utoipa::path(
    get, path = "/api/v1/connectors/{id}", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Connector))
)]
async fn connector_view(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<Connector>> {
    Ok(Json(view(app::connector::get(&cx, id).await?)))
}

/// Changes configuration or schedule.
#[utoipa::path(
    patch, path = "/api/v1/connectors/{id}", tag = "connector", params(("id" = uuid::Uuid, Path)),
    request_body = ConnectorChange, responses((status = 200, body = Connector))
)]
async fn connector_change(
    cx: OpCx,
    Path(id): Path<ConnectorId>,
    Json(body): Json<ConnectorChange>,
) -> Result<Json<Connector>> {
    Ok(Json(view(app::connector::change(&cx, id, body).await?)))
}

/// Deletes a connector. Its assets leave the estate; what was believed of them stays in the history.
#[utoipa::path(
    delete, path = "/api/v1/connectors/{id}", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ConnectorDeleted))
)]
async fn connector_delete(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<ConnectorDeleted>> {
    Ok(Json(ConnectorDeleted {
        assets_removed: app::connector::delete(&cx, id).await?,
    }))
}

/// Says what the connector can see and what it lacks, within ten seconds, without collecting anything.
#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/test", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ConnectorCheck))
)]
async fn connector_test(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<ConnectorCheck>> {
    let check = app::connector::test(&cx, id).await?;
    Ok(Json(ConnectorCheck {
        ok: check.ok,
        findings: check.findings,
    }))
}

/// Asks for a collection. One that waits already is shared.
#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/sync", tag = "connector", params(("id" = uuid::Uuid, Path)),
    request_body = SyncRequest, responses((status = 202, body = Sync))
)]
async fn connector_sync(
    cx: OpCx,
    Path(id): Path<ConnectorId>,
    Json(body): Json<SyncRequest>,
) -> Result<(StatusCode, Json<Sync>)> {
    let sync = app::connector::request_sync(&cx, id, body.confirm_removals).await?;
    Ok((StatusCode::ACCEPTED, Json(view_sync(sync))))
}

/// Stops the collection that waits or runs. What it wrote by then is kept, and nothing is removed; one that runs ends within seconds.
#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/cancel", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 202, body = Sync))
)]
async fn connector_cancel(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<(StatusCode, Json<Sync>)> {
    let sync = app::connector::cancel_sync(&cx, id).await?;
    Ok((StatusCode::ACCEPTED, Json(view_sync(sync))))
}

#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/enable", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Connector))
)]
async fn connector_enable(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<Connector>> {
    Ok(Json(view(app::connector::set_enabled(&cx, id, true).await?)))
}

/// Stops its schedule and what it is collecting; what it collected stays, and grows older.
#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/disable", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Connector))
)]
async fn connector_disable(cx: OpCx, Path(id): Path<ConnectorId>) -> Result<Json<Connector>> {
    Ok(Json(view(app::connector::set_enabled(&cx, id, false).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyncFilter {}

impl ListFilter for SyncFilter {
    const SORTS: &'static [&'static str] = &["-queued_at"];
}

/// The collections of a connector, newest first. With `as_of`: those that had been asked for by then, as they ended.
#[utoipa::path(
    get, path = "/api/v1/connectors/{id}/syncs", tag = "connector", params(("id" = uuid::Uuid, Path), ListParams),
    responses((status = 200, body = PageBody<Sync>))
)]
async fn sync_list(cx: OpCx, Path(id): Path<ConnectorId>, list: List<SyncFilter>) -> Result<Page<Sync>> {
    let after: Option<(Timestamp, Uuid)> = list.after()?;
    let (syncs, total) =
        app::connector::list_syncs(&cx, id, (list.as_of, after), list.load_limit().into()).await?;
    Ok(list.page(syncs, total, |sync| (sync.queued_at, sync.id), view_sync))
}

#[utoipa::path(
    get, path = "/api/v1/syncs/{id}", tag = "connector", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Sync))
)]
async fn sync_view(cx: OpCx, Path(id): Path<SyncId>) -> Result<Json<Sync>> {
    Ok(Json(view_sync(app::connector::get_sync(&cx, id).await?)))
}

fn view(standing: Standing) -> Connector {
    let connector = standing.connector;
    Connector {
        id: connector.id,
        name: connector.name,
        kind: connector.kind,
        config: connector.config,
        simulated: connector.simulated,
        enabled: connector.enabled,
        interval_s: connector.interval_s,
        next_sync_at: connector.next_sync_at,
        failures: connector.failures,
        created_at: connector.created_at,
        last_sync: standing.last_sync.map(view_sync),
        watch: standing.watch.map(view_watch),
    }
}

fn view_watch(watch: Watch) -> ConnectorWatch {
    ConnectorWatch {
        state: watch.state,
        since: watch.since,
        gaps: watch.gaps,
        error: watch.error,
        failed_at: watch.failed_at,
    }
}

pub(super) fn view_sync(sync: rows::Sync) -> Sync {
    Sync {
        id: sync.id,
        connector_id: sync.connector_id,
        requested_by: sync.requested_by,
        outcome: sync.outcome,
        queued_at: sync.queued_at,
        started_at: sync.started_at,
        ended_at: sync.ended_at,
        scopes: sync.scopes,
        partial_scopes: sync.partial_scopes,
        added: sync.added,
        changed: sync.changed,
        unchanged: sync.unchanged,
        removed: sync.removed,
        held_back: sync.held_back,
        problems: sync.problems,
        resources_added: sync.resources_added,
        resources_changed: sync.resources_changed,
        resources_removed: sync.resources_removed,
        requests: sync.requests,
        help: sync.code.as_deref().and_then(page_of),
        code: sync.code,
        detail: sync.detail,
        cancelled_by: sync.cancelled_by,
    }
}
