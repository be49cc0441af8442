//! The HTTP API: routes, wire types, and the rules that every route obeys.
//!
//! **Invariant:** a route comes into being only through [`Routes`], with its permission, behind the guard that
//! authenticates, checks, audits and replays. A handler has no logic: it reads its arguments, calls `app`, and turns
//! the result into a wire type.
//!
//! A new resource is a file here, its wire types in `types`, its use cases in `app`, and one line in [`NOUNS`].

pub mod asset;
pub mod audit;
mod auth;
pub mod connector;
mod container;
mod coverage;
mod document;
mod drift;
mod environment;
pub mod error;
pub mod etag;
pub mod event;
pub mod export;
pub mod extract;
pub mod facts;
mod feed;
mod guard;
mod health;
mod home;
mod host;
mod idempotency;
mod image;
pub mod limits;
mod link_rule;
mod machine;
mod mapping;
mod member;
mod observe;
mod onboarding;
pub mod openapi;
mod organization;
pub mod overview;
pub mod page;
mod part;
mod plan;
mod policy;
mod project;
pub mod rate;
mod resource;
pub mod routes;
mod saved_view;
mod sbom;
mod search;
mod secret;
mod sign_in;
mod site;
mod token;
pub mod types;
mod user;
pub mod vulnerability;
pub mod web;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;

pub use error::{Problem, Result};
pub use extract::{Json, Path, Query};
pub use page::{List, ListFilter, Page};
pub use routes::{Route, Routes};

use crate::opcx::App;

/// One resource: its routes and their description.
pub struct Noun {
    pub name: &'static str,
    pub routes: fn(&mut Routes),
    pub doc: fn() -> utoipa::openapi::OpenApi,
}

/// Every resource of the API. This list is the API: what is not here does not answer.
pub const NOUNS: &[Noun] = &[
    health::NOUN,
    openapi::NOUN,
    home::NOUN,
    sign_in::NOUN,
    user::NOUN,
    organization::NOUN,
    member::NOUN,
    token::NOUN,
    image::NOUN,
    link_rule::NOUN,
    machine::NOUN,
    mapping::NOUN,
    drift::NOUN,
    site::NOUN,
    environment::NOUN,
    project::NOUN,
    plan::NOUN,
    policy::NOUN,
    audit::NOUN,
    event::NOUN,
    connector::NOUN,
    coverage::NOUN,
    secret::NOUN,
    asset::NOUN,
    overview::NOUN,
    facts::NOUN,
    feed::NOUN,
    vulnerability::NOUN,
    sbom::NOUN,
    resource::NOUN,
    container::NOUN,
    saved_view::NOUN,
    search::NOUN,
    export::NOUN,
    onboarding::NOUN,
];

/// Every declared route, in the order of [`NOUNS`].
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    for noun in NOUNS {
        (noun.routes)(&mut routes);
    }
    routes
}

/// The service that a connection talks to.
pub fn router(app: App) -> axum::Router {
    let concurrency = Arc::new(tokio::sync::Semaphore::new(limits::REQUESTS_CONCURRENT_MAX));
    routes()
        .into_router()
        .fallback(web::fallback)
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(
            concurrency,
            limits::limit_concurrency,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), host::check_host))
        .layer(CatchPanicLayer::custom(|_| {
            axum::response::IntoResponse::into_response(Problem::panicked())
        }))
        .layer(middleware::from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
