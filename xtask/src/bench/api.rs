//! Latency of the questions that people and pages ask most, over a large estate.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::estate::{ASSETS, Estate};
use super::http::Client;
use super::server::{Server, pause};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, feeds, measure, process};

pub const AREA: Area = Area { name: "api", run };

const REQUESTS: usize = 200;
/// Keeps below the rate that the server allows one caller.
const SPACING: Duration = Duration::from_millis(12);
/// A day changes about one asset in a hundred.
const DAYS: i32 = 5;
const DEEP_PAGES: usize = 20;
/// Of the 95th percentile: of what a page asks, and of counts by a dimension.
const BAR_MS: f64 = 100.0;
const BAR_GROUPED_MS: f64 = 10.0;

/// What the pages of the web application and the command line ask when they open, and what a person asks next.
const QUESTIONS: &[(&str, &str)] = &[
    ("overview", "/overview/metrics"),
    ("overview trends, 90 days", "/overview/trends?days=90"),
    ("overview trends, filtered", "/overview/trends?days=90&q=env:prod"),
    ("attention", "/overview/attention"),
    ("data health", "/overview/health"),
    ("coverage", "/coverage"),
    ("onboarding", "/onboarding"),
    ("assets, first page", "/assets?limit=50"),
    (
        "assets, filtered",
        "/assets?limit=50&q=platform:aws+env:prod+-drift:current",
    ),
    ("assets, by a word", "/assets?limit=50&q=web"),
    (
        "assets, sorted by differences",
        "/assets?limit=50&sort=-differences",
    ),
    ("assets by site", "/assets/groups?by=site"),
    ("assets by owner, filtered", "/assets/groups?by=owner&q=env:prod"),
    ("suggestions, of keys", "/assets/suggest?q="),
    ("suggestions, of values", "/assets/suggest?q=env:prod+site:"),
    ("search", "/search?q=web"),
    ("search for a vulnerability", "/search?q=CVE-2024-1"),
    ("sites", "/sites"),
    ("drift, first page", "/drift?limit=50"),
    ("drift summary", "/drift/summary"),
    ("drift trends, 90 days", "/drift/trends?days=90"),
    ("drift reports, 90 days", "/drift/reports?days=90"),
    ("drift reports, filtered", "/drift/reports?days=90&q=env:prod"),
    ("top offenders by family", "/drift/top-offenders?by=family"),
    ("image families", "/images/families?limit=50"),
    ("image matrix by site", "/images/matrix?by=site"),
    ("image matrix by environment", "/images/matrix?by=env"),
    ("vulnerabilities, first page", "/vulnerabilities?limit=50"),
    (
        "vulnerabilities, filtered",
        "/vulnerabilities?limit=50&q=env:prod",
    ),
    ("vulnerabilities summary", "/vulnerabilities/summary"),
    ("connectors", "/connectors"),
    ("feeds", "/feeds"),
    ("audit, first page", "/audit?limit=50"),
];

/// Of one vulnerability and of one asset; `{}` is the id of the one with most behind it.
const OF_A_VULNERABILITY: &[(&str, &str)] = &[
    ("one vulnerability", "/vulnerabilities/{}"),
    ("its blast radius", "/vulnerabilities/{}/blast-radius"),
    ("its assets, first page", "/vulnerabilities/{}/assets?limit=50"),
];
const OF_AN_ASSET: &[(&str, &str)] = &[
    ("one asset", "/assets/{}"),
    ("its drift", "/assets/{}/drift"),
    ("its history", "/assets/{}/history"),
    ("its packages", "/assets/{}/packages?limit=50"),
    ("its vulnerabilities", "/assets/{}/vulnerabilities?limit=50"),
];

fn run(bench: &Bench) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let mut client = server.client()?;
    let estate = Estate::create(&mut client)?;
    let loaded = estate.sync(&mut client, &server, &postgres)?;
    ensure!(
        loaded.added == ASSETS,
        "{} of {ASSETS} assets were added",
        loaded.added
    );

    let missing = feeds::import(bench, folder.path())?;
    client.reconnect()?;

    let first = ask(&mut client, "/overview/metrics")?;
    let mut rows = vec![row("overview, first after the load", &[first])];
    let mut after_change = Vec::new();
    for day in 1..=DAYS {
        estate.move_to(&mut client, day)?;
        estate.sync(&mut client, &server, &postgres)?;
        after_change.push(ask(&mut client, "/overview/metrics")?);
    }
    rows.push(row("overview, first after 1 % changed", &after_change));

    let mut notes = vec![format!(
        "{REQUESTS} requests one after the other over one connection, {} ms apart; one after the load and {DAYS} after \
         a change.",
        SPACING.as_millis()
    )];
    notes.extend(missing);
    for (name, path) in questions(&mut client)? {
        match ask_often(&mut client, &server, &path)? {
            Some(figures) => rows.push(barred(name, &path, figures)),
            None => notes.push(format!("{name}: skipped, this qlrf has no `{path}`")),
        }
    }
    notes.push(format!(
        "qlrf holds {:.0} MiB after all of it.",
        process::rss_mib(server.pid())?
    ));
    drop(client);
    server.stop()?;
    Ok(Outcome::Measured(Table {
        about: format!(
            "Answers over the loopback interface with {ASSETS} simulated assets and real advisories."
        ),
        columns: &[
            "p50 ms",
            "p95 ms",
            "CPU ms a request, qlrf",
            "KiB",
            "bar of p95 ms",
        ],
        rows,
        notes,
    }))
}

struct Asked {
    ms: f64,
    bytes: usize,
}

fn row(name: &str, asked: &[Asked]) -> Row {
    let times: Vec<f64> = asked.iter().map(|asked| asked.ms).collect();
    let kib = asked.first().map(|asked| asked.bytes as f64 / 1024.0);
    Row {
        name: name.to_owned(),
        figures: vec![
            Some(measure::middle(times.clone())),
            (times.len() >= measure::PERCENTILES_MIN).then(|| measure::percentile(times, 95)),
            None,
            kib,
            None,
        ],
        met: None,
    }
}

fn barred(name: &str, path: &str, figures: [f64; 4]) -> Row {
    let bar = match path.starts_with("/assets/groups") || path == "/drift/summary" {
        true => BAR_GROUPED_MS,
        false => BAR_MS,
    };
    let [_, p95, ..] = figures;
    let mut row = Row::new(name, figures);
    row.figures.push(Some(bar));
    row.met = Some(p95 <= bar);
    row
}

fn ask(client: &mut Client, path: &str) -> Result<Asked> {
    let begin = Instant::now();
    let answer = client.get(path)?;
    let ms = begin.elapsed().as_secs_f64() * 1e3;
    answer.json().with_context(|| format!("asking `{path}`"))?;
    Ok(Asked {
        ms,
        bytes: answer.body.len(),
    })
}

/// `None` when there is no such route.
fn ask_often(client: &mut Client, server: &Server, path: &str) -> Result<Option<[f64; 4]>> {
    if client.get(path)?.status == 404 {
        return Ok(None);
    }
    let before = process::cpu_ms(server.pid())?;
    let mut asked = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        asked.push(ask(client, path)?);
        pause(SPACING);
    }
    let cpu = process::cpu_ms(server.pid())? - before;
    let times: Vec<f64> = asked.iter().map(|asked| asked.ms).collect();
    Ok(Some([
        measure::middle(times.clone()),
        measure::percentile(times, 95),
        cpu / REQUESTS as f64,
        asked[0].bytes as f64 / 1024.0,
    ]))
}

fn questions(client: &mut Client) -> Result<Vec<(&'static str, String)>> {
    let mut all: Vec<(&str, String)> = Vec::new();
    all.extend(QUESTIONS.iter().map(|(name, path)| (*name, (*path).to_owned())));
    all.push(("assets, twentieth page of 200", deep_page(client)?));
    for (list, questions) in [
        ("/vulnerabilities?limit=1&sort=-affected", OF_A_VULNERABILITY),
        ("/assets?limit=1&sort=-differences", OF_AN_ASSET),
    ] {
        // Without feeds there is no vulnerability, and a note says so already.
        if let Some(id) = client.get(list)?.json()?["items"][0]["id"].as_str() {
            all.extend(
                questions
                    .iter()
                    .map(|(name, path)| (*name, path.replace("{}", id))),
            );
        }
    }
    Ok(all)
}

fn deep_page(client: &mut Client) -> Result<String> {
    let mut path = "/assets?limit=200".to_owned();
    for _ in 1..DEEP_PAGES {
        let page = client.get(&path)?.json()?;
        let cursor = page["next_cursor"]
            .as_str()
            .context("the estate has too few pages")?;
        path = format!("/assets?limit=200&cursor={cursor}");
        pause(SPACING);
    }
    Ok(path)
}
