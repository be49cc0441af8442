//! A registry with images, the way to it, and a registry's words for what goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::Scope;
use qlrf_core::secret::Secret;
use qlrf_testkit::{Asked, HttpProxy, Image, REGISTRY_USER, Registry, Reply, debian_layer, layer};
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite::{Listed, Subject, hostile_labels};

/// More than two pages of two.
pub const REPOSITORIES: [&str; 5] = [
    "golden/base",
    "golden/web",
    "team-a/app",
    "team-b/app",
    "tools/lint",
];
pub const FAILING: &str = "team-a/app";

pub fn grant() -> Grant {
    let variables = [("PASSWORD", REGISTRY_USER.1), ("WRONG", "hunter2")];
    let allowed = variables.map(|(name, _)| Allowed::parse(&format!("test=env:{name}")).unwrap());
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    let secrets = Secrets::new(allowed.into(), variables.into(), None);
    Grants {
        secrets: Arc::new(secrets),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
    .of("test")
}

pub fn config(server: &str) -> Value {
    json!({"server": server, "name": "registry", "requests_per_second": 1000})
}

pub fn with(mut config: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    config
}

pub fn build(config: Value) -> Box<dyn Inventory> {
    (find_kind("oci").unwrap().build)(config, grant()).unwrap()
}

pub async fn collect(config: Value) -> Recorder {
    let mut seen = Recorder::default();
    build(config).collect(&mut seen).await.unwrap();
    assert!(
        seen.complaints.is_empty() && seen.open.is_empty(),
        "{:?}",
        seen.complaints
    );
    seen
}

pub async fn proxy(registry: &Registry) -> HttpProxy {
    HttpProxy::start(&registry.url, reqwest::Client::new())
        .await
        .unwrap()
}

/// One image of one layer.
pub async fn push(
    registry: &Registry,
    repository: &str,
    tag: &str,
    labels: BTreeMap<String, String>,
) -> String {
    let base = debian_layer(&[("libc6", "2.36-9+deb12u4")]);
    // Of its own, so that no two images are one.
    let own = layer(&[("etc/motd", &format!("{repository}:{tag}"))]);
    let image = Image {
        platform: "linux/amd64",
        labels,
        layers: &[base, own],
    };
    registry.push(repository, Some(tag), &image).await
}

/// An image in each repository, two in the first; by name, with their labels.
pub async fn seed(registry: &Registry) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut seeded = BTreeMap::new();
    for (number, repository) in REPOSITORIES.iter().enumerate() {
        let labels = match number {
            0 => hostile_labels(),
            _ => BTreeMap::from([("team".to_owned(), number.to_string())]),
        };
        push(registry, repository, "v1", labels.clone()).await;
        seeded.insert(format!("{repository}:v1"), labels);
    }
    push(registry, REPOSITORIES[0], "v2", BTreeMap::new()).await;
    seeded.insert(format!("{}:v2", REPOSITORIES[0]), BTreeMap::new());
    seeded
}

fn says(status: u16, code: &str) -> Reply {
    let body = json!({"errors": [{"code": code, "message": "no"}]});
    Reply::say(status, "application/json", body.to_string())
}

fn is_catalogue(asked: &Asked) -> bool {
    asked.target.starts_with("/v2/_catalog")
}

pub async fn subject(registry: &Registry) -> Subject {
    let machines = seed(registry).await;
    let proxy = proxy(registry).await;
    let account = json!({"user": REGISTRY_USER.0, "password": "env:PASSWORD"});
    Subject {
        kind: "oci",
        config: with(config(proxy.url()), account),
        grant: grant(),
        proxy,
        listed: Listed::Resources("container_image"),
        machines,
        lists_machines: is_catalogue,
        of_the_failing: |asked| asked.target.starts_with(&format!("/v2/{FAILING}/")),
        is_failing: |scope: &Scope| scope.region == FAILING,
        small_page: |asked| {
            if is_catalogue(asked) {
                asked.target = asked.target.replace("n=100", "n=2");
            }
        },
        slower: |_| says(429, "TOOMANYREQUESTS"),
        // Whether it may be asked for its version says nothing about its images.
        forbidden: |asked| match asked.target == "/v2/" {
            true => Reply::Forward,
            false => says(403, "DENIED"),
        },
        expired: |_| Reply::Say {
            status: 401,
            headers: vec![("www-authenticate", "Basic realm=\"test\"".to_owned())],
            body: String::new(),
        },
        untimely: None,
        written: None,
        renamed: "",
        permission: "registry:catalog:*",
    }
}
