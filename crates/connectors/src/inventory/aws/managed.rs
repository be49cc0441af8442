//! What Systems Manager knows of machines: their operating system, its agent, and which patches they lack.

use std::collections::HashMap;
use std::sync::OnceLock;

use qlrf_core::asset::{Asset, Os};
use serde::Deserialize;

use super::api::{Request, SSM};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Page, given};

/// The most that a page has, and that patch states are asked for at once.
const PAGE_ITEMS: usize = 50;

pub fn request() -> Request {
    Request::new(&SSM, "DescribeInstanceInformation").with("MaxResults", PAGE_ITEMS)
}

pub fn patches_request(ids: &[&str]) -> Request {
    Request::new(&SSM, "DescribeInstancePatchStates").with("InstanceIds", ids.to_vec())
}

#[derive(Default)]
pub struct Managed {
    machines: HashMap<String, Machine>,
    /// Why there may be more, or more to say of them.
    gap: Option<AwsError>,
    /// Why nothing is known of installed software.
    pub software_gap: OnceLock<AwsError>,
}

pub struct Machine {
    pub os: Option<Os>,
    agent: Option<String>,
    patches: Option<Patches>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Information {
    instance_information_list: Vec<One>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    instance_id: String,
    agent_version: Option<String>,
    platform_type: Option<String>,
    platform_name: Option<String>,
    platform_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PatchStates {
    instance_patch_states: Vec<Patches>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Patches {
    instance_id: String,
    patch_group: Option<String>,
    baseline_id: Option<String>,
    missing_count: Option<u64>,
    failed_count: Option<u64>,
    critical_non_compliant_count: Option<u64>,
    security_non_compliant_count: Option<u64>,
}

impl Page for Information {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

impl Page for PatchStates {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

impl Managed {
    pub async fn list(cell: &Cell) -> Managed {
        let mut managed = Managed::default();
        managed.gap = managed.fill(cell).await.err();
        managed
    }

    pub fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.get(id)
    }

    pub fn gap(&self) -> Option<&AwsError> {
        self.gap.as_ref().or(self.software_gap.get())
    }

    async fn fill(&mut self, cell: &Cell) -> Result<(), AwsError> {
        let mut denied = None;
        let mut pages = cell.pages(request());
        while let Some(page) = pages.next::<Information>().await? {
            // Of machines outside of EC2 nothing but this is known.
            let list = page.instance_information_list.into_iter();
            let list: Vec<One> = list.filter(|one| one.instance_id.starts_with("i-")).collect();
            let mut patches = match denied {
                None => patches(cell, &list).await,
                Some(_) => Ok(HashMap::new()),
            };
            if patches.as_ref().is_err_and(AwsError::is_permission) {
                denied = patches.err();
                patches = Ok(HashMap::new());
            }
            let mut patches = patches?;
            for one in list {
                let machine = Machine {
                    os: os(&one),
                    agent: given(one.agent_version),
                    patches: patches.remove(&one.instance_id),
                };
                self.machines.insert(one.instance_id, machine);
            }
        }
        denied.map_or(Ok(()), Err)
    }
}

async fn patches(cell: &Cell, list: &[One]) -> Result<HashMap<String, Patches>, AwsError> {
    let mut found = HashMap::new();
    let ids: Vec<&str> = list.iter().map(|one| &*one.instance_id).collect();
    // A provider may give more on a page than it was asked for.
    for ids in ids.chunks(PAGE_ITEMS) {
        let mut pages = cell.pages(patches_request(ids));
        while let Some(page) = pages.next::<PatchStates>().await? {
            let states = page.instance_patch_states.into_iter();
            found.extend(states.map(|state| (state.instance_id.clone(), state)));
        }
    }
    Ok(found)
}

impl Machine {
    /// `architecture`: as EC2 says it.
    pub fn tell(&self, asset: &mut Asset, architecture: Option<String>) {
        asset.os = self.os.clone().map(|os| Os { architecture, ..os });
        let count = |count: Option<u64>| count.map(|count| count.to_string());
        let patches = self.patches.as_ref();
        for (name, value) in [
            ("ssm-agent", self.agent.clone()),
            (
                "patch-group",
                patches.and_then(|patches| given(patches.patch_group.clone())),
            ),
            (
                "patch-baseline",
                patches.and_then(|patches| given(patches.baseline_id.clone())),
            ),
            (
                "patch-missing",
                patches.and_then(|patches| count(patches.missing_count)),
            ),
            (
                "patch-failed",
                patches.and_then(|patches| count(patches.failed_count)),
            ),
            (
                "patch-missing-critical",
                patches.and_then(|patches| count(patches.critical_non_compliant_count)),
            ),
            (
                "patch-missing-security",
                patches.and_then(|patches| count(patches.security_non_compliant_count)),
            ),
        ] {
            if let Some(value) = value {
                asset.labels.insert(format!("ql-rf.io/aws-{name}"), value);
            }
        }
    }
}

/// The agent says `NAME` and `VERSION_ID` of os-release(5); its `ID` is told by the name.
const IDS: &[(&str, &str)] = &[
    ("AlmaLinux", "almalinux"),
    ("Amazon Linux", "amzn"),
    ("CentOS", "centos"),
    ("Debian", "debian"),
    ("Fedora", "fedora"),
    ("Microsoft Windows", "windows"),
    ("Oracle Linux", "ol"),
    ("Raspbian", "raspbian"),
    ("Red Hat Enterprise Linux", "rhel"),
    ("Rocky", "rocky"),
    ("SLES", "sles"),
    ("Ubuntu", "ubuntu"),
    ("macOS", "macos"),
];

fn os(one: &One) -> Option<Os> {
    let name = given(one.platform_name.clone())?;
    let known = IDS.iter().find(|(prefix, _)| name.starts_with(prefix));
    let version = one.platform_version.clone().unwrap_or_default();
    let id = match known {
        Some((_, id)) => (*id).to_owned(),
        None => given(one.platform_type.clone())?.to_ascii_lowercase(),
    };
    Some(Os {
        id,
        name: format!("{name} {version}").trim_end().to_owned(),
        version,
        kernel: None,
        architecture: None,
    })
}
