//! Watches from the provider to the facts, against a real API server: what changed is collected without anybody asking, and
//! whoever looks at a connector sees whether it is watched.

mod pace;
mod pair;

use std::sync::Arc;
use std::time::Duration;

use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::app::{collector, watch};
use qlrf_server::roles::{Start, Stop};
use qlrf_testkit::{HttpProxy, Reply, poll};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::apiserver::{ApiServer, READER};
use crate::provider::grants;
use crate::support::{TestClient, TestServer};

const SEEN_MAX: Duration = Duration::from_secs(50);
const QUICK: watch::Tempo = watch::Tempo {
    look_every: Duration::from_millis(100),
    settle: Duration::from_millis(50),
    rest: Duration::from_millis(200),
    back_off: Duration::from_millis(50),
};

/// A cluster behind a proxy, and a server that collects and watches.
struct Estate {
    cluster: ApiServer,
    proxy: HttpProxy,
    server: TestServer,
    admin: TestClient,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Drop for Estate {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

impl Estate {
    async fn start(test: &str, tempo: watch::Tempo) -> Option<Estate> {
        let cluster = ApiServer::start(test).await?;
        cluster.grant_reader().await;
        let proxy = HttpProxy::start(&cluster.url, cluster.client.clone())
            .await
            .unwrap();
        let server = TestServer::start_granting(Web(&[]), grants(("TOKEN", READER))).await;
        let admin = server.client(Role::Admin).await;
        let (sender, stop) = Stop::new();
        let start = Start {
            app: server.app.clone(),
            listener: Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap()),
            stop,
        };
        tokio::spawn(collector::run(start.clone()));
        tokio::spawn(watch::run(start, tempo));
        Some(Estate {
            cluster,
            proxy,
            server,
            admin,
            stop: sender,
        })
    }

    fn config(&self) -> Value {
        json!({"cluster": "k1", "server": self.proxy.url(), "token": "env:TOKEN", "requests_per_second": 100})
    }

    /// With a schedule that does not come round while a test runs.
    async fn add(&self) -> String {
        let body = json!({"name": "k1", "kind": "kubernetes", "config": self.config(), "interval_s": 86_400});
        let made: Value = self.admin.post("/api/v1/connectors", &body).await.ok();
        format!("/api/v1/connectors/{}", made["id"].as_str().unwrap())
    }

    async fn until(&self, connector: &str, is: impl Fn(&Value) -> bool) -> Value {
        poll(SEEN_MAX, || async {
            let shown: Value = self.admin.get(connector).await.ok();
            is(&shown).then_some(shown)
        })
        .await
    }

    async fn until_seen(&self, workload: &str) {
        until_seen(&self.admin, workload).await;
    }

    async fn deploy(&self, name: &str) {
        deploy(&self.cluster, name).await;
    }
}

async fn until_seen(client: &TestClient, workload: &str) {
    poll(SEEN_MAX, || async {
        let page: Value = client.get("/api/v1/resources?limit=500").await.ok();
        let mut items = page["items"].as_array().unwrap().iter();
        items.any(|item| item["name"] == workload).then_some(())
    })
    .await;
}

async fn deploy(cluster: &ApiServer, name: &str) {
    let object = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": "r.example.org/web:1"}]}},
        },
    });
    let path = "/apis/apps/v1/namespaces/default/deployments";
    cluster.create(path, object).await;
}

/// The collection that its beginning asks for is over.
fn is_watched(shown: &Value) -> bool {
    let last = &shown["last_sync"];
    shown["watch"]["state"] == "watching" && last["requested_by"] == "watch" && last["outcome"] == "complete"
}

#[tokio::test]
async fn what_changed_in_a_cluster_is_collected_without_anybody_asking() {
    let test = "what_changed_in_a_cluster_is_collected_without_anybody_asking";
    let Some(estate) = Estate::start(test, QUICK).await else {
        return;
    };
    let connector = estate.add().await;
    let before = estate.until(&connector, is_watched).await;
    assert_eq!(before["watch"]["gaps"], json!([]));
    assert_eq!(before["watch"]["error"], Value::Null);
    estate.deploy("web").await;
    estate.until_seen("web").await;
    let after = estate.until(&connector, is_watched).await;
    assert_ne!(after["last_sync"]["id"], before["last_sync"]["id"]);

    let paused: Value = estate
        .admin
        .post(&format!("{connector}/disable"), &json!({}))
        .await
        .ok();
    assert_eq!(paused["enabled"], false);
    estate.until(&connector, |shown| shown["watch"].is_null()).await;
    estate.deploy("meanwhile").await;
    let _: Value = estate
        .admin
        .post(&format!("{connector}/enable"), &json!({}))
        .await
        .ok();
    // What happened while nobody watched is seen as soon as somebody does.
    estate.until_seen("meanwhile").await;
    estate.until(&connector, is_watched).await;

    let by_hand: Value = estate
        .admin
        .patch(&connector, &json!({"interval_s": 0}))
        .await
        .ok();
    assert_eq!(by_hand["interval_s"], Value::Null);
    estate.until(&connector, |shown| shown["watch"].is_null()).await;
    let held = "SELECT count(*) FROM lease WHERE name LIKE 'watch/%' AND expires_at > clock_timestamp()";
    let held: i64 = sqlx::query_scalar(held)
        .fetch_one(&mut estate.server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(held, 0);
}

#[tokio::test]
async fn a_connector_says_why_it_is_not_watched() {
    let Some(estate) = Estate::start("a_connector_says_why_it_is_not_watched", QUICK).await else {
        return;
    };
    let rejected = |status: u16| {
        estate
            .proxy
            .rule(move |asked| match asked.target.contains("watch=1") {
                true => Reply::say(status, "application/json", "{}"),
                false => Reply::Forward,
            });
    };
    rejected(403);
    let connector = estate.add().await;
    let refused = estate
        .until(&connector, |shown| shown["watch"]["state"] == "refused")
        .await;
    let gaps = refused["watch"]["gaps"].as_array().unwrap();
    assert!(
        gaps.contains(&json!("the account may not watch pods")),
        "{gaps:?}"
    );
    // It goes on by its interval.
    let last = |shown: &Value| shown["last_sync"]["outcome"] == "complete";
    let collected = estate.until(&connector, last).await;
    assert_eq!(collected["last_sync"]["requested_by"], "schedule");

    // Whoever changes the connector has it looked at again.
    estate.proxy.forward_all();
    let config = json!({"config": estate.config()});
    let _: Value = estate.admin.patch(&connector, &config).await.ok();
    estate.until(&connector, is_watched).await;

    rejected(400);
    estate.proxy.cut();
    let failing = estate
        .until(&connector, |shown| shown["watch"]["state"] == "failing")
        .await;
    let error = failing["watch"]["error"].as_str().unwrap();
    assert!(error.contains("400 Bad Request"), "{error}");
    estate.proxy.forward_all();
    let again = estate
        .until(&connector, |shown| shown["watch"]["state"] == "watching")
        .await;
    assert_eq!(
        again["watch"]["error"], failing["watch"]["error"],
        "the last failure stays"
    );
}
