//! One import: everything that a snapshot says, and what follows from it, in one transaction or not at all.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use async_trait::async_trait;
use qlrf_connectors::feed::{
    self, Batch, Code, FeedError, Fetched, Kind, OnProgress, Problem, Record, Sink, Source,
};
use qlrf_core::advisory::{Advisory, Severity, SeverityKind};
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::FeedSnapshotId;
use qlrf_core::time::{Date, Timestamp, now};
use qlrf_engines::vuln::advisory_keys;
use qlrf_engines::vuln::severity::{self, Band};
use qlrf_store::feed::{Name, NewAdvisory, NewEpss, NewKev, SnapshotTotal};
use qlrf_store::{Store, SystemTx, feed as store, feed_run, matching as rows, outbox};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::app::{discovery, matching};

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

/// Fetches first, without holding anything; then writes. Dropping it at any point leaves what was there before.
/// `name` is what the source is called in snapshots.
pub async fn import(
    store: &Store,
    kind: &'static Kind,
    source: &Source,
    name: &str,
    on_progress: OnProgress,
) -> Result<Imported> {
    let told = |error: FeedError| told(error, source, name);
    let fetched = feed::fetch(source, &on_progress).await.map_err(told)?;
    let mut tx = store.system("import feed").await?;
    feed_run::take_turn(&mut tx).await.map_err(no_turn)?;
    if let Some(known) = store::find_newest(&mut tx, kind.name, name).await?
        && store::snapshot_digest(&known)? == fetched.sha256()
    {
        return Ok(Imported {
            snapshot: None,
            digest: fetched.sha256(),
            records: known.records.unsigned_abs(),
            problems: known.problems.unsigned_abs(),
            first_problems: Vec::new(),
            opened: 0,
            closed: 0,
        });
    }
    let mut import = Import::begin(tx, kind, name).await?;
    let read = read(fetched, kind, &mut import, on_progress).await;
    if let Some(failed) = import.failure.take() {
        return Err(failed.into());
    }
    let snapshot = read.map_err(told)?;
    Ok(import.finish(&snapshot).await?)
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

    /// What replaces something keeps when it began to hold: these wait for the moment of the snapshot.
    async fn write_scores(&mut self, at: Timestamp) -> qlrf_store::Result<()> {
        if !self.kev.is_empty() {
            store::replace_kev(&mut self.tx, self.id, at, &self.kev).await?;
        }
        if self.scores.is_empty() {
            return Ok(());
        }
        let matched = store::list_matched_cves(&mut self.tx).await?;
        let matched: HashSet<String> = matched.into_iter().collect();
        for rows in self.scores.chunks(SCORES_AT_ONCE) {
            let kept: Vec<&str> = rows
                .iter()
                .map(|row| &row.cve[..])
                .filter(|cve| matched.contains(*cve))
                .collect();
            store::upsert_epss(&mut self.tx, at, rows, &kept).await?;
        }
        Ok(())
    }

    /// Judges what the snapshot touches, says so, and commits.
    async fn finish(mut self, read: &feed::Snapshot) -> qlrf_store::Result<Imported> {
        self.write(0).await?;
        // From here on no fact brings new packages; so the moment is later than every package that is judged with it.
        rows::hold_content(&mut self.tx).await?;
        let at = now();
        self.write_scores(at).await?;
        let ecosystems: BTreeSet<&str> = self.touched.iter().map(|(ecosystem, _)| &ecosystem[..]).collect();
        store::cover_ecosystems(&mut self.tx, &ecosystems, at).await?;
        let rematched = matching::rematch(&mut self.tx, at, &self.touched).await?;
        discovery::tell_all(&mut self.tx, at, self.id, &rematched.new).await?;
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
            opened: rematched.opened,
            closed: rematched.closed,
        })
    }
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

fn advisory_row(advisory: Advisory) -> NewAdvisory {
    let (advisory, document) = storable(advisory);
    let score = severity::score(&advisory.severity)
        .or_else(|| {
            let of_packages = advisory
                .affected
                .iter()
                .filter_map(|a| severity::score(&a.severity));
            of_packages.max_by(|a, b| a.value.total_cmp(&b.value))
        })
        .map(|score| score.value);
    let rating = advisory.rating.as_deref().and_then(Band::of_rating);
    let band = score.map(Band::of_score).or(rating);
    NewAdvisory {
        osv_id: advisory.id.to_string(),
        digest: Digest::of(document.to_string().as_bytes()),
        cves: advisory.cves().iter().map(ToString::to_string).collect(),
        summary: advisory.summary.to_string(),
        cvss_score: score.map(|value| value as f32),
        cvss_vector: vector(&advisory.severity),
        severity: band.map(|band| band.name().to_owned()),
        published: advisory.published,
        modified: advisory.modified,
        withdrawn: advisory.withdrawn,
        names: advisory_keys(&advisory),
        document,
    }
}

/// The vector that the score was computed from.
fn vector(vectors: &[Severity]) -> Option<String> {
    let newest_first = [SeverityKind::CvssV4, SeverityKind::CvssV3, SeverityKind::CvssV2];
    let found = newest_first.iter().find_map(|kind| {
        let mut of_kind = vectors.iter().filter(|v| v.kind == *kind);
        of_kind.find(|v| severity::score(std::slice::from_ref(*v)).is_some())
    });
    found.map(|vector| vector.score.to_string())
}

/// PostgreSQL keeps no NUL character in text or JSON; one in a feed is shown as the replacement character.
fn storable(advisory: Advisory) -> (Advisory, Value) {
    let mut document = serde_json::to_value(&advisory).expect("advisories always serialise");
    if !replace_nul(&mut document) {
        return (advisory, document);
    }
    let cleaned = serde_json::from_value(document.clone()).expect("only characters inside of texts changed");
    (cleaned, document)
}

fn replace_nul(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = without_nul(text);
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| replace_nul(item) | any),
        Value::Object(fields) => fields
            .values_mut()
            .fold(false, |any, item| replace_nul(item) | any),
        _ => false,
    }
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// As the feeds write it: RFC 3339 (OSV), a date with or without more behind it (EPSS), a date with dots (KEV).
fn moment(text: &str) -> Option<Timestamp> {
    let date = || {
        let date = text.get(..10)?.replace('.', "-");
        let date = Date::parse(&date, format_description!("[year]-[month]-[day]")).ok()?;
        Some(date.midnight().assume_utc())
    };
    Timestamp::parse(text, &Rfc3339).ok().or_else(date)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_in_an_advisory_is_stored_as_the_replacement_character() {
        let text = r#"{"id":"A-1","modified":"2026-01-01T00:00:00Z","summary":"a\u0000b","affected":[]}"#;
        let advisory = qlrf_core::advisory::read_osv(text.as_bytes()).expect("a record");
        let row = advisory_row(advisory);
        assert!(!row.document.to_string().contains("\\u0000"));
        assert!(!row.summary.contains('\0'));
    }

    #[test]
    fn each_feed_says_its_age_in_its_own_way() {
        let day = time::macros::datetime!(2025-08-25 00:00 UTC);
        assert_eq!(moment("2025-08-25T00:00:00Z"), Some(day));
        assert_eq!(moment("2025-08-25T00:00:00+0000"), Some(day));
        assert_eq!(moment("2025.08.25"), Some(day));
        assert_eq!(moment("yesterday"), None);
    }
}
