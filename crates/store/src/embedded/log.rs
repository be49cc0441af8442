//! The server's own log, of which an error shows the last lines.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::error::{At, Result};

const TAIL_LINES: usize = 12;
const TAIL_BYTES: u64 = 16 * 1024;
/// At a start, a larger log becomes `<name>.1` and replaces the one before it.
const ROTATE_BYTES: u64 = 8 * 1024 * 1024;

pub(super) fn open(path: &Path) -> Result<fs::File> {
    if fs::metadata(path).is_ok_and(|meta| meta.len() > ROTATE_BYTES) {
        fs::rename(path, path.with_extension("log.1")).at("rotate", path)?;
    }
    fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .at("open", path)
}

/// The last lines of what was written after `start`; an unreadable log is an empty one, because the caller already has
/// an error to tell.
pub(super) fn tail_since(path: &Path, start: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(start.max(length.saturating_sub(TAIL_BYTES))))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    tail(&read().unwrap_or_default())
}

pub(super) fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("; ")
}

/// Children of a server that is gone still hold its memory.
pub(super) fn is_still_in_use(text: &str) -> bool {
    text.contains("pre-existing shared memory block")
}

pub(super) fn is_disk_full(text: &str) -> bool {
    text.contains("No space left on device") || text.contains("Disk quota exceeded")
}
