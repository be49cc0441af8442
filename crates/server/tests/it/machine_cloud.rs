//! A machine that its cloud lists, and that is read over SSH as an ordinary account, is one asset: by what cloud-init was told.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::app::sync;
use qlrf_server::secret::Secret;
use qlrf_testkit::Gcp;
use serde_json::{Value, json};

use crate::gcp;
use crate::sshd::{self, Keys, Site, USER};
use crate::support::{TestClient, TestServer};

const TOLD: &str = "run/cloud-init/instance-data.json";

/// The connectors that see an asset, and what makes them one.
type Sources = (Vec<String>, Vec<String>);

struct Both {
    server: TestServer,
    admin: TestClient,
    cloud: String,
    racks: String,
}

impl Both {
    async fn new(peer: &Gcp, site: &Site, keys: &Keys) -> Both {
        let secrets = [
            ("KEY".to_owned(), Secret::new(gcp::three_machines(peer).await)),
            ("SSH".to_owned(), Secret::new(keys.secret("user"))),
        ];
        let allowed = ["KEY", "SSH"].map(|name| Allowed::parse(&format!("first=env:{name}")).unwrap());
        let grants = Grants {
            secrets: Arc::new(Secrets::new(allowed.into(), BTreeMap::from(secrets), None)),
            networks: Arc::new([AllowedNetwork::parse("first=127.0.0.1").unwrap()]),
            ..Grants::default()
        };
        let server = TestServer::start_granting(Web(&[]), grants).await;
        let admin = server.client(Role::Admin).await;
        let racks = json!({
            "hosts": [{"address": "127.0.0.1", "port": site.port}], "user": USER, "key": "env:SSH", "known_hosts": [site.known()],
        });
        let mut paths = Vec::new();
        for (kind, config) in [("gcp", gcp::config(&peer.url)), ("ssh", racks)] {
            let body = json!({"name": kind, "kind": kind, "config": config});
            let made: Value = admin.post("/api/v1/connectors", &body).await.ok();
            paths.push(format!("/api/v1/connectors/{}", made["id"].as_str().unwrap()));
        }
        let [cloud, racks] = paths.try_into().unwrap();
        Both {
            server,
            admin,
            cloud,
            racks,
        }
    }

    async fn collect(&self, connector: &str) {
        let queued: Value = self
            .admin
            .post(&format!("{connector}/sync"), &json!({}))
            .await
            .ok();
        let id = connector.rsplit('/').next().unwrap().parse().unwrap();
        let (store, grants) = (&self.server.app.store, &self.server.app.grants);
        while sync::run_next(store, grants, self.server.first.org, id, "test")
            .await
            .unwrap()
            .is_some()
        {}
        let path = format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap());
        let sync: Value = self.admin.get(&path).await.ok();
        assert_eq!(sync["outcome"], "complete", "{sync}");
    }

    /// Name of each asset → kinds of the connectors that see it, and by what they see the same.
    async fn assets(&self) -> BTreeMap<String, Sources> {
        let page: Value = self.admin.get("/api/v1/assets").await.ok();
        let mut assets = BTreeMap::new();
        for item in page["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            let asset: Value = self.admin.get(&format!("/api/v1/assets/{id}")).await.ok();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let sources = asset["sources"].as_array().unwrap();
            let mut kinds: Vec<String> = sources.iter().map(|one| text(&one["connector_kind"])).collect();
            kinds.sort();
            let proofs = sources.iter().flat_map(|one| one["proof"].as_array().unwrap());
            let mut proofs: Vec<String> = proofs
                .map(|proof| format!("{} {}", text(&proof["kind"]), text(&proof["value"])))
                .collect();
            proofs.sort();
            proofs.dedup();
            assets.insert(text(&item["name"]), (kinds, proofs));
        }
        assets
    }
}

fn told(cloud: &str, id: &str) -> Vec<u8> {
    let data = json!({"v1": {"cloud_name": cloud, "instance_id": id, "region": "europe-west1"}});
    data.to_string().into_bytes()
}

#[tokio::test]
async fn a_machine_that_its_cloud_and_ssh_see_is_one_asset() {
    let test = "a_machine_that_its_cloud_and_ssh_see_is_one_asset";
    let Some(peer) = Gcp::start(test).await else {
        return;
    };
    if !sshd::is_there(test) {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "inside");
    site.write(TOLD, &told("gce", "1"));
    let both = Both::new(&peer, &site, &keys).await;
    both.collect(&both.racks).await;
    both.collect(&both.cloud).await;
    let one = |kind: &str| (vec![kind.to_owned()], vec![]);
    let merged = (
        vec!["gcp".to_owned(), "ssh".to_owned()],
        vec!["instance_number gcp:1".to_owned()],
    );
    let names = |second, more: &[(&str, Sources)]| {
        let cloud = [("a", one("gcp")), ("b", second), ("c", one("gcp"))];
        let all = cloud.into_iter().chain(more.iter().cloned());
        all.map(|(name, sources)| (name.to_owned(), sources))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(both.assets().await, names(merged.clone(), &[]));

    // What is not of the form, or of another cloud, proves nothing.
    for (cloud, id) in [("gce", "01"), ("nocloud", "1")] {
        site.write(TOLD, &told(cloud, id));
        both.collect(&both.racks).await;
        let apart = names(one("gcp"), &[("inside", one("ssh"))]);
        assert_eq!(both.assets().await, apart, "{cloud} {id}");
    }
    // The file alone: what is on a board of another cloud was copied there.
    site.write(TOLD, &told("gce", "1"));
    site.write("sys/class/dmi/id/sys_vendor", b"Amazon EC2\n");
    both.collect(&both.racks).await;
    assert_eq!(both.assets().await.len(), 4);
    site.write("sys/class/dmi/id/sys_vendor", b"Google\n");
    both.collect(&both.racks).await;
    assert_eq!(both.assets().await, names(merged, &[]));
    peer.assert_published().await;
}
