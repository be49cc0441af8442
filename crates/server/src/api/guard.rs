//! What every request passes on its way to a handler:
//! authentication → rate → audit (changes) → permission → idempotency (POST) → time → handler.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::RequestExt as _;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::perm::Permission;
use qlrf_store::audit::{NewEntry, Phase};
use tracing::Instrument as _;

use super::error::Problem;
use super::observe::{RequestId, RouteTemplate};
use super::routes::{Access, Route};
use super::{auth, etag, idempotency};
use crate::opcx::{App, OpCx};

/// The handler, ready to be called once.
pub(super) type Next = Box<dyn FnOnce(Request) -> BoxFuture<'static, Response> + Send>;

pub(super) async fn run(route: Arc<Route>, app: App, request: Request, next: Next) -> Response {
    let template = RouteTemplate(route.template());
    let mut response = match route.access {
        Access::Public(_) => call(&route, request, next).await,
        Access::Permission(permission) => answer(route, app, permission, request, next).await,
    };
    response.extensions_mut().insert(template);
    response
}

async fn answer(
    route: Arc<Route>,
    app: App,
    permission: Permission,
    mut request: Request,
    next: Next,
) -> Response {
    let cx = match auth::authenticate(&app, &mut request).await {
        Ok(cx) => cx,
        Err(problem) => return problem.into_response(),
    };
    let span = tracing::Span::current();
    span.record("tenant.id", tracing::field::display(cx.org()));
    span.record("actor", tracing::field::display(cx.actor()));
    if let Err(wait) = app.rate.take_actor(auth::rate_key(&cx)) {
        return Problem::rate_limited(wait).into_response();
    }
    request.extensions_mut().insert(cx.clone());
    if route.method == Method::GET {
        return match cx.require(permission) {
            Ok(()) => read(&route, request, next).await,
            Err(error) => Problem::from(error).into_response(),
        };
    }
    // A task of its own: a client that hangs up does not stop a change half-way, and its audit row is always closed.
    let work = change(route, cx, permission, request, next).instrument(span);
    match tokio::spawn(work).await {
        Ok(response) => response,
        Err(_) => Problem::panicked().into_response(),
    }
}

async fn read(route: &Route, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let response = call(route, request, next).await;
    match route.time_max {
        None => response,
        Some(_) => etag::answer_conditionally(&headers, response).await,
    }
}

async fn change(
    route: Arc<Route>,
    cx: OpCx,
    permission: Permission,
    request: Request,
    next: Next,
) -> Response {
    let trail = Trail {
        cx: cx.clone(),
        permission,
        method: request.method().to_string(),
        path: path_of(&request),
    };
    if let Err(error) = trail.write(Phase::Begin, None).await {
        return refuse_unaudited(&error).into_response();
    }
    let response = match cx.require(permission) {
        Err(error) => Problem::from(error).into_response(),
        Ok(()) => perform(&route, cx, request, next).await,
    };
    if let Err(error) = trail.write(Phase::End, Some(response.status())).await {
        // The change stands; a `begin` without its `end` stays visible in the trail.
        tracing::error!("the audit row of a finished request could not be closed: {error}");
    }
    response
}

async fn perform(route: &Route, cx: OpCx, request: Request, next: Next) -> Response {
    let key = match idempotency_key(route, request.headers()) {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let Some(key) = key else {
        return call(route, request, next).await;
    };
    idempotency::once(route, cx, &key, request, |request| call(route, request, next)).await
}

fn idempotency_key(route: &Route, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    match headers.get(idempotency::KEY_HEADER) {
        Some(value) if route.method == Method::POST => idempotency::parse_key(value).map(Some),
        _ => Ok(None),
    }
}

/// The handler itself, with its bounds of body and time; a panic in it is an internal error.
async fn call(route: &Route, mut request: Request, next: Next) -> Response {
    DefaultBodyLimit::max(route.body_bytes_max).apply(&mut request);
    let request = request.with_limited_body();
    let work = AssertUnwindSafe(next(request)).catch_unwind();
    let outcome = match route.time_max {
        None => work.await,
        Some(limit) => match tokio::time::timeout(limit, work).await {
            Ok(outcome) => outcome,
            Err(_) => return Problem::timed_out().into_response(),
        },
    };
    outcome.unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        tracing::error!("a handler panicked: {message}");
        Problem::panicked().into_response()
    })
}

/// The path as asked, bounded; the query may hold what people typed and is not kept.
fn path_of(request: &Request) -> String {
    const PATH_CHARS_MAX: usize = 512;
    request.uri().path().chars().take(PATH_CHARS_MAX).collect()
}

fn refuse_unaudited(error: &qlrf_store::Error) -> Problem {
    Error::new(
        ErrorKind::Unavailable,
        "audit_unavailable",
        "the change was refused because it could not be recorded",
    )
    .hint("nothing was changed; try again in a few seconds")
    .internal(error)
    .into()
}

/// What the two audit rows of one request have in common.
struct Trail {
    cx: OpCx,
    permission: Permission,
    method: String,
    path: String,
}

impl Trail {
    async fn write(&self, phase: Phase, status: Option<StatusCode>) -> qlrf_store::Result<()> {
        let entry = NewEntry {
            at: qlrf_core::time::now(),
            request_id: self.cx.request_id(),
            phase,
            actor: self.cx.actor().to_string(),
            permission: self.permission.name().to_owned(),
            method: self.method.clone(),
            path: self.path.clone(),
            status: status.map(|status| status.as_u16()),
        };
        let mut tx = self.cx.store().tenant(self.cx.org()).await?;
        qlrf_store::audit::append(&mut tx, &entry).await?;
        tx.commit().await
    }
}

pub(super) fn request_id(request: &Request) -> uuid::Uuid {
    request
        .extensions()
        .get::<RequestId>()
        .map_or_else(uuid::Uuid::now_v7, |id| id.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;

    use super::*;

    async fn outcome(route: Route, next: Next) -> Problem {
        let response = call(&route, Request::new(Body::empty()), next).await;
        response
            .extensions()
            .get::<Problem>()
            .expect("a failure is a problem")
            .clone()
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_that_tells_nothing() {
        let route = Route::new(Method::GET, Permission::SelfManage, "/x");
        let problem = outcome(route, Box::new(|_| Box::pin(async { panic!("secret detail") }))).await;
        assert_eq!((problem.status().as_u16(), problem.error.code), (500, "internal"));
        assert!(!format!("{problem:?}").contains("secret"));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_takes_too_long_is_stopped() {
        let route = Route::new(Method::GET, Permission::SelfManage, "/x").time_max(Duration::from_secs(5));
        let problem = outcome(route, Box::new(|_| Box::pin(std::future::pending()))).await;
        assert_eq!(
            (problem.status().as_u16(), problem.error.code),
            (504, "timed_out")
        );
    }
}
