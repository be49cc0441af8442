//! Virtual machines, and the templates among them.

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, AssetState, Os, Platform};
use qlrf_core::identity::{self, IdentityKind};
use qlrf_core::resource::{Facts, MachineImage, Relation, RelationKind, Resource};

use super::super::os_name;
use super::names::Names;
use super::rest::Tags;
use super::soap::{Object, Wanted};

pub const WANTED: Wanted = Wanted {
    kind: "VirtualMachine",
    properties: &[
        "name",
        "config.annotation",
        "config.guestFullName",
        "config.instanceUuid",
        "config.template",
        "config.uuid",
        "customValue",
        "guest.guestFullName",
        "guest.hostName",
        "guest.toolsRunningStatus",
        "network",
        "parent",
        "runtime.host",
        "runtime.powerState",
    ],
};

/// Where a machine was found.
pub struct Place<'a> {
    pub vcenter: &'a str,
    pub datacenter: &'a str,
}

pub fn is_template(machine: &Object) -> bool {
    machine.text("config.template").as_deref() == Some("true")
}

pub fn asset(machine: &Object, place: &Place<'_>, names: &Names, tags: Option<&Tags>) -> Asset {
    let mut asset = Asset::new(machine.id.as_str(), Platform::Vsphere, AssetKind::VirtualMachine);
    asset.name = name(machine);
    asset.account = Some(place.vcenter.to_owned());
    asset.region = Some(place.datacenter.to_owned());
    asset.labels = labels(machine, place, names, tags);
    asset.os = os(machine);
    asset.state = match machine.text("runtime.powerState").as_deref() {
        Some("poweredOn") => AssetState::Running,
        Some("poweredOff" | "suspended") => AssetState::Stopped,
        _ => AssetState::Unknown,
    };
    if let Some(uuid) = machine.text("config.uuid") {
        let proofs = [
            (
                IdentityKind::InstanceId,
                identity::instance_id(&format!("vsphere://{uuid}")),
            ),
            (IdentityKind::ProductUuid, identity::product_uuid(&uuid)),
        ];
        asset.identities = proofs
            .into_iter()
            .filter_map(|(kind, value)| Some((kind, value?)))
            .collect();
    }
    asset.relations = runs_on(machine);
    asset
}

pub fn template(machine: &Object, place: &Place<'_>, names: &Names, tags: Option<&Tags>) -> Resource {
    let os = os(machine);
    Resource {
        native_id: machine.id.clone(),
        platform: Platform::Vsphere,
        name: name(machine),
        account: Some(place.vcenter.to_owned()),
        region: Some(place.datacenter.to_owned()),
        labels: labels(machine, place, names, tags),
        facts: Facts::MachineImage(MachineImage {
            architecture: os.as_ref().and_then(|os| os.architecture.clone()),
            os,
            ..MachineImage::default()
        }),
        relations: Vec::new(),
        simulated: false,
    }
}

fn name(machine: &Object) -> String {
    machine.text("name").unwrap_or_else(|| machine.id.clone())
}

/// Every host that a machine may run on is known by this id, too.
fn runs_on(machine: &Object) -> Vec<Relation> {
    let host = machine.text("runtime.host").map(|host| Relation {
        relation: RelationKind::RunsOn,
        to: host,
    });
    host.into_iter().collect()
}

/// What the tools in the guest say, and else what the machine was made for.
fn os(machine: &Object) -> Option<Os> {
    let line = machine
        .text("guest.guestFullName")
        .or_else(|| machine.text("config.guestFullName"))?;
    let mut os = os_name::os(&line)?;
    os.architecture = match (line.contains("64-bit"), line.contains("Arm")) {
        (true, true) => Some("aarch64".to_owned()),
        (true, false) => Some("x86_64".to_owned()),
        _ => None,
    };
    Some(os)
}

/// Custom attributes, then tags by category; of equal names the tag is kept, for tags are the newer way.
fn labels(
    machine: &Object,
    place: &Place<'_>,
    names: &Names,
    tags: Option<&Tags>,
) -> BTreeMap<String, String> {
    let values = machine
        .get("customValue")
        .into_iter()
        .flat_map(|values| &values.children);
    let mut labels: BTreeMap<String, String> = values
        .filter_map(|value| {
            let name = names.fields.get(value.text_at("key"))?;
            Some((name.clone(), value.text_at("value").to_owned()))
        })
        .collect();
    for (category, names) in tags.into_iter().flatten() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        labels.insert(category.clone(), names.join(", "));
    }
    for (label, property) in [
        ("ql-rf.io/annotation", "config.annotation"),
        ("ql-rf.io/guest-hostname", "guest.hostName"),
        ("ql-rf.io/instance-uuid", "config.instanceUuid"),
        ("ql-rf.io/tools", "guest.toolsRunningStatus"),
    ] {
        if let Some(value) = machine.text(property) {
            labels.insert(label.to_owned(), value);
        }
    }
    for (label, value) in [
        ("ql-rf.io/folder", names.folder(place.datacenter, machine)),
        ("ql-rf.io/network", names.networks(machine)),
    ] {
        labels.extend(value.map(|value| (label.to_owned(), value)));
    }
    labels
}
