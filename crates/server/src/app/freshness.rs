//! How old what is known may be: what an organisation sets for itself and for single connectors.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::freshness::{Budget, Freshness};
use qlrf_core::id::ConnectorId;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::freshness::{self as store, Budgets, Set, Source};
use qlrf_store::{TenantTx, clock, ledger};
use uuid::Uuid;

use crate::api::types::coverage::{ConnectorFreshness, FreshnessBudget, OrganizationFreshness};
use crate::opcx::OpCx;

/// A year, and two: what is older than that says nothing about an estate.
const STALE_HOURS_MAX: u32 = 8_760;
const UNKNOWN_HOURS_MAX: u32 = 17_520;

pub async fn get(cx: &OpCx) -> Result<OrganizationFreshness> {
    Ok(view(&store::list(&mut cx.tenant().await?, None).await?))
}

pub async fn get_of_connector(cx: &OpCx, id: ConnectorId) -> Result<ConnectorFreshness> {
    let mut tx = cx.tenant().await?;
    super::connector::get_in(&mut tx, id).await?;
    let budgets = store::list(&mut tx, None).await?;
    Ok(view_connector(&budgets, id.as_uuid()))
}

/// `check` sees what is about to change.
pub async fn set(
    cx: &OpCx,
    budget: FreshnessBudget,
    check: impl FnOnce(&OrganizationFreshness) -> Result<()>,
) -> Result<OrganizationFreshness> {
    let budget = checked(budget)?;
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    check(&view(&store::list(&mut tx, None).await?))?;
    store::replace(&mut tx, None, Some(budget), at).await?;
    let set = view(&store::list(&mut tx, None).await?);
    tx.commit().await?;
    Ok(set)
}

/// Gives a connector a budget of its own, or takes it away.
pub async fn set_of_connector(
    cx: &OpCx,
    id: ConnectorId,
    budget: Option<FreshnessBudget>,
) -> Result<ConnectorFreshness> {
    let budget = budget.map(checked).transpose()?;
    let mut tx = cx.tenant().await?;
    super::connector::get_in(&mut tx, id).await?;
    let at = clock::tick(&mut tx).await?;
    store::replace(&mut tx, Some(id), budget, at).await?;
    let budgets = store::list(&mut tx, None).await?;
    tx.commit().await?;
    Ok(view_connector(&budgets, id.as_uuid()))
}

fn checked(budget: FreshnessBudget) -> Result<Budget> {
    let FreshnessBudget {
        stale_hours,
        unknown_hours,
    } = budget;
    let is_in_bounds = (1..=STALE_HOURS_MAX).contains(&stale_hours) && unknown_hours <= UNKNOWN_HOURS_MAX;
    if !is_in_bounds || unknown_hours <= stale_hours {
        let detail = format!(
            "what is known turns stale after 1 to {STALE_HOURS_MAX} hours, and unknown later than that, after at most \
             {UNKNOWN_HOURS_MAX}"
        );
        return Err(Error::new(ErrorKind::Invalid, "invalid_freshness", detail));
    }
    let hours = |hours: u32| i32::try_from(hours).expect("it was compared with a smaller bound");
    Ok(Budget {
        stale_hours: hours(stale_hours),
        unknown_hours: hours(unknown_hours),
    })
}

pub fn view_budget(budget: Budget) -> FreshnessBudget {
    FreshnessBudget {
        stale_hours: budget.stale_hours.unsigned_abs(),
        unknown_hours: budget.unknown_hours.unsigned_abs(),
    }
}

fn view(budgets: &Budgets) -> OrganizationFreshness {
    let mut connectors: Vec<ConnectorFreshness> = budgets
        .connectors()
        .map(|id| view_connector(budgets, id))
        .collect();
    connectors.sort_by_key(|connector| connector.connector_id);
    OrganizationFreshness {
        budget: view_budget(budgets.general()),
        is_default: budgets.own().is_none(),
        since: budgets.own().map(|set| set.since),
        connectors,
    }
}

fn view_connector(budgets: &Budgets, id: Uuid) -> ConnectorFreshness {
    let own: Option<Set> = budgets.of_connector(id);
    ConnectorFreshness {
        connector_id: id,
        budget: view_budget(budgets.of(id)),
        is_own: own.is_some(),
        since: own.map(|set| set.since),
    }
}

/// How old what is known of an asset is.
pub struct Age {
    pub freshness: Freshness,
    pub confirmed_at: Option<Timestamp>,
    pub stale_at: Option<Timestamp>,
    pub unknown_at: Option<Timestamp>,
}

pub async fn of_asset(cx: &OpCx, source: Source, as_of: Option<Timestamp>) -> Result<Age> {
    let listings = store::load(&mut cx.tenant().await?, as_of).await?;
    let [stale_at, unknown_at] = listings.turns(source).map_or([None; 2], |turns| turns.map(Some));
    Ok(Age {
        freshness: listings.freshness(source, as_of.unwrap_or_else(now)),
        confirmed_at: listings.completed_at(source),
        stale_at,
        unknown_at,
    })
}

/// For whoever reads the ledger: ages are told at one moment, by the budgets of now.
pub async fn ledger_clock(tx: &mut TenantTx, at: Timestamp) -> Result<(ledger::Clock, Budgets)> {
    let budgets = store::list(tx, None).await?;
    let budget = budgets.general();
    Ok((ledger::Clock { at, budget }, budgets))
}
