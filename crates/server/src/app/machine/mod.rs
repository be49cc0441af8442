//! One machine, however many sources see it: decided in the transaction of the facts.
//!
//! **Invariant:** under the id of a machine one fact holds, put together from the sightings of its sources; none of these
//! has a fact of its own then. An asset that one source alone sees is as if nothing of this existed.

mod compose;
mod events;
mod split;
mod view;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use qlrf_core::event::NewEvent;
use qlrf_core::id::AssetId;
use qlrf_core::identity::Identities;
use qlrf_core::time::Timestamp;
use qlrf_engines::machine::{Claim, Named, Reason, Resolution, name, resolve};
use qlrf_store::asset::NewFact;
use qlrf_store::sighting::Standing;
use qlrf_store::{Result, TenantTx, identity, sighting};

use self::compose::OwnFact;
use self::walk::Component;
use super::record::Change;

pub use self::split::{join, split};
pub use self::view::{Claimant, Conflicts, Contradiction, Source, conflicts, id_of, sources, standing_apart};

/// What became of machines.
#[derive(Default)]
pub struct Settled {
    /// Facts to open: of machines, and of assets that are by themselves again.
    own: Vec<OwnFact>,
    /// Facts that end.
    pub closing: Vec<AssetId>,
    /// Of these, those that no other one follows.
    pub ended: Vec<AssetId>,
    /// Assets whose own word is part of a machine, or was.
    taken: HashSet<AssetId>,
    pub events: Vec<NewEvent>,
}

impl Settled {
    /// Whether a given asset is not to be recorded by itself.
    pub fn takes(&self, asset: AssetId) -> bool {
        self.taken.contains(&asset)
    }

    pub fn facts(&self) -> Vec<NewFact<'_>> {
        self.own.iter().map(OwnFact::fact).collect()
    }
}

/// What a change touches.
#[derive(Default)]
struct Touched {
    /// Assets that claim something else than before, or that a person spoke of.
    seeds: BTreeSet<AssetId>,
    /// What they claimed, and what they claim.
    claims: BTreeSet<Claim>,
    standing: BTreeMap<AssetId, Standing>,
}

/// A machine under its id.
struct Group {
    id: AssetId,
    members: Vec<AssetId>,
    proof: BTreeSet<Claim>,
}

/// Called after `clock::tick`, with new assets created and their facts not yet written.
pub async fn settle(tx: &mut TenantTx, at: Timestamp, change: &Change<'_>) -> Result<Settled> {
    let touched = touch(tx, change).await?;
    if touched.seeds.is_empty() && touched.claims.is_empty() && touched.standing.is_empty() {
        return Ok(Settled::default());
    }
    let component = Component::walk(tx, &change.gone, touched).await?;
    let resolution = resolve(&component.sightings, &component.crowded);
    tell_conflicts(tx, at, &component, &resolution).await?;
    if component.sightings.is_empty() && component.standing.is_empty() {
        return Ok(Settled::default());
    }
    let groups = component.name(resolution);
    compose::compose(tx, at, change, &component, &groups).await
}

/// Brings up to date who claims what. An asset that claims what it claimed before costs a look, and no write.
async fn touch(tx: &mut TenantTx, change: &Change<'_>) -> Result<Touched> {
    let facts = change.facts.iter();
    let known = facts
        .clone()
        .map(|fact| fact.id)
        .filter(|id| !change.created.contains(id));
    let again = change.again.map(|again| again.asset);
    let known: Vec<AssetId> = known.chain(change.gone.iter().copied()).chain(again).collect();
    let claiming = facts.clone().any(|fact| !fact.asset.identities.is_empty());
    let mut touched = Touched::default();
    if known.is_empty() && !claiming {
        return Ok(touched);
    }
    let mut before = BTreeMap::new();
    if !known.is_empty() {
        before.extend(identity::list(tx, &known).await?);
        touched.standing = sighting::standing(tx, &known).await?;
    }
    let none = Identities::new();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for fact in facts {
        let (was, is) = (before.get(&fact.id).unwrap_or(&none), &fact.asset.identities);
        if was == is {
            continue;
        }
        if !was.is_empty() {
            gone.push(fact.id);
        }
        touched.seeds.insert(fact.id);
        touched.claims.extend(was.iter().chain(is).map(claim));
        new.extend(is.iter().map(|one| (fact.id, claim(one))));
    }
    // An asset that is back while a machine goes by its id: one of the two goes by another one now.
    let is_back = |id: &AssetId| !touched.standing.contains_key(id);
    let machines = touched.standing.values().map(|standing| standing.machine);
    let machines: BTreeSet<AssetId> = machines.filter(is_back).collect();
    let present = change.facts.iter().map(|fact| fact.id);
    touched.seeds.extend(present.filter(|id| machines.contains(id)));
    for id in &change.gone {
        if let Some(was) = before.get(id) {
            gone.push(*id);
            touched.claims.extend(was.iter().map(claim));
        }
    }
    if let Some(id) = again {
        touched.seeds.insert(id);
        touched
            .claims
            .extend(before.get(&id).unwrap_or(&none).iter().map(claim));
    }
    identity::replace(tx, &gone, &new).await?;
    Ok(touched)
}

fn claim((kind, value): (&qlrf_core::identity::IdentityKind, &String)) -> Claim {
    (*kind, value.clone())
}

/// Tells what contradicts itself among all that was looked at, and takes back what does no more.
async fn tell_conflicts(
    tx: &mut TenantTx,
    at: Timestamp,
    component: &Component,
    resolution: &Resolution,
) -> Result<()> {
    let all: Vec<&Claim> = component.claims.iter().collect();
    let told = identity::conflicts_of(tx, &all).await?;
    let mut found: BTreeMap<&Claim, &str> = BTreeMap::new();
    found.extend(
        resolution
            .conflicts
            .iter()
            .map(|(claim, reason)| (claim, reason.code())),
    );
    found.extend(
        component
            .crowded
            .iter()
            .map(|claim| (claim, Reason::TooMany.code())),
    );
    let gone: Vec<&Claim> = told
        .iter()
        .filter(|(claim, reason)| found.get(claim) != Some(&&reason[..]))
        .map(|(claim, _)| claim)
        .collect();
    let is_new = |(claim, reason): &(&Claim, &str)| told.get(*claim).map(String::as_str) != Some(*reason);
    let new: Vec<(&Claim, &str)> = found.into_iter().filter(is_new).collect();
    identity::replace_conflicts(tx, at, &gone, &new).await
}

impl Component {
    fn name(&self, resolution: Resolution) -> Vec<Group> {
        let named = |known: &sighting::Known| {
            let standing = self.standing.get(&known.id);
            let named = Named {
                first_seen: known.first_seen,
                machine: standing.map_or(known.id, |standing| standing.machine),
                machine_first_seen: standing.map_or(known.first_seen, |s| s.machine_first_seen),
            };
            (known.id, named)
        };
        let named = self.known.values().map(named).collect();
        let ids = name(&resolution.machines, &named);
        let group = |(machine, id): (qlrf_engines::machine::Machine, AssetId)| Group {
            id,
            members: machine.members,
            proof: machine.proof,
        };
        resolution.machines.into_iter().zip(ids).map(group).collect()
    }
}
