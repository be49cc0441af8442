//! Registering a contract: read, checked, stored as one version of its family.

use std::sync::Arc;

use qlrf_core::contract::image::{Parsed, parse};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::EventType;
use qlrf_core::id::ImageVersionId;
use qlrf_core::image::{Coordinate, ImagePlatform, LifecycleStatus};
use qlrf_core::package::PackageSet;
use qlrf_core::time::Timestamp;
use qlrf_store::image::{self, NewImage};
use qlrf_store::{TenantTx, clock};

use super::{Details, Reference, details, mark, quoted, tell};
use crate::app::matching;
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

/// Coordinates that one request may add.
const COORDINATES_MAX: usize = 1_000;
const TEXT_CHARS_MAX: usize = 512;

#[derive(Debug)]
pub struct Registered {
    pub details: Details,
    /// `false` when the same contract was there already.
    pub created: bool,
}

/// Reads a contract and says what it would become, without storing anything.
pub fn validate(document: &[u8]) -> std::result::Result<Parsed, Rejected> {
    parse(document).map_err(Rejected::Document)
}

/// Registers the version that `reference` names. The same contract again changes nothing; another contract for the
/// same version is refused.
pub async fn register(
    cx: &OpCx,
    reference: &Reference,
    document: &[u8],
) -> std::result::Result<Registered, Rejected> {
    let parsed = validate(document)?;
    check_name(reference, &parsed)?;
    let text = String::from_utf8_lossy(document).into_owned();
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let new = New {
        parsed: &parsed,
        text: &text,
        packages: None,
        simulated: false,
    };
    let created = insert(&mut tx, at, &new).await?;
    let details = details(&mut tx, reference).await?;
    if !created {
        check_same(&details, &parsed)?;
        return Ok(Registered { details, created });
    }
    mark(&mut tx, at).await?;
    if details.image.status == LifecycleStatus::Production.name() {
        tell(&mut tx, cx, EventType::ImagePublished, &details).await?;
    }
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(Registered { details, created })
}

fn check_name(reference: &Reference, parsed: &Parsed) -> Result<()> {
    let contract = &parsed.contract;
    let Reference::Version { family, version } = reference else {
        let error = Error::new(
            ErrorKind::Invalid,
            "image_name_mismatch",
            "a version is registered as FAMILY:VERSION",
        );
        return Err(error.hint(format!(
            "send it to /api/v1/images/{}:{}",
            contract.family, contract.version
        )));
    };
    if *family == contract.family && *version == contract.version {
        return Ok(());
    }
    let named = quoted(&format!("{family}:{version}"));
    let detail = format!(
        "the path names {named} and the contract \"{}:{}\"",
        contract.family, contract.version
    );
    Err(Error::new(ErrorKind::Invalid, "image_name_mismatch", detail)
        .hint("correct the one that is wrong; a contract is registered under its own name"))
}

fn check_same(known: &Details, parsed: &Parsed) -> Result<()> {
    if known.digest == format!("sha256:{}", parsed.contract.digest()) {
        return Ok(());
    }
    let detail = format!(
        "\"{}:{}\" is registered with another contract",
        known.image.family, known.image.version
    );
    Err(
        Error::new(ErrorKind::Conflict, "image_version_exists", detail).hint(
            "a registered version never changes; give the contract a new version, and revoke the old one if it is wrong",
        ),
    )
}

/// A version to store.
pub(super) struct New<'a> {
    pub parsed: &'a Parsed,
    pub text: &'a str,
    pub packages: Option<Arc<PackageSet>>,
    pub simulated: bool,
}

/// Stores a version with its coordinates. `false` when the family has this version already.
pub(super) async fn insert(tx: &mut TenantTx, at: Timestamp, new: &New<'_>) -> Result<bool> {
    let contract = &new.parsed.contract;
    let lifecycle = &contract.lifecycle;
    if image::find_by_name(tx, &contract.family, &contract.version)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    let package_set_id = match &new.packages {
        Some(packages) => Some(matching::store_set(tx, at, packages).await?),
        None => None,
    };
    let family_id = image::get_or_create_family(tx, &contract.family, at).await?;
    let id = ImageVersionId::generate();
    let document =
        serde_json::to_value(contract).expect("a contract was read from a document and can be one again");
    // What the contract says of the past is taken; what it says of the future did not happen yet.
    let since = |status: LifecycleStatus, said: Option<Timestamp>| {
        (lifecycle.status >= status).then(|| said.filter(|said| *said <= at).unwrap_or(at))
    };
    let is = |status| lifecycle.status == status;
    let deprecated = is(LifecycleStatus::Deprecated)
        || (is(LifecycleStatus::Retired) && lifecycle.deprecated_at.is_some());
    let row = NewImage {
        id,
        family_id,
        version: &contract.version,
        status: lifecycle.status.name(),
        contract_form: new.parsed.form.name(),
        contract_digest: contract.digest(),
        contract: &document,
        contract_text: new.text,
        package_set_id,
        simulated: new.simulated,
        created_at: at,
        published_at: since(LifecycleStatus::Production, lifecycle.promoted_at),
        deprecated_at: since(LifecycleStatus::Deprecated, lifecycle.deprecated_at).filter(|_| deprecated),
        retired_at: since(LifecycleStatus::Retired, lifecycle.retired_at),
    };
    image::create(tx, &row).await?;
    image::add_coordinates(tx, id, &rows(&contract.coordinates)).await?;
    Ok(true)
}

fn rows(coordinates: &[Coordinate]) -> Vec<(String, String, String)> {
    let row = |c: &Coordinate| {
        let region = c.region.clone().unwrap_or_default();
        (c.platform.name().to_owned(), region, c.reference.clone())
    };
    coordinates.iter().map(row).collect()
}

/// Adds places where a version can be started from, found after it was registered.
pub async fn add_coordinates(cx: &OpCx, reference: &Reference, new: &[Coordinate]) -> Result<Details> {
    check_coordinates(new)?;
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let id = ImageVersionId::from_uuid(details(&mut tx, reference).await?.image.id);
    image::add_coordinates(&mut tx, id, &rows(new)).await?;
    mark(&mut tx, at).await?;
    let details = details(&mut tx, reference).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(details)
}

/// Takes a place away. Assets that were linked by it alone are judged without the version from then on.
pub async fn remove_coordinate(cx: &OpCx, reference: &Reference, gone: &Coordinate) -> Result<Details> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let id = ImageVersionId::from_uuid(details(&mut tx, reference).await?.image.id);
    let place = (
        gone.platform.name(),
        gone.region.as_deref().unwrap_or_default(),
        &gone.reference[..],
    );
    if !image::remove_coordinate(&mut tx, id, place).await? {
        return Err(Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("the version has no such coordinate on {}", place.0),
        )
        .hint("`qlrf image coordinate list` shows what it has, each with its region"));
    }
    mark(&mut tx, at).await?;
    let details = details(&mut tx, reference).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(details)
}

fn check_coordinates(new: &[Coordinate]) -> Result<()> {
    let invalid = |detail: String| Error::new(ErrorKind::Invalid, "invalid_coordinate", detail);
    if new.is_empty() || new.len() > COORDINATES_MAX {
        return Err(invalid(format!(
            "1 to {COORDINATES_MAX} coordinates can be added at once"
        )));
    }
    for coordinate in new {
        let platform: ImagePlatform = coordinate.platform;
        for text in [Some(&coordinate.reference), coordinate.region.as_ref()]
            .into_iter()
            .flatten()
        {
            let length = text.chars().count();
            if length == 0 || length > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
                return Err(invalid(format!(
                    "a reference or region on {} is 1 to {TEXT_CHARS_MAX} printable characters",
                    platform.name()
                )));
            }
        }
    }
    Ok(())
}
