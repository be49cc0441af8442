//! `/resources`: images, scaling groups, certificates, volumes, addresses, workloads, clusters and hypervisors.

use qlrf_core::id::{AssetId, ResourceId};
use qlrf_core::perm::Permission;
use qlrf_core::time::Timestamp;
use qlrf_engines::mapping::Assignment;
use qlrf_store::asset::word;
use qlrf_store::resource::{self as store, Row};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use super::page::parse_moment;
use super::types::page::{ListParams, PageBody};
use super::types::resource::{
    Related, RelationEnd, RelationTo, Relations, Resource, ResourceCount, ResourceMapped, ResourceMoment,
    ResourceView,
};
use super::{Json, List, ListFilter, Noun, Page, Path, Query, Result, Routes};
use crate::app::resource as app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "resource",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(resource_list, resource_summary, resource_view, asset_relations))]
struct Doc;

fn routes(routes: &mut Routes) {
    let read = Permission::AssetRead;
    routes.get(read, "/resources", resource_list);
    routes.get(read, "/resources/summary", resource_summary);
    routes.get(read, "/resources/{id}", resource_view);
    routes.get(read, "/assets/{id}/relations", asset_relations);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResourceFilter {
    /// `machine_image`, `container_image`, `scaling_group`, `certificate`, `volume`, `public_address`, `workload`, `cluster` or `hypervisor`.
    kind: Option<String>,
    connector: Option<Uuid>,
    /// Part of the name or of the native id, in any case.
    word: Option<String>,
}

impl ListFilter for ResourceFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// By name.
#[utoipa::path(
    get, path = "/api/v1/resources", tag = "resource", params(ListParams, ResourceFilter),
    responses((status = 200, body = PageBody<Resource>))
)]
async fn resource_list(cx: OpCx, list: List<ResourceFilter>) -> Result<Page<Resource>> {
    let filter = store::Filter {
        kind: list.filter.kind.clone(),
        connector: list.filter.connector,
        word: list.filter.word.clone(),
        as_of: list.as_of,
    };
    let after = list.after()?;
    let (rows, total) = app::list(&cx, &filter, after.as_ref(), list.load_limit()).await?;
    Ok(list.page(rows, total, |told| told.row.position(), view))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOfQuery {
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

impl AsOfQuery {
    fn moment(&self) -> Result<Option<Timestamp>> {
        parse_moment(self.as_of.as_deref())
    }
}

/// How many there are of each kind; a kind that nobody lists is left out.
#[utoipa::path(
    get, path = "/api/v1/resources/summary", tag = "resource", params(AsOfQuery),
    responses((status = 200, body = Vec<ResourceCount>))
)]
async fn resource_summary(cx: OpCx, Query(query): Query<AsOfQuery>) -> Result<Json<Vec<ResourceCount>>> {
    let counts = app::count_by_kind(&cx, query.moment()?).await?;
    let count = |(kind, resources): (String, i64)| ResourceCount {
        kind,
        resources: resources.unsigned_abs(),
    };
    Ok(Json(counts.into_iter().map(count).collect()))
}

/// One resource, be it gone, with what it hangs together with as of now.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}", tag = "resource", params(("id" = uuid::Uuid, Path), AsOfQuery),
    responses((status = 200, body = ResourceView))
)]
async fn resource_view(
    cx: OpCx,
    Path(id): Path<ResourceId>,
    Query(query): Query<AsOfQuery>,
) -> Result<Json<ResourceView>> {
    let found = app::get(&cx, id, query.moment()?).await?;
    let moment = |row: Row| ResourceMoment {
        from: row.opened_at,
        to: row.closed_at,
    };
    Ok(Json(ResourceView {
        resource: view(found.told),
        relations: relations(found.relations),
        history: found.history.into_iter().map(moment).collect(),
    }))
}

/// What an asset hangs together with: its image, its group, its hypervisor, its volumes.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/relations", tag = "asset", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Relations))
)]
async fn asset_relations(cx: OpCx, Path(id): Path<AssetId>) -> Result<Json<Relations>> {
    Ok(Json(relations(app::of_asset(&cx, id).await?)))
}

fn view(told: app::Told) -> Resource {
    let row = told.row;
    let resource = row.document.0;
    let mapped = told
        .mapped
        .into_iter()
        .map(|(field, Assignment { value, rule })| {
            let mapped = ResourceMapped { value, rule };
            (field.name().to_owned(), mapped)
        });
    Resource {
        id: row.id,
        connector_id: row.connector_id,
        kind: resource.facts.kind().to_owned(),
        facts: resource.facts.fields(),
        native_id: resource.native_id,
        name: resource.name,
        platform: word(resource.platform),
        account: resource.account,
        region: resource.region,
        labels: resource.labels,
        mapped: mapped.collect(),
        simulated: resource.simulated,
        fact_from: row.opened_at,
        fact_to: row.closed_at,
        freshness: told.freshness.name().to_owned(),
        confirmed_at: told.confirmed_at,
    }
}

fn relations(relations: app::Relations) -> Relations {
    let to = relations.to.into_iter().map(|(relation, target)| RelationTo {
        relation: word(relation.relation),
        native_id: relation.to,
        target: target.map(end),
    });
    let from = relations.from.into_iter().map(|related| Related {
        relation: related.relation.clone(),
        origin: end(related),
    });
    Relations {
        to: to.collect(),
        from: from.collect(),
    }
}

fn end(related: store::Related) -> RelationEnd {
    RelationEnd {
        what: related.what,
        id: related.id,
        name: related.name,
        kind: related.kind,
    }
}
