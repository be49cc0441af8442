//! Clusters and vCenters from the API to the facts, against their real counterparts: what was added is collected and shown,
//! and what could not be listed stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::app::sync;
use qlrf_server::secret::Secret;
use qlrf_testkit::{HttpProxy, Reply};
use reqwest::Method;
use serde_json::{Value, json};

use crate::apiserver::{ApiServer, READER};
use crate::support::{TestClient, TestServer, send};
use crate::vcenter::{PASSWORD, USER, Vcenter, fault, leave_out};

/// One secret, and this machine.
pub fn grants((name, text): (&str, &str)) -> Grants {
    let allowed = vec![Allowed::parse(&format!("first=env:{name}")).unwrap()];
    let variables = BTreeMap::from([(name.to_owned(), Secret::new(text))]);
    Grants {
        secrets: Arc::new(Secrets::new(allowed, variables, None)),
        networks: Arc::new([AllowedNetwork::parse("first=127.0.0.1").unwrap()]),
        ..Grants::default()
    }
}

/// A connector that was added and tested, and who collects with it.
pub struct Added {
    server: TestServer,
    admin: TestClient,
    path: String,
}

impl Added {
    /// `secret`: a variable that the configuration names, and what is in it.
    pub async fn new(kind: &str, config: Value, secret: (&str, &str)) -> Added {
        let server = TestServer::start_granting(Web(&[]), grants(secret)).await;
        let admin = server.client(Role::Admin).await;
        let body = json!({"name": "estate", "kind": kind, "config": config});
        let made: Value = admin.post("/api/v1/connectors", &body).await.ok();
        let path = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
        let tested: Value = admin.post(&format!("{path}/test"), &json!({})).await.ok();
        assert_eq!(tested["ok"], true, "{tested}");
        Added { server, admin, path }
    }

    /// How it ended, with what was added, changed, unchanged and removed.
    pub async fn collect(&self) -> (String, [i64; 4]) {
        let queued: Value = self
            .admin
            .post(&format!("{}/sync", self.path), &json!({}))
            .await
            .ok();
        let id = self.path.rsplit('/').next().unwrap().parse().unwrap();
        let (store, grants) = (&self.server.app.store, &self.server.app.grants);
        while sync::run_next(store, grants, self.server.first.org, id, "test")
            .await
            .unwrap()
            .is_some()
        {}
        let path = format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap());
        let sync: Value = self.admin.get(&path).await.ok();
        let counts = ["added", "changed", "unchanged", "removed"].map(|what| sync[what].as_i64().unwrap());
        (sync["outcome"].as_str().unwrap_or_default().to_owned(), counts)
    }

    pub async fn save_rules(&self, document: &str) {
        let request = self.admin.request(Method::PUT, "/api/v1/mapping-rules");
        let request = request.header("content-type", "application/yaml");
        let _: Value = send(request.body(document.to_owned())).await.ok();
    }

    pub async fn names(&self, path: &str) -> BTreeSet<String> {
        let page: Value = self.admin.get(path).await.ok();
        let names = page["items"].as_array().unwrap().iter();
        names
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Kinds of scopes that were not complete the last time, with the reason.
    pub async fn gaps(&self) -> BTreeSet<(String, String)> {
        let coverage: Value = self.admin.get("/api/v1/coverage").await.ok();
        let items = coverage["items"].as_array().unwrap().iter();
        let text = |item: &Value, key: &str| item[key].as_str().map(str::to_owned);
        let gaps = items.filter_map(|item| Some((text(item, "kind")?, text(item, "code")?)));
        gaps.collect()
    }
}

pub fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

pub fn node(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})
}

#[tokio::test]
async fn nodes_become_assets_and_stay_while_they_may_not_be_listed() {
    let Some(cluster) = ApiServer::start("nodes_become_assets_and_stay_while_they_may_not_be_listed").await
    else {
        return;
    };
    cluster.grant_reader().await;
    for name in ["n1", "n2"] {
        cluster.create("/api/v1/nodes", node(name)).await;
    }
    let proxy = HttpProxy::start(&cluster.url, cluster.client.clone())
        .await
        .unwrap();
    let estate = Added::new(
        "kubernetes",
        json!({"cluster": "k1", "server": proxy.url(), "token": "env:TOKEN"}),
        ("TOKEN", READER),
    )
    .await;
    let assets = "/api/v1/assets?q=platform:kubernetes";
    assert_eq!(estate.collect().await, ("complete".to_owned(), [2, 0, 0, 0]));
    assert_eq!(estate.names(assets).await, set(["n1", "n2"]));
    assert_eq!(estate.names("/api/v1/resources").await, set(["k1"]));
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 2, 0]));

    cluster.delete("/api/v1/nodes/n2").await;
    proxy.rule(|asked| match asked.target.starts_with("/api/v1/nodes") {
        true => Reply::say(403, "application/json", "{}"),
        false => Reply::Forward,
    });
    assert_eq!(estate.collect().await.0, "partial");
    assert_eq!(estate.names(assets).await, set(["n1", "n2"]));
    let gap = ("kubernetes_node".to_owned(), "permission_missing".to_owned());
    assert_eq!(estate.gaps().await, BTreeSet::from([gap]));
    proxy.forward_all();
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 1, 1]));
    assert_eq!(estate.names(assets).await, set(["n1"]));
}

#[tokio::test]
async fn machines_of_a_vcenter_stay_when_it_answers_half() {
    let Some(vcenter) = Vcenter::start("machines_of_a_vcenter_stay_when_it_answers_half").await else {
        return;
    };
    let machines: BTreeSet<String> = vcenter.ids("VirtualMachine").await.into_keys().collect();
    let proxy = HttpProxy::start(&vcenter.url, vcenter.client.clone())
        .await
        .unwrap();
    let config = json!({"server": proxy.url(), "user": USER, "password": "env:PASSWORD"});
    let estate = Added::new("vsphere", config, ("PASSWORD", PASSWORD)).await;
    let assets = "/api/v1/assets?q=platform:vsphere";
    assert_eq!(estate.collect().await, ("complete".to_owned(), [8, 0, 0, 0]));
    assert_eq!(estate.names(assets).await, machines);
    let resources = estate.names("/api/v1/resources").await;
    assert!(
        resources.is_superset(&set(["DC0_C0", "DC0_C0_H0", "DC1_H0"])),
        "{resources:?}"
    );
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 8, 0]));

    // The pages after the first never come, in each datacenter.
    proxy.rule(|asked| {
        let text = asked.text();
        asked.body = text.replace("<maxObjects>200<", "<maxObjects>1<").into_bytes();
        match text.contains("<ContinueRetrievePropertiesEx") {
            true => Reply::say(404, "text/plain", ""),
            false => Reply::Forward,
        }
    });
    let (outcome, [added, changed, _, removed]) = estate.collect().await;
    assert_eq!((outcome.as_str(), added, changed, removed), ("partial", 0, 0, 0));
    assert_eq!(estate.names(assets).await, machines);
    assert_eq!(estate.names("/api/v1/resources").await, resources);
    assert!(
        estate
            .gaps()
            .await
            .contains(&("virtual_machine".to_owned(), "provider_refused".to_owned()))
    );
}

#[tokio::test]
async fn a_machine_that_is_hidden_stays_and_one_that_was_deleted_goes() {
    let Some(vcenter) = Vcenter::start("a_machine_that_is_hidden_stays_and_one_that_was_deleted_goes").await
    else {
        return;
    };
    let ids = vcenter.ids("VirtualMachine").await;
    let proxy = HttpProxy::start(&vcenter.url, vcenter.client.clone())
        .await
        .unwrap();
    let config = json!({"server": proxy.url(), "user": USER, "password": "env:PASSWORD"});
    let estate = Added::new("vsphere", config, ("PASSWORD", PASSWORD)).await;
    let assets = "/api/v1/assets?q=platform:vsphere";
    assert_eq!(estate.collect().await, ("complete".to_owned(), [8, 0, 0, 0]));

    // One machine and one host are hidden, another machine of the same list is deleted: fewer than the guard holds back.
    let hosts = vcenter.ids("HostSystem").await;
    let (hidden, host) = (ids["DC0_H0_VM0"].clone(), hosts["DC1_H0"].clone());
    let denied = fault("NoPermission", "<privilegeId>System.View</privilegeId>");
    proxy.rule(
        move |asked| match asked.text().contains("<type>HostSystem</type>") {
            true => leave_out(asked, ("HostSystem", &host), &denied),
            false => leave_out(asked, ("VirtualMachine", &hidden), &denied),
        },
    );
    vcenter.destroy(&ids["DC0_H0_VM1"]).await;
    vcenter.destroy(&ids["DC1_H0_VM1"]).await;
    let (outcome, [added, changed, _, removed]) = estate.collect().await;
    assert_eq!((outcome.as_str(), added, changed, removed), ("partial", 0, 0, 1));
    let mut left: BTreeSet<String> = ids.keys().cloned().collect();
    left.remove("DC1_H0_VM1");
    assert_eq!(estate.names(assets).await, left, "its datacenter was seen whole");
    assert!(estate.names("/api/v1/resources").await.contains("DC1_H0"));
    let gap = |kind: &str| (kind.to_owned(), "permission_missing".to_owned());
    assert_eq!(
        estate.gaps().await,
        BTreeSet::from([gap("hypervisor"), gap("virtual_machine")])
    );
    // And it is no other way the next time.
    assert_eq!(estate.collect().await.0, "partial");
    assert_eq!(estate.names(assets).await, left);

    proxy.forward_all();
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 6, 1]));
    left.remove("DC0_H0_VM1");
    assert_eq!(estate.names(assets).await, left);
    assert!(estate.gaps().await.is_empty());
}
