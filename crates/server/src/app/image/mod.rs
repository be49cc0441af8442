//! Golden images: registering contracts, the life cycle of versions, and what they hold.
//!
//! **Invariant:** a change to images is written under the tenant's clock together with the mark that drift has to be
//! judged again; a contract, once registered, never changes.

mod bill;
mod lifecycle;
mod lineage;
mod matrix;
mod patch;
mod register;
mod simulated;
mod starter;

use std::collections::HashMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::ImageVersionId;
use qlrf_core::image::{ImagePlatform, LifecycleStatus};
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::image_lag::{Family, FamilyVersion};
use qlrf_store::image::{self, Coordinate, Image, Summary};
use qlrf_store::{TenantTx, clock, outbox};
use roaring::RoaringBitmap;
use serde_json::json;
use uuid::Uuid;

use crate::opcx::OpCx;

pub use bill::{Attached, Bill, Vulnerability, attach_bill, bill, vulnerabilities};
pub use lifecycle::{delete, promote, revoke, set_status};
pub use lineage::{Lineage, Source, Step, families, lineage};
pub use matrix::{MatrixQuery, matrix};
pub use patch::{PatchCell, PatchRow, deployments, patch_status};
pub use register::{Registered, add_coordinates, register, remove_coordinate, validate};
pub use simulated::register_simulated;
pub use starter::starter;

/// How a person names an image: by id, as `family:version`, or by its family alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    Id(ImageVersionId),
    Version { family: String, version: String },
    Family(String),
}

impl Reference {
    pub fn parse(text: &str) -> Reference {
        if let Ok(id) = text.parse() {
            return Reference::Id(id);
        }
        match text.split_once(':') {
            Some((family, version)) => Reference::Version {
                family: family.to_owned(),
                version: version.to_owned(),
            },
            None => Reference::Family(text.to_owned()),
        }
    }
}

/// One version with everything that is stored of it.
#[derive(Clone, Debug)]
pub struct Details {
    pub image: Image,
    pub digest: String,
    pub coordinates: Vec<Coordinate>,
}

/// One version in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub summary: Summary,
    pub running: u64,
    /// Since when a newer version of the family is out, or this one was withdrawn.
    pub superseded_at: Option<Timestamp>,
    /// `None` while no version of the family is in production.
    pub versions_behind: Option<u32>,
    /// What assets of the family should run.
    pub newest: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub family: Option<String>,
    pub status: Option<LifecycleStatus>,
    pub at: Option<Timestamp>,
}

/// Versions that were registered by `at`, each with the assets that ran it then. Families by name, newest version first.
pub async fn list(cx: &OpCx, query: &ListQuery) -> Result<Vec<Listed>> {
    let fleet = cx.app().fleets.get(cx.org(), query.at).await?;
    let mut tx = cx.tenant().await?;
    let summaries = match &query.family {
        Some(family) if !may_be_name(family) => Vec::new(),
        Some(family) => image::list_of_family(&mut tx, family).await?,
        None => image::list_summaries(&mut tx).await?,
    };
    let summaries: Vec<Summary> = summaries
        .into_iter()
        .filter_map(|summary| match query.at {
            Some(at) => summary.as_of(at),
            None => Some(summary),
        })
        .collect();
    let mut listed = Vec::with_capacity(summaries.len());
    for versions in summaries.chunk_by(|a, b| a.family_id == b.family_id) {
        let family = family_of(versions)?;
        let target = family.target().map(|version| version.version.clone());
        let mut versions: Vec<Listed> = versions
            .iter()
            .map(|summary| {
                let lag = family.lag(&summary.version);
                Listed {
                    running: fleet.running_image(summary.id).map_or(0, RoaringBitmap::len),
                    superseded_at: lag.as_ref().and_then(|lag| lag.superseded_at),
                    versions_behind: lag.map(|lag| lag.versions_behind),
                    newest: target.as_ref() == Some(&summary.version),
                    summary: summary.clone(),
                }
            })
            .collect();
        versions.sort_by(|a, b| {
            qlrf_core::image::compare_versions(&b.summary.version, &a.summary.version)
                .then_with(|| a.summary.id.cmp(&b.summary.id))
        });
        listed.extend(versions);
    }
    let wanted = |listed: &Listed| {
        query
            .status
            .is_none_or(|status| listed.summary.status == status.name())
    };
    listed.retain(wanted);
    Ok(listed)
}

pub async fn get(cx: &OpCx, reference: &Reference) -> Result<Details> {
    let mut tx = cx.tenant().await?;
    details(&mut tx, reference).await
}

/// The newest version in production: what assets of the family should run.
pub async fn latest(cx: &OpCx, reference: &Reference) -> Result<Details> {
    let mut tx = cx.tenant().await?;
    let family = family_name(&mut tx, reference).await?;
    let versions = image::list_of_family(&mut tx, &family).await?;
    let target = family_of(&versions)?
        .target()
        .map(|version| version.version.clone());
    let Some(version) = target else {
        let error = Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("the family \"{family}\" has no version in production"),
        );
        return Err(error.hint("promote one: `qlrf image promote FAMILY:VERSION`"));
    };
    details(&mut tx, &Reference::Version { family, version }).await
}

pub async fn contract_text(cx: &OpCx, reference: &Reference) -> Result<String> {
    let mut tx = cx.tenant().await?;
    let id = resolve(&mut tx, reference).await?;
    image::find_contract_text(&mut tx, id)
        .await?
        .ok_or_else(|| missing(reference))
}

/// Every place where versions can be started from on one platform, with the version that it starts.
pub async fn on_platform(cx: &OpCx, platform: ImagePlatform) -> Result<Vec<(Summary, Vec<Coordinate>)>> {
    let mut tx = cx.tenant().await?;
    let mut places: HashMap<Uuid, Vec<Coordinate>> = HashMap::new();
    for coordinate in image::list_coordinates(&mut tx).await? {
        if coordinate.platform == platform.name() {
            places.entry(coordinate.image_id).or_default().push(coordinate);
        }
    }
    let summaries = image::list_summaries(&mut tx).await?;
    Ok(summaries
        .into_iter()
        .filter_map(|summary| places.remove(&summary.id).map(|places| (summary, places)))
        .collect())
}

async fn details(tx: &mut TenantTx, reference: &Reference) -> Result<Details> {
    let id = resolve(tx, reference).await?;
    let image = image::find(tx, id).await?.ok_or_else(|| missing(reference))?;
    let digest = image::find_digest(tx, id)
        .await?
        .ok_or_else(|| missing(reference))?;
    let coordinates = image::coordinates_of(tx, id).await?;
    Ok(Details {
        image,
        digest: format!("sha256:{digest}"),
        coordinates,
    })
}

/// A family alone names no version here: which one is meant must be said.
async fn resolve(tx: &mut TenantTx, reference: &Reference) -> Result<ImageVersionId> {
    match reference {
        Reference::Id(id) => Ok(*id),
        Reference::Version { family, version } => {
            if !may_be_name(family) || !may_be_name(version) {
                return Err(missing(reference));
            }
            let found = image::find_by_name(tx, family, version).await?;
            found
                .map(|image| ImageVersionId::from_uuid(image.id))
                .ok_or_else(|| missing(reference))
        }
        Reference::Family(_) => {
            let error = Error::new(
                ErrorKind::NotFound,
                "not_found",
                "an image is named by its id or as FAMILY:VERSION",
            );
            Err(error.hint("`GET /api/v1/images?family=` lists the versions of a family"))
        }
    }
}

async fn family_name(tx: &mut TenantTx, reference: &Reference) -> Result<String> {
    let family = match reference {
        Reference::Family(family) | Reference::Version { family, .. } => family.clone(),
        Reference::Id(id) => image::find(tx, *id)
            .await?
            .map(|image| image.family)
            .ok_or_else(|| missing(reference))?,
    };
    if !may_be_name(&family) || image::list_of_family(tx, &family).await?.is_empty() {
        let detail = format!("there is no image family {}", quoted(&family));
        return Err(Error::new(ErrorKind::NotFound, "not_found", detail));
    }
    Ok(family)
}

/// No contract names an image with control characters, and the database cannot even be asked for some of them.
fn may_be_name(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn missing(reference: &Reference) -> Error {
    let name = match reference {
        Reference::Id(id) => id.to_string(),
        Reference::Version { family, version } => format!("{family}:{version}"),
        Reference::Family(family) => family.clone(),
    };
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("there is no image {}", quoted(&name)),
    )
}

fn quoted(text: &str) -> String {
    qlrf_core::contract::problem::quote(text)
}

fn family_of(versions: &[Summary]) -> Result<Family> {
    let versions = versions.iter().map(family_version);
    Ok(Family::new(versions.collect::<Result<Vec<_>>>()?))
}

fn family_version(summary: &Summary) -> Result<FamilyVersion> {
    let status = if summary.revoked_at.is_some() {
        // A revoked version is not to be run any more, whatever its status says.
        LifecycleStatus::Retired
    } else {
        status_of(&summary.status)?
    };
    Ok(FamilyVersion {
        version: summary.version.clone(),
        status,
        published_at: summary.published_at,
        withdrawn_at: summary
            .revoked_at
            .or(summary.retired_at)
            .or(summary.deprecated_at),
    })
}

fn status_of(name: &str) -> Result<LifecycleStatus> {
    LifecycleStatus::parse(name)
        .ok_or_else(|| qlrf_store::Error::Corrupt(format!("an image status \"{name}\"")).into())
}

/// The end of every change to images: the mark that drift has to be judged again.
async fn mark(tx: &mut TenantTx, at: Timestamp) -> Result<()> {
    Ok(clock::mark_images(tx, at).await?)
}

async fn tell(tx: &mut TenantTx, cx: &OpCx, event_type: EventType, details: &Details) -> Result<()> {
    let event = event(event_type, details);
    outbox::append(tx, event, Some(&cx.request_id().to_string())).await?;
    Ok(())
}

fn event(event_type: EventType, details: &Details) -> NewEvent {
    let image = &details.image;
    NewEvent {
        event_type,
        subject: format!("images/{}", image.id),
        data: json!({
            "image_id": image.id, "family": image.family, "version": image.version, "status": image.status,
            "digest": details.digest, "simulated": image.simulated,
            "revoked": image.revoked_at.is_some(), "reason": image.revoked_reason,
        }),
    }
}
