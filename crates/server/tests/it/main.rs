//! The product at its border: a real server, a real database, requests as people send them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so by name")]

#[path = "../../../connectors/tests/it/apiserver.rs"]
#[allow(dead_code, reason = "the connector's own tests use more of it")]
mod apiserver;
mod audit;
mod aws;
mod azure;
mod cancelled;
mod cli;
mod collector;
mod container;
mod coverage;
mod coverage_gone;
mod coverage_machine;
mod crash;
mod discovery;
mod drift;
mod estate_views;
mod event;
mod feed;
mod feed_course;
mod feed_import;
mod feed_schedule;
mod feed_wait;
mod figures;
mod fleet;
mod fleet_cache;
mod fleet_pages;
mod foreign;
mod gcp;
mod generated;
mod golden;
mod guard;
mod host;
mod idempotency;
mod identity;
mod image;
mod image_matrix;
mod ingest;
mod installation;
mod inventory;
mod judge;
mod killed;
mod layer;
mod limits;
mod machine;
mod machine_cloud;
mod machine_told;
mod machine_views;
mod mapping;
mod member;
mod offline;
mod overview;
mod part;
mod plan;
mod policy;
mod process;
mod provider;
mod resource;
mod saved_view;
mod scan;
mod secret;
mod site_pair;
mod sla;
mod ssh;
#[path = "../../../connectors/tests/it/sshd.rs"]
#[allow(dead_code, reason = "the connector's own tests use more of it")]
mod sshd;
mod support;
mod tenancy;
mod token;
mod two_servers;
#[path = "../../../connectors/tests/it/vcenter.rs"]
#[allow(dead_code, reason = "the connector's own tests use more of it")]
mod vcenter;
mod vulnerability;
mod watch;
mod web;
