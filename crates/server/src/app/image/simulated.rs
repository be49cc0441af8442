//! The golden images of a simulated estate, registered like any other and marked as simulated.

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_connectors::inventory::sim::{self, SimConfig, SimImage};
use qlrf_core::contract::image::parse;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::ImageVersionId;
use qlrf_core::package::PackageSet;
use qlrf_core::time::Timestamp;
use qlrf_store::image::{self, Summary};
use qlrf_store::{TenantTx, clock};

use super::register::{New, insert};
use super::{mark, status_of};

/// Registers the images of the estate that `config` (of a `sim` connector) describes, and moves those that are there
/// along their life cycle as that estate's days go by. Answers how many versions are new or moved; nothing is written
/// when that is none. A version of the same name that a person registered is left alone.
///
/// The caller commits `tx`, and then nudges `images_changed` of the application.
pub async fn register_simulated(tx: &mut TenantTx, config: &serde_json::Value) -> Result<usize> {
    let invalid = |error: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Invalid, "connector_config_invalid", error.to_string())
    };
    let config = SimConfig::parse(config.clone()).map_err(|error| invalid(&error))?;
    let images = sim::images(&config).map_err(|error| invalid(&error))?;
    let packages = sim::image_packages(&config).map_err(|error| invalid(&error))?;
    let mut packages: HashMap<(&str, String), Arc<PackageSet>> = packages
        .into_iter()
        .map(|image| ((image.family, image.version), image.packages))
        .collect();
    let known: HashMap<(String, String), Summary> = image::list_summaries(tx)
        .await?
        .into_iter()
        .map(|summary| ((summary.family.clone(), summary.version.clone()), summary))
        .collect();
    let is_due =
        |simulated: &&SimImage| match known.get(&(simulated.family.to_owned(), simulated.version.clone())) {
            Some(summary) => summary.simulated && summary.status != "retired",
            None => true,
        };
    let mut changes = 0;
    let mut clock = None;
    for simulated in images.iter().filter(is_due) {
        let parsed = parse(simulated.document.as_bytes()).map_err(|problems| {
            let detail = problems.first().map(ToString::to_string).unwrap_or_default();
            Error::new(ErrorKind::Internal, "internal", "a simulated image is not valid").internal(detail)
        })?;
        let wanted = parsed.contract.lifecycle.status;
        let name = (simulated.family.to_owned(), simulated.version.clone());
        let known = known.get(&name);
        if let Some(summary) = known
            && status_of(&summary.status)? >= wanted
        {
            continue;
        }
        let at = match clock {
            Some(at) => at,
            None => *clock.insert(clock::tick(tx).await?),
        };
        let changed = match known {
            Some(summary) => advance(tx, summary, wanted.name(), at).await?,
            None => {
                let new = New {
                    parsed: &parsed,
                    text: &simulated.document,
                    packages: packages.remove(&(simulated.family, simulated.version.clone())),
                    simulated: true,
                };
                insert(tx, at, &new).await?
            }
        };
        changes += usize::from(changed);
    }
    if let Some(at) = clock.filter(|_| changes > 0) {
        mark(tx, at).await?;
    }
    Ok(changes)
}

async fn advance(tx: &mut TenantTx, summary: &Summary, status: &str, at: Timestamp) -> Result<bool> {
    let id = ImageVersionId::from_uuid(summary.id);
    Ok(image::set_status(tx, id, summary.row_version, status, at).await?)
}
