//! The state of the estate over time, what needs somebody, and the first steps.

use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::attention::{
    Attention, AttentionItem, DataHealth, Onboarding, OnboardingStep, SimulatedRemoved,
};
use qlrf_server::api::types::image::ImageSummary;
use qlrf_server::api::types::overview::Overview;
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::trend::{DriftReport, DriftReports, FindingDay, Trend, TrendDay};
use qlrf_server::fleet::UrgencyCounts;
use serde_json::{Value, json};

use crate::drift::{ASSETS, estate};
use crate::host::advisory;
use crate::support::{TestClient, TestServer};
use crate::vulnerability::{EARLY, server_with, upload};

/// A host whose facts are five days old, and a feed that has named its openssl for two.
pub async fn aged() -> (TestServer, TestClient) {
    let (server, client) = server_with(&[("openssl", "3.0.1-1"), ("bash", "5.2-1")]).await;
    let record = advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY);
    upload(&client, "osv", &format!("{record}\n")).await.ok::<Value>();
    for statement in [
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded) - interval '5 days', NULL)",
        "UPDATE asset SET first_seen = first_seen - interval '5 days'",
        "UPDATE package_match SET recorded = tstzrange(lower(recorded) - interval '2 days', NULL)",
        "UPDATE feed_snapshot SET imported_at = imported_at - interval '2 days'",
        "UPDATE feed_ecosystem SET since = since - interval '2 days'",
    ] {
        sqlx::query(statement)
            .execute(&mut server.db.admin().await)
            .await
            .unwrap();
    }
    (server, client)
}

#[tokio::test]
async fn findings_are_told_for_the_days_on_which_they_were_open() {
    let (server, client) = aged().await;
    let trend: Trend = client.get("/api/v1/overview/trends?days=7").await.ok();
    let assets: Vec<u64> = trend
        .points
        .iter()
        .map(|point| point.assets_with_software)
        .collect();
    assert_eq!(assets, [0, 1, 1, 1, 1, 1, 1]);
    // A base score alone is too little to say how urgent it is.
    let open = FindingDay {
        critical: 1,
        urgency: UrgencyCounts {
            unknown: 1,
            ..UrgencyCounts::default()
        },
        ..FindingDay::default()
    };
    let findings: Vec<_> = trend.points.iter().map(|point| point.findings.clone()).collect();
    assert_eq!(
        findings[..4],
        [None, None, None, None],
        "nothing was known before the feed"
    );
    assert_eq!(findings[4..], vec![Some(open.clone()); 3]);
    let judged: Vec<u64> = trend.points.iter().map(|point| point.assets_judged).collect();
    assert_eq!(judged, [0, 0, 0, 0, 1, 1, 1]);
    let elsewhere: Trend = client
        .get("/api/v1/overview/trends?days=1&q=env:stage")
        .await
        .ok();
    assert_eq!(elsewhere.points[0].findings, Some(FindingDay::default()));
    let longest: Trend = client.get("/api/v1/overview/trends?days=90").await.ok();
    assert_eq!(
        (longest.points.len(), longest.points[89].findings.as_ref()),
        (90, Some(&open))
    );
    for query in ["days=0", "days=91", "days=x", "colour=red"] {
        client
            .get(&format!("/api/v1/overview/trends?{query}"))
            .await
            .problem(400, "invalid_request");
    }
    let other = server.client_of(server.second, Role::Admin, None).await;
    let nothing: Trend = other.get("/api/v1/overview/trends?days=1").await.ok();
    assert_eq!(nothing.points[0].assets_with_software, 0);
}

/// Advisories of another distribution say nothing of this host, however long they are held.
#[tokio::test]
async fn a_day_is_judged_by_advisories_that_speak_of_what_ran() {
    let (server, client) = server_with(&[("openssl", "3.0.1-1")]).await;
    let mut elsewhere = advisory("CVE-2026-0002", "openssl", None, EARLY);
    elsewhere["affected"][0]["package"]["ecosystem"] = "Alpine:v3.19".into();
    upload(&client, "osv", &format!("{elsewhere}\n"))
        .await
        .ok::<Value>();
    for statement in [
        "UPDATE asset_fact SET recorded = tstzrange(lower(recorded) - interval '5 days', NULL)",
        "UPDATE feed_snapshot SET imported_at = imported_at - interval '4 days'",
        "UPDATE feed_ecosystem SET since = since - interval '4 days'",
    ] {
        sqlx::query(statement)
            .execute(&mut server.db.admin().await)
            .await
            .unwrap();
    }
    let days = async || -> Vec<(u64, u64, bool)> {
        let trend: Trend = client.get("/api/v1/overview/trends?days=4").await.ok();
        let day = |point: &TrendDay| {
            (
                point.assets_with_software,
                point.assets_judged,
                point.findings.is_some(),
            )
        };
        trend.points.iter().map(day).collect()
    };
    assert_eq!(days().await, [(1, 0, false); 4]);
    let own = advisory("CVE-2026-0001", "bash", None, EARLY);
    upload(&client, "osv", &format!("{own}\n")).await.ok::<Value>();
    assert_eq!(
        days().await,
        [(1, 0, false), (1, 0, false), (1, 0, false), (1, 1, true)]
    );
}

fn of_kind<'a>(attention: &'a Attention, kind: &str) -> Vec<&'a AttentionItem> {
    attention.items.iter().filter(|item| item.kind == kind).collect()
}

#[tokio::test]
async fn what_is_late_is_asked_for_and_comes_before_what_is_missing() {
    let (server, client) = aged().await;
    let late: Value = client.get("/api/v1/vulnerabilities?sla=breached").await.ok();
    assert_eq!(
        (&late["total"], &late["items"][0]["id"]),
        (&json!(1), &json!("CVE-2026-0001"))
    );
    let running: Value = client.get("/api/v1/vulnerabilities?sla=running").await.ok();
    assert_eq!(running["total"], 0);
    let found: Attention = client.get("/api/v1/overview/attention").await.ok();
    let first = &found.items[0];
    assert_eq!(
        (&first.kind[..], &first.level[..], first.assets),
        ("past_sla", "critical", Some(1))
    );
    assert_eq!(
        (first.simulated, first.filter.as_deref()),
        (0, Some("cve:CVE-2026-0001"))
    );
    let listed = first.filter.as_deref().unwrap();
    let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?q={listed}")).await.ok();
    assert_eq!(Some(page.total), first.assets, "the filter lists exactly these");
    let csv = client.get("/api/v1/vulnerabilities/export").await.text();
    assert!(csv.lines().nth(1).unwrap().starts_with("CVE-2026-0001,"), "{csv}");
    let empty = of_kind(&found, "feed_empty");
    assert!(
        empty.len() == 2 && empty.iter().all(|item| item.level == "warning"),
        "kev and epss"
    );
    let kev = json!({ "catalogVersion": "1", "count": 1, "vulnerabilities": [{
        "cveID": "CVE-2026-0001", "vulnerabilityName": "openssl", "dateAdded": "2026-01-05", "dueDate": "2026-01-26",
        "knownRansomwareCampaignUse": "Known",
    }] });
    upload(&client, "kev", &kev.to_string()).await.ok::<Value>();
    let found: Attention = client.get("/api/v1/overview/attention").await.ok();
    assert_eq!(
        (
            of_kind(&found, "known_exploited").len(),
            of_kind(&found, "past_sla").len()
        ),
        (1, 0)
    );
    let scoped = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::AssetRead]))
        .await;
    let unseen: Attention = scoped.get("/api/v1/overview/attention").await.ok();
    assert!(unseen.items.is_empty());
    let told: Vec<&str> = unseen.totals.iter().map(|total| &total.kind[..]).collect();
    assert_eq!(told, ["identity_conflict"], "what may be read with the assets");
    let other = server.client_of(server.second, Role::Admin, None).await;
    let theirs: Attention = other.get("/api/v1/overview/attention").await.ok();
    let exploited = theirs
        .totals
        .iter()
        .find(|total| total.kind == "known_exploited")
        .unwrap();
    assert_eq!(exploited.total, None, "nothing of theirs was judged");
}

#[tokio::test]
async fn a_revoked_image_that_still_runs_needs_somebody() {
    let server = TestServer::start().await;
    let (admin, connector) = estate(&server).await;
    let images: PageBody<ImageSummary> = admin.get("/api/v1/images?sort=-running&limit=1").await.ok();
    let image = &images.items[0];
    let path = format!("/api/v1/images/{}/revoke", image.id);
    assert!(
        admin
            .post(&path, &json!({"reason": "a key was left in it"}))
            .await
            .status
            .is_success()
    );
    let found: Attention = admin.get("/api/v1/overview/attention").await.ok();
    let revoked = of_kind(&found, "image_revoked");
    assert_eq!(
        (revoked[0].assets, revoked[0].simulated),
        (Some(image.running), image.running)
    );
    assert!(revoked[0].why.contains("a key was left in it"));
    let health: DataHealth = admin.get("/api/v1/overview/health").await.ok();
    let syncs: Value = admin
        .get(&format!("/api/v1/connectors/{connector}/syncs"))
        .await
        .ok();
    let complete = u64::from(syncs["items"][0]["outcome"] == "complete");
    assert_eq!((health.connectors, health.connectors_complete), (1, complete));
    let coverage: Value = admin.get("/api/v1/coverage/summary").await.ok();
    assert_eq!(json!(health.scopes_complete), coverage["scopes"]["complete"]);
    assert_eq!(health.gaps, health.scopes - health.scopes_complete);
    assert!(health.feeds.iter().all(|feed| feed.age_s.is_none()));
}

async fn reports(client: &TestClient, query: &str) -> Vec<DriftReport> {
    let reports: DriftReports = client.get(&format!("/api/v1/drift/reports{query}")).await.ok();
    reports.items
}

#[tokio::test]
async fn the_simulated_estate_comes_and_goes_in_reports_and_leaves_at_once() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let overview: Overview = admin.get("/api/v1/overview/metrics").await.ok();
    let drifted = overview.drift.outdated + overview.drift.ahead;
    let trend: Trend = admin.get("/api/v1/overview/trends?days=1").await.ok();
    let lag = &trend.points[0].patch_lag;
    let now = &overview.patch_lag;
    assert_eq!(
        (lag.measured, lag.behind, lag.median_days, lag.p90_days),
        (now.measured, now.behind, now.median_days, now.p90_days)
    );
    let before = reports(&admin, "").await;
    assert_eq!(before.len(), 1);
    let first = &before[0];
    assert_eq!(
        (first.first_judged, first.opened - first.closed, first.left),
        (ASSETS, drifted, 0)
    );
    assert_eq!(first.assets, first.simulated);
    let steps: Onboarding = admin.get("/api/v1/onboarding").await.ok();
    assert_eq!((steps.simulated.connectors, steps.simulated.assets), (1, ASSETS));
    assert!(
        steps.steps.iter().all(|step| !step.done && step.fact.is_none()),
        "what is made up ticks nothing"
    );
    let viewer = server.client(Role::Viewer).await;
    viewer.delete("/api/v1/simulated").await.problem(403, "forbidden");
    let removed: SimulatedRemoved = admin.delete("/api/v1/simulated").await.ok();
    assert_eq!((removed.connectors_removed, removed.assets_removed), (1, ASSETS));
    assert_eq!(removed.image_versions_kept, steps.simulated.image_versions);
    let after = reports(&admin, "?days=1").await;
    assert_eq!((after[0].left, after[0].opened - after[0].closed), (ASSETS, 0));
    let page: PageBody<AssetSummary> = admin.get("/api/v1/assets").await.ok();
    assert_eq!(page.total, 0);
    let again: SimulatedRemoved = admin.delete("/api/v1/simulated").await.ok();
    assert_eq!((again.connectors_removed, again.assets_removed), (0, 0));
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    assert!(reports(&stranger, "").await.is_empty());
}

#[tokio::test]
async fn a_step_is_ticked_by_a_fact() {
    let (_server, client) = aged().await;
    let steps: Onboarding = client.get("/api/v1/onboarding").await.ok();
    let done: Vec<_> = steps
        .steps
        .iter()
        .map(|step| (&step.step[..], step.done))
        .collect();
    let expected = [
        ("host_seen", true),
        ("feed_present", true),
        ("contract_registered", false),
        ("image_linked", false),
        ("connector_added", false),
    ];
    assert_eq!(done, expected);
    assert!(
        steps.steps[0].fact.as_ref().unwrap().contains("host-1"),
        "{steps:?}"
    );
    assert!(steps.steps[0].since.is_some() && steps.simulated.assets == 0);
}

#[tokio::test]
async fn the_feed_step_is_ticked_by_advisories_for_what_runs_here() {
    let (_server, client) = server_with(&[("openssl", "3.0.1-1")]).await;
    let step = async || -> OnboardingStep {
        let steps: Onboarding = client.get("/api/v1/onboarding").await.ok();
        steps
            .steps
            .into_iter()
            .find(|step| step.step == "feed_present")
            .unwrap()
    };
    let kev = "cveID,vulnerabilityName,dateAdded\nCVE-2026-0001,Broken,2026-01-01\n";
    let epss = "cve,epss,percentile\nCVE-2026-0001,0.5,0.5\n";
    let mut elsewhere = advisory("CVE-2026-0001", "openssl", None, EARLY);
    elsewhere["affected"][0]["package"]["ecosystem"] = "Alpine:v3.19".into();
    for (feed, body) in [("kev", kev), ("epss", epss), ("osv", &format!("{elsewhere}\n"))] {
        upload(&client, feed, body).await.ok::<Value>();
        let step = step().await;
        assert!(
            !step.done && step.fact.is_none() && step.since.is_none(),
            "{feed}: {step:?}"
        );
        assert_eq!(
            step.missing.as_deref(),
            Some("no advisories are held for Debian:12")
        );
    }
    let own = advisory("CVE-2026-0002", "bash", None, EARLY);
    upload(&client, "osv", &format!("{own}\n")).await.ok::<Value>();
    let step = step().await;
    assert_eq!(
        (step.done, step.fact.as_deref(), step.missing),
        (true, Some("advisories are held for Debian:12"), None)
    );
    assert!(step.since.is_some());
}
