//! The public error: about ten kinds, each with a stable code, a sentence for the caller and a hint when the next
//! action is known. Every code has a page in `docs/errors/`.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request itself is wrong; sending it again changes nothing.
    Invalid,
    Unauthenticated,
    /// Authenticated, may read the resource, may not do this.
    Forbidden,
    /// Also the answer where the caller may not even read it.
    NotFound,
    /// The state of the resource does not allow it now.
    Conflict,
    /// `If-Match` did not hold.
    PreconditionFailed,
    TooLarge,
    RateLimited,
    /// A dependency is away; sending it again later may work.
    Unavailable,
    TimedOut,
    /// A defect of ours. The detail goes to the log, not to the caller.
    Internal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// Stable, `snake_case`, documented at `docs/errors/<code>.md`.
    pub code: &'static str,
    /// For the caller: a lower-case fragment without a full stop, naming what was attempted on what.
    pub detail: String,
    pub hint: Option<String>,
    /// The field of what was sent that is wrong, and how: `config.hosts[2].address`.
    pub field: Option<Box<(String, String)>>,
    /// For the log only.
    pub internal: Option<String>,
}

impl Error {
    pub fn new(kind: ErrorKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            hint: None,
            field: None,
            internal: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn at(mut self, field: impl Into<String>, detail: impl Into<String>) -> Self {
        self.field = Some(Box::new((field.into(), detail.into())));
        self
    }

    pub fn internal(mut self, internal: impl fmt::Display) -> Self {
        self.internal = Some(internal.to_string());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;
