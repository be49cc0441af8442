//! `/images`: golden images.
//!
//! `{image}` is an id or `family:version`; where a family is enough, its name alone.

mod bill;
mod coordinate;
mod document;
mod lineage;
mod matrix;
mod usage;

use axum::http::{Method, header};
use axum::response::IntoResponse;
use qlrf_core::image::{ImagePlatform, LifecycleStatus};
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_store::image as store;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::etag::{self, IfMatch};
use super::types::image::*;
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Route, Routes};
use crate::app::image::{self as app, Details, ListQuery, Reference};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "image",
    routes,
    doc: Doc::openapi,
};

/// The largest SBOM that is taken; one of a full desktop has about ten.
const SBOM_BYTES_MAX: usize = 64 << 20;

#[derive(OpenApi)]
#[openapi(paths(
    image_list,
    document::image_validate,
    document::image_starter,
    coordinate::image_on_platform,
    document::image_register,
    image_view,
    image_change,
    image_delete,
    image_latest,
    document::image_contract,
    image_promote,
    image_revoke,
    coordinate::image_coordinates,
    coordinate::image_coordinates_add,
    coordinate::image_coordinate_remove,
    bill::image_sbom,
    bill::image_sbom_attach,
    bill::image_vulnerabilities,
    usage::image_deployments,
    usage::image_patch_status,
    matrix::image_matrix,
    lineage::image_lineage,
    lineage::image_families
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::ImageRead, Permission::ImageWrite);
    routes.get(read, "/images", image_list);
    routes.post(read, "/images/validate", document::image_validate);
    routes.get(read, "/images/families", lineage::image_families);
    routes.get(read, "/images/matrix", matrix::image_matrix);
    routes.get(read, "/images/{image}/lineage", lineage::image_lineage);
    routes.get(read, "/images/starter", document::image_starter);
    routes.get(read, "/images/platform/{platform}", coordinate::image_on_platform);
    routes.post(write, "/images/{image}", document::image_register);
    routes.get(read, "/images/{image}", image_view);
    routes.patch(write, "/images/{image}", image_change);
    routes.delete(write, "/images/{image}", image_delete);
    routes.get(read, "/images/{image}/latest", image_latest);
    routes.get(read, "/images/{image}/contract", document::image_contract);
    routes.post(write, "/images/{image}/promote", image_promote);
    routes.post(write, "/images/{image}/revoke", image_revoke);
    routes.get(read, "/images/{image}/coordinates", coordinate::image_coordinates);
    routes.post(
        write,
        "/images/{image}/coordinates",
        coordinate::image_coordinates_add,
    );
    routes.delete(
        write,
        "/images/{image}/coordinates",
        coordinate::image_coordinate_remove,
    );
    routes.get(Permission::SbomRead, "/images/{image}/sbom", bill::image_sbom);
    let attach = Route::new(Method::POST, Permission::SbomImport, "/images/{image}/sbom");
    routes.declare(attach.body_max(SBOM_BYTES_MAX), bill::image_sbom_attach);
    let vulnerabilities = "/images/{image}/vulnerabilities";
    routes.get(
        Permission::VulnerabilityRead,
        vulnerabilities,
        bill::image_vulnerabilities,
    );
    routes.get(read, "/images/{image}/deployments", usage::image_deployments);
    routes.get(read, "/images/{image}/patch-status", usage::image_patch_status);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ImageFilter {
    family: Option<String>,
    /// `draft`, `testing`, `production`, `deprecated` or `retired`.
    #[param(value_type = Option<String>)]
    status: Option<LifecycleStatus>,
}

impl ListFilter for ImageFilter {
    const SORTS: &'static [&'static str] = &["family", "-running", "-created_at"];
}

/// Versions of golden images with the assets that run each. With `as_of`: those that were registered by then, with the
/// status that they had and what ran them then.
#[utoipa::path(
    get, path = "/api/v1/images", tag = "image", params(ListParams, ImageFilter),
    responses((status = 200, body = PageBody<ImageSummary>))
)]
async fn image_list(cx: OpCx, list: List<ImageFilter>) -> Result<Page<ImageSummary>> {
    let query = ListQuery {
        family: list.filter.family.clone(),
        status: list.filter.status,
        at: list.moment(),
    };
    let mut rows = app::list(&cx, &query).await?;
    match list.sort {
        "-running" => rows.sort_by_key(|row| std::cmp::Reverse(row.running)),
        "-created_at" => rows.sort_by_key(|row| std::cmp::Reverse(row.summary.created_at)),
        _ => {}
    }
    list.page_of(rows, |row| row.summary.id, summary)
}

#[utoipa::path(
    get, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path, description = "id or FAMILY:VERSION")),
    responses((status = 200, body = ImageNow))
)]
async fn image_view(cx: OpCx, Path(image): Path<String>) -> Result<impl IntoResponse> {
    Ok(as_now(app::get(&cx, &Reference::parse(&image)).await?))
}

/// The newest version of a family in production.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/latest", tag = "image", params(("image" = String, Path, description = "FAMILY, or any version of it")),
    responses((status = 200, body = ImageNow))
)]
async fn image_latest(cx: OpCx, Path(image): Path<String>) -> Result<impl IntoResponse> {
    Ok(as_now(app::latest(&cx, &Reference::parse(&image)).await?))
}

/// Tagged by the version alone, or no change could be made to what was read a moment ago.
fn as_now(details: Details) -> impl IntoResponse {
    let (as_of, image) = (now(), view(details));
    (
        [(header::ETAG, etag::of(&image))],
        Json(ImageNow { as_of, image }),
    )
}

/// Moves a version along its life cycle: draft → testing → production → deprecated → retired.
#[utoipa::path(
    patch, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path)), request_body = ImageChange,
    responses((status = 200, body = Image))
)]
async fn image_change(
    cx: OpCx,
    Path(image): Path<String>,
    matches: IfMatch,
    Json(body): Json<ImageChange>,
) -> Result<Json<Image>> {
    let check = check(matches);
    let changed = app::set_status(&cx, &Reference::parse(&image), body.status, &check).await?;
    Ok(Json(view(changed)))
}

/// Promotes a version to testing or production.
#[utoipa::path(
    post, path = "/api/v1/images/{image}/promote", tag = "image", params(("image" = String, Path)), request_body = ImagePromote,
    responses((status = 200, body = Image))
)]
async fn image_promote(
    cx: OpCx,
    Path(image): Path<String>,
    matches: IfMatch,
    Json(body): Json<ImagePromote>,
) -> Result<Json<Image>> {
    let check = check(matches);
    let changed = app::promote(&cx, &Reference::parse(&image), body.to, &check).await?;
    Ok(Json(view(changed)))
}

/// Takes a version back for good. Assets that run it become critical drift.
#[utoipa::path(
    post, path = "/api/v1/images/{image}/revoke", tag = "image", params(("image" = String, Path)), request_body = ImageRevoke,
    responses((status = 200, body = Image))
)]
async fn image_revoke(
    cx: OpCx,
    Path(image): Path<String>,
    matches: IfMatch,
    Json(body): Json<ImageRevoke>,
) -> Result<Json<Image>> {
    let check = check(matches);
    let revoked = app::revoke(&cx, &Reference::parse(&image), &body.reason, &check).await?;
    Ok(Json(view(revoked)))
}

/// Removes a draft that nobody runs. Answers what was removed.
#[utoipa::path(
    delete, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path)),
    responses((status = 200, body = Image))
)]
async fn image_delete(cx: OpCx, Path(image): Path<String>, matches: IfMatch) -> Result<Json<Image>> {
    let check = check(matches);
    Ok(Json(view(
        app::delete(&cx, &Reference::parse(&image), &check).await?,
    )))
}

fn check(matches: IfMatch) -> impl Fn(&Details) -> qlrf_core::error::Result<()> + Send + Sync {
    move |details| matches.check(&view(details.clone()))
}

fn summary(listed: app::Listed) -> ImageSummary {
    let summary = listed.summary;
    ImageSummary {
        id: summary.id,
        family: summary.family,
        version: summary.version,
        status: summary.status,
        newest: listed.newest,
        running: listed.running,
        form: summary.contract_form,
        has_sbom: summary.package_set_id.is_some(),
        simulated: summary.simulated,
        created_at: summary.created_at,
        published_at: summary.published_at,
        superseded_at: listed.superseded_at,
        revoked_at: summary.revoked_at,
        revoked_reason: summary.revoked_reason,
    }
}

fn view(details: Details) -> Image {
    let image = details.image;
    Image {
        id: image.id,
        family: image.family,
        version: image.version,
        status: image.status,
        form: image.contract_form,
        digest: details.digest,
        contract: image.contract,
        coordinates: details.coordinates.into_iter().filter_map(coordinate).collect(),
        has_sbom: image.package_set_id.is_some(),
        simulated: image.simulated,
        created_at: image.created_at,
        published_at: image.published_at,
        deprecated_at: image.deprecated_at,
        retired_at: image.retired_at,
        revoked_at: image.revoked_at,
        revoked_reason: image.revoked_reason,
    }
}

fn coordinate(row: store::Coordinate) -> Option<Coordinate> {
    Some(Coordinate {
        platform: ImagePlatform::parse(&row.platform)?,
        region: Some(row.region).filter(|region| !region.is_empty()),
        reference: row.reference,
    })
}
