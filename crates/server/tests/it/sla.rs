//! How long a finding may stay open: who says so, and from when on.

use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::api::types::image::Image;
use qlrf_server::api::types::link_rule::LinkRule;
use qlrf_server::api::types::organization::{OrganizationSla, SlaTimes};
use qlrf_server::api::types::vulnerability::VulnerabilitySummary;
use qlrf_server::app::drift;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::image::register;
use crate::overview::aged;
use crate::support::{Answer, TestClient, send};

const SLA: &str = "/api/v1/organization/sla";

/// Hours from the finding to its date.
async fn hours(client: &TestClient, query: &str) -> i64 {
    let path = format!("/api/v1/vulnerabilities/CVE-2026-0001{query}");
    let found: VulnerabilitySummary = client.get(&path).await.ok();
    let sla = found.sla.unwrap();
    (sla.due - sla.since).whole_hours()
}

async fn put(client: &TestClient, body: &impl Serialize) -> Answer {
    send(client.request(Method::PUT, SLA).json(body)).await
}

fn times(critical_hours: u32) -> SlaTimes {
    SlaTimes {
        critical_hours,
        high_days: 30,
        medium_days: 60,
        low_days: 90,
    }
}

#[tokio::test]
async fn an_organisation_sets_its_own_times_and_the_past_keeps_those_of_then() {
    let (server, client) = aged().await;
    let admin = server.client(Role::Admin).await;
    let own: OrganizationSla = admin.get(SLA).await.ok();
    assert!(own.is_default && own.since.is_none() && own.times.critical_hours == 24);
    assert_eq!(hours(&client, "").await, 24);
    let late = async || -> Value { client.get("/api/v1/vulnerabilities?sla=breached").await.ok() };
    assert_eq!(late().await["total"], 1, "known for two days");
    put(&client, &times(96)).await.problem(403, "forbidden");
    for (body, code) in [
        (
            json!({"critical_hours": 0, "high_days": 7, "medium_days": 30, "low_days": 90}),
            "invalid_request",
        ),
        (
            json!({"critical_hours": 24, "high_days": 40, "medium_days": 30, "low_days": 90}),
            "invalid_sla",
        ),
        (
            json!({"critical_hours": 24, "high_days": 7, "medium_days": 30}),
            "invalid_request",
        ),
    ] {
        let answer = put(&admin, &body).await;
        let status = answer.status.as_u16();
        answer.problem(status, code);
        assert!((400..500).contains(&status));
    }
    let before = now().format(&Rfc3339).unwrap();
    let set: OrganizationSla = put(&admin, &times(96)).await.ok();
    assert!(!set.is_default && set.times == times(96));
    assert_eq!(hours(&client, "").await, 96);
    assert_eq!(late().await["total"], 0, "in time by the new times");
    assert_eq!(
        hours(&client, &format!("?as_of={before}")).await,
        24,
        "as it was told then"
    );
    let second: OrganizationSla = put(&admin, &times(48)).await.ok();
    assert!(second.since > set.since);
    let other = server.client_of(server.second, Role::Admin, None).await;
    let theirs: OrganizationSla = other.get(SLA).await.ok();
    assert!(theirs.is_default);
}

#[tokio::test]
async fn a_contract_that_states_times_keeps_them_for_the_assets_that_run_it() {
    let (server, client) = aged().await;
    let admin = server.client(Role::Admin).await;
    put(&admin, &times(48)).await.ok::<OrganizationSla>();
    let text = "schema: v1\nid: base\nversion: \"1\"\nos: {name: debian, version: \"12\"}\n\
                baseline_packages: [openssl]\nsla: {critical_hours: 12}\n";
    register(&admin, "base:1", text).await.ok::<Image>();
    assert_eq!(hours(&client, "").await, 48, "nothing runs it");
    let rule = json!({"name": "host", "selector": {"name": "host-1"}, "family": "base", "version": "1"});
    admin.post("/api/v1/link-rules", &rule).await.ok::<LinkRule>();
    drift::reconcile(&server.app.store, server.first.org)
        .await
        .unwrap();
    assert_eq!(hours(&client, "").await, 12);
    let told: OrganizationSla = admin.get(SLA).await.ok();
    assert_eq!((told.contracts, told.times.critical_hours), (1, 48));
}
