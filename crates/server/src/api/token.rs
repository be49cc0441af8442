//! `/rbac/tokens`: API tokens.

use axum::http::{Method, StatusCode};
use qlrf_core::id::TokenId;
use qlrf_core::perm::Permission;
use qlrf_store::token as store;
use serde::Deserialize;
use utoipa::OpenApi;

use super::types::page::{ListParams, PageBody};
use super::types::token::{Token, TokenCreate, TokenCreated};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Route, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "token",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(token_list, token_create, token_view, token_revoke))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::TokenManage, "/rbac/tokens", token_list);
    routes.declare(
        Route::new(Method::POST, Permission::TokenManage, "/rbac/tokens").secret_answer(),
        token_create,
    );
    routes.get(Permission::TokenManage, "/rbac/tokens/{id}", token_view);
    routes.delete(Permission::TokenManage, "/rbac/tokens/{id}", token_revoke);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFilter {}

impl ListFilter for TokenFilter {
    const SORTS: &'static [&'static str] = &["-created_at", "created_at"];
}

/// API tokens, revoked and expired ones included.
#[utoipa::path(
    get, path = "/api/v1/rbac/tokens", tag = "token", params(ListParams),
    responses((status = 200, body = PageBody<Token>))
)]
async fn token_list(cx: OpCx, list: List<TokenFilter>) -> Result<Page<Token>> {
    let (rows, total) = app::token::list(&cx, list.sort, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.id, view))
}

/// Makes a token. Its secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/rbac/tokens", tag = "token", request_body = TokenCreate,
    responses((status = 201, body = TokenCreated))
)]
async fn token_create(cx: OpCx, Json(body): Json<TokenCreate>) -> Result<(StatusCode, Json<TokenCreated>)> {
    let (token, secret) = app::token::create(&cx, body).await?;
    Ok((
        StatusCode::CREATED,
        Json(TokenCreated {
            token: view(token),
            secret: secret.expose().to_owned(),
        }),
    ))
}

#[utoipa::path(
    get, path = "/api/v1/rbac/tokens/{id}", tag = "token", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Token))
)]
async fn token_view(cx: OpCx, Path(id): Path<TokenId>) -> Result<Json<Token>> {
    Ok(Json(view(app::token::get(&cx, id).await?)))
}

/// Revokes a token for good; requests with it fail from now on.
#[utoipa::path(
    delete, path = "/api/v1/rbac/tokens/{id}", tag = "token", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Token))
)]
async fn token_revoke(cx: OpCx, Path(id): Path<TokenId>) -> Result<Json<Token>> {
    Ok(Json(view(app::token::revoke(&cx, id).await?)))
}

fn view(token: store::Token) -> Token {
    Token {
        id: token.id,
        name: token.name,
        role: token.role,
        scopes: token
            .scopes
            .map(|scopes| scopes.into_iter().map(|scope| scope.name().to_owned()).collect()),
        installation: token.installation,
        created_by: token.created_by,
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}
