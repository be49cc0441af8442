//! Which sightings are of one machine, and what the machine is by all that its sources say.
//!
//! A *sighting* is an asset as one connector sees it. Sightings are joined by the identities that they share; the
//! strongest kind of identity that two of them both have decides whether they are the same machine. What can be read in
//! two ways joins nothing and is told as a [`Conflict`].
//!
//! **Invariant:** the answer depends on the set of sightings alone, and not on the order in which they came.

mod merge;
mod name;
mod sets;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::asset::AssetKind;
use qlrf_core::id::{AssetId, ConnectorId};
use qlrf_core::identity::{Identities, IdentityKind};

pub use self::merge::{Merged, Part, merge};
pub use self::name::{Named, name};
use self::sets::Sets;

/// More sightings of one machine than anybody has. A value that more of them claim, such as the machine-id of a template
/// that everything was cloned from, identifies none of them.
pub const CLAIMS_MAX: usize = 16;

/// One identity: its kind and its value.
pub type Claim = (IdentityKind, String);

/// An asset as one connector sees it, as far as its identity is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub id: AssetId,
    pub connector: ConnectorId,
    /// `ssh`, `aws`, …
    pub connector_kind: String,
    pub kind: AssetKind,
    pub native_id: String,
    pub identities: Identities,
    pub simulated: bool,
    /// A person said that it is a machine of its own.
    pub split: bool,
}

/// From where a source looks at a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vantage {
    /// The cloud or hypervisor that runs it: knows its place.
    Platform,
    /// The cluster that it is a node of.
    Cluster,
    /// The machine itself: knows what is on it.
    Itself,
}

impl Vantage {
    pub fn of(kind: AssetKind) -> Vantage {
        match kind {
            AssetKind::VirtualMachine => Vantage::Platform,
            AssetKind::KubernetesNode => Vantage::Cluster,
            AssetKind::PhysicalHost | AssetKind::Host | AssetKind::Container => Vantage::Itself,
        }
    }
}

/// Whose word on a machine's place counts first. The last three make it an order without ties.
pub type Rank<'a> = (Vantage, AssetKind, &'a str, ConnectorId);

impl Sighting {
    fn rank(&self) -> Rank<'_> {
        rank(self.kind, &self.native_id, self.connector)
    }
}

pub fn rank(kind: AssetKind, native_id: &str, connector: ConnectorId) -> Rank<'_> {
    (Vantage::of(kind), kind, native_id, connector)
}

/// Sightings of one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The one whose word on its place counts first leads.
    pub members: Vec<AssetId>,
    /// Each identity that two or more of them share and that counts.
    pub proof: BTreeSet<Claim>,
}

/// Why an identity that several sightings claim joins them not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// One source knows two machines with it.
    TwiceInOneSource,
    /// A stronger identity says that they are different machines.
    StrongerDiffers,
    /// A machine-id alone, from two sources of one kind: most likely a clone.
    MachineIdAlone,
    /// Invented and real.
    Simulated,
    /// More than [`CLAIMS_MAX`].
    TooMany,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Reason::TwiceInOneSource => "twice_in_one_source",
            Reason::StrongerDiffers => "stronger_differs",
            Reason::MachineIdAlone => "machine_id_alone",
            Reason::Simulated => "simulated",
            Reason::TooMany => "too_many",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Every sighting is in one; most are alone there.
    pub machines: Vec<Machine>,
    pub conflicts: BTreeMap<Claim, Reason>,
}

/// `crowded`: claims of more than [`CLAIMS_MAX`] sightings, not all of which need be given.
pub fn resolve(sightings: &[Sighting], crowded: &BTreeSet<Claim>) -> Resolution {
    let mut sorted: Vec<&Sighting> = sightings.iter().collect();
    sorted.sort_by(|a, b| a.rank().cmp(&b.rank()));
    let mut work = Work {
        sets: Sets::new(sorted.len()),
        sightings: sorted,
        conflicts: BTreeMap::new(),
    };
    for kind in IdentityKind::ALL {
        work.join_by(kind, crowded);
    }
    work.finish()
}

struct Work<'a> {
    sightings: Vec<&'a Sighting>,
    /// Places in `sightings` that are of one machine so far.
    sets: Sets,
    conflicts: BTreeMap<Claim, Reason>,
}

impl Work<'_> {
    /// First each value by itself: what contradicts itself joins nothing. Then all that are left together: when a chain
    /// of them contradicts itself, which link of it is wrong cannot be told, and none of them counts.
    fn join_by(&mut self, kind: IdentityKind, crowded: &BTreeSet<Claim>) {
        let mut links: Vec<(&str, Vec<usize>)> = Vec::new();
        let so_far = self.sets.by_first();
        for (value, holders) in self.holders(kind) {
            let claim = (kind, value.to_owned());
            if holders.len() > CLAIMS_MAX || crowded.contains(&claim) {
                self.conflicts.insert(claim, Reason::TooMany);
                continue;
            }
            let roots: BTreeSet<usize> = holders.iter().map(|at| self.sets.find(*at)).collect();
            let whole: Vec<usize> = roots.iter().flat_map(|root| &so_far[root]).copied().collect();
            match self.contradiction(kind, &whole) {
                Some(reason) => {
                    self.conflicts.insert(claim, reason);
                }
                None if holders.len() > 1 => links.push((value, holders)),
                None => {}
            }
        }
        let mut joined = self.sets.clone();
        for (_, holders) in &links {
            joined.join_all(holders);
        }
        let mut broken: BTreeMap<usize, Reason> = BTreeMap::new();
        for (first, members) in joined.by_first() {
            if let Some(reason) = self.contradiction(kind, &members) {
                broken.insert(first, reason);
            }
        }
        for (value, holders) in links {
            match broken.get(&joined.find(holders[0])) {
                Some(reason) => {
                    self.conflicts.insert((kind, value.to_owned()), *reason);
                }
                None => self.sets.join_all(&holders),
            }
        }
    }

    fn holders<'b>(&self, kind: IdentityKind) -> BTreeMap<&'b str, Vec<usize>>
    where
        Self: 'b,
    {
        let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, sighting) in self.sightings.iter().enumerate() {
            let sighting: &Sighting = sighting;
            if let Some(value) = sighting.identities.get(&kind).filter(|_| !sighting.split) {
                holders.entry(value).or_default().push(at);
            }
        }
        holders
    }

    /// Why these cannot be of one machine, as far as `kind` is what would join them.
    fn contradiction(&self, kind: IdentityKind, members: &[usize]) -> Option<Reason> {
        let of = |at: &usize| (self.sets.find(*at), self.sightings[*at]);
        let pairs = members
            .iter()
            .enumerate()
            .flat_map(|(n, a)| members[n + 1..].iter().map(move |b| (of(a), of(b))));
        // Those that are of one machine already were joined by something stronger.
        let apart = pairs.filter(|((a, _), (b, _))| a != b);
        apart.filter_map(|((_, a), (_, b))| contradicts(kind, a, b)).min()
    }

    fn finish(self) -> Resolution {
        let machine = |members: Vec<usize>| {
            let mut claims: BTreeMap<Claim, usize> = BTreeMap::new();
            for at in &members {
                for (kind, value) in &self.sightings[*at].identities {
                    *claims.entry((*kind, value.clone())).or_default() += 1;
                }
            }
            let counts = |(claim, held): &(Claim, usize)| *held > 1 && !self.conflicts.contains_key(claim);
            Machine {
                members: members.iter().map(|at| self.sightings[*at].id).collect(),
                proof: claims
                    .into_iter()
                    .filter(counts)
                    .map(|(claim, _)| claim)
                    .collect(),
            }
        };
        let machines = self.sets.by_first().into_values().map(machine).collect();
        Resolution {
            machines,
            conflicts: self.conflicts,
        }
    }
}

/// Why two sightings cannot be one machine although they may share an identity of this kind.
fn contradicts(kind: IdentityKind, a: &Sighting, b: &Sighting) -> Option<Reason> {
    let differs = |(stronger, value): (&IdentityKind, &String)| {
        *stronger < kind && b.identities.get(stronger).is_some_and(|other| other != value)
    };
    if a.connector == b.connector {
        Some(Reason::TwiceInOneSource)
    } else if a.identities.iter().any(differs) {
        Some(Reason::StrongerDiffers)
    } else if kind == IdentityKind::MachineId && a.connector_kind == b.connector_kind {
        Some(Reason::MachineIdAlone)
    } else if a.simulated != b.simulated {
        Some(Reason::Simulated)
    } else {
        None
    }
}
