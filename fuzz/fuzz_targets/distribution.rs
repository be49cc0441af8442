//! os-release(5) and a copyright file, one after the other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::inventory;

const STATUS: &[u8] = b"Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n";

fuzz_target!(|data: &[u8]| {
    let (release, copyright) = data.split_at(data.len() / 2);
    inventory(&[
        ("etc/os-release", release),
        ("var/lib/dpkg/status", STATUS),
        ("usr/share/doc/a/copyright", copyright),
    ]);
});
