//! `rpmdb.sqlite`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::{FEDORA, inventory};

fuzz_target!(|data: &[u8]| inventory(&[FEDORA, ("var/lib/rpm/rpmdb.sqlite", data)]));
