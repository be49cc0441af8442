//! Assets that are gone: which are missing from complete listings, and what ends with them.

use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::{TenantTx, asset, drift as drift_rows, outbox};
use serde_json::json;

use super::{Closed, Ingest, count};

impl Ingest {
    pub(super) async fn find_missing(
        &self,
        tx: &mut TenantTx,
    ) -> qlrf_store::Result<Vec<(AssetId, i64, String)>> {
        let proving = |closed: &&Closed| closed.changed && closed.outcome == ScopeOutcome::Complete;
        let scopes: Vec<i64> = self
            .closed
            .iter()
            .filter(proving)
            .map(|closed| closed.scope_id)
            .collect();
        let mut assets = asset::list_in_scopes(tx, &scopes).await?;
        assets.retain(|(id, _, _)| !self.seen.contains_key(id));
        Ok(assets)
    }

    pub(super) async fn remove(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        missing: &[(AssetId, i64, String)],
    ) -> qlrf_store::Result<()> {
        let ids: Vec<AssetId> = missing.iter().map(|(id, _, _)| *id).collect();
        remove_assets(tx, at, &ids).await?;
        self.tally.removed = count(ids.len());
        Ok(())
    }
}

/// Closes facts and drift of assets that are gone, and says so.
pub async fn remove_assets(tx: &mut TenantTx, at: Timestamp, ids: &[AssetId]) -> qlrf_store::Result<()> {
    asset::close_facts(tx, at, ids).await?;
    let uuids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    drift_rows::close(tx, at, &uuids).await?;
    let event = |id: &AssetId| NewEvent {
        event_type: EventType::AssetRemoved,
        subject: format!("assets/{id}"),
        data: json!({ "asset_id": id }),
    };
    outbox::append_all(tx, ids.iter().map(event).collect(), None).await?;
    Ok(())
}
