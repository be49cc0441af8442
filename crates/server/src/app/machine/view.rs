//! Who sees an asset, what each says of it, and what speaks against who it is.

use std::collections::BTreeMap;

use qlrf_core::asset::AssetKind;
use qlrf_core::error::Result;
use qlrf_core::id::{AssetId, ConnectorId};
use qlrf_core::time::Timestamp;
use qlrf_engines::machine::{CLAIMS_MAX, Part, merge, rank};
use qlrf_store::identity::{self, Claim, Conflict};
use qlrf_store::split::{self, Split};
use qlrf_store::{Error as StoreError, TenantTx, sighting};
use serde_json::Value;
use uuid::Uuid;

use crate::app::drift::read_document;
use crate::opcx::OpCx;

/// The id that an asset goes by at a moment: its machine's, when it is part of one.
pub async fn id_of(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<AssetId> {
    let mut tx = cx.tenant().await?;
    Ok(sighting::machine_of(&mut tx, id, as_of).await?.unwrap_or(id))
}

/// One source with the fields of the asset that are its word.
pub struct Source {
    pub row: sighting::Source,
    pub fields: Vec<&'static str>,
}

/// Of the asset that goes by this id at the moment. The source whose word on the place counts first leads.
pub async fn sources(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<Vec<Source>> {
    let mut tx = cx.tenant().await?;
    let rows = sighting::list_sources(&mut tx, id, as_of).await?;
    let mut read = rows
        .into_iter()
        .map(|row| Ok((kind_of(&row)?, part_of(&row)?, row)))
        .collect::<qlrf_store::Result<Vec<_>>>()?;
    read.sort_by(|(a, _, x), (b, _, y)| {
        let connector = |row: &sighting::Source| ConnectorId::from_uuid(row.connector_id);
        rank(*a, &x.native_id, connector(x)).cmp(&rank(*b, &y.native_id, connector(y)))
    });
    let (parts, rows): (Vec<Part>, Vec<sighting::Source>) =
        read.into_iter().map(|(_, part, row)| (part, row)).unzip();
    let from = match parts.is_empty() {
        true => BTreeMap::new(),
        false => merge(&parts).from,
    };
    let fields = |at: usize| {
        let of_source = from.iter().filter(|(_, places)| places.contains(&at));
        of_source.map(|(field, _)| *field).collect()
    };
    let rows = rows.into_iter().enumerate();
    Ok(rows
        .map(|(at, row)| Source {
            fields: fields(at),
            row,
        })
        .collect())
}

fn kind_of(row: &sighting::Source) -> qlrf_store::Result<AssetKind> {
    serde_json::from_value(Value::String(row.kind.clone()))
        .map_err(|error| StoreError::Corrupt(format!("the kind of asset {}: {error}", row.asset_id)))
}

fn part_of(row: &sighting::Source) -> qlrf_store::Result<Part> {
    let (_, _, asset, confidence) = read_document((row.asset_id, row.set_id, row.document.clone()))?;
    let installed = row.installed(confidence)?;
    Ok(Part { asset, installed })
}

/// The split that keeps an asset apart, if a person made one.
pub async fn standing_apart(cx: &OpCx, id: AssetId) -> Result<Option<Split>> {
    Ok(split::find(&mut cx.tenant().await?, id).await?)
}

/// An identity that joins nobody, with those who claim it.
pub struct Contradiction {
    pub conflict: Conflict,
    pub claimants: Vec<Claimant>,
    /// There are more than those listed.
    pub more: bool,
}

pub struct Claimant {
    pub id: Uuid,
    pub name: String,
}

pub type Conflicts = Vec<Contradiction>;

/// Of one asset, or of all there are; the newest `most` of them.
pub async fn conflicts(cx: &OpCx, id: Option<AssetId>, most: i64) -> Result<Conflicts> {
    let mut tx = cx.tenant().await?;
    let assets = match id {
        Some(id) => {
            let members = sighting::standing(&mut tx, &[id]).await?;
            let members = members.into_values().filter(|standing| standing.machine == id);
            Some(
                members
                    .map(|standing| standing.asset)
                    .chain([id])
                    .collect::<Vec<_>>(),
            )
        }
        None => None,
    };
    let found = identity::list_conflicts(&mut tx, assets.as_deref(), most).await?;
    let claims: Vec<&Claim> = found.iter().map(|conflict| &conflict.claim).collect();
    let holders = identity::holders(&mut tx, &claims, CLAIMS_MAX + 1).await?;
    let machines = machines_of(&mut tx, holders.values().flatten().copied().collect()).await?;
    drop(tx);
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let claimant = |id: &AssetId| {
        let id = machines.get(id).unwrap_or(id).as_uuid();
        let (_, row) = fleet.find(id)?;
        let name = row.name.to_string();
        Some(Claimant { id, name })
    };
    let contradiction = |conflict: Conflict| {
        let all = holders.get(&conflict.claim).map_or(&[][..], |all| &all[..]);
        let mut claimants: Vec<Claimant> = all.iter().take(CLAIMS_MAX).filter_map(claimant).collect();
        claimants.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        claimants.dedup_by_key(|claimant| claimant.id);
        Contradiction {
            more: all.len() > CLAIMS_MAX,
            conflict,
            claimants,
        }
    };
    Ok(found.into_iter().map(contradiction).collect())
}

async fn machines_of(
    tx: &mut TenantTx,
    assets: Vec<AssetId>,
) -> qlrf_store::Result<BTreeMap<AssetId, AssetId>> {
    let standing = sighting::standing(tx, &assets).await?;
    Ok(standing
        .into_iter()
        .map(|(id, standing)| (id, standing.machine))
        .collect())
}
