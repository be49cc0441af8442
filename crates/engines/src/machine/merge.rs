//! What a machine is by all that its sources say.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::asset::{Asset, AssetState, Exposure, Installed};
use qlrf_core::mapping::Field;

use super::Vantage;

/// One sighting; what is installed stands beside it.
#[derive(Clone, Debug)]
pub struct Part {
    pub asset: Asset,
    pub installed: Option<Installed>,
}

#[derive(Clone, Debug)]
pub struct Merged {
    pub asset: Asset,
    pub installed: Option<Installed>,
    /// Field → places of the sightings that it comes from.
    pub from: BTreeMap<&'static str, Vec<usize>>,
}

/// `parts` as [`super::Machine::members`] orders them, at least one. On where a machine stands, whose it is and whether it
/// runs, the platform's word counts first; on what is on it, its own.
pub fn merge(parts: &[Part]) -> Merged {
    let mut work = Work {
        parts,
        place: (0..parts.len()).collect(),
        inside: (0..parts.len()).collect(),
        from: BTreeMap::new(),
    };
    work.inside
        .sort_by_key(|at| std::cmp::Reverse(Vantage::of(parts[*at].asset.kind)));
    let mut asset = parts[0].asset.clone();
    for field in ["name", "platform", "kind", "native_id"] {
        work.from.insert(field, vec![0]);
    }
    work.place(&mut asset);
    work.mapped(&mut asset);
    work.inside(&mut asset);
    work.all(&mut asset);
    let installed = work.installed();
    Merged {
        asset,
        installed,
        from: work.from,
    }
}

struct Work<'a> {
    parts: &'a [Part],
    place: Vec<usize>,
    inside: Vec<usize>,
    from: BTreeMap<&'static str, Vec<usize>>,
}

impl Work<'_> {
    fn place(&mut self, asset: &mut Asset) {
        let order = self.place.clone();
        asset.account = self.first(&order, "account", |a| a.account.clone());
        asset.region = self.first(&order, "region", |a| a.region.clone());
        asset.image_ref = self.first(&order, "image_ref", |a| a.image_ref.clone());
        asset.launched_at = self.first(&order, "launched_at", |a| a.launched_at);
        let state = self.first(&order, "state", |a| {
            Some(a.state).filter(|s| *s != AssetState::Unknown)
        });
        asset.state = state.unwrap_or(AssetState::Unknown);
        let exposure = |a: &Asset| Some(a.exposure).filter(|e| *e != Exposure::Unknown);
        asset.exposure = self
            .first(&order, "exposure", exposure)
            .unwrap_or(Exposure::Unknown);
    }

    /// Values that mapping rules set come with what says so.
    fn mapped(&mut self, asset: &mut Asset) {
        asset.labels.clear();
        self.labels(asset);
        asset.mapped_by.clear();
        for field in Field::ALL {
            let holder = self
                .place
                .iter()
                .find(|at| field.get(&self.parts[**at].asset).is_some());
            let Some(at) = holder.copied() else {
                field.put(asset, None);
                continue;
            };
            let part = &self.parts[at].asset;
            field.put(asset, field.get(part).map(str::to_owned));
            if let Some(mapped) = part.mapped_by.get(&field) {
                asset.mapped_by.insert(field, mapped.clone());
            }
            self.from.insert(field.name(), vec![at]);
        }
    }

    /// Of a label that several sources set, the one whose word on the place counts first.
    fn labels(&mut self, asset: &mut Asset) {
        let mut from = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let before = asset.labels.len();
            for (key, value) in &part.asset.labels {
                asset.labels.entry(key.clone()).or_insert_with(|| value.clone());
            }
            if asset.labels.len() > before {
                from.push(at);
            }
        }
        self.note("labels", from);
    }

    fn inside(&mut self, asset: &mut Asset) {
        let order = self.inside.clone();
        asset.os = self.first(&order, "os", |a| a.os.clone());
        asset.services = self.first(&order, "services", |a| a.services.clone());
        asset.config = self.first(&order, "config", |a| a.config.clone());
        asset.pending_updates = self.first(&order, "pending_updates", |a| a.pending_updates.clone());
    }

    /// What every source adds to.
    fn all(&mut self, asset: &mut Asset) {
        let parts = || self.parts.iter().enumerate();
        asset.identities.clear();
        for (_, part) in parts() {
            for (kind, value) in &part.asset.identities {
                asset.identities.entry(*kind).or_insert_with(|| value.clone());
            }
        }
        let relations: BTreeSet<_> = parts()
            .flat_map(|(_, part)| part.asset.relations.clone())
            .collect();
        asset.relations = relations.into_iter().collect();
        let holds = |has: fn(&Asset) -> bool| -> Vec<usize> {
            parts()
                .filter(|(_, part)| has(&part.asset))
                .map(|(at, _)| at)
                .collect()
        };
        let identities = holds(|asset| !asset.identities.is_empty());
        let relations = holds(|asset| !asset.relations.is_empty());
        self.note("identities", identities);
        self.note("relations", relations);
    }

    /// The surest inventory; of two that are as sure, the machine's own.
    fn installed(&mut self) -> Option<Installed> {
        let known = self
            .inside
            .iter()
            .filter_map(|at| Some((*at, self.parts[*at].installed?)));
        let (at, software) = known.min_by_key(|(_, software)| software.confidence)?;
        self.note("software", vec![at]);
        Some(software)
    }

    fn first<T>(
        &mut self,
        order: &[usize],
        field: &'static str,
        read: impl Fn(&Asset) -> Option<T>,
    ) -> Option<T> {
        let mut found = order
            .iter()
            .filter_map(|at| Some((*at, read(&self.parts[*at].asset)?)));
        let (at, value) = found.next()?;
        self.note(field, vec![at]);
        Some(value)
    }

    fn note(&mut self, field: &'static str, from: Vec<usize>) {
        if !from.is_empty() {
            self.from.insert(field, from);
        }
    }
}
