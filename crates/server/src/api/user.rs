//! `/users/me`: the caller.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::auth::{CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE, SessionProof, SessionSecret};
use super::sign_in::set_cookie;
use super::types::user::{Me, OwnSession, PasswordChange, SessionView};
use super::{Json, Noun, Path, Result, Routes};
use crate::app;
use crate::app::identity;
use crate::opcx::{Actor, App, OpCx};
use crate::secret::Secret;

pub const NOUN: Noun = Noun {
    name: "user",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(me_view, me_sessions, me_end_session, me_sign_out, me_set_password))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::SelfManage, "/users/me", me_view);
    routes.delete(Permission::SelfManage, "/users/me/session", me_sign_out);
    routes.get(Permission::SelfManage, "/users/me/sessions", me_sessions);
    routes.delete(Permission::SelfManage, "/users/me/sessions/{id}", me_end_session);
    routes.put(Permission::SelfManage, "/users/me/password", me_set_password);
}

/// Who the server takes the caller for, and what the caller may do.
#[utoipa::path(get, path = "/api/v1/users/me", tag = "user", responses((status = 200, body = Me)))]
async fn me_view(cx: OpCx, session: Option<Extension<SessionProof>>) -> Result<Json<Me>> {
    let org = app::organization::get(&cx).await?;
    let (kind, id, name) = match cx.actor() {
        Actor::Person { id, login, .. } => ("person", id.as_uuid(), login.clone()),
        Actor::Token { id, name, .. } => ("token", id.as_uuid(), name.clone()),
        Actor::System(job) => ("system", uuid::Uuid::nil(), (*job).to_owned()),
    };
    let held = Permission::ALL.iter().filter(|permission| cx.may(**permission));
    let permissions = held.map(|permission| permission.name().to_owned()).collect();
    let (org_id, org_name) = (org.id, org.name);
    Ok(Json(Me {
        kind: kind.to_owned(),
        id,
        name,
        role: cx.actor().role(),
        permissions,
        installation: cx.actor().runs_installation(),
        org_id,
        org_name,
        session: session.map(|Extension(proof)| SessionView {
            csrf_token: proof.csrf_token.expose().to_owned(),
            csrf_header: CSRF_HEADER.to_owned(),
            expires_at: proof.expires_at,
        }),
    }))
}

/// Where the caller is signed in; the newest hundred.
#[utoipa::path(get, path = "/api/v1/users/me/sessions", tag = "user", responses((status = 200, body = Vec<OwnSession>)))]
async fn me_sessions(cx: OpCx, session: Option<Extension<SessionSecret>>) -> Result<Json<Vec<OwnSession>>> {
    let current = session.map(|Extension(SessionSecret(secret))| secret.hash());
    let view = |open: qlrf_store::session::Open| OwnSession {
        id: open.id,
        created_at: open.created_at,
        expires_at: open.expires_at,
        used_at: open.used_at,
        user_agent: open.user_agent,
        current: open.current,
    };
    let open = identity::list_sessions(&cx, current).await?;
    Ok(Json(open.into_iter().map(view).collect()))
}

/// Ends one of the caller's sessions, also one in another browser.
#[utoipa::path(
    delete, path = "/api/v1/users/me/sessions/{id}", tag = "user", params(("id" = uuid::Uuid, Path)),
    responses((status = 204))
)]
async fn me_end_session(cx: OpCx, Path(id): Path<uuid::Uuid>) -> Result<StatusCode> {
    identity::end_session(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the session of this request.
#[utoipa::path(delete, path = "/api/v1/users/me/session", tag = "user", responses((status = 204)))]
async fn me_sign_out(
    cx: OpCx,
    State(app): State<App>,
    session: Option<Extension<SessionSecret>>,
) -> Result<(StatusCode, HeaderMap)> {
    let mut headers = HeaderMap::new();
    if let Some(Extension(SessionSecret(secret))) = session {
        identity::sign_out(&cx, secret.hash()).await?;
        for (name, hidden) in [(SESSION_COOKIE, true), (CSRF_COOKIE, false)] {
            headers.append(header::SET_COOKIE, set_cookie(&app, name, "", 0, hidden));
        }
    }
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Sets the caller's password and ends all other sessions of theirs.
#[utoipa::path(
    put, path = "/api/v1/users/me/password", tag = "user", request_body = PasswordChange,
    responses((status = 204))
)]
async fn me_set_password(
    cx: OpCx,
    State(app): State<App>,
    session: Option<Extension<SessionSecret>>,
    Json(body): Json<PasswordChange>,
) -> Result<StatusCode> {
    let keep = session.map(|Extension(SessionSecret(secret))| secret.hash());
    let old = body.old.map(Secret::new);
    identity::set_password(&cx, &app.passwords, keep, old, Secret::new(body.new)).await?;
    Ok(StatusCode::NO_CONTENT)
}
