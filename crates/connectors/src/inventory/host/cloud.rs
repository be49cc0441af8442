//! Whose machine a host is, and which of them: by the marks on its board, and by what cloud-init was told at this boot. What an
//! earlier boot left on the disk is copied with the disk, and tells nothing.

use qlrf_core::identity::{self, IdentityKind};
use qlrf_core::rootfs::RootFs;
use serde_json::Value;

use super::claim::{instance_data, string};
use super::word;

/// The chassis tag by which Azure's virtual machines know themselves from other Hyper-V guests.
const AZURE_CHASSIS_TAG: &str = "7783-7084-3265-9085-8269-3286-77";
/// Of AWS's ids, since 2016 and before.
const AWS_DIGITS: [usize; 2] = [17, 8];

pub fn cloud(root: &dyn RootFs) -> Option<&'static str> {
    marked(root).filter(|by| *by != "vmware")
}

fn marked(root: &dyn RootFs) -> Option<&'static str> {
    let vendor = word(root, "sys/class/dmi/id/sys_vendor").unwrap_or_default();
    if word(root, "sys/class/dmi/id/chassis_asset_tag").as_deref() == Some(AZURE_CHASSIS_TAG) {
        return Some("azure");
    }
    [("Amazon EC2", "aws"), ("Google", "gcp"), ("VMware", "vmware")]
        .iter()
        .find(|(prefix, _)| vendor.starts_with(prefix))
        .map(|(_, n)| *n)
}

/// By what cloud-init was told, when it is of the form that this cloud gives, and the board is not another one's.
pub fn identity(root: &dyn RootFs) -> Option<(IdentityKind, String)> {
    let data = instance_data(root)?;
    let (cloud, proof) = match string(&data, "/v1/cloud_name")?.as_str() {
        "aws" => ("aws", aws(&data)),
        "azure" => ("azure", azure(&data)),
        "gce" => ("gcp", number(&data)),
        "vmware" => ("vmware", uuid(&data)),
        _ => return None,
    };
    proof.filter(|_| marked(root).is_none_or(|by| by == cloud))
}

fn id(data: &Value) -> Option<String> {
    string(data, "/v1/instance_id")
}

fn aws(data: &Value) -> Option<(IdentityKind, String)> {
    let id = id(data)?;
    let digits = id.strip_prefix("i-")?;
    let sound = AWS_DIGITS.contains(&digits.len())
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let id = identity::instance_id(&format!("aws:///{id}")).filter(|_| sound)?;
    Some((IdentityKind::InstanceId, id))
}

/// The id of the resource, where its metadata service tells it. What cloud-init calls the instance id is the SMBIOS UUID as the
/// machine reads it.
fn azure(data: &Value) -> Option<(IdentityKind, String)> {
    match string(data, "/ds/meta_data/imds/compute/resourceId") {
        Some(resource) => {
            let id = resource.to_ascii_lowercase();
            let parts: Vec<&str> = id.split('/').collect();
            let sound = match parts[..] {
                [
                    "",
                    "subscriptions",
                    subscription,
                    "resourcegroups",
                    _,
                    "providers",
                    "microsoft.compute",
                    ..,
                    kind,
                    name,
                ] => {
                    identity::product_uuid(subscription).is_some()
                        && kind == "virtualmachines"
                        && !name.is_empty()
                }
                _ => false,
            };
            let id = identity::instance_id(&format!("azure://{id}")).filter(|_| sound)?;
            Some((IdentityKind::InstanceId, id))
        }
        None => uuid(data),
    }
}

fn number(data: &Value) -> Option<(IdentityKind, String)> {
    Some((
        IdentityKind::InstanceNumber,
        identity::instance_number(&id(data)?)?,
    ))
}

fn uuid(data: &Value) -> Option<(IdentityKind, String)> {
    Some((IdentityKind::ProductUuid, identity::product_uuid(&id(data)?)?))
}

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;
    use serde_json::json;

    use super::*;

    const UUID: &str = "4c4c4544-0042-3510-8054-b7c04f564433";
    const SUBSCRIPTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555556";

    fn proof(data: &Value, vendor: &str) -> Option<(IdentityKind, String)> {
        let data = data.to_string();
        let files = [
            ("run/cloud-init/instance-data.json", data.as_str()),
            ("sys/class/dmi/id/sys_vendor", vendor),
        ];
        identity(&Files::new(&files))
    }

    fn told(cloud: &str, id: &str) -> Value {
        json!({"v1": {"cloud_name": cloud, "instance_id": id}, "ds": {"meta_data": {}}})
    }

    #[test]
    fn each_cloud_is_taken_at_its_word_in_its_own_form() {
        use IdentityKind::{InstanceId, InstanceNumber, ProductUuid};
        let aws = "i-0abc1234def567890";
        for (cloud, id, kind, value) in [
            ("aws", aws, InstanceId, format!("aws:{aws}")),
            ("aws", "i-1234abcd", InstanceId, "aws:i-1234abcd".to_owned()),
            (
                "gce",
                "6187364518269182736",
                InstanceNumber,
                "gcp:6187364518269182736".to_owned(),
            ),
            ("vmware", &UUID.to_uppercase(), ProductUuid, UUID.to_owned()),
            ("azure", UUID, ProductUuid, UUID.to_owned()),
        ] {
            assert_eq!(proof(&told(cloud, id), ""), Some((kind, value)), "{cloud}");
        }
        for (cloud, id) in [
            ("aws", "i-0"),
            ("aws", "i-0ABC1234DEF567890"),
            ("aws", "mi-0abc1234def56789"),
            ("aws", UUID),
            ("gce", "web-1"),
            ("gce", "0"),
            ("gce", aws),
            ("vmware", "web-1"),
            ("vmware", "00000000-0000-0000-0000-000000000000"),
            ("azure", "redacted for non-root user"),
            ("nocloud", aws),
            ("openstack", UUID),
            ("", "1"),
        ] {
            assert_eq!(proof(&told(cloud, id), ""), None, "{cloud} {id}");
        }
        assert_eq!(
            proof(&json!({"v1": {"cloud_name": "gce", "instance_id": 1}}), ""),
            None
        );
        assert_eq!(proof(&json!([]), ""), None);
    }

    #[test]
    fn a_board_of_another_cloud_makes_it_a_copy() {
        let google = told("gce", "1");
        assert!(proof(&google, "Google").is_some() && proof(&google, "QEMU").is_some());
        for vendor in ["Amazon EC2", "VMware, Inc."] {
            assert_eq!(proof(&google, vendor), None, "{vendor}");
        }
    }

    #[test]
    fn azure_is_known_by_its_resource() {
        let of = |resource: &str| {
            let mut data = told("azure", UUID);
            data["ds"]["meta_data"]["imds"] = json!({"compute": {"resourceId": resource}});
            proof(&data, "").map(|(_, value)| value)
        };
        let compute = format!("{SUBSCRIPTION}/resourceGroups/G/providers/Microsoft.Compute");
        let id = |rest: &str| Some(format!("azure:{}{rest}", compute[1..].to_lowercase()));
        assert_eq!(
            of(&format!("{compute}/virtualMachines/A")),
            id("/virtualmachines/a")
        );
        let scale_set = "/virtualMachineScaleSets/S/virtualMachines/0";
        assert_eq!(
            of(&format!("{compute}{scale_set}")),
            id(&scale_set.to_lowercase())
        );
        for wrong in [
            "x",
            "/subscriptions/s/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/A",
            &compute,
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn clouds_are_told_by_the_marks_on_the_board() {
        let azure = [
            ("sys/class/dmi/id/sys_vendor", "Microsoft Corporation"),
            ("sys/class/dmi/id/chassis_asset_tag", AZURE_CHASSIS_TAG),
        ];
        assert_eq!(cloud(&Files::new(&azure)), Some("azure"));
        assert_eq!(cloud(&Files::new(&azure[..1])), None);
        assert_eq!(
            cloud(&Files::new(&[("sys/class/dmi/id/sys_vendor", "VMware, Inc.")])),
            None
        );
    }
}
