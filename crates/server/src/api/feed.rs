//! `/feeds`: vulnerability feeds, and `/cve/ingest`: single records of them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures::StreamExt as _;
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_store::feed::Snapshot;
use qlrf_store::feed_run::Run;
use qlrf_store::feed_schedule::Schedule;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use utoipa::OpenApi;

use super::health::page_of;
use super::types::feed::{
    Feed, FeedImportParams, FeedImported, FeedProblem, FeedRun, FeedSchedule, FeedSnapshot, FeedSync,
    FeedSyncStarted, Feeds,
};
use super::{Json, Noun, Path, Problem, Query, Result, Route, Routes};
use crate::app;
use crate::app::feed::{Course, Imported, Wanted};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "feed",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(feed_list, feed_runs, feed_import, feed_sync, cve_ingest))]
struct Doc;

/// The archive of all of osv.dev has a third of it.
const UPLOAD_BYTES_MAX: usize = 2 << 30;
/// Records by hand; whoever has more sends a file.
const INGEST_BYTES_MAX: usize = 16 << 20;
const IMPORT_TIME_MAX: Duration = Duration::from_secs(30 * 60);

fn routes(routes: &mut Routes) {
    routes.get(Permission::FeedRead, "/feeds", feed_list);
    routes.get(Permission::FeedRead, "/feeds/{feed}/runs", feed_runs);
    routes.declare(
        Route::new(Method::POST, Permission::FeedSync, "/feeds/{feed}/import")
            .body_max(UPLOAD_BYTES_MAX)
            .time_max(IMPORT_TIME_MAX),
        feed_import,
    );
    routes.post(Permission::FeedSync, "/feeds/{feed}/sync", feed_sync);
    routes.declare(
        Route::new(Method::POST, Permission::FeedSync, "/cve/ingest")
            .body_max(INGEST_BYTES_MAX)
            .time_max(IMPORT_TIME_MAX),
        cve_ingest,
    );
}

/// Every feed that this version knows, the empty ones included.
#[utoipa::path(get, path = "/api/v1/feeds", tag = "feed", responses((status = 200, body = Feeds)))]
async fn feed_list(cx: OpCx) -> Result<Json<Feeds>> {
    let feeds = app::feed::list(&cx).await?;
    let newest = feeds
        .iter()
        .filter_map(|feed| Some(feed.snapshots.first()?.imported_at));
    Ok(Json(Feeds {
        feeds_as_of: newest.max(),
        items: feeds
            .into_iter()
            .map(|feed| view(feed, cx.actor().runs_installation()))
            .collect(),
    }))
}

/// Imports the body as it is: OSV (zip, JSON, JSON lines), KEV (JSON, CSV) or EPSS (CSV), packed with gzip or zstd or
/// not. All of it, or nothing.
#[utoipa::path(
    post, path = "/api/v1/feeds/{feed}/import", tag = "feed",
    params(("feed" = String, Path, description = "`osv`, `kev` or `epss`"), FeedImportParams),
    request_body(content_type = "application/octet-stream"),
    responses((status = 200, body = FeedImported))
)]
async fn feed_import(
    cx: OpCx,
    Path(feed): Path<String>,
    Query(params): Query<FeedImportParams>,
    body: Body,
) -> Result<Json<FeedImported>> {
    let kind = app::feed::find(&feed)?;
    let file = cx.app().feeds.spool_file()?;
    keep(body, file.path()).await?;
    let course = match params.allow_older {
        true => Course::Any,
        false => Course::Forward,
    };
    let (path, name) = (file.path().to_owned(), params.source.as_deref());
    let imported = app::feed::import_file(&cx, kind, path, name, course).await?;
    Ok(Json(imported_view(&feed, imported)))
}

/// Fetches a feed from its publisher and imports it. Answers at once; `GET /feeds` tells how it goes.
#[utoipa::path(
    post, path = "/api/v1/feeds/{feed}/sync", tag = "feed",
    params(("feed" = String, Path, description = "`osv`, `kev` or `epss`")), request_body = FeedSync,
    responses((status = 202, body = FeedSyncStarted))
)]
async fn feed_sync(
    cx: OpCx,
    Path(feed): Path<String>,
    Json(body): Json<FeedSync>,
) -> Result<(StatusCode, Json<FeedSyncStarted>)> {
    let wanted = Wanted {
        ecosystems: body.ecosystems,
        url: body.url,
    };
    let runs = app::feed::sync(&cx, app::feed::find(&feed)?, wanted).await?;
    let runs = runs.into_iter().map(|run| run_view(run, true)).collect();
    Ok((StatusCode::ACCEPTED, Json(FeedSyncStarted { feed, runs })))
}

/// How the feed was fetched and imported lately: the newest 200 runs of all its sources, of the last 90 days.
#[utoipa::path(
    get, path = "/api/v1/feeds/{feed}/runs", tag = "feed",
    params(("feed" = String, Path, description = "`osv`, `kev` or `epss`")),
    responses((status = 200, body = Vec<FeedRun>))
)]
async fn feed_runs(cx: OpCx, Path(feed): Path<String>) -> Result<Json<Vec<FeedRun>>> {
    let runs = app::feed::history(&cx, app::feed::find(&feed)?).await?;
    let whole = cx.actor().runs_installation();
    Ok(Json(runs.into_iter().map(|run| run_view(run, whole)).collect()))
}

/// Imports OSV records: one object, or an array of them.
#[utoipa::path(
    post, path = "/api/v1/cve/ingest", tag = "feed", request_body = Value,
    responses((status = 200, body = FeedImported))
)]
async fn cve_ingest(cx: OpCx, Json(records): Json<Value>) -> Result<Json<FeedImported>> {
    let imported = app::feed::ingest(&cx, &records).await?;
    Ok(Json(imported_view("osv", imported)))
}

/// Writes the upload down as it comes; no more of it is in memory than one piece.
async fn keep(body: Body, path: &std::path::Path) -> Result<()> {
    let no_room = |error: std::io::Error| {
        Problem::from(
            Error::new(
                ErrorKind::Unavailable,
                "spool_unavailable",
                "the upload could not be kept while it is read",
            )
            .hint("the server's data folder must be writable and have space left")
            .internal(error),
        )
    };
    let mut file = tokio::fs::File::create(path).await.map_err(no_room)?;
    let mut pieces = body.into_data_stream();
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| broken_off(bytes))?;
        bytes += piece.len();
        file.write_all(&piece).await.map_err(no_room)?;
    }
    file.flush().await.map_err(no_room)
}

fn broken_off(bytes: usize) -> Problem {
    // The limit shows as an error of the stream, after nearly as many bytes as are allowed.
    const LAST_PIECE_MAX: usize = 1 << 20;
    if bytes + LAST_PIECE_MAX > UPLOAD_BYTES_MAX {
        return Problem::too_large("the file is larger than this route takes");
    }
    Error::new(
        ErrorKind::Invalid,
        "upload_incomplete",
        format!("the upload broke off after {bytes} bytes"),
    )
    .hint("nothing was imported; send it again")
    .into()
}

/// `whole`: with what is not every organisation's business.
fn view(feed: app::feed::Feed, whole: bool) -> Feed {
    Feed {
        name: feed.kind.name.to_owned(),
        title: feed.kind.title.to_owned(),
        summary: feed.kind.summary.to_owned(),
        empty: feed.snapshots.is_empty(),
        held: feed.held,
        snapshots: feed
            .snapshots
            .into_iter()
            .map(|snapshot| snapshot_view(snapshot, whole))
            .collect(),
        schedule: feed.schedule.map(|schedule| schedule_view(schedule, whole)),
        runs: feed.runs.into_iter().map(|run| run_view(run, whole)).collect(),
    }
}

fn schedule_view(schedule: Schedule, whole: bool) -> FeedSchedule {
    FeedSchedule {
        interval_s: schedule.interval_s.map(i32::unsigned_abs),
        next_at: schedule.next_at,
        failures: schedule.failures.unsigned_abs(),
        last_success_at: schedule.last_success_at,
        last_failure_at: schedule.last_failure_at,
        code: schedule.code,
        detail: schedule.detail.filter(|_| whole),
    }
}

fn snapshot_view(snapshot: Snapshot, whole: bool) -> FeedSnapshot {
    FeedSnapshot {
        id: snapshot.id,
        source: whole.then_some(snapshot.source),
        digest: hex::encode(&snapshot.digest),
        records: snapshot.records.unsigned_abs(),
        problems: snapshot.problems.unsigned_abs(),
        newest: snapshot.newest,
        imported_at: snapshot.imported_at,
    }
}

fn run_view(run: Run, whole: bool) -> FeedRun {
    let interrupted = run.state == "running" && !app::feed::is_alive(&run, now());
    FeedRun {
        source: whole.then_some(run.source),
        requested_by: whole.then_some(run.requested_by),
        state: if interrupted {
            "interrupted".to_owned()
        } else {
            run.state
        },
        started_at: run.started_at,
        ended_at: run.ended_at,
        bytes: run.bytes.unsigned_abs(),
        total_bytes: run.total_bytes.map(i64::unsigned_abs),
        records: run.records.unsigned_abs(),
        opened: run.opened.map(i64::unsigned_abs),
        closed: run.closed.map(i64::unsigned_abs),
        help: run.code.as_deref().and_then(page_of),
        code: run.code,
        detail: run.detail.filter(|_| whole),
    }
}

fn imported_view(feed: &str, imported: Imported) -> FeedImported {
    let problem = |problem: qlrf_connectors::feed::Problem| FeedProblem {
        entry: problem.entry,
        line: problem.line,
        code: problem.code.to_owned(),
        detail: problem.detail,
    };
    FeedImported {
        feed: feed.to_owned(),
        snapshot_id: imported.snapshot.map(|id| id.as_uuid()),
        unchanged: imported.snapshot.is_none(),
        digest: imported.digest.to_string(),
        records: imported.records,
        problems: imported.problems,
        first_problems: imported.first_problems.into_iter().map(problem).collect(),
        matches_opened: imported.opened as u64,
        matches_closed: imported.closed as u64,
    }
}
