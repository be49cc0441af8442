//! A golden image contract in YAML or JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_core::contract::image;

fuzz_target!(|data: &[u8]| {
    if let Err(problems) = image::parse(data) {
        assert!(!problems.is_empty(), "a refusal says why");
    }
});
