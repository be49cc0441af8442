//! Feeds that are fetched when they are due, from a mirror on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qlrf_connectors::feed::find_kind;
use qlrf_core::perm::Role;
use qlrf_server::api::types::feed::FeedRun;
use qlrf_server::app::feed::schedule;
use qlrf_server::app::janitor;
use qlrf_server::config::{FeedConfig, Interval, Mirror};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::TestServer;

const KEV: &str = "cveID,vulnerabilityName,dateAdded\nCVE-2026-0001,Broken,2026-01-01\n";

/// Answers every request the same way and counts them.
async fn mirror(status: &str, body: &str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/kev.csv", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (url, asked)
}

/// Only KEV has a schedule, and only from this place: nothing else could call out.
async fn server_with(url: &str) -> TestServer {
    let server = TestServer::start().await;
    let interval = |feed: Option<&'static str>, every| Interval { feed, every };
    let hour = std::time::Duration::from_secs(3600);
    server.app.feeds.configure(FeedConfig {
        intervals: vec![interval(None, None), interval(Some("kev"), Some(hour))],
        mirrors: vec![Mirror {
            feed: find_kind("kev").unwrap().name,
            url: url.to_owned(),
        }],
    });
    schedule::set_intervals(&server.app).await.unwrap();
    server
}

async fn make_due(server: &TestServer) {
    sqlx::query("UPDATE feed_schedule SET next_at = now() - interval '1 second' WHERE next_at IS NOT NULL")
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
}

async fn status(server: &TestServer, feed: &str) -> Value {
    let client = server.installer(Role::Engineer).await;
    let feeds: Value = client.get("/api/v1/feeds").await.ok();
    let items = feeds["items"].as_array().unwrap();
    items.iter().find(|item| item["name"] == feed).unwrap().clone()
}

/// Minutes from now.
fn wait(schedule: &Value) -> f64 {
    let next = schedule["next_at"].as_str().unwrap();
    let next =
        qlrf_core::time::Timestamp::parse(next, &time::format_description::well_known::Rfc3339).unwrap();
    (next - qlrf_core::time::now()).as_seconds_f64() / 60.0
}

#[tokio::test]
async fn what_is_due_is_fetched_by_one_process_and_then_waits_for_its_interval() {
    let (url, asked) = mirror("200 OK", KEV).await;
    let server = server_with(&url).await;
    schedule::look(&server.app).await.unwrap();
    assert_eq!(
        asked.load(Ordering::SeqCst),
        0,
        "the first run waits for inventory"
    );
    make_due(&server).await;
    let (one, other) = tokio::join!(schedule::look(&server.app), schedule::look(&server.app));
    one.and(other).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let kev = status(&server, "kev").await;
    assert_eq!(
        (&kev["held"], &kev["runs"][0]["state"]),
        (&json!(1), &json!("imported"))
    );
    assert_eq!(kev["runs"][0]["requested_by"], "system:feed schedule");
    assert_eq!(kev["schedule"]["failures"], 0);
    assert!((59.0..=67.0).contains(&wait(&kev["schedule"])), "{kev}");
    let osv = status(&server, "osv").await;
    assert_eq!(
        (&osv["schedule"]["interval_s"], &osv["schedule"]["next_at"]),
        (&Value::Null, &Value::Null)
    );
    // The same words again, as another start of the server says them, change nothing.
    schedule::set_intervals(&server.app).await.unwrap();
    assert_eq!(
        status(&server, "kev").await["schedule"]["next_at"],
        kev["schedule"]["next_at"]
    );
}

#[tokio::test]
async fn a_failure_is_told_and_waited_for_longer_each_time() {
    let (url, asked) = mirror("503 Busy", "").await;
    let server = server_with(&url).await;
    for (failures, minutes) in [(1, 5.0), (2, 10.0), (3, 20.0), (4, 40.0), (5, 60.0)] {
        make_due(&server).await;
        schedule::look(&server.app).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), failures);
        let schedule = status(&server, "kev").await["schedule"].clone();
        assert_eq!(schedule["failures"], failures);
        assert_eq!(schedule["code"], "feed_http_status");
        assert!(schedule["detail"].as_str().unwrap().contains("503"), "{schedule}");
        let wait = wait(&schedule);
        assert!(
            (minutes - 1.0..=minutes * 1.11).contains(&wait),
            "{wait} of {minutes}"
        );
    }
    let theirs = server.client_of(server.second, Role::Admin, None).await;
    let seen = theirs.get("/api/v1/feeds").await.text();
    assert!(
        seen.contains("feed_http_status") && !seen.contains("127.0.0.1"),
        "{seen}"
    );
}

#[tokio::test]
async fn every_run_is_told_until_it_is_old_and_the_last_one_for_ever() {
    const RUNS: &str = "/api/v1/feeds/kev/runs";
    let (url, _asked) = mirror("200 OK", KEV).await;
    let server = server_with(&url).await;
    for _ in 0..3 {
        make_due(&server).await;
        schedule::look(&server.app).await.unwrap();
    }
    let told: Vec<FeedRun> = server.installer(Role::Engineer).await.get(RUNS).await.ok();
    let states: Vec<&str> = told.iter().map(|run| &run.state[..]).collect();
    assert_eq!(states, ["unchanged", "unchanged", "imported"]);
    let changed: Vec<Option<u64>> = told.iter().map(|run| run.opened).collect();
    assert_eq!(changed, [None, None, Some(0)]);
    assert!(
        told.iter()
            .all(|run| run.source.is_some() && run.ended_at.is_some())
    );
    assert_eq!(status(&server, "kev").await["runs"].as_array().unwrap().len(), 1);
    let theirs = server.client_of(server.second, Role::Admin, None).await;
    let seen: Vec<FeedRun> = theirs.get(RUNS).await.ok();
    assert!(
        seen.len() == 3
            && seen
                .iter()
                .all(|run| run.source.is_none() && run.requested_by.is_none())
    );
    theirs
        .get("/api/v1/feeds/none/runs")
        .await
        .problem(404, "not_found");
    sqlx::query("UPDATE feed_run SET started_at = started_at - interval '91 days'")
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    janitor::sweep(&server.app.store).await.unwrap();
    let left: Vec<FeedRun> = theirs.get(RUNS).await.ok();
    assert_eq!((left.len(), &left[0].state[..]), (1, "unchanged"));
}
