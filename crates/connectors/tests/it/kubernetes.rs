//! A Kubernetes cluster, against a real API server: what is read, what may not be, and every law of the suite.

mod exec;
mod seed;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::secret::Secret;
use qlrf_testkit::{Asked, HttpProxy, Reply};
use serde_json::{Value, json};

use crate::apiserver::{self, ADMIN, ApiServer, READER, STRANGER};
use crate::kubernetes::seed::DIGEST;
use crate::recorder::Recorder;
use crate::suite::{self, Listed, MARKED, Subject, Written, partial};

fn grant(kubeconfig: &str) -> Grant {
    grants(kubeconfig).of("test")
}

/// Every secret that a test names, by the name that it has.
fn grants(kubeconfig: &str) -> Grants {
    let variables = [
        ("READER", READER),
        ("STRANGER", STRANGER),
        ("ADMIN", ADMIN),
        ("WRONG", "no-such-token"),
        ("KUBECONFIG", kubeconfig),
    ];
    let allowed = variables.map(|(name, _)| Allowed::parse(&format!("test=env:{name}")).unwrap());
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    let secrets = Secrets::new(allowed.into(), BTreeMap::from(variables), None);
    Grants {
        secrets: Arc::new(secrets),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
}

fn config(server: &ApiServer, token: &str) -> Value {
    json!({"cluster": "k1", "server": server.url, "certificate_authority": server.authority(), "token": token})
}

fn build(config: Value, kubeconfig: &str) -> Box<dyn Inventory> {
    (find_kind("kubernetes").unwrap().build)(config, grant(kubeconfig)).unwrap()
}

async fn collect(config: Value, kubeconfig: &str) -> Recorder {
    let mut seen = Recorder::default();
    build(config, kubeconfig).collect(&mut seen).await.unwrap();
    assert!(
        seen.complaints.is_empty() && seen.open.is_empty(),
        "{:?}",
        seen.complaints
    );
    seen
}

fn documents(seen: &Recorder) -> BTreeMap<String, Value> {
    let documents = seen.facts.values().chain(seen.resources.values());
    let documents = documents.map(|(_, text)| serde_json::from_str::<Value>(text).unwrap());
    documents
        .map(|document| (document["name"].as_str().unwrap().to_owned(), document))
        .collect()
}

fn expect(document: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        assert_eq!(document.pointer(pointer), Some(value), "{pointer}: {document}");
    }
}

#[tokio::test]
async fn a_cluster_is_read_by_an_account_that_may_only_list() {
    let Some(server) = ApiServer::start("a_cluster_is_read_by_an_account_that_may_only_list").await else {
        return;
    };
    let seeded = seed::whole(&server).await;
    let seen = collect(config(&server, "env:READER"), "").await;
    assert_eq!(partial(&seen), []);
    let found = documents(&seen);
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "agent",
            "alone",
            "broken-tls",
            "idle",
            "k1",
            "n1",
            "n2",
            "nightly",
            "web",
            "www-tls"
        ]
    );
    nodes_are_machines(&found);
    workloads_run_images(&found);
    certificates_are_public(&found);
    let everything = format!("{:?}{:?}", seen.facts, seen.resources);
    let line = seeded.key.lines().nth(3).unwrap();
    assert!(
        !everything.contains(line) && !everything.contains("hunter2"),
        "a secret was kept"
    );
    what_is_missing_is_named(&server).await;
    who_is_not_trusted_is_not_asked(&server).await;
    a_kubeconfig_leads_there_too(&server).await;
}

fn nodes_are_machines(found: &BTreeMap<String, Value>) {
    expect(
        &found["n1"],
        &[
            ("/kind", json!("kubernetes_node")),
            ("/platform", json!("kubernetes")),
            ("/account", json!("k1")),
            ("/region", json!("eu-west-1")),
            ("/state", json!("running")),
            ("/os/id", json!("debian")),
            ("/os/version", json!("12")),
            ("/os/kernel", json!("6.1.0-18-amd64")),
            ("/os/architecture", json!("x86_64")),
            ("/labels/pool", json!("blue")),
            ("/labels/ql-rf.io~1kubelet", json!("v1.20.2")),
            ("/identities/instance_id", json!("aws:i-0n1")),
            (
                "/identities/product_uuid",
                json!("4210aaaa-0000-0000-0000-00000000000b"),
            ),
            (
                "/identities/machine_id",
                json!("0123456789abcdef0123456789abcdef"),
            ),
            ("/relations/0", json!({"relation": "member_of", "to": "k1"})),
        ],
    );
    expect(&found["n2"], &[("/state", json!("unknown"))]);
    expect(&found["k1"], &[("/kind", json!("cluster"))]);
}

fn workloads_run_images(found: &BTreeMap<String, Value>) {
    let image = |name: &str, digest: Value| json!([{"reference": format!("registry.example.org/{name}"), "digest": digest}]);
    let facts = |name: &str| &found[name]["facts"];
    expect(
        facts("web"),
        &[
            ("/workload", json!("Deployment")),
            ("/namespace", json!("default")),
            ("/replicas", json!(2)),
            ("/ready", json!(1)),
            ("/images", image("web:1.4", json!(DIGEST))),
        ],
    );
    expect(
        &found["web"],
        &[
            ("/labels/ql-rf.io~1namespace", json!("default")),
            ("/labels/app", json!("web")),
        ],
    );
    expect(
        facts("alone"),
        &[
            ("/workload", json!("Pod")),
            ("/images", image("web:1.4", json!(DIGEST))),
        ],
    );
    expect(
        facts("idle"),
        &[
            ("/workload", json!("StatefulSet")),
            ("/images", image("idle:2", Value::Null)),
        ],
    );
    expect(
        facts("agent"),
        &[
            ("/workload", json!("DaemonSet")),
            ("/images", image("agent:3", Value::Null)),
        ],
    );
    expect(
        facts("nightly"),
        &[
            ("/workload", json!("CronJob")),
            ("/images", image("nightly:4", Value::Null)),
        ],
    );
}

fn certificates_are_public(found: &BTreeMap<String, Value>) {
    let certificate = &found["www-tls"]["facts"];
    expect(
        certificate,
        &[
            ("/subject", json!("CN=www.example.org,O=Example")),
            ("/dns_names", json!(["*.example.org", "www.example.org"])),
            ("/key_algorithm", json!("RSA-2048")),
            ("/status", Value::Null),
        ],
    );
    assert_eq!(certificate["fingerprint"].as_str().unwrap().len(), 64);
    assert!(certificate["not_after"].as_str().unwrap() > certificate["not_before"].as_str().unwrap());
    expect(
        &found["broken-tls"]["facts"],
        &[("/status", json!("unreadable")), ("/subject", json!(""))],
    );
}

async fn what_is_missing_is_named(server: &ApiServer) {
    let reader = build(config(server, "env:READER"), "").check().await.unwrap();
    let version = server.get("/version").await["gitVersion"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(reader.ok && reader.findings[0].contains(&version), "{reader:?}");
    let seen = collect(config(server, "env:READER"), "").await;
    expect(&documents(&seen)["k1"], &[("/facts/version", json!(version))]);
    let stranger = build(config(server, "env:STRANGER"), "").check().await.unwrap();
    let missing = |name: &str| {
        stranger
            .findings
            .iter()
            .any(|finding| finding.contains(&format!("may not list {name} ")))
    };
    assert!(!stranger.ok, "{stranger:?}");
    for name in [
        "nodes",
        "pods",
        "secrets",
        "deployments.apps",
        "replicasets.apps",
        "cronjobs.batch",
    ] {
        assert!(missing(name), "{name}: {stranger:?}");
    }
    let seen = collect(config(server, "env:STRANGER"), "").await;
    let told = [
        ("certificate", "the account may not list secrets"),
        ("kubernetes_node", "the account may not list nodes"),
        ("workload", "the account may not list pods"),
    ];
    let told = told.map(|(kind, detail)| {
        (
            kind.to_owned(),
            "permission_missing".to_owned(),
            detail.to_owned(),
        )
    });
    assert_eq!(codes(&seen), told);
    let seen = collect(config(server, "env:WRONG"), "").await;
    assert!(seen.facts.is_empty() && seen.resources.is_empty());
    assert!(
        codes(&seen)
            .iter()
            .all(|(_, code, _)| code == "credential_refused"),
        "{:?}",
        codes(&seen)
    );
    assert_eq!(codes(&seen).len(), 4);
}

async fn who_is_not_trusted_is_not_asked(server: &ApiServer) {
    let mut untrusted = config(server, "env:READER");
    untrusted["certificate_authority"] = json!(apiserver::certificate().0);
    let seen = collect(untrusted, "").await;
    assert!(
        codes(&seen)
            .iter()
            .any(|(_, code, _)| code == "certificate_refused"),
        "{:?}",
        codes(&seen)
    );
    let mut without = config(server, "env:READER");
    without["certificates"] = json!(false);
    let seen = collect(without, "").await;
    assert!(!seen.closed.keys().any(|scope| scope.kind == "certificate"));
}

/// Kind, code and detail of what was not complete.
fn codes(seen: &Recorder) -> Vec<(String, String, String)> {
    let partial = partial(seen).into_iter();
    partial
        .map(|(scope, code, detail)| (scope.kind, code, detail))
        .collect()
}

async fn a_kubeconfig_leads_there_too(server: &ApiServer) {
    let config = json!({"cluster": "k1", "kubeconfig": "env:KUBECONFIG"});
    let whole = json!({
        "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [{"name": "k", "cluster": {"server": server.url, "certificate-authority-data": base64(&server.authority())}}],
        "users": [{"name": "u", "user": {"token": READER}}],
    });
    let seen = collect(config.clone(), &whole.to_string()).await;
    assert_eq!(partial(&seen), []);
    let mut running = whole;
    running["users"][0]["user"]["exec"] = json!({"command": "touch", "args": ["/tmp/x"]});
    let error = build(config, &running.to_string())
        .check()
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"exec\"") && !error.contains(READER), "{error}");
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn status(code: u16, reason: &str) -> Reply {
    let body =
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code});
    Reply::say(code, "application/json", body.to_string())
}

fn lists_nodes(asked: &Asked) -> bool {
    asked.target.starts_with("/api/v1/nodes") || asks_whether_nodes_may_be_listed(asked)
}

fn asks_whether_nodes_may_be_listed(asked: &Asked) -> bool {
    asked.target.ends_with("/selfsubjectaccessreviews") && asked.text().contains("\"nodes\"")
}

fn forbidden(asked: &Asked) -> Reply {
    match asks_whether_nodes_may_be_listed(asked) {
        true => Reply::say(201, "application/json", r#"{"status":{"allowed":false}}"#),
        false => status(403, "Forbidden"),
    }
}

async fn subject(server: &ApiServer) -> Subject {
    let proxy = HttpProxy::start(&server.url, server.client.clone())
        .await
        .unwrap();
    let names = ["n1", "n2", "n3", "n4", "n5"];
    let mut machines = names.map(|name| {
        let pool = ("pool".to_owned(), format!("of-{name}"));
        (name.to_owned(), BTreeMap::from([pool]))
    });
    let (marked, text) = MARKED;
    machines[0].1.insert(marked.to_owned(), text.to_owned());
    for (name, labels) in &machines {
        server
            .create("/api/v1/nodes", seed::node(name, json!(labels)))
            .await;
    }
    seed::workloads(server).await;
    server.grant_reader().await;
    Subject {
        kind: "kubernetes",
        config: json!({"cluster": "k1", "server": proxy.url(), "token": "env:READER", "requests_per_second": 100}),
        grant: grant(""),
        proxy,
        listed: Listed::Machines,
        machines: machines.into(),
        lists_machines: lists_nodes,
        of_the_failing: |asked| asked.target.contains("/deployments"),
        is_failing: |scope| scope.kind == "workload",
        small_page: |asked| asked.target = asked.target.replace("limit=500", "limit=2"),
        slower: |_| status(429, "TooManyRequests"),
        forbidden,
        expired: |_| status(401, "Unauthorized"),
        untimely: None,
        written: Some(Written::Json),
        renamed: "n2",
        permission: "list nodes",
    }
}

#[tokio::test]
async fn a_cluster_holds_every_law_of_the_suite() {
    let Some(server) = ApiServer::start("a_cluster_holds_every_law_of_the_suite").await else {
        return;
    };
    let subject = subject(&server).await;
    suite::hold_all(&subject).await;
    a_list_that_is_forgotten_is_begun_anew(&subject).await;
    a_page_that_is_too_large_is_asked_for_in_parts(&subject).await;
}

async fn a_list_that_is_forgotten_is_begun_anew(subject: &Subject) {
    let whole = subject.whole().await;
    for (times, complete) in [(1, true), (u64::MAX, false)] {
        let mut gone = 0;
        subject.proxy.rule(move |asked| {
            (asked.target.starts_with("/api/v1/nodes")).then(|| (SMALL)(asked));
            let goes_on = asked.target.starts_with("/api/v1/nodes") && asked.target.contains("continue=");
            gone += u64::from(goes_on);
            match goes_on && gone <= times {
                true => status(410, "Expired"),
                false => Reply::Forward,
            }
        });
        let seen = subject.collect().await;
        let codes: Vec<String> = partial(&seen).into_iter().map(|(_, code, _)| code).collect();
        match complete {
            true => assert_eq!((seen.facts, codes), (whole.facts.clone(), vec![])),
            false => assert_eq!(codes, ["listing_expired"]),
        }
    }
}

const SMALL: fn(&mut Asked) = |asked| asked.target = asked.target.replace("limit=500", "limit=2");

async fn a_page_that_is_too_large_is_asked_for_in_parts(subject: &Subject) {
    let whole = subject.whole().await;
    let large = Arc::new(AtomicU64::new(0));
    let count = large.clone();
    subject.proxy.rule(
        move |asked| match asked.target.starts_with("/api/v1/nodes?limit=500") {
            true => {
                count.fetch_add(1, Ordering::Relaxed);
                Reply::say(200, "application/json", " ".repeat(33 << 20))
            }
            false => Reply::Forward,
        },
    );
    assert_eq!(subject.collect().await.facts, whole.facts);
    assert_eq!(large.load(Ordering::Relaxed), 1);
}

#[test]
fn a_configuration_says_one_way_in() {
    let refused = |config: Value| {
        let built = (find_kind("kubernetes").unwrap().build)(config, grant(""));
        built.err().expect("it is refused").to_string()
    };
    let base = json!({"cluster": "k1", "server": "https://127.0.0.1:1", "token": "env:READER"});
    let with = |more: Value| {
        let mut config = base.clone();
        config
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        config
    };
    for (more, said) in [
        (json!({"kubeconfig": "env:KUBECONFIG"}), "either \"kubeconfig\""),
        (json!({"token": "env:OTHER"}), "not allowed"),
        (json!({"token": READER}), "not the secret itself"),
        (json!({"server": "https://169.254.169.254"}), "169.254.169.254"),
        (json!({"server": "http://10.0.0.1"}), "https"),
        (json!({"server": "https://u:p@10.0.0.1"}), "https://HOST:PORT"),
        (json!({"cluster": ""}), "cluster"),
        (json!({"insecure": true}), "insecure"),
        (json!({"requests_per_second": 0}), "requests_per_second"),
    ] {
        let error = refused(with(more.clone()));
        assert!(error.contains(said) && !error.contains(READER), "{more}: {error}");
    }
}
