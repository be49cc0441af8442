//! `/organization`: the caller's own organisation.

use qlrf_core::perm::Permission;
use qlrf_store::org as store;
use utoipa::OpenApi;

use super::etag::IfMatch;
use super::types::organization::{Organization, OrganizationChange};
use super::{Json, Noun, Result, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "organization",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(organization_view, organization_update))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::OrganizationRead, "/organization", organization_view);
    routes.patch(
        Permission::OrganizationManage,
        "/organization",
        organization_update,
    );
}

#[utoipa::path(get, path = "/api/v1/organization", tag = "organization", responses((status = 200, body = Organization)))]
async fn organization_view(cx: OpCx) -> Result<Json<Organization>> {
    Ok(Json(view(app::organization::get(&cx).await?)))
}

/// Renames it. With `If-Match`, only the version that the caller read.
#[utoipa::path(
    patch, path = "/api/v1/organization", tag = "organization", request_body = OrganizationChange,
    params(("If-Match" = Option<String>, Header)), responses((status = 200, body = Organization))
)]
async fn organization_update(
    cx: OpCx,
    if_match: IfMatch,
    Json(change): Json<OrganizationChange>,
) -> Result<Json<Organization>> {
    let check = |current: &store::Org| if_match.check(&view(current.clone()));
    Ok(Json(view(
        app::organization::update(&cx, &change.name, check).await?,
    )))
}

fn view(org: store::Org) -> Organization {
    Organization {
        id: org.id,
        slug: org.slug,
        name: org.name,
        created_at: org.created_at,
    }
}
