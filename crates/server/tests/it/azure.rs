//! Azure subscriptions from the API to the facts: what was added is collected and shown, and what is refused stays.

use std::collections::BTreeSet;

use qlrf_testkit::{
    AZURE_TENANT, Asked, AzurePeer, HttpProxy, Reply, azure_id, azure_machine, azure_subscription,
};
use serde_json::{Value, json};

use crate::provider::{Added, set};

pub const SECRET: &str = "k7Q8Q~example-client-secret-of-an-application";

const SUBSCRIPTIONS: [&str; 2] = [
    "11111111-1111-1111-1111-111111111111",
    "22222222-2222-2222-2222-222222222222",
];

/// A machine in each subscription: `a` and `b`.
pub async fn seed(azure: &AzurePeer) {
    azure.set(&json!({"secret": SECRET})).await;
    for (id, name) in SUBSCRIPTIONS.into_iter().zip(["a", "b"]) {
        let machine = azure_machine(id, name, &json!({"env": "prod"}));
        azure.put(&[azure_subscription(id, name), machine]).await;
    }
}

pub fn config(proxy: &HttpProxy) -> Value {
    json!({
        "tenant": AZURE_TENANT, "client_id": "33333333-3333-3333-3333-333333333333", "client_secret": "env:SECRET",
        "endpoint": format!("{}/{{service}}", proxy.url()), "requests_per_second": 1000,
    })
}

pub fn lists_machines_of_b(asked: &Asked) -> bool {
    let list = format!(
        "/{}/providers/Microsoft.Compute/virtualMachines",
        SUBSCRIPTIONS[1]
    );
    asked.target.contains(&list)
}

#[tokio::test]
async fn machines_of_a_subscription_stay_while_it_is_refused() {
    let Some(azure) = AzurePeer::start("machines_of_a_subscription_stay_while_it_is_refused").await else {
        return;
    };
    seed(&azure).await;
    let proxy = HttpProxy::start(azure.url(), reqwest::Client::new())
        .await
        .unwrap();
    let estate = Added::new("azure", config(&proxy), ("SECRET", SECRET)).await;
    let assets = "/api/v1/assets?q=platform:azure";
    assert_eq!(estate.collect().await, ("complete".to_owned(), [2, 0, 0, 0]));
    assert_eq!(estate.names(assets).await, set(["a", "b"]));
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 2, 0]));

    proxy.rule(|asked| match lists_machines_of_b(asked) {
        true => Reply::say(
            403,
            "application/json",
            r#"{"error": {"code": "AuthorizationFailed", "message": "no"}}"#,
        ),
        false => Reply::Forward,
    });
    assert_eq!(estate.collect().await, ("partial".to_owned(), [0, 0, 1, 0]));
    assert_eq!(estate.names(assets).await, set(["a", "b"]));
    let gap = ("virtual_machine".to_owned(), "permission_missing".to_owned());
    assert_eq!(estate.gaps().await, BTreeSet::from([gap]));

    proxy.forward_all();
    assert_eq!(estate.collect().await, ("complete".to_owned(), [0, 0, 2, 0]));
    assert_eq!(azure.broken().await, Vec::<String>::new());
}

const HALLS: &str = "apiVersion: ql-rf.io/v1
kind: MappingRules
rules:
  - name: halls are subnets
    when: {platforms: [azure], labels: {ql-rf.io/azure-virtual-network: plant, ql-rf.io/azure-subnet: {regex: '^hall-(?<hall>[0-9])$'}}}
    set: {site: 'hall ${hall}'}
";

#[tokio::test]
async fn a_rule_goes_by_the_subnet_that_a_machine_is_in() {
    let Some(azure) = AzurePeer::start("a_rule_goes_by_the_subnet_that_a_machine_is_in").await else {
        return;
    };
    seed(&azure).await;
    let web = SUBSCRIPTIONS[0];
    let of = |below: &str| azure_id(web, below);
    let interface = of("Microsoft.Network/networkInterfaces/a");
    let subnet = of("Microsoft.Network/virtualNetworks/Plant/subnets/Hall-7");
    let configuration = json!({"name": "main", "properties": {"subnet": {"id": subnet}}});
    let mut machine = azure_machine(web, "a", &json!({}));
    machine["properties"]["networkProfile"]["networkInterfaces"] = json!([{"id": interface}]);
    let interface = json!({
        "id": interface, "name": "a", "location": "westeurope", "properties": {"ipConfigurations": [configuration]},
    });
    azure.put(&[machine, interface]).await;
    let proxy = HttpProxy::start(azure.url(), reqwest::Client::new())
        .await
        .unwrap();
    let estate = Added::new("azure", config(&proxy), ("SECRET", SECRET)).await;
    estate.save_rules(HALLS).await;
    assert_eq!(estate.collect().await.0, "complete");
    let of_hall = "/api/v1/assets?q=site:%22hall%207%22";
    assert_eq!(estate.names(of_hall).await, set(["a"]));
    assert_eq!(
        estate.names("/api/v1/assets?q=platform:azure").await,
        set(["a", "b"])
    );
}
