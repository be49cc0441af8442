//! `qlrf feed`: what is known of vulnerabilities, and from when.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_connectors::feed::{self, Code};
use qlrf_core::time::now;
use reqwest::Method;

use super::printer::relative;
use super::{Cli, Client, Failure, Noun, Result, Table, progress};
use crate::api::types::feed::{
    Feed, FeedImportParams, FeedImported, FeedRun, FeedSync, FeedSyncStarted, Feeds,
};

pub const NOUN: Noun = Noun {
    name: "feed",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The largest feed over a slow line, and judging all of it.
const IMPORT_TIME_MAX: Duration = Duration::from_secs(40 * 60);
const PIECE_BYTES: usize = 1 << 18;
const FOLDER_FILES_MAX: usize = 2_000_000;

#[derive(Subcommand)]
enum Verb {
    /// Show what was imported, from when it is, and what goes on
    Status,
    /// Import a file or a folder; all of it or nothing
    #[command(allow_missing_positional = true)]
    Import {
        /// `osv`, `kev` or `epss`; told by the content when left out
        feed: Option<String>,
        /// OSV: zip, folder, JSON or JSON lines; KEV: JSON or CSV; EPSS: CSV. Packed with gzip or zstd or not
        path: PathBuf,
        /// What it is called in snapshots; the file's name when left out
        #[arg(long)]
        source: Option<String>,
        /// KEV and EPSS: take the file although what is held is newer
        #[arg(long)]
        allow_older: bool,
    },
    /// Fetch from the publisher, and wait for the end
    Sync {
        /// `osv`, `kev` or `epss`; all of them when left out
        feed: Option<String>,
        /// For OSV, e.g. `Debian:12`; repeat for several. Those of the packages in use when left out
        #[arg(long = "ecosystem")]
        ecosystems: Vec<String>,
        /// Another place than the publisher's
        #[arg(long, requires = "feed")]
        url: Option<String>,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Vulnerability feeds"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::Status => {
            let feeds: Feeds = client.get("/feeds", &[]).await?;
            cli.printer.show(&feeds, table);
        }
        Verb::Import {
            feed,
            path,
            source,
            allow_older,
        } => {
            let params = FeedImportParams { source, allow_older };
            let feed = match feed {
                Some(feed) => feed,
                None => recognise(&path).await?.to_owned(),
            };
            let imported = import(&client, &feed, &path, params).await?;
            cli.printer.show(&imported, imported_table);
        }
        Verb::Sync {
            feed,
            ecosystems,
            url,
        } => {
            let feeds = match feed {
                Some(feed) => vec![feed],
                None => ["osv", "kev", "epss"].map(str::to_owned).into(),
            };
            let asked = FeedSync { ecosystems, url };
            sync(cli, &client, &feeds, &asked).await?;
        }
    }
    Ok(())
}

async fn recognise(path: &Path) -> Result<&'static str> {
    let looked_at = path.to_owned();
    let found = tokio::task::spawn_blocking(move || feed::recognise(&looked_at))
        .await
        .map_err(|error| Failure::other(format!("reading stopped: {error}")))?;
    found.map(|kind| kind.name).map_err(|error| {
        let missing = error.code == Code::Unreadable && !path.exists();
        let meant = path.to_str().filter(|_| missing).and_then(feed::find_kind);
        let failure = Failure::from(error);
        match meant {
            Some(kind) => failure.hint(format!(
                "name the file as well: `qlrf feed import {} PATH`",
                kind.name
            )),
            None => failure,
        }
    })
}

async fn import(
    client: &Client,
    feed: &str,
    path: &Path,
    mut params: FeedImportParams,
) -> Result<FeedImported> {
    params.source.get_or_insert_with(|| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| "upload".to_owned())
    });
    let opened = path.to_owned();
    let file = tokio::task::spawn_blocking(move || open(&opened))
        .await
        .map_err(|error| Failure::other(format!("reading stopped: {error}")))??;
    let total = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    let bar = progress::bytes(total, "sending");
    let query = serde_urlencoded::to_string(&params).expect("plain values always encode");
    let request = client
        .request(Method::POST, &format!("/feeds/{feed}/import?{query}"))
        .timeout(IMPORT_TIME_MAX)
        .header("content-type", "application/octet-stream")
        .header("content-length", total)
        .body(reqwest::Body::wrap_stream(pieces(
            tokio::fs::File::from_std(file),
            bar.clone(),
        )));
    let imported = client.send(request).await;
    bar.finish_and_clear();
    imported
}

fn pieces(
    file: tokio::fs::File,
    bar: indicatif::ProgressBar,
) -> impl futures::Stream<Item = std::io::Result<Vec<u8>>> {
    use tokio::io::AsyncReadExt as _;
    futures::stream::try_unfold(file, move |mut file| {
        let bar = bar.clone();
        async move {
            let mut piece = vec![0; PIECE_BYTES];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            bar.inc(read as u64);
            if bar.length() == Some(bar.position()) {
                bar.set_message("sent; the server imports");
            }
            Ok((read > 0).then_some((piece, file)))
        }
    })
}

/// A folder of records is sent as one file with a record a line.
fn open(path: &Path) -> Result<File> {
    let found = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !found.is_dir() {
        return File::open(path).map_err(|error| unreadable(path, &error));
    }
    let joined = tempfile::tempfile().map_err(|error| unreadable(path, &error))?;
    let mut lines = BufWriter::new(joined);
    let mut folders = vec![path.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && (name.ends_with(".json") || name.ends_with(".jsonl")) {
                files += 1;
                if files > FOLDER_FILES_MAX {
                    let detail = format!("\"{}\" has more than {FOLDER_FILES_MAX} files", path.display());
                    return Err(Failure::data(detail));
                }
                append(&entry.path(), name.ends_with(".jsonl"), &mut lines)?;
            }
        }
    }
    if files == 0 {
        return Err(Failure::data(format!(
            "\"{}\" holds no .json and no .jsonl file",
            path.display()
        )));
    }
    let mut joined = lines
        .into_inner()
        .map_err(|error| unreadable(path, error.error()))?;
    joined.rewind().map_err(|error| unreadable(path, &error))?;
    Ok(joined)
}

/// Line breaks between the tokens of a record become blanks; within its texts JSON has none.
fn append(path: &Path, is_lines: bool, lines: &mut impl std::io::Write) -> Result<()> {
    let failed = |error: std::io::Error| unreadable(path, &error);
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    if is_lines {
        std::io::copy(&mut file, lines).map_err(failed)?;
    } else {
        let mut line = Vec::new();
        let room = qlrf_core::advisory::MAX_RECORD_BYTES as u64 + 1;
        let mut file = file.take(room);
        while file.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            let end = line.trim_ascii_end().len();
            lines.write_all(&line[..end]).map_err(failed)?;
            lines.write_all(b" ").map_err(failed)?;
            line.clear();
        }
    }
    lines.write_all(b"\n").map_err(failed)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::data(format!("\"{}\" cannot be read: {error}", path.display()))
}

async fn sync(cli: &Cli, client: &Client, feeds: &[String], asked: &FeedSync) -> Result<()> {
    let mut started: Vec<(String, Vec<String>)> = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    for feed in feeds {
        match client
            .post::<FeedSyncStarted>(&format!("/feeds/{feed}/sync"), asked)
            .await
        {
            Ok(answer) => {
                let sources = answer.runs.into_iter().filter_map(|run| run.source).collect();
                started.push((feed.clone(), sources));
            }
            // One feed that cannot be asked for does not keep the others from being fetched.
            Err(failure) if feeds.len() > 1 => failed.push(format!("{feed}: {}", failure.what)),
            Err(failure) => return Err(failure),
        }
    }
    let bar = progress::spinner("fetching");
    let feeds = loop {
        let known: Feeds = client.get("/feeds", &[]).await?;
        let runs: Vec<(&str, &FeedRun)> = known
            .items
            .iter()
            .flat_map(|feed| feed.runs.iter().map(|run| (&feed.name[..], run)))
            .filter(|(feed, run)| {
                started.iter().any(|(name, sources)| {
                    name == feed && run.source.as_ref().is_some_and(|source| sources.contains(source))
                })
            })
            .collect();
        let open: Vec<String> = runs
            .iter()
            .filter(|(_, run)| run.state == "running")
            .map(|(feed, run)| format!("{feed} {} records", run.records))
            .collect();
        if open.is_empty() {
            let ended = runs
                .iter()
                .filter(|(_, run)| run.state == "failed" || run.state == "interrupted");
            failed.extend(ended.map(|(feed, run)| {
                format!(
                    "{feed}: {}",
                    run.detail.as_deref().unwrap_or("it was interrupted")
                )
            }));
            break known;
        }
        bar.set_message(open.join(", "));
        tokio::time::sleep(LOOK_EVERY).await;
    };
    bar.finish_and_clear();
    cli.printer.show(&feeds, table);
    if failed.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::unavailable("not every feed could be fetched")
        .hint("without internet, carry the files over: `qlrf feed import PATH`");
    failure.why = failed;
    Err(failure)
}

fn table(feeds: &Feeds) -> Table {
    let mut table = Table::new(
        &[
            "feed", "records", "imported", "newest", "source", "last run", "next run",
        ],
        "There is no feed.",
    );
    for feed in &feeds.items {
        let last_run = |source: &Option<String>| {
            let run = feed.runs.iter().find(|run| run.source == *source)?;
            Some(state(run))
        };
        for snapshot in &feed.snapshots {
            table.row(vec![
                feed.name.clone(),
                // The source's own: what is held of the feed is of all of them together.
                snapshot.records.to_string(),
                relative(snapshot.imported_at, now()),
                snapshot
                    .newest
                    .map_or_else(String::new, |at| at.date().to_string()),
                snapshot.source.clone().unwrap_or_default(),
                last_run(&snapshot.source).unwrap_or_default(),
                next_run(feed),
            ]);
        }
        let other = feed.runs.iter().filter(|run| {
            feed.snapshots
                .iter()
                .all(|snapshot| snapshot.source != run.source)
        });
        for run in other {
            let source = run.source.as_deref().unwrap_or_default();
            let cells = [
                &feed.name[..],
                "0",
                "never",
                "",
                source,
                &state(run),
                &next_run(feed),
            ];
            table.row(cells.map(str::to_owned).into());
        }
        if feed.empty && feed.runs.is_empty() {
            let cells = [&feed.name[..], "empty", "never", "", "", "", &next_run(feed)];
            table.row(cells.map(str::to_owned).into());
        }
    }
    table
}

fn next_run(feed: &Feed) -> String {
    let Some(schedule) = &feed.schedule else {
        return String::new();
    };
    let next = schedule
        .next_at
        .map_or("by hand".to_owned(), |at| relative(at, now()));
    match (&schedule.code, schedule.failures) {
        // The last run says why.
        (Some(_), failures @ 1..) => format!("{next}, failed {failures}×"),
        _ => next,
    }
}

fn state(run: &FeedRun) -> String {
    match &run.code {
        Some(code) => format!("{}: {code}", run.state),
        None if run.state == "running" => format!("running, {} records", run.records),
        None => run.state.clone(),
    }
}

fn imported_table(imported: &FeedImported) -> Table {
    let outcome = match imported.unchanged {
        true => "unchanged: the same bytes were imported before",
        false => "imported",
    };
    let mut fields = vec![
        ("feed", imported.feed.clone()),
        ("outcome", outcome.to_owned()),
        ("records", imported.records.to_string()),
        ("not readable", imported.problems.to_string()),
        ("matches opened", imported.matches_opened.to_string()),
        ("matches closed", imported.matches_closed.to_string()),
    ];
    if let Some(first) = imported.first_problems.first() {
        fields.push(("first problem", format!("{}: {}", first.entry, first.detail)));
    }
    Table::fields(&fields)
}
