//! Only requests that name this server reach it.
//!
//! A web page can point its own name at 127.0.0.1 and then read what runs there with the visitor's cookies (DNS
//! rebinding). Such a request carries the page's name, so an unknown *name* is refused. An address cannot be rebound.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Problem;
use crate::config::HttpConfig;
use crate::opcx::App;

pub(super) async fn check_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let named = request.uri().authority().map(|authority| authority.as_str());
    let header = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let host = named.or(header).unwrap_or_default().to_owned();
    if !is_ours(&app.http, &host) {
        return Problem::wrong_host(&host).into_response();
    }
    next.run(request).await
}

/// `authority` is a name or an address, with or without a port.
pub(super) fn is_ours(http: &HttpConfig, authority: &str) -> bool {
    let Ok(uri) = authority.parse::<Uri>() else {
        return false;
    };
    let Some(host) = uri.host() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
        || http.names().any(|name| name.eq_ignore_ascii_case(host))
}
