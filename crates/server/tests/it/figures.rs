//! Whatever a figure counts, a filter lists exactly that; and a figure of the past is the one of that moment.

use qlrf_core::perm::Role;
use qlrf_core::time::{Duration, now};
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::attention::Attention;
use qlrf_server::api::types::drift::{DriftSummary, DriftTrend};
use qlrf_server::api::types::overview::Overview;
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::search::FilterSuggestions;
use qlrf_server::api::types::trend::{Trend, VulnerabilityTrend};
use qlrf_server::api::types::vulnerability::{VulnerabilityOverview, VulnerabilityPage};
use qlrf_server::fleet::UrgencyCounts;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::drift::{ASSETS, estate};
use crate::host::{add_host, advisory, collect, host_root, status_of};
use crate::overview::aged;
use crate::support::{TestClient, TestServer};
use crate::vulnerability::{EARLY, upload};

async fn assets_of(client: &TestClient, q: &str) -> u64 {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?limit=1&q={q}")).await.ok();
    page.total
}

async fn sql(server: &TestServer, statement: &'static str) {
    sqlx::query(statement)
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
}

async fn urgency_of(client: &TestClient) -> UrgencyCounts {
    let overview: Overview = client.get("/api/v1/overview/metrics").await.ok();
    overview.findings.urgency.unwrap()
}

/// A catalogue of one, and estimates for two.
async fn score(client: &TestClient) {
    let epss = "#model_version:v2025.03.14,score_date:2026-11-01T12:00:00Z\ncve,epss,percentile\n\
                CVE-2026-0001,0.90000,0.99000\nCVE-2026-0002,0.00100,0.20000\n";
    upload(client, "epss", epss).await.ok::<Value>();
    let kev = json!({ "catalogVersion": "1", "count": 1, "vulnerabilities": [{
        "cveID": "CVE-2026-0002", "vulnerabilityName": "bash", "dateAdded": "2026-01-05", "dueDate": "2026-01-26",
        "knownRansomwareCampaignUse": "Known",
    }] });
    upload(client, "kev", &kev.to_string()).await.ok::<Value>();
}

#[tokio::test]
async fn each_urgency_lists_what_it_counts_and_too_little_knowledge_is_none() {
    let (_server, client) = aged().await;
    let record = advisory("CVE-2026-0002", "bash", None, EARLY);
    upload(&client, "osv", &format!("{record}\n")).await.ok::<Value>();
    let rated_alone = UrgencyCounts {
        unknown: 2,
        ..UrgencyCounts::default()
    };
    assert_eq!(
        urgency_of(&client).await,
        rated_alone,
        "a base score is less than half of it"
    );
    score(&client).await;
    let counts = urgency_of(&client).await;
    assert_eq!((counts.critical, counts.unknown), (1, 0), "{counts:?}");
    let summary: VulnerabilityOverview = client.get("/api/v1/vulnerabilities/summary").await.ok();
    assert_eq!(summary.counts.unwrap().urgency, counts);
    let mut listed = 0;
    for (level, count) in [
        ("critical", counts.critical),
        ("high", counts.high),
        ("medium", counts.medium),
        ("low", counts.low),
        ("unknown", counts.unknown),
    ] {
        let path = format!("/api/v1/vulnerabilities?urgency={level}");
        let page: VulnerabilityPage = client.get(&path).await.ok();
        assert_eq!(page.total, Some(count), "{level}");
        let levels = page.items.iter().map(|item| item.urgency.level.as_deref());
        assert!(
            levels
                .into_iter()
                .all(|found| found.unwrap_or("unknown") == level)
        );
        listed += count;
    }
    let several: VulnerabilityPage = client
        .get("/api/v1/vulnerabilities?urgency=critical,high,medium,low,unknown")
        .await
        .ok();
    assert_eq!(several.total, Some(listed));
    client
        .get("/api/v1/vulnerabilities?urgency=soon")
        .await
        .problem(400, "invalid_request");
    assert_eq!(assets_of(&client, "findings:exploited").await, 1);
}

#[tokio::test]
async fn each_day_is_as_urgent_as_it_was_when_it_ended() {
    let (server, client) = aged().await;
    score(&client).await;
    for statement in [
        "UPDATE epss SET since = since - interval '1 day'",
        "UPDATE feed_snapshot SET imported_at = imported_at - interval '1 day' WHERE feed = 'epss'",
        "UPDATE asset_fact SET exposure = 'internal'",
    ] {
        sql(&server, statement).await;
    }
    let trend: Trend = client.get("/api/v1/overview/trends?days=7").await.ok();
    let by_day: Vec<Option<UrgencyCounts>> = trend
        .points
        .iter()
        .map(|point| point.findings.as_ref().map(|findings| findings.urgency))
        .collect();
    for (day, point) in by_day.iter().zip(&trend.points).take(6) {
        let end = format!("{}T23:59:59.999999Z", point.day);
        let then: Overview = client
            .get(&format!("/api/v1/overview/metrics?as_of={end}"))
            .await
            .ok();
        assert_eq!(*day, then.findings.urgency, "{}", point.day);
    }
    assert_eq!(by_day[6], Some(urgency_of(&client).await));
    let known: Vec<bool> = by_day.iter().map(Option::is_some).collect();
    assert_eq!(known, [false, false, false, false, true, true, true]);
    let urgent = |day: usize| by_day[day].map(|counts| (counts.unknown, counts.critical + counts.high));
    assert_eq!(urgent(4), Some((1, 0)), "without an estimate too little is known");
    assert_eq!(urgent(5), Some((0, 1)), "with it, it is urgent");
}

#[tokio::test]
async fn every_figure_of_the_overview_has_a_filter_that_lists_it() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    sql(
        &server,
        "UPDATE asset_fact SET pending_security = (ascii(right(name, 1)) % 3) WHERE right(name, 1) > '3'",
    )
    .await;
    let overview: Overview = admin.get("/api/v1/overview/metrics").await.ok();
    let (lag, updates) = (&overview.patch_lag, &overview.security_updates);
    let summary: DriftSummary = admin.get("/api/v1/drift/summary").await.ok();
    assert!(lag.critical > 0 && updates.assets_pending > 0 && updates.unknown > 0);
    for (q, figure) in [
        ("drift:current", overview.drift.current),
        ("lag:newest", lag.measured - lag.behind),
        ("lag:fresh", lag.fresh),
        ("lag:warning", lag.warning),
        ("lag:critical", summary.ages.critical),
        ("lag:undated", lag.undated),
        ("lag:unknown", overview.assets.total - lag.measured),
        ("lag:fresh,warning,critical,undated", lag.behind),
        ("-lag:critical", ASSETS - lag.critical),
        ("updates:due", updates.assets_pending),
        ("updates:none", updates.known - updates.assets_pending),
        ("updates:unknown", updates.unknown),
        ("findings:unknown", ASSETS),
    ] {
        assert_eq!(assets_of(&admin, q).await, figure, "{q}");
    }
    assert_eq!(lag.critical, summary.ages.critical);
    let suggested: FilterSuggestions = admin.get("/api/v1/assets/suggest?q=lag%3A").await.ok();
    let each: u64 = suggested.items.iter().filter_map(|item| item.assets).sum();
    assert_eq!(each, ASSETS, "an asset has one lag");
    admin
        .get("/api/v1/assets?q=lag:old")
        .await
        .problem(400, "invalid_filter");
}

#[tokio::test]
async fn what_needs_somebody_lists_exactly_the_assets_that_it_counts() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    for q in ["", "env:prod"] {
        let found: Attention = admin.get(&format!("/api/v1/overview/attention?q={q}")).await.ok();
        let kinds: Vec<&str> = found.items.iter().map(|item| &item.kind[..]).collect();
        assert!(
            kinds.contains(&"image_behind") && kinds.contains(&"drift_unknown"),
            "{kinds:?}"
        );
        for item in found.items.iter().filter(|item| item.assets.is_some()) {
            let filter = item.filter.as_deref().unwrap();
            assert_eq!(Some(assets_of(&admin, filter).await), item.assets, "{filter}");
            assert!(filter.starts_with(q));
            let first = &item.sites[0];
            let there = format!("{filter} site:{}", first.value.as_deref().unwrap_or("unknown"));
            assert_eq!(assets_of(&admin, &there).await, first.assets, "{there}");
        }
        let places = ["critical", "warning", "unknown"];
        let levels = found
            .items
            .iter()
            .map(|item| places.iter().position(|level| *level == item.level));
        assert!(levels.is_sorted(), "the worst first");
    }
}

#[tokio::test]
async fn drift_trends_end_at_the_moment_that_is_asked_for() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    for statement in [
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded) - interval '3 days', upper(recorded))",
        "UPDATE asset_drift SET recorded = tstzrange(lower(recorded) - interval '3 days', upper(recorded))",
    ] {
        sql(&server, statement).await;
    }
    let trend = async |as_of: Option<i64>| -> DriftTrend {
        let moment = as_of.map(|days| (now() - Duration::days(days)).format(&Rfc3339).unwrap());
        let as_of = moment.map_or(String::new(), |moment| format!("&as_of={moment}"));
        admin
            .get(&format!("/api/v1/drift/trends?days=2{as_of}"))
            .await
            .ok()
    };
    let totals =
        |trend: &DriftTrend| -> Vec<u64> { trend.points.iter().map(|point| point.tally.total).collect() };
    assert_eq!(totals(&trend(None).await), [ASSETS, ASSETS]);
    let past = trend(Some(2)).await;
    assert_eq!(totals(&past), [ASSETS, ASSETS]);
    let day = (now() - Duration::days(2)).date().to_string();
    assert_eq!(past.points.last().unwrap().day, day);
    assert_eq!(totals(&trend(Some(3)).await)[0], 0, "before it was judged");
    assert_eq!(totals(&trend(Some(5)).await), [0, 0]);
}

#[tokio::test]
async fn a_vulnerability_is_told_over_time_until_it_is_fixed() {
    let server = TestServer::start().await;
    let root = host_root();
    let status = root.path().join("var/lib/dpkg/status");
    std::fs::write(&status, status_of(&[("openssl", "3.0.1-1")])).unwrap();
    let (store, org) = (server.db.store(), server.first.org);
    let connector = add_host(store, org, root.path()).await;
    collect(store, org, connector).await;
    let client = server.installer(Role::Engineer).await;
    let record = advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY);
    upload(&client, "osv", &format!("{record}\n")).await.ok::<Value>();
    for statement in [
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded) - interval '3 days', NULL)",
        "UPDATE package_match SET recorded = tstzrange(lower(recorded) - interval '2 days', NULL)",
    ] {
        sql(&server, statement).await;
    }
    std::fs::write(&status, status_of(&[("openssl", "3.0.2-1")])).unwrap();
    collect(store, org, connector).await;
    let path = "/api/v1/vulnerabilities/cve-2026-0001/trends?days=5";
    let trend: VulnerabilityTrend = client.get(path).await.ok();
    let days: Vec<_> = trend
        .points
        .iter()
        .map(|point| (point.assets_with_software, point.affected, point.fixed))
        .collect();
    assert_eq!(
        days,
        [
            (0, None, None),
            (1, None, None),
            (1, Some(1), Some(0)),
            (1, Some(1), Some(0)),
            (1, Some(0), Some(1)),
        ]
    );
    assert_eq!(trend.known_since, trend.points[2].day);
    let yesterday = (now() - Duration::days(1)).format(&Rfc3339).unwrap();
    let then: VulnerabilityTrend = client.get(&format!("{path}&as_of={yesterday}")).await.ok();
    assert_eq!(then.points[4].affected, Some(1));
    let elsewhere: VulnerabilityTrend = client.get(&format!("{path}&q=env:stage")).await.ok();
    assert_eq!(elsewhere.points[3].affected, Some(0));
    let other = server.client_of(server.second, Role::Engineer, None).await;
    other.get(path).await.problem(404, "not_found");
    client
        .get("/api/v1/vulnerabilities/CVE-1999-0001/trends")
        .await
        .problem(404, "not_found");
}
