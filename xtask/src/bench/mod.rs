//! Measurements against the real counterparts. One area a file, one line in [`AREAS`].
//!
//! Every figure is the median of at least seven repeats, ours and the peers' interleaved, so that a slow minute of the
//! machine hits all of them; an area that loads a whole estate repeats less and says how often. CPU time and memory are those of the process and its children. A ratio is printed only
//! after both gave the same answer; a peer that is not installed prints `skipped`.

mod api;
mod aws;
mod estate;
mod events;
mod feeds;
mod figures;
mod http;
mod ingest;
mod machine;
mod matching;
pub mod measure;
mod peer;
mod plan;
mod process;
mod quality;
mod record;
mod scan;
mod server;
mod start;
mod table;
mod ui;
mod upsert;

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};

use self::table::Table;
use crate::repo::Repo;

#[derive(clap::Args)]
pub struct Args {
    /// One area only.
    area: Option<String>,
    /// The program to measure; a release build.
    #[arg(long, default_value = "target/release/qlrf")]
    qlrf: PathBuf,
    #[arg(long, default_value_t = REPEATS_MIN)]
    repeats: usize,
    /// Also writes the tables into docs/benchmarks.md.
    #[arg(long)]
    record: bool,
}

pub struct Bench<'a> {
    pub repo: &'a Repo,
    pub qlrf: PathBuf,
    pub repeats: usize,
}

pub struct Area {
    pub name: &'static str,
    pub run: fn(&Bench) -> Result<Outcome>,
}

pub enum Outcome {
    Measured(Table),
    /// Why nothing was measured; never counted as a pass.
    Skipped(String),
}

const AREAS: &[Area] = &[
    start::AREA,
    scan::AREA,
    matching::AREA,
    ingest::AREA,
    api::AREA,
    events::AREA,
    plan::AREA,
    aws::AREA,
    ui::AREA,
    quality::AREA,
];
/// Only when asked for by name: too long for every run.
const ON_REQUEST: &[Area] = &[ingest::MILLION];
const REPEATS_MIN: usize = 7;

pub fn run(repo: &Repo, args: &Args) -> Result<()> {
    ensure!(
        args.repeats >= REPEATS_MIN,
        "a median of fewer than {REPEATS_MIN} repeats says nothing"
    );
    let all = || AREAS.iter().chain(ON_REQUEST);
    let chosen: Vec<&Area> = match &args.area {
        Some(name) => all().filter(|area| area.name == name).collect(),
        None => AREAS.iter().collect(),
    };
    if chosen.is_empty() {
        let names: Vec<&str> = all().map(|area| area.name).collect();
        bail!(
            "no area is called \"{}\"; there are {}",
            args.area.as_deref().unwrap_or_default(),
            names.join(", ")
        );
    }
    let bench = Bench {
        repo,
        qlrf: std::path::absolute(&args.qlrf)?,
        repeats: args.repeats,
    };
    println!("{}\n", machine::line());
    let mut measured = Vec::new();
    for area in chosen {
        match run_area(&bench, area)? {
            Outcome::Measured(table) => {
                println!("{}", table.markdown(area.name));
                measured.push((area.name, table));
            }
            Outcome::Skipped(reason) => println!("## {}\n\nskipped: {reason}\n", area.name),
        }
    }
    if args.record {
        record::write(repo, &measured)?;
    }
    Ok(())
}

fn run_area(bench: &Bench, area: &Area) -> Result<Outcome> {
    if !bench.qlrf.is_file() {
        return Ok(Outcome::Skipped(format!(
            "there is no \"{}\"; build it with `cargo build --release -p qlrf-server`",
            bench.qlrf.display()
        )));
    }
    (area.run)(bench)
}
