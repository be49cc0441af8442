//! Why a registry did not answer as it should.

use reqwest::StatusCode;
use serde::Deserialize;

use super::super::out::Failure;
use crate::outbound::{Answer, CallError};
use crate::rootfs::OpenError;

const TEXT_CHARS_MAX: usize = 200;
const NAME_UNKNOWN: &str = "NAME_UNKNOWN";

#[derive(Debug, thiserror::Error)]
pub enum OciError {
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("{0}")]
    Credential(String),
    #[error("the registry does not take the user and the password")]
    Refused,
    #[error("the registry took the credential before and does so no longer: it has expired or was revoked")]
    Ended,
    #[error("the account may not {what} ({scope}): {reason}")]
    Forbidden {
        what: String,
        /// As tokens name it: `repository:golden/base:pull`.
        scope: String,
        reason: String,
    },
    #[error(
        "the registry sends for tokens to \"{realm}\", which is neither itself nor the configured token server"
    )]
    Realm { realm: String },
    #[error("the registry answers {what} with a redirect to \"{place}\", which cannot be followed")]
    Redirect { what: String, place: String },
    #[error("the registry does not know {0}")]
    Missing(String),
    /// In the registry's own words, and not by a status that a proxy, or a registry that hides things, gives as well.
    #[error("the registry says that there is no {0}")]
    NameUnknown(String),
    #[error("the registry answered {status} when asked for {what}: {reason}")]
    Status {
        status: StatusCode,
        what: String,
        reason: String,
    },
    #[error("what the registry answered when asked for {what} cannot be read: {reason}")]
    Unreadable { what: String, reason: String },
    #[error("there are more than {most} {what}")]
    TooMany { what: String, most: usize },
    #[error("\"{reference}\": {error}")]
    Image { reference: String, error: OpenError },
    #[error("the time for packages of new images was over before those of {0} images were read")]
    TimeOver(usize),
}

impl Failure for OciError {
    fn code(&self) -> &'static str {
        match self {
            OciError::Call(error) => error.code(),
            OciError::Credential(_) => "credential_unavailable",
            OciError::Refused => "credential_refused",
            OciError::Ended => "credential_expired",
            OciError::Forbidden { .. } => "permission_missing",
            OciError::Realm { .. } => "token_realm_refused",
            OciError::Redirect { .. } | OciError::Status { .. } => "provider_refused",
            OciError::Missing(_) | OciError::NameUnknown(_) => "repository_missing",
            OciError::Unreadable { .. } => "answer_unreadable",
            OciError::TooMany { .. } => "listing_too_long",
            OciError::Image { error, .. } => error.code(),
            OciError::TimeOver(_) => "software_time_over",
        }
    }
}

impl OciError {
    /// Of an answer that is no success and no 401.
    pub fn of(answer: &Answer, what: &str, scope: &str) -> OciError {
        let (what, reason) = (what.to_owned(), told(answer));
        match answer.status {
            StatusCode::FORBIDDEN => OciError::forbidden(answer, &what, scope),
            StatusCode::NOT_FOUND if says(answer, NAME_UNKNOWN) => OciError::NameUnknown(what),
            StatusCode::NOT_FOUND => OciError::Missing(what),
            status => OciError::Status { status, what, reason },
        }
    }

    pub fn forbidden(answer: &Answer, what: &str, scope: &str) -> OciError {
        OciError::Forbidden {
            what: format!("read {what}"),
            scope: scope.to_owned(),
            reason: told(answer),
        }
    }

    /// The registry cannot list its repositories: it has no such question, or keeps the answer for others.
    pub fn is_without_answer(&self) -> bool {
        match self {
            OciError::Missing(_) | OciError::NameUnknown(_) => true,
            OciError::Status { status, .. } => *status == StatusCode::METHOD_NOT_ALLOWED,
            _ => false,
        }
    }
}

/// `{"errors":[{"code":"DENIED","message":"…"}]}`, as the distribution specification has it.
#[derive(Deserialize)]
struct Body {
    errors: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    code: String,
    #[serde(default)]
    message: String,
}

fn first_error(answer: &Answer) -> Option<Said> {
    let body: Body = serde_json::from_slice(&answer.body).ok()?;
    body.errors.into_iter().next()
}

fn says(answer: &Answer, code: &str) -> bool {
    first_error(answer).is_some_and(|said| said.code == code)
}

/// In the registry's own words.
pub fn told(answer: &Answer) -> String {
    match first_error(answer) {
        Some(one) => short(&format!("{} {}", one.code, one.message)),
        None => answer.status.to_string(),
    }
}

pub fn short(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control());
    plain.take(TEXT_CHARS_MAX).collect()
}
