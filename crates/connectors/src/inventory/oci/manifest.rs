//! From documents of a registry to what is kept of an image.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::container::{ContainerImage, ImageContent, ImageManifest, Layer, PlatformImage, name_of};
use qlrf_core::digest::Digest;
use qlrf_core::resource::{Facts, Relation, RelationKind, Resource};
use qlrf_core::time::Timestamp;
use time::format_description::well_known::Rfc3339;

use super::client::Fetched;
use crate::rootfs::OpenError;
use crate::rootfs::document::{self, Config, Index, LAYERS_MAX, Manifest, PLATFORMS_MAX};

/// Of a digest in a name: enough to tell two from another.
const SHORT_DIGITS: usize = 12;

/// What a manifest says that it is.
pub enum Read {
    Index(ImageContent),
    /// Its configuration has to be read as well.
    Image {
        manifest: Manifest,
        config: Digest,
    },
    /// A signature, a chart, a bill of materials: no image.
    Other,
}

pub fn read(fetched: &Fetched) -> Result<Read, OpenError> {
    if document::is_index(&fetched.media_type) {
        return index(fetched).map(Read::Index);
    }
    if fetched.media_type.contains("docker.distribution.manifest.v1") {
        return Err(OpenError::Unsupported(
            "the first schema of Docker's manifests".to_owned(),
        ));
    }
    let manifest: Manifest = document::parse("manifest", &fetched.content)?;
    let is_image = matches!(
        manifest.config.media_type.as_str(),
        "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json"
    );
    if !is_image {
        return Ok(Read::Other);
    }
    if manifest.layers.len() > LAYERS_MAX {
        return Err(OpenError::TooLarge(format!(
            "it has {} layers",
            manifest.layers.len()
        )));
    }
    let config = document::digest(&manifest.config.digest)?;
    Ok(Read::Image { manifest, config })
}

fn index(fetched: &Fetched) -> Result<ImageContent, OpenError> {
    let index: Index = document::parse("index", &fetched.content)?;
    let mut platforms = Vec::new();
    for descriptor in index.manifests.iter().filter(|found| !found.is_attestation()) {
        if platforms.len() == PLATFORMS_MAX {
            return Err(OpenError::TooLarge(format!(
                "it has more than {PLATFORMS_MAX} images"
            )));
        }
        let platform = descriptor.platform.as_ref();
        platforms.push(PlatformImage {
            platform: platform.map(ToString::to_string).unwrap_or_default(),
            digest: name_of(document::digest(&descriptor.digest)?),
        });
    }
    Ok(ImageContent {
        manifest: ImageManifest {
            media_type: fetched.media_type.clone(),
            platforms,
            ..ImageManifest::default()
        },
        labels: index.annotations,
        layers: Vec::new(),
    })
}

pub fn image(media_type: String, manifest: Manifest, config: &[u8]) -> Result<ImageContent, OpenError> {
    let config: Config = document::parse("config", config)?;
    let mut layers = Vec::with_capacity(manifest.layers.len());
    for layer in &manifest.layers {
        layers.push(Layer {
            digest: document::digest(&layer.digest)?,
            bytes: layer.size,
            foreign: layer.media_type.contains("foreign") || layer.media_type.contains("nondistributable"),
        });
    }
    let created = config.created.as_deref();
    let created = created.and_then(|text| Timestamp::parse(text, &Rfc3339).ok());
    let platform = config.platform().map(ToString::to_string);
    let mut labels: BTreeMap<String, String> = config.config.map(|config| config.labels).unwrap_or_default();
    labels.extend(manifest.annotations);
    Ok(ImageContent {
        manifest: ImageManifest {
            media_type,
            platform,
            bytes: Some(
                layers
                    .iter()
                    .fold(0, |sum, layer| layer.bytes.saturating_add(sum)),
            ),
            layers: Some(layers.len() as u64),
            created_at: created,
            platforms: Vec::new(),
        },
        labels,
        layers,
    })
}

pub fn resource(
    registry: &str,
    repository: &str,
    digest: Digest,
    tags: Vec<String>,
    content: &ImageContent,
) -> Resource {
    let hex = digest.to_string();
    let native_id = |digest: &str| format!("{repository}@{digest}");
    let contains = content.manifest.platforms.iter().map(|held| Relation {
        relation: RelationKind::Contains,
        to: native_id(&held.digest),
    });
    let name = match tags.first() {
        Some(tag) => format!("{repository}:{tag}"),
        None => native_id(&hex[..SHORT_DIGITS]),
    };
    Resource {
        native_id: native_id(&name_of(digest)),
        platform: Platform::Oci,
        name,
        account: Some(registry.to_owned()),
        region: None,
        labels: content.labels.clone(),
        relations: contains.collect(),
        facts: Facts::ContainerImage(ContainerImage {
            repository: repository.to_owned(),
            tags,
            digest: name_of(digest),
            manifest: content.manifest.clone(),
        }),
        simulated: false,
    }
}
