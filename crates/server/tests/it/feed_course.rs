//! Feeds that are replaced as a whole: they go forward, whatever source they come from.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use qlrf_core::perm::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::host::advisory;
use crate::support::{Answer, TestClient, TestServer, send};
use crate::vulnerability::{EARLY, server_with, upload};

async fn import(client: &TestClient, feed: &str, query: &str, body: &str) -> Answer {
    let path = format!("/api/v1/feeds/{feed}/import?{query}");
    send(client.request(Method::POST, &path).body(body.to_owned())).await
}

fn catalogue(version: &str, cves: &[&str]) -> String {
    let entry =
        |cve: &&str| json!({ "cveID": cve, "vulnerabilityName": "broken", "dateAdded": "2026-01-01" });
    let entries: Vec<Value> = cves.iter().map(entry).collect();
    json!({ "catalogVersion": version, "count": cves.len(), "vulnerabilities": entries }).to_string()
}

fn scores(day: &str, score: &str) -> String {
    format!(
        "#model_version:v1,score_date:{day}T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,{score},0.5\n"
    )
}

async fn host_with_finding() -> (TestServer, TestClient) {
    let (server, client) = server_with(&[("openssl", "3.0.1-1")]).await;
    let record = advisory("CVE-2026-0001", "openssl", None, EARLY);
    upload(&client, "osv", &format!("{record}\n")).await.ok::<Value>();
    (server, client)
}

#[tokio::test]
async fn an_older_catalogue_is_refused_and_one_taken_on_purpose_does_not_stay() {
    let (_server, client) = host_with_finding().await;
    let exploited = async || -> bool {
        let found: Value = client.get("/api/v1/vulnerabilities/CVE-2026-0001").await.ok();
        !found["kev"].is_null()
    };
    let new = catalogue("2026.01.10", &["CVE-2026-0001", "CVE-2026-0002"]);
    let old = catalogue("2026.01.09", &["CVE-2026-0002"]);
    import(&client, "kev", "source=publisher", &new)
        .await
        .ok::<Value>();
    assert!(exploited().await);
    let refused = import(&client, "kev", "source=stick", &old).await;
    let problem = refused.problem(409, "feed_older_than_held");
    for said in ["2026-01-09", "2026-01-10", "publisher"] {
        assert!(problem.detail.contains(said), "{said}: {problem:?}");
    }
    let undated = "cveID,vulnerabilityName,dateAdded\nCVE-2026-0002,broken,2026-01-01\n";
    import(&client, "kev", "source=stick", undated)
        .await
        .problem(409, "feed_older_than_held");
    assert!(exploited().await, "what was held still holds");

    let taken: Value = import(&client, "kev", "source=stick&allow_older=true", &old)
        .await
        .ok();
    assert_eq!((&taken["unchanged"], exploited().await), (&json!(false), false));
    let again: Value = import(&client, "kev", "source=publisher", &new).await.ok();
    assert_eq!(again["unchanged"], false, "another source was read since");
    assert!(exploited().await);
    let once_more: Value = import(&client, "kev", "source=elsewhere", &new).await.ok();
    assert_eq!(once_more["unchanged"], true, "it is what is held");
}

#[tokio::test]
async fn scores_of_an_earlier_day_are_refused_and_those_of_the_same_day_are_not() {
    let (_server, client) = host_with_finding().await;
    import(&client, "epss", "source=a", &scores("2026-01-10", "0.5"))
        .await
        .ok::<Value>();
    import(&client, "epss", "source=b", &scores("2026-01-09", "0.25"))
        .await
        .problem(409, "feed_older_than_held");
    import(&client, "epss", "source=b", &scores("2026-01-10", "0.75"))
        .await
        .ok::<Value>();
    let back: Value = import(&client, "epss", "source=a", &scores("2026-01-10", "0.5"))
        .await
        .ok();
    assert_eq!(back["unchanged"], false);
    let found: Value = client.get("/api/v1/vulnerabilities/CVE-2026-0001").await.ok();
    assert_eq!(found["epss"]["score"], 0.5);
}

fn kev(feeds: &Value) -> &Value {
    let feeds = feeds["items"].as_array().unwrap();
    feeds.iter().find(|feed| feed["name"] == "kev").unwrap()
}

#[tokio::test]
async fn a_refused_upload_is_no_source() {
    let server = TestServer::start().await;
    let client = server.installer(Role::Admin).await;
    import(
        &client,
        "kev",
        "source=publisher",
        &catalogue("2026.01.02", &["CVE-2026-0001"]),
    )
    .await
    .ok::<Value>();
    let refused = import(&client, "kev", "source=wrong", "no catalogue").await;
    assert!((400..500).contains(&u16::from(refused.status)));
    let feeds: Value = client.get("/api/v1/feeds").await.ok();
    let held = kev(&feeds);
    assert_eq!(held["runs"].as_array().unwrap().len(), 1, "{held}");
    assert_eq!(held["runs"][0]["state"], "imported");
    let runs: Value = client.get("/api/v1/feeds/kev/runs").await.ok();
    assert_eq!(
        runs.as_array().unwrap().len(),
        2,
        "it still stands among the runs"
    );
    import(&client, "kev", "source=publisher", "no catalogue").await;
    let feeds: Value = client.get("/api/v1/feeds").await.ok();
    let held = kev(&feeds);
    assert_eq!(
        held["runs"][0]["state"], "failed",
        "that of a source that is held counts"
    );
}

#[tokio::test]
async fn a_record_that_was_not_read_is_told_by_the_name_of_the_file() {
    let server = TestServer::start().await;
    let client = server.installer(Role::Admin).await;
    let text = format!(
        "{}\nnonsense\n",
        advisory("CVE-2026-0001", "openssl", None, EARLY)
    );
    let imported: Value = import(&client, "osv", "source=carried.jsonl", &text).await.ok();
    assert_eq!(
        imported["first_problems"][0]["entry"], "carried.jsonl",
        "{imported}"
    );
}
