//! The control tower: where facts, engines, connectors and people meet.

pub mod fleet;
