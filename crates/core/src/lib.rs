//! The nouns of the fabric: ids, packages, assets, images, advisories, coverage, events, errors.
//!
//! **Invariant:** nothing in this crate does I/O, knows a database or speaks HTTP. A function here returns the same
//! answer for the same arguments; the one exception is [`time::now`], the only place that reads the clock.

pub mod advisory;
pub mod asset;
pub mod container;
pub mod contract;
pub mod coverage;
pub mod digest;
pub mod distribution;
pub mod drift;
pub mod error;
pub mod event;
pub mod freshness;
pub mod id;
pub mod identity;
pub mod image;
pub mod mapping;
pub mod normalise;
pub mod package;
pub mod part;
pub mod perm;
pub mod plan;
pub mod policy;
pub mod resource;
pub mod rootfs;
pub mod secret;
pub mod time;
pub mod version;
