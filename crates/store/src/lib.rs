//! PostgreSQL: row-level security, named operations, outbox, migrations.
//!
//! **Invariant:** tenant rows are reachable only through [`TenantTx`]; SQL lives in this crate and nowhere else.

pub mod audit;
mod error;
pub mod idempotency;
pub mod member;
mod migrate;
pub mod org;
pub mod person;
pub mod server_key;
pub mod session;
pub mod token;
mod tx;

pub use error::{Error, Result};
pub use tx::{Store, SystemTx, TenantTx};
