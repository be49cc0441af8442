//! What is wrong with a group of assets together, each vulnerability counted once.

use std::collections::{BTreeSet, HashMap};

use qlrf_engines::vuln::severity::Band;
use roaring::RoaringBitmap;

use super::{Counts, Fleet};

/// Answers for many groups of one view. A group holds thousands of vulnerabilities, nearly all of them in many sets:
/// they are numbered once, and what a package set has is worked out once, so that a group is a pass over numbers.
pub struct Groups<'a> {
    fleet: &'a Fleet,
    /// By number: known to be exploited, and how urgent.
    known: Vec<(bool, Option<f64>)>,
    numbers: HashMap<&'a str, usize>,
    of_set: HashMap<i32, Vec<(usize, Option<Band>)>>,
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
        let standings = fleet.standings();
        let all = || fleet.vulnerabilities.iter();
        let score = |id: &str| standings.get(id).map(|standing| standing.urgency.score);
        Groups {
            fleet,
            known: all().map(|v| (v.kev.is_some(), score(&v.id))).collect(),
            numbers: all().enumerate().map(|(number, v)| (&v.id[..], number)).collect(),
            of_set: HashMap::new(),
        }
    }

    pub fn of(&mut self, members: &RoaringBitmap) -> Found {
        let fleet = self.fleet;
        let judged = fleet.judged();
        let sets: BTreeSet<i32> = members
            .iter()
            .filter_map(|asset| fleet.row(asset)?.package_set_id)
            .collect();
        // The outer `None`: no member has it.
        let mut worst: Vec<Option<Option<Band>>> = vec![None; self.known.len()];
        for set_id in sets {
            for (number, band) in self.of_set(set_id) {
                worst[*number] = worst[*number].max(Some(*band));
            }
        }
        let mut found = Found {
            judged: members.intersection_len(judged),
            ..Found::default()
        };
        for ((exploited, score), band) in self.known.iter().zip(worst) {
            let Some(band) = band else {
                continue;
            };
            found.counts.add(band, *exploited);
            found.urgency_max = match (found.urgency_max, *score) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
        }
        found
    }

    fn of_set(&mut self, set_id: i32) -> &[(usize, Option<Band>)] {
        let (fleet, numbers) = (self.fleet, &self.numbers);
        self.of_set.entry(set_id).or_insert_with(|| {
            let set = fleet.sets.get(&set_id);
            let packages = set.map(|set| set.packages()).unwrap_or_default();
            let found = fleet.vulnerabilities.worst_in(packages);
            let numbered = found
                .iter()
                .filter_map(|(id, band)| Some((*numbers.get(&id[..])?, *band)));
            numbered.collect()
        })
    }
}
