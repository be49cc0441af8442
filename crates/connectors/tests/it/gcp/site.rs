//! Two projects with machines in two zones, the way to them, and Google's words for what goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::find_kind;
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::Scope;
use qlrf_core::secret::Secret;
use qlrf_testkit::{Asked, Gcp, HttpProxy, Reply};
use serde_json::{Value, json};

use crate::suite::{Listed, Subject, Written, hostile_labels};

pub const PROJECTS: [&str; 2] = ["shop-prod", "shop-test"];
pub const ZONES: [&str; 2] = ["europe-west1-b", "us-east1-c"];
/// More than two pages of two, over both zones.
pub const MACHINES: usize = 5;
pub const ACCOUNT: &str = "ql-rf@shop-prod.iam.gserviceaccount.com";
/// Of a project that is not collected.
pub const IMAGE: &str = "projects/golden-images/global/images/debian-12-v7";

/// Projects for the suite that every connector goes through.
pub struct Site {
    pub gcp: Gcp,
    pub key_file: String,
}

impl Site {
    pub async fn start(test: &str) -> Option<Site> {
        let gcp = Gcp::start(test).await?;
        let mut projects = json!({"golden-images": golden()});
        for (number, id) in PROJECTS.iter().enumerate() {
            projects[id] = project(id, 100 + number);
        }
        // Not active, so that nobody looks for anything in it.
        projects["shop-gone"] = json!({"number": "900", "state": "DELETE_REQUESTED", "zones": []});
        let roles = json!({ ACCOUNT: permissions() });
        gcp.seed(json!({"projects": projects, "roles": roles})).await;
        let key_file = gcp.key_file(ACCOUNT).await;
        Some(Site { gcp, key_file })
    }

    pub fn config(&self) -> Value {
        config(&self.gcp.url)
    }

    pub fn grant(&self) -> Grant {
        grant(&self.key_file)
    }

    pub async fn proxy(&self) -> HttpProxy {
        HttpProxy::start(&self.gcp.url, reqwest::Client::new())
            .await
            .unwrap()
    }
}

/// All that the shown role holds.
pub fn permissions() -> Vec<&'static str> {
    let role = find_kind("gcp").unwrap().permissions.unwrap();
    role.lines().filter_map(|line| line.strip_prefix("- ")).collect()
}

/// Images that everybody may start, and nothing else.
pub fn golden() -> Value {
    let name = IMAGE.rsplit('/').next();
    json!({"number": "800", "foreign": true, "zones": [], "images": [
        {"name": name, "architecture": "X86_64", "family": "debian-12", "creationTimestamp": "2026-10-01T00:00:00.000-07:00"},
    ]})
}

fn project(id: &str, number: usize) -> Value {
    let mut project = json!({
        "number": number.to_string(), "zones": ZONES, "instances": {}, "disks": {}, "inventories": {}, "vulnerabilityReports": {},
        "firewalls": [{
            "name": "web", "network": network(id), "direction": "INGRESS", "priority": 1000,
            "sourceRanges": ["0.0.0.0/0"], "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}],
        }],
    });
    for machine in 1..=MACHINES {
        let zone = ZONES[machine % 2];
        let instance = machine_number(number, machine);
        let scope = format!("zones/{zone}");
        add(
            &mut project["instances"],
            &scope,
            vm(id, zone, machine, &instance),
        );
        add(&mut project["disks"], &scope, disk(id, zone, machine));
        add(
            &mut project["inventories"],
            zone,
            inventory(number, zone, &instance),
        );
        add(
            &mut project["vulnerabilityReports"],
            zone,
            report(number, zone, &instance),
        );
    }
    project
}

pub fn add(lists: &mut Value, key: &str, row: Value) {
    if lists[key].is_null() {
        lists[key] = json!([]);
    }
    lists[key].as_array_mut().unwrap().push(row);
}

pub fn machine_number(project: usize, machine: usize) -> String {
    format!("7{project}{machine:012}")
}

pub fn network(project: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/{project}/global/networks/default")
}

fn vm(project: &str, zone: &str, machine: usize, number: &str) -> Value {
    let name = format!("{project}-{machine}");
    json!({
        "name": name, "id": number, "status": "RUNNING", "labels": labels(machine), "machineType": "zones/z/machineTypes/e2-small",
        "creationTimestamp": "2026-10-02T03:04:05.678-07:00",
        "networkInterfaces": [{"network": network(project), "accessConfigs": [{"natIP": "203.0.113.7"}]}],
        "disks": [{"boot": true, "source": format!("https://www.googleapis.com/compute/v1/projects/{project}/zones/{zone}/disks/{name}")}],
    })
}

fn disk(project: &str, zone: &str, machine: usize) -> Value {
    let name = format!("{project}-{machine}");
    json!({
        "name": name, "sizeGb": "10", "type": format!("zones/{zone}/diskTypes/pd-balanced"),
        "sourceImage": format!("https://www.googleapis.com/compute/v1/{IMAGE}"),
        "users": [format!("https://www.googleapis.com/compute/v1/projects/{project}/zones/{zone}/instances/{name}")],
    })
}

pub fn inventory(project: usize, zone: &str, number: &str) -> Value {
    let package = |version: &str| json!({"aptPackage": {"packageName": "openssl", "version": version, "architecture": "x86_64"}});
    json!({
        "name": format!("projects/{project}/locations/{zone}/instances/{number}/inventory"),
        "updateTime": "2026-11-20T00:00:00.123456Z",
        "osInfo": {"shortName": "debian", "version": "12", "longName": "Debian GNU/Linux 12 (bookworm)", "architecture": "x86_64",
            "kernelRelease": "6.1.0-26-cloud-amd64", "osconfigAgentVersion": "20261001.00"},
        "items": {
            "installedPackage-openssl": {"id": "installedPackage-openssl", "installedPackage": package("3.0.14-1~deb12u1")},
            "availablePackage-openssl": {"id": "availablePackage-openssl", "availablePackage": package("3.0.15-1~deb12u1")},
        },
    })
}

pub fn report(project: usize, zone: &str, number: &str) -> Value {
    json!({
        "name": format!("projects/{project}/locations/{zone}/instances/{number}/vulnerabilityReport"),
        "highestUpgradableCveSeverity": "HIGH",
        "vulnerabilities": [{
            "details": {"cve": "CVE-2026-1", "description": "…"},
            "items": [{"installedInventoryItemId": "installedPackage-openssl", "availableInventoryItemId": "availablePackage-openssl"}],
        }],
    })
}

pub fn labels(machine: usize) -> BTreeMap<String, String> {
    let mut labels = match machine {
        1 => hostile_labels(),
        _ => BTreeMap::new(),
    };
    labels.insert("env".into(), "prod".into());
    labels
}

pub fn config(endpoint: &str) -> Value {
    json!({"credential": {"kind": "key_file", "key": "env:KEY"}, "endpoint": endpoint, "requests_per_second": 1000})
}

/// `secret`: what is at `env:KEY`.
pub fn grant(secret: &str) -> Grant {
    grants(secret).of("test")
}

pub fn grants(secret: &str) -> Grants {
    let variables = [("KEY".to_owned(), Secret::new(secret))];
    let allowed = [Allowed::parse("test=env:KEY").unwrap()];
    Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), variables.into(), None)),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
}

pub fn says(status: u16, code: &str, reason: &str) -> Reply {
    let error = json!({"error": {
        "code": status, "status": code, "message": "no", "errors": [{"domain": "global", "reason": reason}],
    }});
    Reply::say(status, "application/json", error.to_string())
}

fn untimely(_: &Asked, date: String) -> Reply {
    let description = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. \
        Check your iat and exp values in the JWT claim.";
    let body = json!({"error": "invalid_grant", "error_description": description});
    Reply::say(400, "application/json", body.to_string()).at(date)
}

pub fn lists_machines(asked: &Asked) -> bool {
    asked.target.contains("/aggregated/instances?")
}

pub fn small_page(asked: &mut Asked) {
    if lists_machines(asked) {
        asked.target = asked.target.replace("maxResults=500", "maxResults=2");
    }
}

pub async fn subject(site: &Site) -> Subject {
    let proxy = site.proxy().await;
    let machines = PROJECTS.iter().flat_map(|project| {
        (1..=MACHINES).map(move |machine| (format!("{project}-{machine}"), labels(machine)))
    });
    Subject {
        kind: "gcp",
        config: config(proxy.url()),
        grant: site.grant(),
        listed: Listed::Machines,
        machines: machines.collect(),
        proxy,
        lists_machines,
        of_the_failing: |asked| lists_machines(asked) && asked.target.contains("/projects/shop-test/"),
        // Which images its machines use, and what is known of them, is then not known either.
        is_failing: |scope: &Scope| {
            let of_machines = [
                "virtual_machine",
                "os_inventory",
                "vulnerability_report",
                "firewall_rule",
            ];
            let foreign = scope.account == "-" && scope.kind == "machine_image";
            foreign || (scope.account == "shop-test" && of_machines.contains(&&*scope.kind))
        },
        small_page,
        slower: |_| says(403, "PERMISSION_DENIED", "rateLimitExceeded"),
        forbidden: |_| says(403, "PERMISSION_DENIED", "forbidden"),
        expired: |asked| match asked.target == "/token" {
            true => Reply::Forward,
            false => says(401, "UNAUTHENTICATED", "authError"),
        },
        untimely: Some(untimely),
        written: Some(Written::Json),
        renamed: "shop-prod-2",
        permission: "compute.instances.list",
    }
}
