//! Matching the packages of a real Debian host with the advisories of its release.

use anyhow::{Context, Result};

use super::table::{Row, Table};
use super::{Area, Bench, Outcome, figures, measure};

pub const AREA: Area = Area { name: "match", run };

/// Beside the repository: real data is fetched, not kept in it.
const PACKAGES: &str = "../shared/data/inventory/debian12-host-dpkg-list.tsv";
const ADVISORIES: &str = "../shared/data/vuln/osv-debian12-from-changelogs.jsonl.zst";
/// One pass takes less than a millisecond.
const PASSES: &str = "201";

fn run(bench: &Bench) -> Result<Outcome> {
    let (packages, advisories) = (bench.repo.path(PACKAGES), bench.repo.path(ADVISORIES));
    for path in [&packages, &advisories] {
        if !path.is_file() {
            return Ok(Outcome::Skipped(format!("\"{}\" is absent", path.display())));
        }
    }
    let arguments = [
        "match",
        figures::path_text(&packages)?,
        figures::path_text(&advisories)?,
        PASSES,
    ];
    let found = figures::run(bench, &arguments)?;
    let number = |key: &str| {
        found[key]
            .as_f64()
            .with_context(|| format!("the example printed no {key}"))
    };
    let times = found["ns_per_package"].as_array().into_iter().flatten();
    let times: Vec<f64> = times.filter_map(|time| time.as_f64()).collect();
    let figures = [
        measure::percentile(times.clone(), 50),
        measure::percentile(times, 95),
    ];
    Ok(Outcome::Measured(Table {
        about: format!(
            "The {} packages of a real Debian 12 host against {} advisories of Debian 12, compiled in {:.1} ms: {} \
             matches. {PASSES} passes.",
            number("packages")?,
            number("advisories")?,
            number("compile_ms")?,
            number("matches")?
        ),
        columns: &["p50 ns a package", "p95 ns a package"],
        rows: vec![Row::new("match", figures)],
        notes: Vec::new(),
    }))
}
