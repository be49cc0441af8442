//! An SBOM document in the form spdx; what can be read goes through `read_document` too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_engines::sbom::{spdx, read_document};

fuzz_target!(|data: &[u8]| {
    if spdx::read(data).is_ok() {
        read_document(data).expect("a document that its reader takes is told by its form");
    }
});
