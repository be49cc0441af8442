//! `/organization`: the caller's own organisation.

use qlrf_core::perm::Permission;
use qlrf_store::org as store;
use utoipa::OpenApi;

use super::etag::IfMatch;
use super::types::organization::{Organization, OrganizationChange, OrganizationSla, SlaTimes};
use super::{Json, Noun, Problem, Result, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "organization",
    routes,
    doc: Doc::openapi,
};

/// A year, and ten: as in an image contract.
const HOURS_MAX: u32 = 8_760;
const DAYS_MAX: u32 = 3_650;

#[derive(OpenApi)]
#[openapi(paths(organization_view, organization_update, sla_view, sla_set))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::OrganizationRead, "/organization", organization_view);
    routes.patch(
        Permission::OrganizationManage,
        "/organization",
        organization_update,
    );
    routes.get(Permission::OrganizationRead, "/organization/sla", sla_view);
    routes.put(Permission::OrganizationManage, "/organization/sla", sla_set);
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

/// How long findings may stay open, where no image contract says otherwise.
#[utoipa::path(get, path = "/api/v1/organization/sla", tag = "organization", responses((status = 200, body = OrganizationSla)))]
async fn sla_view(cx: OpCx) -> Result<Json<OrganizationSla>> {
    Ok(Json(app::sla::get(&cx).await?))
}

/// Sets them, from now on; a view of the past keeps those of then. With `If-Match`, only what the caller read.
#[utoipa::path(
    put, path = "/api/v1/organization/sla", tag = "organization", request_body = SlaTimes,
    params(("If-Match" = Option<String>, Header)), responses((status = 200, body = OrganizationSla))
)]
async fn sla_set(cx: OpCx, if_match: IfMatch, Json(times): Json<SlaTimes>) -> Result<Json<OrganizationSla>> {
    let bounds = [
        (times.critical_hours, HOURS_MAX),
        (times.high_days, DAYS_MAX),
        (times.medium_days, DAYS_MAX),
        (times.low_days, DAYS_MAX),
    ];
    if bounds.iter().any(|(value, most)| !(1..=*most).contains(value)) {
        let detail = format!("hours are 1 to {HOURS_MAX} and days 1 to {DAYS_MAX}");
        return Err(Problem::invalid_request(detail));
    }
    Ok(Json(app::sla::set(&cx, &times, |now| if_match.check(now)).await?))
}

fn view(org: store::Org) -> Organization {
    Organization {
        id: org.id,
        slug: org.slug,
        name: org.name,
        created_at: org.created_at,
    }
}
