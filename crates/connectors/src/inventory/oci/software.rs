//! Reads what an image has installed from its layers: each is pulled once, and of each only what says so is kept.

use std::io::{Read as _, Seek as _};
use std::sync::Arc;

use qlrf_core::container::{ImageContent, Layer, name_of};
use qlrf_core::digest::Digest;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;

use super::super::{ConnectError, ImageSoftware, KnownSoftware, Sink};
use super::client::{Client, of_image};
use super::error::OciError;
use super::repository::Image;
use crate::outbound::CallError;
use crate::rootfs::{OpenError, Stack, reduce};

/// One layer, unpacked. Small ones can be made that unpack to anything.
const LAYER_UNPACKED_BYTES_MAX: u64 = 16 << 30;
/// Hashed at once.
const HASHED_BYTES: usize = 64 << 10;

/// Whether there is anything left to read of an image.
pub fn is_left(image: &Image, bytes_max: u64) -> bool {
    let small = image
        .content
        .manifest
        .bytes
        .is_some_and(|bytes| bytes <= bytes_max);
    match &image.software {
        _ if image.content.is_index() => false,
        KnownSoftware::NotRead => true,
        KnownSoftware::Read => false,
        // A limit is what somebody set, and may set higher.
        KnownSoftware::Refused { code } => code == "image_above_limit" && small,
    }
}

/// `Err` on the outside: nothing is taken in any more. On the inside: this time it could not be read.
pub async fn read(
    client: &Client,
    repository: &str,
    content: &ImageContent,
    bytes_max: u64,
    sink: &mut dyn Sink,
) -> Result<Result<ImageSoftware, OciError>, ConnectError> {
    if let Some(refused) = refused(content, bytes_max) {
        return Ok(Ok(refused));
    }
    let mut stack = Stack::new();
    for layer in &content.layers {
        let reduced = match sink.recall_layer(layer.digest).await? {
            Some(kept) => kept,
            None => match pull(client, repository, layer).await {
                Ok(reduced) => {
                    sink.keep_layer(layer.digest, &reduced).await?;
                    reduced
                }
                Err(error) => return Ok(hopeless(error)),
            },
        };
        let pushed = tokio::task::spawn_blocking(move || stack.push(&reduced).map(|()| stack));
        let pushed = pushed
            .await
            .map_err(|error| ConnectError::Unreadable(error.to_string()))?;
        match pushed {
            Ok(pushed) => stack = pushed,
            Err(error) => return Ok(hopeless(of_image(repository, error))),
        }
    }
    Ok(Ok(ImageSoftware::Files(Arc::new(stack.into_root()))))
}

/// Why the manifest alone tells that the packages of an image are not read.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("packages of an image for {0} are not read")]
    System(String),
    #[error("a layer of it lies outside the registry")]
    ForeignLayer,
    #[error("it has {bytes} bytes, more than the {bytes_max} of which packages are read")]
    AboveLimit { bytes: u64, bytes_max: u64 },
}

impl Unread {
    fn code(&self) -> &'static str {
        match self {
            Unread::System(_) | Unread::ForeignLayer => "image_unsupported",
            Unread::AboveLimit { .. } => "image_above_limit",
        }
    }
}

fn refused(content: &ImageContent, bytes_max: u64) -> Option<ImageSoftware> {
    let platform = content.manifest.platform.as_deref().unwrap_or_default();
    let bytes = content.manifest.bytes.unwrap_or_default();
    let unread = match () {
        () if !platform.is_empty() && !platform.starts_with("linux/") => Unread::System(platform.to_owned()),
        () if content.layers.iter().any(|layer| layer.foreign) => Unread::ForeignLayer,
        () if bytes > bytes_max => Unread::AboveLimit { bytes, bytes_max },
        () => return None,
    };
    Some(ImageSoftware::Refused {
        code: unread.code(),
        detail: unread.to_string(),
    })
}

/// The content of these digests is what it is: trying again gives the same. Where the bytes were not those of the digest, or
/// did not come, it may not.
fn hopeless(error: OciError) -> Result<ImageSoftware, OciError> {
    match &error {
        OciError::Image {
            error: inner @ (OpenError::Malformed(_) | OpenError::TooLarge(_) | OpenError::Unsupported(_)),
            ..
        } => Ok(ImageSoftware::Refused {
            code: inner.code(),
            detail: error.to_string(),
        }),
        _ => Err(error),
    }
}

async fn pull(client: &Client, repository: &str, layer: &Layer) -> Result<Vec<u8>, OciError> {
    let unwritable = |error: std::io::Error| OciError::Call(CallError::Unwritable(error.to_string()));
    // It has no name, so that it is gone when it is closed, whatever happens.
    let file = tempfile::tempfile().map_err(unwritable)?;
    let mut writing = File::from_std(file);
    client
        .layer(repository, layer.digest, &mut writing, layer.bytes)
        .await?;
    let mut file = writing.into_std().await;
    let (digest, name) = (layer.digest, name_of(layer.digest));
    let reference = format!("{repository}@{name}");
    let reducing = move || {
        // Whether it came whole is known before anything is made of it.
        verify(&mut file, &name, digest)?;
        file.rewind().map_err(|error| unreadable(&error))?;
        reduce(&name, Box::new(file), LAYER_UNPACKED_BYTES_MAX)
    };
    let reduced = tokio::task::spawn_blocking(reducing).await;
    let reduced = reduced.unwrap_or_else(|error| Err(unreadable(&error)));
    reduced.map_err(|error| of_image(&reference, error))
}

fn verify(file: &mut std::fs::File, name: &str, expected: Digest) -> Result<(), OpenError> {
    file.rewind().map_err(|error| unreadable(&error))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; HASHED_BYTES];
    loop {
        match file.read(&mut buffer).map_err(|error| unreadable(&error))? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    let found = Digest(hasher.finalize().into());
    match found == expected {
        true => Ok(()),
        false => Err(OpenError::WrongDigest {
            name: name.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        }),
    }
}

fn unreadable(error: &dyn std::error::Error) -> OpenError {
    OpenError::Unreadable {
        path: "a temporary file".into(),
        reason: error.to_string(),
    }
}
