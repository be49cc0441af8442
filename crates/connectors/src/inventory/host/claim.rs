//! What a host says that it was started from, and where its cloud put it.

use std::collections::BTreeMap;

use qlrf_core::rootfs::RootFs;
use serde_json::Value;

use super::{SMALL_FILE_BYTES_MAX, WORD_CHARS_MAX};

const INSTANCE_DATA: &str = "run/cloud-init/instance-data.json";
const INSTANCE_DATA_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What the host says that it was started from.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ImageClaim {
    pub reference: Option<String>,
    pub family: Option<String>,
}

/// `/etc/ql-rf/image.json` of the image build, then `IMAGE_ID` and `IMAGE_VERSION` of os-release, then cloud-init.
pub fn image(root: &dyn RootFs, release: &BTreeMap<String, String>) -> ImageClaim {
    if let Some(own) = json(root, "etc/ql-rf/image.json", SMALL_FILE_BYTES_MAX) {
        let (family, version) = (string(&own, "/family"), string(&own, "/version"));
        let built = family
            .as_ref()
            .zip(version)
            .map(|(family, version)| format!("{family}:{version}"));
        let reference = string(&own, "/reference").or(built);
        if reference.is_some() {
            return ImageClaim { reference, family };
        }
    }
    if let (Some(id), Some(version)) = (release.get("IMAGE_ID"), release.get("IMAGE_VERSION")) {
        return ImageClaim {
            reference: Some(format!("{id}:{version}")),
            family: Some(id.clone()),
        };
    }
    let data = instance_data(root).unwrap_or_default();
    let places = [
        "/ds/meta_data/ami-id",
        "/ds/meta-data/ami-id",
        "/ds/meta_data/imds/compute/storageProfile/imageReference/id",
    ];
    ImageClaim {
        reference: places.iter().find_map(|place| string(&data, place)),
        family: None,
    }
}

/// Region, where cloud-init knows one.
pub fn region(root: &dyn RootFs) -> Option<String> {
    string(&instance_data(root)?, "/v1/region")
}

/// What cloud-init was told of the machine at this boot, but for what is secret (docs.cloud-init.io, "Instance metadata"): every
/// account may read it.
pub fn instance_data(root: &dyn RootFs) -> Option<Value> {
    json(root, INSTANCE_DATA, INSTANCE_DATA_BYTES_MAX)
}

fn json(root: &dyn RootFs, path: &str, bytes_max: u64) -> Option<Value> {
    serde_json::from_slice(&root.read(path, bytes_max).ok()??).ok()
}

pub fn string(value: &Value, place: &str) -> Option<String> {
    let text = value.pointer(place)?.as_str()?.trim();
    let sound = !text.is_empty() && text.len() <= WORD_CHARS_MAX && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;

    use super::super::assignments;
    use super::*;

    #[test]
    fn the_image_is_claimed_by_the_build_then_the_release_then_the_cloud() {
        let cloud = (
            INSTANCE_DATA,
            r#"{"v1":{"region":"eu-central-1"},"ds":{"meta_data":{"ami-id":"ami-0abc"}}}"#,
        );
        let own = (
            "etc/ql-rf/image.json",
            r#"{"family":"debian-web","version":"2026.10.1"}"#,
        );
        let release = assignments("IMAGE_ID=debian-edge\nIMAGE_VERSION=7");
        let none = BTreeMap::new();
        let claim = |files: &[(&str, &str)], release| {
            image(&Files::new(files), release).reference.unwrap_or_default()
        };
        assert_eq!(claim(&[cloud, own], &release), "debian-web:2026.10.1");
        assert_eq!(claim(&[cloud], &release), "debian-edge:7");
        assert_eq!(claim(&[cloud], &none), "ami-0abc");
        assert_eq!(claim(&[("etc/ql-rf/image.json", "[[[[")], &none), "");
        assert_eq!(region(&Files::new(&[cloud])).as_deref(), Some("eu-central-1"));
    }
}
