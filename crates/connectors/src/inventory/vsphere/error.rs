//! Why a vCenter did not answer as it should.

use reqwest::StatusCode;

use super::xml::Element;
use crate::outbound::CallError;

const TEXT_CHARS_MAX: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("{0}")]
    Credential(String),
    #[error("the vCenter does not take the user and the password")]
    Refused,
    /// Signing in again may help.
    #[error("the vCenter ended the session, and does not take the user and the password any more")]
    Ended,
    #[error("the account lacks the privilege {privilege}, which {asked} needs")]
    Forbidden { privilege: String, asked: String },
    #[error(
        "{object} is left out of the list and is there: the account lacks the privilege {privilege} on it"
    )]
    Hidden { object: String, privilege: String },
    #[error("{object} is left out of the list, and the vCenter does not say that it is gone")]
    LeftOut { object: String },
    /// The object of this id, whichever it is, was deleted.
    #[error("the vCenter refused {asked}: {object} is not there")]
    Gone { asked: String, object: String },
    #[error("the vCenter refused {asked}: {reason}")]
    Fault { asked: String, reason: String },
    #[error("the vCenter answered {status} to {asked}")]
    Status { status: StatusCode, asked: String },
    #[error("what the vCenter answered to {asked} cannot be read: {reason}")]
    Unreadable { asked: String, reason: String },
    #[error("there are more than {most} {what}")]
    TooMany { what: &'static str, most: usize },
}

impl ApiError {
    /// Stable, for the ledger of coverage.
    pub fn code(&self) -> &'static str {
        match self {
            ApiError::Call(error) => error.code(),
            ApiError::Credential(_) => "credential_unavailable",
            ApiError::Refused => "credential_refused",
            ApiError::Ended => "credential_expired",
            ApiError::Forbidden { .. } | ApiError::Hidden { .. } => "permission_missing",
            ApiError::LeftOut { .. } => "provider_incomplete",
            ApiError::Gone { .. } | ApiError::Fault { .. } | ApiError::Status { .. } => "provider_refused",
            ApiError::Unreadable { .. } => "answer_unreadable",
            ApiError::TooMany { .. } => "listing_too_long",
        }
    }

    /// From the `detail` of a fault, or from what says why a property is missing.
    pub fn of(fault: &Element, text: &str, asked: &str) -> ApiError {
        let named = match fault.is.rsplit(':').next() {
            Some(kind) if !kind.is_empty() => kind,
            _ => fault.name.trim_end_matches("Fault"),
        };
        match named {
            "NotAuthenticated" => ApiError::Ended,
            "InvalidLogin" => ApiError::Refused,
            "NoPermission" => ApiError::Forbidden {
                privilege: short(fault.text_at("privilegeId")),
                asked: asked.to_owned(),
            },
            "ManagedObjectNotFound" => ApiError::Gone {
                asked: asked.to_owned(),
                object: short(fault.text_at("obj")),
            },
            _ => ApiError::Fault {
                asked: asked.to_owned(),
                reason: short(if text.is_empty() { named } else { text }),
            },
        }
    }
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(TEXT_CHARS_MAX)
        .collect()
}
