//! Driver errors, mapped once.

use qlrf_core::error::{Error as PublicError, ErrorKind};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database did not answer: {0}")]
    Unavailable(#[source] sqlx::Error),
    #[error("the database refused the statement: {0}")]
    Database(#[source] sqlx::Error),
    /// Somebody else holds what the statement needs; sending it again later works.
    #[error("the database is busy: {0}")]
    Busy(#[source] sqlx::Error),
    #[error("{0}")]
    Migrate(String),
    #[error(
        "the database has schema version {found}, and this qlrf knows versions up to {known}: a newer qlrf has used it"
    )]
    SchemaTooNew { found: i64, known: i64 },
    /// Somebody else took over what this writer believed to be its own.
    #[error("{0}")]
    Fenced(String),
    /// A stored value that this version cannot read: an error, never a quiet default.
    #[error("stored data is not readable: {0}")]
    Corrupt(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Error::Unavailable(error),
            sqlx::Error::Database(ref database)
                // Class 57: operator intervention (shutdown, crash recovery); class 08: connection exceptions.
                if database.code().is_some_and(|code| code.starts_with("57") || code.starts_with("08")) =>
            {
                Error::Unavailable(error)
            }
            // Lock not available, deadlock, serialization failure.
            sqlx::Error::Database(ref database)
                if database.code().is_some_and(|code| ["55P03", "40P01", "40001"].contains(&&*code)) =>
            {
                Error::Busy(error)
            }
            other => Error::Database(other),
        }
    }
}

impl From<Error> for PublicError {
    fn from(error: Error) -> Self {
        let internal = error.to_string();
        match error {
            Error::Unavailable(_) => PublicError::new(
                ErrorKind::Unavailable,
                "database_unavailable",
                "the database does not answer",
            )
            .hint("try again in a few seconds; `/readyz` tells when it is back")
            .internal(internal),
            Error::Busy(_) => PublicError::new(
                ErrorKind::Unavailable,
                "database_busy",
                "another operation of this organisation holds what this one needs",
            )
            .hint("try again in a few seconds")
            .internal(internal),
            Error::SchemaTooNew { .. } => {
                PublicError::new(ErrorKind::Unavailable, "database_schema_too_new", internal)
                    .hint("start the newer qlrf; a schema is never taken back")
            }
            Error::Migrate(_) => {
                PublicError::new(ErrorKind::Unavailable, "database_migration_failed", internal)
            }
            _ => PublicError::new(
                ErrorKind::Internal,
                "internal",
                "an internal error stopped the request",
            )
            .internal(internal),
        }
    }
}
