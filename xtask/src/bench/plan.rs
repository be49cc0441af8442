//! What a plan of many targets costs: to make, to read with its staleness, and to compare with the one of before.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::estate::Estate;
use super::http::Client;
use super::server::Server;
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, measure};

pub const AREA: Area = Area { name: "plan", run };

const TARGETS: u64 = 10_000;
const SEED: u64 = 1;
/// A plan of that many targets is made in less.
const MADE_MS_MAX: f64 = 1_000.0;

fn run(bench: &Bench) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let mut client = server.client()?;
    let estate = Estate::of(&mut client, TARGETS, SEED)?;
    let loaded = estate.sync(&mut client, &server, &postgres)?;
    ensure!(
        loaded.added == TARGETS,
        "{} of {TARGETS} assets were added",
        loaded.added
    );
    client.reconnect()?;
    let (mut made, mut read, mut compared) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.repeats {
        let (took, plan) = ask(&mut client, "POST", "/plans", Some(&spec()))?;
        ensure!(
            plan["targets"] == json!(TARGETS),
            "the plan has {} targets",
            plan["targets"]
        );
        made.push(took);
        let id = plan["id"].as_str().context("a plan without id")?.to_owned();
        let (took, shown) = ask(&mut client, "GET", &format!("/plans/{id}"), None)?;
        ensure!(shown["staleness"]["stale"] == json!(false), "no fact changed");
        read.push(took);
        let (_, child) = ask(&mut client, "POST", &format!("/plans/{id}/replan"), None)?;
        let child = child["id"].as_str().context("a plan without id")?;
        let (took, diff) = ask(
            &mut client,
            "GET",
            &format!("/plans/{child}/diff?with={id}"),
            None,
        )?;
        ensure!(diff["same"] == json!(true), "the same facts make the same plan");
        compared.push(took);
    }
    server.stop()?;
    let mut rows = vec![
        row("making a plan", made),
        row("reading it", read),
        row("comparing two", compared),
    ];
    rows[0].met = rows[0].figures[0].map(|median| median < MADE_MS_MAX);
    Ok(Outcome::Measured(Table {
        about: format!(
            "Over the API, plans of {TARGETS} targets: the time from a request to the end of its answer."
        ),
        columns: &["median ms", "max ms"],
        rows,
        notes: vec![format!(
            "{} of each, one after the other. The bar of making one is {MADE_MS_MAX} ms.",
            bench.repeats
        )],
    }))
}

/// One command on every asset that the connector of the bench found.
fn spec() -> Value {
    let ssh = json!({ "ssh": { "command": ["systemctl", "restart", "nginx"], "timeout_seconds": 60 } });
    json!({
        "apiVersion": "ql-rf.io/v1", "kind": "ExecutionSpec", "metadata": { "title": "bench" },
        "spec": {
            "targets": { "query": format!("connector:\"bench {SEED}\"") },
            "steps": [{ "id": "restart", "act": ssh, "irreversible": true }],
        }
    })
}

fn ask(client: &mut Client, method: &str, path: &str, body: Option<&Value>) -> Result<(f64, Value)> {
    let begun = Instant::now();
    let answer = client.request(method, path, body)?;
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    Ok((took, answer.json()?))
}

fn row(name: &str, times: Vec<f64>) -> Row {
    let slowest = times.iter().copied().fold(0.0, f64::max);
    Row::new(name, [measure::middle(times), slowest])
}
