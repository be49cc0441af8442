//! One subscription with something of each kind.

use qlrf_testkit::{AzurePeer, azure_id, azure_machine, azure_view};
use serde_json::{Value, json};

use super::site::WEB;

pub fn id(below: &str) -> String {
    azure_id(WEB, below)
}

/// As Azure writes ids at some places, and as ours are.
pub fn key(below: &str) -> String {
    id(below).to_lowercase()
}

/// In each of its parts.
pub async fn furnish(peer: &AzurePeer) {
    peer.put(&network()).await;
    peer.put(&machines()).await;
    peer.put(&scale_sets()).await;
    peer.put(&images()).await;
    peer.put(&disks()).await;
    peer.put(&certificates()).await;
    let counts = json!({"critical": 1, "security": 2, "other": 4});
    let assessment = json!({
        "status": "Succeeded", "rebootPending": true, "osType": "Linux", "availablePatchCountByClassification": counts,
    });
    let machine = id("Microsoft.Compute/virtualMachines/open");
    peer.put(&[json!({"assessment": {"machine": machine, "properties": assessment}})])
        .await;
}

/// A group that lets everybody in, one that lets in who comes from inside, and a subnet with each.
fn network() -> Vec<Value> {
    let rule = |source: &str| {
        json!({"name": "https", "properties": {
            "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": source,
            "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "443",
        }})
    };
    let denied = json!({"name": "DenyAllInBound", "properties": {
        "priority": 65500, "direction": "Inbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
        "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*",
    }});
    let group = |name: &str, source: &str| {
        let properties = json!({"securityRules": [rule(source)], "defaultSecurityRules": [denied]});
        of("Microsoft.Network/networkSecurityGroups", name, properties)
    };
    let subnet = |name: &str, group: &str| {
        let group = id(&format!("Microsoft.Network/networkSecurityGroups/{group}"));
        json!({"id": subnet(name), "name": name, "properties": {"networkSecurityGroup": {"id": group}}})
    };
    let subnets = json!([subnet("front", "everybody"), subnet("back", "inside")]);
    let mut rows = vec![
        group("everybody", "Internet"),
        group("inside", "10.0.0.0/8"),
        of(
            "Microsoft.Network/virtualNetworks",
            "net",
            json!({"subnets": subnets}),
        ),
    ];
    for (name, at) in [("open", "front"), ("shut", "back")] {
        rows.push(interface(name, at));
        // Azure writes the same id in another case.
        let configuration = id(&format!(
            "Microsoft.Network/networkInterfaces/{name}/ipConfigurations/main"
        ));
        let mut address = of(
            "Microsoft.Network/publicIPAddresses",
            name,
            json!({"ipAddress": "52.0.0.7", "ipConfiguration": {"id": configuration.to_uppercase()}}),
        );
        address["sku"] = json!({"name": "Standard"});
        rows.push(address);
    }
    rows.push(of(
        "Microsoft.Network/publicIPAddresses",
        "reserved",
        json!({"publicIPAllocationMethod": "Dynamic"}),
    ));
    rows
}

fn subnet(name: &str) -> String {
    id(&format!("Microsoft.Network/virtualNetworks/net/subnets/{name}"))
}

fn interface(name: &str, at: &str) -> Value {
    let configuration = json!({"name": "main", "properties": {
        "subnet": {"id": subnet(at)}, "publicIPAddress": {"id": id(&format!("Microsoft.Network/publicIPAddresses/{name}"))},
    }});
    let machine = id(&format!("Microsoft.Compute/virtualMachines/{name}"));
    let properties = json!({"ipConfigurations": [configuration], "virtualMachine": {"id": machine}});
    of("Microsoft.Network/networkInterfaces", name, properties)
}

/// One that the internet reaches, and one of the first generation that is off and has an address all the same.
fn machines() -> Vec<Value> {
    let with = |name: &str| {
        let mut machine = azure_machine(WEB, name, &json!({"env": "prod"}));
        let interface = id(&format!("Microsoft.Network/networkInterfaces/{name}"));
        machine["properties"]["networkProfile"]["networkInterfaces"] = json!([{"id": interface}]);
        machine
    };
    let (open, mut shut) = (with("open"), with("shut"));
    let image = id("Microsoft.Compute/galleries/golden/images/debian");
    let properties = &mut shut["properties"];
    properties["storageProfile"]["imageReference"] = json!({"id": image, "exactVersion": "1.2.0"});
    properties["instanceView"] = azure_view("deallocated");
    properties["instanceView"]["hyperVGeneration"] = json!("V1");
    properties["instanceView"]["osName"] = json!("Windows Server 2022 Datacenter");
    properties["instanceView"]["osVersion"] = json!("10.0.20348.2700");
    vec![open, shut]
}

/// A uniform one with an instance that the internet reaches, and a flexible one with a machine.
fn scale_sets() -> Vec<Value> {
    let set = |name: &str, mode: &str| {
        let mut set = of(
            "Microsoft.Compute/virtualMachineScaleSets",
            name,
            json!({"orchestrationMode": mode}),
        );
        set["sku"] = json!({"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 3});
        set
    };
    let configuration = json!({"name": "main", "properties": {
        "subnet": {"id": subnet("front")},
        "publicIPAddressConfiguration": {"name": "address", "sku": {"name": "Standard", "tier": "Regional"}},
    }});
    let interfaces = json!([{"name": "nic", "properties": {"ipConfigurations": [configuration]}}]);
    let instance = json!({
        "id": id("Microsoft.Compute/virtualMachineScaleSets/uniform/virtualMachines/0"),
        "name": "uniform_0", "instanceId": "0", "location": "westeurope", "tags": {"role": "front"},
        "sku": {"name": "Standard_D2s_v5", "tier": "Standard"},
        "properties": {
            "vmId": "5b7a2a1e-1111-2222-3333-444455556666",
            "networkProfileConfiguration": {"networkInterfaceConfigurations": interfaces},
            "instanceView": azure_view("running"),
        },
    });
    let mut flexible = azure_machine(WEB, "flexible_1", &json!({}));
    let group = id("Microsoft.Compute/virtualMachineScaleSets/flexible");
    flexible["properties"]["virtualMachineScaleSet"] = json!({"id": group});
    vec![
        set("uniform", "Uniform"),
        set("flexible", "Flexible"),
        instance,
        flexible,
    ]
}

fn images() -> Vec<Value> {
    let at = "Microsoft.Compute/galleries";
    let sharing = json!({"sharingProfile": {"permissions": "Private"}});
    let identifier = json!({"publisher": "golden", "offer": "debian", "sku": "12"});
    let definition = json!({"osType": "Linux", "osState": "Generalized", "identifier": identifier, "architecture": "Arm64"});
    let version = json!({
        "publishingProfile": {"publishedDate": "2026-09-01T10:00:00Z", "endOfLifeDate": "2027-09-01T00:00:00Z"},
        "storageProfile": {},
    });
    vec![
        of(
            "Microsoft.Compute/images",
            "classic",
            json!({"hyperVGeneration": "V1"}),
        ),
        of(at, "golden", sharing),
        of(&format!("{at}/golden/images"), "debian", definition),
        of(&format!("{at}/golden/images/debian/versions"), "1.2.0", version),
    ]
}

fn disks() -> Vec<Value> {
    let properties = json!({
        "diskSizeGB": 32, "diskSizeBytes": 34_359_738_368_u64, "creationData": {"createOption": "FromImage"},
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
    });
    let mut disk = of("Microsoft.Compute/disks", "system", properties);
    disk["sku"] = json!({"name": "Premium_LRS", "tier": "Premium"});
    disk["managedBy"] = json!(id("Microsoft.Compute/virtualMachines/open").to_uppercase());
    vec![disk]
}

fn certificates() -> Vec<Value> {
    let vault = json!({
        "tenantId": "00000000-0000-0000-0000-000000000001", "sku": {"family": "A", "name": "standard"},
        "vaultUri": "https://keys.vault.azure.net/",
    });
    let certificate =
        json!({"vault": "keys", "name": "www", "dns": "www.example.org", "tags": {"team": "web"}});
    vec![
        of("Microsoft.KeyVault/vaults", "keys", vault),
        json!({"certificate": certificate}),
    ]
}

fn of(kind: &str, name: &str, properties: Value) -> Value {
    json!({
        "id": id(&format!("{kind}/{name}")), "name": name, "location": "westeurope", "tags": {"env": "prod"},
        "properties": properties,
    })
}
