//! Judge and plan: pure functions of facts.
//!
//! **Invariant:** no I/O, no clock, no randomness. `now` is an argument; the same input gives the same answer.

pub mod drift;
pub mod link;
pub mod machine;
pub mod mapping;
pub mod plan;
pub mod policy;
pub mod report;
pub mod sbom;
pub mod vuln;
