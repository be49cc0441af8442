//! The clock. [`now`] is the only place in the workspace that reads it; engines take `now` as an argument.

pub use ::time::{Date, Duration, OffsetDateTime};

/// A moment in UTC with the microsecond resolution that PostgreSQL keeps.
pub type Timestamp = OffsetDateTime;

#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that the ban points to"
)]
pub fn now() -> Timestamp {
    truncate(OffsetDateTime::now_utc())
}

/// Drops what PostgreSQL would drop, so that a value read back equals the value written.
pub fn truncate(at: Timestamp) -> Timestamp {
    let micros = at.microsecond();
    at.replace_microsecond(micros)
        .expect("a microsecond taken from a valid time is valid")
}
