//! An image archive: the layout, its manifests and layers, and the inventory of what they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_connectors::rootfs::{self, Platform};
use qlrf_engines::sbom;

fuzz_target!(|data: &[u8]| {
    let file = qlrf_fuzz::file(".tar", data);
    if let Ok(source) = rootfs::open(file.path(), &Platform::host()) {
        let _ = sbom::read(source.into_root().as_ref());
    }
});
