//! From packages to the assets that carry them, and from a new advisory to both.
//!
//! A package belongs to sets, a set to assets. Both steps are kept as bitmaps, so that the question "which assets" is a
//! union of bitmaps and never walks the fleet.

use std::collections::HashMap;

use qlrf_core::package::Package;
use roaring::RoaringBitmap;

use super::index::Index;
use super::matching::Matched;
use super::names;

/// The caller's interned id of a distinct package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub u64);

/// The caller's interned id of a distinct package set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(pub u64);

/// An asset's place in the caller's numbering, which should be dense.
pub type AssetOrdinal = u32;

#[derive(Default)]
pub struct Fleet {
    /// Sets by their own dense numbers, for bitmaps want those.
    slots: HashMap<SetId, u32>,
    sets: Vec<Slot>,
    free: Vec<u32>,
    sets_of: HashMap<PackageId, RoaringBitmap>,
    set_of: HashMap<AssetOrdinal, u32>,
}

#[derive(Default)]
struct Slot {
    packages: Vec<PackageId>,
    assets: RoaringBitmap,
}

impl Fleet {
    /// Adds a set, or replaces what it holds.
    pub fn put_set(&mut self, id: SetId, packages: impl IntoIterator<Item = PackageId>) {
        let mut packages: Vec<PackageId> = packages.into_iter().collect();
        packages.sort_unstable();
        packages.dedup();
        let slot = self.slot(id);
        self.unlink(slot);
        for package in &packages {
            self.sets_of.entry(*package).or_default().insert(slot);
        }
        self.sets[slot as usize].packages = packages;
    }

    /// Removes a set; its assets then have none.
    pub fn remove_set(&mut self, id: SetId) {
        let Some(slot) = self.slots.remove(&id) else {
            return;
        };
        self.unlink(slot);
        for asset in std::mem::take(&mut self.sets[slot as usize]).assets {
            self.set_of.remove(&asset);
        }
        self.free.push(slot);
    }

    /// Says what an asset carries now; a set that was not put yet is empty until it is.
    pub fn put_asset(&mut self, asset: AssetOrdinal, set: SetId) {
        self.remove_asset(asset);
        let slot = self.slot(set);
        self.sets[slot as usize].assets.insert(asset);
        self.set_of.insert(asset, slot);
    }

    pub fn remove_asset(&mut self, asset: AssetOrdinal) {
        if let Some(slot) = self.set_of.remove(&asset) {
            self.sets[slot as usize].assets.remove(asset);
        }
    }

    /// The assets that carry any of the packages.
    pub fn affected(&self, packages: &[PackageId]) -> RoaringBitmap {
        let mut sets = RoaringBitmap::new();
        for package in packages {
            if let Some(more) = self.sets_of.get(package) {
                sets |= more;
            }
        }
        let mut assets = RoaringBitmap::new();
        for set in sets {
            assets |= &self.sets[set as usize].assets;
        }
        assets
    }

    pub fn assets(&self) -> usize {
        self.set_of.len()
    }

    fn slot(&mut self, id: SetId) -> u32 {
        if let Some(slot) = self.slots.get(&id) {
            return *slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.sets.push(Slot::default());
            u32::try_from(self.sets.len() - 1).expect("four thousand million sets do not fit in memory")
        });
        self.slots.insert(id, slot);
        slot
    }

    fn unlink(&mut self, slot: u32) {
        for package in std::mem::take(&mut self.sets[slot as usize].packages) {
            if let Some(sets) = self.sets_of.get_mut(&package) {
                sets.remove(slot);
                if sets.is_empty() {
                    self.sets_of.remove(&package);
                }
            }
        }
    }
}

/// The distinct packages of the estate, filed the way advisories are: what a feed brings is looked up here instead of
/// matching every package again.
#[derive(Default)]
pub struct Catalogue {
    packages: HashMap<PackageId, Package>,
    filed: HashMap<(Box<str>, Box<str>), Vec<PackageId>>,
}

impl Catalogue {
    pub fn put(&mut self, id: PackageId, package: Package) {
        self.remove(id);
        for coordinate in coordinates(&package) {
            self.filed.entry(coordinate).or_default().push(id);
        }
        self.packages.insert(id, package);
    }

    pub fn remove(&mut self, id: PackageId) {
        let Some(package) = self.packages.remove(&id) else {
            return;
        };
        for coordinate in coordinates(&package) {
            if let Some(ids) = self.filed.get_mut(&coordinate) {
                ids.retain(|other| *other != id);
                if ids.is_empty() {
                    self.filed.remove(&coordinate);
                }
            }
        }
    }

    pub fn len(&self) -> usize {
        self.packages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// Every package that an index speaks of, with what it says; those of which it says nothing are left out. For a feed
    /// update, compile the advisories that are new or changed into an index of their own. By package id.
    pub fn affected<'i>(&self, index: &'i Index) -> Vec<(PackageId, Matched<'i>)> {
        let mut ids: Vec<PackageId> = index
            .coordinates()
            .filter_map(|(shelf, name)| self.filed.get(&(shelf.into(), name.into())))
            .flatten()
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let judged = ids.into_iter().map(|id| (id, index.matches(&self.packages[&id])));
        judged
            .filter(|(_, found)| !found.matches.is_empty() || !found.problems.is_empty())
            .collect()
    }
}

/// The names under which [`Index::matches`] looks for advisories of a package.
fn coordinates(package: &Package) -> Vec<(Box<str>, Box<str>)> {
    let (shelf, _) = names::shelf(&package.ecosystem);
    names::looked_up(package)
        .into_iter()
        .map(|(name, _, _)| (shelf.as_ref().into(), name.as_ref().into()))
        .collect()
}
