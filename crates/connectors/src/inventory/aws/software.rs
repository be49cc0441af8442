//! Installed software, as the agent of Systems Manager reports it (inventory type `AWS:Application`).

use std::sync::Arc;

use qlrf_core::asset::{Confidence, Os, Software};
use qlrf_core::distribution::{Manager, Release};
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use serde::Deserialize;

use super::api::{Request, SSM};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Page, given};

/// A machine with more is no machine.
const PACKAGES_MAX: usize = 50_000;

pub fn request(instance: &str) -> Request {
    Request::new(&SSM, "ListInventoryEntries")
        .with("InstanceId", instance)
        .with("TypeName", "AWS:Application")
        .with("MaxResults", 50)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entries {
    #[serde(default)]
    entries: Vec<Entry>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    name: Option<String>,
    version: Option<String>,
    release: Option<String>,
    epoch: Option<String>,
    architecture: Option<String>,
    /// The file that it came from: `sed_4.8-1_amd64.deb`; of rpm that of its source, `sed-4.8-1.el9.src.rpm`.
    package_id: Option<String>,
}

impl Page for Entries {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

/// `None`: nothing is known, which is not to say that nothing is installed.
pub async fn list(cell: &Cell, instance: &str, os: &Os) -> Result<Option<Software>, AwsError> {
    let (ecosystem, Some(manager)) = Release::new(&os.id, &os.version).named() else {
        return Ok(None);
    };
    let request = request(instance);
    let mut packages = Vec::new();
    let mut pages = cell.pages(request.clone());
    while let Some(page) = next(&mut pages).await? {
        let found = page.entries.into_iter();
        packages.extend(found.filter_map(|entry| package(manager, &ecosystem, entry)));
        if packages.len() > PACKAGES_MAX {
            return Err(request.unreadable(format!("{instance} has more than {PACKAGES_MAX} packages")));
        }
    }
    let packages = Arc::new(PackageSet::new(packages));
    Ok((!packages.packages().is_empty()).then_some(Software {
        confidence: Confidence::Reported,
        packages,
    }))
}

/// A machine that is not managed any more ends the list.
async fn next(pages: &mut super::page::Pages<'_>) -> Result<Option<Entries>, AwsError> {
    match pages.next().await {
        Err(AwsError::Refused { code, .. }) if code == "InvalidInstanceId" => Ok(None),
        other => other,
    }
}

fn package(manager: Manager, ecosystem: &Ecosystem, entry: Entry) -> Option<Package> {
    let (name, version) = (given(entry.name)?, given(entry.version)?);
    let architecture = entry.architecture.unwrap_or_default();
    let file = entry.package_id.unwrap_or_default();
    let source = file.strip_suffix(".src.rpm").and_then(source_of);
    let (version, architecture, (source_name, source_version)) = match manager {
        Manager::Deb => {
            // The agent rewrites architectures; the file name has the package manager's own word.
            let own = file.strip_suffix(".deb").and_then(|file| file.rsplit('_').next());
            let own = own.map_or(architecture, str::to_owned);
            let source = (name.clone(), version.clone());
            (version, own, source)
        }
        Manager::Rpm | Manager::Apk => {
            // An older agent does not say the release; that of the source is nearly always the same.
            let release = given(entry.release).or_else(|| {
                let (_, full) = source.as_ref()?;
                full.strip_prefix(&*version)?.strip_prefix('-').map(str::to_owned)
            });
            let epoch = given(entry.epoch).filter(|epoch| epoch != "0" && epoch != "(none)");
            let full = [
                epoch.map(|epoch| epoch + ":"),
                Some(version),
                release.map(|release| format!("-{release}")),
            ];
            let full: String = full.into_iter().flatten().collect();
            let source = source.unwrap_or_else(|| (name.clone(), full.clone()));
            (full, architecture, source)
        }
    };
    Some(Package {
        ecosystem: ecosystem.clone(),
        name: name.into(),
        version: version.into(),
        arch: architecture.into(),
        source_name: source_name.into(),
        source_version: source_version.into(),
        licenses: Vec::new(),
    })
}

/// Name and version of `name-version-release`.
fn source_of(stem: &str) -> Option<(String, String)> {
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some((name.to_owned(), format!("{version}-{release}")))
}
