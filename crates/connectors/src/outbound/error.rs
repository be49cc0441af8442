//! Why a provider did not answer.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use serde_json::error::Category;

use super::clock::span;
use crate::address::AddressError;

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nothing was sent there: the operator does not allow it, or there is no such place.
    #[error("{0}")]
    Address(String),
    #[error("{0}")]
    Client(String),
    #[error("{host} asked for fewer requests, again and again")]
    Throttled {
        host: String,
        retry_after: Option<Duration>,
    },
    #[error("{host} answered {status}, again and again")]
    ServerError { host: String, status: StatusCode },
    #[error("{host} cannot be reached: {reason}")]
    Unreachable { host: String, reason: String },
    /// Asking again would only show the same certificate.
    #[error("{host} shows a certificate that is not trusted: {reason}")]
    Untrusted { host: String, reason: String },
    #[error("{host} did not answer in time")]
    TimedOut { host: String },
    #[error("{host} answered with more than {bytes_max} bytes")]
    TooLarge { host: String, bytes_max: usize },
    /// The server's own disk, be it full.
    #[error("what was fetched cannot be written to a temporary file: {0}")]
    Unwritable(String),
    #[error("{host} was not asked again: {outage}")]
    CircuitOpen { host: String, outage: Outage },
}

/// What opened a circuit.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{failures} requests in a row failed, the last one because {last}")]
pub struct Outage {
    pub failures: u32,
    pub last: String,
}

impl CallError {
    /// Stable, for the ledger of coverage.
    pub fn code(&self) -> &'static str {
        match self {
            CallError::Address(_) => "address_refused",
            CallError::Client(_) => "client_invalid",
            CallError::Throttled { .. } => "provider_throttled",
            CallError::ServerError { .. } => "provider_failing",
            CallError::Unreachable { .. } => "provider_unreachable",
            CallError::Untrusted { .. } => "certificate_refused",
            CallError::TimedOut { .. } => "provider_timed_out",
            CallError::TooLarge { .. } => "answer_too_large",
            CallError::Unwritable(_) => "temporary_file_unwritable",
            CallError::CircuitOpen { .. } => "circuit_open",
        }
    }

    /// Asking again may help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            CallError::Throttled { .. }
                | CallError::ServerError { .. }
                | CallError::Unreachable { .. }
                | CallError::TimedOut { .. }
        )
    }

    /// The provider's own wish.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            CallError::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(super) fn client(what: &str, error: &reqwest::Error) -> CallError {
        CallError::Client(format!(
            "no client for http: {what}: {}",
            innermost(error).unwrap_or_default()
        ))
    }

    pub(super) fn timed_out(host: &str) -> CallError {
        CallError::TimedOut {
            host: host.to_owned(),
        }
    }

    pub(super) fn throttled(host: &str, headers: &HeaderMap) -> CallError {
        // Of its two forms only the seconds: a date would need the clock of the provider (RFC 9110, 10.2.3).
        let seconds = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok());
        CallError::Throttled {
            host: host.to_owned(),
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    pub(super) fn transport(host: &str, error: &reqwest::Error) -> CallError {
        if error.is_timeout() {
            return CallError::timed_out(host);
        }
        if let Some(refused) = causes(error).find_map(|cause| cause.downcast_ref::<AddressError>()) {
            return CallError::Address(refused.to_string());
        }
        let (host, broke) = (host.to_owned(), || "the connection broke".to_owned());
        let reason = innermost(error).unwrap_or_else(broke);
        match causes(error).find_map(about_a_certificate) {
            Some(wrong) => CallError::Untrusted {
                host,
                reason: about_its_time(wrong).unwrap_or(reason),
            },
            None => CallError::Unreachable { host, reason },
        }
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
}

/// TLS tells of its errors from within those of reading and writing, which name no cause of their own.
fn about_a_certificate<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a CertificateError> {
    let mut told = cause;
    while let Some(within) = told
        .downcast_ref::<std::io::Error>()
        .and_then(|error| error.get_ref())
    {
        told = within;
    }
    match told.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(wrong)) => Some(wrong),
        _ => None,
    }
}

/// Nothing else is known of the other clock: who is not trusted is asked for no date.
fn about_its_time(wrong: &CertificateError) -> Option<String> {
    let between = |early: UnixTime, late: UnixTime| {
        let seconds = late.as_secs().saturating_sub(early.as_secs());
        span(Duration::from_secs(seconds).try_into().unwrap_or_default())
    };
    match wrong {
        CertificateError::NotValidYetContext { time, not_before } => {
            let by = between(*time, *not_before);
            Some(format!(
                "its time begins in {by}, or this machine's clock is behind by as much"
            ))
        }
        CertificateError::ExpiredContext { time, not_after } => {
            let by = between(*not_after, *time);
            Some(format!(
                "its time was over {by} ago, or this machine's clock is ahead by as much"
            ))
        }
        _ => None,
    }
}

/// Where an answer stops being what was expected. What stands there is not repeated: it may be a secret, or megabytes.
pub fn misread(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "it ends early",
        Category::Data => "it is of another form than was expected",
        Category::Io | Category::Syntax => "it is no JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// The innermost cause says it best: a refused connection, an untrusted certificate. The outer ones repeat the URL.
pub fn innermost(error: &reqwest::Error) -> Option<String> {
    causes(error).last().map(ToString::to_string)
}
