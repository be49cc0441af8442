//! The border of the connectors crate. One binary: `it`.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[allow(dead_code, reason = "the tests of the server use all of it")]
mod apiserver;
mod aws;
mod azure;
mod gcp;
mod inventory;
mod kubernetes;
mod oci;
mod recorder;
mod ssh;
mod ssh_agent;
mod ssh_hosts_file;
mod sshd;
mod suite;
mod vcenter;
mod vsphere;
