//! Makes what an estate calls itself storable, without losing an asset over it.
//!
//! Names and tags are written by strangers. What PostgreSQL cannot hold (NUL) or what would grow without bound is
//! replaced or cut, and each such case comes back as a problem; nothing else is changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::asset::{Asset, FAMILY_LABEL};
use crate::coverage::Scope;
use crate::identity::Identities;
use crate::package::{Package, PackageSet};
use crate::resource::{Relation, Resource};

/// One name, label or setting.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Account, region or kind of a scope: together part of an index key.
pub const SCOPE_FIELD_BYTES_MAX: usize = 512;
/// Part of an index key.
pub const NATIVE_ID_BYTES_MAX: usize = 1024;
/// What links an asset to an image, its image reference and the label that names a family: part of an index key.
pub const LINK_BYTES_MAX: usize = 1024;
/// What proves that an asset is the same machine as another: part of an index key.
pub const IDENTITY_BYTES_MAX: usize = 1024;
/// Name, version or architecture of a package: part of an index key.
pub const PACKAGE_FIELD_BYTES_MAX: usize = 512;
/// Labels, services or settings of one asset.
pub const ENTRIES_MAX: usize = 4096;
/// All labels, services and settings of one asset together; PostgreSQL takes a document of 256 MB at most.
pub const ENTRIES_BYTES_MAX: usize = 4 << 20;

/// Why a scope or a collection was not complete; a provider's own words may be part of it.
pub const DETAIL_BYTES_MAX: usize = 4 * 1024;

/// What could not be taken as it was, in one sentence.
pub type Problem = String;

/// `Err` when the asset has no identity that can be kept.
pub fn asset(asset: &mut Asset) -> Result<Vec<Problem>, Problem> {
    let mut problems = Vec::new();
    if !is_native_id(&asset.native_id) {
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
    ] {
        if let Some(value) = value {
            field(what, value, &mut problems);
        }
    }
    asset.image_ref = asset
        .image_ref
        .take()
        .and_then(|value| link("image reference", value, &mut problems));
    if let Some((key, value)) = asset.labels.remove_entry(FAMILY_LABEL)
        && let Some(value) = link("image family label", value, &mut problems)
    {
        asset.labels.insert(key, value);
    }
    identities(&mut asset.identities, &mut problems);
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
    relations(&mut asset.relations, &mut problems);
    for identity in asset.identities.values_mut() {
        field("identity", identity, &mut problems);
    }
    if let Some(software) = &mut asset.software {
        problems.extend(packages(&mut software.packages));
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

/// As [`asset`].
pub fn resource(resource: &mut Resource) -> Result<Vec<Problem>, Problem> {
    let mut problems = Vec::new();
    if !is_native_id(&resource.native_id) {
        return Err(format!(
            "a resource was refused: its id has {} bytes, or holds NUL; 1 to {NATIVE_ID_BYTES_MAX} are taken",
            resource.native_id.len()
        ));
    }
    field("name", &mut resource.name, &mut problems);
    for value in [&mut resource.account, &mut resource.region]
        .into_iter()
        .flatten()
    {
        field("place", value, &mut problems);
    }
    entries(&mut resource.labels, &mut problems);
    relations(&mut resource.relations, &mut problems);
    let mut facts = serde_json::to_value(&resource.facts).expect("resource facts always serialise");
    if texts(&mut facts, &mut problems) {
        resource.facts = serde_json::from_value(facts)
            .map_err(|error| format!("the resource \"{}\" was refused: {error}", resource.native_id))?;
    }
    Ok(problems)
}

fn is_native_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= NATIVE_ID_BYTES_MAX && !id.contains('\0')
}

/// Sorted, each once, and what points to nothing that can be stored left out.
fn relations(relations: &mut Vec<Relation>, problems: &mut Vec<Problem>) {
    let before = relations.len();
    relations.retain(|relation| is_native_id(&relation.to));
    if relations.len() < before {
        problems.push(format!(
            "{} relations to ids that cannot be stored were left out",
            before - relations.len()
        ));
    }
    relations.sort_unstable();
    relations.dedup();
}

/// Whether any text below had to be changed.
fn texts(value: &mut Value, problems: &mut Vec<Problem>) -> bool {
    match value {
        Value::String(text) => {
            let before = problems.len();
            field("text of a fact", text, problems);
            problems.len() > before
        }
        Value::Array(values) => values
            .iter_mut()
            .fold(false, |changed, value| texts(value, problems) | changed),
        Value::Object(values) => values
            .values_mut()
            .fold(false, |changed, value| texts(value, problems) | changed),
        _ => false,
    }
}

/// A scope whose names can be stored; they are part of a key.
pub fn scope(scope: &Scope) -> Scope {
    let clean = |name: &str| {
        let name = name.replace('\0', "\u{fffd}");
        name[..name.floor_char_boundary(SCOPE_FIELD_BYTES_MAX)].to_owned()
    };
    Scope {
        account: clean(&scope.account),
        region: clean(&scope.region),
        kind: clean(&scope.kind),
    }
}

/// Why something was not complete, as it is kept: in the ledger, in the history of syncs, in the log.
pub fn detail(text: &str) -> String {
    match text.len() > DETAIL_BYTES_MAX {
        true => format!("{} …", &text[..text.floor_char_boundary(DETAIL_BYTES_MAX)]),
        false => text.to_owned(),
    }
    .replace('\0', "\u{fffd}")
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

/// Left out where it is too long: a part of it would name another image.
fn link(what: &str, mut value: String, problems: &mut Vec<Problem>) -> Option<String> {
    if value.len() > LINK_BYTES_MAX {
        problems.push(format!(
            "the {what} has {} bytes and was left out: at most {LINK_BYTES_MAX} are taken",
            value.len()
        ));
        return None;
    }
    field(what, &mut value, problems);
    Some(value)
}

/// Left out where one cannot be a key: a part of it would be another machine's.
fn identities(identities: &mut Identities, problems: &mut Vec<Problem>) {
    identities.retain(|_, value| {
        let usable = !value.is_empty() && value.len() <= IDENTITY_BYTES_MAX && !value.contains('\0');
        if !usable {
            problems.push(format!(
                "an identity of {} bytes was left out: 1 to {IDENTITY_BYTES_MAX} without NUL are taken",
                value.len()
            ));
        }
        usable
    });
}

fn entries(map: &mut BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    let storable = |text: &String| !text.contains('\0') && text.len() <= FIELD_BYTES_MAX;
    let bytes: usize = map.iter().map(|(key, value)| key.len() + value.len()).sum();
    let few = map.len() <= ENTRIES_MAX && bytes <= ENTRIES_BYTES_MAX;
    if few && map.iter().all(|(key, value)| storable(key) && storable(value)) {
        return;
    }
    let all = map.len();
    let mut kept = BTreeMap::new();
    let mut left = ENTRIES_BYTES_MAX;
    for (mut key, mut value) in std::mem::take(map) {
        field("label key", &mut key, problems);
        field("label value", &mut value, problems);
        let size = key.len() + value.len();
        if kept.len() == ENTRIES_MAX || size > left {
            break;
        }
        left -= size;
        kept.insert(key, value);
    }
    if kept.len() < all {
        problems.push(format!(
            "{} of {all} labels or settings were left out: at most {ENTRIES_MAX} with {ENTRIES_BYTES_MAX} bytes are taken",
            all - kept.len()
        ));
    }
    *map = kept;
}

/// Without the packages whose names or versions cannot be stored.
pub fn packages(set: &mut Arc<PackageSet>) -> Option<Problem> {
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
    (refused > 0).then(|| {
        let kept = set.packages().iter().filter(|package| storable(package));
        *set = Arc::new(PackageSet::new(kept.cloned().collect()));
        format!("{refused} packages were left out: their names or versions cannot be stored")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded_in_number_and_in_sum() {
        let mut many: BTreeMap<String, String> = (0..ENTRIES_MAX + 2)
            .map(|n| (format!("{n:05}"), String::new()))
            .collect();
        let mut problems = Vec::new();
        entries(&mut many, &mut problems);
        assert_eq!((many.len(), problems.len()), (ENTRIES_MAX, 1));
        let mut large: BTreeMap<String, String> = (0..100)
            .map(|n| (format!("{n:03}"), "x".repeat(FIELD_BYTES_MAX)))
            .collect();
        problems.clear();
        entries(&mut large, &mut problems);
        let bytes: usize = large.iter().map(|(key, value)| key.len() + value.len()).sum();
        assert!(
            bytes <= ENTRIES_BYTES_MAX && !large.is_empty(),
            "{bytes} bytes were kept"
        );
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn a_scope_is_cut_at_a_character() {
        let wide = Scope {
            account: "é".repeat(SCOPE_FIELD_BYTES_MAX),
            region: "a\0b".into(),
            kind: "host".into(),
        };
        let clean = scope(&wide);
        assert_eq!(
            (clean.account.len(), &clean.region[..]),
            (SCOPE_FIELD_BYTES_MAX, "a\u{fffd}b")
        );
    }
}
