//! The web application in a real browser, over a large estate: how long a person waits, and whether the bars are met.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::estate::{ASSETS, Estate};
use super::server::Server;
use super::table::{Row, Table};
use super::{Area, Bench, Outcome, feeds, peer};

pub const AREA: Area = Area { name: "ui", run };

const SCRIPT: &str = "test/bench/run.mjs";
/// As `scripts/web.sh` looks for it.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// One of the script's rows. Its bar, where there is one, is the most that counts, or with `at_least` the least.
fn row(printed: &Value) -> Result<Row> {
    let name = printed["name"].as_str().context("a row without \"name\"")?;
    let measured = printed["measured"].as_f64();
    let measured = measured.context("a row without \"measured\"")?;
    let bar = printed["bar"].as_f64();
    let met = |bar: f64| match printed["at_least"].as_bool() {
        Some(true) => measured >= bar,
        _ => measured <= bar,
    };
    Ok(Row {
        name: name.to_owned(),
        figures: vec![Some(measured), bar],
        met: bar.map(met),
    })
}

fn run(bench: &Bench) -> Result<Outcome> {
    let ui = bench.repo.path("ui");
    let Some(node) = program("node") else {
        return Ok(Outcome::Skipped("there is no node on the path".to_owned()));
    };
    let Some(chromium) = browser() else {
        return Ok(Outcome::Skipped(format!(
            "there is no {} on the path, and QLRF_CHROMIUM names none",
            BROWSERS.join(", ")
        )));
    };
    if !ui.join("node_modules/@playwright/test").is_dir() {
        return Ok(Outcome::Skipped(
            "ui/ has no packages; `npm ci` in ui/ fetches them".to_owned(),
        ));
    }
    let folder = tempfile::tempdir()?;
    let server = Server::start(&bench.qlrf, folder.path())?;
    let postgres = server.postgres()?;
    let mut client = server.client()?;
    let loaded = Estate::create(&mut client)?.sync(&mut client, &server, &postgres)?;
    ensure!(
        loaded.added == ASSETS,
        "{} of {ASSETS} assets were added",
        loaded.added
    );
    let missing = feeds::import(bench, folder.path())?;
    postgres.settle()?;
    let url = format!("http://{}", server.address);
    let question = json!({
        "url": url,
        "link": server.sign_in_link(&bench.qlrf)?,
        "chromium": chromium,
        "repeats": bench.repeats,
        "lighthouse": peer::find(bench.repo, "lighthouse"),
    });
    let output = Command::new(node)
        .arg(SCRIPT)
        .arg(question.to_string())
        .current_dir(&ui)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("starting node")?;
    ensure!(output.status.success(), "ui/{SCRIPT} failed: {}", output.status);
    server.stop()?;
    let printed: Value = serde_json::from_slice(&output.stdout).context("reading what the script printed")?;
    let list = |key: &str| {
        printed[key]
            .as_array()
            .with_context(|| format!("the script printed no {key}"))
    };
    let notes = list("notes")?
        .iter()
        .filter_map(|note| note.as_str().map(str::to_owned));
    Ok(Outcome::Measured(Table {
        about: format!(
            "Chromium without a window, 1440 × 900, over the loopback interface with {ASSETS} simulated assets and \
             real advisories; the middle of {} repeats. A view counts as there when all that it asked for is painted.",
            bench.repeats
        ),
        columns: &["measured", "bar"],
        rows: list("rows")?.iter().map(row).collect::<Result<_>>()?,
        notes: notes.chain(missing).collect(),
    }))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the same variable as the tests in a browser read"
)]
fn browser() -> Option<PathBuf> {
    match std::env::var_os("QLRF_CHROMIUM") {
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
        None => BROWSERS.into_iter().find_map(program),
    }
}

#[allow(clippy::disallowed_methods, reason = "where a shell would find the program")]
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_met_from_its_own_side() {
        let met = |measured: f64, bar: f64, at_least: bool| {
            let printed = json!({ "name": "x", "measured": measured, "bar": bar, "at_least": at_least });
            row(&printed).unwrap().met
        };
        assert_eq!(met(100.0, 100.0, false), Some(true));
        assert_eq!(met(100.1, 100.0, false), Some(false));
        assert_eq!(met(95.0, 95.0, true), Some(true));
        assert_eq!(met(94.0, 95.0, true), Some(false));
        assert_eq!(row(&json!({ "name": "x", "measured": 1 })).unwrap().met, None);
        assert!(row(&json!({ "name": "x", "bar": 1 })).is_err());
    }
}
