//! `qlrf scan`: a folder or a container image, read and judged without a server.
//!
//! Exit codes beside the common ones: 10 a finding is at least as severe as `--fail-on` says, 11 `--fail-on` was asked
//! and nothing, or not everything, could be judged. A finding that nobody rates counts as high.

mod judge;
mod report;
mod sarif;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use futures::FutureExt as _;
use qlrf_connectors::rootfs::{self, Platform};
use qlrf_core::time::now;
use qlrf_engines::sbom::{self, Inventory, ProblemKind, cyclonedx, spdx};
use qlrf_engines::vuln::severity::Band;

use super::{Cli, Failure, Noun, Result, progress};

pub const NOUN: Noun = Noun {
    name: "scan",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

/// A finding is at least as severe as was asked.
const FOUND: u8 = 10;
/// Whether there is one is not known.
const NOT_JUDGED: u8 = 11;

#[derive(clap::Args)]
struct Scan {
    /// Root file system, OCI layout, OCI archive or `docker save` archive
    path: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// All rows of the table, and not just the first; the other forms leave nothing out
    #[arg(long)]
    all: bool,
    /// What to judge by: OSV advisories (zip, folder, JSON lines), the KEV catalogue, EPSS scores; repeat for several.
    /// `osv=`, `kev=` or `epss=` in front where the content does not tell
    #[arg(long = "feed", value_name = "[FEED=]PATH")]
    feeds: Vec<String>,
    /// Fail when a finding is at least so severe: `low`, `medium`, `high`, `critical`
    #[arg(long, value_parser = parse_band)]
    fail_on: Option<Band>,
    /// Which image of several, e.g. `linux/arm64`; this machine's when left out
    #[arg(long, value_parser = parse_platform)]
    platform: Option<Platform>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Spdx,
    Cyclonedx,
    Sarif,
}

fn command(command: Command) -> Command {
    Scan::augment_args(command.about("Read a folder or a container image, and judge it; needs no server"))
}

fn parse_band(word: &str) -> std::result::Result<Band, String> {
    let known = [Band::Low, Band::Medium, Band::High, Band::Critical];
    let found = known.into_iter().find(|band| band.name() == word);
    found.ok_or_else(|| "it takes low, medium, high or critical".to_owned())
}

fn parse_platform(text: &str) -> std::result::Result<Platform, String> {
    Platform::parse(text).ok_or_else(|| "it is written as linux/amd64 or linux/arm64/v8".to_owned())
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let scan = Scan::from_arg_matches(matches).expect("clap checked the arguments");
    if scan.feeds.is_empty() && (scan.fail_on.is_some() || scan.format == Format::Sarif) {
        return Err(Failure::usage("without a feed there is nothing to judge by")
            .hint("add --feed PATH with OSV advisories, e.g. an all.zip of osv.dev"));
    }
    let bar = progress::spinner("reading package databases");
    let (path, platform) = (scan.path.clone(), scan.platform.clone());
    let inventory = tokio::task::spawn_blocking(move || read(&path, platform))
        .await
        .map_err(|error| Failure::other(format!("reading stopped: {error}")))??;
    let inventory = Arc::new(inventory);
    let judged = match scan.feeds.is_empty() {
        true => None,
        false => Some(judge::judge(&inventory, &scan.feeds, &bar).await?),
    };
    bar.finish_and_clear();
    let name = name_of(&scan.path);
    match scan.format {
        Format::Table => table::table(cli, &name, &inventory, judged.as_ref(), scan.all),
        Format::Json => cli
            .printer
            .json(&report::report(&name, &inventory, judged.as_ref())),
        Format::Spdx => write(|out| spdx::write(&inventory, &name, now(), out))?,
        Format::Cyclonedx => write(|out| cyclonedx::write(&inventory, &name, now(), out))?,
        Format::Sarif => {
            let judged = judged.as_ref().expect("a feed was demanded above");
            write(|out| sarif::write(&name, &inventory, judged, out))?;
        }
    }
    match (scan.fail_on, judged) {
        (Some(least), Some(judged)) => verdict(least, &inventory, &judged),
        _ => Ok(()),
    }
}

fn read(path: &Path, platform: Option<Platform>) -> Result<Inventory> {
    let source = rootfs::open(path, &platform.unwrap_or_else(Platform::host)).map_err(|error| {
        let mut failure = Failure::data(error.to_string());
        failure.code = Some(error.code().to_owned());
        failure
    })?;
    let inventory = sbom::read(&*source.into_root());
    let nothing = inventory.packages.packages().is_empty();
    let none_there = |problem: &sbom::Problem| problem.kind == ProblemKind::NoDatabase;
    if nothing && inventory.problems.iter().any(none_there) {
        let detail = format!("\"{}\" holds no dpkg, rpm or apk database", path.display());
        let mut failure = Failure::data(detail).hint("name the root of a file system, or an image");
        failure.code = Some("root_without_packages".to_owned());
        return Err(failure);
    }
    Ok(inventory)
}

fn verdict(least: Band, inventory: &Inventory, judged: &judge::Judged) -> Result<()> {
    let failed = |exit: u8, failure: Failure| Err(Failure { exit, ..failure });
    if judged.packages == 0 {
        let failure = Failure::other("no feed speaks of this system, so nothing was judged");
        return failed(
            NOT_JUDGED,
            failure.hint("add the feed of its distribution and release"),
        );
    }
    let bad = |found: &&judge::Finding| found.band.unwrap_or(Band::High) >= least;
    let found = judged.findings.iter().filter(bad).count();
    let unread = inventory.problems.iter().find(|problem| problem.stops_reading());
    match (found, unread) {
        (0, None) => Ok(()),
        (0, Some(problem)) => {
            let failure = Failure::other(format!(
                "\"{}\" was not read whole, and what is missing was not judged: {}",
                problem.path, problem.detail
            ));
            failed(
                NOT_JUDGED,
                failure.hint("scan a root whose package databases are whole"),
            )
        }
        (count, _) => {
            let detail = format!("{count} findings are {} or worse", least.name());
            failed(FOUND, Failure::other(detail))
        }
    }
}

/// A closed pipe (`| head`) is not our failure.
fn write(document: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> Result<()> {
    use std::io::Write as _;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match document(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::other(format!(
            "the result could not be written: {error}"
        ))),
        _ => Ok(()),
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.display().to_string())
}
