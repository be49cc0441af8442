//! A container image as a root file system: one pass over each layer, keeping package metadata and symbolic links.
//! <https://github.com/opencontainers/image-spec>, and the older form of `docker save`.

use std::path::Path;

use qlrf_core::rootfs::{RootFs, RootFsError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::OpenError;
use super::layer::{self, Promise};
use super::store::Store;
use super::tree::Tree;

/// A container image, opened: nothing is read from its files later on.
pub struct OciImage {
    tree: Tree,
    digest: Option<String>,
    platform: Option<Platform>,
}

/// `linux/amd64`, as images name it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Platform {
    #[serde(default)]
    pub os: String,
    #[serde(default)]
    pub architecture: String,
    #[serde(default)]
    pub variant: Option<String>,
}

/// Docker allows 127.
const LAYERS_MAX: usize = 1024;
/// All layers together.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;
/// An index may point to indexes.
const INDEX_DEPTH_MAX: usize = 4;
const CANDIDATES_MAX: usize = 1024;

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
            let (name, digest) = blob(&descriptor.digest)?;
            layers.push((name, Promise::Stored(digest)));
        }
        Ok(Self {
            tree: build(store, &layers)?,
            digest: Some(chosen.digest),
            platform: config.platform(),
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
        for (name, digest) in image.layers.into_iter().zip(promised) {
            layers.push((name, Promise::Unpacked(blob(digest)?.1)));
        }
        Ok(Self {
            tree: build(store, &layers)?,
            digest: None,
            platform: config.platform(),
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

impl Platform {
    /// What container engines would run on this machine.
    pub fn host() -> Self {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            "powerpc64" => "ppc64le",
            other => other,
        };
        Self {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: None,
        }
    }

    /// `os/architecture` or `os/architecture/variant`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(str::to_owned);
        let (os, architecture, variant) = (parts.next()?, parts.next()?, parts.next());
        let whole = parts.next().is_none() && !os.is_empty() && !architecture.is_empty();
        whole.then_some(Self {
            os,
            architecture,
            variant,
        })
    }

    fn accepts(&self, other: &Self) -> bool {
        self.os == other.os
            && self.architecture == other.architecture
            && self
                .variant
                .as_ref()
                .is_none_or(|variant| other.variant.as_ref() == Some(variant))
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant
            .as_ref()
            .map_or(Ok(()), |variant| write!(f, "/{variant}"))
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
        let is_attestation = descriptor
            .platform
            .as_ref()
            .is_some_and(|platform| platform.os == "unknown");
        if is_attestation {
            continue;
        }
        let is_index =
            descriptor.media_type.contains("image.index") || descriptor.media_type.contains("manifest.list");
        if is_index && depth < INDEX_DEPTH_MAX {
            let inner: Index = parse("index", &verified(store, &descriptor)?)?;
            collect(store, inner, depth + 1, out)?;
        } else if is_index || out.len() == CANDIDATES_MAX {
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
    let (name, expected) = blob(&descriptor.digest)?;
    let content = store.document(&name)?;
    verify(&name, expected, &content)?;
    Ok(content)
}

fn verify(name: &str, expected: [u8; 32], content: &[u8]) -> Result<(), OpenError> {
    let found = qlrf_core::digest::Digest::of(content);
    if found.0 == expected {
        return Ok(());
    }
    Err(OpenError::WrongDigest {
        name: name.to_owned(),
        expected: hex::encode(expected),
        found: found.to_string(),
    })
}

/// `docker save` names a configuration by its digest.
fn verify_name(name: &str, content: &[u8]) -> Result<(), OpenError> {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let digest = qlrf_core::digest::Digest::parse(stem.strip_suffix(".json").unwrap_or(stem));
    digest.map_or(Ok(()), |expected| verify(name, expected.0, content))
}

/// The path of a blob and its digest.
fn blob(digest: &str) -> Result<(String, [u8; 32]), OpenError> {
    let hex = digest
        .strip_prefix("sha256:")
        .ok_or_else(|| OpenError::Unsupported(format!("a digest other than sha256 (\"{digest}\")")))?;
    let parsed = qlrf_core::digest::Digest::parse(hex)
        .ok_or_else(|| OpenError::Malformed(format!("\"{digest}\" is no digest")))?;
    Ok((format!("blobs/sha256/{parsed}"), parsed.0))
}

fn parse<T: DeserializeOwned>(what: &str, content: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(content).map_err(|error| OpenError::Malformed(format!("{what}: {error}")))
}

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    platform: Option<Platform>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(flatten)]
    platform: Platform,
    rootfs: RootDigests,
}

#[derive(Deserialize)]
struct RootDigests {
    diff_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerImage {
    config: String,
    layers: Vec<String>,
}

impl Config {
    fn platform(self) -> Option<Platform> {
        Some(self.platform).filter(|platform| !platform.architecture.is_empty())
    }
}
