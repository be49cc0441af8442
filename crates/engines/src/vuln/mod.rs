//! Vulnerabilities: which packages an advisory speaks of, how bad that is, and by when it must be gone.
//!
//! **Invariant:** what cannot be decided is a [`Problem`], never "not affected".

mod builder;
mod index;
mod interval;
mod matching;
pub mod names;
pub mod quality;
pub mod severity;
pub mod sla;
pub mod urgency;

pub use builder::Builder;
pub use index::{AdvisoryHead, Compiled, Index};
pub use matching::{Fix, Match, Matched, MatchedBy, Problem, ProblemCode};
pub use names::{Key, advisory_keys, package_keys};

#[cfg(test)]
mod tests;
