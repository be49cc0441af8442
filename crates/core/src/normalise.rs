//! Makes what an estate calls itself storable, without losing an asset over it.
//!
//! Names and tags are written by strangers. What PostgreSQL cannot hold (NUL) or what would grow without bound is
//! replaced or cut, and each such case comes back as a problem; nothing else is changed.

use std::sync::Arc;

use crate::asset::Asset;
use crate::package::{Package, PackageSet};

/// One name, label or setting.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Part of an index key.
pub const NATIVE_ID_BYTES_MAX: usize = 1024;
/// Name, version or architecture of a package: part of an index key.
pub const PACKAGE_FIELD_BYTES_MAX: usize = 512;
/// Labels, services or settings of one asset.
pub const ENTRIES_MAX: usize = 4096;

/// What could not be taken as it was, in one sentence.
pub type Problem = String;

/// `Err` when the asset has no identity that can be kept.
pub fn asset(asset: &mut Asset) -> Result<Vec<Problem>, Problem> {
    let mut problems = Vec::new();
    if asset.native_id.is_empty()
        || asset.native_id.len() > NATIVE_ID_BYTES_MAX
        || asset.native_id.contains('\0')
    {
        return Err(format!(
            "an asset was refused: its id has {} bytes, or holds NUL; 1 to {NATIVE_ID_BYTES_MAX} are taken",
            asset.native_id.len()
        ));
    }
    field("name", &mut asset.name, &mut problems);
    for (what, value) in [
        ("account", &mut asset.account),
        ("region", &mut asset.region),
        ("site", &mut asset.site),
        ("environment", &mut asset.env),
        ("project", &mut asset.project),
        ("workload", &mut asset.workload),
        ("owner", &mut asset.owner),
        ("image reference", &mut asset.image_ref),
    ] {
        if let Some(value) = value {
            field(what, value, &mut problems);
        }
    }
    if let Some(os) = &mut asset.os {
        for value in [&mut os.id, &mut os.version, &mut os.name] {
            field("operating system", value, &mut problems);
        }
        for value in [&mut os.kernel, &mut os.architecture].into_iter().flatten() {
            field("operating system", value, &mut problems);
        }
    }
    for map in [
        Some(&mut asset.labels),
        asset.services.as_mut(),
        asset.config.as_mut(),
    ]
    .into_iter()
    .flatten()
    {
        entries(map, &mut problems);
    }
    if let Some(software) = &mut asset.software {
        packages(&mut software.packages, &mut problems);
    }
    for update in asset.pending_updates.iter_mut().flatten() {
        for value in [
            &mut update.name,
            &mut update.arch,
            &mut update.installed,
            &mut update.candidate,
        ] {
            field("pending update", value, &mut problems);
        }
    }
    Ok(problems)
}

fn field(what: &str, value: &mut String, problems: &mut Vec<Problem>) {
    if value.contains('\0') {
        *value = value.replace('\0', "\u{fffd}");
        problems.push(format!("the {what} held NUL characters, which were replaced"));
    }
    if value.len() > FIELD_BYTES_MAX {
        problems.push(format!(
            "the {what} has {} bytes and was cut to {FIELD_BYTES_MAX}",
            value.len()
        ));
        value.truncate(value.floor_char_boundary(FIELD_BYTES_MAX));
    }
}

fn entries(map: &mut std::collections::BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    let harmless = |(key, value): (&String, &String)| {
        !key.contains('\0') && !value.contains('\0') && value.len() <= FIELD_BYTES_MAX
    };
    if map.len() <= ENTRIES_MAX
        && map.iter().all(harmless)
        && map.keys().all(|key| key.len() <= FIELD_BYTES_MAX)
    {
        return;
    }
    if map.len() > ENTRIES_MAX {
        problems.push(format!(
            "{} labels or settings were cut to the first {ENTRIES_MAX}",
            map.len()
        ));
    }
    *map = std::mem::take(map)
        .into_iter()
        .take(ENTRIES_MAX)
        .map(|(mut key, mut value)| {
            field("label key", &mut key, problems);
            field("label value", &mut value, problems);
            (key, value)
        })
        .collect();
}

fn packages(set: &mut Arc<PackageSet>, problems: &mut Vec<Problem>) {
    let storable = |package: &Package| {
        let fields = [
            &package.ecosystem.0,
            &package.name,
            &package.version,
            &package.arch,
            &package.source_name,
            &package.source_version,
        ];
        fields
            .into_iter()
            .all(|field| field.len() <= PACKAGE_FIELD_BYTES_MAX && !field.contains('\0'))
            && package
                .licenses
                .iter()
                .all(|license| license.len() <= FIELD_BYTES_MAX && !license.contains('\0'))
    };
    let refused = set.packages().iter().filter(|package| !storable(package)).count();
    if refused > 0 {
        problems.push(format!(
            "{refused} packages were left out: their names or versions cannot be stored"
        ));
        *set = Arc::new(PackageSet::new(
            set.packages().iter().filter(|p| storable(p)).cloned().collect(),
        ));
    }
}
