//! Figures of the engines alone, as one line of JSON, for `cargo xtask bench`.
//!
//! `figures quality <folder of tests/quality>`; `figures match <packages.tsv> <osv.jsonl.zst> <repeats>`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for one caller, which shows its failure"
)]

use std::path::Path;
use std::time::Instant;

use qlrf_core::advisory::{Advisory, read_osv};
use qlrf_core::package::{Ecosystem, Package};
use qlrf_engines::drift::{self, by_ecosystem, quality::Quality};
use qlrf_engines::vuln::{self, Index};
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let figures = match words[..] {
        ["quality", folder] => quality(Path::new(folder)),
        ["match", packages, advisories, repeats] => matching(packages, advisories, repeats.parse().unwrap()),
        _ => panic!("usage: figures quality <folder> | match <packages> <advisories> <repeats>"),
    };
    println!("{figures}");
}

fn quality(folder: &Path) -> Value {
    let drift = |name: &str, text: &[u8]| drift::quality::run(name, text, &by_ecosystem);
    json!({
        "drift": total(&folder.join("drift"), &drift),
        "match": total(&folder.join("vuln"), &vuln::quality::run),
    })
}

/// Judges one file of cases.
type Judge<'a> = &'a dyn Fn(&str, &[u8]) -> Result<Quality, String>;

fn total(folder: &Path, run: Judge<'_>) -> Value {
    let mut total = Quality::default();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        total.merge(run(&path.display().to_string(), &std::fs::read(&path).unwrap()).unwrap());
    }
    json!({
        "cases": total.cases, "wrong": total.wrong, "precision": total.precision(), "recall": total.recall(),
        "false_positives": total.false_positives, "false_negatives": total.false_negatives,
    })
}

fn matching(packages: &str, advisories: &str, repeats: usize) -> Value {
    let packages = read_packages(&std::fs::read_to_string(packages).unwrap());
    let text = zstd::decode_all(std::fs::File::open(advisories).unwrap()).unwrap();
    let advisories: Vec<Advisory> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| read_osv(line).unwrap())
        .collect();
    let begin = Instant::now();
    let index = Index::compile(&advisories).index;
    let compile_ms = begin.elapsed().as_secs_f64() * 1e3;
    let oldest: Vec<Package> = packages.iter().map(never_patched).collect();
    json!({
        "packages": packages.len(), "advisories": advisories.len(), "compile_ms": compile_ms,
        "as_installed": passes(&index, &packages, repeats), "never_patched": passes(&index, &oldest, repeats),
        "peak_mib": peak_mib(),
    })
}

/// The most that was ever resident; `None` where the kernel does not tell.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

fn passes(index: &Index, packages: &[Package], repeats: usize) -> Value {
    let mut ns = Vec::new();
    let mut found = 0;
    for _ in 0..repeats {
        let begin = Instant::now();
        found = packages
            .iter()
            .map(|package| index.matches(package).matches.len())
            .sum();
        ns.push(begin.elapsed().as_nanos() as f64 / packages.len() as f64);
    }
    json!({ "ns_per_package": ns, "matches": found })
}

/// Older than every fix: the most that there is to find.
fn never_patched(package: &Package) -> Package {
    Package {
        version: "0~".into(),
        source_version: "0~".into(),
        ..package.clone()
    }
}

/// Columns: package, version, architecture, source, source version.
fn read_packages(text: &str) -> Vec<Package> {
    let read = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, version, arch, source_name, source_version] = columns[..] else {
            panic!("five columns: {line}");
        };
        Package {
            ecosystem: Ecosystem::new("Debian:12"),
            name: name.into(),
            version: version.into(),
            arch: arch.into(),
            source_name: source_name.into(),
            source_version: source_version.into(),
            licenses: Vec::new(),
        }
    };
    text.lines().skip(1).map(read).collect()
}
