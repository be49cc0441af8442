//! Vulnerability feeds: what was imported, importing a file, fetching from the publisher.

mod held;
mod import;
mod record;
mod run;
pub mod schedule;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use qlrf_connectors::feed::{KINDS, Kind, OnProgress, Source, find_kind, mirror_url};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::time::now;
use qlrf_store::feed::Snapshot;
use qlrf_store::feed_run::Run;
use qlrf_store::feed_schedule::Schedule;
use qlrf_store::{feed as store, feed_run, feed_schedule};

pub use held::held;
pub use import::{Course, Imported, import};
pub use run::{history, is_alive, sync};

use crate::config::{FeedConfig, Interval};
use crate::opcx::{App, OpCx};
use held::HeldCounts;

const NAME_CHARS_MAX: usize = 500;
/// As a publisher spells ecosystems: `Debian:12`, `Rocky Linux:9`.
const ECOSYSTEMS_MAX: usize = 50;

/// What the feeds of one process share.
#[derive(Default)]
pub struct Desk {
    spool: OnceLock<PathBuf>,
    config: OnceLock<FeedConfig>,
    held: HeldCounts,
}

impl Desk {
    /// Uploads are kept below this folder while they are imported; without it, in the system's temporary folder.
    pub fn spool_in(&self, folder: PathBuf) {
        let _ = self.spool.set(folder);
    }

    /// Without it there is neither schedule nor mirror.
    pub fn configure(&self, config: FeedConfig) {
        let _ = self.config.set(config);
    }

    pub fn config(&self) -> FeedConfig {
        let none = || FeedConfig {
            intervals: vec![Interval {
                feed: None,
                every: None,
            }],
            mirrors: Vec::new(),
        };
        self.config.get().cloned().unwrap_or_else(none)
    }

    /// An empty file that is gone when the value is dropped.
    pub fn spool_file(&self) -> Result<tempfile::NamedTempFile> {
        let made = match self.spool.get() {
            Some(folder) => {
                std::fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder))
            }
            None => tempfile::NamedTempFile::new(),
        };
        made.map_err(|error| {
            Error::new(
                ErrorKind::Unavailable,
                "spool_unavailable",
                "there is no room to keep the upload while it is read",
            )
            .hint("the server's data folder must be writable and have space left")
            .internal(error)
        })
    }
}

/// One feed that this version knows, with what is held of it.
pub struct Feed {
    pub kind: &'static Kind,
    /// The newest of each source, newest first; empty when nothing was ever imported.
    pub snapshots: Vec<Snapshot>,
    pub runs: Vec<Run>,
    /// `None`: no process that fetches feeds has started yet.
    pub schedule: Option<Schedule>,
    /// Standing advisories, known exploited vulnerabilities or scores.
    pub held: u64,
}

pub async fn list(cx: &OpCx) -> Result<Vec<Feed>> {
    let mut tx = cx.store().system("list feeds").await?;
    let mut snapshots = store::list_newest(&mut tx).await?;
    snapshots.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.imported_at));
    let runs = feed_run::list(&mut tx).await?;
    let schedules = feed_schedule::list(&mut tx).await?;
    drop(tx);
    let held = held(cx).await?;
    let feed = |kind: &'static Kind| Feed {
        kind,
        snapshots: snapshots
            .iter()
            .filter(|s| s.feed == kind.name)
            .cloned()
            .collect(),
        runs: runs
            .iter()
            .filter(|run| run.feed == kind.name && counts(run, &snapshots))
            .cloned()
            .collect(),
        schedule: schedules.iter().find(|s| s.feed == kind.name).cloned(),
        held: match kind.name {
            "kev" => held.known_exploited,
            "epss" => held.exploit_scores,
            _ => held.advisories,
        }
        .unsigned_abs(),
    };
    Ok(KINDS.iter().map(feed).collect())
}

/// Whether a run tells how a feed does. A file that was refused left nothing to rely on and is never sent again by
/// itself, so it stands among the runs only; what is fetched from an address is fetched again.
fn counts(run: &Run, snapshots: &[Snapshot]) -> bool {
    let is_fetched = matches!(Source::parse(&run.source), Source::Url(_));
    let holds = |snapshot: &Snapshot| snapshot.feed == run.feed && snapshot.source == run.source;
    run::is_alive(run, now()) || is_fetched || snapshots.iter().any(holds)
}

pub fn find(name: &str) -> Result<&'static Kind> {
    find_kind(name).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no feed \"{name}\""),
        )
        .hint(format!("known feeds: {}", known.join(", ")))
    })
}

/// Imports a file that lies here, under the name that it came with.
pub async fn import_file(
    cx: &OpCx,
    kind: &'static Kind,
    file: PathBuf,
    name: Option<&str>,
    course: Course,
) -> Result<Imported> {
    let name = checked_name(name.unwrap_or("upload"))?;
    run::recorded(cx, kind, &Source::Path(file), &name, course).await
}

/// Imports OSV records that were handed over as JSON: one object, or an array of them.
pub async fn ingest(cx: &OpCx, records: &serde_json::Value) -> Result<Imported> {
    use std::io::Write as _;
    let records = match records {
        serde_json::Value::Array(records) => &records[..],
        one => std::slice::from_ref(one),
    };
    let mut file = cx.app().feeds.spool_file()?;
    let written = records.iter().try_for_each(|record| writeln!(file, "{record}"));
    written.and_then(|()| file.flush()).map_err(|error| {
        Error::new(
            ErrorKind::Unavailable,
            "spool_unavailable",
            "the records could not be kept while they are read",
        )
        .internal(error)
    })?;
    let source = Source::Path(file.path().to_owned());
    let osv = find("osv")?;
    import(cx.store(), osv, &source, "ingest", Course::Forward, no_progress()).await
}

fn no_progress() -> OnProgress {
    std::sync::Arc::new(|_| {})
}

/// Where a feed is fetched from when nobody says where.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// For feeds that come in parts; those of the packages in use when empty.
    pub ecosystems: Vec<String>,
    pub url: Option<String>,
}

async fn sources(app: &App, kind: &'static Kind, wanted: Wanted) -> Result<Vec<Source>> {
    if let Some(url) = wanted.url {
        checked_name(&url)?;
        return match Source::parse(&url) {
            source @ Source::Url(_) => Ok(vec![source]),
            // The server reads no file because somebody far away named it.
            Source::Path(_) | Source::Mirror(_) => Err(invalid(format!("\"{url}\" is not a URL"))
                .hint("write it with https://, or send a file with `qlrf feed import`")),
        };
    }
    let config = app.feeds.config();
    let place = |part: Option<&str>| match config.mirror(kind) {
        Some(template) => mirror_url(template, part).map(Source::Mirror),
        None => (kind.default_url)(part).map(Source::Url),
    };
    if let Some(source) = place(None) {
        return Ok(vec![source]);
    }
    let ecosystems = match wanted.ecosystems {
        named if !named.is_empty() => named,
        _ => {
            let mut tx = app.store.system("find ecosystems in use").await?;
            feed_run::list_ecosystems_in_use(&mut tx).await?
        }
    };
    let mut known = BTreeSet::new();
    // Releases of one distribution share an archive.
    let urls: Vec<Source> = ecosystems
        .iter()
        .filter_map(|ecosystem| place(Some(ecosystem)))
        .filter(|source| known.insert(source.to_string()))
        .take(ECOSYSTEMS_MAX)
        .collect();
    if urls.is_empty() {
        return Err(
            invalid("it is not known yet which ecosystems this estate runs".to_owned())
                .hint("collect inventory first, or name one: `qlrf feed sync osv --ecosystem Debian:12`"),
        );
    }
    Ok(urls)
}

fn checked_name(name: &str) -> Result<String> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(invalid(format!(
            "the name of a source is 1 to {NAME_CHARS_MAX} printable characters"
        )));
    }
    Ok(name.to_owned())
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_feed_source", detail)
}
