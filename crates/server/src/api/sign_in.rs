//! `/sign-in`: the page behind a one-time link, and the requests that begin a session.
//!
//! Opening the link only shows a button: mail scanners and chat previews open links too, and must not use them up.

use axum::RequestExt as _;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use qlrf_store::audit::{NewEntry, Phase};
use serde::Deserialize;
use utoipa::OpenApi;

use super::auth::{self, CSRF_COOKIE, SESSION_COOKIE};
use super::types::user::{SignIn, SignInView};
use super::{Json, Noun, Problem, Query, Result, Routes, guard};
use crate::app::identity::{self, SESSION_LIFE, SignedIn};
use crate::opcx::App;
use crate::secret::Secret;

pub const NOUN: Noun = Noun {
    name: "sign-in",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(sign_in_page, sign_in))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.public(
        Method::GET,
        "/sign-in",
        "whoever opens it has no session yet",
        sign_in_page,
    );
    routes.public(
        Method::POST,
        "/sign-in",
        "whoever sends it has no session yet",
        sign_in,
    );
}

#[derive(Deserialize)]
struct LinkQuery {
    #[serde(default)]
    link: String,
}

/// The sign-in page of the web application, or a page with one button where it was not built in. It changes nothing.
#[utoipa::path(
    get, path = "/sign-in", tag = "sign-in", params(("link" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/html"))
)]
async fn sign_in_page(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<LinkQuery>,
) -> Response {
    if let Some(page) = app.web.index(&headers) {
        return page;
    }
    let page = if is_secret(&query.link) {
        link_page(&query.link)
    } else {
        password_page()
    };
    (
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        Html(page),
    )
        .into_response()
}

/// Only what can be one of our secrets is repeated in the page.
fn is_secret(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Sign in · QL-RF</title>\
    <link rel=\"stylesheet\" href=\"/home.css\"><link rel=\"icon\" href=\"data:,\"><main><h1>QL-RF</h1>";

fn link_page(link: &str) -> String {
    format!(
        "{HEAD}<form method=\"post\" action=\"/sign-in\"><input type=\"hidden\" name=\"link\" value=\"{link}\">\
         <button autofocus>Sign in</button></form><p>The link works once.</p></main></html>"
    )
}

fn password_page() -> String {
    format!(
        "{HEAD}<form method=\"post\" action=\"/sign-in\">\
         <p><label>Login <input name=\"login\" autocomplete=\"username\" required autofocus></label></p>\
         <p><label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label></p>\
         <button>Sign in</button></form>\
         <p>Without a password, <code>qlrf sign-in-link</code> on the server's machine makes a link.</p></main></html>"
    )
}

/// Begins a session, by link or by login and password. A form is answered with a redirect, JSON with JSON.
#[utoipa::path(
    post, path = "/sign-in", tag = "sign-in", request_body = SignIn,
    responses((status = 200, body = SignInView), (status = 303))
)]
async fn sign_in(State(app): State<App>, request: Request) -> Result<Response> {
    auth::check_same_origin(&app, request.headers())?;
    app.rate
        .take_attempt(auth::peer(&request))
        .map_err(Problem::rate_limited)?;
    let request_id = guard::request_id(&request);
    let form = is_form(request.headers());
    let user_agent = request.headers().get(header::USER_AGENT);
    let user_agent = user_agent.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    let body: SignIn = if form {
        let axum::Form(body) = request
            .extract()
            .await
            .map_err(|_| Problem::invalid_request("the form is not the one of the sign-in page"))?;
        body
    } else {
        request.extract_with_state::<Json<SignIn>, _, _>(&app).await?.0
    };
    let signed_in = match (body.link, body.login, body.password) {
        (Some(link), None, None) => {
            identity::sign_in_by_link(&app.store, &Secret::new(link), user_agent.as_deref()).await?
        }
        (None, Some(login), Some(password)) => {
            let (passwords, password) = (&app.passwords, Secret::new(password));
            identity::sign_in_by_password(&app.store, passwords, &login, password, user_agent.as_deref())
                .await?
        }
        _ => {
            return Err(Problem::invalid_request(
                "it takes `link`, or `login` and `password`",
            ));
        }
    };
    record(&app, &signed_in, request_id).await?;
    Ok(answer(&app, &signed_in, form))
}

fn is_form(headers: &HeaderMap) -> bool {
    let form = |value: &HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    headers.get(header::CONTENT_TYPE).is_some_and(form)
}

/// Before the cookies go out: a session that is not on record is not handed over.
async fn record(app: &App, signed_in: &SignedIn, request_id: uuid::Uuid) -> Result<()> {
    for (phase, status) in [(Phase::Begin, None), (Phase::End, Some(200))] {
        let entry = NewEntry {
            at: qlrf_core::time::now(),
            request_id,
            phase,
            actor: format!("person:{}", signed_in.member.login),
            permission: "public".to_owned(),
            method: "POST".to_owned(),
            path: "/sign-in".to_owned(),
            status,
        };
        let mut tx = app.store.tenant(signed_in.member.org).await?;
        qlrf_store::audit::append(&mut tx, &entry).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn answer(app: &App, signed_in: &SignedIn, form: bool) -> Response {
    let mut response = if form {
        (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, HeaderValue::from_static("/"))],
        )
            .into_response()
    } else {
        let csrf_token = signed_in.csrf_token.expose().to_owned();
        Json(SignInView {
            csrf_token,
            expires_at: signed_in.expires_at,
        })
        .into_response()
    };
    let life = SESSION_LIFE.whole_seconds();
    let headers = response.headers_mut();
    headers.append(
        header::SET_COOKIE,
        set_cookie(app, SESSION_COOKIE, signed_in.secret.expose(), life, true),
    );
    headers.append(
        header::SET_COOKIE,
        set_cookie(app, CSRF_COOKIE, signed_in.csrf_token.expose(), life, false),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `script_hidden` keeps it from scripts; the CSRF cookie is there for ours to read.
pub(super) fn set_cookie(
    app: &App,
    name: &str,
    value: &str,
    seconds: i64,
    script_hidden: bool,
) -> HeaderValue {
    let secure = if app.http.secure_cookies() { "; Secure" } else { "" };
    let http_only = if script_hidden { "; HttpOnly" } else { "" };
    let cookie = format!("{name}={value}; Path=/; SameSite=Strict; Max-Age={seconds}{http_only}{secure}");
    HeaderValue::from_str(&cookie).expect("secrets are base64url")
}
