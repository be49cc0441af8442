//! EPSS scores as CSV.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| qlrf_fuzz::feed("epss", ".csv", data));
