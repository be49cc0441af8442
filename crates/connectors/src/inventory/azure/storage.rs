//! Managed disks and public addresses.

use std::collections::{BTreeSet, HashMap};

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, PublicAddress, Relation, RelationKind, Resource, Volume};
use serde::Deserialize;

use super::super::rest::RestError;
use super::super::text::given;
use super::api::{Arm, List, key, key_of};
use super::network::{Address, Interface, Network};
use super::subscription::Subscription;

pub const DISKS: List = List {
    action: "Microsoft.Compute/disks/read",
    path: "providers/Microsoft.Compute/disks",
    version: "2024-03-02",
    query: &[],
};

type Disk = Arm<DiskProperties>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiskProperties {
    disk_size_bytes: Option<u64>,
    #[serde(rename = "diskSizeGB")]
    disk_size_gb: Option<u64>,
    encryption: Option<Encryption>,
}

#[derive(Deserialize)]
struct Encryption {
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub async fn list_volumes(of: &Subscription) -> Result<(), RestError> {
    let mut pages = of.api.pages::<Disk>(&DISKS, &of.path());
    while let Some(page) = pages.next().await? {
        let disks = page.into_iter().map(|disk| volume(of, disk));
        of.out.resources("volume", disks.collect()).await;
    }
    Ok(())
}

fn volume(of: &Subscription, mut disk: Disk) -> Resource {
    let said = std::mem::take(&mut disk.properties);
    let gibibytes = said.disk_size_gb.and_then(|size| size.checked_mul(1 << 30));
    let encryption = said.encryption.and_then(|encryption| given(encryption.kind));
    let facts = Facts::Volume(Volume {
        bytes: said.disk_size_bytes.or(gibibytes),
        class: disk.sku.as_ref().and_then(|sku| sku.name.clone()),
        // Every way of it that Azure names is encryption at rest.
        encrypted: encryption.map(|kind| kind.starts_with("EncryptionAtRest")),
    });
    let machines = disk.managed_by_extended.take().unwrap_or_default();
    let machines = machines.into_iter().chain(disk.managed_by.take());
    let machines = machines.filter(|id| !id.is_empty()).map(|id| key(&id));
    resource(of, disk, facts, machines.collect())
}

/// As the network was read. An address that is reserved, and has none yet, is left out. Which machine has it is unknown when
/// interfaces may not be read; when they could not be read this time, what is known must not be replaced by less.
pub async fn tell_addresses(of: &Subscription, network: Network) -> Result<(), RestError> {
    let addresses = network.addresses?;
    let interfaces = match network.interfaces {
        Err(error) if error.is_permission() => HashMap::new(),
        listed => listed?,
    };
    let told = addresses
        .into_values()
        .filter_map(|address| public_address(of, &interfaces, address));
    of.out.resources("public_address", told.collect()).await;
    Ok(())
}

fn public_address(
    of: &Subscription,
    interfaces: &HashMap<String, Interface>,
    mut address: Address,
) -> Option<Resource> {
    let said = std::mem::take(&mut address.properties);
    let facts = Facts::PublicAddress(PublicAddress {
        address: given(said.ip_address)?,
    });
    let configuration = key_of(said.ip_configuration.as_ref());
    let machine = configuration.and_then(|configuration| {
        let (interface, _) = configuration.split_once("/ipconfigurations/")?;
        interfaces.get(interface)?.machine()
    });
    Some(resource(of, address, facts, machine.into_iter().collect()))
}

fn resource<P>(of: &Subscription, mut one: Arm<P>, facts: Facts, machines: BTreeSet<String>) -> Resource {
    let attached = |to| Relation {
        relation: RelationKind::AttachedTo,
        to,
    };
    Resource {
        native_id: one.key(),
        platform: Platform::Azure,
        account: Some(of.id().to_owned()),
        region: one.region(),
        labels: one.labels(),
        facts,
        name: one.name,
        relations: machines.into_iter().map(attached).collect(),
        simulated: false,
    }
}
