//! EC2 instances.

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, AssetState, Exposure, Platform};
use qlrf_core::identity::{IdentityKind, instance_id};
use qlrf_core::resource::{Relation, RelationKind};
use qlrf_core::time::Timestamp;
use serde::Deserialize;

use super::super::text::moment;
use super::api::{EC2, Request};
use super::cell::Cell;
use super::exposure::{Door, OpenGroups};
use super::page::{Items, Page, Tag, given};
use super::scaling::group_id;

/// Some megabytes of XML.
const PAGE_ITEMS: u32 = 500;

pub fn request() -> Request {
    Request::new(&EC2, "DescribeInstances").with("MaxResults", PAGE_ITEMS)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservations {
    #[serde(default)]
    reservation_set: Items<Reservation>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reservation {
    #[serde(default)]
    instances_set: Items<Instance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub instance_id: String,
    image_id: Option<String>,
    instance_state: State,
    instance_type: Option<String>,
    instance_lifecycle: Option<String>,
    launch_time: Option<String>,
    ip_address: Option<String>,
    ipv6_address: Option<String>,
    platform: Option<String>,
    pub architecture: Option<String>,
    root_device_name: Option<String>,
    subnet_id: Option<String>,
    vpc_id: Option<String>,
    #[serde(default)]
    placement: Placement,
    #[serde(default)]
    group_set: Items<GroupRef>,
    #[serde(default)]
    network_interface_set: Items<Interface>,
    #[serde(default)]
    block_device_mapping: Items<Device>,
    #[serde(default)]
    tag_set: Items<Tag>,
}

#[derive(Deserialize)]
struct State {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Placement {
    availability_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupRef {
    group_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interface {
    #[serde(default)]
    group_set: Items<GroupRef>,
    association: Option<Association>,
    #[serde(default)]
    ipv6_addresses_set: Items<Ignored>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Association {
    public_ip: Option<String>,
}

#[derive(Deserialize)]
struct Ignored {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    device_name: Option<String>,
    ebs: Option<Ebs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ebs {
    attach_time: Option<String>,
}

impl Page for Reservations {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

impl Reservations {
    /// What is gone is still listed for an hour.
    pub fn instances(self) -> impl Iterator<Item = Instance> {
        let gone =
            |instance: &Instance| matches!(&*instance.instance_state.name, "terminated" | "shutting-down");
        let all = self.reservation_set.list.into_iter();
        all.flat_map(|reservation| reservation.instances_set.list)
            .filter(move |instance| !gone(instance))
    }
}

impl Instance {
    pub fn image(&self) -> Option<&str> {
        self.image_id.as_deref().filter(|id| !id.is_empty())
    }

    /// `open`: none when it may not be read.
    pub fn asset(&self, cell: &Cell, open: Option<&OpenGroups>) -> Asset {
        let mut asset = Asset::new(&*self.instance_id, Platform::Aws, AssetKind::VirtualMachine);
        asset.account = Some(cell.account().to_owned());
        asset.region = Some(cell.region.clone());
        asset.labels = self.labels();
        if let Some(name) = given(asset.labels.get("Name").cloned()) {
            asset.name = name;
        }
        asset.image_ref = self.image().map(str::to_owned);
        asset.state = match &*self.instance_state.name {
            "running" => AssetState::Running,
            "stopped" | "stopping" => AssetState::Stopped,
            _ => AssetState::Unknown,
        };
        asset.launched_at = self.launched_at();
        asset.exposure = open.map_or(Exposure::Unknown, |open| open.judge(&self.doors()));
        let zone = self.placement.availability_zone.as_deref().unwrap_or_default();
        if let Some(id) = instance_id(&format!("aws:///{zone}/{}", self.instance_id)) {
            asset.identities.insert(IdentityKind::InstanceId, id);
        }
        let of = |relation, to| Relation { relation, to };
        let group = asset.labels.get("aws:autoscaling:groupName");
        asset.relations = [
            group.map(|name| of(RelationKind::MemberOf, group_id(cell, name))),
            self.image()
                .map(|image| of(RelationKind::StartedFrom, image.to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect();
        asset.relations.sort();
        asset
    }

    /// The tags, and what else is known of it. What AWS says is proved; a tag of the same name is not.
    fn labels(&self) -> BTreeMap<String, String> {
        let tags = self.tag_set.list.iter();
        let mut labels: BTreeMap<String, String> =
            tags.map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        for (name, value) in [
            ("instance-type", &self.instance_type),
            ("lifecycle", &self.instance_lifecycle),
            ("platform", &self.platform),
            ("subnet", &self.subnet_id),
            ("vpc", &self.vpc_id),
            ("zone", &self.placement.availability_zone),
        ] {
            if let Some(value) = given(value.clone()) {
                labels.insert(format!("ql-rf.io/aws-{name}"), value);
            }
        }
        labels
    }

    /// The launch time is that of the last start; the root volume has been there since the first one.
    fn launched_at(&self) -> Option<Timestamp> {
        let root =
            |device: &&Device| device.device_name.is_some() && device.device_name == self.root_device_name;
        let devices = &self.block_device_mapping.list;
        let attached = devices
            .iter()
            .find(root)
            .and_then(|device| device.ebs.as_ref()?.attach_time.as_deref());
        moment(attached).or_else(|| moment(self.launch_time.as_deref()))
    }

    fn doors(&self) -> Vec<Door<'_>> {
        let interfaces = &self.network_interface_set.list;
        // Interfaces say it exactly; an instance outside of any VPC has none.
        match interfaces.is_empty() {
            true => vec![Door {
                groups: names(&self.group_set),
                public_v4: is_given(self.ip_address.as_ref()),
                v6: is_given(self.ipv6_address.as_ref()),
            }],
            false => interfaces.iter().map(Interface::door).collect(),
        }
    }
}

impl Interface {
    fn door(&self) -> Door<'_> {
        let association = self.association.as_ref();
        Door {
            groups: names(&self.group_set),
            public_v4: is_given(association.and_then(|association| association.public_ip.as_ref())),
            v6: !self.ipv6_addresses_set.list.is_empty(),
        }
    }
}

fn is_given(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

fn names(groups: &Items<GroupRef>) -> Vec<&str> {
    groups.list.iter().map(|group| &*group.group_id).collect()
}
