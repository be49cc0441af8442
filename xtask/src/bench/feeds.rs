//! Real advisories, as the command line imports them: without any, everything that speaks of vulnerabilities is empty.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::Bench;

const FOLDER: &str = "../shared/data/vuln";
const FILES: &[(&str, &str)] = &[
    ("osv", "osv-debian12-from-changelogs.jsonl.zst"),
    ("osv", "osv-almalinux9.jsonl.zst"),
    ("kev", "cisa-kev-2025-08-25.json"),
    ("epss", "epss-2026-08-16.csv.zst"),
];

/// Into the server that works in `data`. Gives a note for each file that is not there.
pub fn import(bench: &Bench, data: &Path) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for (feed, file) in FILES {
        let path = bench.repo.path(FOLDER).join(file);
        if !path.is_file() {
            missing.push(format!("{feed}: skipped, `{FOLDER}/{file}` is absent"));
            continue;
        }
        let output = Command::new(&bench.qlrf)
            .arg("--data-dir")
            .arg(data)
            .args(["feed", "import", feed])
            .arg(&path)
            .stdin(Stdio::null())
            .output()
            .context("starting qlrf")?;
        ensure!(
            output.status.success(),
            "importing \"{file}\": {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(missing)
}
