//! One import: everything that a snapshot says, and what follows from it, in one transaction or not at all.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use async_trait::async_trait;
use qlrf_connectors::feed::{
    self, Batch, Code, FeedError, Fetched, Kind, OnProgress, Problem, Record, Sink, Source,
};
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::FeedSnapshotId;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::feed::{Name, NewAdvisory, NewEpss, NewKev, Snapshot, SnapshotTotal};
use qlrf_store::{Store, SystemTx, feed as store, feed_run, matching as rows, outbox, statistics};
use serde_json::json;

use super::record::{advisory_row, moment, without_nul};
use crate::app::discovery;
use crate::app::matching::Difference;

/// Advisories and scores written in one statement.
const ADVISORIES_AT_ONCE: usize = 1_000;
const SCORES_AT_ONCE: usize = 10_000;
/// Scores held until they are written together: five times the CVEs that there are.
const SCORES_MAX: usize = 2_000_000;
/// Problems told to whoever imports; all of them are counted.
const PROBLEMS_TOLD: usize = 20;

/// What an import did.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// `None`: the bytes are those of the snapshot before, and nothing was written.
    pub snapshot: Option<FeedSnapshotId>,
    pub digest: Digest,
    pub records: u64,
    pub problems: u64,
    /// The first of them.
    pub first_problems: Vec<Problem>,
    /// Pairs of package version and advisory that hold since, and that hold no longer.
    pub opened: usize,
    pub closed: usize,
}

/// Whether what is held may be taken back to an older state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// A snapshot that is older than what is held is refused.
    Forward,
    /// Somebody asked for it, such as after a file with a wrong date.
    Any,
}

/// Fetches first, without holding anything; then writes. Dropping it at any point leaves what was there before.
/// `name` is what the source is called in snapshots.
pub async fn import(
    store: &Store,
    kind: &'static Kind,
    source: &Source,
    name: &str,
    course: Course,
    on_progress: OnProgress,
) -> Result<Imported> {
    let told = |error: FeedError| told(error, source, name);
    let mut fetched = feed::fetch(source, &on_progress).await.map_err(told)?;
    if matches!(source, Source::Path(_)) {
        fetched = fetched.named(name);
    }
    let mut tx = store.system("import feed").await?;
    feed_run::take_turn(&mut tx).await.map_err(no_turn)?;
    let held = match kind.is_whole {
        true => store::find_newest(&mut tx, kind.name).await?,
        false => store::find_newest_of(&mut tx, kind.name, name).await?,
    };
    if let Some(held) = &held
        && store::snapshot_digest(held)? == fetched.sha256()
    {
        return Ok(Imported::unchanged(held, fetched.sha256()));
    }
    let mut import = Import::begin(tx, kind, name).await?;
    let read = read(fetched, kind, &mut import, on_progress).await;
    if let Some(failed) = import.failure.take() {
        return Err(failed.into());
    }
    let snapshot = read.map_err(told)?;
    if let Some(held) = held.filter(|_| kind.is_whole && course == Course::Forward) {
        go_forward(kind, &snapshot, &held)?;
    }
    let imported = import.finish(store, &snapshot).await?;
    statistics::count_grown(store).await?;
    Ok(imported)
}

impl Imported {
    fn unchanged(held: &Snapshot, digest: Digest) -> Imported {
        Imported {
            snapshot: None,
            digest,
            records: held.records.unsigned_abs(),
            problems: held.problems.unsigned_abs(),
            first_problems: Vec::new(),
            opened: 0,
            closed: 0,
        }
    }
}

/// A file that does not say how old it is could be older than one that does.
fn go_forward(kind: &Kind, offered: &feed::Snapshot, held: &Snapshot) -> Result<()> {
    let Some(known) = held.newest else {
        return Ok(());
    };
    let offered = offered.newest.as_deref().and_then(moment);
    if offered.is_some_and(|offered| offered >= known) {
        return Ok(());
    }
    let (title, source, known) = (kind.title, &held.source, known.date());
    let offered = offered.map_or("does not say its date".to_owned(), |at| {
        format!("is of {}", at.date())
    });
    Err(Error::new(
        ErrorKind::Conflict,
        "feed_older_than_held",
        format!("{title}: what was offered {offered}, and what is held, from \"{source}\", is of {known}"),
    )
    .hint("what is held still holds; to go back to the older one, `qlrf feed import --allow-older`"))
}

async fn read(
    fetched: Fetched,
    kind: &'static Kind,
    import: &mut Import,
    on_progress: OnProgress,
) -> std::result::Result<feed::Snapshot, FeedError> {
    let snapshot = fetched.read(kind, import, on_progress).await?;
    // A publisher that changed its format must not look like one that withdrew nearly everything.
    if snapshot.problems > snapshot.records {
        let first = import.problems.first().map_or("", |problem| &problem.detail);
        return Err(FeedError {
            code: Code::WrongContent,
            detail: format!(
                "{} of its records could not be read and only {} could; the first problem: {first}",
                snapshot.problems, snapshot.records
            ),
        });
    }
    Ok(snapshot)
}

struct Import {
    tx: SystemTx,
    id: FeedSnapshotId,
    feed: &'static str,
    /// By id, so that no statement has one twice; of two the one that was modified last stays.
    advisories: BTreeMap<String, NewAdvisory>,
    kev: Vec<NewKev>,
    scores: Vec<NewEpss>,
    touched: BTreeSet<Name>,
    problems: Vec<Problem>,
    /// What the store said, when the feed was stopped because of it.
    failure: Option<qlrf_store::Error>,
}

impl Import {
    async fn begin(mut tx: SystemTx, kind: &'static Kind, name: &str) -> Result<Import> {
        let id = FeedSnapshotId::generate();
        store::create_snapshot(&mut tx, id, kind.name, name, now()).await?;
        Ok(Import {
            tx,
            id,
            feed: kind.name,
            advisories: BTreeMap::new(),
            kev: Vec::new(),
            scores: Vec::new(),
            touched: BTreeSet::new(),
            problems: Vec::new(),
            failure: None,
        })
    }

    fn keep(&mut self, record: Record) {
        match record {
            Record::Advisory(advisory) => {
                let row = advisory_row(*advisory);
                let known = self.advisories.get(&row.osv_id);
                if known.is_none_or(|known| known.modified <= row.modified) {
                    self.advisories.insert(row.osv_id.clone(), row);
                }
            }
            Record::Exploited(entry) => self.kev.push(NewKev {
                cve: entry.cve.to_string(),
                date_added: entry.added,
                due_date: entry.due,
                ransomware: Some(entry.ransomware),
                name: without_nul(&entry.name),
            }),
            Record::Score(score) => self.scores.push(NewEpss {
                cve: score.cve.to_string(),
                score: score.probability,
                percentile: score.percentile,
            }),
        }
    }

    async fn write(&mut self, at_least: usize) -> qlrf_store::Result<()> {
        if !self.advisories.is_empty() && self.advisories.len() >= at_least {
            let rows: Vec<NewAdvisory> = std::mem::take(&mut self.advisories).into_values().collect();
            for rows in rows.chunks(ADVISORIES_AT_ONCE) {
                let touched = store::upsert_advisories(&mut self.tx, self.id, rows).await?;
                self.touched.extend(touched);
            }
        }
        Ok(())
    }

    /// Judges what the snapshot touches, says so, and commits.
    async fn finish(mut self, store: &Store, read: &feed::Snapshot) -> qlrf_store::Result<Imported> {
        self.write(0).await?;
        let (at, difference) = match self.touched.is_empty() {
            true => (self.write_whole(store).await?, Difference::default()),
            false => self.match_touched().await?,
        };
        let ecosystems: BTreeSet<&str> = self.touched.iter().map(|(ecosystem, _)| &ecosystem[..]).collect();
        store::cover_ecosystems(&mut self.tx, &ecosystems, at).await?;
        difference.write(&mut self.tx, at).await?;
        discovery::tell_all(&mut self.tx, at, self.id, &difference.found()).await?;
        let total = SnapshotTotal {
            digest: read.sha256,
            records: signed(read.records),
            problems: signed(read.problems),
            newest: read.newest.as_deref().and_then(moment),
        };
        store::complete_snapshot(&mut self.tx, self.id, &total, at).await?;
        let event = NewEvent {
            event_type: EventType::FeedSynced,
            subject: format!("feeds/{}", self.feed),
            data: json!({
                "feed": self.feed, "snapshot_id": self.id, "digest": read.sha256, "records": read.records,
                "problems": read.problems,
            }),
        };
        outbox::append_for_all(&mut self.tx, &event).await?;
        self.tx.commit().await?;
        Ok(Imported {
            snapshot: Some(self.id),
            digest: read.sha256,
            records: read.records,
            problems: read.problems,
            first_problems: self.problems,
            opened: difference.opened(),
            closed: difference.closed(),
        })
    }

    /// Compares the packages that are known before it keeps new ones out: then only those are left that came meanwhile,
    /// and collections wait for no more than the writing. The moment is later than every package that is judged with it.
    async fn match_touched(&mut self) -> qlrf_store::Result<(Timestamp, Difference)> {
        let mut difference = Difference::find(&mut self.tx, &self.touched).await?;
        rows::hold_content(&mut self.tx).await?;
        difference.find_later(&mut self.tx, &self.touched).await?;
        Ok((now(), difference))
    }

    /// What replaces something keeps when it began to hold: these rows waited for the moment of the snapshot. No package
    /// is judged by them, so collections go on beside.
    async fn write_whole(&mut self, store: &Store) -> qlrf_store::Result<Timestamp> {
        if self.scores.is_empty() {
            let at = now();
            if !self.kev.is_empty() {
                store::replace_kev(&mut self.tx, self.id, at, &self.kev).await?;
            }
            return Ok(at);
        }
        let (at, matched) = matched_cves(store).await?;
        for rows in self.scores.chunks(SCORES_AT_ONCE) {
            let kept: Vec<&str> = rows
                .iter()
                .map(|row| &row.cve[..])
                .filter(|cve| matched.contains(*cve))
                .collect();
            store::upsert_epss(&mut self.tx, at, rows, &kept).await?;
        }
        Ok(at)
    }
}

/// Vulnerabilities that any package had up to this moment: whose past scores can be asked for. Waits for collections that
/// are bringing packages, and lets others go on at once.
async fn matched_cves(store: &Store) -> qlrf_store::Result<(Timestamp, HashSet<String>)> {
    let mut tx = store.system("list matched vulnerabilities").await?;
    feed_run::take_time(&mut tx).await?;
    rows::hold_content(&mut tx).await?;
    let at = now();
    Ok((at, store::list_matched_cves(&mut tx).await?.into_iter().collect()))
}

#[async_trait]
impl Sink for Import {
    async fn take(&mut self, batch: Batch) -> std::result::Result<(), FeedError> {
        let room = PROBLEMS_TOLD.saturating_sub(self.problems.len());
        self.problems.extend(batch.problems.into_iter().take(room));
        for record in batch.records {
            self.keep(record);
        }
        if self.scores.len() > SCORES_MAX {
            let detail = format!("it has more than {SCORES_MAX} scores");
            return Err(FeedError {
                code: Code::TooLarge,
                detail,
            });
        }
        match self.write(ADVISORIES_AT_ONCE).await {
            Ok(()) => Ok(()),
            Err(error) => {
                let detail = error.to_string();
                self.failure = Some(error);
                Err(FeedError {
                    code: Code::Sink,
                    detail,
                })
            }
        }
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn no_turn(error: qlrf_store::Error) -> Error {
    match error {
        qlrf_store::Error::Busy(_) => Error::new(
            ErrorKind::Conflict,
            "feed_import_running",
            "another import is under way and does not end",
        )
        .hint("`qlrf feed status` shows it; try again when it is done"),
        other => other.into(),
    }
}

/// What a feed's error means to whoever asked for the import.
fn told(error: FeedError, source: &Source, name: &str) -> Error {
    let kind = match error.code {
        Code::TooLarge => ErrorKind::TooLarge,
        Code::Unreachable | Code::HttpStatus => ErrorKind::Unavailable,
        Code::TimedOut => ErrorKind::TimedOut,
        Code::Sink | Code::Cancelled => ErrorKind::Internal,
        _ => ErrorKind::Invalid,
    };
    let detail = match source {
        // An upload lies under a name that means nothing to the one who sent it.
        Source::Path(path) => error.detail.replace(&path.display().to_string(), name),
        Source::Url(_) | Source::Mirror(_) => error.detail,
    };
    let told = Error::new(kind, error.code.name(), detail);
    match error.code {
        Code::Unreachable | Code::TimedOut | Code::HttpStatus => told.hint(
            "what was imported before still holds; without internet, carry the file over and use `qlrf feed import`",
        ),
        Code::BadUrl => told.hint(
            "a feed comes over https from a public address, from this machine, or from a mirror in the configuration",
        ),
        _ => told.hint("nothing was imported; what was imported before still holds"),
    }
}
