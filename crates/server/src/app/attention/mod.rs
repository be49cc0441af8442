//! What needs somebody, ranked and with the reason.

mod estate;
mod identity;

use std::cmp::Reverse;

use qlrf_core::error::Result;
use qlrf_core::perm::Permission;
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::vuln::sla::State;
use qlrf_store::connector;
use roaring::RoaringBitmap;

use super::data_health::data_health;
use super::estate::count_by;
use super::vulnerability::{By, Found, Scope, Wanted, clock};
use super::{feed, image};
use crate::api::types::attention::{Attention, AttentionItem, AttentionTotal, CoverageGap};
use crate::api::types::vulnerability::AffectedValue;
use crate::fleet::Dimension;
use crate::opcx::OpCx;

/// Of one kind; the totals say how many there are.
const OF_KIND_MAX: usize = 10;
/// Where most of the assets are.
const SITES_MAX: usize = 3;
const PACKAGES_MAX: usize = 3;
const LEVELS: [&str; 3] = ["critical", "warning", "unknown"];

/// The items of one kind, the worst first, and how many there are in all.
struct Kind {
    name: &'static str,
    items: Vec<AttentionItem>,
    total: Option<u64>,
}

/// The assets that are asked about.
struct Question<'a> {
    scope: Scope,
    q: &'a str,
    as_of: Option<Timestamp>,
}

/// `q` narrows what is said of assets; conflicts of identity, collections and feeds are always told.
pub async fn attention(cx: &OpCx, q: Option<&str>, as_of: Option<Timestamp>) -> Result<Attention> {
    let question = Question {
        scope: Scope::open(cx, q, as_of).await?,
        q: q.unwrap_or_default().trim(),
        as_of,
    };
    let mut kinds = Vec::new();
    if cx.may(Permission::VulnerabilityRead) {
        kinds.extend(vulnerabilities(&question));
    }
    if cx.may(Permission::ImageRead) {
        kinds.push(revoked_images(cx, &question).await?);
    }
    if cx.may(Permission::DriftRead) {
        kinds.extend(estate::kinds(&question));
    }
    // Conflicts of identity, and how collections and feeds went, are kept as of now only.
    let is_now = as_of.is_none();
    if is_now {
        kinds.push(identity::conflicts(cx).await?);
    }
    if is_now && cx.may(Permission::ConnectorRead) {
        kinds.extend(collections(cx).await?);
    }
    if is_now && cx.may(Permission::FeedRead) {
        kinds.push(empty_feeds(cx).await?);
    }
    let total = |kind: &Kind| AttentionTotal {
        kind: kind.name.to_owned(),
        total: kind.total,
    };
    let totals = kinds.iter().map(total).collect();
    let mut items: Vec<AttentionItem> = kinds.into_iter().flat_map(|kind| kind.items).collect();
    // Stable: within a level the order of the kinds, and of each kind, stays.
    items.sort_by_key(|item| LEVELS.iter().position(|level| *level == item.level));
    Ok(Attention {
        as_of: as_of.unwrap_or(question.scope.fleet.moment()),
        items,
        totals,
    })
}

impl Question<'_> {
    fn at(&self) -> Timestamp {
        self.as_of.unwrap_or_else(now)
    }

    /// An item about some of the assets, which this filter lists among those in question.
    fn about(&self, kind: &str, level: &str, assets: &RoaringBitmap, filter: String) -> AttentionItem {
        let fleet = &self.scope.fleet;
        let places = count_by(fleet, assets, Dimension::Site);
        AttentionItem {
            kind: kind.to_owned(),
            level: level.to_owned(),
            assets: Some(assets.len()),
            simulated: assets.intersection_len(&fleet.simulated()),
            sites_total: places.len() as u64,
            sites: places
                .into_iter()
                .take(SITES_MAX)
                .map(|(value, assets)| AffectedValue { value, assets })
                .collect(),
            filter: Some(format!("{} {filter}", self.q).trim().to_owned()),
            ..AttentionItem::default()
        }
    }
}

fn vulnerabilities(question: &Question) -> [Kind; 2] {
    let Question { scope, as_of, .. } = question;
    let exploited = Wanted {
        kev: Some(true),
        ..Wanted::default()
    };
    // What is exploited is told once, as such.
    let late = Wanted {
        kev: Some(false),
        sla: Some(State::Breached),
        as_of: *as_of,
        ..Wanted::default()
    };
    let is_known = scope.basis().judged > 0;
    let kind = |name: &'static str, wanted: &Wanted, why: &dyn Fn(&Found<'_>) -> String| {
        let found = scope.list(wanted, By::Urgency);
        let item = |found: &Found<'_>| {
            let vulnerability = found.vulnerability;
            let assets = scope.affected(vulnerability);
            AttentionItem {
                title: vulnerability.id.to_string(),
                about: packages(scope, found),
                why: why(found),
                since: vulnerability.since,
                resource: format!("vulnerabilities/{}", vulnerability.id),
                ..question.about(name, "critical", &assets, format!("cve:{}", vulnerability.id))
            }
        };
        Kind {
            name,
            total: is_known.then_some(found.len() as u64),
            items: found.iter().take(OF_KIND_MAX).map(item).collect(),
        }
    };
    [
        kind("known_exploited", &exploited, &|found| {
            let due = found.vulnerability.kev.as_ref().and_then(|kev| kev.due_date);
            match due {
                Some(due) => format!("known to be exploited; CISA's date for a fix is {due}"),
                None => "known to be exploited".to_owned(),
            }
        }),
        kind("past_sla", &late, &|found| {
            let severity = found.severity.map_or("unrated", |band| band.name());
            match clock(found, *as_of) {
                Some((_, clock)) => format!("{severity}, due on {}", clock.due.date()),
                None => severity.to_owned(),
            }
        }),
    ]
}

/// Names of the affected packages, the first few.
fn packages(scope: &Scope, found: &Found) -> Option<String> {
    let known = &scope.fleet.vulnerabilities;
    let mut names: Vec<&str> = found
        .matches()
        .filter_map(|found| Some(&known.package(found.package_id)?.name[..]))
        .collect();
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(PACKAGES_MAX);
    names.truncate(PACKAGES_MAX);
    let first = names.join(", ");
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(first),
        (false, more) => Some(format!("{first} and {more} more")),
    }
}

async fn revoked_images(cx: &OpCx, question: &Question<'_>) -> Result<Kind> {
    let query = image::ListQuery {
        at: question.as_of,
        ..Default::default()
    };
    let scope = &question.scope;
    let listed = image::list(cx, &query).await?;
    let revoked = listed.into_iter().filter(|one| one.summary.revoked_at.is_some());
    let mut items: Vec<AttentionItem> = revoked
        .filter_map(|one| {
            let assets = scope.fleet.running_image(one.summary.id)? & &scope.assets;
            if assets.is_empty() {
                return None;
            }
            let name = format!("{}:{}", one.summary.family, one.summary.version);
            let reason = one.summary.revoked_reason.unwrap_or_default();
            Some(AttentionItem {
                why: format!("revoked ({reason}), and still running"),
                since: one.summary.revoked_at,
                resource: format!("images/{}", one.summary.id),
                ..question.about("image_revoked", "critical", &assets, format!("image:{name}"))
            })
            .map(|item| AttentionItem { title: name, ..item })
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

/// Scopes that were not listed completely, and connectors that fail as a whole.
async fn collections(cx: &OpCx) -> Result<[Kind; 3]> {
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
        resource: format!("connectors/{}", gap.connector_id),
        ..AttentionItem::default()
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
        resource: format!("connectors/{}", connector.id),
        ..AttentionItem::default()
    };
    let never = health.connectors_never_synced;
    let uncollected = AttentionItem {
        kind: "never_collected".to_owned(),
        level: "unknown".to_owned(),
        title: "Connectors that never collected".to_owned(),
        why: format!(
            "{never} of {} connectors never ended a collection",
            health.connectors
        ),
        resource: "connectors".to_owned(),
        ..AttentionItem::default()
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
        Kind {
            name: "never_collected",
            items: Vec::from_iter((never > 0).then_some(uncollected)),
            total: Some(u64::from(never > 0)),
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
        resource: "feeds".to_owned(),
        ..AttentionItem::default()
    };
    Ok(Kind {
        name: "feed_empty",
        items: empty.iter().map(item).collect(),
        total: Some(empty.len() as u64),
    })
}
