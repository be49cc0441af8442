//! One package header of an rpm database, in a sound ndb file around it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_fuzz::{FEDORA, inventory};

const PAGE: usize = 4096;

fuzz_target!(|data: &[u8]| inventory(&[FEDORA, ("usr/lib/sysimage/rpm/Packages.db", &database(data))]));

/// One page of slots, the first of which points to the blob behind it.
fn database(blob: &[u8]) -> Vec<u8> {
    let blocks = (blob.len() + 16).div_ceil(16);
    let mut file = Vec::with_capacity(PAGE + blocks * 16);
    let words = |words: &[u32]| -> Vec<u8> { words.iter().flat_map(|word| word.to_le_bytes()).collect() };
    file.extend(b"RpmP");
    file.extend(words(&[0, 1, 1, 0, 0, 0, 0]));
    file.extend(b"Slot");
    file.extend(words(&[1, (PAGE / 16) as u32, blocks as u32]));
    while file.len() < PAGE {
        file.extend(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
    }
    file.extend(b"BlbS");
    file.extend(words(&[1, 1, blob.len() as u32]));
    file.extend(blob);
    file.resize(PAGE + blocks * 16, 0);
    file
}
