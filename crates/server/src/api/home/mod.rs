//! `/`: the web application where it was built in, else a plain overview page. Both read the same API as everyone else
//! and know nothing more.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use super::{Noun, Routes};
use crate::opcx::App;

pub const NOUN: Noun = Noun {
    name: "home",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(page, script, style))]
struct Doc;

const WHY: &str = "static files without data; the page asks the API, which checks who asks";

fn routes(routes: &mut Routes) {
    routes.public(Method::GET, "/", WHY, page);
    routes.public(Method::GET, "/home.js", WHY, script);
    routes.public(Method::GET, "/home.css", WHY, style);
}

/// The web application, or the plain overview page where it was not built in.
#[utoipa::path(get, path = "/", tag = "home", responses((status = 200, body = String, content_type = "text/html")))]
async fn page(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.web.index(&headers) {
        Some(response) => response,
        None => file("text/html; charset=utf-8", include_str!("home.html")).into_response(),
    }
}

#[utoipa::path(
    get, path = "/home.js", tag = "home", responses((status = 200, body = String, content_type = "text/javascript"))
)]
async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("home.js"))
}

#[utoipa::path(get, path = "/home.css", tag = "home", responses((status = 200, body = String, content_type = "text/css")))]
async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("home.css"))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    // Looked up again each time: a new version of the server must not meet an old script.
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text)
}
