use std::io::Read as _;
use std::path::PathBuf;

use qlrf_core::advisory::{Advisory, read_osv};
use qlrf_core::package::{Ecosystem, Package};

mod judge;
mod quality;
mod real;

pub fn package(ecosystem: &str, name: &str, version: &str) -> Package {
    from_source(ecosystem, name, version, "", "")
}

pub fn from_source(
    ecosystem: &str,
    name: &str,
    version: &str,
    source: &str,
    source_version: &str,
) -> Package {
    Package {
        ecosystem: Ecosystem::new(ecosystem),
        name: name.into(),
        version: version.into(),
        arch: "amd64".into(),
        source_name: source.into(),
        source_version: source_version.into(),
        licenses: Vec::new(),
    }
}

/// The unpacked text of a file of real data; `None`, said aloud, where it is absent.
pub fn real(test: &str, file: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    let Ok(raw) = std::fs::read(&path) else {
        eprintln!("skipped: {test}: {} is absent", path.display());
        return None;
    };
    let mut text = String::new();
    if file.ends_with(".zst") {
        zstd::Decoder::new(&raw[..])
            .expect("zstd")
            .read_to_string(&mut text)
            .expect("UTF-8");
    } else {
        text = String::from_utf8(raw).expect("UTF-8");
    }
    Some(text)
}

pub fn advisories(text: &str) -> Vec<Advisory> {
    text.lines()
        .map(|line| read_osv(line.as_bytes()).expect("a real record"))
        .collect()
}

/// The packages of a real Debian 12 host.
pub fn host(test: &str) -> Option<Vec<Package>> {
    let text = real(test, "inventory/debian12-host-dpkg-list.tsv")?;
    let read = |line: &str| {
        let [name, version, _, source, source_version] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five columns: {line}");
        };
        from_source("Debian:12", name, version, source, source_version)
    };
    Some(text.lines().skip(1).map(read).collect())
}
