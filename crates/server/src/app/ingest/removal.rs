//! Assets that are gone: which are missing from complete listings, and what ends with them.

use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::{Result, TenantTx, asset, resource};

use super::{Ingest, count};
use crate::app::record::{Change, record};

impl Ingest {
    /// Each with its scope.
    pub(super) async fn find_missing(&self, tx: &mut TenantTx) -> Result<Vec<(AssetId, i64)>> {
        let is_unseen = |(id, _): &&(AssetId, i64)| !self.seen.contains_key(id);
        let unseen: Vec<(AssetId, i64)> = self.absent.iter().filter(is_unseen).copied().collect();
        match unseen.is_empty() {
            true => Ok(unseen),
            false => asset::list_still_in(tx, &unseen).await,
        }
    }

    pub(super) async fn remove(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        missing: &[(AssetId, i64)],
    ) -> Result<()> {
        let ids: Vec<AssetId> = missing.iter().map(|(id, _)| *id).collect();
        remove_assets(tx, at, &ids).await?;
        self.tally.removed = count(ids.len());
        Ok(())
    }
}

/// Ends what is recorded of assets that are gone, and says so. A machine that another source still sees stays.
pub async fn remove_assets(tx: &mut TenantTx, at: Timestamp, ids: &[AssetId]) -> Result<()> {
    let uuids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    resource::forget_relations(tx, &uuids).await?;
    let change = Change {
        gone: ids.to_vec(),
        ..Change::default()
    };
    record(tx, at, change).await?.judge(tx, at).await
}
