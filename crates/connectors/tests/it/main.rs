//! The border of the connectors crate. One binary: `it`.

mod inventory;
mod recorder;
