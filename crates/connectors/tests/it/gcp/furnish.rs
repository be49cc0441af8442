//! One project with something of each kind, and what must be known of it.

use serde_json::{Value, json};

use super::assert_holds;
use super::site::{ACCOUNT, IMAGE, Site, golden, inventory, network, permissions, report};
use crate::recorder::Recorder;

const ZONE: &str = "europe-west1-b";
const GROUP: &str = "projects/shop-prod/zones/europe-west1-b/instanceGroupManagers/web";

/// A machine of a group that the internet reaches, with an agent; one that is stopped; one whose network is of another project.
pub async fn furnish(site: &Site) {
    let certificate = site.gcp.certificate("www.example.org").await;
    let project = json!({
        "number": "100", "zones": [ZONE, "us-east1-c"],
        "instances": {"zones/europe-west1-b": machines()},
        "disks": {
            "zones/europe-west1-b": [{"name": "open", "sizeGb": "10", "type": "zones/z/diskTypes/pd-ssd", "labels": {"a": "b"},
                "sourceImage": format!("https://www.googleapis.com/compute/v1/{IMAGE}"),
                "users": [format!("https://www.googleapis.com/compute/v1/projects/shop-prod/zones/{ZONE}/instances/open")]}],
            "regions/europe-west1": [{"name": "twofold", "sizeGb": "20"}],
        },
        "instanceGroupManagers": {"zones/europe-west1-b": [{"name": "web", "targetSize": 3}]},
        "addresses": {
            "regions/europe-west1": [
                {"name": "front", "address": "203.0.113.7", "addressType": "EXTERNAL",
                    "users": [format!("https://www.googleapis.com/compute/v1/projects/shop-prod/zones/{ZONE}/instances/open")]},
                {"name": "inner", "address": "10.0.0.7", "addressType": "INTERNAL"},
            ],
            "global": [{"name": "anycast", "address": "203.0.113.8", "addressType": "EXTERNAL"}],
        },
        "images": [{"name": "golden-1", "architecture": "ARM64", "deprecated": {"state": "DEPRECATED", "deprecated": "2026-11-01T00:00:00Z"}}],
        "firewalls": [rule("shop-prod", &["web"])],
        "inventories": {ZONE: [inventory(100, ZONE, "71")]},
        "vulnerabilityReports": {ZONE: [report(100, ZONE, "71")]},
        "certificates": [
            {"name": "projects/shop-prod/locations/global/certificates/issued", "pemCertificate": certificate, "labels": {"team": "web"},
                "managed": {"domains": ["www.example.org"], "state": "ACTIVE"}, "usedBy": [{"name": "//x/b"}, {"name": "//x/a"}]},
            {"name": "projects/shop-prod/locations/europe-west1/certificates/waiting",
                "managed": {"domains": ["b.example.org", "a.example.org"], "state": "PROVISIONING"}},
        ],
    });
    let host = json!({"number": "300", "zones": [ZONE], "firewalls": [rule("shop-network", &["shared"])]});
    let projects = json!({"golden-images": golden(), "shop-prod": project, "shop-network": host});
    site.gcp
        .seed(json!({"projects": projects, "roles": {ACCOUNT: permissions()}}))
        .await;
}

fn machines() -> Value {
    let door =
        |project: &str| json!([{"network": network(project), "accessConfigs": [{"natIP": "203.0.113.7"}]}]);
    json!([
        {"name": "open", "id": "71", "status": "RUNNING", "tags": {"items": ["web", "all"]}, "labels": {"env": "prod"},
            "machineType": "https://www.googleapis.com/compute/v1/projects/shop-prod/zones/z/machineTypes/e2-small",
            "creationTimestamp": "2026-10-02T03:04:05.678-07:00", "scheduling": {"provisioningModel": "SPOT"},
            "metadata": {"items": [
                {"key": "startup-script", "value": "echo hunter2"},
                {"key": "created-by", "value": "projects/100/zones/europe-west1-b/instanceGroupManagers/web"},
            ]},
            "networkInterfaces": door("shop-prod"),
            "disks": [
                {"boot": false, "source": "projects/shop-prod/zones/europe-west1-b/disks/data"},
                {"boot": true, "source": "https://www.googleapis.com/compute/v1/projects/shop-prod/zones/europe-west1-b/disks/open"},
            ]},
        {"name": "stopped", "id": "72", "status": "TERMINATED", "networkInterfaces": [{"network": network("shop-prod"), "accessConfigs": [{}]}]},
        {"name": "shared", "id": "73", "status": "RUNNING", "tags": {"items": ["shared"]}, "networkInterfaces": door("shop-network")},
        {"name": "closed", "id": "74", "status": "RUNNING", "networkInterfaces": door("shop-network")},
    ])
}

fn rule(project: &str, tags: &[&str]) -> Value {
    json!({
        "name": "web", "network": network(project), "direction": "INGRESS", "priority": 1000, "targetTags": tags,
        "sourceRanges": ["0.0.0.0/0"], "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}],
    })
}

pub fn assert_machines(seen: &Recorder) {
    let open = seen.machine("open");
    let path = "projects/shop-prod/zones/europe-west1-b/instances/open";
    assert_holds(
        &open,
        &[
            ("/native_id", json!(path)),
            ("/exposure", json!("internet")),
            ("/state", json!("running")),
            ("/account", json!("shop-prod")),
            ("/region", json!("europe-west1")),
            ("/image_ref", json!(IMAGE)),
            (
                "/identities/instance_id",
                json!("gcp:shop-prod/europe-west1-b/open"),
            ),
            ("/launched_at", json!("2026-10-02T10:04:05.678Z")),
            ("/os/id", json!("debian")),
            ("/os/version", json!("12")),
            ("/os/kernel", json!("6.1.0-26-cloud-amd64")),
            ("/confidence", json!("reported")),
            (
                "/pending_updates",
                json!([{"name": "openssl", "arch": "amd64", "installed": "3.0.14-1~deb12u1",
                    "candidate": "3.0.15-1~deb12u1", "security": true}]),
            ),
            (
                "/relations",
                json!([{"relation": "member_of", "to": GROUP}, {"relation": "started_from", "to": IMAGE}]),
            ),
            ("/labels/env", json!("prod")),
            ("/labels/ql-rf.io~1gcp-instance-id", json!("71")),
            ("/labels/ql-rf.io~1gcp-machine-type", json!("e2-small")),
            ("/labels/ql-rf.io~1gcp-network", json!("default")),
            ("/labels/ql-rf.io~1gcp-provisioning", json!("spot")),
            ("/labels/ql-rf.io~1gcp-tags", json!("all,web")),
            ("/labels/ql-rf.io~1gcp-zone", json!(ZONE)),
            ("/labels/ql-rf.io~1gcp-os-config-agent", json!("20261001.00")),
            ("/labels/ql-rf.io~1gcp-patch-highest-severity", json!("high")),
        ],
    );
    let all: String = seen.facts.values().map(|(_, document)| &**document).collect();
    assert!(!all.contains("hunter2"), "metadata is read for the group alone");
    assert_holds(
        &seen.machine("stopped"),
        &[
            ("/state", json!("stopped")),
            ("/exposure", json!("internal")),
            ("/confidence", Value::Null),
            ("/pending_updates", Value::Null),
        ],
    );
    assert_eq!(
        seen.machine("shared")["exposure"],
        "internet",
        "by the host project's rules"
    );
    assert_eq!(seen.machine("closed")["exposure"], "internal");
    assert_eq!(seen.facts.len(), 4, "{:?}", seen.facts.keys());
}

pub fn assert_resources(seen: &Recorder) {
    let to_open =
        json!([{"relation": "attached_to", "to": "projects/shop-prod/zones/europe-west1-b/instances/open"}]);
    let volume = seen.resource("volume", "open");
    assert_holds(
        &volume,
        &[
            ("/facts/bytes", json!(10_u64 << 30)),
            ("/facts/class", json!("pd-ssd")),
            ("/region", json!("europe-west1")),
            ("/relations", to_open.clone()),
        ],
    );
    let twofold = "projects/shop-prod/regions/europe-west1/disks/twofold";
    assert_eq!(seen.resource("volume", "twofold")["native_id"], twofold);
    assert_holds(
        &seen.resource("scaling_group", "web"),
        &[("/native_id", json!(GROUP)), ("/facts/desired", json!(3))],
    );
    let front = seen.resource("public_address", "front");
    assert_holds(
        &front,
        &[("/facts/address", json!("203.0.113.7")), ("/relations", to_open)],
    );
    assert_eq!(seen.resource("public_address", "anycast")["region"], Value::Null);
    assert!(!seen.resources.keys().any(|(_, id)| id.ends_with("/inner")));
    let image = seen.resource("machine_image", "golden-1");
    assert_holds(
        &image,
        &[
            ("/native_id", json!("projects/shop-prod/global/images/golden-1")),
            ("/facts/architecture", json!("aarch64")),
            ("/facts/deprecated_at", json!("2026-11-01T00:00:00Z")),
            ("/facts/owner", Value::Null),
        ],
    );
    let issued = seen.resource("certificate", "issued");
    assert_holds(
        &issued,
        &[
            ("/facts/dns_names", json!(["www.example.org"])),
            ("/facts/key_algorithm", json!("EC-prime256v1")),
            ("/facts/status", json!("active")),
            ("/facts/used_by", json!(["//x/a", "//x/b"])),
            ("/labels/team", json!("web")),
        ],
    );
    assert!(issued["facts"]["fingerprint"].is_string() && issued["facts"]["not_after"].is_string());
    assert_holds(
        &seen.resource("certificate", "waiting"),
        &[
            ("/facts/dns_names", json!(["a.example.org", "b.example.org"])),
            ("/facts/status", json!("provisioning")),
            ("/region", json!("europe-west1")),
        ],
    );
}
