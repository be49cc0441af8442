//! What an estate costs that is kept up to date by upsert: every row is written again, whatever is in it.

use std::fmt::Write;
use std::iter::Sum;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::process;
use super::server::Postgres;

/// Rows per statement, as many as ours writes in one transaction.
pub const ROWS: u64 = 2_000;

/// A table of the peer with what it is filled from: ours of now.
pub struct Kept {
    name: &'static str,
    key: &'static str,
    columns: &'static str,
    /// What the questions about the present need; that of the key comes on top.
    indexes: &'static [&'static str],
    /// Makes what `from` reads besides our tables.
    first: &'static str,
    from: &'static str,
}

const FACT_KEY: &str = "connector_id, kind, native_id";
/// The columns of a fact, without its history.
const FACT_COLUMNS: &str = "asset_id, name, platform, account, region, site, env, project, workload, owner, image_ref, \
                            family_label, os_id, os_version, state, criticality, exposure, simulated, package_set_id, \
                            pending_security, document";
const FACT_FROM: &str = "asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id \
                         WHERE f.closed_at IS NULL AND f.simulated";

/// Found by what ours finds them by.
pub const FACTS: Kept = Kept {
    name: "bench_fact",
    key: FACT_KEY,
    columns: FACT_COLUMNS,
    indexes: &[
        "(image_ref) WHERE image_ref IS NOT NULL",
        "(family_label) WHERE family_label IS NOT NULL",
    ],
    first: "",
    from: FACT_FROM,
};
/// The packages of an asset, as a connector delivers them. Without them a fact names a set of packages that ours keeps, and
/// the peer could not say what an asset runs.
pub const PACKAGES: Kept = Kept {
    name: "bench_packages",
    key: "asset_id",
    columns: "packages",
    indexes: &[],
    first: "DROP TABLE IF EXISTS bench_set;
            CREATE TABLE bench_set AS SELECT s.id, (SELECT jsonb_agg(jsonb_build_object('name', p.name, 'version', p.version,
                'arch', p.arch) ORDER BY p.id) FROM package p WHERE p.id = ANY (s.package_ids)) AS packages
            FROM package_set s;",
    from: "asset_fact f JOIN bench_set s ON s.id = f.package_set_id WHERE f.closed_at IS NULL AND f.simulated",
};
pub const DRIFT: Kept = Kept {
    name: "bench_drift",
    key: "asset_id",
    columns: "state, severity, versions_behind, superseded_at, family_id, image_id, target_id, proof, missing, forbidden, \
              extra, older, newer, settings, unknowns",
    indexes: &["(family_id)"],
    first: "",
    from: "asset_drift WHERE closed_at IS NULL \
           AND asset_id IN (SELECT asset_id FROM asset_fact WHERE closed_at IS NULL AND simulated)",
};
/// By their key and nothing else: answers no other question.
pub const BARE_FACTS: Kept = Kept {
    name: "bench_bare",
    indexes: &[],
    ..FACTS
};

#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub wall_ms: f64,
    pub database_cpu_ms: f64,
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Cost>>(costs: I) -> Cost {
        costs.fold(Cost::default(), |sum, cost| Cost {
            wall_ms: sum.wall_ms + cost.wall_ms,
            database_cpu_ms: sum.database_cpu_ms + cost.database_cpu_ms,
        })
    }
}

/// One table that is kept up to date.
pub struct Upsert<'a> {
    postgres: &'a Postgres,
    kept: &'static Kept,
    statements: String,
}

impl<'a> Upsert<'a> {
    pub fn create(postgres: &'a Postgres, assets: u64, kept: &'static Kept) -> Result<Upsert<'a>> {
        let mut statements = String::new();
        postgres.run(&kept.creation())?;
        for from in (0..assets).step_by(ROWS as usize) {
            writeln!(statements, "{}", kept.upsert(from))?;
        }
        Ok(Upsert {
            postgres,
            kept,
            statements,
        })
    }

    /// Takes in the rows as ours has them now, from a table beside it, so that no transfer and no parsing is charged.
    pub fn once(&self) -> Result<Cost> {
        self.postgres.run(&self.kept.staging())?;
        self.postgres.settle()?;
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
        let differing = self.postgres.run(&self.kept.comparison())?;
        ensure!(
            differing == "0",
            "{differing} rows of {} are not those of ours",
            self.kept.name
        );
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
            first,
            from,
            ..
        } = self;
        let mut script = format!(
            "{first} CREATE TABLE {name} AS SELECT {key}, {columns}, now() AS seen_at FROM {from} LIMIT 0;
             ALTER TABLE {name} ADD PRIMARY KEY ({key});"
        );
        for index in self.indexes {
            let _ = write!(script, "CREATE INDEX ON {name} {index};");
        }
        script
    }

    fn staging(&self) -> String {
        let Kept {
            key,
            columns,
            first,
            from,
            ..
        } = self;
        let staged = self.staged();
        format!(
            "{first} DROP TABLE IF EXISTS {staged};
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

    /// Counts what is on one side alone, or is not the same on both.
    fn comparison(&self) -> String {
        let Kept {
            name, key, columns, ..
        } = self;
        let staged = self.staged();
        format!(
            "SELECT count(*) FROM (SELECT {key}, ROW({columns}) AS ours FROM {staged}) a
             FULL JOIN (SELECT {key}, ROW({columns}) AS theirs FROM {name}) b USING ({key})
             WHERE ours IS DISTINCT FROM theirs"
        )
    }
}
