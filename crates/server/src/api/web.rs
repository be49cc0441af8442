//! The web application: static files without data, built into the program when `ui/dist` was there.
//!
//! It stands behind every declared route. A path is looked up as a name among the embedded files, never opened on a
//! disk. Whatever else a browser asks for as a page is the application's own route and gets its one page.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Problem;
use super::etag;
use super::observe::RouteTemplate;
use crate::opcx::App;

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// One file of the application.
pub struct File {
    /// As asked for: `/assets/index-3f2a.js`.
    pub path: &'static str,
    pub plain: &'static [u8],
    pub brotli: Option<&'static [u8]>,
}

/// The files that one server serves; none when the application was not built.
#[derive(Clone, Copy)]
pub struct Web(pub &'static [File]);

const INDEX: &str = "/index.html";
/// The build names files in here after their content: one name never means another content.
const HASHED: &str = "/assets/";
/// Prefixes that are never pages of the application, so that a mistyped API path is not answered with one.
const NOT_PAGES: &[&str] = &["/api", "/errors"];

impl Web {
    pub fn embedded() -> Web {
        Web(FILES)
    }

    fn find(self, path: &str) -> Option<&'static File> {
        self.0.iter().find(|file| file.path == path)
    }

    /// The one page of the application; `None` when it was not built.
    pub(super) fn index(self, asked: &HeaderMap) -> Option<Response> {
        Some(answer(self.find(INDEX)?, asked))
    }
}

/// What no declared route answers.
pub(super) async fn fallback(State(app): State<App>, request: Request) -> Response {
    let missing = || Problem::not_found("there is no such route").into_response();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return missing();
    }
    let (path, headers) = (request.uri().path(), request.headers());
    let found = match app.web.find(path) {
        Some(file) => Some(answer(file, headers)),
        None if is_page(path, headers) => app.web.index(headers),
        None => None,
    };
    let Some(mut response) = found else {
        return missing();
    };
    response.extensions_mut().insert(RouteTemplate("web"));
    response
}

fn is_page(path: &str, asked: &HeaderMap) -> bool {
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !NOT_PAGES.iter().any(|prefix| below(prefix)) && lists(asked, header::ACCEPT, "text/html")
}

fn answer(file: &File, asked: &HeaderMap) -> Response {
    let mut response = match file.path.starts_with(HASHED) {
        true => lasting(file, asked),
        false => looked_up_again(file, asked),
    };
    let vary = HeaderValue::from_static("Accept-Encoding");
    response.headers_mut().insert(header::VARY, vary);
    response
}

fn lasting(file: &File, asked: &HeaderMap) -> Response {
    let mut response = content(file, asked);
    let cache = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

fn looked_up_again(file: &File, asked: &HeaderMap) -> Response {
    let tag = etag::of_bytes(file.plain);
    let mut response = match etag::is_known(asked, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => content(file, asked),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ETAG, tag);
    response
}

fn content(file: &File, asked: &HeaderMap) -> Response {
    let brotli = file
        .brotli
        .filter(|_| lists(asked, header::ACCEPT_ENCODING, "br"));
    let mut response = Response::new(Body::from(brotli.unwrap_or(file.plain)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(file.path)),
    );
    if brotli.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Whether a header that lists alternatives names this one and does not refuse it with `q=0`.
fn lists(headers: &HeaderMap, name: header::HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|alternative| {
            let mut parts = alternative.split(';').map(str::trim);
            let named = parts.next().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
        })
}

/// What a build of the application holds; anything else is bytes that a browser does not interpret.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
