//! An Azure with machines in two subscriptions, the way to it, and its words for what goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::Scope;
use qlrf_core::secret::Secret;
use qlrf_testkit::{AZURE_TENANT, Asked, AzurePeer, HttpProxy, Reply, azure_machine, azure_subscription};
use serde_json::{Value, json};

use crate::suite::{Listed, Subject, Written, hostile_labels};

pub const WEB: &str = "11111111-1111-1111-1111-111111111111";
pub const DATA: &str = "22222222-2222-2222-2222-222222222222";
/// More than two pages of two.
const MACHINES: usize = 5;
pub const SECRET: &str = "k7Q8Q~example-client-secret-of-an-application";
pub const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.example.assertion";

/// A peer with two empty subscriptions.
pub async fn peer(test: &str) -> Option<AzurePeer> {
    let peer = AzurePeer::start(test).await?;
    peer.set(&json!({"secret": SECRET, "assertion": ASSERTION})).await;
    peer.put(&[azure_subscription(WEB, "Web"), azure_subscription(DATA, "Data")])
        .await;
    Some(peer)
}

/// Machines for the suite that every connector goes through.
pub async fn seed(peer: &AzurePeer) {
    for subscription in [WEB, DATA] {
        let machines = (1..=MACHINES).map(|number| {
            let labels = labels(subscription, number);
            azure_machine(subscription, &name(subscription, number), &json!(labels))
        });
        peer.put(&machines.collect::<Vec<_>>()).await;
    }
}

fn name(subscription: &str, number: usize) -> String {
    format!("<i>{}<i> {number}", &subscription[..4])
}

fn labels(subscription: &str, number: usize) -> BTreeMap<String, String> {
    let mut labels = match number {
        1 => hostile_labels(),
        _ => BTreeMap::new(),
    };
    labels.insert("env".into(), "prod".into());
    labels.insert("of".into(), subscription.into());
    labels
}

pub async fn proxy(peer: &AzurePeer) -> HttpProxy {
    HttpProxy::start(peer.url(), reqwest::Client::new())
        .await
        .unwrap()
}

pub fn config(url: &str) -> Value {
    json!({
        "tenant": AZURE_TENANT, "client_id": "33333333-3333-3333-3333-333333333333", "client_secret": "env:SECRET",
        "subscriptions": [WEB, DATA], "endpoint": format!("{url}/{{service}}"), "requests_per_second": 1000,
    })
}

/// Signs in with what somebody else signed.
pub fn federated(mut config: Value) -> Value {
    config["client_secret"] = Value::Null;
    config["federated_token"] = json!("env:ASSERTION");
    config
}

pub fn grant() -> Grant {
    grants().of("test")
}

pub fn grants() -> Grants {
    let variables = [("SECRET", SECRET), ("WRONG", "wrong"), ("ASSERTION", ASSERTION)];
    let allowed = variables.map(|(name, _)| Allowed::parse(&format!("test=env:{name}")).unwrap());
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), variables.into(), None)),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
}

/// Of a subscription, the list that ends with this.
pub fn lists(asked: &Asked, what: &str) -> bool {
    let (path, _) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    path.ends_with(what)
}

pub fn says(status: u16, code: &str) -> Reply {
    let body = json!({"error": {"code": code, "message": "no"}});
    Reply::say(status, "application/json", body.to_string())
}

fn forbidden(asked: &Asked) -> Reply {
    match asked.target.starts_with("/login/") {
        true => Reply::say(
            401,
            "application/json",
            json!({"error": "invalid_client", "error_description": "AADSTS7000215: no"}).to_string(),
        ),
        false => says(403, "AuthorizationFailed"),
    }
}

fn untimely(_: &Asked, date: String) -> Reply {
    let description = "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-11-22T10:20:00.1Z, \
        assertion valid from 2026-11-22T09:00:00.0000000Z, expiry time of assertion 2026-11-22T10:00:00.0000000Z. Review the documentation at \
        https://learn.microsoft.com/entra/identity-platform/certificate-credentials . Trace ID: 7a84b74b Correlation ID: d75bd923";
    let body = json!({"error": "invalid_client", "error_description": description, "error_codes": [700024]});
    Reply::say(401, "application/json", body.to_string()).at(date)
}

pub async fn subject(peer: &AzurePeer) -> Subject {
    let proxy = proxy(peer).await;
    let machines = [WEB, DATA].into_iter().flat_map(|subscription| {
        (1..=MACHINES).map(move |number| (name(subscription, number), labels(subscription, number)))
    });
    Subject {
        kind: "azure",
        config: federated(config(proxy.url())),
        grant: grant(),
        proxy,
        listed: Listed::Machines,
        machines: machines.collect(),
        lists_machines: |asked| lists(asked, "/virtualMachines"),
        of_the_failing: |asked| lists(asked, "/virtualMachines") && asked.target.contains(DATA),
        is_failing: |scope: &Scope| scope.account == DATA && scope.kind == "virtual_machine",
        small_page: |asked| {
            asked.headers.insert("x-peer-page-items", "2".parse().unwrap());
        },
        slower: |_| Reply::Say {
            status: 429,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("retry-after", "0".to_owned()),
            ],
            body: json!({"error": {"code": "TooManyRequests", "message": "slower"}}).to_string(),
        },
        forbidden,
        expired: |asked| match asked.target.starts_with("/login/") {
            true => Reply::Forward,
            false => says(401, "ExpiredAuthenticationToken"),
        },
        untimely: Some(untimely),
        written: Some(Written::Json),
        renamed: "<i>1111<i> 2",
        permission: "Microsoft.Compute/virtualMachines/read",
    }
}
