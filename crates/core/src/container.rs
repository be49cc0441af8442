//! Container images as registries hold them (<https://github.com/opencontainers/image-spec>).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::time::Timestamp;

/// One manifest of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerImage {
    /// Within its registry: `golden/base`.
    pub repository: String,
    /// What names it now. Sorted.
    pub tags: Vec<String>,
    /// `sha256:…` of the manifest.
    pub digest: String,
    #[serde(flatten)]
    pub manifest: ImageManifest,
}

/// What stands behind a digest, and so never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageManifest {
    pub media_type: String,
    /// `linux/arm64/v8`; an index has `platforms` instead.
    pub platform: Option<String>,
    /// Of its layers as they are stored, compressed mostly.
    pub bytes: Option<u64>,
    /// An index has none.
    pub layers: Option<u64>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub created_at: Option<Timestamp>,
    /// Of an index: an image for each platform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PlatformImage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformImage {
    /// As the index says it; empty where it says none.
    pub platform: String,
    pub digest: String,
}

/// What was read of a manifest and of the configuration that it names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageContent {
    pub manifest: ImageManifest,
    /// Labels of the configuration, and the manifest's annotations over them.
    pub labels: BTreeMap<String, String>,
    /// Lowest first.
    pub layers: Vec<Layer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    pub digest: Digest,
    pub bytes: u64,
    /// It lies elsewhere, and may not be handed on (layers of Windows).
    pub foreign: bool,
}

impl ImageContent {
    /// See [`ImageManifest::is_index`].
    pub fn is_index(&self) -> bool {
        self.manifest.is_index()
    }
}

impl ImageManifest {
    /// Images for several platforms, be it none; it holds no software of its own.
    pub fn is_index(&self) -> bool {
        self.layers.is_none()
    }
}

/// `sha256:…`, which is what registries address content by.
pub fn name_of(digest: Digest) -> String {
    format!("{ALGORITHM}{digest}")
}

/// `None` for another algorithm, and for what is no digest.
pub fn parse_digest(text: &str) -> Option<Digest> {
    let hex = text.strip_prefix(ALGORITHM)?;
    let lower = !hex.bytes().any(|b| b.is_ascii_uppercase());
    Digest::parse(hex).filter(|_| lower)
}

const ALGORITHM: &str = "sha256:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_name() {
        let digest = Digest::of(b"x");
        assert_eq!(parse_digest(&name_of(digest)), Some(digest));
        let hex = digest.to_string();
        for text in [&hex, &format!("sha512:{hex}"), "sha256:", "sha256:AB"] {
            assert_eq!(parse_digest(text), None, "{text}");
        }
        assert_eq!(parse_digest(&format!("sha256:{}", hex.to_uppercase())), None);
    }
}
