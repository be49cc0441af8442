//! Why a document that a person wrote was not taken.

use qlrf_core::contract::Problem;
use qlrf_core::error::Error;

#[derive(Debug)]
pub enum Rejected {
    /// Every mistake in the document, in its order; failed examples are among them.
    Document(Vec<Problem>),
    Error(Error),
}

impl From<Error> for Rejected {
    fn from(error: Error) -> Self {
        Rejected::Error(error)
    }
}

impl From<qlrf_store::Error> for Rejected {
    fn from(error: qlrf_store::Error) -> Self {
        Rejected::Error(error.into())
    }
}
