//! Errors as RFC 9457 problem details. Every failing answer is one, whoever made it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::error::{Error, ErrorKind};
use uuid::Uuid;

use super::types::problem::{FieldProblem, ProblemDetails};

/// A failed request. It becomes JSON only at the outer edge, where the request id is known.
#[derive(Clone, Debug)]
pub struct Problem {
    pub error: Error,
    pub fields: Vec<FieldProblem>,
    pub retry_after: Option<Duration>,
    status: StatusCode,
}

pub type Result<T> = std::result::Result<T, Problem>;

pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let status = status_of(error.kind);
        let retry_after = (error.kind == ErrorKind::Unavailable).then_some(Duration::from_secs(2));
        let field = error.field.as_deref().map(|(path, detail)| FieldProblem {
            path: path.clone(),
            detail: detail.clone(),
            ..FieldProblem::default()
        });
        Problem {
            fields: field.into_iter().collect(),
            error,
            retry_after,
            status,
        }
    }
}

impl From<qlrf_store::Error> for Problem {
    fn from(error: qlrf_store::Error) -> Problem {
        Error::from(error).into()
    }
}

fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn fields(mut self, fields: Vec<FieldProblem>) -> Problem {
        self.fields = fields;
        self
    }

    pub fn retry_after(mut self, wait: Duration) -> Problem {
        self.retry_after = Some(wait);
        self
    }

    pub fn not_found(detail: impl Into<String>) -> Problem {
        Error::new(ErrorKind::NotFound, "not_found", detail).into()
    }

    pub fn invalid_request(detail: impl Into<String>) -> Problem {
        Error::new(ErrorKind::Invalid, "invalid_request", detail).into()
    }

    pub fn unauthenticated(detail: impl Into<String>) -> Problem {
        Error::new(ErrorKind::Unauthenticated, "unauthenticated", detail)
            .hint("send `Authorization: Bearer qlrf_…`, or sign in; `qlrf sign-in-link` on the server's machine makes a link")
            .into()
    }

    pub fn too_large(detail: impl Into<String>) -> Problem {
        Error::new(ErrorKind::TooLarge, "body_too_large", detail).into()
    }

    pub fn rate_limited(wait: Duration) -> Problem {
        let error = Error::new(
            ErrorKind::RateLimited,
            "rate_limited",
            "there were too many requests in a short time",
        )
        .hint("wait as long as `Retry-After` says");
        Problem::from(error).retry_after(wait)
    }

    pub(super) fn method_not_allowed() -> Problem {
        let error = Error::new(
            ErrorKind::Invalid,
            "method_not_allowed",
            "this path does not take this method",
        );
        Problem {
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..error.into()
        }
    }

    pub(super) fn unsupported_media_type() -> Problem {
        let error = Error::new(
            ErrorKind::Invalid,
            "unsupported_media_type",
            "the body is not declared as JSON",
        )
        .hint("send `Content-Type: application/json`");
        Problem {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..error.into()
        }
    }

    pub(super) fn unsupported_document_type() -> Problem {
        let error = Error::new(
            ErrorKind::Invalid,
            "unsupported_media_type",
            "the body is not declared as YAML, JSON or text",
        )
        .hint("send `Content-Type: application/yaml`, `application/json` or `text/plain`");
        Problem {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..error.into()
        }
    }

    pub(super) fn wrong_host(host: &str) -> Problem {
        let error = Error::new(
            ErrorKind::Invalid,
            "wrong_host",
            format!("\"{host}\" is not a name of this server"),
        )
        .hint("start the server with `--public-url` or `--host` to give it this name");
        Problem {
            status: StatusCode::MISDIRECTED_REQUEST,
            ..error.into()
        }
    }

    pub(super) fn overloaded() -> Problem {
        let error = Error::new(
            ErrorKind::Unavailable,
            "overloaded",
            "the server works on as many requests as it can hold",
        );
        error.hint("try again in a few seconds").into()
    }

    pub(super) fn timed_out() -> Problem {
        Error::new(
            ErrorKind::TimedOut,
            "timed_out",
            "the request took longer than it may",
        )
        .hint("ask for less at once; look whether a change was made before you send it again")
        .into()
    }

    pub(super) fn panicked() -> Problem {
        Error::new(
            ErrorKind::Internal,
            "internal",
            "an internal error stopped the request",
        )
        .hint("report the request id; the server's log has the cause under it")
        .into()
    }

    /// For a failing answer that some library made, so that clients see one shape.
    pub(super) fn of_status(status: StatusCode) -> Problem {
        let error = match status {
            StatusCode::PAYLOAD_TOO_LARGE => {
                return Problem::too_large("the body is larger than this route takes");
            }
            status if status.is_server_error() => return Problem::panicked(),
            _ => Problem::invalid_request("the request is not one that this server understands"),
        };
        Problem { status, ..error }
    }

    /// The JSON of this problem; `instance` is the request that failed.
    pub(super) fn render(&self, request_id: Uuid) -> Response {
        let body = ProblemDetails {
            r#type: format!("/errors/{}", self.error.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.error.detail.clone(),
            code: self.error.code.to_owned(),
            hint: self.error.hint.clone(),
            instance: format!("urn:uuid:{request_id}"),
            errors: self.fields.clone(),
        };
        let json = serde_json::to_vec(&body).expect("a problem is plain text and numbers");
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(PROBLEM_CONTENT_TYPE),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            headers.insert(
                header::RETRY_AFTER,
                HeaderValue::from(wait.as_secs_f64().ceil() as u64),
            );
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"qlrf\""),
            );
        }
        response
    }
}

/// Carries the problem outward as an extension; [`super::observe`] writes the body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
