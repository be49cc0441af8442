//! A server that speaks Azure's protocols (`tests/peers/azure_peer.py`), and the calls that seed it.

use serde_json::{Value, json};

use crate::served::Served;

pub const AZURE_TENANT: &str = "contoso.onmicrosoft.com";

pub struct AzurePeer(Served);

impl AzurePeer {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<AzurePeer> {
        let served = Served::start("azure_peer", test, &[], "/-/broken").await?;
        Some(AzurePeer(served))
    }

    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Resources as Azure lists them; or `{"certificate": …}` of a vault, or `{"assessment": …}` of a machine.
    pub async fn put(&self, rows: &[Value]) {
        let broken = self.tell("put", &json!(rows)).await;
        assert_eq!(broken, Vec::<String>::new(), "it is no Azure that is put");
    }

    /// Its `secret`, the `assertion` that it trusts, the `role` of whoever signs in, and how often a token may be used.
    pub async fn set(&self, settings: &Value) {
        self.tell("set", settings).await;
    }

    /// What it was asked, or was about to answer, that Azure does not publish.
    pub async fn broken(&self) -> Vec<String> {
        self.tell("broken", &Value::Null).await
    }

    async fn tell(&self, what: &str, body: &Value) -> Vec<String> {
        let asking = self.0.client.post(format!("{}/-/{what}", self.0.url));
        let answer = asking
            .body(body.to_string())
            .send()
            .await
            .expect("the peer answers");
        let text = answer.text().await.expect("the peer answers with text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
    }
}

pub fn azure_subscription(id: &str, name: &str) -> Value {
    json!({"id": format!("/subscriptions/{id}"), "subscriptionId": id, "displayName": name, "state": "Enabled"})
}

/// Below a resource group: `Microsoft.Compute/virtualMachines/NAME`.
pub fn azure_id(subscription: &str, below: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/Web/providers/{below}")
}

/// One that runs Debian, has no network, and was started from the marketplace.
pub fn azure_machine(subscription: &str, name: &str, tags: &Value) -> Value {
    let id = azure_id(subscription, &format!("Microsoft.Compute/virtualMachines/{name}"));
    let image = json!({"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest", "exactVersion": "0.20.1"});
    json!({
        "id": id, "name": name, "location": "westeurope", "tags": tags, "zones": ["1"],
        "properties": {
            "vmId": "da560509-fad4-4f76-a9f1-63614eda019a",
            "hardwareProfile": {"vmSize": "Standard_B2s"},
            "storageProfile": {"imageReference": image, "osDisk": {"osType": "Linux", "createOption": "FromImage"}},
            "networkProfile": {"networkInterfaces": []},
            "timeCreated": "2026-10-01T08:00:00.1234567+00:00",
            "instanceView": azure_view("running"),
        },
    })
}

/// What a machine does: `running`, `deallocated`.
pub fn azure_view(power: &str) -> Value {
    json!({
        "osName": "debian", "osVersion": "12", "hyperVGeneration": "V2", "vmAgent": {"vmAgentVersion": "2.9.1.1"},
        "statuses": [
            {"code": "ProvisioningState/succeeded", "level": "Info"},
            {"code": format!("PowerState/{power}"), "level": "Info"},
        ],
    })
}
