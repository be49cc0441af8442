//! How far the figures can be relied on: collections, coverage and feeds.

use qlrf_core::error::Result;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::now;
use qlrf_store::ledger::{self, Order, ScopeRow, Which};
use qlrf_store::{connector, sync};

use super::feed;
use super::freshness::ledger_clock;
use crate::api::types::attention::{CoverageGap, DataHealth, FeedAge};
use crate::opcx::OpCx;

const GAPS_MAX: i64 = 20;

pub async fn data_health(cx: &OpCx) -> Result<DataHealth> {
    let at = now();
    let mut tx = cx.tenant().await?;
    let (clock, _) = ledger_clock(&mut tx, at).await?;
    let figures = ledger::figures(&mut tx, clock, &Which::default()).await?;
    let connectors = connector::list(&mut tx).await?;
    let (mut complete, mut never) = (0, 0);
    for connector in &connectors {
        match sync::find_ended(&mut tx, ConnectorId::from_uuid(connector.id)).await? {
            None => never += 1,
            Some(sync) => complete += u64::from(sync.outcome == "complete"),
        }
    }
    let mut first_gaps = Vec::new();
    for state in ["never", "partial", "unlisted"] {
        let which = Which {
            state: Some(state.to_owned()),
            ..Which::default()
        };
        let rows = ledger::list(&mut tx, clock, &which, Order::WORST, None, GAPS_MAX).await?;
        first_gaps.extend(rows.into_iter().map(gap));
    }
    first_gaps.truncate(usize::try_from(GAPS_MAX).unwrap_or(usize::MAX));
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
        scopes: figures.scopes.unsigned_abs(),
        scopes_complete: figures.complete.unsigned_abs(),
        gaps: (figures.scopes - figures.complete).unsigned_abs(),
        first_gaps,
        feeds: feed::list(cx).await?.into_iter().map(age).collect(),
    })
}

fn gap(row: ScopeRow) -> CoverageGap {
    CoverageGap {
        connector_id: row.connector_id,
        connector: row.connector,
        simulated: row.simulated,
        account: row.account,
        region: row.region,
        kind: row.kind,
        complete_at: row.completed_at,
        attempted_at: row.attempted_at,
        code: row.code,
        detail: row.detail,
    }
}
