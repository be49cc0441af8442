//! What the fuzz targets share: inventories of files, and feeds and images that are read from a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use qlrf_connectors::feed::{Batch, FeedError, Sink, Source, find_kind, sync};
use qlrf_core::rootfs::Files;
use qlrf_engines::sbom;

pub const DEBIAN: (&str, &[u8]) = ("etc/os-release", b"ID=debian\nVERSION_ID=12\n");
pub const FEDORA: (&str, &[u8]) = ("etc/os-release", b"ID=rhel\nVERSION_ID=9.4\n");
pub const ALPINE: (&str, &[u8]) = ("etc/os-release", b"ID=alpine\nVERSION_ID=3.20.1\n");

/// Reads the inventory of these files twice: the same input gives the same answer, and what it says can be printed.
pub fn inventory(files: &[(&str, &[u8])]) {
    let root = Files::new(files);
    let found = sbom::read(&root);
    assert_eq!(found, sbom::read(&root));
    for problem in &found.problems {
        assert!(!problem.detail.contains(char::is_control), "{problem:?}");
    }
}

struct Discard;

#[async_trait]
impl Sink for Discard {
    async fn take(&mut self, _: Batch) -> Result<(), FeedError> {
        Ok(())
    }
}

/// In memory where the machine has such a folder: a target writes its input thousands of times a second.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.into() } else { std::env::temp_dir() }
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().expect("a runtime can be built")
});

/// Reads the input as a feed of this kind.
pub fn feed(kind: &str, suffix: &str, data: &[u8]) {
    let file = file(suffix, data);
    let kind = find_kind(kind).expect("a feed that exists");
    let source = Source::Path(file.path().into());
    let _ = RUNTIME.block_on(sync(kind, &source, &mut Discard, Arc::new(|_| {})));
}

/// A file with this content, for as long as the value lives.
pub fn file(suffix: &str, data: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new()
        .suffix(suffix)
        .tempfile_in(folder())
        .expect("a file can be made");
    file.write_all(data).expect("it can be written");
    file
}
