//! Which host this is: an id that survives a reboot and that no other host has.

use qlrf_core::digest::Hasher;
use qlrf_core::identity::{self, Identities, IdentityKind};
use qlrf_core::rootfs::RootFs;

use super::cloud;

const SMALL_FILE_BYTES_MAX: u64 = 64 * 1024;
const MOUNTS_BYTES_MAX: u64 = 4 * 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub struct Identity {
    pub native_id: String,
    /// How it was proven; becomes the label `ql-rf.io/identity`.
    pub proof: &'static str,
}

/// From the surest to the least sure. `None`: nothing here tells this host from another one after a reboot.
pub fn identify(root: &dyn RootFs, hostname: &str, container: bool) -> Option<Identity> {
    machine_id(root)
        .or_else(|| if container { None } else { product_uuid(root) })
        .or_else(|| ssh_host_key(root, hostname))
        .or_else(|| container_id(root, hostname))
}

/// All that tells another source that it sees this machine. What a container reads under `/sys` is of the host around it.
pub fn identities(root: &dyn RootFs, container: bool) -> Identities {
    let machine = machine_id(root).map(|found| (IdentityKind::MachineId, found.native_id));
    if container {
        return machine.into_iter().collect();
    }
    let product = product_uuid(root).map(|found| (IdentityKind::ProductUuid, found.native_id));
    let instance = instance_id(root).map(|id| (IdentityKind::InstanceId, id));
    // What the board says counts before what was told.
    let told = cloud::identity(root).into_iter();
    told.chain([machine, product, instance].into_iter().flatten())
        .collect()
}

/// Amazon writes the id of an instance onto its board.
fn instance_id(root: &dyn RootFs) -> Option<String> {
    let vendor = text(root, "sys/class/dmi/id/sys_vendor", SMALL_FILE_BYTES_MAX)?;
    let tag = text(root, "sys/class/dmi/id/board_asset_tag", SMALL_FILE_BYTES_MAX)?;
    match vendor.trim() {
        "Amazon EC2" => identity::instance_id(&format!("aws:///{}", tag.trim())),
        _ => None,
    }
}

fn machine_id(root: &dyn RootFs) -> Option<Identity> {
    let text = text(root, "etc/machine-id", SMALL_FILE_BYTES_MAX)?;
    Some(Identity {
        native_id: identity::machine_id(&text)?,
        proof: "machine-id",
    })
}

/// The hardware's or hypervisor's UUID. In a container it would be that of the host around it.
fn product_uuid(root: &dyn RootFs) -> Option<Identity> {
    let text = text(root, "sys/class/dmi/id/product_uuid", SMALL_FILE_BYTES_MAX)?;
    Some(Identity {
        native_id: identity::product_uuid(&text)?,
        proof: "dmi-product-uuid",
    })
}

fn ssh_host_key(root: &dyn RootFs, hostname: &str) -> Option<Identity> {
    let kinds = ["ed25519", "ecdsa", "rsa"];
    let key = kinds.iter().find_map(|kind| {
        text(
            root,
            &format!("etc/ssh/ssh_host_{kind}_key.pub"),
            SMALL_FILE_BYTES_MAX,
        )
    })?;
    // Without the comment at the end, which anybody may edit.
    let key: Vec<&str> = key.split_whitespace().take(2).collect();
    (key.len() == 2).then(|| Identity {
        native_id: hashed(hostname, key[1]),
        proof: "hostname+ssh-host-key",
    })
}

/// Docker and Podman mount files of the container over its own; the path of their source holds the container's id.
fn container_id(root: &dyn RootFs, hostname: &str) -> Option<Identity> {
    let mounts = text(root, "proc/self/mountinfo", MOUNTS_BYTES_MAX)?;
    let line = mounts
        .lines()
        .find(|line| line.contains(" /etc/hostname ") && line.contains("/containers/"))?;
    let id = line
        .split(['/', ' '])
        .find(|part| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some(Identity {
        native_id: hashed(hostname, id),
        proof: "hostname+container-id",
    })
}

fn hashed(hostname: &str, proof: &str) -> String {
    let mut hasher = Hasher::new("local-identity/1");
    hasher.field(hostname.as_bytes()).field(proof.as_bytes());
    hasher.finish().to_string()[..32].to_owned()
}

fn text(root: &dyn RootFs, path: &str, bytes_max: u64) -> Option<String> {
    let bytes = root.read(path, bytes_max).ok()??;
    let text = String::from_utf8(bytes).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;

    use super::*;

    const ID: &str = "3d1219c7c4c5404aaa1f6d2a48adfda4";
    const UUID: &str = "ec2e1916-9099-7caf-fd21-012345abcdef";
    const CONTAINER: &str = "4f1d1c7cf2c5404aaa1f6d2a48adfda43d1219c7c4c5404aaa1f6d2a48adfda4";

    fn proof(files: &[(&str, &str)], container: bool) -> Option<&'static str> {
        identify(&Files::new(files), "web1", container).map(|identity| identity.proof)
    }

    #[test]
    fn the_surest_proof_wins() {
        let mount = format!(
            "1 2 0:3 /var/lib/docker/containers/{CONTAINER}/hostname /etc/hostname rw - ext4 /dev/sda rw"
        );
        let files = [
            ("etc/machine-id", ID),
            ("sys/class/dmi/id/product_uuid", UUID),
            (
                "etc/ssh/ssh_host_ed25519_key.pub",
                "ssh-ed25519 AAAAC3Nz root@web1",
            ),
            ("proc/self/mountinfo", mount.as_str()),
        ];
        assert_eq!(proof(&files, false), Some("machine-id"));
        assert_eq!(proof(&files[1..], false), Some("dmi-product-uuid"));
        assert_eq!(proof(&files[1..], true), Some("hostname+ssh-host-key"));
        assert_eq!(proof(&files[3..], true), Some("hostname+container-id"));
        assert_eq!(proof(&[], true), None);
    }

    #[test]
    fn placeholders_prove_nothing() {
        for id in [
            "uninitialized",
            "",
            "00000000000000000000000000000000",
            "3d12\u{0}19c7",
        ] {
            assert_eq!(proof(&[("etc/machine-id", id)], false), None, "{id:?}");
        }
        let zeros = "00000000-0000-0000-0000-000000000000";
        for id in [
            zeros,
            "03000200-0400-0500-0006-000700080009",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "------------------------------------",
        ] {
            assert_eq!(
                proof(&[("sys/class/dmi/id/product_uuid", id)], false),
                None,
                "{id}"
            );
        }
    }
}
