//! The drift of one asset, explained to the package.

use std::sync::Arc;

use qlrf_core::asset::Asset;
use qlrf_core::drift::DriftSeverity;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::{AssetId, ImageVersionId};
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::drift::{AgeBand, AgeLimits, Drift, PackageDiff};
use qlrf_store::image::Image;
use qlrf_store::{TenantTx, asset, drift as rows};
use uuid::Uuid;

use super::drift::{Judge, Subject, read_document};
use crate::opcx::OpCx;

/// Drift of one asset at one moment, and every reason for it that can be shown.
pub struct Explained {
    pub asset: Asset,
    pub row: rows::Drift,
    pub severity: DriftSeverity,
    pub lag_days: Option<i64>,
    pub recorded_from: Timestamp,
    /// Family and version whose contract it is compared with, and the version that it should run.
    pub image: Option<(String, String)>,
    pub target: Option<String>,
    /// `None` when images or link rules are other ones now than when this was judged: the differences themselves are
    /// not kept, and what would be found today is not what was found then.
    pub drift: Option<Drift>,
    /// From what it has to the version that it should run, where that is another one and its software was observed.
    pub update: Option<Update>,
    pub at: Timestamp,
}

/// What differs from a version that an asset does not run yet.
pub struct Update {
    pub packages: Arc<PackageDiff>,
    /// `false`: the contract of that version says nothing of packages, so nothing can differ.
    pub has_packages: bool,
}

pub async fn explain(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<Explained> {
    let missing = || {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no asset \"{id}\""),
        )
    };
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let fact = asset::find(&mut tx, id, as_of).await?.ok_or_else(missing)?;
    let id = AssetId::from_uuid(fact.asset_id);
    let row = rows::find(&mut tx, id, as_of).await?.ok_or_else(missing)?;
    let at = as_of.unwrap_or_else(now);
    let from = rows::find_from(&mut tx, id, as_of)
        .await?
        .unwrap_or(fact.recorded_from);
    let (_, set, asset, confidence) = read_document((fact.asset_id, fact.package_set_id, fact.document))?;
    let mut judge = Judge::load(&mut tx).await?;
    let subject = Subject {
        id,
        asset: &asset,
        package_set_id: set,
        packages: None,
        confidence,
    };
    let judgement = judge.assess(&mut tx, &subject).await?;
    // Of the images of another moment nothing is told that they did not say then.
    let explained = judgement.row == row;
    let update = match (row.image_id, row.target_id) {
        (Some(running), Some(target)) if explained && running != target => {
            judge.update(&mut tx, &subject, target).await?
        }
        _ => None,
    };
    let image = version(&mut tx, row.image_id.or(row.target_id)).await?;
    let target = version(&mut tx, row.target_id).await?;
    let age = row
        .superseded_at
        .filter(|_| row.versions_behind.is_some_and(|behind| behind > 0))
        .map(|superseded| AgeLimits::default().band(superseded, at));
    let stored = DriftSeverity::parse(&row.severity).unwrap_or_default();
    let aged = match age {
        Some(AgeBand::Critical) => DriftSeverity::Critical,
        Some(AgeBand::Warning) => DriftSeverity::High,
        _ => DriftSeverity::None,
    };
    Ok(Explained {
        severity: stored.max(aged),
        lag_days: row
            .superseded_at
            .map(|superseded| (at - superseded).whole_days().max(0)),
        recorded_from: from,
        image: image.map(|image| (image.family, image.version)),
        target: target.map(|image| image.version),
        drift: explained.then_some(judgement.drift),
        update,
        asset,
        row,
        at,
    })
}

impl Judge {
    async fn update(
        &mut self,
        tx: &mut TenantTx,
        subject: &Subject<'_>,
        target: Uuid,
    ) -> qlrf_store::Result<Option<Update>> {
        let Some(packages) = self.compare(tx, subject, target).await? else {
            return Ok(None);
        };
        let has_packages = self.has_packages(tx, target).await?;
        Ok(Some(Update {
            packages,
            has_packages,
        }))
    }
}

async fn version(tx: &mut TenantTx, id: Option<Uuid>) -> qlrf_store::Result<Option<Image>> {
    match id {
        Some(id) => qlrf_store::image::find(tx, ImageVersionId::from_uuid(id)).await,
        None => Ok(None),
    }
}
