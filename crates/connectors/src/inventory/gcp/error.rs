//! Why GCP did not give what it was asked for.

use super::super::out::Failure;
use super::super::rest::RestError;

#[derive(Debug, thiserror::Error)]
pub enum GcpError {
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The answer says itself that something is missing.
    #[error("{action} left out {place}: {reason}")]
    LeftOut {
        action: &'static str,
        place: String,
        reason: String,
    },
}

impl Failure for GcpError {
    fn code(&self) -> &'static str {
        match self {
            GcpError::Rest(error) => error.code(),
            GcpError::LeftOut { .. } => "provider_incomplete",
        }
    }
}

impl GcpError {
    /// Asking again changes nothing until somebody grants it, or switches it on: what it would tell is unknown, now and the
    /// next time. What could not be read just this time is not unknown, it is lost.
    pub fn is_permission(&self) -> bool {
        matches!(self, GcpError::Rest(error) if error.is_permission())
    }
}
