//! Azure subscriptions, against a peer that takes and gives nothing that Azure does not publish: what is read.

mod furnish;
mod identity;
mod refused;
mod site;

use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_testkit::AzurePeer;
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite;
use furnish::{furnish, key};
use site::{WEB, config, grant, peer, seed, subject};

fn build(config: Value) -> Box<dyn Inventory> {
    (find_kind("azure").unwrap().build)(config, grant()).unwrap()
}

async fn collect(config: Value) -> Recorder {
    suite::collect(&*build(config)).await
}

/// With something of each kind in one subscription, and whoever signs in has the role that is documented.
async fn furnished(test: &str) -> Option<AzurePeer> {
    let peer = peer(test).await?;
    furnish(&peer).await;
    peer.set(&json!({"role": role()})).await;
    Some(peer)
}

fn role() -> Value {
    let role = find_kind("azure").unwrap().permissions.unwrap();
    serde_json::from_str(role).unwrap()
}

async fn nothing_broken(peer: &AzurePeer) {
    assert_eq!(peer.broken().await, Vec::<String>::new());
}

#[tokio::test]
async fn every_law_of_connectors_holds_for_azure() {
    let Some(peer) = peer("every_law_of_connectors_holds_for_azure").await else {
        return;
    };
    seed(&peer).await;
    suite::hold_all(&subject(&peer).await).await;
    nothing_broken(&peer).await;
}

#[track_caller]
fn assert_told(document: &Value, expected: &[(&str, Value)]) {
    for (pointer, expected) in expected {
        assert_eq!(document.pointer(pointer), Some(expected), "{pointer}: {document}");
    }
}

#[tokio::test]
async fn what_a_subscription_holds_is_read_with_the_documented_role() {
    let Some(peer) = furnished("what_a_subscription_holds_is_read").await else {
        return;
    };
    let seen = collect(config(peer.url())).await;
    assert_eq!(suite::partial(&seen), []);
    assert_eq!(seen.facts.len(), 4, "{:?}", seen.facts.keys());
    let open = key("Microsoft.Compute/virtualMachines/open");
    assert_told(
        &seen.machine("open"),
        &[
            ("/native_id", json!(open)),
            ("/platform", json!("azure")),
            ("/account", json!(WEB)),
            ("/region", json!("westeurope")),
            ("/state", json!("running")),
            ("/exposure", json!("internet")),
            ("/image_ref", json!("Debian:debian-12:12-gen2:0.20.1")),
            ("/os/id", json!("debian")),
            ("/os/version", json!("12")),
            ("/launched_at", json!("2026-10-01T08:00:00.1234567Z")),
            ("/identities/instance_id", json!(format!("azure:{}", &open[1..]))),
            (
                "/identities/product_uuid",
                json!("da560509-fad4-4f76-a9f1-63614eda019a"),
            ),
            ("/labels/env", json!("prod")),
            ("/labels/ql-rf.io~1azure-size", json!("Standard_B2s")),
            ("/labels/ql-rf.io~1azure-zone", json!("1")),
            ("/labels/ql-rf.io~1azure-resource-group", json!("web")),
            ("/labels/ql-rf.io~1azure-subnet", json!("front")),
            ("/labels/ql-rf.io~1azure-subscription", json!("Web")),
            ("/labels/ql-rf.io~1azure-virtual-network", json!("net")),
            ("/labels/ql-rf.io~1azure-agent", json!("2.9.1.1")),
            ("/labels/ql-rf.io~1azure-patch-missing", json!("7")),
            ("/labels/ql-rf.io~1azure-patch-missing-critical", json!("1")),
            ("/labels/ql-rf.io~1azure-patch-missing-security", json!("2")),
            ("/labels/ql-rf.io~1azure-patch-reboot-pending", json!("true")),
        ],
    );
    let version = key("Microsoft.Compute/galleries/golden/images/debian/versions/1.2.0");
    assert_told(
        &seen.machine("shut"),
        &[
            ("/state", json!("stopped")),
            ("/exposure", json!("internal")),
            ("/os/id", json!("windows")),
            ("/image_ref", json!(version)),
            ("/relations", json!([{"relation": "started_from", "to": version}])),
            (
                "/identities/product_uuid",
                json!("090556da-d4fa-764f-a9f1-63614eda019a"),
            ),
        ],
    );
    nothing_broken(&peer).await;
}

#[tokio::test]
async fn scale_sets_and_their_instances_are_read() {
    let Some(peer) = furnished("scale_sets_and_their_instances_are_read").await else {
        return;
    };
    let seen = collect(config(peer.url())).await;
    let set = |name: &str| key(&format!("Microsoft.Compute/virtualMachineScaleSets/{name}"));
    let member = |name: &str| json!([{"relation": "member_of", "to": set(name)}]);
    assert_told(
        &seen.machine("uniform_0"),
        &[
            (
                "/native_id",
                json!(format!("{}/virtualmachines/0", set("uniform"))),
            ),
            ("/exposure", json!("internet")),
            ("/state", json!("running")),
            ("/relations", member("uniform")),
            ("/labels/role", json!("front")),
            ("/labels/ql-rf.io~1azure-size", json!("Standard_D2s_v5")),
        ],
    );
    let flexible = seen.machine("flexible_1");
    assert_told(
        &flexible,
        &[
            ("/relations", member("flexible")),
            ("/exposure", json!("internal")),
        ],
    );
    let uniform = seen.resource("scaling_group", "uniform");
    assert_told(
        &uniform,
        &[
            ("/native_id", json!(set("uniform"))),
            ("/facts/desired", json!(3)),
        ],
    );
    nothing_broken(&peer).await;
}

#[tokio::test]
async fn images_disks_addresses_and_certificates_are_read() {
    let Some(peer) = furnished("images_disks_addresses_and_certificates_are_read").await else {
        return;
    };
    let seen = collect(config(peer.url())).await;
    let version = key("Microsoft.Compute/galleries/golden/images/debian/versions/1.2.0");
    let attached = |name: &str| {
        let machine = key(&format!("Microsoft.Compute/virtualMachines/{name}"));
        json!([{"relation": "attached_to", "to": machine}])
    };
    for (kind, name, expected) in [
        ("machine_image", "classic", vec![("/facts/public", json!(false))]),
        (
            "machine_image",
            "golden/debian/1.2.0",
            vec![
                ("/native_id", json!(version)),
                ("/facts/architecture", json!("aarch64")),
                ("/facts/created_at", json!("2026-09-01T10:00:00Z")),
                ("/facts/deprecated_at", json!("2027-09-01T00:00:00Z")),
            ],
        ),
        (
            "volume",
            "system",
            vec![
                ("/facts/bytes", json!(34_359_738_368_u64)),
                ("/facts/class", json!("Premium_LRS")),
                ("/facts/encrypted", json!(true)),
                ("/relations", attached("open")),
            ],
        ),
        (
            "public_address",
            "shut",
            vec![
                ("/facts/address", json!("52.0.0.7")),
                ("/relations", attached("shut")),
            ],
        ),
        (
            "certificate",
            "www",
            vec![
                (
                    "/native_id",
                    json!("https://keys.vault.azure.net/certificates/www"),
                ),
                ("/facts/subject", json!("CN=www.example.org")),
                ("/facts/dns_names", json!(["www.example.org"])),
                ("/facts/key_algorithm", json!("EC-prime256v1")),
                ("/facts/not_after", json!("2027-01-01T00:00:00Z")),
                ("/facts/status", json!("enabled")),
                ("/labels/team", json!("web")),
            ],
        ),
    ] {
        assert_told(&seen.resource(kind, name), &expected);
    }
    let reserved = seen
        .resources
        .values()
        .any(|(_, document)| document.contains("\"reserved\""));
    assert!(!reserved, "an address that is none yet is told");
    nothing_broken(&peer).await;
}
