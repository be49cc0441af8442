//! Taking in a large estate: the first load, the same again, and one asset in a hundred changed; against a table that
//! is kept up to date by upsert, in the same database in the same run.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::estate::{ASSETS, Estate, Sync};
use super::server::{Postgres, Server, pause};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, measure, process};

pub const AREA: Area = Area { name: "ingest", run };
/// The size that the bars are stated for.
pub const MILLION: Area = Area {
    name: "ingest-million",
    run: run_million,
};

/// How much of what.
struct Plan {
    assets: u64,
    unchanged: usize,
    /// Days in a row: a golden image comes out on about every fifth.
    changed: i32,
    upserts: usize,
}

/// How many times our CPU time in the database the upsert must cost.
const UNCHANGED_BAR: f64 = 200.0;
const CHANGED_BAR: f64 = 20.0;
/// Of qlrf.
const RSS_BAR_MIB: f64 = 128.0;
/// Rows per statement, as many as ours writes in one transaction.
const UPSERT_ROWS: u64 = 2_000;
/// What the peer keeps: the columns of a fact, without its history and without its indexes beyond the key.
const COLUMNS: &str = "name, platform, account, region, site, env, project, workload, owner, image_ref, os_id, os_version, \
                       state, criticality, exposure, simulated, package_set_id, pending_security, document";

fn run(bench: &Bench) -> Result<Outcome> {
    let plan = Plan {
        assets: ASSETS,
        unchanged: bench.repeats,
        changed: 7,
        upserts: 3,
    };
    carry_out(bench, &plan)
}

fn run_million(bench: &Bench) -> Result<Outcome> {
    let plan = Plan {
        assets: 1_000_000,
        unchanged: 3,
        changed: 0,
        upserts: 1,
    };
    carry_out(bench, &plan)
}

fn carry_out(bench: &Bench, plan: &Plan) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let mut client = server.client()?;
    let estate = Estate::of(&mut client, plan.assets)?;
    let (assets, mut phases) = (plan.assets, Vec::new());

    let first = estate.sync(&mut client, &server, &postgres)?;
    ensure!(
        first.added == assets,
        "{} of {assets} assets were added",
        first.added
    );
    let peak = process::peak_mib(server.pid())?;
    let upsert = Upsert::create(&postgres, assets)?;
    upsert.stage()?;
    phases.push(Phase::new(
        "first load",
        vec![first],
        vec![upsert.once()?],
        peak,
        None,
    ));

    postgres.settle()?;
    let mut unchanged = Vec::new();
    for _ in 0..plan.unchanged {
        let sync = estate.sync(&mut client, &server, &postgres)?;
        ensure!(
            sync.unchanged == assets,
            "only {} of {assets} assets were unchanged",
            sync.unchanged
        );
        unchanged.push(sync);
    }
    let peak = process::peak_mib(server.pid())?;
    let idle = idle(&server, &postgres, &unchanged)?;
    let mut upserted = Vec::new();
    for _ in 0..plan.upserts {
        postgres.settle()?;
        upserted.push(upsert.once()?);
    }
    phases.push(Phase::new(
        "the same again",
        unchanged,
        upserted,
        peak,
        Some(UNCHANGED_BAR),
    ));

    let (mut changed, mut upserted) = (Vec::new(), Vec::new());
    for day in 1..=plan.changed {
        postgres.settle()?;
        estate.move_to(&mut client, day)?;
        changed.push(estate.sync(&mut client, &server, &postgres)?);
        upsert.stage()?;
        postgres.settle()?;
        upserted.push(upsert.once()?);
    }
    let peak = process::peak_mib(server.pid())?;
    drop(client);
    server.stop()?;
    if !changed.is_empty() {
        let share = measure::middle(changed.iter().map(|sync| sync.changed as f64).collect()) / assets as f64;
        let name = format!("{:.1} % changed", share * 100.0);
        phases.push(Phase::new(name, changed, upserted, peak, Some(CHANGED_BAR)));
    }
    Ok(Outcome::Measured(table(plan, &phases, idle)))
}

/// What the server costs when nothing is asked of it, over the time in which the CPU of an unchanged sync was counted.
fn idle(server: &Server, postgres: &Postgres, like: &[Sync]) -> Result<Row> {
    let counted_ms = measure::middle(like.iter().map(|sync| sync.counted_ms).collect());
    let (own, database) = (
        process::cpu_ms(server.pid())?,
        process::family_cpu_ms(postgres.pid)?,
    );
    let begin = Instant::now();
    pause(Duration::from_secs_f64(counted_ms / 1e3));
    Ok(Row {
        name: "nothing, for as long".to_owned(),
        figures: vec![
            Some(begin.elapsed().as_secs_f64() * 1e3),
            Some(process::cpu_ms(server.pid())? - own),
            Some(process::family_cpu_ms(postgres.pid)? - database),
            None,
            None,
        ],
        met: None,
    })
}

/// One kind of collection, ours and the peer's.
struct Phase {
    name: String,
    ours: Vec<Sync>,
    theirs: Vec<Upserted>,
    peak_mib: f64,
    bar: Option<f64>,
}

impl Phase {
    fn new(
        name: impl Into<String>,
        ours: Vec<Sync>,
        theirs: Vec<Upserted>,
        peak_mib: f64,
        bar: Option<f64>,
    ) -> Phase {
        Phase {
            name: name.into(),
            ours,
            theirs,
            peak_mib,
            bar,
        }
    }

    fn our(&self, of: fn(&Sync) -> f64) -> f64 {
        measure::middle(self.ours.iter().map(of).collect())
    }

    fn their(&self, of: fn(&Upserted) -> f64) -> f64 {
        measure::middle(self.theirs.iter().map(of).collect())
    }

    fn ratio(&self) -> f64 {
        self.their(|upsert| upsert.database_cpu_ms) / self.our(|sync| sync.database_cpu_ms)
    }

    fn rows(&self) -> [Row; 2] {
        let ours = [
            self.our(|sync| sync.wall_ms),
            self.our(|sync| sync.own_cpu_ms),
            self.our(|sync| sync.database_cpu_ms),
            self.peak_mib,
            1.0,
        ];
        [
            Row {
                met: self.bar.map(|_| self.peak_mib <= RSS_BAR_MIB),
                ..Row::new(&self.name, ours)
            },
            Row {
                name: format!("upsert: {}", self.name),
                figures: vec![
                    Some(self.their(|upsert| upsert.wall_ms)),
                    None,
                    Some(self.their(|upsert| upsert.database_cpu_ms)),
                    None,
                    Some(self.ratio()),
                ],
                met: self.bar.map(|bar| self.ratio() >= bar),
            },
        ]
    }

    /// How far it is from its bar, in words.
    fn verdict(&self) -> Option<String> {
        let (ratio, bar) = (self.ratio(), self.bar?);
        let verdict = match ratio >= bar {
            true => "met".to_owned(),
            false => format!("missed by a factor of {:.1}", bar / ratio),
        };
        Some(format!("{}: {ratio:.1} of {bar:.0} times, {verdict}", self.name))
    }
}

fn table(plan: &Plan, phases: &[Phase], idle: Row) -> Table {
    let mut rows: Vec<Row> = phases.iter().flat_map(Phase::rows).collect();
    // After the first load and the unchanged.
    rows.insert(4, idle);
    let verdicts: Vec<String> = phases.iter().filter_map(Phase::verdict).collect();
    let moved = phases.iter().flat_map(|phase| &phase.ours);
    let moved: Vec<String> = moved
        .filter(|sync| sync.changed > 0)
        .map(|sync| format!("{} in {:.0} ms", sync.changed, sync.database_cpu_ms))
        .collect();
    Table {
        about: format!(
            "{} simulated assets on the embedded database. Against: the same rows upserted into a table with a primary key \
             (`INSERT … ON CONFLICT DO UPDATE`, {UPSERT_ROWS} a statement).",
            plan.assets
        ),
        columns: &[
            "wall ms",
            "CPU ms, qlrf",
            "CPU ms, PostgreSQL",
            "peak RSS MiB, qlrf",
            "PostgreSQL's CPU, times ours",
        ],
        rows,
        notes: notes(plan, &verdicts.join("; "), &moved.join(", ")),
    }
}

fn notes(plan: &Plan, verdicts: &str, moved: &str) -> Vec<String> {
    let mut notes = vec![
        format!(
            "Bars: PostgreSQL's CPU of the upsert, times ours, in the rows of the upsert ({verdicts}); {RSS_BAR_MIB} MiB \
             of qlrf, the most since its start, in ours."
        ),
        format!(
            "One first load; median of {} unchanged syncs and {} upserts of the unchanged. The database is vacuumed and \
             makes a checkpoint before each upsert, so that it logs every page that it touches as a whole.",
            plan.unchanged, plan.upserts
        ),
        "The first load also writes histories, package sets, drift and events; the upsert writes none of them. It reads \
         its rows from a table beside it, so that no transfer and no parsing is charged to it. CPU of PostgreSQL is that \
         of the server and all its sessions, the idle work of qlrf and the questions whether the sync has ended (one a \
         second) included and nothing taken off; what the idle work is by itself stands in the row \"nothing, for as \
         long\"."
            .to_owned(),
    ];
    match plan.changed {
        0 => notes.push(
            "Takes more than ten minutes, and others used the machine meanwhile: the wall times are those of a busy one."
                .to_owned(),
        ),
        days => notes.push(format!(
            "Median of {days} changed syncs (assets, and CPU of PostgreSQL: {moved}), with vacuum and checkpoint before \
             each. On some days a family has a new golden image: the sync then also judges the drift of every asset of \
             that family again, and writes that each of them is behind."
        )),
    }
    notes
}

struct Upserted {
    wall_ms: f64,
    database_cpu_ms: f64,
}

struct Upsert<'a> {
    postgres: &'a Postgres,
    statements: String,
}

impl<'a> Upsert<'a> {
    fn create(postgres: &'a Postgres, assets: u64) -> Result<Upsert<'a>> {
        postgres.run(&format!(
            "CREATE TABLE bench_upsert AS SELECT a.connector_id, a.kind, a.native_id, {COLUMNS}, now() AS seen_at
                 FROM asset a JOIN asset_fact f ON f.asset_id = a.id WITH NO DATA;
             ALTER TABLE bench_upsert ADD PRIMARY KEY (connector_id, kind, native_id);"
        ))?;
        let set: Vec<String> = COLUMNS
            .split(", ")
            .chain(["seen_at"])
            .map(|column| format!("{column} = EXCLUDED.{column}"))
            .collect();
        let set = set.join(", ");
        let statement = |from: u64| {
            let to = from + UPSERT_ROWS;
            format!(
                "INSERT INTO bench_upsert SELECT connector_id, kind, native_id, {COLUMNS}, now() FROM bench_staged \
                 WHERE n > {from} AND n <= {to} ON CONFLICT (connector_id, kind, native_id) DO UPDATE SET {set};\n"
            )
        };
        let statements = (0..assets.div_ceil(UPSERT_ROWS))
            .map(|batch| statement(batch * UPSERT_ROWS))
            .collect();
        Ok(Upsert { postgres, statements })
    }

    /// The rows as ours has them now.
    fn stage(&self) -> Result<()> {
        self.postgres.run(&format!(
            "DROP TABLE IF EXISTS bench_staged;
             CREATE TABLE bench_staged AS
                 SELECT row_number() OVER (ORDER BY f.asset_id) AS n, a.connector_id, a.kind, a.native_id, {COLUMNS}
                 FROM asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id AND upper_inf(f.recorded)
                 WHERE f.simulated;
             ALTER TABLE bench_staged ADD PRIMARY KEY (n);
             ANALYZE bench_staged;"
        ))?;
        Ok(())
    }

    fn once(&self) -> Result<Upserted> {
        let before = process::family_cpu_ms(self.postgres.pid)?;
        let begin = Instant::now();
        self.postgres.script(&self.statements)?;
        Ok(Upserted {
            wall_ms: begin.elapsed().as_secs_f64() * 1e3,
            database_cpu_ms: process::family_cpu_ms(self.postgres.pid)? - before,
        })
    }
}
