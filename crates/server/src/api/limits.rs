//! The bounds of the HTTP server, each with its reason.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::error::Problem;

/// JSON bodies; a route that takes files declares its own bound.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// From the first byte of a request's body to the first byte of its answer.
pub const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);
/// Work in progress; more are turned away at once instead of queueing without end. Event streams do not count.
pub const REQUESTS_CONCURRENT_MAX: usize = 256;
/// Open connections, idle ones included.
pub const CONNECTIONS_MAX: usize = 1024;
/// Request line and headers together; a client that sends more is cut off with 431.
pub const HEAD_BYTES_MAX: usize = 64 << 10;
pub const HEADERS_MAX: usize = 64;
/// A client that takes longer to send its headers is cut off (slowloris); also bounds idle keep-alive.
pub const HEAD_TIME_MAX: Duration = Duration::from_secs(20);
/// How long a stopping server waits for requests in progress.
pub const DRAIN_TIME_MAX: Duration = Duration::from_secs(20);

/// Turns requests away at the bound. The permit ends with the handler, so a long-lived stream holds none.
pub(super) async fn limit_concurrency(
    State(permits): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    match permits.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Problem::overloaded().into_response(),
    }
}
