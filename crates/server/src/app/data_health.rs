//! How far the figures can be relied on: collections, coverage and feeds.

use std::collections::HashMap;

use qlrf_core::error::Result;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::now;
use qlrf_store::{connector, scope, sync};

use super::feed;
use crate::api::types::attention::{CoverageGap, DataHealth, FeedAge};
use crate::opcx::OpCx;

const GAPS_MAX: usize = 20;
/// As many as a person could have made; a page of the ledger.
const SCOPES_READ_MAX: i64 = 1_000;

pub async fn data_health(cx: &OpCx) -> Result<DataHealth> {
    let at = now();
    let mut tx = cx.tenant().await?;
    let (scopes, scopes_complete, _) = scope::count(&mut tx).await?;
    let connectors = connector::list(&mut tx).await?;
    let (mut complete, mut never) = (0, 0);
    for connector in &connectors {
        // The newest that has ended: one under way says nothing yet.
        let id = ConnectorId::from_uuid(connector.id);
        let ended = sync::list(&mut tx, Some(id), 5)
            .await?
            .into_iter()
            .find(|sync| sync.ended_at.is_some());
        match ended {
            None => never += 1,
            Some(sync) => complete += u64::from(sync.outcome == "complete"),
        }
    }
    let by_id: HashMap<uuid::Uuid, &connector::Connector> = connectors.iter().map(|c| (c.id, c)).collect();
    let open = |row: &scope::ScopeRow| row.code.is_some() || row.completed_at.is_none();
    let rows = scope::list(&mut tx, None, SCOPES_READ_MAX).await?;
    let gap = |row: scope::ScopeRow| CoverageGap {
        connector_id: row.connector_id,
        connector: by_id
            .get(&row.connector_id)
            .map(|c| c.name.clone())
            .unwrap_or_default(),
        simulated: by_id.get(&row.connector_id).is_some_and(|c| c.simulated),
        account: row.account,
        region: row.region,
        kind: row.kind,
        complete_at: row.completed_at,
        attempted_at: row.attempted_at,
        code: row.code,
        detail: row.detail,
    };
    let first_gaps = rows.into_iter().filter(open).take(GAPS_MAX).map(gap).collect();
    drop(tx);
    let age = |feed: feed::Feed| {
        let imported_at = feed.snapshots.first().map(|snapshot| snapshot.imported_at);
        FeedAge {
            name: feed.kind.name.to_owned(),
            title: feed.kind.title.to_owned(),
            held: feed.held,
            imported_at,
            age_s: imported_at.map(|imported| (at - imported).whole_seconds().max(0)),
        }
    };
    Ok(DataHealth {
        as_of: at,
        connectors: connectors.len() as u64,
        connectors_complete: complete,
        connectors_never_synced: never,
        scopes: scopes.unsigned_abs(),
        scopes_complete: scopes_complete.unsigned_abs(),
        gaps: (scopes - scopes_complete).unsigned_abs(),
        first_gaps,
        feeds: feed::list(cx).await?.into_iter().map(age).collect(),
    })
}
