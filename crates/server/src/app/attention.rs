//! What needs somebody, ranked and with the reason; and how far the figures can be relied on.

use std::cmp::Reverse;
use std::collections::HashMap;

use qlrf_core::error::Result;
use qlrf_core::id::ConnectorId;
use qlrf_core::perm::Permission;
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::vuln::sla::State;
use qlrf_store::{connector, scope, sync};
use roaring::RoaringBitmap;

use super::vulnerability::{By, Found, Scope, Wanted, clock};
use super::{feed, image};
use crate::api::types::attention::{
    Attention, AttentionItem, AttentionTotal, CoverageGap, DataHealth, FeedAge,
};
use crate::fleet::{Dimension, Fleet};
use crate::opcx::OpCx;

/// Of one kind; the totals say how many there are.
const OF_KIND_MAX: usize = 10;
const GAPS_MAX: usize = 20;
/// As many as a person could have made; a page of the ledger.
const SCOPES_READ_MAX: i64 = 1_000;

/// The items of one kind, the worst first, and how many there are in all.
struct Kind {
    name: &'static str,
    items: Vec<AttentionItem>,
    total: Option<u64>,
}

/// `q` narrows what is said of assets; collections and feeds are always told.
pub async fn attention(cx: &OpCx, q: Option<&str>, as_of: Option<Timestamp>) -> Result<Attention> {
    let scope = Scope::open(cx, q, as_of).await?;
    let mut kinds = Vec::new();
    if cx.may(Permission::VulnerabilityRead) {
        kinds.extend(vulnerabilities(&scope, as_of));
    }
    if cx.may(Permission::ImageRead) {
        kinds.push(revoked_images(cx, &scope, as_of).await?);
    }
    if cx.may(Permission::ConnectorRead) {
        kinds.extend(collections(cx).await?);
    }
    if cx.may(Permission::FeedRead) {
        kinds.push(empty_feeds(cx).await?);
    }
    let total = |kind: &Kind| AttentionTotal {
        kind: kind.name.to_owned(),
        total: kind.total,
    };
    let totals = kinds.iter().map(total).collect();
    let mut items: Vec<AttentionItem> = kinds.into_iter().flat_map(|kind| kind.items).collect();
    // Stable: within a level the order of the kinds, and of each kind, stays.
    items.sort_by_key(|item| item.level != "critical");
    Ok(Attention {
        as_of: as_of.unwrap_or(scope.fleet.moment()),
        items,
        totals,
    })
}

fn vulnerabilities(scope: &Scope, as_of: Option<Timestamp>) -> [Kind; 2] {
    let exploited = Wanted {
        kev: Some(true),
        ..Wanted::default()
    };
    let late = Wanted {
        sla: Some(State::Breached),
        as_of,
        ..Wanted::default()
    };
    let simulated = scope.fleet.having(Dimension::Simulated, "true");
    let is_known = scope.basis().judged > 0;
    let kind = |name: &'static str, found: Vec<Found<'_>>, why: &dyn Fn(&Found<'_>) -> String| Kind {
        name,
        total: is_known.then_some(found.len() as u64),
        items: found
            .iter()
            .take(OF_KIND_MAX)
            .map(|found| AttentionItem {
                kind: name.to_owned(),
                level: "critical".to_owned(),
                title: found.vulnerability.id.to_string(),
                why: why(found),
                since: found.vulnerability.since,
                assets: Some(found.affected),
                simulated: (scope.affected(found.vulnerability)).intersection_len(&simulated),
                filter: Some(format!("cve:{}", found.vulnerability.id)),
                resource: format!("vulnerabilities/{}", found.vulnerability.id),
            })
            .collect(),
    };
    // What is exploited is told once, as such.
    let mut late = scope.list(&late, By::Urgency);
    late.retain(|found| found.vulnerability.kev.is_none());
    [
        kind("known_exploited", scope.list(&exploited, By::Urgency), &|found| {
            let due = found.vulnerability.kev.as_ref().and_then(|kev| kev.due_date);
            match due {
                Some(due) => format!("known to be exploited; CISA's date for a fix is {due}"),
                None => "known to be exploited".to_owned(),
            }
        }),
        kind("past_sla", late, &|found| {
            let severity = found.severity.map_or("unrated", |band| band.name());
            match clock(found, as_of) {
                Some((_, clock)) => format!("{severity}, due on {}", clock.due.date()),
                None => severity.to_owned(),
            }
        }),
    ]
}

async fn revoked_images(cx: &OpCx, scope: &Scope, as_of: Option<Timestamp>) -> Result<Kind> {
    let query = image::ListQuery {
        at: as_of,
        ..Default::default()
    };
    let mut running: HashMap<uuid::Uuid, RoaringBitmap> = HashMap::new();
    for ordinal in &scope.assets {
        if let Some(image) = scope.fleet.row(ordinal).and_then(|row| row.image_id) {
            running.entry(image).or_default().insert(ordinal);
        }
    }
    let listed = image::list(cx, &query).await?;
    let revoked = listed.into_iter().filter(|one| one.summary.revoked_at.is_some());
    let mut items: Vec<AttentionItem> = revoked
        .filter_map(|one| {
            let assets = running.get(&one.summary.id)?;
            let name = format!("{}:{}", one.summary.family, one.summary.version);
            let reason = one.summary.revoked_reason.unwrap_or_default();
            Some(AttentionItem {
                kind: "image_revoked".to_owned(),
                level: "critical".to_owned(),
                why: format!("revoked ({reason}), and still running"),
                since: one.summary.revoked_at,
                assets: Some(assets.len()),
                simulated: simulated(&scope.fleet, assets),
                filter: Some(format!("image:{name}")),
                resource: format!("images/{}", one.summary.id),
                title: name,
            })
        })
        .collect();
    items.sort_by_key(|item| Reverse(item.assets));
    let total = Some(items.len() as u64);
    items.truncate(OF_KIND_MAX);
    Ok(Kind {
        name: "image_revoked",
        items,
        total,
    })
}

fn simulated(fleet: &Fleet, assets: &RoaringBitmap) -> u64 {
    let rows = assets.iter().filter_map(|ordinal| fleet.row(ordinal));
    rows.filter(|row| row.simulated).count() as u64
}

/// Scopes that were not listed completely, and connectors that fail as a whole.
async fn collections(cx: &OpCx) -> Result<[Kind; 2]> {
    let health = data_health(cx).await?;
    let gap = |gap: &CoverageGap| AttentionItem {
        kind: "scope_not_listed".to_owned(),
        level: "warning".to_owned(),
        title: format!("{} {}/{} {}", gap.connector, gap.account, gap.region, gap.kind),
        why: gap
            .detail
            .clone()
            .unwrap_or_else(|| "never listed completely".to_owned()),
        since: gap.complete_at,
        assets: None,
        simulated: 0,
        filter: None,
        resource: format!("connectors/{}", gap.connector_id),
    };
    let mut tx = cx.tenant().await?;
    let failing: Vec<connector::Connector> = connector::list(&mut tx)
        .await?
        .into_iter()
        .filter(|connector| connector.enabled && connector.failures > 0)
        .collect();
    let failed = |connector: &connector::Connector| AttentionItem {
        kind: "connector_failing".to_owned(),
        level: "warning".to_owned(),
        title: connector.name.clone(),
        why: format!("its last {} collections failed", connector.failures),
        since: None,
        assets: None,
        simulated: 0,
        filter: None,
        resource: format!("connectors/{}", connector.id),
    };
    Ok([
        Kind {
            name: "scope_not_listed",
            items: health.first_gaps.iter().take(OF_KIND_MAX).map(gap).collect(),
            total: Some(health.gaps),
        },
        Kind {
            name: "connector_failing",
            items: failing.iter().take(OF_KIND_MAX).map(failed).collect(),
            total: Some(failing.len() as u64),
        },
    ])
}

async fn empty_feeds(cx: &OpCx) -> Result<Kind> {
    let feeds = feed::list(cx).await?;
    let empty: Vec<_> = feeds.iter().filter(|feed| feed.snapshots.is_empty()).collect();
    let item = |feed: &&feed::Feed| AttentionItem {
        kind: "feed_empty".to_owned(),
        level: "warning".to_owned(),
        title: feed.kind.title.to_owned(),
        why: "never imported: what it would tell is not known".to_owned(),
        since: None,
        assets: None,
        simulated: 0,
        filter: None,
        resource: "feeds".to_owned(),
    };
    Ok(Kind {
        name: "feed_empty",
        items: empty.iter().map(item).collect(),
        total: Some(empty.len() as u64),
    })
}

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
