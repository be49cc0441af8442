//! The one binary: API, use cases, reconcilers, configuration and command line.
//!
//! **Invariant:** this is the only crate that sees all others, and it contains no SQL and no provider's address.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
mod database;
pub mod fleet;
pub mod opcx;
pub mod roles;
pub mod secret;
pub mod serve;
pub mod telemetry;
