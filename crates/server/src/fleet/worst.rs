//! What is wrong with a group of assets together, each vulnerability counted once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use qlrf_engines::vuln::severity::Band;

use super::{Counts, Fleet, Ordinal};

type Worst = BTreeMap<Arc<str>, Option<Band>>;

/// Answers for many groups of one view: what a package set has is worked out once.
pub struct Groups<'a> {
    fleet: &'a Fleet,
    of_set: HashMap<i32, Worst>,
}

/// Of one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Assets that were judged; with none of them the counts say nothing.
    pub judged: u64,
    pub counts: Counts,
    pub urgency_max: Option<f64>,
}

impl<'a> Groups<'a> {
    pub fn new(fleet: &'a Fleet) -> Groups<'a> {
        Groups {
            fleet,
            of_set: HashMap::new(),
        }
    }

    pub fn of(&mut self, members: &[Ordinal]) -> Found {
        let fleet = self.fleet;
        let known = &fleet.vulnerabilities;
        let judged = members
            .iter()
            .filter(|asset| known.judged().contains(**asset))
            .count() as u64;
        let sets: BTreeSet<i32> = members
            .iter()
            .filter_map(|asset| fleet.row(*asset)?.package_set_id)
            .collect();
        let mut worst: BTreeMap<&str, Option<Band>> = BTreeMap::new();
        for set_id in &sets {
            self.read(*set_id);
        }
        for (id, band) in sets.iter().filter_map(|set_id| self.of_set.get(set_id)).flatten() {
            let place = worst.entry(id).or_default();
            *place = (*place).max(*band);
        }
        let mut found = Found {
            judged,
            ..Found::default()
        };
        let standings = fleet.standings();
        for (id, band) in worst {
            let Some(vulnerability) = known.get(id) else {
                continue;
            };
            found.counts.add(band, vulnerability.kev.is_some());
            let score = standings.get(id).map(|standing| standing.urgency.score);
            found.urgency_max = match (found.urgency_max, score) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
        }
        found
    }

    fn read(&mut self, set_id: i32) {
        let fleet = self.fleet;
        let packages = fleet
            .sets
            .get(&set_id)
            .map(|set| set.packages())
            .unwrap_or_default();
        self.of_set
            .entry(set_id)
            .or_insert_with(|| fleet.vulnerabilities.worst_in(packages));
    }
}
