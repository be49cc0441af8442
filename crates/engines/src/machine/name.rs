//! Under which id a machine is known.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;

use super::Machine;

/// What is known of a live sighting besides what it says.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub first_seen: Timestamp,
    /// The id of the machine that it belongs to until now; its own when it stands alone.
    pub machine: AssetId,
    /// When that machine was first seen.
    pub machine_first_seen: Timestamp,
}

/// The id of each machine: of all ids under which its sightings are known, the oldest one. So a machine keeps its id when
/// a source joins it or lets go of it, even the source that saw it first. The own id of a sighting that is part of
/// another machine is left to that one.
///
/// The id is the one thing that depends on what came first; the facts and who belongs together do not.
pub fn name(machines: &[Machine], known: &BTreeMap<AssetId, Named>) -> Vec<AssetId> {
    let mut taken: BTreeSet<AssetId> = BTreeSet::new();
    let mut names = Vec::with_capacity(machines.len());
    for machine in machines {
        let own: BTreeSet<AssetId> = machine.members.iter().copied().collect();
        let candidates = machine
            .members
            .iter()
            .filter_map(|id| Some((*id, known.get(id)?)));
        let mut candidates: Vec<(Timestamp, AssetId)> = candidates
            .flat_map(|(id, named)| [(named.first_seen, id), (named.machine_first_seen, named.machine)])
            .collect();
        candidates.sort();
        let is_free = |(_, id): &&(Timestamp, AssetId)| {
            own.contains(id) || (!known.contains_key(id) && !taken.contains(id))
        };
        let name = candidates
            .iter()
            .find(is_free)
            .map_or(machine.members[0], |(_, id)| *id);
        taken.insert(name);
        names.push(name);
    }
    names
}
