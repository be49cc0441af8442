//! AWS accounts from the API to the facts, against moto.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::app::sync;
use qlrf_server::secret::Secret;
use qlrf_testkit::{Asked, HttpProxy, Moto, Reply};
use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn grants() -> Grants {
    let variables = [("ID", "AKIAEXAMPLE"), ("SECRET", SECRET)];
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    let allowed = ["env:ID", "env:SECRET"].map(|place| Allowed::parse(&format!("first={place}")).unwrap());
    Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), BTreeMap::from(variables), None)),
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

async fn names(admin: &TestClient) -> BTreeSet<String> {
    let page: Value = admin.get("/api/v1/assets?q=platform:aws").await.ok();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Whoever asks for the machines of one region gets this.
fn away(proxy: &HttpProxy, reply: Reply) {
    proxy.rule(move |asked| match lists_machines_away(asked) {
        true => reply.clone(),
        false => Reply::Forward,
    });
}

async fn scope_away(admin: &TestClient) -> Value {
    let coverage: Value = admin.get("/api/v1/coverage").await.ok();
    let mut items = coverage["items"].as_array().unwrap().iter();
    let of_away = items.find(|item| item["region"] == "us-east-1" && item["kind"] == "virtual_machine");
    of_away.unwrap().clone()
}

pub fn config(proxy: &HttpProxy) -> Value {
    json!({
        "access_key_id": "env:ID", "secret_access_key": "env:SECRET", "endpoint": proxy.url(), "regions": REGIONS,
        "requests_per_second": 1000,
    })
}

pub fn lists_machines_away(asked: &Asked) -> bool {
    asked.text().starts_with("Action=DescribeInstances&")
        && asked.header("authorization").contains("/us-east-1/")
}

/// Two machines in each region.
pub async fn seed(moto: &Moto) {
    for region in REGIONS {
        let image = moto.register_image(region, "golden-1").await;
        for name in ["a", "b"] {
            moto.run_instance(region, &image, [("Name", &*format!("{name}-{region}"))])
                .await;
        }
    }
}

#[tokio::test]
async fn machines_become_assets_and_stay_when_a_region_is_refused_or_away() {
    let Some(moto) = Moto::start("machines_become_assets_and_stay_when_a_region_is_refused_or_away").await
    else {
        return;
    };
    seed(&moto).await;
    let proxy = HttpProxy::start(&moto.url, reqwest::Client::new()).await.unwrap();
    let server = TestServer::start_granting(Web(&[]), grants()).await;
    let admin = server.client(Role::Admin).await;
    let body = json!({"name": "cloud", "kind": "aws", "config": config(&proxy)});
    let made: Value = admin.post("/api/v1/connectors", &body).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    let tested: Value = admin.post(&format!("{connector}/test"), &json!({})).await.ok();
    assert_eq!(tested["ok"], true, "{tested}");

    let first = collect(&server, &admin, &connector).await;
    assert_eq!(
        (first["outcome"].as_str(), counts(&first)),
        (Some("complete"), [4, 0, 0, 0]),
        "{first}"
    );
    let all = names(&admin).await;
    assert_eq!(
        all,
        BTreeSet::from(["a-eu-west-1", "a-us-east-1", "b-eu-west-1", "b-us-east-1"].map(str::to_owned))
    );
    let again = collect(&server, &admin, &connector).await;
    assert_eq!(
        (again["outcome"].as_str(), counts(&again)),
        (Some("complete"), [0, 0, 4, 0]),
        "{again}"
    );

    // A permission is taken away in one region: not listed, and still there.
    let no = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
    away(&proxy, Reply::say(403, "text/xml", no));
    let refused = collect(&server, &admin, &connector).await;
    assert_eq!(
        (refused["outcome"].as_str(), counts(&refused)),
        (Some("partial"), [0, 0, 2, 0]),
        "{refused}"
    );
    let missing = scope_away(&admin).await;
    assert_eq!(missing["code"], "permission_missing", "{missing}");
    assert!(
        missing["detail"]
            .as_str()
            .unwrap()
            .contains("ec2:DescribeInstances"),
        "{missing}"
    );
    assert!(missing["completed_at"].is_string(), "its age is told: {missing}");
    assert_eq!(names(&admin).await, all);

    // Its machines cannot be reached.
    away(&proxy, Reply::Cut);
    let cut = collect(&server, &admin, &connector).await;
    assert_eq!(
        (cut["outcome"].as_str(), counts(&cut)),
        (Some("partial"), [0, 0, 2, 0]),
        "{cut}"
    );
    assert_eq!(scope_away(&admin).await["code"], "provider_unreachable");
    assert_eq!(names(&admin).await, all);

    // Back again: what was not seen for a while is the same as before.
    proxy.forward_all();
    let back = collect(&server, &admin, &connector).await;
    assert_eq!(
        (back["outcome"].as_str(), counts(&back)),
        (Some("complete"), [0, 0, 4, 0]),
        "{back}"
    );
    let everywhere = format!("{}{first}{cut}{tested}", admin.get(&connector).await.text());
    assert!(!everywhere.contains(SECRET));
}
