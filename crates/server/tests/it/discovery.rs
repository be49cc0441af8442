//! `cve.discovered`: who is told, when, and how often.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use qlrf_core::perm::Role;
use qlrf_server::app::discovery::TOLD_ONE_BY_ONE_MAX;
use qlrf_server::app::janitor;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::event;
use crate::host::{Estate, add_host, advisory, collect, host_root, import_as, lines, status_of};
use crate::support::TestServer;

const EARLY: &str = "2026-01-02T00:00:00Z";
const LATE: &str = "2026-01-03T00:00:00Z";
const LATER: &str = "2026-01-04T00:00:00Z";

async fn told(admin: &mut PgConnection, event_type: &str) -> Vec<Value> {
    sqlx::query_scalar("SELECT data FROM outbox WHERE type = $1 ORDER BY xid, id")
        .bind(event_type)
        .fetch_all(admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_import_tells_those_who_have_it_and_nobody_else() {
    let server = TestServer::start().await;
    let root = host_root();
    std::fs::write(
        root.path().join("var/lib/dpkg/status"),
        status_of(&[("openssl", "3.0.1-1")]),
    )
    .unwrap();
    let connector = add_host(server.db.store(), server.first.org, root.path()).await;
    collect(server.db.store(), server.first.org, connector).await;
    let viewer = server.client(Role::Viewer).await;
    let mut live = event::open(&viewer, None).await;
    let records = [
        advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY),
        advisory("CVE-2026-0002", "bash", None, EARLY),
    ];
    let installer = server.installer(Role::Engineer).await;
    let imported: Value = installer.post("/api/v1/cve/ingest", &json!(records)).await.ok();
    // What the collection told is held back while other transactions are under way, and may come only now.
    let event = loop {
        let (_, event) = live.next().await;
        if event["type"] != "asset.discovered" && event["type"] != "inventory.collected" {
            break event;
        }
    };
    assert_eq!(
        (&event["type"], &event["subject"]),
        (&json!("cve.discovered"), &json!("advisories/CVE-2026-0001"))
    );
    let expected = json!({
        "advisory_id": "CVE-2026-0001", "cves": ["CVE-2026-0001"], "summary": "openssl is broken",
        "severity": "critical", "kev": null, "assets": 1, "simulated_assets": 0, "cause": "feed",
        "snapshot_id": imported["snapshot_id"],
    });
    assert_eq!(event["data"], expected);
    assert_eq!(live.next().await.1["type"], "feed.synced");
    let theirs = server.client_of(server.second, Role::Admin, None).await;
    let activity = event::told_until(&theirs, "feed.synced").await;
    assert!(!activity.contains("cve.discovered"), "{activity}");
}

#[tokio::test]
async fn it_is_told_once_and_not_again_when_only_its_fix_changes_or_it_is_gone_for_a_moment() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    for fixed in [None, Some("3.0.2-1")] {
        let modified = if fixed.is_none() { EARLY } else { LATE };
        estate
            .import_records(&[advisory("CVE-2026-0001", "openssl", fixed, modified)])
            .await
            .unwrap();
    }
    estate.runs(&[("openssl", "3.0.2-1")]).await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    assert_eq!(janitor::forget_gone(estate.db.store()).await.unwrap(), 0);
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
    assert_eq!(
        told(&mut estate.db.admin().await, "cve.discovered").await.len(),
        1
    );
}

#[tokio::test]
async fn what_nothing_had_any_more_is_told_again_when_it_comes_back() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1"), ("bash", "5.2-1")]).await;
    let records = [
        advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY),
        advisory("CVE-2026-0002", "bash", None, EARLY),
    ];
    estate.import_records(&records).await.unwrap();
    estate.runs(&[("openssl", "3.0.2-1"), ("bash", "5.2-1")]).await;
    assert_eq!(janitor::forget_gone(estate.db.store()).await.unwrap(), 1);
    estate.runs(&[("openssl", "3.0.1-1"), ("bash", "5.2-1")]).await;
    let events = told(&mut estate.db.admin().await, "cve.discovered").await;
    let mut ids: Vec<&Value> = events.iter().map(|event| &event["advisory_id"]).collect();
    ids.sort_by_key(|id| id.to_string());
    assert_eq!(ids, ["CVE-2026-0001", "CVE-2026-0001", "CVE-2026-0002"]);
    // Gone because the advisory was corrected, and back because it was corrected again.
    for (fixed, modified) in [("3.0.1-1", LATE), ("3.0.2-1", LATER)] {
        let corrected = advisory("CVE-2026-0001", "openssl", Some(fixed), modified);
        estate.import_records(&[corrected]).await.unwrap();
        janitor::forget_gone(estate.db.store()).await.unwrap();
    }
    let events = told(&mut estate.db.admin().await, "cve.discovered").await;
    assert_eq!(events.len(), 4);
    assert_eq!(events[3]["cause"], "feed");
}

#[tokio::test]
async fn a_fact_that_brings_the_package_tells_in_its_own_transaction() {
    let estate = Estate::new().await;
    let kev = tempfile::NamedTempFile::new().unwrap();
    let listed = "cveID,vulnerabilityName,dateAdded\nCVE-2026-0001,Broken,2026-01-01\n";
    std::fs::write(kev.path(), listed).unwrap();
    import_as(estate.db.store(), "kev", kev.path(), "kev")
        .await
        .unwrap();
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    estate.runs(&[("bash", "5.2-1")]).await;
    let mut admin = estate.db.admin().await;
    assert!(told(&mut admin, "cve.discovered").await.is_empty());
    estate.runs(&[("bash", "5.2-1"), ("openssl", "3.0.1-1")]).await;
    let events = told(&mut admin, "cve.discovered").await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["cause"], &events[0]["kev"], &events[0]["assets"]),
        (&json!("inventory"), &json!(true), &json!(1))
    );
    let together: bool = sqlx::query_scalar(
        "SELECT o.xid = u.xid FROM outbox o, outbox u WHERE o.type = 'cve.discovered' AND u.type = 'asset.updated'",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert!(together, "the fact and what it means commit together");
}

#[tokio::test]
async fn of_many_at_once_the_worst_are_told_and_all_are_counted() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    let many = TOLD_ONE_BY_ONE_MAX + 50;
    let records: Vec<Value> = (0..many)
        .map(|n| {
            let mut record = advisory(&format!("CVE-2026-{n:05}"), "openssl", None, EARLY);
            if n < 20 {
                record["severity"] = json!([]);
            }
            record
        })
        .collect();
    let file = lines(&records);
    import_as(estate.db.store(), "osv", file.path(), "many")
        .await
        .unwrap();
    let mut admin = estate.db.admin().await;
    let events = told(&mut admin, "cve.discovered").await;
    assert_eq!(events.len(), TOLD_ONE_BY_ONE_MAX);
    assert!(
        events.iter().all(|event| event["severity"] == "critical"),
        "the worst first"
    );
    let summary = told(&mut admin, "cve.discovered_summary").await;
    assert_eq!(summary.len(), 1);
    assert_eq!(summary[0]["advisories"], many);
    assert_eq!(
        (
            &summary[0]["by_severity"]["critical"],
            &summary[0]["by_severity"]["unknown"]
        ),
        (&json!(many - 20), &json!(20))
    );
}
