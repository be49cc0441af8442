//! The state of the whole estate in one answer.

use qlrf_core::error::Result;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::{connector, ledger, sync};
use roaring::RoaringBitmap;

use super::freshness::ledger_clock;
use super::percentile::percentile;
use super::{coverage, estate, feed};
use crate::api::types::overview::{
    AssetCounts, CollectionHealth, FeedHealth, Findings, Overview, PatchLag, PlaceTally, SecurityUpdates,
};
use crate::fleet::{Dimension, Filter, Fleet, Lag, Lags, UrgencyCounts};
use crate::opcx::OpCx;

pub async fn get(cx: &OpCx, as_of: Option<Timestamp>, filter: &Filter) -> Result<Overview> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let at = as_of.unwrap_or_else(now);
    let selected = filter.select(&fleet, at);
    Ok(Overview {
        as_of: at,
        assets: asset_counts(&fleet, &selected),
        coverage: coverage::asset_figures(&fleet, &selected),
        drift: estate::view_tally(&fleet.tally(&selected)),
        patch_lag: patch_lag(&fleet, &selected, at),
        security_updates: security_updates(&fleet, &selected),
        findings: findings(&fleet, &selected),
        sites: places(&fleet, &selected, Dimension::Site),
        platforms: places(&fleet, &selected, Dimension::Platform),
        collection: collection(cx).await?,
        feeds: feeds(cx).await?,
    })
}

fn asset_counts(fleet: &Fleet, selected: &RoaringBitmap) -> AssetCounts {
    AssetCounts {
        total: selected.len(),
        simulated: selected.intersection_len(&fleet.simulated()),
        software_unknown: selected.len() - selected.intersection_len(fleet.with_software()),
    }
}

fn patch_lag(fleet: &Fleet, selected: &RoaringBitmap, at: Timestamp) -> PatchLag {
    let (mut lags, mut days) = (Lags::default(), Vec::new());
    for (behind, assets) in fleet.by_behind(selected) {
        let lag = behind.lag(at);
        lags.add(lag, assets.len());
        match lag {
            Lag::Newest => days.push((0, assets.len())),
            Lag::Behind(_) => days.extend(behind.days(at).map(|days| (days, assets.len()))),
            // Behind since an unknown moment has no length; it counts as behind and not in the distribution.
            Lag::Unknown | Lag::Undated => {}
        }
    }
    days.sort_unstable();
    PatchLag {
        measured: lags.newest + lags.behind(),
        behind: lags.behind(),
        median_days: percentile(&days, 50),
        p90_days: percentile(&days, 90),
        fresh: lags.fresh,
        warning: lags.warning,
        critical: lags.critical,
        undated: lags.undated,
    }
}

fn security_updates(fleet: &Fleet, selected: &RoaringBitmap) -> SecurityUpdates {
    let mut out = SecurityUpdates {
        known: 0,
        assets_pending: 0,
        updates: 0,
        unknown: 0,
    };
    for (pending, assets) in fleet.by_updates(selected) {
        match pending {
            None => out.unknown += assets.len(),
            Some(pending) => {
                out.known += assets.len();
                out.assets_pending += if pending > 0 { assets.len() } else { 0 };
                out.updates += u64::from(pending.unsigned_abs()) * assets.len();
            }
        }
    }
    out
}

fn findings(fleet: &Fleet, selected: &RoaringBitmap) -> Findings {
    let known = &fleet.vulnerabilities;
    let feeds_as_of = known.feeds_as_of;
    let standings = fleet.standings();
    let mut urgency = UrgencyCounts::default();
    let (mut count, mut exploited) = (0, 0);
    let (mut affected, mut exploited_on) = (RoaringBitmap::new(), RoaringBitmap::new());
    for vulnerability in known.iter() {
        if !vulnerability.assets.is_disjoint(selected) {
            count += 1;
            urgency.add(standings[&vulnerability.id].urgency.level());
            if vulnerability.kev.is_some() {
                exploited += 1;
                exploited_on |= &vulnerability.assets;
            }
            affected |= &vulnerability.assets;
        }
    }
    let when_known = |figure: u64| feeds_as_of.map(|_| figure);
    Findings {
        feeds_as_of,
        vulnerabilities: when_known(count),
        urgency: feeds_as_of.map(|_| urgency),
        known_exploited: when_known(exploited),
        assets_exploited: when_known(exploited_on.intersection_len(selected)),
        assets_judged: when_known(fleet.judged().intersection_len(selected)),
        assets_affected: when_known(affected.intersection_len(selected)),
    }
}

fn places(fleet: &Fleet, assets: &RoaringBitmap, by: Dimension) -> Vec<PlaceTally> {
    let groups = estate::group(fleet, assets, by);
    let mut places: Vec<PlaceTally> = groups
        .into_iter()
        .map(|group| PlaceTally {
            name: group.value,
            drift: group.drift,
        })
        .collect();
    places.sort_by(|a, b| a.name.cmp(&b.name));
    places
}

async fn collection(cx: &OpCx) -> Result<CollectionHealth> {
    let mut tx = cx.tenant().await?;
    let mut health = CollectionHealth {
        as_of: now(),
        connectors: 0,
        never_synced: 0,
        degraded: 0,
        scopes: 0,
        scopes_complete: 0,
        scopes_covered: 0,
        permission_gaps: 0,
    };
    for connector in connector::list(&mut tx).await? {
        let id = qlrf_core::id::ConnectorId::from_uuid(connector.id);
        health.connectors += 1;
        let ended = sync::find_ended(&mut tx, id).await?;
        match ended.as_ref().map(|sync| &sync.outcome[..]) {
            None => health.never_synced += 1,
            Some("complete") => {}
            Some(_) => health.degraded += 1,
        }
    }
    let (clock, _) = ledger_clock(&mut tx, health.as_of).await?;
    let figures = ledger::figures(&mut tx, clock, &ledger::Which::default()).await?;
    health.scopes = figures.scopes;
    health.scopes_complete = figures.complete;
    health.scopes_covered = figures.complete_fresh;
    health.permission_gaps = figures.permission_gaps;
    Ok(health)
}

async fn feeds(cx: &OpCx) -> Result<FeedHealth> {
    let held = feed::held(cx).await?;
    Ok(FeedHealth {
        as_of: now(),
        advisories: held.advisories,
        known_exploited: held.known_exploited,
        exploit_scores: held.exploit_scores,
    })
}
