//! `/saved-views`: pages as people want to find them again.

use qlrf_core::id::SavedViewId;
use qlrf_core::perm::Permission;
use qlrf_store::saved_view as store;
use serde::Deserialize;
use utoipa::OpenApi;

use super::types::page::{ListParams, PageBody};
use super::types::saved_view::{SavedView, SavedViewSave};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Routes};
use crate::app::saved_view as app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "saved_view",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(saved_view_list, saved_view_save, saved_view_delete))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::ViewRead, "/saved-views", saved_view_list);
    routes.post(Permission::ViewSave, "/saved-views", saved_view_save);
    routes.delete(Permission::ViewSave, "/saved-views/{id}", saved_view_delete);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedViewFilter {}

impl ListFilter for SavedViewFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// Views that are shared, and the caller's own. They hold questions, so there is no past to ask for.
#[utoipa::path(
    get, path = "/api/v1/saved-views", tag = "saved_view", params(ListParams),
    responses((status = 200, body = PageBody<SavedView>))
)]
async fn saved_view_list(cx: OpCx, list: List<SavedViewFilter>) -> Result<Page<SavedView>> {
    list.page_of(app::list(&cx).await?, |view| view.id, |row| view(&cx, row))
}

/// Keeps a view. The caller's view of the same name is replaced, and keeps its id.
#[utoipa::path(
    post, path = "/api/v1/saved-views", tag = "saved_view", request_body = SavedViewSave,
    responses((status = 200, body = SavedView))
)]
async fn saved_view_save(cx: OpCx, Json(body): Json<SavedViewSave>) -> Result<Json<SavedView>> {
    let saved = app::save(&cx, &body.name, &body.address, body.shared).await?;
    Ok(Json(view(&cx, saved)))
}

/// Deletes a view of one's own, or with `view:share` one that is shared. Answers what it was.
#[utoipa::path(
    delete, path = "/api/v1/saved-views/{id}", tag = "saved_view", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SavedView))
)]
async fn saved_view_delete(cx: OpCx, Path(id): Path<SavedViewId>) -> Result<Json<SavedView>> {
    let deleted = app::delete(&cx, id).await?;
    Ok(Json(view(&cx, deleted)))
}

fn view(cx: &OpCx, row: store::SavedView) -> SavedView {
    SavedView {
        own: row.author == cx.actor().to_string(),
        id: row.id,
        name: row.name,
        address: row.address,
        shared: row.shared,
        author: row.author,
        changed_at: row.changed_at,
    }
}
