//! Which assets run which version: deployments of one, and the family's versions against environments.

use std::sync::Arc;

use qlrf_core::drift::DriftState;
use qlrf_core::error::Result;
use qlrf_core::time::Timestamp;
use qlrf_store::image::{self, Summary};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::{Reference, family_name, family_of, resolve};
use crate::fleet::{Dimension, Fleet, Row, Symbol};
use crate::opcx::OpCx;

pub struct Deployments {
    pub fleet: Arc<Fleet>,
    pub rows: Vec<Arc<Row>>,
    pub total: u64,
}

/// The assets that run a version, by name.
pub async fn deployments(
    cx: &OpCx,
    reference: &Reference,
    at: Option<Timestamp>,
    after: Option<(String, Uuid)>,
    limit: u32,
) -> Result<Deployments> {
    let mut tx = cx.tenant().await?;
    let id = resolve(&mut tx, reference).await?;
    image::find(&mut tx, id)
        .await?
        .ok_or_else(|| super::missing(reference))?;
    drop(tx);
    let fleet = cx.app().fleets.get(cx.org(), at).await?;
    let running = fleet.running_image(id.as_uuid()).cloned().unwrap_or_default();
    let mut rows: Vec<&Arc<Row>> = fleet.rows(&running).map(|(_, row)| row).collect();
    rows.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let follows = |row: &&Arc<Row>| {
        after
            .as_ref()
            .is_none_or(|(name, id)| (&row.name[..], row.id) > (&name[..], *id))
    };
    let rows = rows.into_iter().filter(follows).take(limit as usize).cloned();
    Ok(Deployments {
        rows: rows.collect(),
        total: running.len(),
        fleet,
    })
}

/// How many assets of one environment run one version.
#[derive(Clone, Debug)]
pub struct PatchCell {
    /// `None`: the environment is not known.
    pub env: Option<String>,
    pub assets: u64,
    /// Of them, those whose packages, services and settings are as the contract says.
    pub current: u64,
}

#[derive(Clone, Debug)]
pub struct PatchRow {
    pub summary: Summary,
    pub newest: bool,
    pub versions_behind: Option<u32>,
    pub superseded_at: Option<Timestamp>,
    pub cells: Vec<PatchCell>,
}

/// The row of a family in the image × patch matrix: every version, newest first, against environments.
pub async fn patch_status(cx: &OpCx, reference: &Reference) -> Result<(String, Vec<PatchRow>)> {
    let mut tx = cx.tenant().await?;
    let name = family_name(&mut tx, reference).await?;
    let versions = image::list_of_family(&mut tx, &name).await?;
    drop(tx);
    let family = family_of(&versions)?;
    let target = family.target().map(|version| version.version.clone());
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let mut rows: Vec<PatchRow> = versions
        .into_iter()
        .map(|summary| {
            let lag = family.lag(&summary.version);
            PatchRow {
                newest: target.as_ref() == Some(&summary.version),
                versions_behind: lag.as_ref().map(|lag| lag.versions_behind),
                superseded_at: lag.and_then(|lag| lag.superseded_at),
                cells: cells(&fleet, summary.id),
                summary,
            }
        })
        .collect();
    rows.sort_by(|a, b| qlrf_core::image::compare_versions(&b.summary.version, &a.summary.version));
    Ok((name, rows))
}

/// Environments by name, the unknown one first.
fn cells(fleet: &Fleet, image: Uuid) -> Vec<PatchCell> {
    let Some(running) = fleet.running_image(image) else {
        return Vec::new();
    };
    let current = fleet.in_state(DriftState::Current);
    let cell = |(symbol, assets): (Symbol, RoaringBitmap)| PatchCell {
        env: fleet.symbols.word(symbol).map(ToString::to_string),
        assets: assets.len(),
        current: assets.intersection_len(&current),
    };
    let mut cells: Vec<PatchCell> = fleet.group_by(running, Dimension::Env).map(cell).collect();
    cells.sort_by(|a, b| a.env.cmp(&b.env));
    cells
}
