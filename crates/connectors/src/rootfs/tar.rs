//! Entries of a tar stream, with bounds on everything that the stream says of itself. The `tar` crate reads long names
//! of any size into memory, which a hostile image would use; its header fields are used here.

use std::io::{self, Read};

use tar::{EntryType, Header};

/// PATH_MAX of Linux is 4096; pax records of one entry hold a few of them and extended attributes.
const EXTENSION_BYTES_MAX: u64 = 1 << 20;
const BLOCK_BYTES: u64 = 512;

pub(super) struct Entry {
    /// Relative, normalised: no leading slash, no `.` or `..`.
    pub path: String,
    pub kind: EntryType,
    pub link: Option<String>,
    pub bytes: u64,
}

/// A stream that can pass over content that nobody wants.
pub(super) trait Skip: Read {
    fn skip(&mut self, bytes: u64) -> io::Result<()>
    where
        Self: Sized,
    {
        match io::copy(&mut Read::take(&mut *self, bytes), &mut io::sink())? {
            skipped if skipped == bytes => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Calls `each` for every entry with a reader of its content and the offset of that content in the stream. Ends at the
/// end mark; what follows stays in the stream.
pub(super) fn entries<R: Skip>(
    stream: R,
    each: &mut dyn FnMut(&Entry, &mut dyn Read, u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut stream = Counted { stream, taken: 0 };
    let mut extension = Extension::default();
    let mut header = Header::new_old();
    loop {
        if !block(&mut stream, &mut header)? {
            return Ok(());
        }
        check(&header)?;
        let kind = header.entry_type();
        let mut bytes = header.entry_size()?;
        if extension.read(kind, &mut stream, bytes)? {
            continue;
        }
        let Extension {
            path,
            link,
            bytes: larger,
        } = std::mem::take(&mut extension);
        if let Some(larger) = larger {
            bytes = larger;
        }
        skip_sparse_maps(kind, &header, &mut stream)?;
        let has_content = !matches!(
            kind,
            EntryType::Link
                | EntryType::Symlink
                | EntryType::Directory
                | EntryType::Char
                | EntryType::Block
                | EntryType::Fifo
        );
        let stored = if has_content { bytes } else { 0 };
        let name = path.unwrap_or_else(|| header.path_bytes().into_owned());
        let target = link.or_else(|| header.link_name_bytes().map(|name| name.into_owned()));
        let offset = stream.taken;
        let mut content = (&mut stream).take(stored);
        if let (Some(path), Some(link)) = (
            normal(&name),
            target.map_or(Some(None), |link| text(link).map(Some)),
        ) {
            each(
                &Entry {
                    path,
                    kind,
                    link,
                    bytes,
                },
                &mut content,
                offset,
            )?;
        }
        let rest = content.limit();
        stream.skip(rest)?;
        stream.skip(padding(stored))?;
    }
}

/// Names of the next entry that its own header has no room for.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    bytes: Option<u64>,
}

impl Extension {
    /// True when the entry was an extension and is done with.
    fn read(&mut self, kind: EntryType, stream: &mut impl Skip, bytes: u64) -> io::Result<bool> {
        let is_extension = matches!(
            kind,
            EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader
        );
        if !is_extension {
            return Ok(false);
        }
        if bytes > EXTENSION_BYTES_MAX {
            return Err(malformed("an extended header is too large"));
        }
        let mut content = vec![0; usize::try_from(bytes).expect("bounded above")];
        stream.read_exact(&mut content)?;
        stream.skip(padding(bytes))?;
        match kind {
            EntryType::GNULongName => self.path = Some(until_zero(content)),
            EntryType::GNULongLink => self.link = Some(until_zero(content)),
            EntryType::XHeader => self.pax(&content)?,
            _ => {}
        }
        Ok(true)
    }

    fn pax(&mut self, content: &[u8]) -> io::Result<()> {
        for record in tar::PaxExtensions::new(content) {
            let record = record.map_err(|_| malformed("a pax record is malformed"))?;
            match record.key_bytes() {
                b"path" => self.path = Some(record.value_bytes().to_vec()),
                b"linkpath" => self.link = Some(record.value_bytes().to_vec()),
                b"size" => {
                    let size = record.value().ok().and_then(|text| text.parse().ok());
                    self.bytes = Some(size.ok_or_else(|| malformed("a pax size is no number"))?);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// False at the end: a block of zeros, or a stream that ends between entries.
fn block(stream: &mut impl Read, header: &mut Header) -> io::Result<bool> {
    let buffer = header.as_mut_bytes();
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..])? {
            0 if filled == 0 => return Ok(false),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
    }
    Ok(buffer.iter().any(|byte| *byte != 0))
}

fn check(header: &Header) -> io::Result<()> {
    const SUM: std::ops::Range<usize> = 148..156;
    let bytes = header.as_bytes();
    let outside = bytes[..SUM.start]
        .iter()
        .chain(&bytes[SUM.end..])
        .map(|byte| u32::from(*byte))
        .sum::<u32>();
    match header.cksum() {
        Ok(sum) if sum == outside + 8 * u32::from(b' ') => Ok(()),
        _ => Err(malformed("a tar header has a wrong checksum")),
    }
}

/// GNU sparse files have further blocks of maps between header and content.
fn skip_sparse_maps(kind: EntryType, header: &Header, stream: &mut impl Read) -> io::Result<()> {
    const CONTINUES: usize = 482;
    const MAP_CONTINUES: usize = 504;
    if kind != EntryType::GNUSparse {
        return Ok(());
    }
    let mut more = header.as_bytes()[CONTINUES] != 0;
    while more {
        let mut map = [0; BLOCK_BYTES as usize];
        stream.read_exact(&mut map)?;
        more = map[MAP_CONTINUES] != 0;
    }
    Ok(())
}

/// `./usr//lib/../x` → `usr/x`; never above the root. `None` for names that are not UTF-8.
fn normal(name: &[u8]) -> Option<String> {
    let mut out: Vec<&str> = Vec::new();
    for part in std::str::from_utf8(name).ok()?.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    Some(out.join("/"))
}

fn text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

fn until_zero(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

fn padding(bytes: u64) -> u64 {
    (BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES
}

pub(super) fn malformed(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

struct Counted<R> {
    stream: R,
    taken: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl<R: Skip> Skip for Counted<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.stream.skip(bytes)?;
        self.taken = self.taken.saturating_add(bytes);
        Ok(())
    }
}
