//! Cold start on an empty data folder, warm start on a used one, and the memory of the idle process.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::server::{Server, pause};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, measure, process};

pub const AREA: Area = Area { name: "start", run };

/// After this long without a request the process counts as idle.
const IDLE: Duration = Duration::from_secs(3);

fn run(bench: &Bench) -> Result<Outcome> {
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    for _ in 0..bench.repeats {
        let folder = tempfile::tempdir()?;
        cold.push(start_once(&bench.qlrf, folder.path())?);
        warm.push(start_once(&bench.qlrf, folder.path())?);
    }
    let row = |name: &str, starts: &[Start]| {
        let column = |of: fn(&Start) -> f64| measure::middle(starts.iter().map(of).collect());
        let figures = [
            column(|start| start.wall_ms),
            column(|start| start.cpu_ms),
            column(|start| start.database_cpu_ms),
            column(|start| start.rss_mib),
            column(|start| start.database_pss_mib),
        ];
        Row::new(name, figures)
    };
    Ok(Outcome::Measured(Table {
        about: "`qlrf serve` on the embedded database until `/readyz` answers 200, with the local host as connector; \
                memory after three idle seconds."
            .to_owned(),
        columns: &[
            "wall ms",
            "CPU ms, qlrf",
            "CPU ms, PostgreSQL",
            "idle RSS MiB, qlrf",
            "idle PSS MiB, PostgreSQL",
        ],
        rows: vec![row("cold, empty data folder", &cold), row("warm, used data folder", &warm)],
        notes: vec![
            "PostgreSQL is its server and all its children; PSS counts shared pages once.".to_owned(),
            "A cold start makes the cluster: `initdb` is a child of qlrf and in the wall time, in neither CPU column."
                .to_owned(),
        ],
    }))
}

struct Start {
    wall_ms: f64,
    cpu_ms: f64,
    database_cpu_ms: f64,
    rss_mib: f64,
    database_pss_mib: f64,
}

fn start_once(qlrf: &Path, data: &Path) -> Result<Start> {
    let begin = Instant::now();
    let server = Server::start(qlrf, data)?;
    let wall_ms = begin.elapsed().as_secs_f64() * 1e3;
    let postgres = server.postgres()?;
    let cpu_ms = process::cpu_ms(server.pid())?;
    let database_cpu_ms = process::family_cpu_ms(postgres.pid)?;
    pause(IDLE);
    let start = Start {
        wall_ms,
        cpu_ms,
        database_cpu_ms,
        rss_mib: process::rss_mib(server.pid())?,
        database_pss_mib: process::family_pss_mib(postgres.pid)?,
    };
    server.stop()?;
    Ok(start)
}
