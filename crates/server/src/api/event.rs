//! `/events` (live stream) and `/activity` (the same events, read back).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::sse::{self, KeepAlive, Sse};
use futures::stream::{self, Stream, StreamExt as _};
use qlrf_core::perm::Permission;
use qlrf_store::Store;
use qlrf_store::outbox::{Batch, Cursor, Event, Subscription};
use serde::Deserialize;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, OpenApi};

use super::types::event::{Activity, EventBody};
use super::{Json, Noun, Problem, Query, Result, Route, Routes};
use crate::app;
use crate::opcx::{App, OpCx};

pub const NOUN: Noun = Noun {
    name: "event",
    routes,
    doc: Doc::openapi,
};

/// Events on their way to one reader. A reader that falls behind holds no more than this in memory: reading the
/// database for it pauses, and past [`STALL_MAX`] the connection ends and it resumes from its last event.
const BUFFERED_MAX: usize = 64;
const STALL_MAX: Duration = Duration::from_secs(30);
const HEARTBEAT: Duration = Duration::from_secs(15);
const BATCH: u32 = 100;
/// Streams of one process; each holds a connection and a task.
pub const STREAMS_MAX: usize = 512;

#[derive(OpenApi)]
#[openapi(paths(event_stream, activity_list))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.declare(
        Route::new(Method::GET, Permission::EventRead, "/events").stream(),
        event_stream,
    );
    routes.get(Permission::EventRead, "/activity", activity_list);
}

/// Server-sent events, each a CloudEvent. After an interruption `Last-Event-ID` continues without a gap; an event
/// `resync` says that the gap is too old and that state must be read anew.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "event", params(("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"))
)]
async fn event_stream(
    cx: OpCx,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = std::result::Result<sse::Event, Infallible>>>> {
    let permit = app
        .streams
        .clone()
        .try_acquire_owned()
        .map_err(|_| Problem::overloaded())?;
    // Subscribe first, then find the position: what commits in between is not missed.
    let subscription = app.listener.subscribe(cx.org());
    let cursor = match headers.get("last-event-id").and_then(|value| value.to_str().ok()) {
        Some(text) => parse_cursor(text)?,
        None => app::event::latest(&cx).await?,
    };
    let (sender, receiver) = tokio::sync::mpsc::channel(BUFFERED_MAX);
    let store = app.store.clone();
    let work = async move {
        let _permit = permit;
        forward(&store, subscription, cursor, &sender).await;
    };
    tokio::spawn(until_stopped(app, work));
    // The head goes out with the first bytes of the body: without these a reader would wait for the first heartbeat.
    let opening = stream::once(async { Ok(sse::Event::default().comment("open")) });
    let events = opening.chain(ReceiverStream::new(receiver));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// A stopping server ends its streams at once; their readers come back to another process or a later one.
async fn until_stopped(app: App, work: impl Future<Output = ()>) {
    let mut stop = app.stop.clone();
    tokio::select! {
        () = work => {}
        () = stop.wait() => {}
    }
}

fn parse_cursor(text: &str) -> Result<Cursor> {
    text.parse().map_err(|_| {
        let detail = "`Last-Event-ID` is not the id of an event of this stream";
        qlrf_core::error::Error::new(qlrf_core::error::ErrorKind::Invalid, "invalid_cursor", detail).into()
    })
}

type Sender = tokio::sync::mpsc::Sender<std::result::Result<sse::Event, Infallible>>;

/// Ends when the reader is gone, too slow, or the database does not answer; the reader then comes back by itself.
async fn forward(store: &Store, mut subscription: Subscription, mut cursor: Cursor, sender: &Sender) {
    loop {
        let batch = tokio::select! {
            () = sender.closed() => return,
            batch = subscription.next(store, cursor, BATCH) => batch,
        };
        let (events, next) = match batch {
            Ok(Batch::Events { events, next, .. }) => (events.iter().map(to_sse).collect(), next),
            Ok(Batch::Gone { resume }) => (vec![resync(&resume)], resume),
            Err(error) => return tracing::warn!("an event stream ended: {error}"),
        };
        for event in events {
            if sender.send_timeout(Ok(event), STALL_MAX).await.is_err() {
                return;
            }
        }
        cursor = next;
    }
}

fn to_sse(event: &Event) -> sse::Event {
    let data = serde_json::to_string(event).expect("events always serialise");
    sse::Event::default()
        .id(event.cursor.to_string())
        .event(event.event_type.name())
        .data(data)
}

fn resync(resume: &Cursor) -> sse::Event {
    sse::Event::default()
        .id(resume.to_string())
        .event("resync")
        .data("{}")
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ActivityQuery {
    /// `next` of the answer before; without it, from the oldest event that is kept.
    after: Option<String>,
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

/// Events in the order in which they became true, from a position on.
#[utoipa::path(
    get, path = "/api/v1/activity", tag = "event", params(ActivityQuery),
    responses((status = 200, body = Activity))
)]
async fn activity_list(cx: OpCx, Query(query): Query<ActivityQuery>) -> Result<Json<Activity>> {
    let after = query
        .after
        .as_deref()
        .map(parse_cursor)
        .transpose()?
        .unwrap_or(Cursor::START);
    let limit = query.limit.unwrap_or(super::page::LIMIT_DEFAULT);
    if !(1..=super::page::LIMIT_MAX).contains(&limit) {
        return Err(Problem::invalid_request(format!(
            "`limit` is a number from 1 to {}",
            super::page::LIMIT_MAX
        )));
    }
    Ok(Json(match app::event::read_after(&cx, after, limit).await? {
        Batch::Events { events, next, .. } => Activity {
            items: events.into_iter().map(view).collect(),
            next: next.to_string(),
            gap: false,
        },
        Batch::Gone { resume } => Activity {
            items: Vec::new(),
            next: resume.to_string(),
            gap: after != Cursor::START,
        },
    }))
}

fn view(event: Event) -> EventBody {
    EventBody {
        id: event.id,
        source: event.source,
        r#type: event.event_type.name().to_owned(),
        subject: event.subject,
        time: event.time,
        correlation_id: event.correlationid,
        data: event.data,
    }
}
