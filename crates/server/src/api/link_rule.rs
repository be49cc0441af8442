//! `/link-rules`: which assets belong to which image, where the platform does not say it.

use axum::http::StatusCode;
use qlrf_core::perm::Permission;
use qlrf_engines::link;
use qlrf_store::image as store;
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;

use super::types::link_rule::{LinkChange, LinkRule, LinkRuleCreate, LinkRulePreview, Selector};
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Path, Result, Routes};
use crate::app::link_rule::{self as app, NewRule};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "link_rule",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(link_rule_list, link_rule_create, link_rule_preview, link_rule_delete))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::ImageRead, "/link-rules", link_rule_list);
    routes.post(Permission::ImageWrite, "/link-rules", link_rule_create);
    routes.post(Permission::ImageRead, "/link-rules/preview", link_rule_preview);
    routes.delete(Permission::ImageWrite, "/link-rules/{id}", link_rule_delete);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkRuleFilter {}

impl ListFilter for LinkRuleFilter {
    const SORTS: &'static [&'static str] = &["position"];
}

/// Link rules as they hold now; of the past their links are kept, not they themselves.
#[utoipa::path(
    get, path = "/api/v1/link-rules", tag = "link_rule", params(ListParams),
    responses((status = 200, body = PageBody<LinkRule>))
)]
async fn link_rule_list(cx: OpCx, list: List<LinkRuleFilter>) -> Result<Page<LinkRule>> {
    list.page_of(app::list(&cx).await?, |rule| rule.id, view)
}

/// Makes a rule. Every asset is judged again with it.
#[utoipa::path(
    post, path = "/api/v1/link-rules", tag = "link_rule", request_body = LinkRuleCreate,
    responses((status = 201, body = LinkRule))
)]
async fn link_rule_create(
    cx: OpCx,
    Json(body): Json<LinkRuleCreate>,
) -> Result<(StatusCode, Json<LinkRule>)> {
    let rule = app::create(&cx, wanted(body)).await?;
    Ok((StatusCode::CREATED, Json(view(rule))))
}

/// What a rule would change, over every asset. Nothing is saved.
#[utoipa::path(
    post, path = "/api/v1/link-rules/preview", tag = "link_rule", request_body = LinkRuleCreate,
    responses((status = 200, body = LinkRulePreview))
)]
async fn link_rule_preview(cx: OpCx, Json(body): Json<LinkRuleCreate>) -> Result<Json<LinkRulePreview>> {
    cx.require(Permission::AssetRead)?;
    let preview = app::preview(&cx, wanted(body)).await?;
    let changes: Vec<LinkChange> = preview
        .changes
        .into_iter()
        .map(|((from, to), (assets, examples))| LinkChange {
            from,
            to,
            assets,
            examples,
        })
        .collect();
    Ok(Json(LinkRulePreview {
        assets: preview.assets,
        fits: preview.fits,
        changed: changes.iter().map(|change| change.assets).sum(),
        changes,
    }))
}

/// Removes a rule. Answers what was removed.
#[utoipa::path(
    delete, path = "/api/v1/link-rules/{id}", tag = "link_rule", params(("id" = Uuid, Path)),
    responses((status = 200, body = LinkRule))
)]
async fn link_rule_delete(cx: OpCx, Path(id): Path<Uuid>) -> Result<Json<LinkRule>> {
    Ok(Json(view(app::delete(&cx, id).await?)))
}

fn wanted(body: LinkRuleCreate) -> NewRule {
    let selector = body.selector;
    NewRule {
        name: body.name,
        selector: link::Selector {
            platforms: selector.platforms,
            account: selector.account,
            region: selector.region,
            site: selector.site,
            env: selector.env,
            name: selector.name,
            labels: selector.labels,
        },
        family: body.family,
        version: body.version,
        position: body.position,
    }
}

fn view(rule: store::LinkRule) -> LinkRule {
    LinkRule {
        id: rule.id,
        position: rule.position,
        name: rule.name,
        // Stored by `wanted` in the same shape; a rule of another shape shows no condition and still has its name.
        selector: serde_json::from_value::<Selector>(rule.selector).unwrap_or_default(),
        family: rule.family,
        version: rule.version,
    }
}
