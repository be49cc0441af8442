//! One layer of an image, applied to the tree of those below it.
//! <https://github.com/opencontainers/image-spec/blob/main/layer.md>

use std::io::{self, BufReader, Read};

use qlrf_core::digest::Digest;
use qlrf_core::rootfs::is_package_metadata;
use sha2::{Digest as _, Sha256};

use super::OpenError;
use super::tar::{self, Entry, Skip};
use super::tree::{Node, Tree};

/// The largest that the inventory reads.
pub(super) const FILE_BYTES_MAX: u64 = 256 << 20;
/// Content that is held at once for one image.
pub(super) const KEPT_BYTES_MAX: u64 = 512 << 20;
/// Kept files and symbolic links.
pub(super) const NODES_MAX: usize = 2_000_000;
const BUFFER_BYTES: usize = 64 << 10;
/// A link target is a path; PATH_MAX of Linux is 4096.
pub(super) const LINK_BYTES_MAX: usize = 4096;

/// What a layer promises: the digest of the blob as stored, or of the tar stream inside.
pub(super) enum Promise {
    Stored(Digest),
    Unpacked(Digest),
}

/// `budget` is how many unpacked bytes the rest of the image may have; it shrinks.
pub(super) fn apply(
    tree: &mut Tree,
    layer: usize,
    name: &str,
    blob: Box<dyn Read>,
    promise: &Promise,
    budget: &mut u64,
) -> Result<(), OpenError> {
    each_entry(name, blob, Some(promise), budget, &mut |entry, content| {
        place(tree, layer, entry, content)
    })
}

/// One that was proved before, and reduced by ourselves.
pub(super) fn apply_proved(
    tree: &mut Tree,
    layer: usize,
    blob: &[u8],
    budget: &mut u64,
) -> Result<(), OpenError> {
    let kept = Box::new(io::Cursor::new(blob));
    each_entry("kept", kept, None, budget, &mut |entry, content| {
        place(tree, layer, entry, content)
    })
}

/// Hands over each entry, and then says whether the layer is what was promised: until then nothing of it is proved.
pub(super) fn each_entry<'a>(
    name: &str,
    blob: Box<dyn Read + 'a>,
    promise: Option<&Promise>,
    budget: &mut u64,
    each: &mut dyn FnMut(&Entry, &mut dyn Read) -> io::Result<()>,
) -> Result<(), OpenError> {
    let broken = |error: io::Error| OpenError::Malformed(format!("layer \"{name}\": {error}"));
    let hashed = Hashing::new(blob, matches!(promise, Some(Promise::Stored(_))));
    let mut stored = BufReader::with_capacity(BUFFER_BYTES, hashed);
    let limited = Limited {
        stream: decoder(&mut stored).map_err(broken)?,
        left: *budget,
    };
    let mut unpacked = Hashing::new(limited, matches!(promise, Some(Promise::Unpacked(_))));
    let outcome = tar::entries(&mut unpacked, &mut |entry, content, _| each(entry, content));
    // The digests cover what follows the end mark too.
    let outcome = outcome.and_then(|()| io::copy(&mut unpacked, &mut io::sink()).map(drop));
    *budget = unpacked.stream.left;
    if *budget == 0 {
        return Err(OpenError::TooLarge(format!(
            "its layers unpack to more than is read, at layer \"{name}\""
        )));
    }
    let unpacked_digest = unpacked.finish();
    outcome.map_err(broken)?;
    io::copy(&mut stored, &mut io::sink()).map_err(broken)?;
    let (expected, found) = match promise {
        None => return Ok(()),
        Some(Promise::Stored(expected)) => (expected, stored.into_inner().finish()),
        Some(Promise::Unpacked(expected)) => (expected, unpacked_digest),
    };
    if found == *expected {
        return Ok(());
    }
    Err(OpenError::WrongDigest {
        name: name.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    })
}

/// By the first bytes: media types are often wrong.
fn decoder<'a, R: io::BufRead + 'a>(stored: &'a mut R) -> io::Result<Box<dyn Read + 'a>> {
    let magic = stored.fill_buf()?;
    Ok(match magic {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(stored)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::stream::read::Decoder::with_buffer(stored)?),
        _ => Box::new(stored),
    })
}

fn place(tree: &mut Tree, layer: usize, entry: &Entry, content: &mut dyn Read) -> io::Result<()> {
    let (folder, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
    if let Some(hidden) = name.strip_prefix(".wh.") {
        let sibling = |name: &str| {
            if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            }
        };
        let Some(target) = tree.real_parent(&sibling(if hidden == ".wh..opq" { "." } else { hidden })) else {
            return Ok(());
        };
        match hidden {
            ".wh..opq" => tree.remove_below(
                target.strip_suffix('.').unwrap_or(&target).trim_end_matches('/'),
                layer,
            ),
            _ => tree.remove(&target, layer),
        }
        return Ok(());
    }
    let kind = entry.kind;
    let wanted = is_package_metadata(&entry.path);
    if !(wanted || kind.is_symlink() || tree.holds(&entry.path)) {
        return Ok(());
    }
    let Some(path) = tree.real_parent(&entry.path) else {
        return Ok(());
    };
    if kind.is_dir() {
        tree.put_folder(&path);
        return Ok(());
    }
    let node = match &entry.link {
        Some(target) if kind.is_symlink() && target.len() <= LINK_BYTES_MAX => Node::Symlink(target.clone()),
        Some(target) if kind.is_hard_link() => linked(tree, target),
        _ if !wanted => {
            // Something else now stands where a kept link was.
            tree.remove(&path, layer + 1);
            return Ok(());
        }
        _ if kind.is_file() || kind.is_contiguous() => file(tree, entry, content)?,
        _ => Node::Lost("it is no regular file".to_owned()),
    };
    tree.put(path, node, layer);
    if tree.len() > NODES_MAX {
        return Err(tar::malformed(
            "the image has too many links and package databases",
        ));
    }
    Ok(())
}

fn file(tree: &Tree, entry: &Entry, content: &mut dyn Read) -> io::Result<Node> {
    if entry.bytes > FILE_BYTES_MAX {
        return Ok(Node::Lost(format!(
            "it has {} bytes, more than the {FILE_BYTES_MAX} that are kept",
            entry.bytes
        )));
    }
    if tree.bytes + entry.bytes > KEPT_BYTES_MAX {
        return Ok(Node::Lost(format!(
            "the image has more than the {KEPT_BYTES_MAX} bytes of databases that are kept"
        )));
    }
    // Grows with what is there, not with what the header says.
    let mut kept = Vec::new();
    content.read_to_end(&mut kept)?;
    match kept.len() as u64 {
        bytes if bytes == entry.bytes => Ok(Node::File(kept.into())),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// A hard link names another file of the image, by its path from the root.
fn linked(tree: &Tree, target: &str) -> Node {
    let target = target.trim_start_matches("./").trim_start_matches('/');
    let found = tree.real_parent(target).and_then(|real| tree.get(&real).cloned());
    found.unwrap_or_else(|| Node::Lost(format!("it is a hard link to \"{target}\", which was not kept")))
}

struct Hashing<R> {
    stream: R,
    hasher: Option<Sha256>,
}

impl<R: Read> Hashing<R> {
    fn new(stream: R, wanted: bool) -> Self {
        Self {
            stream,
            hasher: wanted.then(Sha256::new),
        }
    }

    /// Of nothing, where none was wanted.
    fn finish(self) -> Digest {
        Digest(self.hasher.unwrap_or_default().finalize().into())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..read]);
        }
        Ok(read)
    }
}

/// Ends with an error when as many bytes as were allowed have been unpacked.
struct Limited<R> {
    stream: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        if self.left == 0 {
            Err(tar::malformed("it unpacks to too many bytes"))
        } else {
            Ok(read)
        }
    }
}

impl<R: Read> Skip for &mut Hashing<R> {}
