//! Health, version, metrics, and the pages that explain error codes.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::error::{Error, ErrorKind};
use utoipa::OpenApi;

use super::types::health::{Health, Version};
use super::{Json, Noun, Path, Problem, Result, Routes};
use crate::opcx::App;

pub const NOUN: Noun = Noun {
    name: "health",
    routes,
    doc: Doc::openapi,
};

/// A database that answers later than this is not ready.
const PING_TIME_MAX: Duration = Duration::from_secs(2);

#[derive(OpenApi)]
#[openapi(paths(health, ready, version, metrics, error_page))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.public(
        Method::GET,
        "/healthz",
        "probes have no credentials and learn nothing",
        health,
    );
    routes.public(
        Method::GET,
        "/readyz",
        "probes have no credentials and learn nothing",
        ready,
    );
    routes.public(
        Method::GET,
        "/version",
        "clients choose their version before they sign in",
        version,
    );
    routes.public(
        Method::GET,
        "/metrics",
        "counts by route and status only, no tenant's data",
        metrics,
    );
    routes.public(Method::GET, "/errors/{code}", "documentation", error_page);
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    Json(Health {
        status: "ok".to_owned(),
    })
}

/// The process answers, and so does its database.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health)))]
async fn ready(State(app): State<App>) -> Result<Json<Health>> {
    match tokio::time::timeout(PING_TIME_MAX, app.store.ping()).await {
        Ok(Ok(())) => Ok(Json(Health {
            status: "ready".to_owned(),
        })),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Error::new(
            ErrorKind::Unavailable,
            "database_unavailable",
            "the database does not answer in time",
        )
        .hint("try again in a few seconds")
        .into()),
    }
}

#[utoipa::path(get, path = "/version", tag = "health", responses((status = 200, body = Version)))]
async fn version() -> Json<Version> {
    Json(Version {
        name: "qlrf".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics(State(app): State<App>) -> Response {
    let headers = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4"),
    )];
    (headers, app.metrics.render()).into_response()
}

#[derive(rust_embed::RustEmbed)]
#[folder = "../../docs/errors"]
struct Pages;

/// Where the page of an error code stands; a connector may have codes of which no page tells.
pub(super) fn page_of(code: &str) -> Option<String> {
    Pages::get(&format!("{code}.md")).map(|_| format!("/errors/{code}"))
}

/// Cause of an error code, how to confirm it, how to fix it.
#[utoipa::path(
    get, path = "/errors/{code}", tag = "health", params(("code" = String, Path)),
    responses((status = 200, body = String, content_type = "text/markdown"))
)]
async fn error_page(Path(code): Path<String>) -> Result<Response> {
    let page =
        Pages::get(&format!("{code}.md")).ok_or_else(|| Problem::not_found("there is no such error code"))?;
    let headers = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/markdown; charset=utf-8"),
    )];
    Ok((StatusCode::OK, headers, page.data.into_owned()).into_response())
}
