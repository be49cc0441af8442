//! What the internet reaches: interfaces, the security groups before them and before their subnets, and public addresses.

use std::collections::HashMap;

use qlrf_core::asset::Exposure;
use serde::Deserialize;

use super::super::rest::RestError;
use super::api::{Api, Arm, List, Reference, key, key_of};

const VERSION: &str = "2024-05-01";

pub const INTERFACES: List = list(
    "Microsoft.Network/networkInterfaces/read",
    "providers/Microsoft.Network/networkInterfaces",
);
pub const GROUPS: List = list(
    "Microsoft.Network/networkSecurityGroups/read",
    "providers/Microsoft.Network/networkSecurityGroups",
);
pub const NETWORKS: List = list(
    "Microsoft.Network/virtualNetworks/read",
    "providers/Microsoft.Network/virtualNetworks",
);
pub const ADDRESSES: List = list(
    "Microsoft.Network/publicIPAddresses/read",
    "providers/Microsoft.Network/publicIPAddresses",
);

const fn list(action: &'static str, path: &'static str) -> List {
    List {
        action,
        path,
        version: VERSION,
        query: &[],
    }
}

pub type Address = Arm<AddressProperties>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressProperties {
    pub ip_address: Option<String>,
    /// Of the interface, or of whatever else has it.
    pub ip_configuration: Option<Reference>,
}

/// An interface, or what an instance of a scale set says of its own.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interface {
    network_security_group: Option<Reference>,
    ip_configurations: Option<Vec<Configuration>>,
    virtual_machine: Option<Reference>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    properties: ConfigurationProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigurationProperties {
    subnet: Option<Reference>,
    #[serde(rename = "publicIPAddress")]
    public_address: Option<Reference>,
    /// Of an instance of a scale set.
    #[serde(rename = "publicIPAddressConfiguration")]
    public_address_configuration: Option<AddressConfiguration>,
}

#[derive(Deserialize)]
struct AddressConfiguration {
    sku: Option<super::api::Sku>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupProperties {
    security_rules: Option<Vec<Rule>>,
    default_security_rules: Option<Vec<Rule>>,
}

#[derive(Default, Deserialize)]
struct NetworkProperties {
    subnets: Option<Vec<Arm<SubnetProperties>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubnetProperties {
    network_security_group: Option<Reference>,
}

#[derive(Default, Deserialize)]
struct Rule {
    #[serde(default)]
    properties: RuleProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleProperties {
    #[serde(default)]
    access: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    priority: u32,
    protocol: Option<String>,
    source_address_prefix: Option<String>,
    source_address_prefixes: Option<Vec<String>>,
    destination_address_prefix: Option<String>,
    destination_port_range: Option<String>,
}

/// Of one subscription: interfaces, groups and subnets never belong to another one than the machine.
pub struct Network {
    pub interfaces: Result<HashMap<String, Interface>, RestError>,
    /// Whether the internet gets through.
    pub groups: Result<HashMap<String, bool>, RestError>,
    /// The group before each subnet.
    pub subnets: Result<HashMap<String, Option<String>>, RestError>,
    pub addresses: Result<HashMap<String, Address>, RestError>,
}

impl Network {
    pub async fn list(api: &Api, subscription: &str) -> Network {
        Network {
            interfaces: by_key(api, &INTERFACES, subscription, |one: Arm<Interface>| {
                one.properties
            })
            .await,
            groups: by_key(api, &GROUPS, subscription, |one| is_open(one.properties)).await,
            subnets: subnets(api, subscription).await,
            addresses: by_key(api, &ADDRESSES, subscription, |one: Address| one).await,
        }
    }

    /// What may not be read is unknown, now and the next time. What could not be read this time is not.
    pub fn lost(&self) -> Option<&RestError> {
        let failures = [
            self.interfaces.as_ref().err(),
            self.groups.as_ref().err(),
            self.subnets.as_ref().err(),
            self.addresses.as_ref().err(),
        ];
        let mut failures = failures.into_iter().flatten();
        failures.find(|error| !error.is_permission())
    }

    pub fn interface(&self, key: &str) -> Option<&Interface> {
        self.interfaces.as_ref().ok()?.get(key)
    }

    /// `None` is an interface of which nothing is known.
    pub fn judge<'a>(&self, interfaces: impl Iterator<Item = Option<&'a Interface>>) -> Exposure {
        let mut known = true;
        for interface in interfaces {
            match interface.and_then(|interface| self.reaches(interface)) {
                Some(true) => return Exposure::Internet,
                Some(false) => {}
                None => known = false,
            }
        }
        match known {
            true => Exposure::Internal,
            false => Exposure::Unknown,
        }
    }

    /// `None`: it cannot be told.
    fn reaches(&self, interface: &Interface) -> Option<bool> {
        let mut known = true;
        let doors = interface.ip_configurations.iter().flatten();
        for door in doors.map(|door| &door.properties).filter(|door| door.is_public()) {
            match self.is_door_open(interface, door) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => known = false,
            }
        }
        known.then_some(false)
    }

    fn is_door_open(&self, interface: &Interface, door: &ConfigurationProperties) -> Option<bool> {
        let subnet = match key_of(door.subnet.as_ref()) {
            Some(subnet) => self.subnets.as_ref().ok()?.get(&subnet)?.clone(),
            None => None,
        };
        let before = [key_of(interface.network_security_group.as_ref()), subnet];
        let before: Vec<String> = before.into_iter().flatten().collect();
        if before.is_empty() {
            return Some(!self.is_closed_without_group(door)?);
        }
        let groups = self.groups.as_ref().ok()?;
        let open: Option<Vec<bool>> = before.iter().map(|group| groups.get(group).copied()).collect();
        Some(open?.into_iter().all(|open| open))
    }

    /// An address of a newer class lets nobody in until a security group does; the class *Basic* lets everybody in.
    fn is_closed_without_group(&self, door: &ConfigurationProperties) -> Option<bool> {
        let sku = match (&door.public_address_configuration, &door.public_address) {
            (Some(configuration), _) => configuration.sku.as_ref(),
            (None, address) => {
                let address = key_of(address.as_ref())?;
                self.addresses.as_ref().ok()?.get(&address)?.sku.as_ref()
            }
        };
        let name = sku.and_then(|sku| sku.name.as_deref()).unwrap_or("Basic");
        Some(!name.eq_ignore_ascii_case("Basic"))
    }
}

impl Interface {
    /// The machine that it is of.
    pub fn machine(&self) -> Option<String> {
        key_of(self.virtual_machine.as_ref())
    }

    /// Where it is attached, by their ids.
    pub fn subnets(&self) -> impl Iterator<Item = String> + '_ {
        let doors = self.ip_configurations.iter().flatten();
        doors.filter_map(|door| key_of(door.properties.subnet.as_ref()))
    }
}

impl ConfigurationProperties {
    fn is_public(&self) -> bool {
        self.public_address.is_some() || self.public_address_configuration.is_some()
    }
}

async fn by_key<P, T>(
    api: &Api,
    list: &List,
    subscription: &str,
    kept: impl Fn(Arm<P>) -> T,
) -> Result<HashMap<String, T>, RestError>
where
    P: serde::de::DeserializeOwned + Default,
{
    let mut pages = api.pages::<Arm<P>>(list, subscription);
    let mut all = HashMap::new();
    while let Some(page) = pages.next().await? {
        all.extend(page.into_iter().map(|one| (one.key(), kept(one))));
    }
    Ok(all)
}

async fn subnets(api: &Api, subscription: &str) -> Result<HashMap<String, Option<String>>, RestError> {
    let mut pages = api.pages::<Arm<NetworkProperties>>(&NETWORKS, subscription);
    let mut all = HashMap::new();
    while let Some(page) = pages.next().await? {
        let subnets = page
            .into_iter()
            .flat_map(|network| network.properties.subnets.unwrap_or_default());
        all.extend(subnets.map(|subnet| {
            let group = key_of(subnet.properties.network_security_group.as_ref());
            (key(&subnet.id), group)
        }));
    }
    Ok(all)
}

/// Whether some rule lets all of the internet in, before one keeps all of it out. Rules are asked in the order of their
/// priorities (<https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview>).
fn is_open(group: GroupProperties) -> bool {
    let own = group.security_rules.unwrap_or_default();
    let of_azure = group.default_security_rules.unwrap_or_default();
    let rules = own.into_iter().chain(of_azure).map(|rule| rule.properties);
    let mut rules: Vec<RuleProperties> = rules
        .filter(|rule| rule.direction.eq_ignore_ascii_case("inbound") && rule.is_about_everybody())
        .collect();
    rules.sort_by_key(|rule| rule.priority);
    let decisive = rules
        .iter()
        .find(|rule| rule.allows() || rule.is_about_everything());
    decisive.is_some_and(RuleProperties::allows)
}

impl RuleProperties {
    fn allows(&self) -> bool {
        self.access.eq_ignore_ascii_case("allow")
    }

    fn is_about_everybody(&self) -> bool {
        let prefixes = self.source_address_prefixes.iter().flatten();
        let mut prefixes = prefixes.chain(&self.source_address_prefix);
        prefixes.any(|prefix| {
            let prefix = prefix.to_ascii_lowercase();
            matches!(&*prefix, "*" | "any" | "internet" | "0.0.0.0/0" | "::/0")
        })
    }

    fn is_about_everything(&self) -> bool {
        let any = |text: &Option<String>| text.as_deref().is_some_and(|text| text == "*");
        any(&self.protocol) && any(&self.destination_address_prefix) && any(&self.destination_port_range)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(priority: u32, access: &str, source: &str, port: &str) -> Value {
        json!({"name": "r", "properties": {
            "priority": priority, "access": access, "direction": "Inbound", "protocol": "*",
            "sourceAddressPrefix": source, "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": port,
        }})
    }

    #[test]
    fn the_first_rule_about_everybody_decides() {
        for (rules, open) in [
            (json!([]), false),
            (json!([rule(100, "Allow", "Internet", "443")]), true),
            (json!([rule(100, "Allow", "0.0.0.0/0", "22")]), true),
            (json!([rule(100, "Allow", "10.0.0.0/8", "22")]), false),
            (
                json!([rule(200, "Allow", "*", "22"), rule(100, "Deny", "*", "*")]),
                false,
            ),
            (
                json!([rule(200, "Deny", "*", "*"), rule(100, "Allow", "*", "22")]),
                true,
            ),
            // What keeps one door shut leaves the others.
            (
                json!([rule(100, "Deny", "*", "22"), rule(200, "Allow", "*", "443")]),
                true,
            ),
            (
                json!([
                    rule(100, "Deny", "10.0.0.0/8", "*"),
                    rule(200, "Allow", "*", "443")
                ]),
                true,
            ),
        ] {
            let group =
                json!({"securityRules": rules, "defaultSecurityRules": [rule(65500, "Deny", "*", "*")]});
            assert_eq!(is_open(serde_json::from_value(group).unwrap()), open, "{rules}");
        }
        let outbound = json!({"securityRules": [{"properties": {
            "priority": 100, "access": "Allow", "direction": "Outbound", "protocol": "*", "sourceAddressPrefix": "*",
        }}]});
        assert!(!is_open(serde_json::from_value(outbound).unwrap()));
    }
}
