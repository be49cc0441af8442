//! Brings drift up to date with images and link rules that changed.

use qlrf_core::asset::{Asset, Confidence};
use qlrf_core::id::{AssetId, OrgId};
use qlrf_store::judged::{self, Progress};
use qlrf_store::{Result, Store, asset, clock};
use uuid::Uuid;

use super::basis::Current;
use super::{Judge, Subject, read_document};

/// Assets judged in one transaction.
const BATCH_ASSETS: usize = 2_000;

/// Judges again what a change of images or link rules since the last time concerns, and answers how many assets that
/// was. Safe to run twice, and to stop anywhere: it starts over until it got through.
///
/// What changed is found by comparing, not by being told. A change that was taken back meanwhile leaves no difference;
/// so whatever was judged since the first of the changes is judged again as well.
pub async fn reconcile(store: &Store, org: OrgId) -> Result<usize> {
    let mut tx = store.snapshot(org).await?;
    let progress = judged::progress(&mut tx).await?;
    let Some(images_at) = progress
        .images_at
        .filter(|at| progress.judged_at.is_none_or(|judged| judged < *at))
    else {
        return Ok(0);
    };
    let mut judge = Judge::load(&mut tx).await?;
    let current = Current::load(&mut tx).await?;
    let assets = match progress.judged_at {
        None => judged::list_all(&mut tx).await?,
        Some(judged_at) => {
            let before = judged::load(&mut tx).await?;
            let linker = judge.catalogue.linker();
            let mut concern = current.concern(&mut tx, &before, linker).await?;
            concern.since = progress.images_since.or(Some(judged_at));
            judged::list_concerned(&mut tx, &concern).await?
        }
    };
    tx.commit().await?;
    for ids in assets.chunks(BATCH_ASSETS) {
        judge_again(store, org, &mut judge, ids).await?;
    }
    finish(store, org, &progress, images_at, &current).await?;
    Ok(assets.len())
}

async fn judge_again(store: &Store, org: OrgId, judge: &mut Judge, ids: &[Uuid]) -> Result<()> {
    let mut tx = store.tenant(org).await?;
    let at = clock::tick(&mut tx).await?;
    judge.refresh(&mut tx).await?;
    let documents = asset::load_documents(&mut tx, ids).await?;
    let assets: Vec<(AssetId, Option<i32>, Asset, Option<Confidence>)> =
        documents.into_iter().map(read_document).collect::<Result<_>>()?;
    let subjects: Vec<Subject<'_>> = assets
        .iter()
        .map(|(id, set, asset, confidence)| Subject {
            id: *id,
            asset,
            package_set_id: *set,
            packages: None,
            confidence: *confidence,
        })
        .collect();
    judge.judge(&mut tx, at, &subjects).await?;
    tx.commit().await
}

/// When somebody else got through first, or everything is to be judged again, the next look finds what is left.
async fn finish(
    store: &Store,
    org: OrgId,
    before: &Progress,
    images_at: qlrf_core::time::Timestamp,
    current: &Current,
) -> Result<()> {
    let mut tx = store.tenant(org).await?;
    judged::advance(&mut tx, before, images_at, &current.basis).await?;
    tx.commit().await
}
