//! The product at its border: a real server, a real database, requests as people send them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod cli;
mod drift;
mod estate;
mod event;
mod generated;
mod guard;
mod idempotency;
mod identity;
mod image;
mod ingest;
mod limits;
mod member;
mod support;
mod token;
