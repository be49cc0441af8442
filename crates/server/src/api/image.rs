//! `/images`: golden images.
//!
//! `{image}` is an id or `family:version`; where a family is enough, its name alone.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::id::AssetId;
use qlrf_core::image::{ImagePlatform, LifecycleStatus};
use qlrf_core::perm::Permission;
use qlrf_store::image as store;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::etag::IfMatch;
use super::types::image::*;
use super::types::page::{ListParams, PageBody};
use super::types::problem::FieldProblem;
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Query, Result, Route, Routes};
use crate::app::image::{self as app, Details, ListQuery, Reference, Rejected};
use crate::fleet::{Dimension, Fleet, Row};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "image",
    routes,
    doc: Doc::openapi,
};

/// The largest SBOM that is taken; one of a full desktop has about ten.
const SBOM_BYTES_MAX: usize = 64 << 20;
const YAML: HeaderValue = HeaderValue::from_static("application/yaml");

#[derive(OpenApi)]
#[openapi(paths(
    image_list,
    image_validate,
    image_starter,
    image_on_platform,
    image_register,
    image_view,
    image_change,
    image_delete,
    image_latest,
    image_contract,
    image_promote,
    image_revoke,
    image_coordinates,
    image_coordinates_add,
    image_sbom,
    image_sbom_attach,
    image_vulnerabilities,
    image_deployments,
    image_patch_status
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::ImageRead, Permission::ImageWrite);
    routes.get(read, "/images", image_list);
    routes.post(read, "/images/validate", image_validate);
    routes.get(read, "/images/starter", image_starter);
    routes.get(read, "/images/platform/{platform}", image_on_platform);
    routes.post(write, "/images/{image}", image_register);
    routes.get(read, "/images/{image}", image_view);
    routes.patch(write, "/images/{image}", image_change);
    routes.delete(write, "/images/{image}", image_delete);
    routes.get(read, "/images/{image}/latest", image_latest);
    routes.get(read, "/images/{image}/contract", image_contract);
    routes.post(write, "/images/{image}/promote", image_promote);
    routes.post(write, "/images/{image}/revoke", image_revoke);
    routes.get(read, "/images/{image}/coordinates", image_coordinates);
    routes.post(write, "/images/{image}/coordinates", image_coordinates_add);
    routes.get(Permission::SbomRead, "/images/{image}/sbom", image_sbom);
    let attach = Route::new(Method::POST, Permission::SbomImport, "/images/{image}/sbom");
    routes.declare(attach.body_max(SBOM_BYTES_MAX), image_sbom_attach);
    let vulnerabilities = "/images/{image}/vulnerabilities";
    routes.get(
        Permission::VulnerabilityRead,
        vulnerabilities,
        image_vulnerabilities,
    );
    routes.get(read, "/images/{image}/deployments", image_deployments);
    routes.get(read, "/images/{image}/patch-status", image_patch_status);
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

/// Versions of golden images with the assets that run each. With `as_of`: those that were registered by then and what
/// ran them then; their status is today's.
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

/// Registers a version. The body is a contract of any form, in YAML or JSON. The same contract again answers 200.
#[utoipa::path(
    post, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path, description = "FAMILY:VERSION")),
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 201, body = Image), (status = 200, body = Image))
)]
async fn image_register(
    cx: OpCx,
    Path(image): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    check_document_type(&headers)?;
    let registered = app::register(&cx, &Reference::parse(&image), &body)
        .await
        .map_err(rejected)?;
    let status = if registered.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(view(registered.details))).into_response())
}

/// Reads a contract and stores nothing.
#[utoipa::path(
    post, path = "/api/v1/images/validate", tag = "image",
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 200, body = ContractReading))
)]
async fn image_validate(_: OpCx, headers: HeaderMap, body: Bytes) -> Result<Json<ContractReading>> {
    check_document_type(&headers)?;
    let parsed = app::validate(&body).map_err(rejected)?;
    let contract = parsed.contract;
    Ok(Json(ContractReading {
        family: contract.family.clone(),
        version: contract.version.clone(),
        form: parsed.form.name().to_owned(),
        digest: format!("sha256:{}", contract.digest()),
        status: contract.lifecycle.status.name().to_owned(),
        packages: contract.packages.len(),
        services: contract.services.len(),
        settings: contract.config.len(),
        coordinates: contract.coordinates.len(),
        contract: serde_json::to_value(contract).expect("a contract holds only values that JSON can say"),
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct StarterQuery {
    /// The asset that the contract is written from.
    #[param(value_type = uuid::Uuid)]
    asset: AssetId,
}

/// A first contract (form A, YAML), written from what was seen of one asset; to be edited and registered.
#[utoipa::path(
    get, path = "/api/v1/images/starter", tag = "image", params(StarterQuery),
    responses((status = 200, body = String, content_type = "application/yaml"))
)]
async fn image_starter(cx: OpCx, Query(query): Query<StarterQuery>) -> Result<Response> {
    cx.require(Permission::AssetRead)?;
    let text = app::starter(&cx, query.asset).await?;
    Ok(([(header::CONTENT_TYPE, YAML)], text).into_response())
}

#[utoipa::path(
    get, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path, description = "id or FAMILY:VERSION")),
    responses((status = 200, body = Image))
)]
async fn image_view(cx: OpCx, Path(image): Path<String>) -> Result<Json<Image>> {
    Ok(Json(view(app::get(&cx, &Reference::parse(&image)).await?)))
}

/// The newest version of a family in production.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/latest", tag = "image", params(("image" = String, Path, description = "FAMILY, or any version of it")),
    responses((status = 200, body = Image))
)]
async fn image_latest(cx: OpCx, Path(image): Path<String>) -> Result<Json<Image>> {
    Ok(Json(view(app::latest(&cx, &Reference::parse(&image)).await?)))
}

/// The contract exactly as it was sent.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/contract", tag = "image", params(("image" = String, Path)),
    responses((status = 200, body = String, content_type = "application/yaml"))
)]
async fn image_contract(cx: OpCx, Path(image): Path<String>) -> Result<Response> {
    let text = app::contract_text(&cx, &Reference::parse(&image)).await?;
    // Every JSON document is a YAML document.
    Ok(([(header::CONTENT_TYPE, YAML)], text).into_response())
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

#[utoipa::path(
    get, path = "/api/v1/images/{image}/coordinates", tag = "image", params(("image" = String, Path)),
    responses((status = 200, body = Coordinates))
)]
async fn image_coordinates(cx: OpCx, Path(image): Path<String>) -> Result<Json<Coordinates>> {
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
async fn image_coordinates_add(
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

/// Every version that can be started on a platform, with its places there.
#[utoipa::path(
    get, path = "/api/v1/images/platform/{platform}", tag = "image",
    params(ListParams, ("platform" = String, Path, description = "aws, azure, gcp, vsphere, oci, kubernetes or baremetal")),
    responses((status = 200, body = PageBody<PlatformImage>))
)]
async fn image_on_platform(
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
struct ByFamily {}

impl ListFilter for ByFamily {
    const SORTS: &'static [&'static str] = &["family"];
}

/// Attaches an SBOM (SPDX 2 or CycloneDX JSON): every package of it is then expected of assets that run the version.
#[utoipa::path(
    post, path = "/api/v1/images/{image}/sbom", tag = "image", params(("image" = String, Path)),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = SbomAttached))
)]
async fn image_sbom_attach(cx: OpCx, Path(image): Path<String>, body: Bytes) -> Result<Json<SbomAttached>> {
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
struct SbomQuery {
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
async fn image_sbom(cx: OpCx, Path(image): Path<String>, Query(query): Query<SbomQuery>) -> Result<Response> {
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
struct VulnerabilityFilter {}

impl ListFilter for VulnerabilityFilter {
    const SORTS: &'static [&'static str] = &["-urgency"];
}

/// Advisories that name a package of the image's SBOM: known exploited ones first, then by CVSS.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/vulnerabilities", tag = "image", params(("image" = String, Path), ListParams),
    responses((status = 200, body = PageBody<ImageVulnerability>))
)]
async fn image_vulnerabilities(
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeploymentFilter {}

impl ListFilter for DeploymentFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// Assets that run the version.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/deployments", tag = "image", params(("image" = String, Path), ListParams),
    responses((status = 200, body = PageBody<Deployment>))
)]
async fn image_deployments(
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
async fn image_patch_status(cx: OpCx, Path(image): Path<String>) -> Result<Json<PatchStatus>> {
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

fn check(matches: IfMatch) -> impl Fn(&Details) -> qlrf_core::error::Result<()> + Send + Sync {
    move |details| matches.check(&view(details.clone()))
}

fn check_document_type(headers: &HeaderMap) -> Result<()> {
    const TYPES: &[&str] = &[
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "application/json",
        "text/plain",
    ];
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
    if declared.is_some_and(|declared| TYPES.contains(&&declared[..])) {
        return Ok(());
    }
    Err(Problem::unsupported_document_type())
}

fn rejected(rejected: Rejected) -> Problem {
    let problems = match rejected {
        Rejected::Error(error) => return error.into(),
        Rejected::Contract(problems) => problems,
    };
    let count = problems.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    let error = Error::new(
        ErrorKind::Invalid,
        "invalid_contract",
        format!("the image contract has {count} {noun}"),
    )
    .hint("`docs/contracts/image.md` describes the three forms; `POST /api/v1/images/validate` checks one");
    let field = |problem: qlrf_core::contract::Problem| FieldProblem {
        path: problem.pointer.trim_start_matches('/').replace('/', "."),
        detail: problem.message,
        line: Some(problem.at.line),
        column: Some(problem.at.column),
        pointer: Some(problem.pointer),
        code: Some(problem.code.to_owned()),
        hint: problem.hint,
    };
    Problem::from(error).fields(problems.into_iter().map(field).collect())
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
