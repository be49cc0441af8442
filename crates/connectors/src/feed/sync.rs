//! One run of one feed: fetch, read on a thread of its own, hand over in batches.

use tokio::sync::mpsc;

use super::out::Out;
use super::{Code, FeedError, Kind, OnProgress, Sink, Snapshot, Source, acquire};

/// Batches that may wait for the sink; with [`super::out::BATCH`] it bounds what is held in memory.
const WAITING: usize = 2;

/// Reads the whole feed. Safe to drop at any point: nothing is left behind.
pub async fn sync(
    kind: &'static Kind,
    source: &Source,
    sink: &mut dyn Sink,
    on_progress: OnProgress,
) -> Result<Snapshot, FeedError> {
    let mut raw = acquire::acquire(source, &on_progress).await?;
    let (sender, mut batches) = mpsc::channel(WAITING);
    let reader = tokio::task::spawn_blocking(move || {
        let sha256 = raw.digest()?;
        let mut out = Out::new(sender, on_progress, raw.bytes());
        (kind.read)(&mut raw, &mut out)?;
        Ok::<_, FeedError>((sha256, raw.bytes(), out.finish()?))
    });
    while let Some(batch) = batches.recv().await {
        sink.take(batch).await?;
    }
    let read = reader
        .await
        .map_err(|e| Code::Cancelled.with(format!("reading {source} stopped: {e}")))?;
    let (sha256, bytes, total) = read.map_err(|e| FeedError {
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
        source: source.to_string(),
        sha256,
        bytes,
        records: total.records,
        problems: total.problems,
        newest: total.newest,
    })
}
