//! `/secrets`: whether a reference to a secret leads to one. No route tells a secret.

use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::types::secret::{SecretCheck, SecretCheckRequest};
use super::{Json, Noun, Result, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "secret",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(secret_check))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.post(Permission::ConnectorManage, "/secrets/check", secret_check);
}

/// Says whether connectors of this organisation could fetch a secret that is kept elsewhere, and if not, why.
#[utoipa::path(
    post, path = "/api/v1/secrets/check", tag = "secret", request_body = SecretCheckRequest,
    responses((status = 200, body = SecretCheck))
)]
async fn secret_check(cx: OpCx, Json(body): Json<SecretCheckRequest>) -> Result<Json<SecretCheck>> {
    Ok(Json(app::secret::check(&cx, &body.reference).await?))
}
