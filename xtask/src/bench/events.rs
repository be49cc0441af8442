//! From the commit of an event to its arrival at a reader of the event stream.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::server::{Postgres, Server};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, measure};

pub const AREA: Area = Area { name: "events", run };

/// Events of each series, and the time between two.
const SERIES: &[(&str, usize, Duration)] = &[
    ("50 a second", 250, Duration::from_millis(20)),
    ("1000 a second", 5_000, Duration::from_millis(1)),
];
const SILENCE_MAX: Duration = Duration::from_secs(20);

fn run(bench: &Bench) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let org = postgres.run("SELECT id FROM org")?;
    let mut rows = Vec::new();
    for (name, count, spacing) in SERIES {
        let (status, stream) = server.client()?.stream("/events")?;
        if status == 404 {
            return Ok(Outcome::Skipped("this qlrf has no `/events`".to_owned()));
        }
        ensure!(status == 200, "`/events` answered {status}");
        rows.push(measure_series(name, &postgres, &org, stream, *count, *spacing)?);
    }
    server.stop()?;
    Ok(Outcome::Measured(Table {
        about: "From the statement that writes an event, just before its commit, to its arrival at one reader of \
                `GET /api/v1/events` on the loopback interface; every event in a transaction of its own."
            .to_owned(),
        columns: &["p50 ms", "p99 ms", "max ms", "events a second"],
        rows,
        notes: vec![
            "The time is taken in the database by `clock_timestamp()`, so the commit itself, with its `fsync`, is \
             part of the figure."
                .to_owned(),
        ],
    }))
}

fn measure_series(
    name: &str,
    postgres: &Postgres,
    org: &str,
    stream: BufReader<TcpStream>,
    count: usize,
    spacing: Duration,
) -> Result<Row> {
    stream.get_ref().set_read_timeout(Some(SILENCE_MAX))?;
    let reader = std::thread::spawn(move || read(stream, count));
    write(postgres, org, count, spacing)?;
    let Ok(arrivals) = reader.join() else {
        bail!("the reader panicked");
    };
    let arrivals = arrivals?;
    let seconds = arrivals
        .last()
        .zip(arrivals.first())
        .map(|(last, first)| last.0 - first.0);
    let rate = count as f64 / seconds.unwrap_or(1.0);
    let delays: Vec<f64> = arrivals
        .iter()
        .map(|(written, arrived)| (arrived - written) * 1e3)
        .collect();
    let figures = [50, 99, 100].map(|percent| measure::percentile(delays.clone(), percent));
    Ok(Row::new(name, figures.into_iter().chain([rate])))
}

/// One session that writes as another process of ours does: the event is committed, and told after that in a transaction
/// that waits for no disk. Paced by the database's own clock.
fn write(postgres: &Postgres, org: &str, count: usize, spacing: Duration) -> Result<()> {
    let script = format!(
        "DO $$ DECLARE start timestamptz := clock_timestamp(); late interval; BEGIN
             FOR n IN 1..{count} LOOP
                 late := start + n * interval '{} microseconds' - clock_timestamp();
                 IF late > interval '0' THEN PERFORM pg_sleep(extract(epoch FROM late)); END IF;
                 INSERT INTO outbox (org_id, event_id, at, type, subject, data)
                 VALUES ('{org}', gen_random_uuid(), clock_timestamp(), 'inventory.collected', 'bench',
                         jsonb_build_object('n', n, 'bench', extract(epoch FROM clock_timestamp())));
                 COMMIT;
                 PERFORM set_config('synchronous_commit', 'off', true), pg_notify('qlrf_outbox', '{org}');
                 COMMIT;
             END LOOP;
         END $$;",
        spacing.as_micros()
    );
    let mut child = postgres.psql().stdin(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().expect("standard input is piped");
    input.write_all(script.as_bytes())?;
    drop(input);
    ensure!(child.wait()?.success(), "the events could not be written");
    Ok(())
}

/// When each event was written and when it arrived, in seconds of the same machine's clock.
fn read(stream: BufReader<TcpStream>, count: usize) -> Result<Vec<(f64, f64)>> {
    let mut arrivals = Vec::with_capacity(count);
    for line in stream.lines() {
        let line = line.context("waiting for an event")?;
        // Chunk sizes and the other fields of the event stand on lines of their own.
        let Some(data) = line.strip_prefix("data:") else {
            continue;
        };
        let event: Value = serde_json::from_str(data)?;
        let Some(written) = event["data"]["bench"].as_f64() else {
            continue;
        };
        arrivals.push((written, now()?));
        if arrivals.len() == count {
            return Ok(arrivals);
        }
    }
    bail!("the stream ended after {} of {count} events", arrivals.len())
}

#[allow(
    clippy::disallowed_methods,
    reason = "compares with the clock of the database on the same machine"
)]
fn now() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64())
}
