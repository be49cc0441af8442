//! A command that did not succeed: what, why, what to do, code.

use qlrf_connectors::feed::{Code, FeedError};

use crate::api::types::problem::ProblemDetails;

pub const OTHER: u8 = 1;
pub const USAGE: u8 = 64;
pub const DATA: u8 = 65;
pub const NOT_FOUND: u8 = 66;
pub const UNAVAILABLE: u8 = 69;
pub const SOFTWARE: u8 = 70;
pub const TRY_LATER: u8 = 75;
pub const NOT_PERMITTED: u8 = 77;

#[derive(Clone, Debug)]
pub struct Failure {
    /// What happened: one sentence without a full stop.
    pub what: String,
    /// Each thing that is wrong, where there are several.
    pub why: Vec<String>,
    pub hint: Option<String>,
    pub code: Option<String>,
    /// Of the request, to find it in the server's log.
    pub request: Option<String>,
    pub exit: u8,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    fn new(exit: u8, what: impl Into<String>) -> Failure {
        Failure {
            what: what.into(),
            why: Vec::new(),
            hint: None,
            code: None,
            request: None,
            exit,
        }
    }

    pub fn other(what: impl Into<String>) -> Failure {
        Failure::new(OTHER, what)
    }

    /// The command line or its configuration is wrong.
    pub fn usage(what: impl Into<String>) -> Failure {
        Failure::new(USAGE, what)
    }

    /// What the user handed in is wrong.
    pub fn data(what: impl Into<String>) -> Failure {
        Failure::new(DATA, what)
    }

    /// What the user named is not there.
    pub fn not_found(what: impl Into<String>) -> Failure {
        Failure::new(NOT_FOUND, what)
    }

    pub fn unavailable(what: impl Into<String>) -> Failure {
        Failure::new(UNAVAILABLE, what)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

impl From<ProblemDetails> for Failure {
    fn from(problem: ProblemDetails) -> Failure {
        let exit = match problem.status {
            401 | 403 => NOT_PERMITTED,
            404 => NOT_FOUND,
            409 | 412 | 429 | 504 => TRY_LATER,
            503 => UNAVAILABLE,
            400..=499 => DATA,
            _ => SOFTWARE,
        };
        let why = problem
            .errors
            .iter()
            .map(|field| format!("{}: {}", field.path, field.detail))
            .collect();
        Failure {
            what: problem.detail,
            why,
            hint: problem.hint,
            code: Some(problem.code),
            request: Some(problem.instance),
            exit,
        }
    }
}

/// A feed that was looked at here, before anything was sent.
impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Failure {
        let mut failure = Failure::data(error.detail);
        failure.hint = (error.code == Code::NotRecognised)
            .then(|| "where you know which one it is, name it: `qlrf feed import FEED PATH`, `qlrf scan --feed FEED=PATH`".to_owned());
        failure.code = Some(error.code.name().to_owned());
        failure
    }
}

/// A rule that the CLI shares with the server, broken before anything was sent.
impl From<qlrf_core::error::Error> for Failure {
    fn from(error: qlrf_core::error::Error) -> Failure {
        let mut failure = Failure::data(error.detail);
        failure.hint = error.hint;
        failure.code = Some(error.code.to_owned());
        failure
    }
}
