//! Installed software and available updates, as the agent of VM Manager reports them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use qlrf_core::asset::{Asset, Confidence, Os, PendingUpdate, Software};
use qlrf_core::distribution::{Manager, Release};
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use serde::Deserialize;

use super::super::rest::{Question, RestError};
use super::api::{Api, Service};
use super::error::GcpError;
use super::os_config::{Report, place};

/// A machine with more is no machine.
const ITEMS_MAX: usize = 50_000;

pub fn question(api: &Api, project: &str, zone: &str, instance: &str) -> Question {
    let path = place(project, zone, instance, "inventory");
    let query = [("view", "FULL")];
    api.question("osconfig.inventories.get", Service::OsConfig, &path, &query)
}

#[derive(Deserialize)]
struct Inventory {
    /// By an id that lasts.
    #[serde(default)]
    items: BTreeMap<String, Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<String>,
    installed_package: Option<Described>,
    available_package: Option<Described>,
}

/// By whichever package manager has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    apt_package: Option<Versioned>,
    yum_package: Option<Versioned>,
    zypper_package: Option<Versioned>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Versioned {
    package_name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    architecture: String,
}

impl Described {
    fn of(self, manager: Manager) -> Option<Versioned> {
        let found = match manager {
            Manager::Deb => self.apt_package,
            Manager::Rpm => self.yum_package.or(self.zypper_package),
            Manager::Apk => None,
        }?;
        let known = !found.package_name.is_empty() && !found.version.is_empty();
        known.then(|| Versioned {
            architecture: architecture(manager, &found.architecture).to_owned(),
            ..found
        })
    }
}

/// Nothing is told of an operating system whose package manager the agent does not list: what is installed is then unknown.
pub async fn tell(
    api: &Api,
    (project, zone, instance): (&str, &str, &str),
    report: Option<&Report>,
    asset: &mut Asset,
) -> Result<(), GcpError> {
    let named = asset
        .os
        .as_ref()
        .map(|os: &Os| Release::new(&os.id, &os.version).named());
    let Some((ecosystem, Some(manager))) = named else {
        return Ok(());
    };
    let question = question(api, project, zone, instance);
    let inventory: Inventory = match api.ask(&question).await {
        Ok(inventory) => inventory,
        // The machine is gone since it was listed, or its agent.
        Err(error) if error.is_missing() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if inventory.items.len() > ITEMS_MAX {
        let reason = format!("{instance} has more than {ITEMS_MAX} items");
        let action = question.action.to_owned();
        return Err(RestError::Unreadable { action, reason }.into());
    }
    let (installed, available) = sort_out(inventory, manager);
    if installed.is_empty() {
        return Ok(());
    }
    asset.pending_updates = Some(updates(&installed, available, report));
    let packages = installed.into_iter().map(|one| package(&ecosystem, one));
    asset.software = Some(Software {
        confidence: Confidence::Reported,
        packages: Arc::new(PackageSet::new(packages.collect())),
    });
    Ok(())
}

/// What is installed, and what could be, with the ids of the items.
fn sort_out(inventory: Inventory, manager: Manager) -> (Vec<Versioned>, Vec<(String, Versioned)>) {
    let (mut installed, mut available) = (Vec::new(), Vec::new());
    for (key, item) in inventory.items {
        installed.extend(item.installed_package.and_then(|found| found.of(manager)));
        let found = item.available_package.and_then(|found| found.of(manager));
        available.extend(found.map(|found| (item.id.unwrap_or(key), found)));
    }
    (installed, available)
}

/// An update of what is installed; a package that would only come along is none. The agent does not say which archive it is
/// from: one that fixes a vulnerability of the machine counts as security.
fn updates(
    installed: &[Versioned],
    available: Vec<(String, Versioned)>,
    report: Option<&Report>,
) -> Vec<PendingUpdate> {
    let mut now: HashMap<(&str, &str), &Versioned> = HashMap::new();
    for one in installed {
        now.insert((&one.package_name, &one.architecture), one);
    }
    let update = |(id, one): (String, Versioned)| {
        let installed = now.get(&(&*one.package_name, &*one.architecture))?;
        Some(PendingUpdate {
            installed: installed.version.clone(),
            security: report.is_some_and(|report| report.fixes.contains(&id)),
            name: one.package_name,
            arch: one.architecture,
            candidate: one.version,
        })
    };
    let mut updates: Vec<PendingUpdate> = available.into_iter().filter_map(update).collect();
    updates.sort();
    updates.dedup();
    updates
}

fn package(ecosystem: &Ecosystem, one: Versioned) -> Package {
    let (name, version): (Arc<str>, Arc<str>) = (one.package_name.into(), one.version.into());
    Package {
        ecosystem: ecosystem.clone(),
        arch: one.architecture.into(),
        source_name: name.clone(),
        source_version: version.clone(),
        licenses: Vec::new(),
        name,
        version,
    }
}

/// The agent rewrites architectures; this is the package manager's own word again.
fn architecture(manager: Manager, word: &str) -> &str {
    match (manager, word) {
        (Manager::Deb, "x86_64") => "amd64",
        (Manager::Deb, "x86_32") => "i386",
        (Manager::Deb, "aarch64") => "arm64",
        (Manager::Rpm, "x86_32") => "i686",
        (Manager::Rpm, "all") => "noarch",
        _ => word,
    }
}
