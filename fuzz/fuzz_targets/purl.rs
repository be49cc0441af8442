//! A package URL: what is read can be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_engines::sbom::purl;

fuzz_target!(|text: &str| {
    let _ = purl::read(text, None);
});
