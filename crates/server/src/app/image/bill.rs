//! What an image holds: its bill of materials, and what is known to be wrong with it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use qlrf_core::asset::Os;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::image::ImageContract;
use qlrf_core::time::Timestamp;
use qlrf_engines::sbom::{self, Inventory};
use qlrf_store::vulnerability::{self, Advisory};
use qlrf_store::{clock, content, fleet, image};

use super::{Details, Reference, details, mark, missing, resolve};
use crate::app::matching;
use crate::opcx::OpCx;

pub struct Attached {
    pub details: Details,
    pub packages: usize,
    /// What the document held and the fabric could not read.
    pub problems: Vec<sbom::Problem>,
}

/// Attaches an SBOM (SPDX 2.3 or CycloneDX 1.6 JSON): from now on every package of it is expected of assets that run
/// the version.
pub async fn attach_bill(cx: &OpCx, reference: &Reference, document: Vec<u8>) -> Result<Attached> {
    let read = tokio::task::spawn_blocking(move || sbom::read_document(&document)).await;
    let read = read.map_err(|error| {
        Error::new(ErrorKind::Internal, "internal", "the document could not be read").internal(error)
    })?;
    let document = read.map_err(|error| {
        let code = error.code();
        Error::new(ErrorKind::Invalid, code, error.to_string()).hint(
            "send an SPDX 2 or a CycloneDX document in JSON, as `syft`, `trivy` and `qlrf scan` write them",
        )
    })?;
    let packages = Arc::new(document.inventory.packages);
    if packages.packages().is_empty() {
        let error = Error::new(
            ErrorKind::Invalid,
            "sbom_empty",
            "the document names no package that can be compared",
        );
        return Err(error.hint("components need a package URL (purl) of a known ecosystem"));
    }
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let id = resolve(&mut tx, reference).await?;
    let set = matching::store_set(&mut tx, at, &packages).await?;
    if !image::set_package_set(&mut tx, id, set).await? {
        return Err(missing(reference));
    }
    mark(&mut tx, at).await?;
    let details = details(&mut tx, reference).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(Attached {
        details,
        packages: packages.packages().len(),
        problems: document.inventory.problems,
    })
}

/// The package set of an image as an inventory, ready to be written as a document.
pub struct Bill {
    pub name: String,
    pub inventory: Inventory,
    pub created: Timestamp,
}

pub async fn bill(cx: &OpCx, reference: &Reference) -> Result<Bill> {
    let mut tx = cx.tenant().await?;
    let details = details(&mut tx, reference).await?;
    let set = details.image.package_set_id.ok_or_else(|| no_bill(&details))?;
    let packages = content::load_set(&mut tx, set).await?;
    let contract: ImageContract = serde_json::from_value(details.image.contract.clone())
        .map_err(|error| qlrf_store::Error::Corrupt(format!("a contract: {error}")))?;
    let os = Os {
        id: contract.os.name.clone(),
        version: contract.os.version.clone(),
        name: contract.os.name,
        kernel: None,
        architecture: contract.os.architecture,
    };
    Ok(Bill {
        name: format!("{}:{}", details.image.family, details.image.version),
        inventory: Inventory {
            os: Some(os),
            ecosystem: None,
            manager: None,
            packages,
            problems: Vec::new(),
        },
        created: details.image.created_at,
    })
}

fn no_bill(details: &Details) -> Error {
    let detail = format!(
        "no SBOM is attached to \"{}:{}\"",
        details.image.family, details.image.version
    );
    Error::new(ErrorKind::NotFound, "sbom_missing", detail)
        .hint("attach one: `qlrf image sbom FAMILY:VERSION --attach FILE`")
}

/// One advisory that names a package of the image.
#[derive(Clone, Debug)]
pub struct Vulnerability {
    pub advisory: Advisory,
    pub package: String,
    pub ecosystem: String,
    pub version: String,
    pub severity: Option<String>,
    pub fixed_version: Option<String>,
    pub known_exploited: bool,
    /// EPSS: probability of exploitation within 30 days.
    pub exploit_probability: Option<f32>,
}

/// What advisories name in the image's package set, known exploited ones first, then by CVSS.
pub async fn vulnerabilities(cx: &OpCx, reference: &Reference) -> Result<Vec<Vulnerability>> {
    let mut tx = cx.tenant().await?;
    let details = details(&mut tx, reference).await?;
    let set = details.image.package_set_id.ok_or_else(|| no_bill(&details))?;
    let packages: Vec<i32> = fleet::load_sets(&mut tx, &[set])
        .await?
        .into_iter()
        .flat_map(|(_, ids)| ids)
        .collect();
    let matches = vulnerability::list_matches(&mut tx, &packages, None).await?;
    let ids: BTreeSet<i32> = matches.iter().map(|found| found.advisory_id).collect();
    let ids: Vec<i32> = ids.into_iter().collect();
    let advisories = vulnerability::load_advisories(&mut tx, &ids).await?;
    let cves: Vec<&str> = advisories
        .iter()
        .flat_map(|advisory| advisory.cves.iter().map(String::as_str))
        .collect();
    let exploited: BTreeSet<String> = vulnerability::load_kev(&mut tx, &cves, None)
        .await?
        .into_iter()
        .map(|kev| kev.cve)
        .collect();
    let scores: HashMap<String, f32> = vulnerability::load_epss(&mut tx, &cves, None)
        .await?
        .into_iter()
        .map(|epss| (epss.cve, epss.score))
        .collect();
    let names: HashMap<i32, vulnerability::PackageName> =
        vulnerability::load_package_names(&mut tx, &packages)
            .await?
            .into_iter()
            .map(|name| (name.id, name))
            .collect();
    let by_id: HashMap<i32, &Advisory> = advisories
        .iter()
        .map(|advisory| (advisory.id, advisory))
        .collect();
    let mut found: Vec<Vulnerability> = matches
        .into_iter()
        .filter_map(|found| {
            let advisory = (*by_id.get(&found.advisory_id)?).clone();
            let package = names.get(&found.package_id)?;
            let score = |cve: &String| scores.get(cve).copied();
            Some(Vulnerability {
                package: package.name.clone(),
                ecosystem: package.ecosystem.clone(),
                version: package.version.clone(),
                severity: found.severity,
                fixed_version: found.fixed_version,
                known_exploited: advisory.cves.iter().any(|cve| exploited.contains(cve)),
                exploit_probability: advisory.cves.iter().filter_map(score).reduce(f32::max),
                advisory,
            })
        })
        .collect();
    found.sort_by(|a, b| {
        let rank = |v: &Vulnerability| (v.known_exploited, v.advisory.cvss_score.unwrap_or(-1.0));
        rank(b)
            .partial_cmp(&rank(a))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| (&a.advisory.osv_id, &a.package).cmp(&(&b.advisory.osv_id, &b.package)))
    });
    Ok(found)
}
