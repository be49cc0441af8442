//! Assets that are gone: which are missing from complete listings, and what ends with them.

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::{Result, TenantTx, asset, drift as drift_rows, outbox, resource};
use serde_json::json;

use super::{Ingest, count};

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

/// Closes facts and drift of assets that are gone, and says so.
pub async fn remove_assets(tx: &mut TenantTx, at: Timestamp, ids: &[AssetId]) -> Result<()> {
    asset::close_facts(tx, at, ids).await?;
    let uuids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    drift_rows::close(tx, at, &uuids).await?;
    resource::forget_relations(tx, &uuids).await?;
    let event = |id: &AssetId| NewEvent {
        event_type: EventType::AssetRemoved,
        subject: format!("assets/{id}"),
        data: json!({ "asset_id": id }),
    };
    outbox::append_all(tx, ids.iter().map(event).collect(), None).await?;
    Ok(())
}
