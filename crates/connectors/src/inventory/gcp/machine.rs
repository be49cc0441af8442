//! Instances of Compute Engine.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::asset::{Asset, AssetKind, AssetState, Exposure, Platform};
use qlrf_core::identity::{IdentityKind, instance_id, instance_number};
use qlrf_core::resource::{Relation, RelationKind};
use serde::Deserialize;

use super::super::text::{given, moment};
use super::aggregate::region_of;
use super::api::{last_of, path_of};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub name: String,
    /// A number that no other instance ever has.
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    status: String,
    machine_type: Option<String>,
    creation_timestamp: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    scheduling: Scheduling,
    #[serde(default)]
    service_accounts: Vec<ServiceAccount>,
    #[serde(default)]
    network_interfaces: Vec<Interface>,
    #[serde(default)]
    disks: Vec<Attached>,
}

#[derive(Default, Deserialize)]
struct Tags {
    #[serde(default)]
    items: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    key: String,
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scheduling {
    provisioning_model: Option<String>,
}

#[derive(Deserialize)]
struct ServiceAccount {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interface {
    #[serde(default)]
    network: String,
    #[serde(default)]
    access_configs: Vec<AccessConfig>,
    #[serde(default)]
    ipv6_access_configs: Vec<AccessConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessConfig {
    #[serde(rename = "natIP")]
    nat_ip: Option<String>,
    external_ipv6: Option<String>,
}

#[derive(Deserialize)]
struct Attached {
    #[serde(default)]
    boot: bool,
    source: Option<String>,
}

/// How one interface can be reached.
pub struct Door<'a> {
    pub network: &'a str,
    pub v4: bool,
    pub v6: bool,
}

/// The image that each disk was made from, both by their paths.
pub type DiskImages = HashMap<String, String>;

impl Instance {
    /// The interfaces that the internet could reach.
    pub fn doors(&self) -> impl Iterator<Item = Door<'_>> {
        self.network_interfaces
            .iter()
            .map(|interface| Door {
                network: &interface.network,
                v4: interface
                    .access_configs
                    .iter()
                    .any(|config| config.nat_ip.as_deref().is_some_and(|ip| !ip.is_empty())),
                v6: interface
                    .ipv6_access_configs
                    .iter()
                    .any(|config| config.external_ipv6.as_deref().is_some_and(|ip| !ip.is_empty())),
            })
            .filter(|door| door.v4 || door.v6)
    }

    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.items.iter().any(|own| own == tag)
    }

    pub fn acts_as(&self, email: &str) -> bool {
        self.service_accounts.iter().any(|account| account.email == email)
    }

    /// Of the disk that it starts from.
    pub fn image<'a>(&self, images: &'a DiskImages) -> Option<&'a str> {
        let boot = self.disks.iter().find(|disk| disk.boot)?;
        let path = path_of(boot.source.as_deref()?)?;
        images.get(path).map(String::as_str)
    }

    pub fn asset(&self, project: &str, zone: &str, images: &DiskImages, exposure: Exposure) -> Asset {
        let path = format!("projects/{project}/zones/{zone}/instances/{}", self.name);
        let mut asset = Asset::new(path, Platform::Gcp, AssetKind::VirtualMachine);
        asset.name.clone_from(&self.name);
        asset.account = Some(project.to_owned());
        asset.region = Some(region_of(zone).to_owned());
        asset.labels = self.labels(zone);
        asset.image_ref = self.image(images).map(str::to_owned);
        asset.state = match &*self.status {
            "RUNNING" => AssetState::Running,
            "STOPPED" | "STOPPING" | "SUSPENDED" | "SUSPENDING" | "TERMINATED" => AssetState::Stopped,
            _ => AssetState::Unknown,
        };
        asset.launched_at = moment(self.creation_timestamp.as_deref());
        asset.exposure = exposure;
        let proofs = [
            (
                IdentityKind::InstanceId,
                instance_id(&format!("gce://{project}/{zone}/{}", self.name)),
            ),
            (IdentityKind::InstanceNumber, instance_number(&self.id)),
        ];
        let proofs = proofs
            .into_iter()
            .filter_map(|(kind, value)| Some((kind, value?)));
        asset.identities = proofs.collect();
        let of = |relation, to| Relation { relation, to };
        let group = self.group(project).map(|group| of(RelationKind::MemberOf, group));
        let image = asset
            .image_ref
            .clone()
            .map(|image| of(RelationKind::StartedFrom, image));
        asset.relations = group.into_iter().chain(image).collect();
        asset.relations.sort();
        asset
    }

    /// `created-by` names the project by its number, and a group is in the project of its machines.
    fn group(&self, project: &str) -> Option<String> {
        let created_by = self.metadata.items.iter().find(|item| item.key == "created-by")?;
        let parts: Vec<&str> = created_by.value.as_deref()?.split('/').collect();
        match parts[..] {
            [
                "projects",
                _,
                kind @ ("zones" | "regions"),
                place,
                "instanceGroupManagers",
                name,
            ] => Some(format!(
                "projects/{project}/{kind}/{place}/instanceGroupManagers/{name}"
            )),
            _ => None,
        }
    }

    /// The labels, and what else is known of it. What Google says is proved; a label of the same name is not.
    fn labels(&self, zone: &str) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        let network = self.network_interfaces.first();
        let network = network.map(|interface| last_of(&interface.network).to_owned());
        let mut tags = self.tags.items.clone();
        tags.sort();
        for (name, value) in [
            ("instance-id", Some(self.id.clone())),
            (
                "machine-type",
                self.machine_type.as_deref().map(last_of).map(str::to_owned),
            ),
            ("network", network),
            (
                "provisioning",
                self.scheduling
                    .provisioning_model
                    .as_ref()
                    .map(|model| model.to_ascii_lowercase()),
            ),
            ("tags", Some(tags.join(","))),
            ("zone", Some(zone.to_owned())),
        ] {
            if let Some(value) = given(value) {
                labels.insert(format!("ql-rf.io/gcp-{name}"), value);
            }
        }
        labels
    }
}
