//! `/connectors/{id}/facts`: facts of hosts that no route leads to.

use axum::body::Bytes;
use axum::http::Method;
use qlrf_connectors::inventory::offline::bundle;
use qlrf_core::id::ConnectorId;
use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::connector::view_sync;
use super::types::facts::FactsImported;
use super::{Json, Noun, Path, Result, Route, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "facts",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(facts_import))]
struct Doc;

fn routes(routes: &mut Routes) {
    let import = Route::new(Method::POST, Permission::ConnectorSync, "/connectors/{id}/facts");
    routes.declare(import.body_max(bundle::BYTES_MAX), facts_import);
}

/// Takes in a bundle as `qlrf collect` writes it. Its facts are as old as it says.
#[utoipa::path(
    post, path = "/api/v1/connectors/{id}/facts", tag = "connector", params(("id" = uuid::Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/vnd.in-toto+dsse"),
    responses((status = 200, body = FactsImported))
)]
async fn facts_import(cx: OpCx, Path(id): Path<ConnectorId>, bytes: Bytes) -> Result<Json<FactsImported>> {
    let imported = app::facts::import(&cx, id, &bytes).await?;
    Ok(Json(FactsImported {
        host: imported.name,
        collected_at: imported.collected_at,
        signed_by: imported.signed_by,
        sync: view_sync(imported.sync),
    }))
}
