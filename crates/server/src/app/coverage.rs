//! The coverage ledger: which scopes were listed completely, how old that is, and which assets rest on it.

use qlrf_core::coverage::is_permission_gap;
use qlrf_core::error::Result;
use qlrf_core::freshness::Freshness;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;
use qlrf_store::freshness::Source;
use qlrf_store::ledger::{self, Key, Order, ScopeRow, Which};
use roaring::RoaringBitmap;

use super::freshness::{ledger_clock, view_budget};
use crate::api::types::coverage::{AssetFigures, CodeCount, ConnectorFigures, CoverageSummary, ScopeFigures};
use crate::fleet::Fleet;
use crate::opcx::OpCx;

/// Reasons shown; there are about as many codes.
const CODES_MAX: i64 = 50;

/// A scope with the assets of it that are in the estate now.
pub type Listed = (ScopeRow, u64);

pub async fn list(
    cx: &OpCx,
    which: &Which,
    order: Order,
    (at, after): (Timestamp, Option<&Key>),
    limit: i64,
) -> Result<(Vec<Listed>, u64)> {
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let mut tx = cx.tenant().await?;
    let (clock, _) = ledger_clock(&mut tx, at).await?;
    let rows = ledger::list(&mut tx, clock, which, order, after, limit).await?;
    let total = ledger::figures(&mut tx, clock, which).await?.scopes;
    let listed = rows.into_iter().map(|row| {
        let source = Source {
            connector: row.connector_id,
            scope: row.id,
        };
        let assets = fleet.count_in_scope(source);
        (row, assets)
    });
    Ok((listed.collect(), total.unsigned_abs()))
}

pub async fn summary(cx: &OpCx, connector: Option<ConnectorId>, at: Timestamp) -> Result<CoverageSummary> {
    let fleet = cx.app().fleets.get_at(cx.org(), None, at).await?;
    let mut tx = cx.tenant().await?;
    if let Some(id) = connector {
        super::connector::get_in(&mut tx, id).await?;
    }
    let (clock, budgets) = ledger_clock(&mut tx, at).await?;
    let which = Which {
        connector,
        ..Which::default()
    };
    let scopes = ledger::figures(&mut tx, clock, &which).await?;
    let connectors = ledger::by_connector(&mut tx, clock, &which).await?;
    let codes = ledger::codes(&mut tx, clock, &which, CODES_MAX).await?;
    let assets = match connector {
        Some(id) => fleet.of_connector(id.as_uuid()),
        None => fleet.live().clone(),
    };
    let budget = connector.map_or_else(|| budgets.general(), |id| budgets.of(id.as_uuid()));
    Ok(CoverageSummary {
        as_of: at,
        scopes: view_figures(&scopes),
        assets: asset_figures(&fleet, &assets),
        connectors: connectors.into_iter().map(view_connector).collect(),
        codes: codes.into_iter().map(view_code).collect(),
        budget: view_budget(budget),
        own_budgets: budgets.connectors().count() as u64,
    })
}

/// How much of some assets is known as of when.
pub fn asset_figures(fleet: &Fleet, assets: &RoaringBitmap) -> AssetFigures {
    let mut figures = AssetFigures {
        total: assets.len(),
        covered: fleet.covered(assets).len(),
        fresh: 0,
        stale: 0,
        unknown: 0,
    };
    for (freshness, assets) in fleet.by_freshness(assets) {
        let place = match freshness {
            Freshness::Fresh => &mut figures.fresh,
            Freshness::Stale => &mut figures.stale,
            Freshness::Unknown => &mut figures.unknown,
        };
        *place = assets.len();
    }
    figures
}

fn view_figures(figures: &ledger::Figures) -> ScopeFigures {
    ScopeFigures {
        total: figures.scopes,
        complete: figures.complete,
        partial: figures.partial,
        unlisted: figures.unlisted,
        never: figures.never,
        fresh: figures.fresh,
        stale: figures.stale,
        unknown: figures.unknown,
        complete_fresh: figures.complete_fresh,
        permission_gaps: figures.permission_gaps,
    }
}

fn view_connector(of: ledger::OfConnector) -> ConnectorFigures {
    ConnectorFigures {
        connector_id: of.connector_id,
        scopes: of.scopes,
        complete: of.complete,
        complete_fresh: of.complete_fresh,
        unknown: of.unknown,
    }
}

fn view_code((code, scopes): (String, i64)) -> CodeCount {
    CodeCount {
        permission_gap: is_permission_gap(&code),
        code,
        scopes,
    }
}
