//! What is inside the raw bytes, told by how they begin and not by what they are called.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek as _, SeekFrom};

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;

use super::acquire::MAX_FILES;
use super::{Code, FeedError};

/// Of everything in one feed together.
const MAX_UNPACKED_BYTES: u64 = 32 << 30;
/// Frames that want more memory than this to unpack are refused (128 MiB, what `zstd` itself takes by default).
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

pub(super) enum Unpacked {
    Zip(Box<ZipArchive<BufReader<File>>>),
    Stream(Box<dyn BufRead>),
}

pub(super) fn unpack(name: &str, file: &File) -> Result<Unpacked, FeedError> {
    let failed = |e: std::io::Error| io_error(name, &e);
    let mut file = file.try_clone().map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut raw = BufReader::with_capacity(1 << 18, file);
    let start = raw.fill_buf().map_err(failed)?;
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        let archive = ZipArchive::new(raw)
            .map_err(|e| Code::Corrupt.with(format!("the zip archive is damaged: {e}")))?;
        if archive.len() > MAX_FILES {
            return Err(Code::TooLarge.with(format!(
                "the archive has {} members, more than {MAX_FILES}",
                archive.len()
            )));
        }
        return Ok(Unpacked::Zip(Box::new(archive)));
    }
    if start.starts_with(b"\x1f\x8b") {
        return Ok(Unpacked::Stream(bounded(MultiGzDecoder::new(raw))));
    }
    if start.starts_with(b"\x28\xb5\x2f\xfd") {
        let mut decoder = zstd::Decoder::with_buffer(raw).map_err(failed)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(failed)?;
        return Ok(Unpacked::Stream(bounded(decoder)));
    }
    Ok(Unpacked::Stream(bounded(raw)))
}

/// The one document of a file that is not an archive of many.
pub(super) fn document(name: &str, file: &File, most: u64) -> Result<Vec<u8>, FeedError> {
    let Unpacked::Stream(stream) = unpack(name, file)? else {
        return Err(Code::WrongContent.with("it is a zip archive; this feed comes as one file"));
    };
    let mut out = Vec::new();
    stream
        .take(most + 1)
        .read_to_end(&mut out)
        .map_err(|e| io_error(name, &e))?;
    if out.len() as u64 > most {
        return Err(Code::TooLarge.with(format!("it has more than {most} bytes unpacked")));
    }
    Ok(out)
}

/// One line without its end; `None` at the end of the input.
pub(super) enum Line {
    Text(Vec<u8>),
    /// The last one, which no line end follows: whole, or cut off.
    Unended(Vec<u8>),
    /// Longer than it may be; it was passed over without being kept.
    TooLong,
}

pub(super) fn next_line(name: &str, input: &mut dyn BufRead, most: usize) -> Result<Option<Line>, FeedError> {
    let (mut text, mut too_long, mut any, mut ended) = (Vec::new(), false, false, false);
    loop {
        let buffer = input.fill_buf().map_err(|e| io_error(name, &e))?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|&b| b == b'\n');
        let piece = &buffer[..end.unwrap_or(buffer.len())];
        if text.len() + piece.len() > most {
            too_long = true;
            text = Vec::new();
        }
        if !too_long {
            text.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            ended = true;
            break;
        }
    }
    Ok(match (any, too_long, ended) {
        (false, ..) => None,
        (true, true, _) => Some(Line::TooLong),
        (true, false, true) => Some(Line::Text(text)),
        (true, false, false) => Some(Line::Unended(text)),
    })
}

pub(super) fn io_error(name: &str, error: &std::io::Error) -> FeedError {
    let too_large = error.get_ref().is_some_and(|inner| inner.is::<Unbounded>());
    let (code, what) = match error.kind() {
        _ if too_large => (Code::TooLarge, "is too large"),
        std::io::ErrorKind::UnexpectedEof => (Code::Truncated, "ends in the middle"),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied => {
            (Code::Unreadable, "cannot be read")
        }
        _ => (Code::Corrupt, "is damaged"),
    };
    code.with(format!("{name:?} {what}: {error}"))
}

#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {MAX_UNPACKED_BYTES} bytes")]
struct Unbounded;

struct Bounded<R> {
    inner: R,
    left: u64,
}

fn bounded<R: Read + 'static>(inner: R) -> Box<dyn BufRead> {
    Box::new(BufReader::with_capacity(
        1 << 18,
        Bounded {
            inner,
            left: MAX_UNPACKED_BYTES,
        },
    ))
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| std::io::Error::other(Unbounded))?;
        Ok(read)
    }
}
