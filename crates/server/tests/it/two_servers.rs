//! Two servers on one database, each with a data folder of its own.

use std::process::Stdio;

use qlrf_testkit::{Gcp, TestDb};
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;

use crate::cancelled::{assert_cancelled, connect};
use crate::gcp;
use crate::killed::{listed, proxy};
use crate::process::{Process, command, data_folder};
use crate::support::TestClient;

async fn start(data: &tempfile::TempDir, db: &TestDb, key: &str) -> Process {
    let mut command = command(data, "127.0.0.1:0");
    command
        .env("DATABASE_URL", db.options().to_url_lossy().as_str())
        .env("KEY", key)
        .args(["--allow-secret", "*=env:KEY"])
        .args(["--connector-network", "*=127.0.0.1"])
        .stderr(Stdio::null());
    Process::spawn(data, command).await
}

#[tokio::test]
async fn a_collection_is_cancelled_from_another_process_and_the_next_one_is_whole() {
    let name = "a_collection_is_cancelled_from_another_process_and_the_next_one_is_whole";
    let Some(peer) = Gcp::start(name).await else {
        return;
    };
    let key = gcp::three_machines(&peer).await;
    let (proxy, db) = (proxy(&peer.url).await, TestDb::new().await);
    let folders = [data_folder(), data_folder()];
    let held = connect(start(&folders[0], &db, &key).await, &proxy).await;
    let first = held.hang().await;

    // Started when the first one collects already, so that it is not the one that does.
    let other = start(&folders[1], &db, &key).await;
    let cancel = format!("{}/cancel", held.connector);
    let asked: Value = other.client.post(&cancel, &json!({})).await.ok();
    assert_eq!((&asked["id"], &asked["outcome"]), (&first, &json!("running")));
    let by = asked["cancelled_by"].clone();
    assert_cancelled(&held.ended(&first).await);
    assert_eq!(held.sync(&first).await["cancelled_by"], by);
    let again = other.client.post(&cancel, &json!({})).await;
    again.problem(409, "sync_not_running");

    let sync = held.whole(&first).await;
    assert_eq!(sync["added"], 3, "{sync}");
    // Three machines and a resource.
    assert_eq!(listed(&other).await.len(), 4);
    other.stop().await;
    held.process.stop().await;
}

#[tokio::test]
async fn a_start_ends_the_token_that_the_start_before_left_there_and_no_other() {
    let (db, folders) = (TestDb::new().await, [data_folder(), data_folder()]);
    let [one, other] = [
        start(&folders[0], &db, "").await,
        start(&folders[1], &db, "").await,
    ];
    let before = other.client.token().to_owned();
    other.stop().await;
    let other = start(&folders[1], &db, "").await;
    for living in [&one, &other] {
        living.get("/api/v1/users/me").await;
    }
    let ended = TestClient::at(&format!("http://{}", other.address), &before);
    ended
        .get("/api/v1/users/me")
        .await
        .problem(401, "unauthenticated");
    other.stop().await;
    one.stop().await;
}
