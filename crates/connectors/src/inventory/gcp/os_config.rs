//! What VM Manager (OS Config) knows of the machines of one zone: their operating systems, and the worst that an update would fix.
//!
//! Patch state is told by the updates that are available and by vulnerability reports, which say what each machine lacks now.
//! Patch jobs say what once was run, and reports of OS policy assignments what somebody wrote a policy for.

use std::collections::{HashMap, HashSet};

use qlrf_core::asset::{Asset, Os};
use serde::Deserialize;

use super::super::page::Page;
use super::super::rest::Question;
use super::super::text::given;
use super::api::{Api, Service};
use super::error::GcpError;

/// A report names each vulnerability with its text; of that only this is wanted.
const REPORT_FIELDS: &str = "nextPageToken,vulnerabilityReports(name,highestUpgradableCveSeverity,vulnerabilities/items/availableInventoryItemId)";

pub fn inventories_question(api: &Api, project: &str, zone: &str) -> Question {
    let path = place(project, zone, "-", "inventories");
    let query = [("view", "BASIC"), ("pageSize", "500")];
    api.question("osconfig.inventories.list", Service::OsConfig, &path, &query)
}

pub fn reports_question(api: &Api, project: &str, zone: &str) -> Question {
    let path = place(project, zone, "-", "vulnerabilityReports");
    let query = [("pageSize", "100"), ("fields", REPORT_FIELDS)];
    api.question(
        "osconfig.vulnerabilityReports.list",
        Service::OsConfig,
        &path,
        &query,
    )
}

/// `instance`: its number, or `-` for all.
pub fn place<'a>(project: &'a str, zone: &'a str, instance: &'a str, what: &'a str) -> [&'a str; 8] {
    [
        "v1",
        "projects",
        project,
        "locations",
        zone,
        "instances",
        instance,
        what,
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inventories {
    #[serde(default)]
    inventories: Vec<Inventory>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inventory {
    name: String,
    os_info: Option<OsInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OsInfo {
    /// `ID` of os-release(5).
    short_name: Option<String>,
    long_name: Option<String>,
    version: Option<String>,
    architecture: Option<String>,
    kernel_release: Option<String>,
    osconfig_agent_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reports {
    #[serde(default)]
    vulnerability_reports: Vec<ReportText>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportText {
    name: String,
    highest_upgradable_cve_severity: Option<String>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(default)]
    items: Vec<Affected>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Affected {
    available_inventory_item_id: Option<String>,
}

impl Page for Inventories {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

impl Page for Reports {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

/// Of one machine.
pub struct Report {
    severity: Option<String>,
    /// Ids of the available updates that fix a vulnerability.
    pub fixes: HashSet<String>,
}

pub type Systems = HashMap<String, OsInfo>;
pub type ReportsById = HashMap<String, Report>;

/// By the numbers of the machines.
pub async fn list_systems(api: &Api, project: &str, zone: &str) -> Result<Systems, GcpError> {
    let mut found = HashMap::new();
    let mut pages = api.pages(inventories_question(api, project, zone));
    while let Some(page) = pages.next::<Inventories>().await? {
        let told = page.inventories.into_iter().filter_map(|inventory| {
            let id = instance_of(&inventory.name)?.to_owned();
            Some((id, inventory.os_info?))
        });
        found.extend(told);
    }
    Ok(found)
}

pub async fn list_reports(api: &Api, project: &str, zone: &str) -> Result<ReportsById, GcpError> {
    let mut found = HashMap::new();
    let mut pages = api.pages(reports_question(api, project, zone));
    while let Some(page) = pages.next::<Reports>().await? {
        let told = page.vulnerability_reports.into_iter().filter_map(|report| {
            let id = instance_of(&report.name)?.to_owned();
            let items = report.vulnerabilities.into_iter().flat_map(|each| each.items);
            let fixes = items.filter_map(|item| given(item.available_inventory_item_id));
            let severity = report
                .highest_upgradable_cve_severity
                .filter(|severity| !matches!(&**severity, "" | "VULNERABILITY_SEVERITY_LEVEL_UNSPECIFIED"));
            Some((
                id,
                Report {
                    severity,
                    fixes: fixes.collect(),
                },
            ))
        });
        found.extend(told);
    }
    Ok(found)
}

/// `projects/P/locations/Z/instances/ID/…`.
fn instance_of(name: &str) -> Option<&str> {
    name.split('/').nth(5).filter(|id| !id.is_empty())
}

impl OsInfo {
    pub fn os(&self) -> Option<Os> {
        let id = given(self.short_name.clone())?;
        Some(Os {
            name: given(self.long_name.clone()).unwrap_or_else(|| id.clone()),
            id,
            version: self.version.clone().unwrap_or_default(),
            kernel: given(self.kernel_release.clone()),
            architecture: given(self.architecture.clone()).map(machine),
        })
    }
}

/// As `uname -m` says; the agent has a word of its own for 32 bits.
fn machine(architecture: String) -> String {
    match &*architecture {
        "x86_32" => "i686".to_owned(),
        "arm64" => "aarch64".to_owned(),
        _ => architecture,
    }
}

pub fn tell(asset: &mut Asset, system: Option<&OsInfo>, report: Option<&Report>) {
    asset.os = system.and_then(OsInfo::os);
    let agent = system.and_then(|system| given(system.osconfig_agent_version.clone()));
    let severity = report.and_then(|report| report.severity.as_deref());
    for (name, value) in [
        ("os-config-agent", agent),
        ("patch-highest-severity", severity.map(str::to_ascii_lowercase)),
    ] {
        if let Some(value) = value {
            asset.labels.insert(format!("ql-rf.io/gcp-{name}"), value);
        }
    }
}
