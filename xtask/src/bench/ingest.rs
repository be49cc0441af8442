//! Taking in a large estate: the first load, the same again, and one asset in a hundred changed; against a table that
//! is kept up to date by upsert, in the same database in the same run.

use anyhow::{Result, ensure};

use super::estate::{ASSETS, Estate, Sync};
use super::server::{Postgres, Server};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, measure, process};

pub const AREA: Area = Area { name: "ingest", run };

/// Days in a row: a golden image comes out on about every fifth.
const CHANGED_REPEATS: i32 = 7;
const UPSERT_REPEATS: usize = 3;
/// Rows per statement, as many as ours writes in one transaction.
const UPSERT_ROWS: u64 = 2_000;
/// What the peer keeps: the columns of a fact, without its history and without its indexes beyond the key.
const COLUMNS: &str = "name, platform, account, region, site, env, project, workload, owner, image_ref, os_id, os_version, \
                       state, criticality, exposure, simulated, package_set_id, pending_security, document";

fn run(bench: &Bench) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let mut client = server.client()?;
    let estate = Estate::create(&mut client)?;

    let first = estate.sync(&mut client, &server, &postgres)?;
    ensure!(
        first.added == ASSETS,
        "{} of {ASSETS} assets were added",
        first.added
    );
    let first_peak = process::peak_mib(server.pid())?;
    let upsert = Upsert::create(&postgres)?;
    upsert.stage()?;
    let upserted_first = upsert.once()?;

    postgres.settle()?;
    let mut unchanged = Vec::new();
    for _ in 0..bench.repeats {
        let sync = estate.sync(&mut client, &server, &postgres)?;
        ensure!(
            sync.unchanged == ASSETS,
            "only {} of {ASSETS} assets were unchanged",
            sync.unchanged
        );
        unchanged.push(sync);
    }
    let mut upserted = Vec::new();
    for _ in 0..UPSERT_REPEATS {
        postgres.settle()?;
        upserted.push(upsert.once()?);
    }
    let (mut changed, mut upserted_changed) = (Vec::new(), Vec::new());
    for day in 1..=CHANGED_REPEATS {
        postgres.settle()?;
        estate.move_to(&mut client, day)?;
        changed.push(estate.sync(&mut client, &server, &postgres)?);
        upsert.stage()?;
        postgres.settle()?;
        upserted_changed.push(upsert.once()?);
    }
    let peak = process::peak_mib(server.pid())?;
    drop(client);
    server.stop()?;

    let mut rows = Vec::from(pair("first load", &[first], &[upserted_first], first_peak));
    rows.extend(pair("the same again", &unchanged, &upserted, peak));
    let share = measure::middle(changed.iter().map(|sync| sync.changed as f64).collect()) / ASSETS as f64;
    let name = format!("{:.1} % changed", share * 100.0);
    rows.extend(pair(&name, &changed, &upserted_changed, peak));
    let moved: Vec<String> = changed
        .iter()
        .map(|sync| format!("{} in {:.0} ms", sync.changed, sync.database_cpu_ms))
        .collect();
    Ok(Outcome::Measured(table(rows, bench.repeats, &moved.join(", "))))
}

fn table(rows: Vec<Row>, repeats: usize, moved: &str) -> Table {
    Table {
        about: format!(
            "{ASSETS} simulated assets on the embedded database. Against: the same rows upserted into a table with a \
             primary key (`INSERT … ON CONFLICT DO UPDATE`, {UPSERT_ROWS} a statement)."
        ),
        columns: &[
            "wall ms",
            "CPU ms, qlrf",
            "CPU ms, PostgreSQL",
            "peak RSS MiB, qlrf",
            "PostgreSQL's CPU, times ours",
        ],
        rows,
        notes: vec![
            format!(
                "One first load; median of {} unchanged and {CHANGED_REPEATS} changed syncs (assets, and CPU of \
                 PostgreSQL: {}), and of {UPSERT_REPEATS} upserts each.",
                repeats, moved
            ),
            "On some days a family has a new golden image: the sync then also judges the drift of every asset of that \
             family again, and writes that each of them is behind."
                .to_owned(),
            "The first load also writes histories, package sets, drift and events; the upsert writes none of them. It \
             reads its rows from a table beside it, so that no transfer and no parsing is charged to it. CPU of \
             PostgreSQL is that of the server and all its sessions, the idle work of qlrf and the questions whether the \
             sync has ended (one a second) included."
                .to_owned(),
        ],
    }
}

fn pair(name: &str, ours: &[Sync], theirs: &[Upserted], peak: f64) -> [Row; 2] {
    let column = |of: fn(&Sync) -> f64| measure::middle(ours.iter().map(of).collect());
    let peer = |of: fn(&Upserted) -> f64| measure::middle(theirs.iter().map(of).collect());
    let database = column(|sync| sync.database_cpu_ms);
    let peer_database = peer(|upsert| upsert.database_cpu_ms);
    [
        Row {
            name: name.to_owned(),
            figures: vec![
                Some(column(|sync| sync.wall_ms)),
                Some(column(|sync| sync.own_cpu_ms)),
                Some(database),
                Some(peak),
                Some(1.0),
            ],
            met: None,
        },
        Row {
            name: format!("upsert: {name}"),
            figures: vec![
                Some(peer(|upsert| upsert.wall_ms)),
                None,
                Some(peer_database),
                None,
                Some(peer_database / database),
            ],
            met: None,
        },
    ]
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
    fn create(postgres: &'a Postgres) -> Result<Upsert<'a>> {
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
        let statements = (0..ASSETS.div_ceil(UPSERT_ROWS))
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
        let begin = std::time::Instant::now();
        self.postgres.script(&self.statements)?;
        Ok(Upserted {
            wall_ms: begin.elapsed().as_secs_f64() * 1e3,
            database_cpu_ms: process::family_cpu_ms(self.postgres.pid)? - before,
        })
    }
}
