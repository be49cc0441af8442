//! Use cases, one file per noun: what a person or a job can do, whoever asks.
//!
//! **Invariant:** nothing here knows HTTP. What an actor does takes the actor's context first.

pub mod asset;
pub mod attention;
pub mod audit;
pub mod bootstrap;
pub mod catalogue;
pub mod collector;
pub mod connector;
pub mod coverage;
pub mod data_health;
pub mod discovery;
pub mod drift;
mod drift_age;
pub mod drift_view;
pub mod estate;
pub mod event;
pub mod facts;
pub mod feed;
pub mod freshness;
pub mod host_admin;
pub mod identity;
pub mod image;
pub mod ingest;
pub mod janitor;
pub mod judge;
pub mod kept;
pub mod link_rule;
pub mod mapping;
pub mod matching;
pub mod member;
pub mod onboarding;
pub mod organization;
pub mod overview;
mod percentile;
pub mod rejected;
pub mod resource;
pub mod search;
pub mod secret;
mod shelf;
pub mod sla;
pub mod sync;
pub mod token;
pub mod trend;
pub mod vulnerability;
