//! PostgreSQL: row-level security, named operations, outbox, migrations.
//!
//! **Invariant:** tenant rows are reachable only through [`TenantTx`]; SQL lives in this crate and nowhere else.

mod error;
mod migrate;
mod tx;

pub use error::{Error, Result};
pub use tx::{Store, SystemTx, TenantTx};
