//! Root file systems: a folder, or a container image in an OCI layout, an OCI archive, a `docker save` archive or a registry.
//!
//! Everything here blocks; call it from a blocking thread.

mod dir;
pub(crate) mod document;
mod layer;
mod oci;
mod stack;
mod store;
mod tar;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qlrf_core::rootfs::RootFs;

pub use dir::Dir;
pub use document::Platform;
pub use oci::OciImage;
pub(crate) use stack::{Stack, reduce};
pub(crate) use tree::{Node, Tree};

/// What was found at a path.
pub enum Source {
    /// A folder that holds a root file system.
    Dir(Dir),
    /// A container image.
    Oci(OciImage),
}

impl Source {
    pub fn into_root(self) -> Arc<dyn RootFs> {
        match self {
            Self::Dir(dir) => Arc::new(dir),
            Self::Oci(image) => Arc::new(image),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("\"{}\" could not be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("\"{}\" is neither a folder nor a container image in an OCI or docker archive", .0.display())]
    NotRecognised(PathBuf),
    #[error("\"{}\" is compressed; decompress it first", .0.display())]
    Compressed(PathBuf),
    #[error("the image has no {wanted}; it has {}", available.join(", "))]
    NoSuchPlatform { wanted: String, available: Vec<String> },
    #[error("the image is malformed: {0}")]
    Malformed(String),
    #[error("the image needs {0}, which is not supported")]
    Unsupported(String),
    #[error("\"{name}\" has the digest {found} where {expected} was promised")]
    WrongDigest {
        name: String,
        expected: String,
        found: String,
    },
    #[error("the image is above a limit: {0}")]
    TooLarge(String),
}

impl OpenError {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "root_unreadable",
            Self::NotRecognised(_) => "root_not_recognised",
            Self::Compressed(_) => "root_compressed",
            Self::NoSuchPlatform { .. } => "image_platform_missing",
            Self::Malformed(_) => "image_malformed",
            Self::Unsupported(_) => "image_unsupported",
            Self::WrongDigest { .. } => "image_digest_mismatch",
            Self::TooLarge(_) => "image_too_large",
        }
    }
}

/// Opens what is at `path`, by looking at it. `platform` chooses from images for several.
pub fn open(path: &Path, platform: &Platform) -> Result<Source, OpenError> {
    let unreadable = |error: std::io::Error| OpenError::Unreadable {
        path: path.into(),
        reason: error.to_string(),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let is_layout = path.join("oci-layout").is_file() && path.join("index.json").is_file();
        return match is_layout {
            true => OciImage::open_layout(path, platform).map(Source::Oci),
            false => Dir::open(path).map(Source::Dir).map_err(unreadable),
        };
    }
    if !metadata.is_file() {
        return Err(OpenError::NotRecognised(path.into()));
    }
    OciImage::open_archive(path, platform).map(Source::Oci)
}

#[cfg(test)]
mod tests;
