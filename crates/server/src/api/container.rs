//! `/resources/{id}/packages` and `/resources/{id}/vulnerabilities`: what a container image holds, and what is wrong with it.

use qlrf_core::id::ResourceId;
use qlrf_core::perm::Permission;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::asset::{PackageFilter, view_package};
use super::types::asset::Package;
use super::types::container::{
    ImageFinding, ImagePackages, ImageSoftware, ImageVulnerabilities, SoftwareState,
};
use super::types::page::ListParams;
use super::types::vulnerability::PackageFix;
use super::vulnerability as view;
use super::{Json, List, ListFilter, Noun, Path, Result, Routes};
use crate::app::asset::search;
use crate::app::container::{self as app, Known};
use crate::fleet::{Content, Fix, Held};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "container",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(resource_packages, resource_vulnerabilities))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(
        Permission::SbomRead,
        "/resources/{id}/packages",
        resource_packages,
    );
    routes.get(
        Permission::VulnerabilityRead,
        "/resources/{id}/vulnerabilities",
        resource_vulnerabilities,
    );
}

/// Packages that a container image holds, as its own package databases say. By name.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/packages", tag = "resource",
    params(("id" = uuid::Uuid, Path), ListParams, PackageFilter),
    responses((status = 200, body = ImagePackages))
)]
async fn resource_packages(
    cx: OpCx,
    Path(id): Path<ResourceId>,
    list: List<PackageFilter>,
) -> Result<Json<ImagePackages>> {
    let (known, inventory) = app::packages(&cx, id, list.as_of).await?;
    let found = inventory.as_ref().map(|inventory| {
        let found = search(&inventory.packages, list.filter.q.as_deref());
        let found = found.into_iter().map(|package| view_package(package, inventory));
        found.collect::<Vec<Package>>()
    });
    let total = found.as_ref().map(|found| found.len() as u64);
    let key = |package: &Package| {
        (
            package.ecosystem.clone(),
            package.name.clone(),
            package.version.clone(),
            package.arch.clone(),
        )
    };
    let body = list
        .page_of(found.unwrap_or_default(), key, |package| package)?
        .into_body();
    Ok(Json(ImagePackages {
        resource_id: id.as_uuid(),
        software: software(known),
        total,
        items: body.items,
        next_cursor: body.next_cursor,
        as_of: body.as_of,
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HeldFilter {}

impl ListFilter for HeldFilter {
    const SORTS: &'static [&'static str] = &["-urgency"];
}

/// What is wrong with the packages of a container image, rated for itself. The most urgent first.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/vulnerabilities", tag = "resource",
    params(("id" = uuid::Uuid, Path), ListParams),
    responses((status = 200, body = ImageVulnerabilities))
)]
async fn resource_vulnerabilities(
    cx: OpCx,
    Path(id): Path<ResourceId>,
    list: List<HeldFilter>,
) -> Result<Json<ImageVulnerabilities>> {
    let (known, content) = app::vulnerabilities(&cx, id, list.as_of).await?;
    let held = content.as_ref().map(Content::held).unwrap_or_default();
    let counts = content.as_ref().and_then(|content| content.counts(&held));
    let findings = content.as_ref().map(|content| {
        let finding = |held: &Held<'_>| finding(content, held);
        held.iter().map(finding).collect::<Vec<ImageFinding>>()
    });
    let total = held.len() as u64;
    let page = list.page_of(findings.unwrap_or_default(), |one| one.id.clone(), |one| one)?;
    let body = page.into_body();
    Ok(Json(ImageVulnerabilities {
        resource_id: id.as_uuid(),
        software: software(known),
        judged: counts.is_some(),
        counts: counts.map(|(counts, _)| counts),
        urgency: counts.map(|(_, urgency)| urgency),
        items: body.items,
        next_cursor: body.next_cursor,
        total: counts.map(|_| total),
        feeds_as_of: content.and_then(|content| content.vulnerabilities.feeds_as_of),
        as_of: body.as_of,
    }))
}

fn software(known: Known) -> ImageSoftware {
    let of = |state| ImageSoftware {
        state,
        code: None,
        detail: None,
        read_at: None,
    };
    match known {
        Known::Packages { read_at, .. } => ImageSoftware {
            read_at,
            ..of(SoftwareState::Known)
        },
        Known::Untold { code, detail } => ImageSoftware {
            code: Some(code),
            detail: Some(detail),
            ..of(SoftwareState::Unknown)
        },
        Known::NotRead => of(SoftwareState::NotRead),
        Known::InPlatforms => of(SoftwareState::InPlatforms),
    }
}

fn finding(content: &Content, held: &Held<'_>) -> ImageFinding {
    let vulnerability = held.vulnerability;
    let matches = vulnerability.matches.iter();
    let mut fixes: Vec<PackageFix> = matches
        .filter_map(|found| view::fix(&content.vulnerabilities, vulnerability, found))
        .collect();
    fixes.sort_by(view::by_name);
    ImageFinding {
        id: vulnerability.id.to_string(),
        summary: vulnerability.summary().to_owned(),
        severity: held.severity.map(|band| band.name().to_owned()),
        cvss: view::cvss_of(vulnerability),
        epss: view::epss_of(vulnerability),
        kev: view::kev_of(vulnerability),
        urgency: view::urgency(&held.urgency),
        fix: Fix::of(vulnerability.matches.iter()),
        fixes,
        published: vulnerability.published(),
    }
}
