//! The documents of images: index, manifest, configuration. They look the same in an archive and in a registry.

use std::collections::BTreeMap;

use qlrf_core::container;
use qlrf_core::digest::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::OpenError;

/// Manifests, indexes and configurations.
pub(crate) const DOCUMENT_BYTES_MAX: u64 = 16 << 20;
/// Docker allows 127.
pub(crate) const LAYERS_MAX: usize = 1024;
/// The documents of indexes that an index is nested in, and images in all of them.
pub(crate) const INDEX_DEPTH_MAX: usize = 4;
pub(crate) const PLATFORMS_MAX: usize = 1024;

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

    pub(super) fn accepts(&self, other: &Self) -> bool {
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

#[derive(Deserialize)]
pub(crate) struct Index {
    #[serde(default, deserialize_with = "or_empty")]
    pub manifests: Vec<Descriptor>,
    #[serde(default, deserialize_with = "or_empty")]
    pub annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default)]
    pub media_type: String,
    pub digest: String,
    #[serde(default)]
    pub size: u64,
    #[serde(default)]
    pub platform: Option<Platform>,
}

#[derive(Deserialize)]
pub(crate) struct Manifest {
    pub config: Descriptor,
    pub layers: Vec<Descriptor>,
    #[serde(default, deserialize_with = "or_empty")]
    pub annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct Config {
    #[serde(flatten)]
    platform: Platform,
    #[serde(default)]
    pub created: Option<String>,
    #[serde(default)]
    pub config: Option<Execution>,
    pub rootfs: RootDigests,
}

/// Parameters that a container is started with.
#[derive(Deserialize)]
pub(crate) struct Execution {
    #[serde(default, rename = "Labels", deserialize_with = "or_empty")]
    pub labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct RootDigests {
    pub diff_ids: Vec<String>,
}

/// Go writes an empty list or map as `null`.
fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

impl Descriptor {
    pub fn is_index(&self) -> bool {
        is_index(&self.media_type)
    }

    /// Builders put statements about images beside them, for no platform.
    pub fn is_attestation(&self) -> bool {
        self.platform
            .as_ref()
            .is_some_and(|platform| platform.os == "unknown")
    }
}

pub(crate) fn is_index(media_type: &str) -> bool {
    media_type.contains("image.index") || media_type.contains("manifest.list")
}

impl Config {
    /// What the image says that it is for.
    pub fn platform(&self) -> Option<&Platform> {
        Some(&self.platform).filter(|platform| !platform.architecture.is_empty())
    }
}

pub(crate) fn parse<T: DeserializeOwned>(what: &str, content: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(content).map_err(|error| OpenError::Malformed(format!("{what}: {error}")))
}

pub(crate) fn digest(text: &str) -> Result<Digest, OpenError> {
    match container::parse_digest(text) {
        Some(digest) => Ok(digest),
        None if text.starts_with("sha256:") => Err(OpenError::Malformed(format!("\"{text}\" is no digest"))),
        None => Err(OpenError::Unsupported(format!(
            "a digest other than sha256 (\"{text}\")"
        ))),
    }
}

pub(crate) fn verify(name: &str, expected: Digest, content: &[u8]) -> Result<(), OpenError> {
    let found = Digest::of(content);
    if found == expected {
        return Ok(());
    }
    Err(OpenError::WrongDigest {
        name: name.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    })
}
