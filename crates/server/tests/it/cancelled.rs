//! A person stops a collection that hangs on its provider: nothing is lost, who did it is told, and the next one is whole.

use std::sync::Arc;

use qlrf_testkit::{Gcp, HttpProxy, poll};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::gcp;
use crate::killed::{Estate, Http, Line, SYNC_MAX, listed, next_sync, proxy, start};
use crate::process::{Process, data_folder};
use crate::support::Answer;

/// A connector of three machines, on whose second page a collection can be held for ever.
pub struct Held<'a> {
    pub process: Process,
    line: Http<'a>,
    pub connector: String,
}

impl Held<'_> {
    async fn post(&self, verb: &str) -> Answer {
        let path = format!("{}/{verb}", self.connector);
        self.process.client.post(&path, &json!({})).await
    }

    /// A collection that is under way and does not end.
    pub async fn hang(&self) -> Value {
        let held: Arc<Notify> = self.line.hold();
        let queued: Value = self.post("sync").await.ok();
        let waiting = tokio::time::timeout(SYNC_MAX, held.notified()).await;
        waiting.expect("nothing was held");
        queued["id"].clone()
    }

    pub async fn sync(&self, id: &Value) -> Value {
        let path = format!("/api/v1/syncs/{}", id.as_str().unwrap());
        self.process.get(&path).await
    }

    pub async fn ended(&self, id: &Value) -> Value {
        poll(SYNC_MAX, || async {
            let sync = self.sync(id).await;
            sync["ended_at"].is_string().then_some(sync)
        })
        .await
    }

    pub async fn whole(&self, last: &Value) -> Value {
        self.line.release();
        self.post("sync").await.ok::<Value>();
        let sync = next_sync(&self.process, &self.connector, last).await;
        assert_eq!(sync["outcome"], "complete", "{sync}");
        sync
    }
}

async fn begin<'a>(peer: &Gcp, proxy: &'a HttpProxy, data: &tempfile::TempDir) -> Held<'a> {
    let key = gcp::three_machines(peer).await;
    let estate = Estate {
        kind: "gcp",
        config: gcp::config(proxy.url()),
        secrets: &[("KEY", &key)],
        machines: 3,
        resources: 1,
    };
    connect(start(data, "127.0.0.1:0", &estate).await, proxy).await
}

pub async fn connect(process: Process, proxy: &HttpProxy) -> Held<'_> {
    let body = json!({"name": "estate", "kind": "gcp", "config": gcp::config(proxy.url())});
    let made: Value = process.client.post("/api/v1/connectors", &body).await.ok();
    let line = Http(proxy, |asked| {
        asked.target = asked.target.replace("maxResults=500", "maxResults=2");
        asked.target.contains("/aggregated/instances?") && asked.target.contains("pageToken=")
    });
    Held {
        process,
        line,
        connector: format!("/api/v1/connectors/{}", made["id"].as_str().unwrap()),
    }
}

pub fn assert_cancelled(sync: &Value) {
    assert_eq!(
        (&sync["outcome"], &sync["code"]),
        (&json!("cancelled"), &json!("sync_cancelled")),
        "{sync}"
    );
    assert!(
        sync["cancelled_by"]
            .as_str()
            .is_some_and(|by| sync["detail"].as_str().unwrap().contains(by)),
        "{sync}"
    );
    assert_eq!(sync["removed"], 0, "{sync}");
}

#[tokio::test]
async fn a_collection_that_hangs_is_cancelled_and_the_next_one_is_whole() {
    let name = "a_collection_that_hangs_is_cancelled_and_the_next_one_is_whole";
    let Some(peer) = Gcp::start(name).await else {
        return;
    };
    let (proxy, data) = (proxy(&peer.url).await, data_folder());
    let held = begin(&peer, &proxy, &data).await;
    held.post("cancel").await.problem(409, "sync_not_running");
    let first = held.hang().await;
    let cancelled: Value = held.post("cancel").await.ok();
    assert_eq!(
        (&cancelled["id"], &cancelled["outcome"]),
        (&first, &json!("running"))
    );
    assert_cancelled(&held.ended(&first).await);
    let sync = held.whole(&first).await;
    assert_eq!(sync["added"], 3, "{sync}");
    let known = listed(&held.process).await;

    // Once more, with another one that waits behind it.
    let second = held.hang().await;
    let waiting: Value = held.post("sync").await.ok();
    assert_eq!(waiting["outcome"], "queued");
    held.post("cancel").await.ok::<Value>();
    assert_eq!(
        held.sync(&waiting["id"]).await["outcome"],
        "cancelled",
        "it never begins"
    );
    assert_cancelled(&held.ended(&second).await);
    assert_eq!(listed(&held.process).await, known);
    let sync = held.whole(&waiting["id"]).await;
    assert_eq!(
        (&sync["added"], &sync["removed"], &sync["unchanged"]),
        (&json!(0), &json!(0), &json!(3))
    );
    held.process.stop().await;
}

#[tokio::test]
async fn pausing_and_deleting_a_connector_stop_what_it_collects() {
    let name = "pausing_and_deleting_a_connector_stop_what_it_collects";
    let Some(peer) = Gcp::start(name).await else {
        return;
    };
    let (proxy, data) = (proxy(&peer.url).await, data_folder());
    let held = begin(&peer, &proxy, &data).await;
    let first = held.hang().await;
    held.post("disable").await.ok::<Value>();
    assert_cancelled(&held.ended(&first).await);
    held.post("enable").await.ok::<Value>();
    held.whole(&first).await;
    held.hang().await;
    let deleted: Value = held.process.client.delete(&held.connector).await.ok();
    assert_eq!(deleted["assets_removed"], 3, "{deleted}");
    // Whoever still collected for it has stopped before another one of that name ends.
    assert_eq!(listed(&held.process).await.len(), 0);
    held.process.stop().await;
}
