//! Reading a cloud account: what it costs us, beside what the provider takes.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::table::{Row, Table};
use super::{Area, Bench, Outcome, figures, measure, peer};

pub const AREA: Area = Area { name: "aws", run };

const MACHINES: usize = 1_000;

fn run(bench: &Bench) -> Result<Outcome> {
    if peer::find(bench.repo, "moto_peer").is_none() {
        return Ok(Outcome::Skipped("moto is not installed".to_owned()));
    }
    let (machines, repeats) = (MACHINES.to_string(), bench.repeats.to_string());
    let found = figures::run(bench, figures::AWS, &[&machines, &repeats])?;
    let runs = found.as_array().context("reading what the example printed")?;
    for run in runs {
        let right = run["machines"] == MACHINES && run["partial"] == 0;
        ensure!(right, "not every machine was read: {run}");
    }
    let rows = [
        (false, "machines, and all else of EC2"),
        (true, "and installed software of each"),
    ];
    Ok(Outcome::Measured(Table {
        about: format!(
            "{MACHINES} EC2 machines in one region of moto, each with a volume, read by the connector `aws` into a sink that counts."
        ),
        columns: &["our CPU ms", "wall ms", "requests", "peak RSS MiB"],
        rows: rows.map(|(software, name)| row(name, &of(runs, software))).into(),
        notes: vec![
            "Nearly all of the wall time is moto's, which answers on one core; AWS's own is bounded by `requests_per_second`.".to_owned(),
            "CPU and memory are those of the process that collects; nothing is stored.".to_owned(),
        ],
    }))
}

fn of(runs: &[Value], software: bool) -> Vec<&Value> {
    runs.iter().filter(|run| run["software"] == software).collect()
}

fn row(name: &str, runs: &[&Value]) -> Row {
    let middle = |key: &str| measure::middle(runs.iter().filter_map(|run| run[key].as_f64()).collect());
    let peak = middle("peak_kib") / 1024.0;
    Row::new(
        name,
        [middle("cpu_ms"), middle("wall_ms"), middle("requests"), peak],
    )
}
