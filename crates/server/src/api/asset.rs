//! `/assets`: the estate, one asset, its packages and its history.

use qlrf_core::asset::Asset as CoreAsset;
use qlrf_core::error::Error;
use qlrf_core::id::AssetId;
use qlrf_core::package::{Package as CorePackage, PackageSet};
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_engines::sbom::{Inventory, purl};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, OpenApi};

use super::page::{parse_as_of, parse_moment};
use super::types::asset::{Asset, AssetDiff, AssetGroup, AssetMoment, AssetSummary, Package, PackageSetInfo};
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Query, Result, Routes};
use crate::app;
use crate::fleet::{Dimension, Filter, Fleet, Measure, Order, Position, Row};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "asset",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    asset_list,
    asset_groups,
    asset_view,
    asset_packages,
    asset_history,
    asset_compare
))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::AssetRead, "/assets", asset_list);
    routes.get(Permission::AssetRead, "/assets/groups", asset_groups);
    routes.get(Permission::AssetRead, "/assets/{id}", asset_view);
    routes.get(Permission::AssetRead, "/assets/{id}/packages", asset_packages);
    routes.get(Permission::AssetRead, "/assets/{id}/history", asset_history);
    routes.get(Permission::AssetRead, "/assets/{id}/diff", asset_compare);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AssetFilter {
    /// Filter language, e.g. `platform:aws env:prod -drift:current web`.
    q: Option<String>,
}

impl ListFilter for AssetFilter {
    const SORTS: &'static [&'static str] = &[
        "name",
        "-name",
        "-differences",
        "-pending_security",
        "-drift_since",
        "drift_since",
        "-first_seen",
        "first_seen",
        "site",
        "-site",
        "env",
        "-env",
        "platform",
        "-platform",
        "drift",
        "-drift",
        "family",
        "-family",
    ];
}

/// Every asset that the filter accepts.
#[utoipa::path(
    get, path = "/api/v1/assets", tag = "asset", params(ListParams, AssetFilter),
    responses((status = 200, body = PageBody<AssetSummary>))
)]
async fn asset_list(cx: OpCx, mut list: List<AssetFilter>) -> Result<Page<AssetSummary>> {
    let filter = Filter::parse(list.filter.q.as_deref().unwrap_or_default())?;
    let fleet = cx.app().fleets.get_at(cx.org(), list.moment(), list.at).await?;
    list.read_at(fleet.moment());
    let order = Order::parse(list.sort).unwrap_or(Order::BY_NAME);
    let after: Option<Position> = list.after()?;
    let assets = filter.select(&fleet, list.at);
    let rows = fleet.page(&assets, order, after.as_ref(), list.load_limit() as usize);
    let key = |(_, row): &(u32, &std::sync::Arc<Row>)| Position::of(&fleet, order, row);
    Ok(list.page(rows, assets.len(), key, |(_, row)| summary(&fleet, row)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GroupQuery {
    /// Dimension to group by: `platform`, `site`, `env`, `family`, `owner`, …
    by: String,
    /// Filter language, as for the list.
    q: Option<String>,
    /// RFC 3339.
    as_of: Option<String>,
}

/// How many assets have each value of a dimension, with their drift. Largest first.
#[utoipa::path(
    get, path = "/api/v1/assets/groups", tag = "asset", params(GroupQuery),
    responses((status = 200, body = Vec<AssetGroup>))
)]
async fn asset_groups(cx: OpCx, Query(query): Query<GroupQuery>) -> Result<Json<Vec<AssetGroup>>> {
    let by = Grouping::parse(&query.by).ok_or_else(|| {
        let known: Vec<&str> = Grouping::names().collect();
        let detail = format!(
            "assets cannot be grouped by \"{}\"; known are {}",
            query.by,
            known.join(", ")
        );
        Problem::invalid_request(detail)
    })?;
    let filter = Filter::parse(query.q.as_deref().unwrap_or_default())?;
    let as_of = parse_moment(query.as_of.as_deref())?;
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let at = as_of.unwrap_or_else(now);
    let assets = filter.select(&fleet, at);
    Ok(Json(match by {
        Grouping::By(dimension) => app::estate::group(&fleet, &assets, dimension),
        Grouping::Measured(measure) => app::estate::group_measured(&fleet, &assets, measure, at),
    }))
}

/// What assets can be grouped by.
enum Grouping {
    By(Dimension),
    Measured(Measure),
}

impl Grouping {
    /// Of these each asset has just one value.
    const MEASURES: [Measure; 4] = [
        Measure::Freshness,
        Measure::Listed,
        Measure::Lag,
        Measure::Updates,
    ];

    fn parse(name: &str) -> Option<Grouping> {
        let measured = Self::MEASURES.into_iter().find(|measure| measure.name() == name);
        let dimension = || Dimension::parse(name).map(Grouping::By);
        measured.map(Grouping::Measured).or_else(dimension)
    }

    fn names() -> impl Iterator<Item = &'static str> {
        let dimensions = Dimension::ALL.iter().map(|dimension| dimension.name());
        dimensions.chain(Self::MEASURES.iter().map(|measure| measure.name()))
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// One asset with every fact.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}", tag = "asset", params(("id" = uuid::Uuid, Path), AsOf),
    responses((status = 200, body = Asset))
)]
async fn asset_view(cx: OpCx, Path(id): Path<AssetId>, Query(query): Query<AsOf>) -> Result<Json<Asset>> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    let (fact, set) = app::asset::get(&cx, id, as_of).await?;
    let known_by = super::machine::of_asset(&cx, AssetId::from_uuid(fact.asset_id), as_of).await?;
    let age = app::freshness::of_asset(&cx, fact.source(), as_of).await?;
    let confidence = fact.document["confidence"].as_str().map(str::to_owned);
    let info = |set: PackageSet| PackageSetInfo {
        digest: set.digest().to_string(),
        packages: set.packages().len(),
        confidence,
    };
    // Of several sources the first one leads; any of them confirms that it is there.
    let lead = known_by.sources.first();
    Ok(Json(Asset {
        id: fact.asset_id,
        connector_id: lead.map_or(fact.connector_id, |lead| lead.connector_id),
        connector: lead.map_or(fact.connector, |lead| lead.connector.clone()),
        first_seen: fact.first_seen,
        recorded_from: fact.recorded_from,
        recorded_to: fact.recorded_to,
        confirmed_at: known_by
            .sources
            .iter()
            .filter_map(|source| source.last_seen)
            .max(),
        freshness: age.freshness.name().to_owned(),
        stale_at: age.stale_at,
        unknown_at: age.unknown_at,
        scope_id: fact.scope_id,
        facts: fact.document,
        package_set: set.map(info),
        sources: known_by.sources,
        split: known_by.split,
        conflicts: known_by.conflicts,
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PackageFilter {
    /// Part of a package's name.
    pub(super) q: Option<String>,
}

impl ListFilter for PackageFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// Packages of an asset. The total is absent from an asset whose software is not known: that is a 404.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/packages", tag = "asset",
    params(("id" = uuid::Uuid, Path), ListParams, PackageFilter),
    responses((status = 200, body = PageBody<Package>))
)]
async fn asset_packages(
    cx: OpCx,
    Path(id): Path<AssetId>,
    list: List<PackageFilter>,
) -> Result<Page<Package>> {
    let (fact, set) = app::asset::get(&cx, id, list.moment()).await?;
    let Some(set) = set else {
        return Err(Problem::not_found("the software of this asset is not known"));
    };
    let inventory = inventory_of(fact.document)?;
    let found = app::asset::search(&set, list.filter.q.as_deref());
    let after: Option<usize> = list.after()?;
    let total = found.len() as u64;
    let rows: Vec<(usize, &CorePackage)> = found
        .into_iter()
        .enumerate()
        .skip(after.map_or(0, |n| n + 1))
        .take(list.load_limit() as usize)
        .collect();
    Ok(list.page(
        rows,
        total,
        |(n, _)| *n,
        |(_, package)| view_package(package, &inventory),
    ))
}

/// The newest hundred moments of an asset, each with what changed.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/history", tag = "asset", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<AssetMoment>))
)]
async fn asset_history(cx: OpCx, Path(id): Path<AssetId>) -> Result<Json<Vec<AssetMoment>>> {
    Ok(Json(app::asset::history(&cx, id).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareQuery {
    /// RFC 3339.
    from: String,
    /// RFC 3339; now when absent.
    to: Option<String>,
}

/// What changed of an asset between two moments.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/diff", tag = "asset", params(("id" = uuid::Uuid, Path), CompareQuery),
    responses((status = 200, body = AssetDiff))
)]
async fn asset_compare(
    cx: OpCx,
    Path(id): Path<AssetId>,
    Query(query): Query<CompareQuery>,
) -> Result<Json<AssetDiff>> {
    let from = parse_as_of(&query.from, qlrf_core::time::now())?;
    Ok(Json(
        app::asset::compare(&cx, id, from, parse_moment(query.to.as_deref())?).await?,
    ))
}

/// What a package URL needs to know of the system around the package.
fn inventory_of(mut document: Value) -> Result<Inventory> {
    document["confidence"].take();
    let asset = CoreAsset::from_document(document)
        .map_err(|error| Error::from(qlrf_store::Error::Corrupt(error.to_string())))?;
    let packages = PackageSet::new(Vec::new());
    Ok(Inventory {
        os: asset.os,
        ecosystem: None,
        manager: None,
        packages,
        problems: Vec::new(),
    })
}

pub(super) fn view_package(package: &CorePackage, inventory: &Inventory) -> Package {
    Package {
        ecosystem: package.ecosystem.0.to_string(),
        name: package.name.to_string(),
        version: package.version.to_string(),
        arch: package.arch.to_string(),
        source_name: package.source_name.to_string(),
        source_version: package.source_version.to_string(),
        licenses: package.licenses.iter().map(ToString::to_string).collect(),
        purl: purl::write(package, inventory),
    }
}

/// An asset as lists show it; also for other resources that list assets.
pub fn summary(fleet: &Fleet, row: &Row) -> AssetSummary {
    let word = |dimension| fleet.word(row, dimension).map(ToString::to_string);
    AssetSummary {
        id: row.id,
        name: row.name.to_string(),
        platform: word(Dimension::Platform),
        kind: word(Dimension::Kind),
        native_id: row.native_id.to_string(),
        account: word(Dimension::Account),
        region: word(Dimension::Region),
        site: word(Dimension::Site),
        env: word(Dimension::Env),
        project: word(Dimension::Project),
        workload: word(Dimension::Workload),
        owner: word(Dimension::Owner),
        os: word(Dimension::Os),
        os_version: word(Dimension::OsVersion),
        state: word(Dimension::State),
        criticality: word(Dimension::Criticality),
        exposure: word(Dimension::Exposure),
        connector: word(Dimension::Connector),
        simulated: row.simulated,
        image_ref: row.image_ref.as_ref().map(ToString::to_string),
        family: word(Dimension::Family),
        image: word(Dimension::Image),
        drift: word(Dimension::Drift),
        drift_since: row.drift_from,
        differences: row.differences,
        unknowns: row.unknowns,
        packages: row
            .package_set_id
            .and_then(|id| fleet.sets.get(&id))
            .map(|set| set.packages().len()),
        pending_security: row.pending_security,
        first_seen: row.first_seen,
        fact_from: row.fact_from,
        freshness: fleet.freshness_of(row).name().to_owned(),
        confirmed_at: fleet.confirmed_at(row),
    }
}
