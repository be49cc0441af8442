//! From who belongs together to facts and sightings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qlrf_core::asset::{Asset, Installed};
use qlrf_core::digest::Digest;
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_engines::machine::{Part, merge};
use qlrf_store::asset::{self, NewFact};
use qlrf_store::sighting::{self, New, Said};
use qlrf_store::{Error, Result, TenantTx};
use serde_json::Value;

use super::walk::{Component, proof_of};
use super::{Group, Settled, events};
use crate::app::drift::read_document;
use crate::app::record::Change;

/// A fact that no source said in just this way, or that is said again.
pub struct OwnFact {
    pub id: AssetId,
    scope_id: i64,
    pub asset: Asset,
    installed: Option<Installed>,
    document: String,
    hash: Digest,
    merged: bool,
}

impl OwnFact {
    pub fn fact(&self) -> NewFact<'_> {
        NewFact {
            id: self.id,
            scope_id: self.scope_id,
            asset: &self.asset,
            hash: self.hash,
            document: (&self.document).into(),
            installed: self.installed,
            merged: self.merged,
        }
    }
}

/// What a source says of an asset.
struct Word {
    part: Part,
    document: String,
    hash: Digest,
}

pub async fn compose(
    tx: &mut TenantTx,
    at: Timestamp,
    change: &Change<'_>,
    component: &Component,
    groups: &[Group],
) -> Result<Settled> {
    let given: HashMap<AssetId, &NewFact<'_>> = change.facts.iter().map(|fact| (fact.id, fact)).collect();
    let affected: Vec<&Group> = groups
        .iter()
        .filter(|group| component.touches(group, &given))
        .collect();
    let members = || affected.iter().flat_map(|group| &group.members);
    let unsaid: Vec<AssetId> = members().filter(|id| !given.contains_key(id)).copied().collect();
    let mut words = words(tx, &unsaid).await?;
    for id in members() {
        if let Some(fact) = given.get(id) {
            words.insert(*id, Word::of(fact));
        }
    }
    let mut settled = Settled::default();
    let gone = component.standing.keys().filter(|id| change.gone.contains(id));
    settled.taken = gone.chain(members()).copied().collect();
    for group in &affected {
        settled.own.push(component.fact(group, &words)?);
    }
    let former = settled.taken.iter().filter_map(|id| component.standing.get(id));
    let places: BTreeSet<AssetId> = former
        .map(|standing| standing.machine)
        .chain(affected.iter().map(|group| group.id))
        .chain(members().copied())
        .collect();
    let before = sighting::load_facts(tx, &places.into_iter().collect::<Vec<_>>()).await?;
    settled.replace(&before, |id| given.contains_key(&id));
    record_sightings(tx, at, component, &settled, &affected, &words).await?;
    settled.events = events::tell(change, component, &affected, &before, &settled);
    Ok(settled)
}

impl Group {
    /// Nothing but an asset that one source sees.
    pub fn is_alone(&self) -> bool {
        self.members == [self.id]
    }
}

impl Component {
    /// Whether anything of a group is otherwise than it is recorded.
    fn touches(&self, group: &Group, given: &HashMap<AssetId, &NewFact<'_>>) -> bool {
        let standing = |id: &AssetId| self.standing.get(id);
        if group.is_alone() {
            return standing(&group.id).is_some();
        }
        let recorded = self.standing.values().filter(|s| s.machine == group.id).count();
        let as_it_was = |(n, id): (usize, &AssetId)| {
            !given.contains_key(id)
                && standing(id).is_some_and(|standing| {
                    standing.machine == group.id
                        && standing.leads == (n == 0)
                        && standing.proof == self.proof(group, *id)
                })
        };
        recorded != group.members.len() || !group.members.iter().enumerate().all(as_it_was)
    }

    /// Whether a machine has other sources than those recorded, or another one leads.
    fn is_seen_otherwise(&self, group: &Group) -> bool {
        let recorded = self.standing.values().filter(|s| s.machine == group.id);
        let recorded: BTreeMap<AssetId, bool> = recorded.map(|s| (s.asset, s.leads)).collect();
        let members = group.members.iter().enumerate();
        !group.is_alone() && recorded != members.map(|(n, id)| (*id, n == 0)).collect()
    }

    /// The identities by which one belongs to a group.
    pub fn proof(&self, group: &Group, member: AssetId) -> Value {
        let claimed = self.identities.get(&member);
        let holds =
            |(kind, value): &&(_, String)| claimed.is_some_and(|claimed| claimed.get(kind) == Some(value));
        group.proof.iter().filter(holds).map(proof_of).collect()
    }

    fn fact(&self, group: &Group, words: &BTreeMap<AssetId, Word>) -> Result<OwnFact> {
        let lead = group.members[0];
        let scope_id = self.known.get(&lead).map_or(0, |known| known.scope_id);
        if group.is_alone() {
            let word = find(words, lead)?;
            return Ok(OwnFact {
                id: group.id,
                scope_id,
                asset: word.part.asset.clone(),
                installed: word.part.installed,
                document: word.document.clone(),
                hash: word.hash,
                merged: false,
            });
        }
        let parts = group.members.iter().map(|id| Ok(find(words, *id)?.part.clone()));
        let merged = merge(&parts.collect::<Result<Vec<Part>>>()?);
        let installed = merged.installed;
        let (document, hash) = merged
            .asset
            .fact_with(installed.map(|i| (i.confidence, i.packages)));
        Ok(OwnFact {
            id: group.id,
            scope_id,
            asset: merged.asset,
            installed,
            document,
            hash,
            merged: true,
        })
    }
}

impl Settled {
    /// What holds already is not written again; what holds under an id that is nobody's any more ends. `returns`: what
    /// else is recorded under an id afterwards.
    fn replace(&mut self, before: &BTreeMap<AssetId, (Digest, bool)>, returns: impl Fn(AssetId) -> bool) {
        let holds = |fact: &OwnFact| before.get(&fact.id) == Some(&(fact.hash, fact.merged));
        let kept: BTreeSet<AssetId> = self.own.iter().filter(|f| holds(f)).map(|f| f.id).collect();
        self.own.retain(|fact| !kept.contains(&fact.id));
        self.closing = before.keys().filter(|id| !kept.contains(id)).copied().collect();
        let follows = |id: &AssetId| {
            self.own.iter().any(|fact| fact.id == *id) || (returns(*id) && !self.taken.contains(id))
        };
        self.ended = self.closing.iter().filter(|id| !follows(id)).copied().collect();
    }
}

async fn record_sightings(
    tx: &mut TenantTx,
    at: Timestamp,
    component: &Component,
    settled: &Settled,
    affected: &[&Group],
    words: &BTreeMap<AssetId, Word>,
) -> Result<()> {
    let (mut kept, mut new) = (BTreeSet::new(), Vec::new());
    for group in affected.iter().filter(|group| !group.is_alone()) {
        for (n, id) in group.members.iter().enumerate() {
            let (word, known) = (find(words, *id)?, component.known.get(id));
            let known = known.ok_or_else(|| missing(*id))?;
            let sighting = New {
                known,
                machine: group.id,
                leads: n == 0,
                hash: word.hash,
                installed: word.part.installed,
                proof: component.proof(group, *id),
                document: &word.document,
            };
            let same = component.standing.get(id).is_some_and(|standing| {
                standing.machine == sighting.machine
                    && standing.leads == sighting.leads
                    && standing.hash == sighting.hash
                    && standing.proof == sighting.proof
            });
            match same {
                true => _ = kept.insert(*id),
                false => new.push(sighting),
            }
        }
    }
    let ends = component.standing.keys();
    let ends = ends.filter(|id| settled.taken.contains(id) && !kept.contains(id));
    sighting::close(tx, at, &ends.copied().collect::<Vec<_>>()).await?;
    sighting::open(tx, at, &new).await?;
    let moved = affected.iter().filter(|group| component.is_seen_otherwise(group));
    asset::mark_moved(tx, at, &moved.map(|group| group.id).collect::<Vec<_>>()).await
}

async fn words(tx: &mut TenantTx, ids: &[AssetId]) -> Result<BTreeMap<AssetId, Word>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let said = sighting::load_said(tx, ids).await?;
    said.into_iter()
        .map(|(id, said)| Ok((id, Word::read(id, said)?)))
        .collect()
}

impl Word {
    fn of(fact: &NewFact<'_>) -> Word {
        let asset = Asset {
            software: None,
            ..fact.asset.clone()
        };
        Word {
            part: Part {
                asset,
                installed: fact.installed,
            },
            document: fact.document.to_string(),
            hash: fact.hash,
        }
    }

    fn read(id: AssetId, said: Said) -> Result<Word> {
        let document = said.document.to_string();
        let set = said.software.map(|(set, _)| set);
        let (_, _, asset, confidence) = read_document((id.as_uuid(), set, said.document))?;
        let installed = said.software.zip(confidence);
        let installed = installed.map(|((set_id, packages), confidence)| Installed {
            confidence,
            packages,
            set_id,
        });
        Ok(Word {
            part: Part { asset, installed },
            document,
            hash: said.hash,
        })
    }
}

fn find(words: &BTreeMap<AssetId, Word>, id: AssetId) -> Result<&Word> {
    words.get(&id).ok_or_else(|| missing(id))
}

fn missing(id: AssetId) -> Error {
    Error::Corrupt(format!(
        "asset {id} claims an identity, and nothing is recorded of it"
    ))
}
