//! `lib/apk/db/installed`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::{ALPINE, inventory};

fuzz_target!(|data: &[u8]| inventory(&[ALPINE, ("lib/apk/db/installed", data)]));
