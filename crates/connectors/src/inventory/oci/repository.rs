//! One repository: which images its tags name, and what they are.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use futures::{StreamExt as _, stream};
use qlrf_core::container::{ImageContent, name_of, parse_digest};
use qlrf_core::digest::Digest;

use super::super::{ConnectError, KnownSoftware, Sink};
use super::client::{Client, Fetched, Tagged, of_image};
use super::error::OciError;
use super::manifest::{self, Read};
use crate::rootfs::OpenError;
use crate::rootfs::document::INDEX_DEPTH_MAX;

/// Questions for tags and manifests that run beside each other; what all of them ask in a second is bounded elsewhere.
const AT_ONCE: usize = 8;

/// What was found of a repository, until something failed.
#[derive(Default)]
pub struct Listed {
    pub images: BTreeMap<Digest, Image>,
    pub failed: Option<OciError>,
}

pub struct Image {
    pub tags: Vec<String>,
    pub content: ImageContent,
    pub software: KnownSoftware,
}

/// What its tags name, and what that contains in turn.
pub async fn list(
    client: &Client,
    repository: &str,
    tags_max: usize,
    sink: &mut dyn Sink,
) -> Result<Listed, ConnectError> {
    let mut listed = Listed::default();
    let tags = match client.tags(repository, tags_max).await {
        Ok(tags) => tags,
        Err(failed) => {
            listed.failed = Some(failed);
            return Ok(listed);
        }
    };
    let mut named: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
    for (tag, found) in resolve(client, repository, tags).await {
        match found {
            Ok(Some(digest)) => named.entry(digest).or_default().push(tag),
            Ok(None) => {}
            Err(error) => listed.note(error),
        }
    }
    let mut seen: BTreeSet<Digest> = named.keys().copied().collect();
    let mut wanted: VecDeque<Digest> = seen.iter().copied().collect();
    for depth in 0.. {
        if wanted.is_empty() {
            break;
        }
        if depth > INDEX_DEPTH_MAX {
            let error = OpenError::Malformed("its indexes are nested too deeply".to_owned());
            listed.note(of_image(repository, error));
            break;
        }
        let contents = contents(client, repository, wanted.drain(..).collect(), sink).await?;
        for (digest, content) in contents {
            let Some((content, software)) = listed.take(content) else {
                continue;
            };
            let held = content.manifest.platforms.iter();
            let held = held.filter_map(|held| parse_digest(&held.digest));
            wanted.extend(held.filter(|held| seen.insert(*held)));
            let tags = named.remove(&digest).unwrap_or_default();
            let image = Image {
                tags,
                content,
                software,
            };
            listed.images.insert(digest, image);
        }
    }
    Ok(listed)
}

type Content = Result<Option<(ImageContent, KnownSoftware)>, OciError>;

impl Listed {
    fn take(&mut self, content: Content) -> Option<(ImageContent, KnownSoftware)> {
        content.unwrap_or_else(|error| {
            self.note(error);
            None
        })
    }

    /// The first says why.
    fn note(&mut self, error: OciError) {
        self.failed.get_or_insert(error);
    }
}

/// In the order of the tags, which are sorted.
async fn resolve(
    client: &Client,
    repository: &str,
    tags: Vec<String>,
) -> Vec<(String, Result<Option<Digest>, OciError>)> {
    let resolved = stream::iter(tags).map(|tag| async move {
        let found = match client.tagged(repository, &tag).await {
            Ok(Tagged::As(digest)) => Ok(Some(digest)),
            Ok(Tagged::Gone) => Ok(None),
            Ok(Tagged::Untold) => {
                let fetched = client.manifest(repository, &tag).await;
                fetched.map(|fetched| fetched.map(|fetched| fetched.digest))
            }
            Err(error) => Err(error),
        };
        (tag, found)
    });
    resolved.buffered(AT_ONCE).collect().await
}

/// From before, or from the registry. What is no image, or is not there any more, is none.
async fn contents(
    client: &Client,
    repository: &str,
    wanted: Vec<Digest>,
    sink: &mut dyn Sink,
) -> Result<Vec<(Digest, Content)>, ConnectError> {
    let known = &mut sink.recall_images(&wanted).await?;
    let known: &HashMap<_, _> = known;
    let fetched = stream::iter(wanted).map(|digest| async move {
        let content = match known.get(&digest) {
            Some(known) => Ok(Some((known.content.clone(), known.software.clone()))),
            None => {
                let fetched = fetch(client, repository, digest).await;
                fetched.map(|content| content.map(|content| (content, KnownSoftware::NotRead)))
            }
        };
        (digest, content)
    });
    Ok(fetched.buffered(AT_ONCE).collect().await)
}

async fn fetch(client: &Client, repository: &str, digest: Digest) -> Result<Option<ImageContent>, OciError> {
    let reference = name_of(digest);
    let Some(fetched) = client.manifest(repository, &reference).await? else {
        return Ok(None);
    };
    let broken = |error: OpenError| of_image(&format!("{repository}@{reference}"), error);
    match manifest::read(&fetched).map_err(broken)? {
        Read::Other => Ok(None),
        Read::Index(content) => Ok(Some(content)),
        Read::Image { manifest, config } => {
            let config = client.document(repository, config).await?;
            let Fetched { media_type, .. } = fetched;
            let content = manifest::image(media_type, manifest, &config).map_err(broken)?;
            Ok(Some(content))
        }
    }
}
