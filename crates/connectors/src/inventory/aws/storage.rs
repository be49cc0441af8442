//! EBS volumes and Elastic IP addresses.

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, PublicAddress, Relation, RelationKind, Resource, Volume};
use serde::Deserialize;

use super::api::{EC2, Request};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Items, Page, Tag, given};

pub fn volumes_request() -> Request {
    Request::new(&EC2, "DescribeVolumes").with("MaxResults", 500)
}

/// It has no pages.
pub fn addresses_request() -> Request {
    Request::new(&EC2, "DescribeAddresses")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Volumes {
    #[serde(default)]
    volume_set: Items<EbsVolume>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EbsVolume {
    volume_id: String,
    /// Gibibytes.
    size: Option<u64>,
    volume_type: Option<String>,
    encrypted: Option<bool>,
    #[serde(default)]
    attachment_set: Items<Attachment>,
    #[serde(default)]
    tag_set: Items<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    instance_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addresses {
    #[serde(default)]
    addresses_set: Items<Address>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    public_ip: String,
    allocation_id: Option<String>,
    instance_id: Option<String>,
    #[serde(default)]
    tag_set: Items<Tag>,
}

impl Page for Volumes {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

pub async fn list_volumes(cell: &Cell) -> Result<(), AwsError> {
    let mut pages = cell.pages(volumes_request());
    while let Some(page) = pages.next::<Volumes>().await? {
        let volumes = page.volume_set.list.into_iter().map(|volume| {
            let facts = Facts::Volume(Volume {
                bytes: volume.size.and_then(|size| size.checked_mul(1 << 30)),
                class: given(volume.volume_type),
                encrypted: volume.encrypted,
            });
            let machines = volume
                .attachment_set
                .list
                .into_iter()
                .filter_map(|at| at.instance_id);
            resource(cell, volume.volume_id, volume.tag_set, facts, machines)
        });
        cell.out.resources("volume", volumes.collect()).await;
    }
    Ok(())
}

pub async fn list_addresses(cell: &Cell) -> Result<(), AwsError> {
    let all: Addresses = cell.ask(&addresses_request()).await?;
    let addresses = all.addresses_set.list.into_iter().map(|address| {
        let id = given(address.allocation_id).unwrap_or_else(|| address.public_ip.clone());
        let facts = Facts::PublicAddress(PublicAddress {
            address: address.public_ip,
        });
        resource(cell, id, address.tag_set, facts, given(address.instance_id))
    });
    cell.out.resources("public_address", addresses.collect()).await;
    Ok(())
}

fn resource(
    cell: &Cell,
    id: String,
    tags: Items<Tag>,
    facts: Facts,
    machines: impl IntoIterator<Item = String>,
) -> Resource {
    let name = tags
        .list
        .iter()
        .find(|tag| tag.key == "Name")
        .map(|tag| tag.value.clone());
    let attached = |to| Relation {
        relation: RelationKind::AttachedTo,
        to,
    };
    let mut relations: Vec<Relation> = machines.into_iter().map(attached).collect();
    relations.sort();
    relations.dedup();
    Resource {
        platform: Platform::Aws,
        name: given(name).unwrap_or_else(|| id.clone()),
        native_id: id,
        account: Some(cell.account().to_owned()),
        region: Some(cell.region.clone()),
        labels: tags.list.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        facts,
        relations,
        simulated: false,
    }
}
