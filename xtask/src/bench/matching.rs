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
const BAR_MIB: u32 = 64;

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
    let found = figures::run(bench, figures::ENGINES, &arguments)?;
    let number = |key: &str| {
        found[key]
            .as_f64()
            .with_context(|| format!("the example printed no {key}"))
    };
    let row = |name: &str, key: &str| {
        let times = found[key]["ns_per_package"].as_array().into_iter().flatten();
        let times: Vec<f64> = times.filter_map(|time| time.as_f64()).collect();
        let figures = [
            measure::percentile(times.clone(), 50),
            measure::percentile(times, 95),
        ];
        let matches = found[key]["matches"].as_f64();
        Row {
            name: name.to_owned(),
            figures: figures.into_iter().map(Some).chain([matches]).collect(),
            met: None,
        }
    };
    Ok(Outcome::Measured(Table {
        about: format!(
            "The {} packages of a real Debian 12 host against {} advisories of Debian 12, compiled in {:.1} ms. \
             {PASSES} passes.",
            number("packages")?,
            number("advisories")?,
            number("compile_ms")?,
        ),
        columns: &["p50 ns a package", "p95 ns a package", "matches"],
        rows: vec![
            row("as installed", "as_installed"),
            row("each older than every fix", "never_patched"),
        ],
        notes: vec![
            "The host had every fix of that day, so none is the right answer. The second row is the same packages \
             with a version below all others: the most that there is to find."
                .to_owned(),
            "No peer: the databases of the scanners are not among the data beside the repository.".to_owned(),
            format!(
                "{:.0} MiB were resident at most, with the text of all advisories, what was read of it and the index (bar: {BAR_MIB} MiB).",
                number("peak_mib")?
            ),
        ],
    }))
}
