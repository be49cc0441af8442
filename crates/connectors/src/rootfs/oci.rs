//! A container image as a root file system: one pass over each layer, keeping package metadata and symbolic links.
//! <https://github.com/opencontainers/image-spec>, and the older form of `docker save`.

use std::path::Path;

use qlrf_core::digest::Digest;
use qlrf_core::rootfs::{RootFs, RootFsError};
use serde::Deserialize;

use super::OpenError;
use super::document::{
    Config, Descriptor, INDEX_DEPTH_MAX, Index, LAYERS_MAX, Manifest, PLATFORMS_MAX, Platform, digest, parse,
    verify,
};
use super::layer::{self, Promise};
use super::store::Store;
use super::tree::Tree;

/// A container image, opened: nothing is read from its files later on.
pub struct OciImage {
    tree: Tree,
    digest: Option<String>,
    platform: Option<Platform>,
}

/// All layers together.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;

impl OciImage {
    /// A folder with `oci-layout`, `index.json` and `blobs`.
    pub fn open_layout(path: &Path, platform: &Platform) -> Result<Self, OpenError> {
        Self::from_index(&Store::folder(path)?, platform)
    }

    /// An OCI archive or what `docker save` writes. Newer `docker save` writes both; the OCI form has the digests.
    pub fn open_archive(path: &Path, platform: &Platform) -> Result<Self, OpenError> {
        let store = Store::archive(path)?;
        if store.has("index.json") {
            Self::from_index(&store, platform)
        } else {
            Self::from_docker(&store)
        }
    }

    /// `sha256:…` of the manifest; images of the older docker form have none.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// What the image says that it is for.
    pub fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    fn from_index(store: &Store, platform: &Platform) -> Result<Self, OpenError> {
        let mut candidates = Vec::new();
        let index: Index = parse("index.json", &store.document("index.json")?)?;
        collect(store, index, 0, &mut candidates)?;
        let chosen = choose(candidates, platform)?;
        let manifest: Manifest = parse("manifest", &verified(store, &chosen)?)?;
        let config: Config = parse("config", &verified(store, &manifest.config)?)?;
        let mut layers = Vec::new();
        for descriptor in &manifest.layers {
            let digest = digest(&descriptor.digest)?;
            layers.push((blob(digest), Promise::Stored(digest)));
        }
        Ok(Self {
            tree: build(store, &layers)?,
            digest: Some(chosen.digest),
            platform: config.platform().cloned(),
        })
    }

    fn from_docker(store: &Store) -> Result<Self, OpenError> {
        let mut images: Vec<DockerImage> = parse("manifest.json", &store.document("manifest.json")?)?;
        let (Some(image), true) = (images.pop(), images.is_empty()) else {
            return Err(OpenError::Unsupported(
                "an archive of exactly one image".to_owned(),
            ));
        };
        let content = store.document(&image.config)?;
        verify_name(&image.config, &content)?;
        let config: Config = parse("config", &content)?;
        let promised = &config.rootfs.diff_ids;
        if promised.len() != image.layers.len() {
            let (layers, digests) = (image.layers.len(), promised.len());
            return Err(OpenError::Malformed(format!(
                "it has {layers} layers and {digests} digests of layers"
            )));
        }
        let mut layers = Vec::new();
        for (name, promised) in image.layers.into_iter().zip(promised) {
            layers.push((name, Promise::Unpacked(digest(promised)?)));
        }
        Ok(Self {
            tree: build(store, &layers)?,
            digest: None,
            platform: config.platform().cloned(),
        })
    }
}

impl RootFs for OciImage {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        self.tree.read(path, bytes_max)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        self.tree.list(path)
    }
}

fn build(store: &Store, layers: &[(String, Promise)]) -> Result<Tree, OpenError> {
    if layers.len() > LAYERS_MAX {
        return Err(OpenError::TooLarge(format!("it has {} layers", layers.len())));
    }
    let mut tree = Tree::default();
    let mut budget = UNPACKED_BYTES_MAX;
    for (number, (name, promise)) in layers.iter().enumerate() {
        layer::apply(&mut tree, number, name, store.open(name)?, promise, &mut budget)?;
    }
    Ok(tree)
}

fn collect(store: &Store, index: Index, depth: usize, out: &mut Vec<Descriptor>) -> Result<(), OpenError> {
    for descriptor in index.manifests {
        if descriptor.is_attestation() {
            continue;
        }
        let is_index = descriptor.is_index();
        if is_index && depth < INDEX_DEPTH_MAX {
            let inner: Index = parse("index", &verified(store, &descriptor)?)?;
            collect(store, inner, depth + 1, out)?;
        } else if is_index || out.len() == PLATFORMS_MAX {
            return Err(OpenError::Malformed(
                "its indexes are nested too deeply or too long".to_owned(),
            ));
        } else {
            out.push(descriptor);
        }
    }
    Ok(())
}

/// The only image is taken whatever it is for; among several the platform decides.
fn choose(mut candidates: Vec<Descriptor>, wanted: &Platform) -> Result<Descriptor, OpenError> {
    if candidates.len() == 1 {
        return Ok(candidates.remove(0));
    }
    let is_wanted = |found: &Descriptor| {
        found
            .platform
            .as_ref()
            .is_some_and(|platform| wanted.accepts(platform))
    };
    if let Some(at) = candidates.iter().position(is_wanted) {
        return Ok(candidates.swap_remove(at));
    }
    let name = |found: &Descriptor| {
        found
            .platform
            .as_ref()
            .map_or("an unnamed one".to_owned(), Platform::to_string)
    };
    let mut available: Vec<String> = candidates.iter().map(name).collect();
    if available.is_empty() {
        available.push("no image".to_owned());
    }
    Err(OpenError::NoSuchPlatform {
        wanted: wanted.to_string(),
        available,
    })
}

fn verified(store: &Store, descriptor: &Descriptor) -> Result<Vec<u8>, OpenError> {
    let expected = digest(&descriptor.digest)?;
    let name = blob(expected);
    let content = store.document(&name)?;
    verify(&name, expected, &content)?;
    Ok(content)
}

fn blob(digest: Digest) -> String {
    format!("blobs/sha256/{digest}")
}

/// `docker save` names a configuration by its digest.
fn verify_name(name: &str, content: &[u8]) -> Result<(), OpenError> {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let digest = Digest::parse(stem.strip_suffix(".json").unwrap_or(stem));
    digest.map_or(Ok(()), |expected| verify(name, expected, content))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerImage {
    config: String,
    layers: Vec<String>,
}
