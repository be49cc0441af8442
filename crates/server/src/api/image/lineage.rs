//! Families, and how the versions of one follow each other.

use serde::Deserialize;

use super::coordinate;
use crate::api::types::image::{ImageFamily, ImageLineage, LineageVersion};
use crate::api::types::page::{ListParams, PageBody};
use crate::api::{Json, List, ListFilter, Page, Path, Result};
use crate::app::image::{self as app, Reference};
use crate::opcx::OpCx;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FamilyFilter {}

impl ListFilter for FamilyFilter {
    const SORTS: &'static [&'static str] = &["family", "-assets"];
}

/// Families with the newest version of each status and the assets that run any of them.
#[utoipa::path(
    get, path = "/api/v1/images/families", tag = "image", params(ListParams),
    responses((status = 200, body = PageBody<ImageFamily>))
)]
pub(super) async fn image_families(cx: OpCx, list: List<FamilyFilter>) -> Result<Page<ImageFamily>> {
    let mut rows = app::families(&cx, list.moment()).await?;
    if list.sort == "-assets" {
        rows.sort_by_key(|row| std::cmp::Reverse(row.assets));
    }
    list.page_of(rows, |row| row.family.clone(), |row| row)
}

/// Versions of the family in their order, the oldest first, each with what it was built from as its contract says.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/lineage", tag = "image",
    params(("image" = String, Path, description = "FAMILY, or any version of it")),
    responses((status = 200, body = ImageLineage))
)]
pub(super) async fn image_lineage(cx: OpCx, Path(image): Path<String>) -> Result<Json<ImageLineage>> {
    let lineage = app::lineage(&cx, &Reference::parse(&image)).await?;
    let version = |step: app::Step| LineageVersion {
        id: step.listed.summary.id,
        version: step.listed.summary.version,
        status: step.listed.summary.status,
        newest: step.listed.newest,
        revoked: step.listed.summary.revoked_at.is_some(),
        simulated: step.listed.summary.simulated,
        created_at: step.listed.summary.created_at,
        published_at: step.listed.summary.published_at,
        superseded_at: step.listed.superseded_at,
        running: step.listed.running,
        predecessor: step.predecessor,
        successor: step.successor,
        source_image: step.build.source_image,
        source_version_id: step.source.as_ref().map(|source| source.id),
        source_version: step.source.map(|source| source.name),
        git_commit: step.build.git_commit,
        ci_pipeline_url: step.build.ci_pipeline_url,
        coordinates: step.coordinates.into_iter().filter_map(coordinate).collect(),
    };
    Ok(Json(ImageLineage {
        family: lineage.family,
        versions: lineage.steps.into_iter().map(version).collect(),
    }))
}
