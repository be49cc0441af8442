//! Entity tags: the hash of a representation (RFC 9110, sections 8.8.3 and 13).

use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind};
use serde::Serialize;

use super::error::Problem;
use crate::opcx::App;

/// Answers above this go out without a tag rather than through memory twice.
const TAGGED_BYTES_MAX: usize = 4 << 20;

/// Tags a JSON answer, and answers 304 when the caller has it already.
pub(super) async fn answer_conditionally(asked: &HeaderMap, response: Response) -> Response {
    if response.status() != StatusCode::OK || !is_json(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let size = axum::body::HttpBody::size_hint(&body).exact();
    if size.is_none_or(|size| size > TAGGED_BYTES_MAX as u64) {
        return Response::from_parts(parts, body);
    }
    let Ok(bytes) = to_bytes(body, TAGGED_BYTES_MAX).await else {
        return Problem::panicked().into_response();
    };
    let tag = match parts.headers.get(header::ETAG) {
        Some(tag) => tag.clone(),
        None => header_value(&Digest::of(&bytes)),
    };
    parts.headers.insert(header::ETAG, tag.clone());
    if lists(asked, header::IF_NONE_MATCH, &tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The tag of a representation, as a `GET` of it carries.
pub fn of(representation: &impl Serialize) -> HeaderValue {
    let bytes = serde_json::to_vec(representation).expect("wire types always serialise");
    header_value(&Digest::of(&bytes))
}

/// The tag of a file.
pub(super) fn of_bytes(bytes: &[u8]) -> HeaderValue {
    header_value(&Digest::of(bytes))
}

/// Whether the caller has this representation already.
pub(super) fn is_known(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    lists(asked, header::IF_NONE_MATCH, tag)
}

fn header_value(digest: &Digest) -> HeaderValue {
    // 128 bits tell representations apart; the full digest would only make headers longer.
    let hexadecimal = digest.to_string();
    HeaderValue::from_str(&format!("\"{}\"", &hexadecimal[..32])).expect("hexadecimal digits are printable")
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

fn lists(headers: &HeaderMap, name: header::HeaderName, tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value
                .split(',')
                .map(str::trim)
                .any(|one| one == "*" || one.trim_start_matches("W/") == tag)
        })
}

/// The `If-Match` of a change, if any.
#[derive(Clone, Debug)]
pub struct IfMatch(HeaderMap);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let values = parts.headers.get_all(header::IF_MATCH).iter().cloned();
        Ok(IfMatch(values.map(|value| (header::IF_MATCH, value)).collect()))
    }
}

impl IfMatch {
    /// Fails when the caller knew another version than `current`. Call it inside the transaction that changes, with
    /// the row locked.
    pub fn check(&self, current: &impl Serialize) -> qlrf_core::error::Result<()> {
        if self.0.is_empty() || lists(&self.0, header::IF_MATCH, &of(current)) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::PreconditionFailed,
            "version_changed",
            "it was changed since you read the version that `If-Match` names",
        )
        .hint("read it again, look at what changed, and send the change with the new `ETag`"))
    }
}
