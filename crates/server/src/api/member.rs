//! `/rbac/members` and `/rbac/roles`: who may do what in the organisation.

use axum::http::{Method, StatusCode};
use qlrf_core::id::UserId;
use qlrf_core::perm::{Permission, Role};
use qlrf_store::member as store;
use serde::Deserialize;
use utoipa::OpenApi;

use super::types::member::{Member, MemberChange, MemberCreate, RoleView, SignInLink};
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Route, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "member",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    role_list,
    member_list,
    member_add,
    member_view,
    member_update,
    member_remove,
    member_sign_in_link
))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::SelfManage, "/rbac/roles", role_list);
    routes.get(Permission::MemberRead, "/rbac/members", member_list);
    routes.post(Permission::MemberManage, "/rbac/members", member_add);
    routes.get(Permission::MemberRead, "/rbac/members/{id}", member_view);
    routes.patch(Permission::MemberManage, "/rbac/members/{id}", member_update);
    routes.delete(Permission::MemberManage, "/rbac/members/{id}", member_remove);
    let link = Route::new(
        Method::POST,
        Permission::MemberManage,
        "/rbac/members/{id}/sign-in-link",
    );
    routes.declare(link.secret_answer(), member_sign_in_link);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberFilter {}

impl ListFilter for MemberFilter {
    const SORTS: &'static [&'static str] = &["login"];
}

/// The base roles and what each may do.
#[utoipa::path(get, path = "/api/v1/rbac/roles", tag = "member", responses((status = 200, body = Vec<RoleView>)))]
async fn role_list(_: OpCx) -> Json<Vec<RoleView>> {
    let held = |role: Role, of_installation: bool| {
        let all = Permission::ALL.iter().copied();
        all.filter(move |p| role.may(*p) && p.is_of_installation() == of_installation)
            .map(|permission| permission.name().to_owned())
            .collect()
    };
    let view = |role: &Role| RoleView {
        name: *role,
        permissions: held(*role, false),
        installation_permissions: held(*role, true),
    };
    Json(Role::ALL.iter().map(view).collect())
}

#[utoipa::path(
    get, path = "/api/v1/rbac/members", tag = "member", params(ListParams),
    responses((status = 200, body = PageBody<Member>))
)]
async fn member_list(cx: OpCx, list: List<MemberFilter>) -> Result<Page<Member>> {
    let after: Option<String> = list.after()?;
    let (rows, total) = app::member::list(&cx, after.as_deref(), list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.login.clone(), view))
}

/// Adds a person, who then signs in by a link that an administrator makes.
#[utoipa::path(
    post, path = "/api/v1/rbac/members", tag = "member", request_body = MemberCreate,
    responses((status = 201, body = Member))
)]
async fn member_add(cx: OpCx, Json(body): Json<MemberCreate>) -> Result<(StatusCode, Json<Member>)> {
    Ok((
        StatusCode::CREATED,
        Json(view(app::member::add(&cx, &body.login, body.role).await?)),
    ))
}

#[utoipa::path(
    get, path = "/api/v1/rbac/members/{id}", tag = "member", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Member))
)]
async fn member_view(cx: OpCx, Path(id): Path<UserId>) -> Result<Json<Member>> {
    Ok(Json(view(app::member::get(&cx, id).await?)))
}

#[utoipa::path(
    patch, path = "/api/v1/rbac/members/{id}", tag = "member", request_body = MemberChange,
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Member))
)]
async fn member_update(
    cx: OpCx,
    Path(id): Path<UserId>,
    Json(body): Json<MemberChange>,
) -> Result<Json<Member>> {
    Ok(Json(view(
        app::member::change(&cx, id, body.role, body.installation).await?,
    )))
}

/// Removes a person from the organisation; open sessions end at once.
#[utoipa::path(
    delete, path = "/api/v1/rbac/members/{id}", tag = "member", params(("id" = uuid::Uuid, Path)),
    responses((status = 204))
)]
async fn member_remove(cx: OpCx, Path(id): Path<UserId>) -> Result<StatusCode> {
    app::member::remove(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a link that signs this member in once, within 15 minutes.
#[utoipa::path(
    post, path = "/api/v1/rbac/members/{id}/sign-in-link", tag = "member", params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = SignInLink))
)]
async fn member_sign_in_link(cx: OpCx, Path(id): Path<UserId>) -> Result<(StatusCode, Json<SignInLink>)> {
    let (secret, expires_at) = app::member::create_sign_in_link(&cx, id).await?;
    let path = format!("/sign-in?link={}", secret.expose());
    Ok((StatusCode::CREATED, Json(SignInLink { path, expires_at })))
}

fn view(member: store::Member) -> Member {
    Member {
        id: member.person,
        login: member.login,
        role: member.role,
        installation: member.installation,
        added_at: member.added_at,
    }
}
