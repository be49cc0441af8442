//! One binary for all tests of the store, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    reason = "clippy exempts test functions, but not the helpers beside them"
)]

mod catalogue;
mod embedded;
mod embedded_killed;
mod embedded_refused;
mod lease;
mod migrate;
mod outbox;
mod site_pair;
mod tenancy;
