//! `/`: a plain overview page. It reads the same API as everyone else and knows nothing more.

use axum::http::{HeaderValue, Method, header};
use axum::response::IntoResponse;
use utoipa::OpenApi;

use super::{Noun, Routes};

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

/// The overview page.
#[utoipa::path(get, path = "/", tag = "home", responses((status = 200, body = String, content_type = "text/html")))]
async fn page() -> impl IntoResponse {
    file("text/html; charset=utf-8", include_str!("home.html"))
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
