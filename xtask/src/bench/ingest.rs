//! Taking in a large estate: the first load, the same again, and one asset in a hundred changed; against tables that
//! are kept up to date by upsert, in the same database in the same run.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::estate::{ASSETS, Estate, Sync};
use super::server::{Postgres, Server, pause};
use super::table::{Row, Table};
use super::upsert::{self, Cost, Upsert};
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
    /// Connectors that share the assets. The changed collections move the first one on by a day: about two in a hundred
    /// assets of an estate change in a day, so of two parts one in a hundred, which the bar is stated for.
    parts: u64,
    unchanged: usize,
    /// Whether the peer keeps the packages as well: 7 KB an asset, twice over.
    packages: bool,
    /// Days in a row: a golden image comes out on about every fifth.
    changed: i32,
    upserts: usize,
}

/// How many times our CPU time in the database the upsert must cost.
const UNCHANGED_BAR: f64 = 200.0;
const CHANGED_BAR: f64 = 20.0;
/// Of qlrf.
const RSS_BAR_MIB: f64 = 128.0;

fn run(bench: &Bench) -> Result<Outcome> {
    let plan = Plan {
        assets: ASSETS,
        parts: 2,
        unchanged: bench.repeats,
        packages: true,
        changed: 7,
        upserts: 3,
    };
    carry_out(bench, &plan)
}

fn run_million(bench: &Bench) -> Result<Outcome> {
    let plan = Plan {
        assets: 1_000_000,
        parts: 1,
        unchanged: 3,
        packages: false,
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
    let parts = (1..=plan.parts)
        .map(|seed| Estate::of(&mut client, plan.assets / plan.parts, seed))
        .collect::<Result<Vec<_>>>()?;
    let mut sync = |day: i32| -> Result<Sync> {
        if day > 0 {
            parts[0].move_to(&mut client, day)?;
        }
        let syncs = parts
            .iter()
            .map(|part| part.sync(&mut client, &server, &postgres));
        syncs.sum()
    };
    let (assets, mut phases) = (plan.assets, Vec::new());

    let first = sync(0)?;
    ensure!(
        first.added == assets,
        "{} of {assets} assets were added",
        first.added
    );
    let peak = process::peak_mib(server.pid())?;
    let peers = Peers::create(&postgres, plan)?;
    let upserted = vec![peers.once()?];
    phases.push(Phase::new("first load", vec![first], upserted, peak, None));

    postgres.settle()?;
    let mut unchanged = Vec::new();
    for _ in 0..plan.unchanged {
        let again = sync(0)?;
        ensure!(
            again.unchanged == assets,
            "only {} of {assets} assets were unchanged",
            again.unchanged
        );
        unchanged.push(again);
    }
    let peak = process::peak_mib(server.pid())?;
    let idle = idle(&server, &postgres, &unchanged)?;
    let upserted = (0..plan.upserts).map(|_| peers.once()).collect::<Result<_>>()?;
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
        changed.push(sync(day)?);
        // An upsert costs the same on each.
        if upserted.len() < plan.upserts {
            upserted.push(peers.once()?);
        }
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

/// The tables of the peer, each measured by itself.
struct Peers<'a> {
    facts: Upsert<'a>,
    drift: Upsert<'a>,
    packages: Option<Upsert<'a>>,
    bare_facts: Upsert<'a>,
}

struct Upserted {
    facts: Cost,
    drift: Cost,
    packages: Option<Cost>,
    bare_facts: Cost,
}

impl<'a> Peers<'a> {
    fn create(postgres: &'a Postgres, plan: &Plan) -> Result<Peers<'a>> {
        let create = |kept| Upsert::create(postgres, plan.assets, kept);
        Ok(Peers {
            facts: create(&upsert::FACTS)?,
            drift: create(&upsert::DRIFT)?,
            packages: plan.packages.then(|| create(&upsert::PACKAGES)).transpose()?,
            bare_facts: create(&upsert::BARE_FACTS)?,
        })
    }

    /// Takes in what ours has now.
    fn once(&self) -> Result<Upserted> {
        Ok(Upserted {
            facts: self.facts.once()?,
            drift: self.drift.once()?,
            packages: self.packages.as_ref().map(Upsert::once).transpose()?,
            bare_facts: self.bare_facts.once()?,
        })
    }
}

impl Upserted {
    /// Of all that ours is given, as far as the plan lets the peer take it.
    fn same_input(&self) -> Cost {
        [self.without_packages()].into_iter().chain(self.packages).sum()
    }

    fn without_packages(&self) -> Cost {
        [self.facts, self.drift].into_iter().sum()
    }
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

    /// Of the upsert of the same input.
    fn ratio(&self) -> f64 {
        let theirs = self
            .theirs
            .iter()
            .map(|upserted| upserted.same_input().database_cpu_ms);
        measure::middle(theirs.collect()) / self.our(|sync| sync.database_cpu_ms)
    }

    fn row_of(&self, name: &str, of: fn(&Upserted) -> Cost) -> Row {
        let wall_ms = measure::middle(self.theirs.iter().map(|theirs| of(theirs).wall_ms).collect());
        let database_cpu_ms = measure::middle(
            self.theirs
                .iter()
                .map(|theirs| of(theirs).database_cpu_ms)
                .collect(),
        );
        let ratio = database_cpu_ms / self.our(|sync| sync.database_cpu_ms);
        Row {
            name: format!("{name}: {}", self.name),
            figures: vec![Some(wall_ms), None, Some(database_cpu_ms), None, Some(ratio)],
            met: None,
        }
    }

    fn rows(&self) -> Vec<Row> {
        let ours = [
            self.our(|sync| sync.wall_ms),
            self.our(|sync| sync.own_cpu_ms),
            self.our(|sync| sync.database_cpu_ms),
            self.peak_mib,
            1.0,
        ];
        let mut rows = vec![Row {
            met: self.bar.map(|_| self.peak_mib <= RSS_BAR_MIB),
            ..Row::new(&self.name, ours)
        }];
        if self.theirs.iter().all(|theirs| theirs.packages.is_some()) {
            rows.push(self.row_of("upsert of facts, packages and drift", Upserted::same_input));
        }
        rows.push(self.row_of("upsert of facts and drift", Upserted::without_packages));
        // Of the fullest one.
        rows[1].met = self.bar.map(|bar| self.ratio() >= bar);
        rows.push(self.row_of("upsert of facts alone", |theirs| theirs.bare_facts));
        rows
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
    rows.push(idle);
    let verdicts: Vec<String> = phases.iter().filter_map(Phase::verdict).collect();
    let moved = phases.iter().flat_map(|phase| &phase.ours);
    let moved: Vec<String> = moved
        .filter(|sync| sync.changed > 0)
        .map(|sync| format!("{} in {:.0} ms", sync.changed, sync.database_cpu_ms))
        .collect();
    Table {
        about: format!(
            "{} simulated assets of {} connectors on the embedded database. Against: the same upserted (`INSERT … ON \
             CONFLICT DO UPDATE`, {} a statement): facts and drift into tables with a primary key and what the questions \
             about the present are answered by (image, family label, family), {}and facts alone into one with nothing \
             but its key.",
            plan.assets,
            plan.parts,
            upsert::ROWS,
            match plan.packages {
                true =>
                    "the packages of each asset as a connector delivers them (`jsonb` of name, version and architecture), ",
                false => "",
            }
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
            "Bars: PostgreSQL's CPU of the upsert of {}, times ours ({verdicts}); {RSS_BAR_MIB} MiB of qlrf, the most \
             since its start. After each upsert its rows were those of ours. Facts and drift name a set of packages \
             that ours keeps, and facts alone answer no question about drift, images or families either.",
            match plan.packages {
                true => "facts, packages and drift",
                false => "facts and drift",
            }
        ),
        format!(
            "One first load; median of {} unchanged syncs and {} upserts of the unchanged. The database is vacuumed and \
             makes a checkpoint before each upsert, so that it logs every page that it touches as a whole.",
            plan.unchanged, plan.upserts
        ),
        "Ours also writes histories, findings and events; the upserts write none of them. They read \
         their rows from a table beside them, so that no transfer and no parsing is charged to it. CPU of PostgreSQL is that \
         of the server and all its sessions, the idle work of qlrf and the questions whether the sync has ended (one a \
         second) included and nothing taken off; what the idle work is by itself stands in the row \"nothing, for as \
         long\", over the time of an unchanged sync."
            .to_owned(),
    ];
    match plan.changed {
        0 => notes.push(
            "Takes more than ten minutes, and others used the machine meanwhile: the wall times are those of a busy one."
                .to_owned(),
        ),
        days => notes.push(format!(
            "Median of {days} changed syncs (assets, and CPU of PostgreSQL: {moved}), with vacuum and checkpoint before \
             each; one of the {} connectors moves on by a day, and both are collected. On some days a family has a new golden image: the sync then also judges the drift of every asset of \
             that family again, and writes that each of them is behind.",
            plan.parts
        )),
    }
    notes
}
