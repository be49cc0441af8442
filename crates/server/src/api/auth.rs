//! Credentials → actor. A bearer token counts before a cookie.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, Method, header};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::time::{Duration, now};
use qlrf_store::{session, token};
use uuid::Uuid;

use super::error::Problem;
use super::{guard, host};
use crate::opcx::{Actor, App, OpCx};
use crate::secret::{self, Secret};

pub const SESSION_COOKIE: &str = "qlrf_session";
pub const CSRF_COOKIE: &str = "qlrf_csrf";
pub const CSRF_HEADER: &str = "x-csrf-token";
/// Longer credentials were not made here and are not worth a hash.
const CREDENTIAL_CHARS_MAX: usize = 256;
/// A request changes the database for it no oftener.
const USE_NOTED_EVERY: Duration = Duration::minutes(5);

/// The session that a request came with; for signing out.
#[derive(Clone)]
pub struct SessionSecret(pub Secret);

/// What the page of a session must know of it.
#[derive(Clone)]
pub struct SessionProof {
    pub csrf_token: Secret,
    pub expires_at: qlrf_core::time::Timestamp,
}

pub(super) async fn authenticate(app: &App, request: &mut Request) -> Result<OpCx, Problem> {
    let id = guard::request_id(request);
    let outcome = match bearer(request.headers()) {
        Some(secret) => from_token(app, secret?).await,
        None => from_session(app, request).await,
    };
    match outcome {
        Ok((org, actor)) => Ok(OpCx::authenticated(app.clone(), org, actor, id)),
        Err(problem) if problem.error.kind == ErrorKind::Unauthenticated => match count_attempt(app, request)
        {
            Ok(()) => Err(problem),
            Err(limited) => Err(limited),
        },
        Err(problem) => Err(problem),
    }
}

/// A wrong credential costs one attempt of its address; a missing one costs nothing.
fn count_attempt(app: &App, request: &Request) -> Result<(), Problem> {
    if bearer(request.headers()).is_none() && cookie(request.headers(), SESSION_COOKIE).is_none() {
        return Ok(());
    }
    app.rate
        .take_attempt(peer(request))
        .map_err(Problem::rate_limited)
}

pub(super) fn peer(request: &Request) -> IpAddr {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
            address.ip()
        })
}

/// One bucket per person and per token.
pub(super) fn rate_key(cx: &OpCx) -> Uuid {
    match cx.actor() {
        Actor::Person { id, .. } => id.as_uuid(),
        Actor::Token { id, .. } => id.as_uuid(),
        Actor::System(_) => Uuid::nil(),
    }
}

/// `None` without an `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<Result<Secret, Problem>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    // What stands before the server may have looked at the other one.
    if values.next().is_some() {
        let detail = "there is more than one `Authorization` header";
        return Some(Err(Problem::invalid_request(detail)));
    }
    let secret = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, secret)| {
            scheme.eq_ignore_ascii_case("bearer") && secret.len() <= CREDENTIAL_CHARS_MAX
        })
        .map(|(_, secret)| Secret::new(secret.trim()));
    Some(secret.ok_or_else(|| Problem::unauthenticated("`Authorization` does not hold a bearer token")))
}

async fn from_token(app: &App, secret: Secret) -> Result<(qlrf_core::id::OrgId, Actor), Problem> {
    let now = qlrf_core::time::now();
    let mut tx = app.store.system("authenticate").await?;
    let found = token::find_by_secret(&mut tx, secret.hash(), now).await?;
    tx.commit().await?;
    let Some(token) = found else {
        return Err(Problem::unauthenticated("the token is not known"));
    };
    if token.revoked_at.is_some() {
        return Err(Problem::unauthenticated("the token was revoked"));
    }
    if token.expires_at <= now {
        return Err(Problem::unauthenticated("the token has expired"));
    }
    let actor = Actor::Token {
        id: token.id,
        name: token.name,
        role: token.role,
        scopes: token.scopes,
        installation: token.installation,
    };
    Ok((token.org, actor))
}

async fn from_session(app: &App, request: &mut Request) -> Result<(qlrf_core::id::OrgId, Actor), Problem> {
    let Some(secret) =
        cookie(request.headers(), SESSION_COOKIE).filter(|text| text.len() <= CREDENTIAL_CHARS_MAX)
    else {
        return Err(Problem::unauthenticated("the request carries no credential"));
    };
    let secret = Secret::new(secret);
    let mut tx = app.store.system("authenticate").await?;
    let now = now();
    let found = session::find(&mut tx, secret.hash(), now).await?;
    let is_noted = |found: &session::Session| found.used_at.is_some_and(|at| now - at < USE_NOTED_EVERY);
    if found.as_ref().is_some_and(|found| !is_noted(found)) {
        session::note_use(&mut tx, secret.hash(), now).await?;
    }
    tx.commit().await?;
    let Some(session) = found else {
        return Err(Problem::unauthenticated("the session has ended"));
    };
    let csrf_token = Secret::new(session.csrf_token);
    if request.method() != Method::GET && request.method() != Method::HEAD {
        check_same_origin(app, request.headers())?;
        check_csrf(request.headers(), &csrf_token)?;
    }
    request.extensions_mut().insert(SessionProof {
        csrf_token,
        expires_at: session.expires_at,
    });
    request.extensions_mut().insert(SessionSecret(secret));
    let actor = Actor::Person {
        id: session.person,
        login: session.login,
        role: session.role,
        installation: session.installation,
    };
    Ok((session.org, actor))
}

/// A page of another site cannot read our cookie, so it cannot repeat it in a header.
fn check_csrf(headers: &HeaderMap, expected: &Secret) -> Result<(), Problem> {
    let sent = headers
        .get(CSRF_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if secret::matches(expected, sent) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        "csrf_failed",
        "the request does not prove that it comes from our own page",
    )
    .hint(format!(
        "send the cookie `{CSRF_COOKIE}` as the header `{CSRF_HEADER}`"
    ))
    .into())
}

/// Browsers send `Origin` with every change; one from elsewhere is refused whatever else it carries.
pub(super) fn check_same_origin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = || -> Problem {
        Error::new(
            ErrorKind::Forbidden,
            "cross_origin",
            "the request comes from a page of another site",
        )
        .into()
    };
    // No page can set this header, so the browser's own word decides. `Origin` cannot: our referrer policy makes
    // browsers send `null` with the sign-in form.
    match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
        Some(b"same-origin") => return Ok(()),
        Some(b"none") | None => {}
        Some(_) => return Err(refuse()),
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().map_err(|_| refuse())?;
    let (_, authority) = origin.split_once("://").ok_or_else(refuse)?;
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let ours = authority.eq_ignore_ascii_case(host) || app.http.is_public_authority(authority);
    if ours && host::is_ours(&app.http, authority) {
        Ok(())
    } else {
        Err(refuse())
    }
}

/// The value of one cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
