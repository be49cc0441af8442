//! Two servers on one database, each with a token of its own for the cluster, so that the way there shows who asks.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use nix::sys::signal::Signal;
use qlrf_testkit::{HttpProxy, Reply, TestDb, poll};
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;

use super::{SEEN_MAX, deploy, until_seen};
use crate::apiserver::{ApiServer, READER, READER_TOO};
use crate::process::{Process, command, data_folder};

const TOKENS: [&str; 2] = [READER, READER_TOO];
/// Nodes, pods, six kinds of controllers, and secrets.
const KINDS: usize = 9;
/// The server ends a watch after as many seconds, and it is asked for again.
const WATCH_TIME_S: u64 = 3;
/// So many in a row take longer than two looks at what is to be watched.
const WATCHES: usize = 4;

/// Who asked for a watch, and on what, in order.
type Asked = Arc<Mutex<Vec<(usize, String)>>>;

async fn start(data: &tempfile::TempDir, db: &TestDb, token: &str) -> Process {
    let mut command = command(data, "127.0.0.1:0");
    command
        .env("DATABASE_URL", db.options().to_url_lossy().as_str())
        .env("TOKEN", token)
        .args([
            "--allow-secret",
            "*=env:TOKEN",
            "--connector-network",
            "*=127.0.0.1",
        ])
        .stderr(Stdio::null());
    Process::spawn(data, command).await
}

fn note_watches(proxy: &HttpProxy) -> Asked {
    let asked = Asked::default();
    let noted = asked.clone();
    proxy.rule(move |request| {
        if request.target.contains("watch=1") {
            let shown = request.header("authorization");
            let who = TOKENS.iter().position(|token| shown.ends_with(token)).unwrap();
            let (path, _) = request.target.split_once('?').unwrap();
            noted.lock().unwrap().push((who, path.to_owned()));
            let shorter = format!("timeoutSeconds={WATCH_TIME_S}");
            request.target = request.target.replace("timeoutSeconds=45", &shorter);
        }
        Reply::Forward
    });
    asked
}

/// How often one of the servers asked for a watch on one kind: the kind that it asked for least.
fn rounds(asked: &Asked, who: usize) -> usize {
    let asked = asked.lock().unwrap();
    let mut counts = BTreeMap::new();
    for (_, path) in asked.iter().filter(|(by, _)| *by == who) {
        *counts.entry(path.clone()).or_insert(0) += 1;
    }
    match counts.len() {
        KINDS => counts.into_values().min().unwrap_or_default(),
        _ => 0,
    }
}

#[tokio::test]
async fn one_of_two_servers_watches_and_the_other_takes_over_when_it_is_killed() {
    let test = "one_of_two_servers_watches_and_the_other_takes_over_when_it_is_killed";
    let Some(cluster) = ApiServer::start(test).await else {
        return;
    };
    cluster.grant_reader().await;
    let proxy = HttpProxy::start(&cluster.url, cluster.client.clone())
        .await
        .unwrap();
    let asked = note_watches(&proxy);
    let (db, folders) = (TestDb::new().await, [data_folder(), data_folder()]);
    let mut first = start(&folders[0], &db, TOKENS[0]).await;
    let config =
        json!({"cluster": "k1", "server": proxy.url(), "token": "env:TOKEN", "requests_per_second": 100});
    let body = json!({"name": "k1", "kind": "kubernetes", "config": config, "interval_s": 86_400});
    let made: Value = first.client.post("/api/v1/connectors", &body).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    poll(SEEN_MAX, || async { (rounds(&asked, 0) >= 1).then_some(()) }).await;

    let second = start(&folders[1], &db, TOKENS[1]).await;
    let before = rounds(&asked, 0);
    poll(SEEN_MAX, || async {
        (rounds(&asked, 0) >= before + WATCHES).then_some(())
    })
    .await;
    let others = asked.lock().unwrap().iter().filter(|(who, _)| *who == 1).count();
    assert_eq!(others, 0, "both watch");

    first.signal(Signal::SIGKILL);
    first.child.wait().await.unwrap();
    deploy(&cluster, "unseen").await;
    poll(SEEN_MAX, || async { (rounds(&asked, 1) >= 1).then_some(()) }).await;
    // What happened while nobody watched, and what happens now.
    until_seen(&second.client, "unseen").await;
    deploy(&cluster, "seen").await;
    until_seen(&second.client, "seen").await;
    assert_eq!(second.get(&connector).await["watch"]["state"], "watching");
    second.stop().await;
}
