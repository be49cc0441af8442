//! The product at its border: a real server, a real database, requests as people send them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so by name")]

mod audit;
mod cli;
mod drift;
mod estate;
mod event;
mod feed;
mod generated;
mod guard;
mod host;
mod idempotency;
mod identity;
mod image;
mod ingest;
mod limits;
mod member;
mod scan;
mod support;
mod token;
mod vulnerability;
