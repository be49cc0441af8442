//! Where versions can be started from.

use qlrf_core::image::ImagePlatform;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{coordinate, view};
use crate::api::types::image::*;
use crate::api::types::page::{ListParams, PageBody};
use crate::api::{Json, List, ListFilter, Page, Path, Problem, Query, Result};
use crate::app::image::{self as app, Reference};
use crate::opcx::OpCx;

#[utoipa::path(
    get, path = "/api/v1/images/{image}/coordinates", tag = "image", params(("image" = String, Path)),
    responses((status = 200, body = Coordinates))
)]
pub(super) async fn image_coordinates(cx: OpCx, Path(image): Path<String>) -> Result<Json<Coordinates>> {
    let details = app::get(&cx, &Reference::parse(&image)).await?;
    Ok(Json(Coordinates {
        items: view(details).coordinates,
    }))
}

/// Adds places where the version can be started from.
#[utoipa::path(
    post, path = "/api/v1/images/{image}/coordinates", tag = "image", params(("image" = String, Path)), request_body = CoordinatesAdd,
    responses((status = 200, body = Coordinates))
)]
pub(super) async fn image_coordinates_add(
    cx: OpCx,
    Path(image): Path<String>,
    Json(body): Json<CoordinatesAdd>,
) -> Result<Json<Coordinates>> {
    let new: Vec<_> = body
        .coordinates
        .into_iter()
        .map(|c| qlrf_core::image::Coordinate {
            platform: c.platform,
            region: c.region,
            reference: c.reference,
        })
        .collect();
    let details = app::add_coordinates(&cx, &Reference::parse(&image), &new).await?;
    Ok(Json(Coordinates {
        items: view(details).coordinates,
    }))
}

/// Takes a place away. Assets that were linked by it alone are judged again, without this version.
#[utoipa::path(
    delete, path = "/api/v1/images/{image}/coordinates", tag = "image", params(("image" = String, Path), Place),
    responses((status = 200, body = Coordinates))
)]
pub(super) async fn image_coordinate_remove(
    cx: OpCx,
    Path(image): Path<String>,
    Query(place): Query<Place>,
) -> Result<Json<Coordinates>> {
    let gone = qlrf_core::image::Coordinate {
        platform: place.platform,
        region: place.region,
        reference: place.reference,
    };
    let details = app::remove_coordinate(&cx, &Reference::parse(&image), &gone).await?;
    Ok(Json(Coordinates {
        items: view(details).coordinates,
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// `aws`, `azure`, `gcp`, `vsphere`, `oci`, `kubernetes` or `baremetal`.
    #[param(value_type = String)]
    platform: ImagePlatform,
    /// As it is listed; absent for a coordinate without one.
    region: Option<String>,
    reference: String,
}

/// Every version that can be started on a platform, with its places there.
#[utoipa::path(
    get, path = "/api/v1/images/platform/{platform}", tag = "image",
    params(ListParams, ("platform" = String, Path, description = "aws, azure, gcp, vsphere, oci, kubernetes or baremetal")),
    responses((status = 200, body = PageBody<PlatformImage>))
)]
pub(super) async fn image_on_platform(
    cx: OpCx,
    Path(platform): Path<String>,
    list: List<ByFamily>,
) -> Result<Page<PlatformImage>> {
    let known = ImagePlatform::parse(&platform)
        .ok_or_else(|| Problem::not_found("there is no platform of that name"))?;
    let rows = app::on_platform(&cx, known).await?;
    list.page_of(
        rows,
        |(summary, _)| summary.id,
        |(summary, places)| PlatformImage {
            id: summary.id,
            family: summary.family,
            version: summary.version,
            status: summary.status,
            revoked: summary.revoked_at.is_some(),
            simulated: summary.simulated,
            coordinates: places.into_iter().filter_map(coordinate).collect(),
        },
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByFamily {}

impl ListFilter for ByFamily {
    const SORTS: &'static [&'static str] = &["family"];
}
