//! `/search`, and what helps to write a filter: `/assets/suggest` and `/assets/facets`.

use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::page::parse_moment;
use super::types::search::{Facets, FilterSuggestion, FilterSuggestions, SearchResults};
use super::{Json, Noun, Problem, Query, Result, Routes};
use crate::app::search as app;
use crate::fleet::{Dimension, Filter};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "search",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(search_all, asset_suggest, asset_facets))]
struct Doc;

const HITS: usize = 5;
const HITS_MAX: usize = 50;
const SUGGESTIONS: usize = 20;
const SUGGESTIONS_MAX: usize = 100;

const FACETS: &[Dimension] = &[
    Dimension::Platform,
    Dimension::Site,
    Dimension::Env,
    Dimension::Os,
    Dimension::Drift,
    Dimension::Family,
    Dimension::Criticality,
    Dimension::Exposure,
    Dimension::Connector,
    Dimension::Simulated,
];

fn routes(routes: &mut Routes) {
    routes.get(Permission::AssetRead, "/search", search_all);
    routes.get(Permission::AssetRead, "/assets/suggest", asset_suggest);
    routes.get(Permission::AssetRead, "/assets/facets", asset_facets);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TextQuery {
    q: Option<String>,
    /// Of each kind.
    #[param(minimum = 1)]
    limit: Option<usize>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

impl TextQuery {
    fn text(&self) -> &str {
        self.q.as_deref().unwrap_or_default()
    }

    fn limit(&self, usual: usize, most: usize) -> Result<usize> {
        match self.limit.unwrap_or(usual) {
            limit if (1..=most).contains(&limit) => Ok(limit),
            _ => Err(Problem::invalid_request(format!(
                "`limit` is a number from 1 to {most}"
            ))),
        }
    }
}

/// Assets, vulnerabilities, images and sites whose name holds the words; of each kind that the caller may read the best
/// few (5, at most 50).
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search", params(TextQuery),
    responses((status = 200, body = SearchResults))
)]
async fn search_all(cx: OpCx, Query(query): Query<TextQuery>) -> Result<Json<SearchResults>> {
    let limit = query.limit(HITS, HITS_MAX)?;
    let as_of = parse_moment(query.as_of.as_deref())?;
    let (fleet, groups) = app::search(&cx, query.text(), as_of, limit).await?;
    Ok(Json(SearchResults {
        groups,
        as_of: as_of.unwrap_or(fleet.moment()),
    }))
}

/// Keys and values that may follow in a half-written filter, with the assets that each would leave (20, at most 100).
#[utoipa::path(
    get, path = "/api/v1/assets/suggest", tag = "search", params(TextQuery),
    responses((status = 200, body = FilterSuggestions))
)]
async fn asset_suggest(cx: OpCx, Query(query): Query<TextQuery>) -> Result<Json<FilterSuggestions>> {
    let limit = query.limit(SUGGESTIONS, SUGGESTIONS_MAX)?;
    let as_of = parse_moment(query.as_of.as_deref())?;
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let found = fleet.suggest(query.text(), limit, as_of.unwrap_or_else(now))?;
    let item = |item: crate::fleet::Suggestion| FilterSuggestion {
        insert: item.insert,
        label: item.label,
        assets: item.assets,
    };
    Ok(Json(FilterSuggestions {
        from: found.from,
        assets: found.assets,
        items: found.items.into_iter().map(item).collect(),
        as_of: as_of.unwrap_or(fleet.moment()),
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FacetQuery {
    /// Filter language, as for the list.
    q: Option<String>,
    /// Keys of the filter language with commas between them; the usual ones when absent.
    by: Option<String>,
    /// Values of each: 20, at most 100.
    limit: Option<usize>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// How many assets have which value of several keys at once.
#[utoipa::path(
    get, path = "/api/v1/assets/facets", tag = "search", params(FacetQuery),
    responses((status = 200, body = Facets))
)]
async fn asset_facets(cx: OpCx, Query(query): Query<FacetQuery>) -> Result<Json<Facets>> {
    let text = TextQuery {
        q: query.q,
        limit: query.limit,
        as_of: query.as_of,
    };
    let limit = text.limit(SUGGESTIONS, SUGGESTIONS_MAX)?;
    let by = match &query.by {
        None => FACETS.to_vec(),
        Some(names) => dimensions(names)?,
    };
    let as_of = parse_moment(text.as_of.as_deref())?;
    let filter = Filter::parse(text.text())?;
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = filter.select(&fleet, as_of.unwrap_or_else(now));
    Ok(Json(Facets {
        assets: assets.len(),
        facets: app::facets(&fleet, &assets, &by, limit),
        as_of: as_of.unwrap_or(fleet.moment()),
    }))
}

fn dimensions(names: &str) -> Result<Vec<Dimension>> {
    let mut by = Vec::new();
    for name in names.split(',') {
        let known = Dimension::parse(name)
            .ok_or_else(|| Problem::invalid_request(format!("assets cannot be counted by \"{name}\"")))?;
        // A key named twice is answered once: the work is bounded by the keys that there are.
        if !by.contains(&known) {
            by.push(known);
        }
    }
    Ok(by)
}
