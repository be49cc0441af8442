//! Container images from the registry to the answer: packages, findings, what runs them, and that nothing is pulled twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::inventory::Sink as _;
use qlrf_core::asset::Platform;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::perm::Role;
use qlrf_core::resource::{Facts, Resource, RunningImage, Workload};
use qlrf_server::api::web::Web;
use qlrf_server::app::sync;
use qlrf_testkit::{HttpProxy, Image, Registry, Reply, debian_layer, layer};
use serde_json::{Value, json};

use crate::host::advisory;
use crate::inventory::{Estate, scope};
use crate::support::{TestClient, TestServer};
use crate::vulnerability::{EARLY, upload};

const REPOSITORY: &str = "golden/base";

pub struct Site {
    registry: Registry,
    proxy: HttpProxy,
    pub server: TestServer,
    admin: TestClient,
    connector: String,
    /// Requests for blobs, and for manifests with their content.
    pulled: Arc<AtomicU64>,
}

impl Site {
    pub async fn start(test: &str) -> Option<Site> {
        let registry = Registry::start(test).await?;
        let proxy = HttpProxy::start(&registry.url, reqwest::Client::new())
            .await
            .unwrap();
        let networks = Arc::new([AllowedNetwork::parse("first=127.0.0.1").unwrap()]);
        let grants = Grants {
            networks,
            ..Grants::default()
        };
        let server = TestServer::start_granting(Web(&[]), grants).await;
        let admin = server.installer(Role::Admin).await;
        let config = json!({"server": proxy.url(), "name": "registry", "requests_per_second": 1000});
        let body = json!({"name": "registry", "kind": "oci", "config": config});
        let made: Value = admin.post("/api/v1/connectors", &body).await.ok();
        let pulled = Arc::new(AtomicU64::new(0));
        let counted = pulled.clone();
        proxy.rule(move |asked| {
            let is_content = asked.target.contains("/blobs/") || asked.target.contains("/manifests/");
            let is_pulled = is_content && asked.method == reqwest::Method::GET;
            counted.fetch_add(u64::from(is_pulled), Ordering::Relaxed);
            Reply::Forward
        });
        Some(Site {
            registry,
            proxy,
            server,
            admin,
            connector: made["id"].as_str().unwrap().to_owned(),
            pulled,
        })
    }

    /// The outcome, and what was pulled.
    pub async fn collect(&self) -> (Value, u64) {
        self.pulled.store(0, Ordering::Relaxed);
        let path = format!("/api/v1/connectors/{}/sync", self.connector);
        let queued: Value = self.admin.post(&path, &json!({})).await.ok();
        let (store, grants) = (&self.server.app.store, &self.server.app.grants);
        let (org, id) = (self.server.first.org, self.connector.parse().unwrap());
        sync::run_next(store, grants, org, id, "test").await.unwrap();
        let path = format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap());
        (
            self.admin.get(&path).await.ok(),
            self.pulled.load(Ordering::Relaxed),
        )
    }

    /// The outcome, and how many requests of any kind it took.
    async fn collect_counting(&self) -> (Value, u64) {
        let before = self.proxy.requests();
        let (outcome, _) = self.collect().await;
        (outcome, self.proxy.requests() - before)
    }

    /// An image for each of two platforms, and the digests of the index and the first of them.
    pub async fn push(&self, tag: &str, packages: &[(&str, &str)]) -> (String, String) {
        let base = debian_layer(packages);
        let mut digests = Vec::new();
        for platform in ["linux/amd64", "linux/arm64"] {
            let image = Image {
                platform,
                labels: BTreeMap::new(),
                layers: &[base.clone(), layer(&[("etc/motd", tag)])],
            };
            digests.push((platform, self.registry.push(REPOSITORY, None, &image).await));
        }
        let images: Vec<(&str, &str)> = digests
            .iter()
            .map(|(platform, digest)| (*platform, &**digest))
            .collect();
        let index = self.registry.push_index(REPOSITORY, tag, &images).await;
        (index, digests[0].1.clone())
    }

    /// The address of the resource of a digest.
    async fn resource(&self, digest: &str) -> String {
        let page: Value = self
            .admin
            .get(&format!("/api/v1/resources?word={digest}"))
            .await
            .ok();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page}");
        format!("/api/v1/resources/{}", items[0]["id"].as_str().unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        self.admin.get(path).await.ok()
    }

    async fn rows(&self) -> Vec<i64> {
        let mut admin = self.server.db.admin().await;
        let mut counts = Vec::new();
        for table in [
            "resource",
            "container_image",
            "container_layer",
            "image_digest",
            "package_set",
        ] {
            let sql = format!("SELECT count(*) FROM {table}");
            let count = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
            counts.push(count.fetch_one(&mut admin).await.unwrap());
        }
        counts
    }
}

#[tokio::test]
async fn what_is_known_by_its_digest_is_pulled_once() {
    let Some(site) = Site::start("what_is_known_by_its_digest_is_pulled_once").await else {
        return;
    };
    let (index, _) = site.push("v1", &[("libc6", "2.36-9")]).await;
    let (first, pulled) = site.collect().await;
    assert_eq!(first["outcome"], "complete", "{first}");
    let told = [
        "added",
        "resources_added",
        "resources_changed",
        "resources_removed",
    ]
    .map(|of| first[of].as_i64());
    assert_eq!(told, [Some(0), Some(3), Some(0), Some(0)], "{first}");
    // An index and two manifests, two configurations, and the two layers that both images share.
    assert_eq!(pulled, 7);
    let rows = site.rows().await;
    assert_eq!(rows, [3, 3, 2, 5, 1]);
    let (again, pulled) = site.collect().await;
    assert_eq!((&again["outcome"], pulled), (&json!("complete"), 0), "{again}");
    assert_eq!(
        site.rows().await,
        rows,
        "nothing was written for what did not change"
    );
    // On the same base: of the layers the new one alone.
    site.push("v2", &[("libc6", "2.36-9")]).await;
    let (_, pulled) = site.collect().await;
    assert_eq!((site.rows().await, pulled), (vec![6, 6, 3, 10, 1], 6));
    // A tag is another fact of an image, and nothing is pulled for it.
    site.registry.tag(REPOSITORY, &index, "latest").await;
    let (tagged, pulled) = site.collect().await;
    assert_eq!((site.rows().await, pulled), (vec![7, 6, 3, 10, 1], 0));
    assert_eq!(tagged["resources_changed"], 1, "{tagged}");
}

/// Whoever runs the registry took it away: its images leave, those of others stay, and it is not asked for again.
#[tokio::test]
async fn a_repository_that_is_gone_takes_its_images_along() {
    let Some(site) = Site::start("a_repository_that_is_gone_takes_its_images_along").await else {
        return;
    };
    let (index, _) = site.push("v1", &[("libc6", "2.36-9")]).await;
    let image = Image {
        platform: "linux/amd64",
        labels: BTreeMap::new(),
        layers: &[debian_layer(&[("libc6", "2.36-9")])],
    };
    let old = site.registry.push("team/old", Some("v1"), &image).await;
    site.collect().await;
    site.resource(&old).await;
    site.registry.forget("team/old");
    let (_, asked) = site.collect_counting().await;
    let names: Value = site.get("/api/v1/resources").await;
    assert_eq!(names["total"], 3, "{names}");
    site.resource(&index).await;
    let of_old = async |query: &str| {
        let page = site.get(&format!("/api/v1/coverage?q=team/old{query}")).await;
        page["total"].as_u64().unwrap()
    };
    assert_eq!((of_old("").await, of_old("&state=gone").await), (0, 2));
    let (again, asked_again) = site.collect_counting().await;
    assert_eq!(again["outcome"], "complete", "{again}");
    assert_eq!(asked_again, asked - 1, "it was asked for again");
    site.registry.push("team/old", Some("v1"), &image).await;
    site.collect().await;
    site.resource(&old).await;
    assert_eq!((of_old("").await, of_old("&state=gone").await), (2, 0));
}

#[tokio::test]
async fn packages_and_findings_of_an_image_say_what_they_rest_on() {
    let Some(site) = Site::start("packages_and_findings_of_an_image_say_what_they_rest_on").await else {
        return;
    };
    let (index, image) = site
        .push("v1", &[("libc6", "2.36-9"), ("openssl", "3.0.1-1")])
        .await;
    site.collect().await;
    let one = site.resource(&image).await;
    let packages = site.get(&format!("{one}/packages?q=SSL")).await;
    assert_eq!(
        (&packages["total"], &packages["software"]["state"]),
        (&json!(1), &json!("known")),
        "{packages}"
    );
    let package = &packages["items"][0];
    assert_eq!(
        (&package["name"], &package["version"], &package["ecosystem"]),
        (&json!("openssl"), &json!("3.0.1-1"), &json!("Debian:12"))
    );
    let purl = package["purl"].as_str().unwrap();
    assert!(purl.starts_with("pkg:deb/debian/openssl@3.0.1-1"), "{purl}");
    // Without a feed nothing is known, and nothing is zero.
    let before = site.get(&format!("{one}/vulnerabilities")).await;
    assert_eq!(
        (&before["judged"], &before["total"], &before["counts"]),
        (&json!(false), &Value::Null, &Value::Null),
        "{before}"
    );
    let record = advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY);
    upload(&site.admin, "osv", &format!("{record}\n"))
        .await
        .ok::<Value>();
    let after = site.get(&format!("{one}/vulnerabilities")).await;
    assert_eq!(
        (&after["judged"], &after["total"]),
        (&json!(true), &json!(1)),
        "{after}"
    );
    assert_eq!(
        (&after["counts"]["packages"], &after["counts"]["packages_judged"]),
        (&json!(2), &json!(2))
    );
    let finding = &after["items"][0];
    assert_eq!(
        (
            &finding["id"],
            &finding["fixes"][0]["fixed_version"],
            &finding["fix"]
        ),
        (&json!("CVE-2026-0001"), &json!("3.0.2-1"), &json!("all"))
    );
    let by_urgency = after["urgency"].as_object().unwrap().values();
    assert_eq!(by_urgency.filter_map(Value::as_u64).sum::<u64>(), 1, "{after}");
    // An index has none of its own, and something else none at all.
    let index = site.resource(&index).await;
    let of_index = site.get(&format!("{index}/vulnerabilities")).await;
    assert_eq!(
        (&of_index["judged"], &of_index["software"]["state"]),
        (&json!(false), &json!("in_platforms"))
    );
    let nobody = site.server.client_of(site.server.second, Role::Admin, None).await;
    nobody
        .get(&format!("{one}/packages"))
        .await
        .problem(404, "not_found");
}

/// What another connector tells: a workload that runs these digests.
async fn runs(site: &Site, estate: &Estate, digests: &[&str]) -> String {
    let image = |digest: &&str| RunningImage {
        reference: format!("registry/{REPOSITORY}:v1"),
        digest: Some((*digest).to_owned()),
    };
    let workload = Resource {
        native_id: "uid-1".to_owned(),
        platform: Platform::Kubernetes,
        name: "web".to_owned(),
        account: None,
        region: None,
        labels: BTreeMap::new(),
        facts: Facts::Workload(Workload {
            workload: "Deployment".to_owned(),
            images: digests.iter().map(image).collect(),
            ..Workload::default()
        }),
        relations: Vec::new(),
        simulated: false,
    };
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    ingest.resources(&scope("k1"), vec![workload]).await.unwrap();
    ingest.close(&scope("k1"), ScopeOutcome::Complete).await.unwrap();
    ingest.finish().await.unwrap();
    lease.give_back(&estate.store, estate.org).await.unwrap();
    site.resource("uid-1").await
}

fn names(ends: &Value, end: &str, relation: &str) -> Vec<String> {
    let ends = ends.as_array().unwrap().iter();
    let of_relation = ends.filter(|one| one["relation"] == relation);
    of_relation
        .map(|one| one[end]["name"].as_str().unwrap_or("not listed").to_owned())
        .collect()
}

#[tokio::test]
async fn what_runs_by_digest_leads_to_the_image_and_back() {
    let Some(site) = Site::start("what_runs_by_digest_leads_to_the_image_and_back").await else {
        return;
    };
    let (index, image) = site.push("v1", &[("libc6", "2.36-9")]).await;
    site.collect().await;
    let unknown = format!("sha256:{}", "ab".repeat(32));
    let store = site.server.db.store();
    let cluster = Estate::of_kind(store, site.server.first.org, "kubernetes", &json!({})).await;
    let workload = runs(&site, &cluster, &[&index, &unknown]).await;
    let workload = site.get(&workload).await;
    let to = names(&workload["relations"]["to"], "target", "runs");
    assert_eq!(to, ["golden/base:v1", "not listed"], "{workload}");
    // From the index, and from the image of a platform that it holds.
    for digest in [&index, &image] {
        let found = site.get(&site.resource(digest).await).await;
        assert_eq!(
            names(&found["relations"]["from"], "origin", "runs"),
            ["web"],
            "{found}"
        );
    }
    let found = site.get(&site.resource(&index).await).await;
    assert_eq!(
        names(&found["relations"]["to"], "target", "contains").len(),
        2,
        "{found}"
    );
    // Then it runs something else.
    runs(&site, &cluster, &[&unknown]).await;
    let found = site.get(&site.resource(&image).await).await;
    assert_eq!(
        names(&found["relations"]["from"], "origin", "runs"),
        [""; 0],
        "{found}"
    );
}
