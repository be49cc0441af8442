use std::time::Duration;

use futures::StreamExt as _;
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::OrgId;
use qlrf_core::perm::Role;
use qlrf_server::api::types::event::Activity;
use reqwest::{Method, Response};
use serde_json::json;

use crate::support::{TestClient, TestServer};

async fn publish(server: &TestServer, org: OrgId, subject: &str) {
    let event = NewEvent {
        event_type: EventType::AssetDiscovered,
        subject: subject.to_owned(),
        data: json!({"n": 1}),
    };
    let mut tx = server.app.store.tenant(org).await.unwrap();
    qlrf_store::outbox::append(&mut tx, event, None).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn open(client: &TestClient, last: Option<&str>) -> Stream {
    let mut request = client.request(Method::GET, "/api/v1/events");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Stream {
        response,
        buffer: String::new(),
    }
}

/// What was told so far, once it holds this: a reader stays behind transactions in flight, also those of other tests.
pub async fn told_until(client: &TestClient, text: &str) -> String {
    qlrf_testkit::poll(Duration::from_secs(30), || async {
        let told = client.get("/api/v1/activity").await.text();
        told.contains(text).then_some(told)
    })
    .await
}

pub struct Stream {
    response: Response,
    buffer: String,
}

impl Stream {
    /// The next event as (id, data); comments are skipped.
    pub async fn next(&mut self) -> (String, serde_json::Value) {
        loop {
            if let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.buffer = rest;
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name).map(str::to_owned))
                };
                if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                    return (id, serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
            let chunk = chunk
                .expect("an event was due")
                .unwrap()
                .expect("the stream ended");
            self.buffer.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

#[tokio::test]
async fn events_arrive_live_and_resume_without_a_gap() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    let mut live = open(&viewer, None).await;
    publish(&server, server.second.org, "assets/theirs").await;
    publish(&server, server.first.org, "assets/1").await;
    let (id, event) = live.next().await;
    assert_eq!(
        (event["type"].as_str(), event["subject"].as_str()),
        (Some("asset.discovered"), Some("assets/1"))
    );
    assert_eq!(event["specversion"], "1.0");
    drop(live);
    publish(&server, server.first.org, "assets/2").await;
    publish(&server, server.first.org, "assets/3").await;
    let mut resumed = open(&viewer, Some(&id)).await;
    assert_eq!(resumed.next().await.1["subject"], "assets/2");
    assert_eq!(resumed.next().await.1["subject"], "assets/3");
    publish(&server, server.first.org, "assets/4").await;
    assert_eq!(resumed.next().await.1["subject"], "assets/4");
}

#[tokio::test]
async fn activity_reads_the_same_events_back() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    for n in 0..3 {
        publish(&server, server.first.org, &format!("assets/{n}")).await;
    }
    publish(&server, server.second.org, "assets/theirs").await;
    told_until(&viewer, "assets/2").await;
    let first: Activity = viewer.get("/api/v1/activity?limit=2").await.ok();
    let rest: Activity = viewer
        .get(&format!("/api/v1/activity?after={}", first.next))
        .await
        .ok();
    let subjects: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|event| event.subject.as_str())
        .collect();
    assert_eq!(subjects, ["assets/0", "assets/1", "assets/2"]);
    viewer
        .get("/api/v1/activity?after=x")
        .await
        .problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_reader_that_stops_reading_does_not_stop_the_others() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    let stalled = open(&viewer, None).await;
    let mut awake = open(&viewer, None).await;
    for n in 0..200 {
        publish(&server, server.first.org, &format!("assets/{n}")).await;
    }
    for n in 0..200 {
        assert_eq!(awake.next().await.1["subject"], format!("assets/{n}"));
    }
    let mut late = stalled.response.bytes_stream();
    assert!(late.next().await.is_some());
}
