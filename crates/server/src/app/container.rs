//! Container images: the software that one holds, and what is known to be wrong with it.

use qlrf_core::asset::Os;
use qlrf_core::container::parse_digest;
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::ResourceId;
use qlrf_core::resource::{Facts, Relation, RelationKind};
use qlrf_core::time::Timestamp;
use qlrf_engines::sbom::Inventory;
use qlrf_store::container::{self as store, Software};
use qlrf_store::resource::{self, Related, Row};
use qlrf_store::{TenantTx, content};

use crate::fleet::Content;
use crate::opcx::OpCx;

/// Images of one workload in all registries.
const IMAGES_MAX: i64 = 500;

/// What is known of the software of an image.
#[derive(Clone, Debug)]
pub enum Known {
    Packages {
        set_id: i32,
        read_at: Option<Timestamp>,
        os: Option<Os>,
    },
    /// It was looked for, and cannot be told.
    Untold { code: String, detail: String },
    /// Nobody looked, so far or on purpose.
    NotRead,
    /// It is an index: each of its images holds its own.
    InPlatforms,
}

pub async fn packages(
    cx: &OpCx,
    id: ResourceId,
    as_of: Option<Timestamp>,
) -> Result<(Known, Option<Inventory>)> {
    let mut tx = cx.tenant().await?;
    let known = known(&mut tx, id, as_of).await?;
    let inventory = match &known {
        Known::Packages { set_id, os, .. } => {
            let packages = content::load_set(&mut tx, *set_id).await?;
            let first = packages.packages().first();
            Some(Inventory {
                os: os.clone(),
                ecosystem: first.map(|package| package.ecosystem.clone()),
                manager: None,
                packages,
                problems: Vec::new(),
            })
        }
        _ => None,
    };
    Ok((known, inventory))
}

pub async fn vulnerabilities(
    cx: &OpCx,
    id: ResourceId,
    as_of: Option<Timestamp>,
) -> Result<(Known, Option<Content>)> {
    let mut tx = cx.tenant().await?;
    let known = known(&mut tx, id, as_of).await?;
    let content = match &known {
        Known::Packages { set_id, .. } => Some(Content::load(&mut tx, *set_id, as_of).await?),
        _ => None,
    };
    Ok((known, content))
}

/// Software belongs to a digest and never changes; the moment decides whether there was such a resource.
async fn known(tx: &mut TenantTx, id: ResourceId, as_of: Option<Timestamp>) -> Result<Known> {
    let missing = |detail: &str| Error::new(ErrorKind::NotFound, "not_found", detail);
    let row = resource::find(tx, id, as_of).await?;
    let row = row.ok_or_else(|| missing("there is no resource of that id"))?;
    let Facts::ContainerImage(image) = &row.document.0.facts else {
        return Err(missing("only container images hold packages"));
    };
    if image.manifest.is_index() {
        return Ok(Known::InPlatforms);
    }
    let found = match parse_digest(&image.digest) {
        Some(digest) => store::find_software(tx, digest).await?,
        None => None,
    };
    Ok(found.map_or(Known::NotRead, told))
}

fn told(software: Software) -> Known {
    match (software.package_set_id, software.code) {
        (Some(set_id), _) => Known::Packages {
            set_id,
            read_at: software.read_at,
            os: software.os.and_then(|os| serde_json::from_value(os).ok()),
        },
        (None, Some(code)) => Known::Untold {
            code,
            detail: software.detail.unwrap_or_default(),
        },
        (None, None) => Known::NotRead,
    }
}

/// What a workload runs in registries, and what runs an image: another connector tells of the one than of the other.
pub(super) async fn relations(
    tx: &mut TenantTx,
    row: &Row,
    pointing_max: i64,
) -> Result<super::resource::Relations> {
    let mut all = super::resource::Relations::default();
    match &row.document.0.facts {
        Facts::Workload(workload) => {
            let digests = workload.images.iter().filter_map(|image| image.digest.as_deref());
            all.to = images(tx, digests.filter_map(parse_digest).collect()).await?;
        }
        Facts::ContainerImage(_) if row.closed_at.is_none() => {
            all.from = store::list_running(tx, ResourceId::from_uuid(row.id), pointing_max).await?;
        }
        _ => {}
    }
    Ok(all)
}

async fn images(tx: &mut TenantTx, mut digests: Vec<Digest>) -> Result<Vec<(Relation, Option<Related>)>> {
    digests.sort_unstable();
    digests.dedup();
    let found = store::list_images(tx, &digests, IMAGES_MAX).await?;
    let runs = |digest: Digest| Relation {
        relation: RelationKind::Runs,
        to: qlrf_core::container::name_of(digest),
    };
    let unlisted = digests
        .iter()
        .filter(|digest| !found.iter().any(|(listed, _)| listed == *digest));
    let unlisted: Vec<_> = unlisted.map(|digest| (runs(*digest), None)).collect();
    let listed = found
        .into_iter()
        .map(|(digest, related)| (runs(digest), Some(related)));
    Ok(listed.chain(unlisted).collect())
}
