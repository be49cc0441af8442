//! The border of the connectors crate. One binary: `it`.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod aws;
mod inventory;
mod recorder;
mod ssh;
mod sshd;
mod suite;
