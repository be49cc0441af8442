//! Disjoint sets of places.

use std::collections::BTreeMap;

/// The least place of a set stands for it.
#[derive(Clone)]
pub struct Sets(Vec<usize>);

impl Sets {
    /// Each place by itself.
    pub fn new(places: usize) -> Sets {
        Sets((0..places).collect())
    }

    pub fn find(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    pub fn join_all(&mut self, places: &[usize]) {
        for pair in places.windows(2) {
            let (a, b) = (self.find(pair[0]), self.find(pair[1]));
            self.0[a.max(b)] = a.min(b);
        }
    }

    /// Every set by its least place, with its places in order.
    pub fn by_first(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.0.len() {
            sets.entry(self.find(at)).or_default().push(at);
        }
        sets
    }
}
