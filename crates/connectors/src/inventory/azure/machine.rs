//! Virtual machines, and the instances of uniform scale sets, which are described alike.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qlrf_core::asset::{Asset, AssetKind, AssetState, Exposure, Os, Platform};
use qlrf_core::identity::{IdentityKind, instance_id, product_uuid};
use qlrf_core::resource::{Relation, RelationKind};
use serde::Deserialize;

use super::super::os_name;
use super::super::rest::RestError;
use super::super::text::{given, moment};
use super::api::{Api, Arm, List, Reference, Sku, key, key_of, part};
use super::network::{Interface, Network};
use super::subscription::Details;

pub const COMPUTE: &str = "2024-11-01";

pub const MACHINES: List = List {
    action: "Microsoft.Compute/virtualMachines/read",
    path: "providers/Microsoft.Compute/virtualMachines",
    version: COMPUTE,
    query: &[],
};
/// The same machines, with what they do at the moment.
pub const STATUSES: List = List {
    query: &[("statusOnly", "true")],
    ..MACHINES
};

pub type Machine = Arm<Properties>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    vm_id: Option<String>,
    hardware_profile: Option<Hardware>,
    storage_profile: Option<Storage>,
    network_profile: Option<NetworkProfile>,
    network_profile_configuration: Option<InterfaceConfigurations>,
    priority: Option<String>,
    license_type: Option<String>,
    time_created: Option<String>,
    virtual_machine_scale_set: Option<Reference>,
    instance_view: Option<View>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hardware {
    vm_size: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    image_reference: Option<ImageReference>,
    os_disk: Option<OsDisk>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OsDisk {
    os_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageReference {
    id: Option<String>,
    publisher: Option<String>,
    offer: Option<String>,
    sku: Option<String>,
    version: Option<String>,
    exact_version: Option<String>,
    shared_gallery_image_id: Option<String>,
    community_gallery_image_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NetworkProfile {
    network_interfaces: Option<Vec<Reference>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InterfaceConfigurations {
    network_interface_configurations: Option<Vec<InterfaceConfiguration>>,
}

#[derive(Deserialize)]
struct InterfaceConfiguration {
    #[serde(default)]
    properties: Interface,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    statuses: Option<Vec<Status>>,
    os_name: Option<String>,
    os_version: Option<String>,
    #[serde(rename = "hyperVGeneration")]
    hyper_v_generation: Option<String>,
    vm_agent: Option<Agent>,
}

#[derive(Deserialize)]
struct Status {
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Agent {
    vm_agent_version: Option<String>,
}

/// What machines do at the moment, by machine.
pub async fn views(api: &Api, subscription: &str) -> Result<HashMap<String, View>, RestError> {
    let mut pages = api.pages::<Machine>(&STATUSES, subscription);
    let mut all = HashMap::new();
    while let Some(page) = pages.next().await? {
        let told = page.into_iter().filter_map(|one| {
            let id = one.key();
            Some((id, one.properties.instance_view?))
        });
        all.extend(told);
    }
    Ok(all)
}

impl Machine {
    pub fn take_view(&mut self) -> Option<View> {
        self.properties.instance_view.take()
    }

    /// `group`: the scale set that it is an instance of.
    pub fn asset(mut self, details: &Details, view: Option<&View>, group: Option<&str>) -> Asset {
        let id = self.key();
        let mut asset = Asset::new(&*id, Platform::Azure, AssetKind::VirtualMachine);
        asset.labels = self.labels();
        asset.labels.extend(self.own_labels(&id, details, view));
        asset.account = Some(details.subscription.id.clone());
        asset.region = self.region();
        let said = &self.properties;
        if let Some(instance) = instance_id(&format!("azure://{id}")) {
            asset.identities.insert(IdentityKind::InstanceId, instance);
        }
        if let Some(uuid) = said.vm_id.as_deref().and_then(|id| guest_uuid(id, view)) {
            asset.identities.insert(IdentityKind::ProductUuid, uuid);
        }
        let image = said
            .storage_profile
            .as_ref()
            .and_then(|storage| storage.image_reference.as_ref());
        asset.image_ref = image.and_then(ImageReference::name);
        asset.state = view.map_or(AssetState::Unknown, View::state);
        asset.os = view.and_then(View::os);
        asset.launched_at = moment(said.time_created.as_deref());
        asset.exposure = self.exposure(details);
        let group = group
            .map(str::to_owned)
            .or_else(|| key_of(said.virtual_machine_scale_set.as_ref()));
        let started_from = asset.image_ref.clone().filter(|image| image.starts_with('/'));
        let of = |relation| move |to| Relation { relation, to };
        asset.relations = group
            .map(of(RelationKind::MemberOf))
            .into_iter()
            .chain(started_from.map(of(RelationKind::StartedFrom)))
            .collect();
        asset.relations.sort();
        if let Some(name) = given(Some(std::mem::take(&mut self.name))) {
            asset.name = name;
        }
        asset
    }

    /// What Azure says is proved; a tag of the same name is not.
    fn own_labels(&self, id: &str, details: &Details, view: Option<&View>) -> BTreeMap<String, String> {
        let said = &self.properties;
        let size = said
            .hardware_profile
            .as_ref()
            .and_then(|hardware| hardware.vm_size.clone());
        let os_type = said.storage_profile.as_ref().and_then(|storage| {
            let disk = storage.os_disk.as_ref()?;
            disk.os_type.as_deref().map(str::to_ascii_lowercase)
        });
        let agent = view.and_then(|view| view.vm_agent.as_ref()?.vm_agent_version.clone());
        let sku = |sku: &Sku| sku.name.clone();
        let [virtual_network, subnet] = self.networks(&details.network);
        let labels = [
            ("size", size.or_else(|| self.sku.as_ref().and_then(sku))),
            ("zone", self.zones.as_ref().map(|zones| zones.join(","))),
            ("priority", said.priority.clone()),
            ("license", said.license_type.clone()),
            ("os-type", os_type),
            ("agent", agent),
            ("resource-group", part(id, "resourcegroups").map(str::to_owned)),
            ("subnet", subnet),
            ("subscription", given(Some(details.subscription.name.clone()))),
            ("virtual-network", virtual_network),
        ];
        let patches = details.assessment(id).map(super::patch::Assessment::labels);
        let patches = patches.unwrap_or_default().into_iter();
        let named = labels
            .into_iter()
            .filter_map(|(name, value)| Some((name, given(value)?)))
            .chain(patches);
        named
            .map(|(name, value)| (format!("ql-rf.io/azure-{name}"), value))
            .collect()
    }

    fn exposure(&self, details: &Details) -> Exposure {
        match self.interfaces(&details.network) {
            Some(interfaces) => details.network.judge(interfaces.into_iter()),
            None => Exposure::Unknown,
        }
    }

    /// `None`: it does not say which it has. Of one that is `None` nothing is known.
    fn interfaces<'a>(&'a self, network: &'a Network) -> Option<Vec<Option<&'a Interface>>> {
        let said = &self.properties;
        let own = said.network_profile_configuration.as_ref();
        if let Some(own) = own.and_then(|own| own.network_interface_configurations.as_ref()) {
            return Some(own.iter().map(|one| Some(&one.properties)).collect());
        }
        let interfaces = said.network_profile.as_ref()?.network_interfaces.as_ref()?;
        let found = interfaces
            .iter()
            .map(|one| network.interface(&key_of(Some(one))?));
        Some(found.collect())
    }

    /// Virtual networks, and subnets, that it is attached to, each once.
    fn networks(&self, network: &Network) -> [Option<String>; 2] {
        let interfaces = self.interfaces(network).unwrap_or_default();
        let subnets: Vec<String> = interfaces
            .into_iter()
            .flatten()
            .flat_map(Interface::subnets)
            .collect();
        ["virtualnetworks", "subnets"].map(|kind| {
            let names: BTreeSet<&str> = subnets.iter().filter_map(|id| part(id, kind)).collect();
            let names: Vec<&str> = names.into_iter().collect();
            Some(names.join(", "))
        })
    }
}

impl View {
    fn state(&self) -> AssetState {
        let codes = self
            .statuses
            .iter()
            .flatten()
            .filter_map(|status| status.code.as_deref());
        let mut power = codes.filter_map(|code| code.strip_prefix("PowerState/"));
        match power.next() {
            Some("running") => AssetState::Running,
            Some("stopped" | "stopping" | "deallocated" | "deallocating") => AssetState::Stopped,
            _ => AssetState::Unknown,
        }
    }

    /// As the agent in the machine says: the distribution's own id, or the name of a Windows.
    fn os(&self) -> Option<Os> {
        let name = given(self.os_name.clone())?;
        let version = self.os_version.clone().unwrap_or_default();
        let is_word = name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !is_word {
            return os_name::os(&name).map(|os| Os { version, ..os });
        }
        let word = name.to_ascii_lowercase();
        let id = match &*word {
            "redhat" => "rhel",
            "oracle" => "ol",
            "suse" => "sles",
            _ => &*word,
        };
        Some(Os {
            id: id.to_owned(),
            name: format!("{name} {version}").trim_end().to_owned(),
            version,
            ..Os::default()
        })
    }
}

impl ImageReference {
    /// The id of an image, or `publisher:offer:sku:version` of the marketplace.
    pub fn name(&self) -> Option<String> {
        let version = [&self.exact_version, &self.version]
            .into_iter()
            .find_map(|version| given(version.clone()));
        let ids = [
            &self.id,
            &self.shared_gallery_image_id,
            &self.community_gallery_image_id,
        ];
        if let Some(id) = ids.into_iter().find_map(|id| given(id.clone())) {
            let id = key(&id);
            let definition = id.contains("galleries/") && !id.contains("/versions/");
            return Some(match version.filter(|_| definition) {
                Some(version) => format!("{id}/versions/{version}"),
                None => id,
            });
        }
        let named = [&self.publisher, &self.offer, &self.sku].map(Option::as_deref);
        let [Some(publisher), Some(offer), Some(sku)] = named else {
            return None;
        };
        Some(format!(
            "{publisher}:{offer}:{sku}:{}",
            version.as_deref().unwrap_or("latest")
        ))
    }
}

/// The SMBIOS UUID as the machine itself reads it. Machines of the first generation have SMBIOS 2.3, in which Linux takes the
/// first three fields for big-endian, and Azure writes them little-endian (cloud-init, `sources/azure/identity.py`). Of a
/// generation that is not known it cannot be told.
fn guest_uuid(vm_id: &str, view: Option<&View>) -> Option<String> {
    let uuid = product_uuid(vm_id)?;
    match view?.hyper_v_generation.as_deref()? {
        "V2" => Some(uuid),
        "V1" => Some(swapped(&uuid)),
        _ => None,
    }
}

fn swapped(uuid: &str) -> String {
    let reversed = |field: &str| -> String {
        let pairs = field.as_bytes().rchunks(2);
        pairs.flatten().copied().map(char::from).collect()
    };
    let fields = uuid.split('-').enumerate().map(|(n, field)| match n {
        0..3 => reversed(field),
        _ => field.to_owned(),
    });
    fields.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From "Accessing and Using Azure VM Unique ID" (Microsoft, 2014).
    #[test]
    fn a_first_generation_machine_reads_its_uuid_in_another_order() {
        let uuid = "da560509-fad4-4f76-a9f1-63614eda019a";
        assert_eq!(swapped(uuid), "090556da-d4fa-764f-a9f1-63614eda019a");
        assert_eq!(guest_uuid(uuid, None), None);
    }

    #[test]
    fn images_are_named_as_they_are_linked() {
        let name = |value| serde_json::from_value::<ImageReference>(value).unwrap().name();
        let gallery =
            "/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/galleries/golden/images/debian";
        for (image, expected) in [
            (
                serde_json::json!({"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest", "exactVersion": "0.20.1"}),
                Some("Debian:debian-12:12-gen2:0.20.1".to_owned()),
            ),
            (
                serde_json::json!({"id": gallery, "exactVersion": "1.2.3"}),
                Some(format!("{}/versions/1.2.3", gallery.to_lowercase())),
            ),
            (
                serde_json::json!({"id": format!("{gallery}/versions/1.0.0"), "exactVersion": "1.0.0"}),
                Some(format!("{}/versions/1.0.0", gallery.to_lowercase())),
            ),
            (serde_json::json!({"id": null}), None),
        ] {
            assert_eq!(name(image.clone()), expected, "{image}");
        }
    }
}
