//! What a vCenter calls by number and people by name: custom attributes, folders, networks.

use std::collections::HashMap;

use super::soap::{Object, Wanted};

pub const FOLDERS: Wanted = Wanted {
    kind: "Folder",
    properties: &["name", "parent"],
};
pub const NETWORKS: Wanted = Wanted {
    kind: "Network",
    properties: &["name"],
};
/// A folder that lies in itself ends nowhere.
const DEPTH_MAX: usize = 64;

#[derive(Default)]
pub struct Names {
    /// Of custom attributes, by key.
    pub fields: HashMap<String, String>,
    folders: HashMap<String, Folder>,
    networks: HashMap<String, String>,
}

struct Folder {
    name: String,
    parent: Option<String>,
}

impl Names {
    pub fn new(fields: HashMap<String, String>, objects: Vec<Object>) -> Names {
        let mut names = Names {
            fields,
            ..Names::default()
        };
        for object in objects {
            let name = object.text("name").unwrap_or_else(|| object.id.clone());
            let parent = object.text("parent");
            match object.kind == FOLDERS.kind {
                true => _ = names.folders.insert(object.id, Folder { name, parent }),
                // Networks have kinds of their own: port groups of switches, opaque ones.
                false => _ = names.networks.insert(object.id, name),
            }
        }
        names
    }

    /// `/DC0/vm/sales/prod`, as administrators write it.
    pub fn folder(&self, datacenter: &str, machine: &Object) -> Option<String> {
        let mut at = self.folders.get(&machine.text("parent")?)?;
        let mut path = vec![at.name.as_str()];
        while let Some(above) = at.parent.as_ref().and_then(|parent| self.folders.get(parent)) {
            if path.len() == DEPTH_MAX {
                return None;
            }
            path.push(&above.name);
            at = above;
        }
        path.push(datacenter);
        path.reverse();
        Some(format!("/{}", path.join("/")))
    }

    /// Of all its adapters, by name.
    pub fn networks(&self, machine: &Object) -> Option<String> {
        let networks = machine.get("network")?.children.iter();
        let mut names: Vec<&str> = networks
            .filter_map(|network| self.networks.get(&network.text).map(String::as_str))
            .collect();
        names.sort_unstable();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
