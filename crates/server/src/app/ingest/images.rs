//! What stands behind digests of container images is read once and kept: the next collection is told, and asks a registry
//! for nothing of it.

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_connectors::inventory::{ConnectError, ImageSoftware, KnownImage, KnownSoftware};
use qlrf_core::asset::Os;
use qlrf_core::container::{ImageContent, name_of};
use qlrf_core::digest::Digest;
use qlrf_core::normalise;
use qlrf_core::package::PackageSet;
use qlrf_core::time::now;
use qlrf_engines::sbom::{Inventory, Problem, READER};
use qlrf_store::container::{self as store, Software};
use qlrf_store::{Error, Result, clock};

use super::Ingest;
use super::sink::{read_inventory, refused};
use crate::app::matching;

/// A larger one is pulled again for the next image that is built on it.
const LAYER_BYTES_MAX: usize = 16 << 20;
/// Of what is wrong with an image.
const DETAIL_CHARS_MAX: usize = 1_000;

pub(super) async fn recall(ingest: &Ingest, digests: &[Digest]) -> Result<HashMap<Digest, KnownImage>> {
    let mut tx = ingest.store.tenant(ingest.org).await?;
    let known = store::find_known(&mut tx, digests).await?;
    tx.commit().await?;
    let told = known.into_iter().map(|(digest, known)| {
        let content = serde_json::from_slice(&known.content);
        let content: ImageContent =
            content.map_err(|error| Error::Corrupt(format!("the image {}: {error}", name_of(digest))))?;
        let software = match (known.software.reader, known.software.code) {
            (Some(READER), Some(code)) => KnownSoftware::Refused { code },
            (Some(READER), None) => KnownSoftware::Read,
            _ => KnownSoftware::NotRead,
        };
        Ok((digest, KnownImage { content, software }))
    });
    told.collect()
}

pub(super) async fn keep(
    ingest: &mut Ingest,
    digest: Digest,
    content: &ImageContent,
    software: ImageSoftware,
) -> std::result::Result<(), ConnectError> {
    let looked = match software {
        ImageSoftware::NotRead => None,
        ImageSoftware::Refused { code, detail } => Some(Looked {
            os: None,
            packages: Err((code.to_owned(), detail)),
        }),
        ImageSoftware::Files(files) => {
            let inventory = read_inventory(files).await?;
            Some(judge(ingest, digest, inventory))
        }
    };
    write(ingest, digest, content, looked).await.map_err(refused)
}

struct Looked {
    os: Option<Os>,
    /// Or a code and a sentence why they cannot be told.
    packages: std::result::Result<Arc<PackageSet>, (String, String)>,
}

fn judge(ingest: &mut Ingest, digest: Digest, inventory: Inventory) -> Looked {
    let storable = |os: &Os| {
        ![&os.id, &os.version, &os.name]
            .iter()
            .any(|text| text.contains('\0'))
    };
    let os = inventory.os.clone().filter(storable);
    let told = |problem: &Problem| format!("{}: {}", problem.path, problem.detail);
    // Half a package database would make the other half look missing.
    if !inventory.is_whole() {
        let problem = inventory.problems.iter().find(|problem| problem.stops_reading());
        let (code, detail) = problem.map_or(("software_partly_read", String::new()), |problem| {
            (problem.kind.code(), told(problem))
        });
        return Looked {
            os,
            packages: Err((code.to_owned(), detail)),
        };
    }
    let mut packages = Arc::new(inventory.packages);
    if let Some(problem) = normalise::packages(&mut packages) {
        ingest.problem("software_partly_read", format!("{}: {problem}", name_of(digest)));
    }
    Looked {
        os,
        packages: Ok(packages),
    }
}

async fn write(
    ingest: &Ingest,
    digest: Digest,
    content: &ImageContent,
    looked: Option<Looked>,
) -> Result<()> {
    let content = serde_json::to_vec(content).expect("an image always serialises");
    let mut tx = ingest.store.tenant(ingest.org).await?;
    ingest.lease.confirm(&mut tx).await?;
    let at = clock::tick(&mut tx).await?;
    let mut software = Software {
        reader: looked.is_some().then_some(READER),
        read_at: looked.is_some().then(now),
        os: None,
        package_set_id: None,
        code: None,
        detail: None,
    };
    if let Some(os) = looked.as_ref().and_then(|looked| looked.os.clone()) {
        software.os = serde_json::to_value(os).ok();
    }
    match looked.map(|looked| looked.packages) {
        None => {}
        Some(Ok(packages)) => {
            software.package_set_id = Some(matching::store_set(&mut tx, at, &packages).await?);
        }
        Some(Err((code, detail))) => {
            let plain = detail.chars().filter(|c| *c != '\0');
            software.code = Some(code);
            software.detail = Some(plain.take(DETAIL_CHARS_MAX).collect());
        }
    }
    store::store(&mut tx, digest, &content, &software).await?;
    tx.commit().await
}

pub(super) async fn recall_layer(ingest: &Ingest, digest: Digest) -> Result<Option<Vec<u8>>> {
    let mut tx = ingest.store.tenant(ingest.org).await?;
    let found = store::find_layer(&mut tx, digest, READER).await?;
    tx.commit().await?;
    Ok(found)
}

pub(super) async fn keep_layer(ingest: &Ingest, digest: Digest, reduced: &[u8]) -> Result<()> {
    if reduced.len() > LAYER_BYTES_MAX {
        return Ok(());
    }
    let mut tx = ingest.store.tenant(ingest.org).await?;
    ingest.lease.confirm(&mut tx).await?;
    store::store_layer(&mut tx, digest, READER, reduced).await?;
    tx.commit().await
}
