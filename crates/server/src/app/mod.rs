//! Use cases, one file per noun: what a person or a job can do, whoever asks.

pub mod catalogue;
pub mod drift;
pub mod ingest;
pub mod matching;
pub mod sync;
