//! Resources: what the estate holds besides assets, and what hangs together with what.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::freshness::Freshness;
use qlrf_core::id::{AssetId, ResourceId};
use qlrf_core::mapping::Field;
use qlrf_core::resource::Relation;
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::mapping::{Assignment, Mapper};
use qlrf_store::freshness::{self, Listings, Source};
use qlrf_store::mapping::connector_names;
use qlrf_store::resource::{self as store, Filter, Related, Row};
use qlrf_store::{TenantTx, sighting};
use uuid::Uuid;

use super::drift::read_document;
use super::mapping;
use crate::opcx::OpCx;

const HISTORY_MAX: i64 = 100;
const POINTING_MAX: i64 = 500;

/// With how many there are in all.
pub async fn list(
    cx: &OpCx,
    filter: &Filter,
    after: Option<&(String, Uuid)>,
    limit: u32,
) -> Result<(Vec<Told>, u64)> {
    let mut tx = cx.tenant().await?;
    let (rows, total) = store::list(&mut tx, filter, after, i64::from(limit)).await?;
    let beside = Beside::load(&mut tx, filter.as_of).await?;
    Ok((rows.into_iter().map(|row| beside.tell(row)).collect(), total))
}

/// A resource, where rules say that it belongs, and how old what is known of it is.
pub struct Told {
    pub row: Row,
    pub mapped: BTreeMap<Field, Assignment>,
    pub freshness: Freshness,
    pub confirmed_at: Option<Timestamp>,
}

/// What is told of resources beside their facts, as of one moment.
struct Beside {
    mapper: Mapper,
    connectors: HashMap<Uuid, String>,
    listings: Listings,
    at: Timestamp,
}

impl Beside {
    async fn load(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Beside> {
        Ok(Beside {
            mapper: mapping::load_at(tx, as_of).await?,
            connectors: connector_names(tx).await?,
            listings: freshness::load(tx, as_of).await?,
            at: as_of.unwrap_or_else(now),
        })
    }

    fn tell(&self, row: Row) -> Told {
        let source = Source {
            connector: row.connector_id,
            scope: row.scope_id,
        };
        let connector = self.connectors.get(&row.connector_id).map_or("", String::as_str);
        Told {
            mapped: self.mapper.find_of_resource(&row.document.0, connector),
            freshness: self.listings.freshness(source, self.at),
            confirmed_at: self.listings.completed_at(source),
            row,
        }
    }
}

pub async fn count_by_kind(cx: &OpCx, as_of: Option<Timestamp>) -> Result<Vec<(String, i64)>> {
    let mut tx = cx.tenant().await?;
    Ok(store::count_by_kind(&mut tx, as_of).await?)
}

pub struct Found {
    pub told: Told,
    pub relations: Relations,
    pub history: Vec<Row>,
}

/// What one thing points to, each with what carries that id, and what points to it.
#[derive(Default)]
pub struct Relations {
    pub to: Vec<(Relation, Option<Related>)>,
    pub from: Vec<Related>,
}

pub async fn get(cx: &OpCx, id: ResourceId, as_of: Option<Timestamp>) -> Result<Found> {
    let mut tx = cx.tenant().await?;
    let row = store::find(&mut tx, id, as_of).await?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            "there is no resource of that id",
        )
    })?;
    let resource = &row.document.0;
    let mut relations = relations_of(
        &mut tx,
        row.connector_id,
        &resource.native_id,
        &resource.relations,
    )
    .await?;
    relations.extend(super::container::relations(&mut tx, &row, POINTING_MAX).await?);
    let history = store::history(&mut tx, id, HISTORY_MAX).await?;
    let told = Beside::load(&mut tx, as_of).await?.tell(row);
    Ok(Found {
        told,
        relations,
        history,
    })
}

pub async fn of_asset(cx: &OpCx, id: AssetId) -> Result<Relations> {
    let mut tx = cx.tenant().await?;
    let fact = super::asset::get_fact(&mut tx, id, None).await?;
    let mut all = Relations::default();
    // A relation is between what one connector knows: each source of the asset has its own.
    for source in sighting::list_sources(&mut tx, AssetId::from_uuid(fact.asset_id), None).await? {
        let (_, _, asset, _) = read_document((source.asset_id, source.set_id, source.document))?;
        all.extend(relations_of(&mut tx, source.connector_id, &asset.native_id, &asset.relations).await?);
    }
    Ok(all)
}

impl Relations {
    fn extend(&mut self, more: Relations) {
        self.to.extend(more.to);
        self.from.extend(more.from);
    }
}

async fn relations_of(
    tx: &mut TenantTx,
    connector: Uuid,
    native_id: &str,
    relations: &[Relation],
) -> Result<Relations> {
    let wanted: Vec<&str> = relations.iter().map(|relation| &relation.to[..]).collect();
    let named = match wanted.is_empty() {
        true => Vec::new(),
        false => store::list_named(tx, connector, &wanted).await?,
    };
    let mut by_id: HashMap<String, Related> = HashMap::new();
    for (id, related) in named {
        by_id.entry(id).or_insert(related);
    }
    let to = relations
        .iter()
        .map(|relation| (relation.clone(), by_id.get(&relation.to).cloned()));
    Ok(Relations {
        to: to.collect(),
        from: store::list_pointing(tx, connector, native_id, POINTING_MAX).await?,
    })
}
