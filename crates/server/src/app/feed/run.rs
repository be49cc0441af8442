//! Runs of imports, told while they go on: what is fetched by whom, how far it is, how it ended.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use qlrf_connectors::feed::{Kind, OnProgress, Progress, Source};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::time::{Timestamp, now};
use qlrf_store::Store;
use qlrf_store::feed_run::{self, Run};

use super::import::{Course, Imported, import};
use super::{Wanted, sources};
use crate::opcx::{App, OpCx};

/// How often a run says how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(2);
/// The newest; all of them would be ninety days of some hundred sources.
const LISTED_MAX: u32 = 200;
/// A run that said nothing for so long was killed.
const SILENT_MAX: Duration = Duration::from_secs(60);

/// Starts fetching, and answers with the runs that it started. They go on when the caller is gone.
pub async fn sync(cx: &OpCx, kind: &'static Kind, wanted: Wanted) -> Result<Vec<Run>> {
    let started = begin_all(cx.app(), kind, wanted, &cx.actor().to_string()).await?;
    let runs = started.iter().map(|(_, run)| run.clone()).collect();
    let store = cx.store().clone();
    tokio::spawn(async move {
        for (source, run) in started {
            // Its end is in the run; there is nobody here to tell.
            let _ = carry(&store, kind, &source, run, Course::Forward).await;
        }
    });
    Ok(runs)
}

/// The newest runs of a feed.
pub async fn history(cx: &OpCx, kind: &Kind) -> Result<Vec<Run>> {
    let mut tx = cx.store().system("list runs of a feed").await?;
    Ok(feed_run::list_of(&mut tx, kind.name, LISTED_MAX).await?)
}

/// One run for each part that is wanted, unless the feed is being fetched already.
pub(super) async fn begin_all(
    app: &App,
    kind: &'static Kind,
    wanted: Wanted,
    actor: &str,
) -> Result<Vec<(Source, Run)>> {
    let sources = sources(app, kind, wanted).await?;
    let known = {
        let mut tx = app.store.system("list feed runs").await?;
        feed_run::list(&mut tx).await?
    };
    let goes_on = |run: &&Run| run.feed == kind.name && run.state == "running" && is_alive(run, now());
    if known.iter().any(|run| goes_on(&run)) {
        return Err(Error::new(
            ErrorKind::Conflict,
            "feed_import_running",
            format!("the feed \"{}\" is being imported already", kind.name),
        )
        .hint("`qlrf feed status` shows how far it is"));
    }
    let mut started = Vec::new();
    for source in sources {
        let run = begin(&app.store, kind, &source.to_string(), actor).await?;
        started.push((source, run));
    }
    Ok(started)
}

/// Imports, and keeps the run that tells of it up to date.
pub async fn recorded(
    cx: &OpCx,
    kind: &'static Kind,
    source: &Source,
    name: &str,
    course: Course,
) -> Result<Imported> {
    let run = begin(cx.store(), kind, name, &cx.actor().to_string()).await?;
    carry(cx.store(), kind, source, run, course).await
}

pub fn is_alive(run: &Run, now: Timestamp) -> bool {
    run.ended_at.is_none() && now - run.seen_at < SILENT_MAX
}

async fn begin(store: &Store, kind: &Kind, name: &str, actor: &str) -> Result<Run> {
    let at = now();
    let run = Run {
        feed: kind.name.to_owned(),
        source: name.to_owned(),
        requested_by: actor.to_owned(),
        state: "running".to_owned(),
        started_at: at,
        seen_at: at,
        ended_at: None,
        bytes: 0,
        total_bytes: None,
        records: 0,
        opened: None,
        closed: None,
        code: None,
        detail: None,
    };
    put(store, &run).await?;
    Ok(run)
}

pub(super) async fn carry(
    store: &Store,
    kind: &'static Kind,
    source: &Source,
    mut run: Run,
    course: Course,
) -> Result<Imported> {
    let seen: Arc<Mutex<Progress>> = Arc::default();
    let noted = seen.clone();
    let on_progress: OnProgress = Arc::new(move |progress| {
        if let Ok(mut seen) = noted.lock() {
            *seen = progress;
        }
    });
    let name = run.source.clone();
    let work = import(store, kind, source, &name, course, on_progress);
    let mut work = std::pin::pin!(work);
    let outcome = loop {
        tokio::select! {
            outcome = work.as_mut() => break outcome,
            () = tokio::time::sleep(TOLD_EVERY) => {
                note(&mut run, &seen);
                if let Err(error) = put(store, &run).await {
                    tracing::warn!("how far an import is could not be stored: {error}");
                }
            }
        }
    };
    note(&mut run, &seen);
    conclude(&mut run, &outcome);
    put(store, &run).await?;
    outcome
}

fn note(run: &mut Run, seen: &Mutex<Progress>) {
    let Ok(progress) = seen.lock().map(|seen| *seen) else {
        return;
    };
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    run.seen_at = now();
    run.bytes = signed(progress.bytes);
    run.total_bytes = progress.total_bytes.map(signed);
    run.records = signed(progress.records);
}

fn conclude(run: &mut Run, outcome: &Result<Imported>) {
    run.ended_at = Some(now());
    match outcome {
        Ok(imported) => {
            let state = if imported.snapshot.is_some() {
                "imported"
            } else {
                "unchanged"
            };
            run.state = state.to_owned();
            let is_new = imported.snapshot.is_some();
            run.opened = is_new.then_some(imported.opened as i64);
            run.closed = is_new.then_some(imported.closed as i64);
            tracing::info!(
                feed = run.feed,
                records = imported.records,
                opened = imported.opened,
                closed = imported.closed,
                "feed import of {} ended: {state}",
                run.source
            );
        }
        Err(error) => {
            run.state = "failed".to_owned();
            run.code = Some(error.code.to_owned());
            run.detail = Some(error.detail.clone());
            tracing::warn!(
                feed = run.feed,
                code = error.code,
                "feed import of {} failed: {error}",
                run.source
            );
        }
    }
}

async fn put(store: &Store, run: &Run) -> Result<()> {
    let mut tx = store.system("note feed run").await?;
    feed_run::put(&mut tx, run).await?;
    tx.commit().await?;
    Ok(())
}
