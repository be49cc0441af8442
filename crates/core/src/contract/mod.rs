//! Contracts: documents that people write and the fabric promises to understand.
//!
//! A document is read in three steps, so that every mistake in it is reported with its place at once:
//! text → [`node`] (values that know their line and column) → [`shape`] (what may stand where; also the source of the
//! published JSON Schema) → the model.

pub mod canonical;
pub mod image;
pub mod node;
pub mod problem;
pub mod shape;

pub use problem::{Problem, Problems};
