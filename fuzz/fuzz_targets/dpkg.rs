//! `var/lib/dpkg/status`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::{DEBIAN, inventory};

fuzz_target!(|data: &[u8]| inventory(&[DEBIAN, ("var/lib/dpkg/status", data)]));
