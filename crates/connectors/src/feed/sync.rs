//! One run of one feed: fetch, read on a thread of its own, hand over in batches.

use qlrf_core::digest::Digest;
use tokio::sync::mpsc;

use super::acquire::Raw;
use super::out::Out;
use super::{Code, FeedError, Kind, OnProgress, Sink, Snapshot, Source, acquire};

/// Batches that may wait for the sink; with [`super::out::BATCH`] it bounds what is held in memory.
const WAITING: usize = 2;

/// The bytes of a source, here and whole: what is left to do needs no network.
pub struct Fetched {
    raw: Raw,
    source: String,
    sha256: Digest,
}

/// Fetches without reading. Safe to drop at any point: nothing is left behind.
pub async fn fetch(source: &Source, on_progress: &OnProgress) -> Result<Fetched, FeedError> {
    let mut raw = acquire::acquire(source, on_progress).await?;
    let digest = tokio::task::spawn_blocking(move || raw.digest().map(|sha256| (raw, sha256)));
    let (raw, sha256) = digest
        .await
        .map_err(|e| Code::Cancelled.with(format!("reading {source} stopped: {e}")))??;
    let source = source.to_string();
    Ok(Fetched { raw, source, sha256 })
}

/// Fetches and reads the whole feed. Safe to drop at any point: nothing is left behind.
pub async fn sync(
    kind: &'static Kind,
    source: &Source,
    sink: &mut dyn Sink,
    on_progress: OnProgress,
) -> Result<Snapshot, FeedError> {
    fetch(source, &on_progress)
        .await?
        .read(kind, sink, on_progress)
        .await
}

impl Fetched {
    /// Of the raw bytes, as [`Snapshot::sha256`] will say.
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// Tells a file by `name` from here on: an upload lies under one that means nothing to the one who sent it.
    pub fn named(mut self, to: &str) -> Self {
        if let Raw::File { name, .. } = &mut self.raw {
            *name = to.to_owned();
            self.source = to.to_owned();
        }
        self
    }

    pub async fn read(
        self,
        kind: &'static Kind,
        sink: &mut dyn Sink,
        on_progress: OnProgress,
    ) -> Result<Snapshot, FeedError> {
        let Fetched {
            mut raw,
            source,
            sha256,
        } = self;
        let bytes = raw.bytes();
        let (sender, mut batches) = mpsc::channel(WAITING);
        let reader = tokio::task::spawn_blocking(move || {
            let mut out = Out::new(sender, on_progress, bytes);
            (kind.read)(&mut raw, &mut out)?;
            out.finish()
        });
        while let Some(batch) = batches.recv().await {
            sink.take(batch).await?;
        }
        let read = reader
            .await
            .map_err(|e| Code::Cancelled.with(format!("reading {source} stopped: {e}")))?;
        let total = read.map_err(|e| FeedError {
            detail: format!("{source}: {}", e.detail),
            ..e
        })?;
        if total.records == 0 {
            return Err(match total.first_problem {
                Some(problem) => Code::WrongContent.with(format!(
                    "{source}: no record of the {} feed in it; the first problem is in {:?}: {}",
                    kind.name, problem.entry, problem.detail
                )),
                None => Code::Empty.with(format!("{source}: no record of the {} feed in it", kind.name)),
            });
        }
        Ok(Snapshot {
            feed: kind.name,
            source,
            sha256,
            bytes,
            records: total.records,
            problems: total.problems,
            newest: total.newest,
        })
    }
}
