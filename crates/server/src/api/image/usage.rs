//! Which assets run which version.

use serde::Deserialize;

use crate::api::types::image::*;
use crate::api::types::page::{ListParams, PageBody};
use crate::api::{Json, List, ListFilter, Page, Path, Result};
use crate::app::image::{self as app, Reference};
use crate::fleet::{Dimension, Fleet, Row};
use crate::opcx::OpCx;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeploymentFilter {}

impl ListFilter for DeploymentFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// Assets that run the version.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/deployments", tag = "image", params(("image" = String, Path), ListParams),
    responses((status = 200, body = PageBody<Deployment>))
)]
pub(super) async fn image_deployments(
    cx: OpCx,
    Path(image): Path<String>,
    list: List<DeploymentFilter>,
) -> Result<Page<Deployment>> {
    let after: Option<(String, uuid::Uuid)> = list.after()?;
    let found = app::deployments(
        &cx,
        &Reference::parse(&image),
        list.moment(),
        after,
        list.load_limit(),
    )
    .await?;
    let fleet = found.fleet;
    Ok(list.page(
        found.rows,
        found.total,
        |row| (row.name.to_string(), row.id),
        |row| deployment(&fleet, &row),
    ))
}

fn deployment(fleet: &Fleet, row: &Row) -> Deployment {
    let word = |dimension| fleet.word(row, dimension).map(|word| word.to_string());
    Deployment {
        asset_id: row.id,
        name: row.name.to_string(),
        platform: word(Dimension::Platform),
        site: word(Dimension::Site),
        env: word(Dimension::Env),
        drift: word(Dimension::Drift),
        differences: row.differences,
        simulated: row.simulated,
    }
}

/// Versions of the family against environments: how many assets run what.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/patch-status", tag = "image", params(("image" = String, Path, description = "FAMILY, or any version of it")),
    responses((status = 200, body = PatchStatus))
)]
pub(super) async fn image_patch_status(cx: OpCx, Path(image): Path<String>) -> Result<Json<PatchStatus>> {
    let (family, rows) = app::patch_status(&cx, &Reference::parse(&image)).await?;
    let version = |row: app::PatchRow| PatchVersion {
        id: row.summary.id,
        version: row.summary.version,
        status: row.summary.status,
        newest: row.newest,
        revoked: row.summary.revoked_at.is_some(),
        versions_behind: row.versions_behind,
        superseded_at: row.superseded_at,
        environments: row
            .cells
            .into_iter()
            .map(|cell| PatchEnvironment {
                env: cell.env,
                assets: cell.assets,
                current: cell.current,
            })
            .collect(),
    };
    Ok(Json(PatchStatus {
        family,
        versions: rows.into_iter().map(version).collect(),
    }))
}
