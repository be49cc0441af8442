//! Hosts over SSH from the API to the facts, against real sshds.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::app::sync;
use qlrf_server::secret::Secret;
use serde_json::{Value, json};

use crate::sshd::{self, Keys, USER};
use crate::support::{TestClient, TestServer};

fn grants(keys: &Keys) -> Grants {
    let variables = BTreeMap::from([("KEY".to_owned(), Secret::new(keys.secret("user")))]);
    let allowed = vec![Allowed::parse("first=env:KEY").unwrap()];
    Grants {
        secrets: Arc::new(Secrets::new(allowed, variables, None)),
        networks: Arc::new([AllowedNetwork::parse("first=127.0.0.1").unwrap()]),
        ..Grants::default()
    }
}

async fn collect(server: &TestServer, admin: &TestClient, connector: &str) -> Value {
    let queued: Value = admin.post(&format!("{connector}/sync"), &json!({})).await.ok();
    let id = connector.rsplit('/').next().unwrap().parse().unwrap();
    let (store, grants) = (&server.app.store, &server.app.grants);
    while sync::run_next(store, grants, server.first.org, id, "test")
        .await
        .unwrap()
        .is_some()
    {}
    admin
        .get(&format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap()))
        .await
        .ok()
}

fn counts(sync: &Value) -> [i64; 4] {
    ["added", "changed", "unchanged", "removed"].map(|what| sync[what].as_i64().unwrap())
}

/// Name → whether its packages are known.
async fn assets(admin: &TestClient) -> BTreeMap<String, bool> {
    let page: Value = admin.get("/api/v1/assets?q=platform:baremetal").await.ok();
    let mut out = BTreeMap::new();
    for item in page["items"].as_array().unwrap() {
        let id = item["id"].as_str().unwrap();
        let packages = admin.get(&format!("/api/v1/assets/{id}/packages")).await;
        out.insert(
            item["name"].as_str().unwrap().to_owned(),
            packages.text().contains("5.2.15-2+b7"),
        );
    }
    out
}

#[tokio::test]
async fn hosts_become_assets_and_stay_when_they_are_away() {
    if !sshd::is_there("hosts_become_assets_and_stay_when_they_are_away") {
        return;
    }
    let keys = Keys::new();
    let (near, mut away) = (sshd::start(&keys, "near"), sshd::start(&keys, "away"));
    let server = TestServer::start_granting(Web(&[]), grants(&keys)).await;
    let admin = server.client(Role::Admin).await;
    let body = json!({"name": "racks", "kind": "ssh", "config": {
        "hosts": [{"address": "127.0.0.1", "port": near.port}, {"address": "127.0.0.1", "port": away.port}],
        "user": USER, "key": "env:KEY", "known_hosts": [near.known(), away.known()],
    }});
    let made: Value = admin.post("/api/v1/connectors", &body).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    let tested: Value = admin.post(&format!("{connector}/test"), &json!({})).await.ok();
    assert_eq!(tested["ok"], true, "{tested}");

    let first = collect(&server, &admin, &connector).await;
    assert_eq!(
        (first["outcome"].as_str(), counts(&first)),
        (Some("complete"), [2, 0, 0, 0]),
        "{first}"
    );
    let both = BTreeMap::from([("away".to_owned(), true), ("near".to_owned(), true)]);
    assert_eq!(assets(&admin).await, both);
    let again = collect(&server, &admin, &connector).await;
    assert_eq!(counts(&again), [0, 0, 2, 0], "{again}");

    // Out of reach: not listed, and still there.
    away.stop();
    let partial = collect(&server, &admin, &connector).await;
    assert_eq!(
        (partial["outcome"].as_str(), counts(&partial)),
        (Some("partial"), [0, 0, 1, 0]),
        "{partial}"
    );
    assert_eq!(assets(&admin).await, both);
    let coverage: Value = admin.get("/api/v1/coverage").await.ok();
    let scope = format!("127.0.0.1:{}", away.port);
    let items = coverage["items"].as_array().unwrap();
    let of_away = items
        .iter()
        .find(|item| item["account"] == scope.as_str())
        .unwrap();
    assert_eq!(of_away["code"], "host_unreachable", "{of_away}");
    assert!(of_away["completed_at"].is_string(), "its age is told: {of_away}");

    // Cut off in the middle of a package: its packages are unknown, and not fewer.
    near.write(
        "var/lib/dpkg/status",
        b"Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVers",
    );
    let damaged = collect(&server, &admin, &connector).await;
    assert!(damaged["problems"].as_i64() > Some(0), "{damaged}");
    assert_eq!(assets(&admin).await.get("near"), Some(&false));

    // Another organisation has neither the key nor the network.
    let other = server.client_of(server.second, Role::Admin, None).await;
    let refused = other
        .post("/api/v1/connectors", &body)
        .await
        .problem(400, "connector_config_invalid");
    assert!(refused.detail.contains("has not allowed"), "{refused:?}");
}
