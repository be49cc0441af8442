//! What an image holds, and what is known to be wrong with it.

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::perm::Permission;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view;
use crate::api::types::image::*;
use crate::api::types::page::{ListParams, PageBody};
use crate::api::{Json, List, ListFilter, Page, Path, Query, Result};
use crate::app::image::{self as app, Reference};
use crate::opcx::OpCx;

/// Attaches an SBOM (SPDX 2 or CycloneDX JSON): every package of it is then expected of assets that run the version.
#[utoipa::path(
    post, path = "/api/v1/images/{image}/sbom", tag = "image", params(("image" = String, Path)),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = SbomAttached))
)]
pub(super) async fn image_sbom_attach(
    cx: OpCx,
    Path(image): Path<String>,
    body: Bytes,
) -> Result<Json<SbomAttached>> {
    cx.require(Permission::ImageWrite)?;
    let attached = app::attach_bill(&cx, &Reference::parse(&image), body.into()).await?;
    Ok(Json(SbomAttached {
        image: view(attached.details),
        packages: attached.packages,
        problems: attached
            .problems
            .into_iter()
            .map(|problem| SbomProblem {
                code: problem.kind.code().to_owned(),
                detail: problem.detail,
            })
            .collect(),
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SbomQuery {
    /// `spdx` (2.3) or `cyclonedx` (1.6), which is the default.
    #[param(value_type = Option<String>)]
    format: Option<SbomFormat>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SbomFormat {
    Spdx,
    Cyclonedx,
}

/// The image's packages as a document.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/sbom", tag = "image", params(("image" = String, Path), SbomQuery),
    responses((status = 200, body = serde_json::Value))
)]
pub(super) async fn image_sbom(
    cx: OpCx,
    Path(image): Path<String>,
    Query(query): Query<SbomQuery>,
) -> Result<Response> {
    use qlrf_engines::sbom::{cyclonedx, spdx};
    let bill = app::bill(&cx, &Reference::parse(&image)).await?;
    let mut out = Vec::new();
    match query.format {
        Some(SbomFormat::Spdx) => spdx::write(&bill.inventory, &bill.name, bill.created, &mut out),
        _ => cyclonedx::write(&bill.inventory, &bill.name, bill.created, &mut out),
    }
    .expect("writing to memory does not fail");
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], out).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VulnerabilityFilter {}

impl ListFilter for VulnerabilityFilter {
    const SORTS: &'static [&'static str] = &["-urgency"];
}

/// Advisories that name a package of the image's SBOM: known exploited ones first, then by CVSS.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/vulnerabilities", tag = "image", params(("image" = String, Path), ListParams),
    responses((status = 200, body = PageBody<ImageVulnerability>))
)]
pub(super) async fn image_vulnerabilities(
    cx: OpCx,
    Path(image): Path<String>,
    list: List<VulnerabilityFilter>,
) -> Result<Page<ImageVulnerability>> {
    let rows = app::vulnerabilities(&cx, &Reference::parse(&image)).await?;
    let key = |row: &app::Vulnerability| {
        (
            row.advisory.osv_id.clone(),
            row.ecosystem.clone(),
            row.package.clone(),
            row.version.clone(),
        )
    };
    list.page_of(rows, key, |row| ImageVulnerability {
        advisory: row.advisory.osv_id,
        cves: row.advisory.cves,
        summary: row.advisory.summary,
        package: row.package,
        ecosystem: row.ecosystem,
        version: row.version,
        fixed_version: row.fixed_version,
        severity: row.severity,
        cvss_score: row.advisory.cvss_score,
        known_exploited: row.known_exploited,
        exploit_probability: row.exploit_probability,
    })
}
