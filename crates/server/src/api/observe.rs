//! The outermost layer: request id, span, metrics, security headers, and every failure as problem details.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use uuid::Uuid;

use super::error::{PROBLEM_CONTENT_TYPE, Problem};
use crate::opcx::App;

/// Given to each request here; in `X-Request-Id` of the answer, in every log line, and in the audit trail.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestId(pub Uuid);

/// The declared path of the route that answered, for metrics with bounded labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct RouteTemplate(pub &'static str);

const REQUEST_ID: &str = "x-request-id";

/// Nothing is loaded from elsewhere, nothing frames us, no inline script runs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn observe(State(_): State<App>, mut request: Request, next: Next) -> Response {
    // Never the caller's own: an id in the audit trail must not be chosen by whom it is about.
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let span = tracing::info_span!(
        "request", "request.id" = %id, "http.method" = %method, "http.route" = tracing::field::Empty,
        "http.status" = tracing::field::Empty, "tenant.id" = tracing::field::Empty, actor = tracing::field::Empty,
    );
    let started = Instant::now();
    let answer = next.run(request).instrument(span.clone()).await;
    let route = answer
        .extensions()
        .get::<RouteTemplate>()
        .map_or("unmatched", |template| template.0);
    let mut response = render(answer, id);
    record(&span, &method, route, response.status(), started);
    set_headers(response.headers_mut(), id);
    response
}

fn render(response: Response, id: Uuid) -> Response {
    let status = response.status();
    if let Some(problem) = response.extensions().get::<Problem>() {
        if let Some(internal) = &problem.error.internal {
            tracing::error!("request.id" = %id, code = problem.error.code, "request failed: {internal}");
        }
        return problem.render(id);
    }
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v == PROBLEM_CONTENT_TYPE);
    if (status.is_client_error() || status.is_server_error()) && !is_problem {
        return Problem::of_status(status).render(id);
    }
    response
}

fn record(span: &tracing::Span, method: &Method, route: &'static str, status: StatusCode, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    span.record("http.route", route);
    span.record("http.status", status.as_u16());
    // Methods outside the standard ones are the caller's text: one label for all of them.
    let method = match method.as_str() {
        name @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => name.to_owned(),
        _ => "other".to_owned(),
    };
    let labels = [
        ("method", method),
        ("route", route.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!("qlrf_http_requests_total", &labels).increment(1);
    metrics::histogram!("qlrf_http_request_seconds", &labels[..2]).record(seconds);
    span.in_scope(|| tracing::info!(duration_ms = seconds * 1000.0, "request answered"));
}

fn set_headers(headers: &mut HeaderMap, id: Uuid) {
    let id = HeaderValue::from_str(&id.to_string()).expect("a UUID is printable");
    headers.insert(REQUEST_ID, id);
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a tenant may see is for that tenant's browser only, and only for as long as it is asked again.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
}
