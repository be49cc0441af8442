//! What an estate costs that is kept up to date by upsert: every row is written again, whatever is in it.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::process;
use super::server::Postgres;

/// Rows per statement, as many as ours writes in one transaction.
pub const ROWS: u64 = 2_000;

/// A table of the peer with what it is filled from: ours of now.
struct Kept {
    name: &'static str,
    key: &'static str,
    columns: &'static str,
    /// What the questions about the present need; that of the key comes on top.
    indexes: &'static [&'static str],
    from: &'static str,
}

const FACT_KEY: &str = "connector_id, kind, native_id";
/// The columns of a fact, without its history.
const FACT_COLUMNS: &str = "asset_id, name, platform, account, region, site, env, project, workload, owner, image_ref, \
                            family_label, os_id, os_version, state, criticality, exposure, simulated, package_set_id, \
                            pending_security, document";
const FACT_FROM: &str = "asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id \
                         WHERE f.closed_at IS NULL AND f.simulated";

const FACT: Kept = Kept {
    name: "bench_fact",
    key: FACT_KEY,
    columns: FACT_COLUMNS,
    indexes: &[
        "(image_ref) WHERE image_ref IS NOT NULL",
        "(family_label) WHERE family_label IS NOT NULL",
    ],
    from: FACT_FROM,
};
const DRIFT: Kept = Kept {
    name: "bench_drift",
    key: "asset_id",
    columns: "state, severity, versions_behind, superseded_at, family_id, image_id, target_id, proof, missing, forbidden, \
              extra, older, newer, settings, unknowns",
    indexes: &["(family_id)"],
    from: "asset_drift WHERE closed_at IS NULL \
           AND asset_id IN (SELECT asset_id FROM asset_fact WHERE closed_at IS NULL AND simulated)",
};
const BARE: Kept = Kept {
    name: "bench_bare",
    indexes: &[],
    ..FACT
};

/// Gives the same answers about the present: facts and drift, found by what ours finds them by.
const SAME_ANSWERS: &[Kept] = &[FACT, DRIFT];
/// Facts by their key and nothing else: answers no other question.
const FACTS_ALONE: &[Kept] = &[BARE];

pub struct Cost {
    pub wall_ms: f64,
    pub database_cpu_ms: f64,
}

pub struct Upsert<'a> {
    postgres: &'a Postgres,
    tables: &'static [Kept],
    statements: String,
}

impl<'a> Upsert<'a> {
    pub fn with_the_same_answers(postgres: &'a Postgres, assets: u64) -> Result<Upsert<'a>> {
        Upsert::create(postgres, assets, SAME_ANSWERS)
    }

    pub fn of_facts_alone(postgres: &'a Postgres, assets: u64) -> Result<Upsert<'a>> {
        Upsert::create(postgres, assets, FACTS_ALONE)
    }

    fn create(postgres: &'a Postgres, assets: u64, tables: &'static [Kept]) -> Result<Upsert<'a>> {
        let mut statements = String::new();
        for kept in tables {
            postgres.run(&kept.creation())?;
            for from in (0..assets).step_by(ROWS as usize) {
                writeln!(statements, "{}", kept.upsert(from))?;
            }
        }
        Ok(Upsert {
            postgres,
            tables,
            statements,
        })
    }

    /// Takes the rows as ours has them now, so that no transfer and no parsing is charged.
    pub fn stage(&self) -> Result<()> {
        for kept in self.tables {
            self.postgres.run(&kept.staging())?;
        }
        Ok(())
    }

    pub fn once(&self) -> Result<Cost> {
        let before = process::family_cpu_ms(self.postgres.pid)?;
        let begin = Instant::now();
        self.postgres.script(&self.statements)?;
        let cost = Cost {
            wall_ms: begin.elapsed().as_secs_f64() * 1e3,
            database_cpu_ms: process::family_cpu_ms(self.postgres.pid)? - before,
        };
        self.compare()?;
        Ok(cost)
    }

    /// A ratio stands only beside the same answer.
    fn compare(&self) -> Result<()> {
        for kept in self.tables {
            let differing = self.postgres.run(&kept.comparison())?;
            ensure!(
                differing == "0",
                "{differing} rows of {} are not those of ours",
                kept.name
            );
        }
        Ok(())
    }
}

impl Kept {
    fn staged(&self) -> String {
        format!("{}_staged", self.name)
    }

    fn creation(&self) -> String {
        let Kept {
            name,
            key,
            columns,
            from,
            ..
        } = self;
        let mut script = format!(
            "CREATE TABLE {name} AS SELECT {key}, {columns}, now() AS seen_at FROM {from} LIMIT 0;
             ALTER TABLE {name} ADD PRIMARY KEY ({key});"
        );
        for index in self.indexes {
            let _ = write!(script, "CREATE INDEX ON {name} {index};");
        }
        script
    }

    fn staging(&self) -> String {
        let Kept {
            key, columns, from, ..
        } = self;
        let staged = self.staged();
        format!(
            "DROP TABLE IF EXISTS {staged};
             CREATE TABLE {staged} AS SELECT row_number() OVER (ORDER BY asset_id) AS n, {key}, {columns} FROM {from};
             ALTER TABLE {staged} ADD PRIMARY KEY (n);
             ANALYZE {staged};"
        )
    }

    fn upsert(&self, from: u64) -> String {
        let Kept {
            name, key, columns, ..
        } = self;
        let set: Vec<String> = columns
            .split(", ")
            .chain(["seen_at"])
            .map(|column| format!("{column} = EXCLUDED.{column}"))
            .collect();
        format!(
            "INSERT INTO {name} SELECT {key}, {columns}, now() FROM {} WHERE n > {from} AND n <= {} \
             ON CONFLICT ({key}) DO UPDATE SET {};",
            self.staged(),
            from + ROWS,
            set.join(", ")
        )
    }

    /// Counts what is on one side alone.
    fn comparison(&self) -> String {
        let Kept {
            name, key, columns, ..
        } = self;
        let staged = self.staged();
        format!(
            "SELECT (SELECT count(*) FROM (SELECT {key}, {columns} FROM {staged} EXCEPT SELECT {key}, {columns} FROM {name}) a)
                  + (SELECT count(*) FROM (SELECT {key}, {columns} FROM {name} EXCEPT SELECT {key}, {columns} FROM {staged}) b)"
        )
    }
}
