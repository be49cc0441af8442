//! An image whose layers come one by one, from a registry. What a layer does to package databases is told apart from the rest
//! of it once, and is small enough to be kept.

use std::io::{self, Read};

use qlrf_core::rootfs::{RootFs, is_package_metadata};

use super::OpenError;
use super::layer::{self, FILE_BYTES_MAX, KEPT_BYTES_MAX, LINK_BYTES_MAX, NODES_MAX};
use super::tar::{self, Entry};
use super::tree::Tree;

/// A quick level: it is names and package databases, which shrink well at any.
const COMPRESSION: i32 = 3;
/// Unpacked, of all reduced layers of one image: content, and a header of each name.
const REDUCED_BYTES_MAX: u64 = KEPT_BYTES_MAX + NODES_MAX as u64 * 1024;

/// Makes a layer of the same effect: with every name, and without the content that nobody reads. A tar archive again,
/// compressed with zstd. The blob has been proved to be what it should be. `unpacked_max` bounds what is unpacked of it.
pub(crate) fn reduce(name: &str, blob: Box<dyn Read>, unpacked_max: u64) -> Result<Vec<u8>, OpenError> {
    let failed = |error: io::Error| OpenError::Malformed(format!("layer \"{name}\": {error}"));
    let encoder = zstd::stream::write::Encoder::new(Vec::new(), COMPRESSION).map_err(failed)?;
    let mut reduced = Reduced {
        archive: ::tar::Builder::new(encoder),
        names: 0,
        bytes: 0,
    };
    let mut budget = unpacked_max;
    layer::each_entry(name, blob, None, &mut budget, &mut |entry, content| {
        reduced.take(entry, content)
    })?;
    let encoder = reduced.archive.into_inner().map_err(failed)?;
    encoder.finish().map_err(failed)
}

struct Reduced {
    archive: ::tar::Builder<zstd::stream::write::Encoder<'static, Vec<u8>>>,
    names: usize,
    bytes: u64,
}

impl Reduced {
    fn take(&mut self, entry: &Entry, content: &mut dyn Read) -> io::Result<()> {
        if entry.path.is_empty() {
            return Ok(());
        }
        self.names += 1;
        if self.names > NODES_MAX {
            return Err(tar::malformed("it has too many names"));
        }
        let mut header = ::tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(0);
        let kind = entry.kind;
        let is_file = kind.is_file() || kind.is_contiguous();
        let is_link = kind.is_symlink() || kind.is_hard_link();
        let target = entry
            .link
            .as_deref()
            .filter(|target| is_link && is_target(target));
        if let Some(target) = target {
            header.set_entry_type(kind);
            return self.archive.append_link(&mut header, &entry.path, target);
        }
        header.set_entry_type(match () {
            () if kind.is_dir() => ::tar::EntryType::Directory,
            () if is_file => ::tar::EntryType::Regular,
            // A device, a sparse file, a link to nowhere: it is there, and holds nothing that is read.
            () => ::tar::EntryType::Fifo,
        });
        if !(is_file && is_package_metadata(&entry.path)) {
            return self.archive.append_data(&mut header, &entry.path, io::empty());
        }
        self.bytes = self.bytes.saturating_add(entry.bytes);
        if entry.bytes > FILE_BYTES_MAX || self.bytes > KEPT_BYTES_MAX {
            // Half of a database would say that the other half is not installed.
            return Err(tar::malformed("its package databases are larger than is read"));
        }
        header.set_size(entry.bytes);
        let mut kept = Vec::new();
        content.read_to_end(&mut kept)?;
        match kept.len() as u64 == entry.bytes {
            true => self.archive.append_data(&mut header, &entry.path, &kept[..]),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn is_target(target: &str) -> bool {
    (1..=LINK_BYTES_MAX).contains(&target.len())
}

/// Reduced layers, the lowest first.
pub(crate) struct Stack {
    tree: Tree,
    layers: usize,
    budget: u64,
}

impl Stack {
    pub fn new() -> Stack {
        Stack {
            tree: Tree::default(),
            layers: 0,
            budget: REDUCED_BYTES_MAX,
        }
    }

    pub fn push(&mut self, reduced: &[u8]) -> Result<(), OpenError> {
        layer::apply_proved(&mut self.tree, self.layers, reduced, &mut self.budget)?;
        self.layers += 1;
        Ok(())
    }

    pub fn into_root(self) -> impl RootFs {
        self.tree
    }
}
