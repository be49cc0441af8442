//! For tests only: a migrated database per test, waiting with a deadline, cutting the database off, and coming between a
//! client and its counterpart.
//!
//! The databases live on one PostgreSQL server below `target/testkit`, shared by all test processes and left running:
//! the next run adopts it. A database is dropped with its [`TestDb`]; what a killed test leaves is dropped by the next
//! test process. `QLRF_TEST_DATABASE_URL` names another server; its user must be allowed to create databases.
//!
//! To stop the shared server: `kill -INT $(head -1 target/testkit/postgres/postmaster.pid)`, or delete `target`.

mod authority;
mod azure;
mod catalogue;
mod database;
mod gcp;
mod http;
mod moto;
mod peer;
mod poll;
mod proxy;
mod registry;
mod served;
mod server;

pub use authority::{Authority, Issued};
pub use azure::{AZURE_TENANT, AzurePeer, azure_id, azure_machine, azure_subscription, azure_view};
pub use catalogue::{SHARED_TABLES, schema_text};
pub use database::TestDb;
pub use gcp::Gcp;
pub use http::{Asked, HttpProxy, Reply};
pub use moto::{MOTO_ACCOUNT, Moto, element};
pub use peer::peer;
pub use poll::poll;
pub use proxy::Proxy;
pub use registry::{INDEX, Image, MANIFEST, REGISTRY_USER, Registry, debian_layer, layer};
pub use server::{admin_options, private_server, search};
