//! The product at its border: a real server, a real database, requests as people send them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod drift;
mod generated;
mod image;
mod support;
mod token;
