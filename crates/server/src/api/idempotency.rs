//! `Idempotency-Key`: the same POST again answers what it answered the first time.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_store::idempotency::{Answer, Claim, Recorded};

use super::error::{Problem, Result};
use super::limits;
use super::observe::RequestId;
use super::routes::Route;
use crate::opcx::OpCx;

pub(super) const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEY_CHARS_MAX: usize = 200;
/// Answers above this are not kept; the repeat is told so.
const ANSWER_BYTES_MAX: usize = 1 << 20;

pub(super) fn parse_key(value: &HeaderValue) -> Result<String> {
    match value.to_str() {
        Ok(text) if !text.is_empty() && text.len() <= KEY_CHARS_MAX => Ok(text.to_owned()),
        _ => Err(Problem::invalid_request(format!(
            "`Idempotency-Key` is 1 to {KEY_CHARS_MAX} printable characters"
        ))),
    }
}

/// Runs `work` for the first request with this key and records its answer; every other gets the record or a conflict.
pub(super) async fn once<W, F>(route: &Route, cx: OpCx, key: &str, request: Request, work: W) -> Response
where
    W: FnOnce(Request) -> F,
    F: Future<Output = Response>,
{
    let (request, body) = match buffer(route, request).await {
        Ok(parts) => parts,
        Err(problem) => return problem.into_response(),
    };
    let hash = hash_of(&cx, &request, &body);
    match claim(&cx, key, hash).await {
        Err(problem) => problem.into_response(),
        Ok(Claim::Repeat(recorded)) => replay(&recorded, hash).unwrap_or_else(Problem::into_response),
        Ok(Claim::First) => {
            let response = work(request).await;
            record(route, &cx, key, response).await
        }
    }
}

async fn buffer(route: &Route, request: Request) -> Result<(Request, Bytes)> {
    if route.body_bytes_max > limits::BODY_BYTES_MAX {
        let error = Error::new(
            ErrorKind::Invalid,
            "idempotency_unsupported",
            "uploads are read as they come and cannot be compared with an earlier one",
        );
        return Err(error.hint("leave out `Idempotency-Key`").into());
    }
    let (parts, body) = request.into_parts();
    let bytes =
        match tokio::time::timeout(limits::REQUEST_TIME_MAX, to_bytes(body, route.body_bytes_max)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_)) => {
                return Err(Problem::too_large(
                    "the body is larger than this route takes, or broke off before its end",
                ));
            }
            Err(_) => return Err(Problem::timed_out()),
        };
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// Another actor's request is another request, even with the same body.
fn hash_of(cx: &OpCx, request: &Request, body: &[u8]) -> Digest {
    let mut hasher = Hasher::new("idempotent-request/1");
    hasher
        .field(cx.actor().to_string().as_bytes())
        .field(request.method().as_str().as_bytes())
        .field(request.uri().to_string().as_bytes())
        .field(body);
    hasher.finish()
}

async fn claim(cx: &OpCx, key: &str, hash: Digest) -> Result<Claim> {
    let mut tx = cx.tenant().await?;
    let now = qlrf_core::time::now();
    let claim = qlrf_store::idempotency::claim(&mut tx, key, cx.request_id(), hash, now).await?;
    tx.commit().await?;
    Ok(claim)
}

fn replay(recorded: &Recorded, hash: Digest) -> Result<Response> {
    if recorded.request_hash != hash {
        return Err(Error::new(
            ErrorKind::Conflict,
            "idempotency_key_reused",
            "the key was used before for another request",
        )
        .hint("use a new key for each new request")
        .into());
    }
    let Some(answer) = &recorded.answer else {
        return Err(unfinished(recorded));
    };
    let Some(body) = &answer.body else {
        return Err(Error::new(
            ErrorKind::Conflict,
            "idempotency_answer_gone",
            "the request was done, and its answer is shown only once",
        )
        .hint("read the resource instead; if a secret got lost, revoke it and make a new one")
        .into());
    };
    let mut response = Response::new(Body::from(body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response
        .headers_mut()
        .insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    if let Some(value) = answer
        .content_type
        .as_deref()
        .and_then(|text| HeaderValue::from_str(text).ok())
    {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    Ok(response)
}

/// Younger than any request may be it is still running; older, its process died and the outcome is not known.
fn unfinished(recorded: &Recorded) -> Problem {
    let age = qlrf_core::time::now() - recorded.created_at;
    if age < limits::REQUEST_TIME_MAX + limits::DRAIN_TIME_MAX {
        let error = Error::new(
            ErrorKind::Conflict,
            "idempotency_in_progress",
            "the first request with this key has not ended yet",
        );
        return Problem::from(error.hint("try again with the same key"))
            .retry_after(std::time::Duration::from_secs(1));
    }
    let first = recorded.request_id;
    Error::new(
        ErrorKind::Conflict,
        "idempotency_outcome_unknown",
        "the server stopped during the first request with this key",
    )
    .hint(format!(
        "look for its effect (audit request `{first}`) before you try again with a new key"
    ))
    .into()
}

/// Keeps the answer. One that says that nothing was done frees the key.
async fn record(route: &Route, cx: &OpCx, key: &str, response: Response) -> Response {
    let id = RequestId(cx.request_id());
    let response = match response.extensions().get::<Problem>() {
        Some(problem) => problem.render(id.0),
        None => response,
    };
    let nothing_done = matches!(
        response.status(),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    );
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::panicked().into_response();
    };
    let keep = !route.secret_answer && bytes.len() <= ANSWER_BYTES_MAX;
    let answer = Answer {
        status: parts.status.as_u16(),
        body: (keep || parts.status.is_client_error()).then(|| bytes.to_vec()),
        content_type: parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned),
    };
    if let Err(error) = settle(cx, key, &answer, nothing_done).await {
        // The key stays unfinished, which is told to the repeat as such.
        tracing::error!("the answer of an idempotent request could not be kept: {error}");
    }
    Response::from_parts(parts, Body::from(bytes))
}

async fn settle(cx: &OpCx, key: &str, answer: &Answer, nothing_done: bool) -> qlrf_store::Result<()> {
    let mut tx = cx.store().tenant(cx.org()).await?;
    if nothing_done {
        qlrf_store::idempotency::release(&mut tx, key).await?;
    } else {
        qlrf_store::idempotency::complete(&mut tx, key, answer).await?;
    }
    tx.commit().await
}
