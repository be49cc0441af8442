//! PostgreSQL: row-level security, named operations, outbox, migrations.
//!
//! **Invariant:** tenant rows are reachable only through [`TenantTx`]; SQL lives in this crate and nowhere else.

pub mod asset;
pub mod audit;
pub mod clock;
pub mod connector;
pub mod connector_watch;
pub mod container;
pub mod content;
pub mod discovery;
pub mod drift;
pub mod embedded;
mod error;
pub mod feed;
pub mod feed_run;
pub mod feed_schedule;
pub mod fleet;
pub mod freshness;
pub mod idempotency;
pub mod identity;
pub mod image;
pub mod judged;
pub mod lease;
pub mod ledger;
pub mod listing;
pub mod mapping;
pub mod matching;
pub mod member;
mod migrate;
pub mod org;
pub mod outbox;
pub mod part;
pub mod person;
pub mod plan;
pub mod policy;
pub mod resource;
pub mod saved_view;
pub mod scope;
pub mod server_key;
pub mod session;
pub mod sighting;
pub mod site_pair;
pub mod sla;
pub mod split;
pub mod statistics;
pub mod sync;
pub mod token;
pub mod trend;
mod tx;
pub mod vulnerability;

pub use error::{Error, Result};
pub use migrate::schema_digest;
/// How to reach a database; what [`Store::open`] and [`Store::connect`] take.
pub use sqlx::postgres::PgConnectOptions;
pub use tx::{LOCK_TIMEOUT, Store, SystemTx, TenantTx};
