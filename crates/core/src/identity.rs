//! By what one machine is known to several sources: a cloud's API, a cluster that it is a node of, itself over SSH.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// From the surest to the least sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// The platform's own name of the machine: [`instance_id`].
    InstanceId,
    /// The platform's own number of the machine, where its name is given again to another one: [`instance_number`].
    InstanceNumber,
    /// SMBIOS system UUID: [`product_uuid`].
    ProductUuid,
    /// machine-id(5): [`machine_id`].
    MachineId,
}

impl IdentityKind {
    /// From the surest to the least sure.
    pub const ALL: [IdentityKind; 4] = [
        IdentityKind::InstanceId,
        IdentityKind::InstanceNumber,
        IdentityKind::ProductUuid,
        IdentityKind::MachineId,
    ];
}

/// What a source can prove of an asset's identity. Values are as the functions of this module write them, so that two
/// sources that mean the same machine write the same text.
pub type Identities = BTreeMap<IdentityKind, String>;

/// From `spec.providerID` of a Kubernetes node: `aws:///eu-west-1a/i-0abc`, `gce://project/zone/name`,
/// `azure:///subscriptions/…`, `vsphere://4210…`. An id that the provider made unique stands alone; the rest keeps its path.
pub fn instance_id(provider_id: &str) -> Option<String> {
    let (provider, path) = provider_id.split_once("://")?;
    let path = path.trim_matches('/');
    let last = path.rsplit('/').next().filter(|last| !last.is_empty())?;
    match provider {
        "aws" => last.starts_with("i-").then(|| format!("aws:{last}")),
        "gce" => Some(format!("gcp:{path}")),
        // Resource ids are compared without regard to case.
        "azure" => Some(format!("azure:{}", path.to_ascii_lowercase())),
        "vsphere" => product_uuid(last).map(|uuid| format!("vsphere:{uuid}")),
        _ => None,
    }
}

/// Google's number of an instance, which no other one ever has.
pub fn instance_number(text: &str) -> Option<String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let number: u64 = text.parse().ok().filter(|_| digits)?;
    Some(format!("gcp:{number}"))
}

/// Placeholders that whole series of boards were shipped with, besides all zeros and all ones.
const PLACEHOLDERS: &[&str] = &[
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
];

/// Lower case, with hyphens. `None` for a placeholder, which many machines share.
pub fn product_uuid(text: &str) -> Option<String> {
    let id = text.trim().to_ascii_lowercase();
    let digits: Vec<u8> = id.bytes().filter(|b| *b != b'-').collect();
    let shaped = id.len() == 36 && digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit);
    let varied = shaped && digits.iter().any(|b| *b != digits[0]);
    (varied && !PLACEHOLDERS.contains(&id.as_str())).then_some(id)
}

/// 32 lower-case hexadecimal digits; `uninitialized` and all zeros are not ids.
pub fn machine_id(text: &str) -> Option<String> {
    let id = text.trim();
    let valid = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0');
    valid.then(|| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_sources_say_of_one_machine_is_the_same_text() {
        let id = |text| instance_id(text);
        assert_eq!(id("aws:///eu-west-1a/i-0abc").as_deref(), Some("aws:i-0abc"));
        assert_eq!(
            id("gce://p/europe-west1-b/vm").as_deref(),
            Some("gcp:p/europe-west1-b/vm")
        );
        assert_eq!(
            id("azure:///subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/A")
                .as_deref(),
            Some("azure:subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/a")
        );
        assert_eq!(
            id("vsphere://4210AAAA-0000-0000-0000-00000000000B").as_deref(),
            Some("vsphere:4210aaaa-0000-0000-0000-00000000000b")
        );
        for wrong in [
            "",
            "aws:///",
            "aws:///eu-west-1a/x",
            "k3s://node",
            "node",
            "aws://",
        ] {
            assert_eq!(id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_is_all_digits() {
        let number = "6187364518269182736";
        assert_eq!(instance_number(number), Some(format!("gcp:{number}")));
        for wrong in ["", "0", "01", "+1", " 1", "i-1", "99999999999999999999"] {
            assert_eq!(instance_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_many_machines_share_identifies_none() {
        for wrong in [
            "",
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "03000200-0400-0500-0006-000700080009",
            "4210aaaa",
        ] {
            assert_eq!(product_uuid(wrong), None, "{wrong}");
        }
        for wrong in ["", "uninitialized", "00000000000000000000000000000000"] {
            assert_eq!(machine_id(wrong), None, "{wrong}");
        }
    }
}
