//! GCP projects from the API to the facts: what was added is collected and shown, and a zone that Google left out stays.

use std::collections::BTreeSet;

use qlrf_connectors::inventory::find_kind;
use qlrf_testkit::Gcp;
use serde_json::{Value, json};

use crate::provider::{Added, set};

const ACCOUNT: &str = "ql-rf@shop-prod.iam.gserviceaccount.com";
const ZONES: [&str; 2] = ["europe-west1-b", "us-east1-c"];
const ASSETS: &str = "/api/v1/assets?q=platform:gcp";

fn project(machines: &[(&str, &str)]) -> Value {
    let mut instances = json!({});
    for zone in ZONES {
        let here = machines.iter().enumerate().filter(|(_, (_, at))| *at == zone);
        let here = here
            .map(|(number, (name, _))| json!({"name": name, "id": number.to_string(), "status": "RUNNING"}));
        instances[format!("zones/{zone}")] = here.collect();
    }
    json!({
        "number": "100", "zones": ZONES, "instances": instances,
        "disks": {"zones/europe-west1-b": [{"name": "data", "sizeGb": "10"}]},
    })
}

async fn seed(gcp: &Gcp, machines: &[(&str, &str)]) {
    gcp.seed(json!({"projects": {"shop-prod": project(machines)}}))
        .await;
}

/// `a` and `b` in a zone, `c` in another; answers with a key file of who may read them.
pub async fn three_machines(gcp: &Gcp) -> String {
    let role = find_kind("gcp").unwrap().permissions.unwrap();
    let role: Vec<&str> = role.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    gcp.seed(json!({"roles": {ACCOUNT: role}})).await;
    seed(gcp, &[("a", ZONES[0]), ("b", ZONES[0]), ("c", ZONES[1])]).await;
    gcp.key_file(ACCOUNT).await
}

pub fn config(endpoint: &str) -> Value {
    json!({"credential": {"kind": "key_file", "key": "env:KEY"}, "endpoint": endpoint, "requests_per_second": 1000})
}

#[tokio::test]
async fn machines_become_assets_and_stay_while_google_leaves_their_zone_out() {
    let test = "machines_become_assets_and_stay_while_google_leaves_their_zone_out";
    let Some(gcp) = Gcp::start(test).await else {
        return;
    };
    let key = three_machines(&gcp).await;
    let estate = Added::new("gcp", config(&gcp.url), ("KEY", &key)).await;
    assert_eq!(estate.collect().await, ("complete".to_owned(), [3, 0, 0, 0]));
    assert_eq!(estate.names(ASSETS).await, set(["a", "b", "c"]));
    assert_eq!(estate.names("/api/v1/resources").await, set(["data"]));
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 3, 0]));

    // One machine of each zone is deleted while Google cannot see one of the zones.
    seed(&gcp, &[("a", ZONES[0])]).await;
    let away = json!([format!("zones/{}", ZONES[0])]);
    gcp.faults(json!({"unreachable": {"shop-prod": away}, "form": "unreachables"}))
        .await;
    let (outcome, [added, changed, _, removed]) = estate.collect().await;
    assert_eq!((outcome.as_str(), added, changed, removed), ("partial", 0, 0, 1));
    assert_eq!(
        estate.names(ASSETS).await,
        set(["a", "b"]),
        "what was not listed stays"
    );
    assert_eq!(estate.names("/api/v1/resources").await, set(["data"]));
    let gap = |kind: &str| (kind.to_owned(), "provider_incomplete".to_owned());
    let gaps = [
        "machine_image",
        "public_address",
        "scaling_group",
        "virtual_machine",
        "volume",
    ];
    assert_eq!(estate.gaps().await, BTreeSet::from(gaps.map(gap)));

    gcp.faults(json!({})).await;
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 1, 1]));
    assert_eq!(estate.names(ASSETS).await, set(["a"]));
    gcp.assert_published().await;
}
