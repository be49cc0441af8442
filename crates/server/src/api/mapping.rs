//! `/mapping-rules`: how tags, labels, accounts and names become site, environment, owner and the rest.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::perm::Permission;
use qlrf_engines::mapping::RuleSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, OpenApi};

use super::etag::{self, IfMatch};
use super::types::mapping::*;
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Problem, Query, Result, Routes, document};
use crate::app::mapping::{self as app, Found};
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "mapping",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(mapping_view, mapping_set, mapping_preview, mapping_versions))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::MappingRead, Permission::MappingWrite);
    routes.get(read, "/mapping-rules", mapping_view);
    routes.put(write, "/mapping-rules", mapping_set);
    routes.post(read, "/mapping-rules/preview", mapping_preview);
    routes.get(read, "/mapping-rules/versions", mapping_versions);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct MappingQuery {
    /// A version of before; the one that holds if left out.
    version: Option<i32>,
}

/// The rules, and what is unmapped now. Tagged by the rules alone, or no change could be made to what was read a moment
/// ago.
#[utoipa::path(
    get, path = "/api/v1/mapping-rules", tag = "mapping", params(MappingQuery),
    responses((status = 200, body = MappingRulesNow))
)]
async fn mapping_view(cx: OpCx, Query(query): Query<MappingQuery>) -> Result<impl IntoResponse> {
    let found = app::get(&cx, query.version).await?;
    let (tag, now) = now(&cx, found).await?;
    Ok(([(header::ETAG, tag)], Json(now)))
}

/// Saves rules as the next version; every stored asset is mapped again. Refused while one of their examples fails. The
/// same document again changes nothing. With `If-Match`, only what the caller read.
#[utoipa::path(
    put, path = "/api/v1/mapping-rules", tag = "mapping", params(("If-Match" = Option<String>, Header)),
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 200, body = MappingRulesNow))
)]
async fn mapping_set(
    cx: OpCx,
    if_match: IfMatch,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse> {
    document::check_type(&headers)?;
    let check = |now: &Found| if_match.check(&view(now));
    let saved = app::save(&cx, &body, check).await.map_err(rejected)?;
    let (tag, now) = now(&cx, saved).await?;
    Ok(([(header::ETAG, tag)], Json(now)))
}

/// What rules would change, over every asset. Nothing is saved.
#[utoipa::path(
    post, path = "/api/v1/mapping-rules/preview", tag = "mapping",
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 200, body = MappingPreview))
)]
async fn mapping_preview(cx: OpCx, headers: HeaderMap, body: Bytes) -> Result<Json<MappingPreview>> {
    cx.require(Permission::AssetRead)?;
    document::check_type(&headers)?;
    Ok(Json(preview(app::preview(&cx, &body).await.map_err(rejected)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFilter {}

impl ListFilter for VersionFilter {
    const SORTS: &'static [&'static str] = &["-version"];
}

/// Who saved which version, the newest first.
#[utoipa::path(
    get, path = "/api/v1/mapping-rules/versions", tag = "mapping", params(ListParams),
    responses((status = 200, body = PageBody<MappingVersion>))
)]
async fn mapping_versions(cx: OpCx, list: List<VersionFilter>) -> Result<Page<MappingVersion>> {
    let versions = app::history(&cx).await?;
    list.page_of(
        versions,
        |version| version.version,
        |version| MappingVersion {
            version: version.version,
            author: version.author,
            since: version.since,
            until: version.until,
        },
    )
}

async fn now(cx: &OpCx, found: Found) -> Result<(axum::http::HeaderValue, MappingRulesNow)> {
    let (unmapped, assets) = app::unmapped(cx).await?;
    let applied = found.progress.applied >= found.progress.wanted;
    let rules = view(&found);
    let tag = etag::of(&rules);
    let unmapped = unmapped.into_iter().map(|(field, assets)| MappingUnmapped {
        field: field.name().to_owned(),
        assets,
        filter: format!("{}:unknown", field.name()),
    });
    let now = MappingRulesNow {
        rules,
        etag: tag.to_str().unwrap_or_default().to_owned(),
        applied,
        assets,
        unmapped: unmapped.collect(),
    };
    Ok((tag, now))
}

fn view(found: &Found) -> MappingRules {
    let RuleSet { rules, examples } = &found.rules;
    let version = found.version.as_ref();
    MappingRules {
        version: version.map_or(0, |version| version.version),
        author: version.map(|version| version.author.clone()),
        since: version.map(|version| version.since),
        until: version.and_then(|version| version.until),
        document: version.map(|version| version.document.clone()),
        rules: wire(rules),
        examples: wire(examples),
    }
}

/// The engine's types and those of the wire are written alike; a test compares them.
fn wire<T: DeserializeOwned>(engine: &impl serde::Serialize) -> T {
    let value = serde_json::to_value(engine).expect("rules hold text alone");
    serde_json::from_value(value).expect("rules of the wire have the shape of the engine's")
}

fn preview(preview: app::Preview) -> MappingPreview {
    let counts = preview
        .fields
        .into_iter()
        .map(|(field, counts)| MappingFieldCounts {
            field: field.name().to_owned(),
            gained: counts.gained,
            changed: counts.changed,
            lost: counts.lost,
            unknown_before: counts.unknown_before,
            unknown_after: counts.unknown_after,
        });
    let rules = preview.rules.rules.into_iter().zip(preview.decides);
    MappingPreview {
        assets: preview.assets,
        changed: preview.changed,
        proof_only: preview.proof_only,
        fields: counts.collect(),
        rules: rules
            .map(|(rule, assets)| MappingRuleReach {
                name: rule.name,
                assets,
            })
            .collect(),
        examples: preview.examples.into_iter().map(asset_change).collect(),
    }
}

fn asset_change(change: app::Change) -> MappingAssetChange {
    let fields = change.fields.into_iter().map(|field| MappingFieldChange {
        field: field.field.name().to_owned(),
        before: field.before,
        after: field.after,
        rule: field.rule,
    });
    MappingAssetChange {
        id: change.id,
        name: change.name,
        simulated: change.simulated,
        fields: fields.collect(),
    }
}

fn rejected(rejected: Rejected) -> Problem {
    let problems = match rejected {
        Rejected::Error(error) => return error.into(),
        Rejected::Document(problems) => problems,
    };
    let detail = format!("the mapping rules have {}", document::count(&problems));
    let error = Error::new(ErrorKind::Invalid, "invalid_mapping", detail)
        .hint("`docs/mapping.md` describes them; `qlrf mapping test FILE` checks them without a server");
    document::rejected(error, problems)
}
