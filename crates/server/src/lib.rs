//! The control tower: where facts, engines, connectors and people meet.

pub mod app;
pub mod fleet;
