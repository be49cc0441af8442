//! The end of the process, in order and without: what clients and the data folder see of it.

use std::collections::HashSet;

use nix::sys::signal::Signal;
use qlrf_testkit::poll;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::process::{Process, READY_MAX, STOP_MAX, data_folder};

/// More than two writes of a collection, so that a kill after the first one comes before the last.
const ASSETS: usize = 5000;

#[tokio::test]
async fn a_sync_that_was_killed_is_run_again_and_leaves_no_double() {
    let data = data_folder();
    let mut first = Process::start(&data, "127.0.0.1:0").await;
    let new = json!({"name": "estate", "kind": "sim", "config": {"assets": ASSETS}});
    let made: Value = first.client.post("/api/v1/connectors", &new).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    let queued: Value = first
        .client
        .post(&format!("{connector}/sync"), &json!({}))
        .await
        .ok();
    // Some of its scopes are facts, others are not.
    poll(READY_MAX, || async {
        (simulated(&first).await > 0).then_some(())
    })
    .await;
    first.signal(Signal::SIGKILL);
    first.child.wait().await.unwrap();

    let second = Process::start(&data, &first.address.to_string()).await;
    let again = poll(READY_MAX, || async {
        let syncs = second.get(&format!("{connector}/syncs")).await;
        let newest = syncs["items"].as_array()?.first()?.clone();
        (newest["ended_at"].is_string() && newest["id"] != queued["id"]).then_some(newest)
    })
    .await;
    // What was closed before the kill is kept, the rest is new.
    let count = |what: &str| again[what].as_u64().unwrap();
    assert!(count("unchanged") > 0, "{again}");
    assert_eq!(count("unchanged") + count("added"), ASSETS as u64, "{again}");
    assert_eq!(again["requested_by"], "recovery", "{again}");
    let cut = second
        .get(&format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap()))
        .await;
    assert_eq!(cut["outcome"], "interrupted", "{cut}");
    assert_eq!(cut["code"], "sync_interrupted", "{cut}");
    no_double(&second).await;
    let verdict = second.get("/api/v1/audit/verify").await;
    assert_eq!(verdict["intact"], true, "{verdict}");
    second.stop().await;
}

async fn simulated(process: &Process) -> u64 {
    let page = process.get("/api/v1/assets?q=connector:estate&limit=1").await;
    page["total"].as_u64().unwrap()
}

async fn no_double(process: &Process) {
    poll(READY_MAX, || async {
        (simulated(process).await == ASSETS as u64).then_some(())
    })
    .await;
    let mut seen = HashSet::new();
    let mut path = "/api/v1/assets?q=connector:estate&limit=500".to_owned();
    loop {
        let page = process.get(&path).await;
        for asset in page["items"].as_array().unwrap() {
            let key = format!(
                "{} {} {}",
                asset["platform"], asset["account"], asset["native_id"]
            );
            assert!(seen.insert(key), "twice: {asset}");
        }
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/assets?q=connector:estate&limit=500&cursor={next}");
    }
    assert_eq!(seen.len(), ASSETS);
}

#[tokio::test]
async fn a_stop_ends_streams_at_once_and_lets_requests_finish() {
    let data = data_folder();
    let process = Process::start(&data, "127.0.0.1:0").await;
    let request = process.client.request(reqwest::Method::GET, "/api/v1/events");
    let stream = request.send().await.unwrap();
    assert!(stream.status().is_success());
    let body = json!({"name": "late", "kind": "local"}).to_string();
    let mut request = TcpStream::connect(process.address).await.unwrap();
    let head = format!(
        "POST /api/v1/connectors HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        process.address,
        process.client.token(),
        body.len()
    );
    request.write_all(head.as_bytes()).await.unwrap();
    // The handler runs and waits for the body.
    let mut go_on = [0; 25];
    request.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100"));
    process.signal(Signal::SIGTERM);
    let ended = tokio::time::timeout(STOP_MAX, stream.bytes()).await;
    ended.expect("the stream ends").unwrap();
    request.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    process.stop().await;
}
