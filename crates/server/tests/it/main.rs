//! The product at its border: a real server, a real database, requests as people send them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod cli;
mod collector;
mod drift;
mod event;
mod fleet;
mod generated;
mod golden;
mod guard;
mod idempotency;
mod identity;
mod image;
mod ingest;
mod inventory;
mod judge;
mod limits;
mod member;
mod support;
mod tenancy;
mod token;
