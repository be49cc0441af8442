//! The process is killed while it collects from a provider: what was known stays, how the collection ended is told, and the
//! next one is whole.

mod host;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use qlrf_testkit::{Asked, AzurePeer, Gcp, HttpProxy, Image, Moto, Registry, Reply, debian_layer, poll};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::apiserver::{ApiServer, READER};
use crate::process::{Process, command, data_folder};
use crate::provider::node;
use crate::vcenter::{self, Vcenter};
use crate::{aws, azure, gcp};

/// For a whole collection on a busy machine.
pub const SYNC_MAX: Duration = Duration::from_secs(40);

/// What is collected, and the way to it.
pub struct Estate<'a> {
    pub kind: &'a str,
    pub config: Value,
    /// Variables of the server's process.
    pub secrets: &'a [(&'a str, &'a str)],
    pub machines: u64,
    pub resources: u64,
}

/// A stretch of the way to a provider, on which questions can be held for ever.
pub trait Line {
    /// From now on. Told when one is held, which is in the middle of a collection.
    fn hold(&self) -> Arc<Notify>;
    fn release(&self);
}

/// Holds the questions that the function picks.
pub struct Http<'a>(pub &'a HttpProxy, pub fn(&mut Asked) -> bool);

impl Line for Http<'_> {
    fn hold(&self) -> Arc<Notify> {
        let (held, is_held) = (Arc::new(Notify::new()), self.1);
        let told = held.clone();
        self.0.rule(move |asked| match is_held(asked) {
            true => {
                told.notify_one();
                Reply::Silence
            }
            false => Reply::Forward,
        });
        held
    }

    fn release(&self) {
        self.0.forward_all();
    }
}

/// Once in its first collection, and once when all is known.
pub async fn survives_two_kills(estate: Estate<'_>, line: &impl Line) {
    let data = data_folder();
    let mut process = start(&data, "127.0.0.1:0", &estate).await;
    let body = json!({"name": "estate", "kind": estate.kind, "config": estate.config});
    let made: Value = process.client.post("/api/v1/connectors", &body).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    for known in [false, true] {
        let before = listed(&process).await;
        let held = line.hold();
        let path = format!("{connector}/sync");
        let queued: Value = process.client.post(&path, &json!({})).await.ok();
        let waiting = tokio::time::timeout(SYNC_MAX, held.notified()).await;
        waiting.expect("nothing was held");
        process.signal(Signal::SIGKILL);
        process.child.wait().await.unwrap();
        line.release();

        process = start(&data, &process.address.to_string(), &estate).await;
        let after = listed(&process).await;
        let lost: Vec<_> = before.iter().filter(|row| !after.contains_key(row.0)).collect();
        assert!(lost.is_empty(), "{lost:?}");
        let again = next_sync(&process, &connector, &queued["id"]).await;
        let count = |what: &str| again[what].as_u64().unwrap();
        assert_eq!(again["requested_by"], "recovery", "{again}");
        assert_eq!(again["outcome"], "complete", "{again}");
        assert_eq!(count("added") + count("unchanged"), estate.machines, "{again}");
        assert_eq!((count("changed"), count("removed")), (0, 0), "{again}");
        if known {
            assert_eq!(count("added"), 0, "{again}");
            assert_eq!(listed(&process).await, before);
        }
        let path = format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap());
        let cut = process.get(&path).await;
        assert_eq!(cut["outcome"], "interrupted", "{cut}");
        assert_eq!(cut["code"], "sync_interrupted", "{cut}");
        let all = estate.machines + estate.resources;
        let whole = poll(SYNC_MAX, || async {
            let now = listed(&process).await;
            (now.len() as u64 == all).then_some(())
        });
        whole.await;
    }
    process.stop().await;
}

pub async fn start(data: &tempfile::TempDir, listen: &str, estate: &Estate<'_>) -> Process {
    let mut command = command(data, listen);
    command.args(["--connector-network", "*=127.0.0.1"]);
    for (name, text) in estate.secrets {
        command
            .env(name, text)
            .arg("--allow-secret")
            .arg(format!("*=env:{name}"));
    }
    command.stderr(Stdio::null());
    Process::spawn(data, command).await
}

/// The newest sync of the connector that is not this one, once it has ended.
pub async fn next_sync(process: &Process, connector: &str, last: &Value) -> Value {
    let syncs = &format!("{connector}/syncs");
    poll(SYNC_MAX, || async move {
        let syncs = process.get(syncs).await;
        let newest = syncs["items"].as_array()?.first()?.clone();
        (newest["ended_at"].is_string() && newest["id"] != *last).then_some(newest)
    })
    .await
}

/// Name of every asset and resource of the estate by its id; the host of the test may be collected meanwhile.
pub async fn listed(process: &Process) -> BTreeMap<String, String> {
    let mut listed = BTreeMap::new();
    for path in [
        "/api/v1/assets?limit=500&q=connector:estate",
        "/api/v1/resources?limit=500",
    ] {
        let page = process.get(path).await;
        for item in page["items"].as_array().unwrap() {
            let text = |key: &str| item[key].as_str().unwrap().to_owned();
            listed.insert(text("id"), text("name"));
        }
    }
    listed
}

pub async fn proxy(url: &str) -> HttpProxy {
    HttpProxy::start(url, reqwest::Client::new()).await.unwrap()
}

#[tokio::test]
async fn a_sync_of_aws_that_was_killed_is_run_again() {
    let Some(moto) = Moto::start("a_sync_of_aws_that_was_killed_is_run_again").await else {
        return;
    };
    aws::seed(&moto).await;
    let proxy = proxy(&moto.url).await;
    let estate = Estate {
        kind: "aws",
        config: aws::config(&proxy),
        secrets: &[("ID", "AKIAEXAMPLE"), ("SECRET", aws::SECRET)],
        machines: 4,
        resources: 6,
    };
    let line = Http(&proxy, |asked| aws::lists_machines_away(asked));
    survives_two_kills(estate, &line).await;
}

#[tokio::test]
async fn a_sync_of_azure_that_was_killed_is_run_again() {
    let Some(peer) = AzurePeer::start("a_sync_of_azure_that_was_killed_is_run_again").await else {
        return;
    };
    azure::seed(&peer).await;
    let proxy = proxy(peer.url()).await;
    let estate = Estate {
        kind: "azure",
        config: azure::config(&proxy),
        secrets: &[("SECRET", azure::SECRET)],
        machines: 2,
        resources: 0,
    };
    let line = Http(&proxy, |asked| azure::lists_machines_of_b(asked));
    survives_two_kills(estate, &line).await;
}

#[tokio::test]
async fn a_sync_of_gcp_that_was_killed_is_run_again() {
    let Some(peer) = Gcp::start("a_sync_of_gcp_that_was_killed_is_run_again").await else {
        return;
    };
    let key = gcp::three_machines(&peer).await;
    let proxy = proxy(&peer.url).await;
    let estate = Estate {
        kind: "gcp",
        config: gcp::config(proxy.url()),
        secrets: &[("KEY", &key)],
        machines: 3,
        resources: 1,
    };
    // The second page.
    let line = Http(&proxy, |asked| {
        asked.target = asked.target.replace("maxResults=500", "maxResults=2");
        asked.target.contains("/aggregated/instances?") && asked.target.contains("pageToken=")
    });
    survives_two_kills(estate, &line).await;
}

#[tokio::test]
async fn a_sync_of_kubernetes_that_was_killed_is_run_again() {
    let Some(cluster) = ApiServer::start("a_sync_of_kubernetes_that_was_killed_is_run_again").await else {
        return;
    };
    cluster.grant_reader().await;
    for name in ["n1", "n2", "n3"] {
        cluster.create("/api/v1/nodes", node(name)).await;
    }
    let proxy = HttpProxy::start(&cluster.url, cluster.client.clone())
        .await
        .unwrap();
    let estate = Estate {
        kind: "kubernetes",
        config: json!({"cluster": "k1", "server": proxy.url(), "token": "env:TOKEN"}),
        secrets: &[("TOKEN", READER)],
        machines: 3,
        resources: 1,
    };
    let line = Http(&proxy, |asked| {
        asked.target = asked.target.replace("limit=500", "limit=2");
        asked.target.starts_with("/api/v1/nodes") && asked.target.contains("continue=")
    });
    survives_two_kills(estate, &line).await;
}

#[tokio::test]
async fn a_sync_of_a_vcenter_that_was_killed_is_run_again() {
    let Some(vcenter) = Vcenter::start("a_sync_of_a_vcenter_that_was_killed_is_run_again").await else {
        return;
    };
    let proxy = HttpProxy::start(&vcenter.url, vcenter.client.clone())
        .await
        .unwrap();
    let estate = Estate {
        kind: "vsphere",
        config: json!({"server": proxy.url(), "user": vcenter::USER, "password": "env:PASSWORD"}),
        secrets: &[("PASSWORD", vcenter::PASSWORD)],
        machines: 8,
        resources: 8,
    };
    let line = Http(&proxy, |asked| {
        let text = asked.text();
        asked.body = text.replace("<maxObjects>200<", "<maxObjects>1<").into_bytes();
        text.contains("<ContinueRetrievePropertiesEx")
    });
    survives_two_kills(estate, &line).await;
}

#[tokio::test]
async fn a_sync_of_a_registry_that_was_killed_is_run_again() {
    let Some(registry) = Registry::start("a_sync_of_a_registry_that_was_killed_is_run_again").await else {
        return;
    };
    let base = debian_layer(&[("libc6", "2.36-9+deb12u4")]);
    for repository in ["golden/base", "team/app"] {
        let image = Image {
            platform: "linux/amd64",
            labels: BTreeMap::from([("of".to_owned(), repository.to_owned())]),
            layers: std::slice::from_ref(&base),
        };
        registry.push(repository, Some("v1"), &image).await;
    }
    let proxy = proxy(&registry.url).await;
    let estate = Estate {
        kind: "oci",
        config: json!({"server": proxy.url(), "name": "registry", "requests_per_second": 1000}),
        secrets: &[],
        machines: 0,
        resources: 2,
    };
    let line = Http(&proxy, |asked| asked.target.starts_with("/v2/team/app/"));
    survives_two_kills(estate, &line).await;
}
