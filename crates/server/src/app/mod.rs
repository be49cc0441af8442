//! Use cases, one file per noun: what may be done, on the store's operations and the engines' answers.
//!
//! **Invariant:** nothing here knows HTTP. Each function takes the actor's context first.

pub mod bootstrap;
pub mod janitor;
pub mod token;
