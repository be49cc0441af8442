//! `Packages.db`, rpm's own database form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::{FEDORA, inventory};

fuzz_target!(|data: &[u8]| inventory(&[FEDORA, ("usr/lib/sysimage/rpm/Packages.db", data)]));
