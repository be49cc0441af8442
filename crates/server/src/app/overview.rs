//! The state of the whole estate in one answer.

use qlrf_core::error::Result;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::{connector, feed, scope, sync};
use roaring::RoaringBitmap;

use super::estate;
use crate::api::types::overview::{
    AssetCounts, CollectionHealth, FeedHealth, Findings, Overview, PatchLag, PlaceTally, SecurityUpdates,
};
use crate::fleet::{Bound, Dimension, Filter, Fleet, Lag, Lags, UrgencyCounts};
use crate::opcx::OpCx;

pub async fn get(cx: &OpCx, as_of: Option<Timestamp>, filter: &Filter) -> Result<Overview> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let at = as_of.unwrap_or_else(now);
    let bound = filter.bind(&fleet, at);
    let selected: RoaringBitmap = fleet.select(&bound).map(|(ordinal, _)| ordinal).collect();
    Ok(Overview {
        as_of: at,
        assets: asset_counts(&fleet, &selected),
        drift: estate::view_tally(&estate::tally_of(&fleet, selected.iter())),
        patch_lag: patch_lag(&fleet, &selected, at),
        security_updates: security_updates(&fleet, &selected),
        findings: findings(&fleet, &selected),
        sites: places(&fleet, &bound, Dimension::Site),
        platforms: places(&fleet, &bound, Dimension::Platform),
        collection: collection(cx).await?,
        feeds: feeds(cx).await?,
    })
}

fn asset_counts(fleet: &Fleet, selected: &RoaringBitmap) -> AssetCounts {
    let rows = || selected.iter().filter_map(|ordinal| fleet.row(ordinal));
    AssetCounts {
        total: selected.len(),
        simulated: rows().filter(|row| row.simulated).count() as u64,
        software_unknown: rows().filter(|row| row.package_set_id.is_none()).count() as u64,
    }
}

fn patch_lag(fleet: &Fleet, selected: &RoaringBitmap, at: Timestamp) -> PatchLag {
    let (mut lags, mut days) = (Lags::default(), Vec::new());
    for row in selected.iter().filter_map(|ordinal| fleet.row(ordinal)) {
        let lag = row.lag(at);
        lags.add(lag);
        match lag {
            Lag::Newest => days.push(0),
            Lag::Behind(_) => days.extend(row.superseded_at.map(|since| (at - since).whole_days().max(0))),
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

/// The smallest value that at least `percent` of the values do not exceed (nearest rank).
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

fn security_updates(fleet: &Fleet, selected: &RoaringBitmap) -> SecurityUpdates {
    let mut out = SecurityUpdates {
        known: 0,
        assets_pending: 0,
        updates: 0,
        unknown: 0,
    };
    for row in selected.iter().filter_map(|ordinal| fleet.row(ordinal)) {
        match row.pending_security {
            None => out.unknown += 1,
            Some(pending) => {
                out.known += 1;
                out.assets_pending += u64::from(pending > 0);
                out.updates += u64::from(pending.unsigned_abs());
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
        let here = &vulnerability.assets & selected;
        if !here.is_empty() {
            count += 1;
            urgency.add(standings[&vulnerability.id].urgency.level());
            if vulnerability.kev.is_some() {
                exploited += 1;
                exploited_on |= &here;
            }
            affected |= here;
        }
    }
    let when_known = |figure: u64| feeds_as_of.map(|_| figure);
    Findings {
        feeds_as_of,
        vulnerabilities: when_known(count),
        urgency: feeds_as_of.map(|_| urgency),
        known_exploited: when_known(exploited),
        assets_exploited: when_known(exploited_on.len()),
        assets_judged: when_known((known.judged() & selected).len()),
        assets_affected: when_known(affected.len()),
    }
}

fn places(fleet: &Fleet, filter: &Bound, by: Dimension) -> Vec<PlaceTally> {
    let groups = estate::group(fleet, filter, by);
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
    };
    for connector in connector::list(&mut tx).await? {
        let id = qlrf_core::id::ConnectorId::from_uuid(connector.id);
        health.connectors += 1;
        // The newest that has ended: one under way says nothing yet.
        let ended = sync::list(&mut tx, Some(id), 5)
            .await?
            .into_iter()
            .find(|sync| sync.ended_at.is_some());
        match ended.as_ref().map(|sync| &sync.outcome[..]) {
            None => health.never_synced += 1,
            Some("complete") => {}
            Some(_) => health.degraded += 1,
        }
    }
    (health.scopes, health.scopes_complete, _) = scope::count(&mut tx).await?;
    Ok(health)
}

async fn feeds(cx: &OpCx) -> Result<FeedHealth> {
    let mut tx = cx.tenant().await?;
    let (advisories, known_exploited, exploit_scores) = feed::count(&mut tx).await?;
    Ok(FeedHealth {
        as_of: now(),
        advisories,
        known_exploited,
        exploit_scores,
    })
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_a_value_that_occurred() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile(&[0, 10], 50), Some(0));
        assert_eq!(percentile(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 90), Some(8));
    }
}
