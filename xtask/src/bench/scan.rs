//! The software inventory of a Debian root file system, against syft and trivy.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::table::{COSTS, Row, Table};
use super::{Area, Bench, Outcome, measure, peer};

pub const AREA: Area = Area { name: "scan", run };

/// What a package reader looks at. The subject holds this host's copies of just these, so that all programs read the
/// same bytes and none needs to read the whole disk or be root.
const SUBJECT: &[&str] = &[
    "etc/os-release",
    // By these, trivy tells Debian and Ubuntu from what it does not know; it lists no package of an unknown system.
    "etc/debian_version",
    "etc/lsb-release",
    "usr/lib/os-release",
    "var/lib/dpkg",
    "usr/share/doc",
];

fn run(bench: &Bench) -> Result<Outcome> {
    if !Path::new("/var/lib/dpkg/status").is_file() {
        return Ok(Outcome::Skipped(
            "this host has no dpkg database to copy".to_owned(),
        ));
    }
    if !has_scan(&bench.qlrf)? {
        return Ok(Outcome::Skipped("this qlrf has no `scan`".to_owned()));
    }
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("root");
    copy_subject(&root)?;

    let ours = scanner(
        "qlrf",
        bench.qlrf.clone(),
        &["scan", "@root@", "--format", "cyclonedx"],
        &root,
    );
    let expected = debian_packages(&ours)?;
    ensure!(
        !expected.is_empty(),
        "qlrf found no package in the copy of this host"
    );
    let mut table = Table {
        about: format!(
            "CycloneDX of a copy of this host's package databases, {} packages.",
            expected.len()
        ),
        columns: COSTS,
        ..Table::default()
    };

    let mut scanners = vec![(ours, true)];
    scanners.extend(peers(bench, &root, &expected, &mut table.notes)?);
    let commands: Vec<Vec<String>> = scanners
        .iter()
        .map(|(scanner, _)| scanner.command.clone())
        .collect();
    let costs = measure::interleaved(&commands, bench.repeats)?;
    let base = costs[0].cpu_ms;
    for ((scanner, same), cost) in scanners.iter().zip(costs) {
        let ratio = same.then_some(cost.cpu_ms / base);
        table.rows.push(Row::of_cost(&scanner.name, cost, ratio));
    }
    Ok(Outcome::Measured(table))
}

fn has_scan(qlrf: &Path) -> Result<bool> {
    let help = Command::new(qlrf).args(["scan", "--help"]).output()?;
    Ok(help.status.success())
}

/// Each installed peer, and whether it found the same packages.
fn peers(
    bench: &Bench,
    root: &Path,
    expected: &BTreeSet<(String, String)>,
    notes: &mut Vec<String>,
) -> Result<Vec<(Scanner, bool)>> {
    let mut peers = Vec::new();
    for (name, arguments) in [
        (
            "trivy",
            &[
                "rootfs",
                "--quiet",
                "--offline-scan",
                "--format",
                "cyclonedx",
                "@root@",
            ][..],
        ),
        (
            "syft",
            &["scan", "--quiet", "--output", "cyclonedx-json", "dir:@root@"][..],
        ),
    ] {
        let Some(program) = peer::find(bench.repo, name) else {
            notes.push(format!(
                "{name}: skipped, not installed (`scripts/bench-peers.sh`)"
            ));
            continue;
        };
        let peer = scanner(name, program, arguments, root);
        let found = debian_packages(&peer)?;
        if found != *expected {
            notes.push(disagreement(name, expected, &found));
        }
        peers.push((peer, found == *expected));
    }
    Ok(peers)
}

struct Scanner {
    name: String,
    command: Vec<String>,
}

fn scanner(name: &str, program: PathBuf, arguments: &[&str], root: &Path) -> Scanner {
    let root = root.display().to_string();
    let arguments = arguments.iter().map(|argument| argument.replace("@root@", &root));
    let command = std::iter::once(program.display().to_string())
        .chain(arguments)
        .collect();
    Scanner {
        name: name.to_owned(),
        command,
    }
}

fn copy_subject(root: &Path) -> Result<()> {
    for source in SUBJECT
        .iter()
        .filter(|source| Path::new("/").join(source).exists())
    {
        let target = root.join(source);
        let folder = target.parent().expect("each source has a folder");
        std::fs::create_dir_all(folder)?;
        let status = Command::new("cp")
            .arg("-a")
            .arg(format!("/{source}"))
            .arg(folder)
            .status()?;
        ensure!(status.success(), "copying \"/{source}\" failed: {status}");
    }
    Ok(())
}

/// Name and version of every `pkg:deb/` component: the common ground of all programs.
fn debian_packages(scanner: &Scanner) -> Result<BTreeSet<(String, String)>> {
    let (program, arguments) = scanner.command.split_first().expect("a command has a program");
    let output = Command::new(program)
        .args(arguments)
        .env("SYFT_CHECK_FOR_APP_UPDATE", "false")
        .output()
        .with_context(|| format!("starting {}", scanner.name))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{} failed: {}",
        scanner.name,
        complaint.trim()
    );
    let sbom: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("reading what {} printed", scanner.name))?;
    Ok(parse_packages(&sbom))
}

fn parse_packages(sbom: &Value) -> BTreeSet<(String, String)> {
    let components = sbom["components"].as_array().into_iter().flatten();
    components
        .filter(|component| {
            component["purl"]
                .as_str()
                .is_some_and(|purl| purl.starts_with("pkg:deb/"))
        })
        .filter_map(|component| {
            let name = component["name"].as_str()?;
            let version = component["version"].as_str()?;
            Some((name.to_owned(), without_epoch(version).to_owned()))
        })
        .collect()
}

/// Some programs put the epoch into a qualifier of the purl and not into the version.
fn without_epoch(version: &str) -> &str {
    match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => version,
    }
}

fn disagreement(
    peer: &str,
    ours: &BTreeSet<(String, String)>,
    theirs: &BTreeSet<(String, String)>,
) -> String {
    let example = ours
        .symmetric_difference(theirs)
        .next()
        .map(|(n, v)| format!("{n} {v}"))
        .unwrap_or_default();
    format!(
        "{peer} lists {} packages, {} of them not ours, and lacks {} of ours (first: {example}); no ratio",
        theirs.len(),
        theirs.difference(ours).count(),
        ours.difference(theirs).count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_debian_components_only_and_drops_the_epoch() {
        let sbom = serde_json::json!({ "components": [
            { "purl": "pkg:deb/debian/tar@1.34", "name": "tar", "version": "1:1.34" },
            { "purl": "pkg:pypi/x@1", "name": "x", "version": "1" },
        ]});
        assert_eq!(
            parse_packages(&sbom),
            BTreeSet::from([("tar".to_owned(), "1.34".to_owned())])
        );
        assert_eq!(without_epoch("1.0-a:b"), "1.0-a:b");
    }
}
