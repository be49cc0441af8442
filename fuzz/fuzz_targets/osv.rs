//! One OSV record.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_core::advisory::read_osv;

fuzz_target!(|data: &[u8]| {
    if let Ok(advisory) = read_osv(data) {
        let _ = advisory.cves();
    }
});
