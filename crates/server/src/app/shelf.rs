//! Where advisories for the packages of an estate are filed (ecosystem and release), and since when any are held.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::package::Ecosystem;
use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::names;
use qlrf_store::{Result, TenantTx, vulnerability};

/// `Debian:12`, with those of the packages in question that are from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// `None`: no advisory speaks of it, so its packages are not judged.
    pub held_since: Option<Timestamp>,
    pub packages: Vec<i32>,
}

pub async fn of_packages(tx: &mut TenantTx, packages: &[i32]) -> Result<BTreeMap<String, Shelf>> {
    let held: HashMap<String, Timestamp> = vulnerability::list_ecosystems_since(tx)
        .await?
        .into_iter()
        .collect();
    let mut shelves: BTreeMap<String, Shelf> = BTreeMap::new();
    for (ecosystem, packages) in vulnerability::group_by_ecosystem(tx, packages).await? {
        let ecosystem = Ecosystem::new(ecosystem);
        let (name, _) = names::shelf(&ecosystem);
        let shelf = shelves.entry(name.clone().into_owned()).or_default();
        shelf.held_since = held.get(&*name).copied();
        shelf.packages.extend(packages);
    }
    Ok(shelves)
}
