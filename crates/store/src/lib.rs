//! PostgreSQL: row-level security, named operations, outbox, migrations.
//!
//! **Invariant:** tenant rows are reachable only through [`TenantTx`]; SQL lives in this crate and nowhere else.

pub mod asset;
pub mod clock;
pub mod connector;
pub mod content;
pub mod drift;
pub mod embedded;
mod error;
pub mod feed;
pub mod fleet;
pub mod image;
pub mod lease;
pub mod matching;
mod migrate;
pub mod outbox;
pub mod scope;
pub mod sync;
mod tx;
pub mod vulnerability;

pub use error::{Error, Result};
pub use migrate::schema_digest;
pub use tx::{Store, SystemTx, TenantTx};
