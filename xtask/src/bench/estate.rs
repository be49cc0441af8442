//! The simulated estate that the larger areas load: the same for everybody, whatever the day.

use std::iter::Sum;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::http::Client;
use super::process;
use super::server::{Postgres, Server, pause};

pub const ASSETS: u64 = 100_000;
const AS_OF: &str = "2026-11-01";
const SYNC_MAX: Duration = Duration::from_secs(900);
/// Each look costs the database about a millisecond, which is measured too. The wall time is what the sync itself says.
const POLL: Duration = Duration::from_secs(1);

pub struct Estate {
    connector: String,
    assets: u64,
    seed: u64,
}

/// What one collection cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sync {
    pub wall_ms: f64,
    /// In which CPU time was counted: until somebody asked and heard that the sync had ended.
    pub counted_ms: f64,
    pub own_cpu_ms: f64,
    pub database_cpu_ms: f64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
}

impl Estate {
    pub fn create(client: &mut Client) -> Result<Estate> {
        Estate::of(client, ASSETS, 1)
    }

    /// Another seed is another estate with the same golden images.
    pub fn of(client: &mut Client, assets: u64, seed: u64) -> Result<Estate> {
        let name = format!("bench {seed}");
        let body = json!({ "name": name, "kind": "sim", "config": config(assets, seed, 0) });
        let created = client.request("POST", "/connectors", Some(&body))?.json()?;
        let connector = created["id"]
            .as_str()
            .context("a connector without id")?
            .to_owned();
        Ok(Estate {
            connector,
            assets,
            seed,
        })
    }

    /// Moves the estate to another day: about two assets in a hundred change on each.
    pub fn move_to(&self, client: &mut Client, day: i32) -> Result<()> {
        client.reconnect()?;
        let path = format!("/connectors/{}", self.connector);
        client
            .request(
                "PATCH",
                &path,
                Some(&json!({ "config": config(self.assets, self.seed, day) })),
            )?
            .json()?;
        Ok(())
    }

    pub fn sync(&self, client: &mut Client, server: &Server, postgres: &Postgres) -> Result<Sync> {
        let (own, database) = (
            process::cpu_ms(server.pid())?,
            process::family_cpu_ms(postgres.pid)?,
        );
        let begin = Instant::now();
        // Whatever was measured before may have taken longer than the server keeps an idle connection.
        client.reconnect()?;
        let path = format!("/connectors/{}/sync", self.connector);
        let queued = client.request("POST", &path, Some(&json!({})))?.json()?;
        let path = format!("/syncs/{}", queued["id"].as_str().context("a sync without id")?);
        let ended = loop {
            let sync = client.get(&path)?.json()?;
            if !matches!(sync["outcome"].as_str(), Some("queued" | "running")) {
                break sync;
            }
            ensure!(begin.elapsed() < SYNC_MAX, "a sync did not end: {sync}");
            pause(POLL);
        };
        // Some sites of the estate answer in part, by design.
        ensure!(
            matches!(ended["outcome"].as_str(), Some("complete" | "partial")),
            "a sync failed: {ended}"
        );
        Ok(Sync {
            wall_ms: moment(&ended, "ended_at")? - moment(&ended, "queued_at")?,
            counted_ms: begin.elapsed().as_secs_f64() * 1e3,
            own_cpu_ms: process::cpu_ms(server.pid())? - own,
            database_cpu_ms: process::family_cpu_ms(postgres.pid)? - database,
            added: number(&ended, "added"),
            changed: number(&ended, "changed"),
            unchanged: number(&ended, "unchanged"),
        })
    }
}

fn config(assets: u64, seed: u64, day: i32) -> Value {
    json!({ "assets": assets, "seed": seed, "as_of": AS_OF, "day": day })
}

impl Sum for Sync {
    /// One after the other.
    fn sum<I: Iterator<Item = Sync>>(syncs: I) -> Sync {
        syncs.fold(Sync::default(), |sum, sync| Sync {
            wall_ms: sum.wall_ms + sync.wall_ms,
            counted_ms: sum.counted_ms + sync.counted_ms,
            own_cpu_ms: sum.own_cpu_ms + sync.own_cpu_ms,
            database_cpu_ms: sum.database_cpu_ms + sync.database_cpu_ms,
            added: sum.added + sync.added,
            changed: sum.changed + sync.changed,
            unchanged: sum.unchanged + sync.unchanged,
        })
    }
}

/// In milliseconds since 1970.
fn moment(sync: &Value, key: &str) -> Result<f64> {
    let text = sync[key]
        .as_str()
        .with_context(|| format!("a sync without {key}"))?;
    let moment = OffsetDateTime::parse(text, &Rfc3339)?;
    Ok(moment.unix_timestamp_nanos() as f64 / 1e6)
}

fn number(sync: &Value, key: &str) -> u64 {
    sync[key].as_u64().unwrap_or_default()
}
