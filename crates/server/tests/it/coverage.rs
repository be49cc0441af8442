//! The coverage ledger and what age makes of what is known: every number is the list behind it.

use qlrf_core::perm::Role;
use qlrf_core::time::{Timestamp, now};
use qlrf_server::api::types::asset::{Asset, AssetGroup, AssetSummary};
use qlrf_server::api::types::connector::Sync;
use qlrf_server::api::types::coverage::{
    ConnectorFreshness, CoverageSummary, FreshnessBudget, OrganizationFreshness, ScopeCoverage,
};
use qlrf_server::api::types::drift::DriftTrend;
use qlrf_server::api::types::overview::Overview;
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::trend::{Trend, TrendDay};
use qlrf_store::clock;
use reqwest::Method;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::drift;
use crate::inventory::{Estate, complete, host, hosts, partial};
use crate::support::{Answer, TestClient, TestServer, send};

const BUDGET: &str = "/api/v1/organization/freshness";

pub async fn scopes(client: &TestClient, query: &str) -> PageBody<ScopeCoverage> {
    client
        .get(&format!("/api/v1/coverage?limit=500&{query}"))
        .await
        .ok()
}

pub async fn summary(client: &TestClient) -> CoverageSummary {
    client.get("/api/v1/coverage/summary").await.ok()
}

/// How many assets a filter accepts.
pub async fn assets(client: &TestClient, q: &str) -> u64 {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?limit=500&q={q}")).await.ok();
    assert_eq!(page.total, page.items.len() as u64, "{q}");
    page.total
}

async fn overview(client: &TestClient, query: &str) -> Overview {
    client
        .get(&format!("/api/v1/overview/metrics?{query}"))
        .await
        .ok()
}

async fn put(client: &TestClient, path: &str, stale_hours: u32, unknown_hours: u32) -> Answer {
    let body = FreshnessBudget {
        stale_hours,
        unknown_hours,
    };
    send(client.request(Method::PUT, path).json(&body)).await
}

/// As if nothing had been listed for so many hours more.
pub async fn grow_older(server: &TestServer, hours: i64) {
    let mut admin = server.db.admin().await;
    for statement in [
        "UPDATE listing_run SET first_at = first_at - $1, last_at = last_at - $1",
        "UPDATE scope_gap SET opened_at = opened_at - $1, closed_at = closed_at - $1, completed_at = completed_at - $1",
        "UPDATE connector SET confirmed_at = confirmed_at - $1",
        "UPDATE scope SET attempted_at = attempted_at - $1, completed_at = completed_at - $1",
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded) - $1, upper(recorded))",
        "UPDATE asset_drift SET recorded = tstzrange(lower(recorded) - $1, upper(recorded))",
    ] {
        sqlx::query(statement)
            .bind(
                sqlx::postgres::types::PgInterval::try_from(std::time::Duration::from_secs(
                    hours.unsigned_abs() * 3_600,
                ))
                .unwrap(),
            )
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let mut tx = server.app.store.tenant(server.first.org).await.unwrap();
    clock::tick(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// One scope that is complete, one that was, one that never was and one that is not listed any more.
async fn uneven() -> (TestServer, TestClient, Estate) {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let never = || partial("never", vec![host("n1")]);
    let before = vec![
        complete("whole", hosts(0..3)),
        complete("once", hosts(10..12)),
        complete("gone", hosts(20..21)),
        never(),
    ];
    estate.collect(before).await;
    let after = vec![
        complete("whole", hosts(0..3)),
        partial("once", hosts(10..11)),
        never(),
    ];
    estate.collect(after).await;
    let client = server.client(Role::Admin).await;
    (server, client, estate)
}

#[tokio::test]
async fn every_number_of_the_ledger_is_the_list_behind_it() {
    let (_server, client, estate) = uneven().await;
    let CoverageSummary {
        scopes: of,
        assets: figures,
        codes,
        ..
    } = summary(&client).await;
    assert_eq!(
        (of.total, of.complete, of.partial, of.unlisted, of.never),
        (4, 1, 1, 1, 1)
    );
    assert_eq!((of.fresh, of.stale, of.unknown, of.complete_fresh), (4, 0, 0, 1));
    let lists = [
        ("", of.total),
        ("state=complete", of.complete),
        ("state=partial", of.partial),
        ("state=unlisted", of.unlisted),
        ("state=never", of.never),
        ("freshness=fresh", of.fresh),
        ("freshness=unknown", of.unknown),
        ("state=complete&freshness=fresh", of.complete_fresh),
        ("permission_gap=true", of.permission_gaps),
        ("code=permission_missing", codes[0].scopes),
        ("q=ONC", 1),
        (&format!("connector={}", estate.connector), of.total),
    ];
    for (query, expected) in lists {
        let page = scopes(&client, query).await;
        assert_eq!(
            (page.total, page.items.len() as u64),
            (expected as u64, expected as u64),
            "{query}"
        );
    }
    assert_eq!(
        (figures.total, figures.covered, figures.fresh, figures.unknown),
        (7, 3, 7, 0)
    );
    for (q, expected) in [
        ("freshness:fresh listed:complete", figures.covered),
        ("freshness:fresh", figures.fresh),
        ("freshness:stale", figures.stale),
        ("freshness:unknown", figures.unknown),
        ("-freshness:fresh,stale", figures.unknown),
        ("listed:partial", 3),
        ("listed:never", 1),
    ] {
        assert_eq!(assets(&client, q).await, expected, "{q}");
    }
    for scope in scopes(&client, "").await.items {
        assert_eq!(
            assets(&client, &format!("scope:{}", scope.id)).await,
            scope.assets_now,
            "{scope:?}"
        );
        assert_eq!(scope.permission_gap, scope.code.is_some(), "{scope:?}");
    }
    let one = summary(&client).await.connectors;
    assert_eq!(
        (one.len(), one[0].scopes, one[0].complete_fresh),
        (1, of.total, of.complete_fresh)
    );
    let health = overview(&client, "").await;
    assert_eq!(health.coverage.covered, figures.covered);
    let told = health.collection;
    assert_eq!(
        (told.scopes, told.scopes_complete, told.scopes_covered),
        (4, 1, 1)
    );
}

#[tokio::test]
async fn pages_of_the_ledger_neither_skip_nor_repeat() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let listing = |n: usize| match n % 3 {
        0 => partial(&format!("s{n:02}"), hosts(n * 10..n * 10 + 1)),
        _ => complete(&format!("s{n:02}"), hosts(n * 10..n * 10 + n)),
    };
    estate.collect((0..20).map(listing).collect()).await;
    let client = server.client(Role::Viewer).await;
    for sort in [
        "worst",
        "completed_at",
        "-completed_at",
        "account",
        "-account",
        "kind",
        "-assets",
    ] {
        let (mut seen, mut query) = (Vec::new(), format!("sort={sort}&limit=3"));
        loop {
            let page: PageBody<ScopeCoverage> = client.get(&format!("/api/v1/coverage?{query}")).await.ok();
            assert_eq!(page.total, 20);
            seen.extend(page.items.into_iter().map(|scope| scope.account));
            let Some(cursor) = page.next_cursor else { break };
            query = format!("sort={sort}&limit=3&cursor={cursor}");
        }
        assert_eq!(seen.len(), 20, "{sort}");
        if sort == "worst" {
            assert!(
                seen[..7]
                    .iter()
                    .all(|name| name[1..].parse::<u32>().unwrap() % 3 == 0),
                "{seen:?}"
            );
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 20, "{sort}");
    }
    for query in [
        "state=odd",
        "freshness=old",
        "sort=age",
        "as_of=2026-01-01T00:00:00Z",
    ] {
        client
            .get(&format!("/api/v1/coverage?{query}"))
            .await
            .problem(400, "invalid_request");
    }
}

/// What is unknown by age is found as such, and as nothing better.
async fn assert_found(client: &TestClient, aged: &Overview) {
    for (q, expected) in [
        ("drift:current", 0),
        ("drift:unknown", aged.drift.unknown),
        ("drift:outdated", aged.drift.outdated),
        ("updates:none", 0),
        ("updates:unknown", aged.security_updates.unknown),
        ("lag:newest", 0),
        ("findings:none", 0),
    ] {
        assert_eq!(assets(client, q).await, expected, "{q}");
    }
}

/// The trends end where the figures stand.
fn assert_ends(days: &[TrendDay], figures: &Overview) {
    let last = days.last().unwrap();
    let lag = &figures.patch_lag;
    assert_eq!(
        (last.patch_lag.measured, last.patch_lag.behind),
        (lag.measured, lag.behind)
    );
    assert_eq!(last.patch_lag.median_days, lag.median_days);
    assert_eq!(last.assets_judged, figures.findings.assets_judged.unwrap_or(0));
}

#[tokio::test]
async fn what_was_not_listed_for_long_is_not_called_current_any_more() {
    let server = TestServer::start().await;
    let (admin, _) = drift::estate(&server).await;
    let fresh = overview(&admin, "").await;
    let (all, current, outdated) = (fresh.assets.total, fresh.drift.current, fresh.drift.outdated);
    assert!(current > 0 && outdated > 0);
    grow_older(&server, 25).await;
    let stale = overview(&admin, "").await;
    assert_eq!((stale.coverage.stale, stale.coverage.covered), (all, 0));
    assert_eq!(
        stale.drift.current, current,
        "stale is still the best that is known"
    );
    grow_older(&server, 7 * 24).await;
    let known_until: Timestamp = now() - qlrf_core::time::Duration::days(5);
    let aged = overview(&admin, "").await;
    assert_eq!(aged.coverage.unknown, all);
    assert_eq!(
        (aged.drift.current, aged.drift.unknown),
        (0, fresh.drift.unknown + current)
    );
    assert_eq!((aged.drift.coverage_percent, aged.drift.total), (Some(0.0), all));
    assert_eq!(aged.drift.outdated, outdated, "what was bad is not forgotten");
    assert_eq!(
        aged.security_updates.assets_pending,
        fresh.security_updates.assets_pending
    );
    assert_eq!(
        aged.security_updates.known, aged.security_updates.assets_pending,
        "none is not claimed"
    );
    assert_found(&admin, &aged).await;
    let groups: Vec<AssetGroup> = admin.get("/api/v1/assets/groups?by=drift").await.ok();
    assert!(
        groups
            .iter()
            .all(|group| group.value.as_deref() != Some("current"))
    );
    let trend: DriftTrend = admin.get("/api/v1/drift/trends?days=3").await.ok();
    let last = trend.points.last().unwrap();
    assert_eq!(
        (last.tally.current, last.tally.unknown),
        (0, aged.drift.unknown),
        "the trend ends where the figure stands"
    );
    let Trend { points: days, .. } = admin.get("/api/v1/overview/trends?days=7").await.ok();
    assert_ends(&days, &aged);
    assert_eq!(
        days[6].patch_lag.measured, days[6].patch_lag.behind,
        "none is on the newest"
    );
    let then = known_until.format(&Rfc3339).unwrap();
    let past = overview(&admin, &format!("as_of={then}")).await;
    assert_eq!(
        (past.drift.current, past.coverage.stale),
        (current, all),
        "as it was told then"
    );
    let Trend { points: before, .. } = admin
        .get(&format!("/api/v1/overview/trends?days=7&as_of={then}"))
        .await
        .ok();
    assert_ends(&before, &past);
    assert!(before[6].patch_lag.measured > days[6].patch_lag.measured);
}

#[tokio::test]
async fn an_edge_site_that_is_on_the_network_once_a_month_may_say_so() {
    let server = TestServer::start().await;
    let (admin, id) = drift::estate(&server).await;
    let fresh = overview(&admin, "").await;
    let (all, current) = (fresh.assets.total, fresh.drift.current);
    grow_older(&server, 8 * 24).await;
    assert_eq!(overview(&admin, "").await.coverage.unknown, all);
    let own = format!("/api/v1/connectors/{id}/freshness");
    let set: ConnectorFreshness = put(&admin, &own, 24 * 30, 24 * 60).await.ok();
    assert!(set.is_own);
    let patient = overview(&admin, "").await;
    assert_eq!((patient.drift.current, patient.coverage.fresh), (current, all));
    let cleared: ConnectorFreshness = admin.delete(&own).await.ok();
    assert!(!cleared.is_own && cleared.budget.stale_hours == 24);
    assert_eq!(overview(&admin, "").await.coverage.unknown, all);
}

#[tokio::test]
async fn a_list_of_what_is_unknown_is_walked_to_its_end() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    estate.collect(vec![complete("a", hosts(0..5))]).await;
    let client = server.client(Role::Viewer).await;
    // The newest fact is as old as the listing: a page that told ages at that moment would call all of it fresh.
    grow_older(&server, 24 * 9).await;
    sqlx::query("UPDATE fact_clock SET at = at - interval '9 days'")
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    server.app.fleets.get(server.first.org, None).await.unwrap();
    let (mut seen, mut query) = (0, "q=freshness:unknown&limit=2".to_owned());
    loop {
        let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?{query}")).await.ok();
        assert!(page.items.iter().all(|asset| asset.freshness == "unknown"));
        (seen, _) = (seen + page.items.len(), assert_eq!(page.total, 5));
        let Some(cursor) = page.next_cursor else { break };
        query = format!("q=freshness:unknown&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, 5);
    let groups: Vec<AssetGroup> = client.get("/api/v1/assets/groups?by=freshness").await.ok();
    assert_eq!(
        groups
            .iter()
            .map(|group| (group.value.clone(), group.assets))
            .collect::<Vec<_>>(),
        [(None, 5)]
    );
    let suggested: Value = client.get("/api/v1/assets/suggest?q=freshness:").await.ok();
    assert!(suggested.to_string().contains("freshness:unknown"), "{suggested}");
}

#[tokio::test]
async fn an_asset_is_as_fresh_as_the_scope_that_lists_it() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    estate
        .collect(vec![complete("a", vec![host("m")]), partial("b", vec![])])
        .await;
    let client = server.client(Role::Viewer).await;
    assert_eq!(assets(&client, "freshness:fresh").await, 1);
    let page: PageBody<AssetSummary> = client.get("/api/v1/assets").await.ok();
    let one = format!("/api/v1/assets/{}", page.items[0].id);
    let asset: Asset = client.get(&one).await.ok();
    assert_eq!(
        (&asset.freshness[..], asset.confirmed_at),
        ("fresh", page.items[0].confirmed_at)
    );
    // Now the other scope has it, of which nobody ever saw the whole.
    estate
        .collect(vec![complete("a", vec![]), partial("b", vec![host("m")])])
        .await;
    assert_eq!(assets(&client, "listed:never").await, 1);
    let asset: Asset = client.get(&one).await.ok();
    assert_eq!((&asset.freshness[..], asset.confirmed_at), ("fresh", None));
}

#[tokio::test]
async fn a_budget_is_checked_and_belongs_to_its_organisation() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let own: OrganizationFreshness = admin.get(BUDGET).await.ok();
    assert!(own.is_default && own.budget.stale_hours == 24 && own.budget.unknown_hours == 168);
    for (stale, unknown) in [(0, 10), (10, 10), (20, 10), (9_000, 10_000), (1, 20_000)] {
        put(&admin, BUDGET, stale, unknown)
            .await
            .problem(400, "invalid_freshness");
    }
    let viewer = server.client(Role::Viewer).await;
    put(&viewer, BUDGET, 1, 2).await.problem(403, "forbidden");
    let set: OrganizationFreshness = put(&admin, BUDGET, 2, 48).await.ok();
    assert!(!set.is_default && set.since.is_some());
    let other = server.client_of(server.second, Role::Admin, None).await;
    let theirs: OrganizationFreshness = other.get(BUDGET).await.ok();
    assert!(theirs.is_default);
    let nobody = "/api/v1/connectors/01890a5d-ac96-774b-bcce-b302099a8057/freshness";
    put(&admin, nobody, 2, 48).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_history_of_collections_is_read_page_by_page() {
    let server = TestServer::start().await;
    let (admin, id) = drift::estate(&server).await;
    for _ in 0..4 {
        drift::collect(&server, &admin, id).await;
    }
    let path = format!("/api/v1/connectors/{id}/syncs");
    let whole: PageBody<Sync> = admin.get(&path).await.ok();
    assert_eq!((whole.total, whole.items.len()), (5, 5));
    assert!(
        whole.items.is_sorted_by(|a, b| a.queued_at >= b.queued_at),
        "the newest first"
    );
    assert_eq!(whole.items[0].unchanged as u64, drift::ASSETS);
    assert_eq!(whole.items[0].requests, Some(0), "the simulator asks nobody");
    let first: PageBody<Sync> = admin.get(&format!("{path}?limit=3")).await.ok();
    let cursor = first.next_cursor.unwrap();
    let second: PageBody<Sync> = admin.get(&format!("{path}?limit=3&cursor={cursor}")).await.ok();
    let ids = |page: &[Sync]| page.iter().map(|sync| sync.id).collect::<Vec<_>>();
    assert_eq!(
        [ids(&first.items), ids(&second.items)].concat(),
        ids(&whole.items)
    );
    assert!(second.next_cursor.is_none());
}

#[tokio::test]
async fn a_refused_configuration_names_the_field_that_is_wrong() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let fingerprint = format!("SHA256:{}", "A".repeat(43));
    let good = json!({"address": "10.20.0.7", "fingerprint": fingerprint});
    let refused = async |hosts: Value| {
        let config = json!({"hosts": hosts, "key": "env:KEY"});
        let body = json!({"name": "hosts", "kind": "ssh", "config": config});
        let problem = admin
            .post("/api/v1/connectors", &body)
            .await
            .problem(400, "connector_config_invalid");
        problem
            .errors
            .into_iter()
            .map(|field| field.path)
            .collect::<Vec<_>>()
    };
    for (hosts, place) in [
        (
            json!([good, {"address": "10.20.0.7", "port": "x"}]),
            "config.hosts[1].port",
        ),
        (json!([good, {"address": "10.20.0.8"}]), "config.hosts[1].address"),
        (
            json!([{"address": "a", "fingerprint": "x"}]),
            "config.hosts[0].fingerprint",
        ),
        (json!([good, good]), "config.hosts[1].address"),
        (json!([]), "config.hosts"),
    ] {
        assert_eq!(refused(hosts).await, [place]);
    }
    let body = json!({"name": " ", "kind": "sim"});
    let problem = admin
        .post("/api/v1/connectors", &body)
        .await
        .problem(400, "connector_config_invalid");
    assert_eq!(problem.errors[0].path, "name");
}
