//! The raw bytes of a source: a file, a folder, or what a URL answered, kept in an unnamed temporary file.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use qlrf_core::digest::{Digest, Hasher};
use sha2::Digest as _;
use walkdir::WalkDir;

use super::reach::Reach;
use super::unpack::io_error;
use super::{Code, FeedError, OnProgress, Source, http};

/// Four times the archive of all of osv.dev.
pub(super) const MAX_RAW_BYTES: u64 = 8 << 30;
/// Ten times the records of osv.dev's largest ecosystem.
pub(super) const MAX_FILES: usize = 2_000_000;
const MAX_DEPTH: usize = 16;

pub(super) enum Raw {
    File { name: String, file: File, bytes: u64 },
    Folder { files: Vec<PathBuf>, bytes: u64 },
}

pub(super) async fn acquire(source: &Source, on_progress: &OnProgress) -> Result<Raw, FeedError> {
    match source {
        Source::Url(url) | Source::Mirror(url) => {
            let reach = match source {
                Source::Mirror(_) => Reach::Configured,
                _ => Reach::Public,
            };
            let (file, bytes) = http::download(url, reach, on_progress).await?;
            Ok(Raw::File {
                name: url.clone(),
                file,
                bytes,
            })
        }
        Source::Path(path) => {
            let path = path.clone();
            let open = tokio::task::spawn_blocking(move || open(&path));
            open.await.map_err(|e| Code::Cancelled.with(e.to_string()))?
        }
    }
}

impl Raw {
    pub fn bytes(&self) -> u64 {
        match self {
            Raw::File { bytes, .. } | Raw::Folder { bytes, .. } => *bytes,
        }
    }

    /// Leaves a file at its beginning.
    pub fn digest(&mut self) -> Result<Digest, FeedError> {
        match self {
            Raw::File { name, file, .. } => {
                let digest = digest_of(file).map_err(|e| io_error(name, &e))?;
                file.seek(SeekFrom::Start(0)).map_err(|e| io_error(name, &e))?;
                Ok(digest)
            }
            Raw::Folder { files, .. } => {
                let mut hasher = Hasher::new("feed-folder/1");
                for path in files {
                    let name = path.display().to_string();
                    let digest =
                        open_file(path).and_then(|file| digest_of(&file).map_err(|e| io_error(&name, &e)))?;
                    hasher
                        .field(path.file_name().unwrap_or_default().as_encoded_bytes())
                        .field(&digest.0);
                }
                Ok(hasher.finish())
            }
        }
    }
}

/// Only plain files: a pipe would never end, and a link inside a folder may lead anywhere.
pub(super) fn open_file(path: &Path) -> Result<File, FeedError> {
    let unreadable =
        |e: std::io::Error| Code::Unreadable.with(format!("{} cannot be read: {e}", path.display()));
    // Asked before opening, because opening a pipe waits for its other end.
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if !found.is_file() {
        return Err(Code::Unreadable.with(format!("{} is neither a file nor a folder", path.display())));
    }
    File::open(path).map_err(unreadable)
}

pub(super) fn open(path: &Path) -> Result<Raw, FeedError> {
    let found = std::fs::metadata(path)
        .map_err(|e| Code::Unreadable.with(format!("{} cannot be read: {e}", path.display())))?;
    if found.is_dir() {
        return list(path);
    }
    check_size(&path.display().to_string(), found.len())?;
    Ok(Raw::File {
        name: path.display().to_string(),
        file: open_file(path)?,
        bytes: found.len(),
    })
}

pub(super) fn check_size(name: &str, bytes: u64) -> Result<(), FeedError> {
    if bytes > MAX_RAW_BYTES {
        return Err(Code::TooLarge.with(format!("{name} has {bytes} bytes, more than {MAX_RAW_BYTES}")));
    }
    Ok(())
}

fn list(folder: &Path) -> Result<Raw, FeedError> {
    let (mut files, mut bytes) = (Vec::new(), 0);
    for entry in WalkDir::new(folder)
        .max_depth(MAX_DEPTH)
        .follow_links(false)
        .sort_by_file_name()
    {
        let entry = entry.map_err(|e| Code::Unreadable.with(e.to_string()))?;
        let name = entry.file_name().to_string_lossy();
        let wanted = [".json", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".zip"]
            .iter()
            .any(|end| name.ends_with(end));
        if !entry.file_type().is_file() || !wanted {
            continue;
        }
        bytes += entry
            .metadata()
            .map_err(|e| Code::Unreadable.with(e.to_string()))?
            .len();
        check_size(&folder.display().to_string(), bytes)?;
        files.push(entry.into_path());
        if files.len() > MAX_FILES {
            return Err(Code::TooLarge.with(format!("{} has more than {MAX_FILES} files", folder.display())));
        }
    }
    Ok(Raw::Folder { files, bytes })
}

fn digest_of(mut file: &File) -> std::io::Result<Digest> {
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Digest(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}
