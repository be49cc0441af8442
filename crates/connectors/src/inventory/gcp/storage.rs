//! Persistent disks, and external addresses that were reserved.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, PublicAddress, Relation, RelationKind, Resource, Volume};
use serde::Deserialize;

use super::super::rest::Question;
use super::super::text::given;
use super::aggregate::{self, Aggregated, Gaps, region_of};
use super::api::{Api, last_of, path_of};
use super::error::GcpError;
use super::machine::DiskImages;
use super::project::Project;

const DISKS: &str = "compute.disks.list";
const ADDRESSES: &str = "compute.addresses.list";

pub fn disks_question(api: &Api, project: &str) -> Question {
    aggregate::question(api, DISKS, project, "disks")
}

pub fn addresses_question(api: &Api, project: &str) -> Question {
    aggregate::question(api, ADDRESSES, project, "addresses")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Disk {
    name: String,
    /// Gigabytes, which are of 1024³ bytes here.
    size_gb: Option<String>,
    #[serde(rename = "type")]
    class: Option<String>,
    source_image: Option<String>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    name: String,
    #[serde(default)]
    address: String,
    address_type: Option<String>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Also says which image each disk was made from.
pub async fn list_disks(project: &Project, images: &mut DiskImages) -> Result<Gaps, GcpError> {
    let mut gaps = Gaps::new(DISKS);
    let mut pages = project.api.pages(disks_question(&project.api, &project.id));
    while let Some(page) = pages.next::<Aggregated<Disk>>().await? {
        gaps.note(&page);
        let mut volumes = Vec::new();
        for (scope, part) in page.items {
            for disk in part.list {
                let path = format!("projects/{}/{scope}/disks/{}", project.id, disk.name);
                if let Some(image) = disk.source_image.as_deref().and_then(path_of) {
                    images.insert(path.clone(), image.to_owned());
                }
                volumes.push(volume(project, &scope, path, disk));
            }
        }
        project.out.resources("volume", volumes).await;
    }
    Ok(gaps)
}

pub async fn list_addresses(project: &Project) -> Result<(), GcpError> {
    let mut gaps = Gaps::new(ADDRESSES);
    let mut pages = project.api.pages(addresses_question(&project.api, &project.id));
    while let Some(page) = pages.next::<Aggregated<Address>>().await? {
        gaps.note(&page);
        let mut addresses = Vec::new();
        for (scope, part) in page.items {
            let external = |address: &Address| {
                address.address_type.as_deref() != Some("INTERNAL") && !address.address.is_empty()
            };
            let list = part.list.into_iter().filter(external);
            addresses.extend(list.map(|address| public_address(project, &scope, address)));
        }
        project.out.resources("public_address", addresses).await;
    }
    gaps.result()
}

fn volume(project: &Project, scope: &str, path: String, disk: Disk) -> Resource {
    let bytes = disk.size_gb.as_deref().and_then(|size| size.parse::<u64>().ok());
    let facts = Facts::Volume(Volume {
        bytes: bytes.and_then(|size| size.checked_mul(1 << 30)),
        class: given(disk.class.as_deref().map(last_of).map(str::to_owned)),
        // Compute Engine stores nothing in the clear.
        encrypted: Some(true),
    });
    resource(project, scope, path, disk.name, disk.labels, facts, &disk.users)
}

fn public_address(project: &Project, scope: &str, address: Address) -> Resource {
    let path = format!("projects/{}/{scope}/addresses/{}", project.id, address.name);
    let facts = Facts::PublicAddress(PublicAddress {
        address: address.address,
    });
    resource(
        project,
        scope,
        path,
        address.name,
        address.labels,
        facts,
        &address.users,
    )
}

fn resource(
    project: &Project,
    scope: &str,
    path: String,
    name: String,
    labels: BTreeMap<String, String>,
    facts: Facts,
    users: &[String],
) -> Resource {
    let machine = |user: &String| {
        let path = path_of(user)?;
        path.contains("/instances/").then(|| Relation {
            relation: RelationKind::AttachedTo,
            to: path.to_owned(),
        })
    };
    let mut relations: Vec<Relation> = users.iter().filter_map(machine).collect();
    relations.sort();
    relations.dedup();
    Resource {
        native_id: path,
        platform: Platform::Gcp,
        name,
        account: Some(project.id.clone()),
        region: region_of_scope(scope),
        labels,
        facts,
        relations,
        simulated: false,
    }
}

/// `europe-west1` of `zones/europe-west1-b` and of `regions/europe-west1`; what is global has none.
pub fn region_of_scope(scope: &str) -> Option<String> {
    let region = match scope.split_once('/')? {
        ("zones", zone) => region_of(zone),
        (_, region) => region,
    };
    Some(region.to_owned())
}
