//! The fleet view: one tenant's whole estate at one moment, in memory, so that any list, count or group-by is a scan
//! over numbers instead of a query.
//!
//! **Invariant:** a view is a cache of facts and nothing else. It is built through `TenantTx`, never changes after it
//! was built, and says the moment (`as_of`) that it shows. Dropping every view loses nothing.

mod advise;
mod cache;
mod filter;
mod load;
mod measure;
mod order;
mod row;
mod standing;
mod suggest;
mod symbols;
mod vulnerability;
mod worst;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use qlrf_core::time::Timestamp;
use roaring::RoaringBitmap;
use uuid::Uuid;

pub use cache::Fleets;
pub use filter::{Bound, Filter};
pub use measure::{Lag, Lags, Measure};
pub use order::{Order, OrderBy, Position};
pub use row::{Dimension, Row};
pub use standing::{CRITICALITIES, EXPOSURES, Standing, UrgencyCounts, rounded};
pub use suggest::{Suggestion, Suggestions, term};
pub use symbols::{Symbol, Symbols};
pub use vulnerability::{Counts, Fix, Vulnerabilities, Vulnerability};
pub use worst::{Found, Groups};

/// The place of an asset in its view. An asset keeps it from one view to the next; a removed one leaves a gap.
pub type Ordinal = u32;

#[derive(Clone)]
pub struct Fleet {
    /// Everything recorded up to this moment is in the view, and nothing later.
    pub as_of: Timestamp,
    rows: Vec<Option<Arc<Row>>>,
    by_id: HashMap<Uuid, Ordinal>,
    live: RoaringBitmap,
    pub symbols: Symbols,
    pub sets: BTreeMap<i32, PackageSet>,
    /// Packages that any live asset runs, and their names.
    in_use: RoaringBitmap,
    packages: Arc<HashMap<Arc<str>, Vec<i32>>>,
    pub vulnerabilities: Arc<Vulnerabilities>,
    orders: order::Orders,
}

/// One distinct package set and the assets that run it.
#[derive(Clone, Default)]
pub struct PackageSet {
    /// `None` until it was read.
    packages: Option<Arc<[i32]>>,
    pub assets: RoaringBitmap,
}

impl PackageSet {
    /// Ids of its packages, ascending.
    pub fn packages(&self) -> &[i32] {
        self.packages.as_deref().unwrap_or_default()
    }
}

impl Fleet {
    pub fn len(&self) -> usize {
        self.live.len() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// The moment that the view speaks of: nothing in it, facts or feeds, is newer.
    pub fn moment(&self) -> Timestamp {
        self.vulnerabilities
            .feeds_as_of
            .map_or(self.as_of, |feeds| feeds.max(self.as_of))
    }

    /// Whether a fact, or what feeds say of it, came after this moment.
    fn changed_after(&self, at: Timestamp) -> bool {
        at < self.moment()
    }

    /// Every live asset.
    pub fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    pub fn find(&self, id: Uuid) -> Option<(Ordinal, &Arc<Row>)> {
        let ordinal = *self.by_id.get(&id)?;
        Some((ordinal, self.rows[ordinal as usize].as_ref()?))
    }

    pub fn row(&self, ordinal: Ordinal) -> Option<&Row> {
        self.rows.get(ordinal as usize)?.as_deref()
    }

    /// Every live asset that the filter accepts.
    pub fn select<'a>(&'a self, filter: &'a Bound) -> impl Iterator<Item = (Ordinal, &'a Arc<Row>)> {
        self.iter().filter(|(ordinal, row)| filter.accepts(*ordinal, row))
    }

    pub fn iter(&self) -> impl Iterator<Item = (Ordinal, &Arc<Row>)> {
        self.rows
            .iter()
            .enumerate()
            .filter_map(|(ordinal, row)| Some((ordinal as Ordinal, row.as_ref()?)))
    }

    pub fn word(&self, row: &Row, dimension: Dimension) -> Option<&Arc<str>> {
        self.symbols.word(row.get(dimension))
    }

    /// Live assets that carry this value.
    pub fn having(&self, dimension: Dimension, word: &str) -> RoaringBitmap {
        let Some(symbol) = self.symbols.find(word) else {
            return RoaringBitmap::new();
        };
        self.iter()
            .filter(|(_, row)| row.get(dimension) == symbol)
            .map(|(ordinal, _)| ordinal)
            .collect()
    }

    /// Live assets that run a package with one of these names, in any version.
    pub fn running_package(&self, names: &[String]) -> RoaringBitmap {
        let wanted: RoaringBitmap = names
            .iter()
            .filter_map(|name| self.packages.get(name.as_str()))
            .flatten()
            .map(|id| *id as u32)
            .collect();
        if wanted.is_empty() {
            return wanted;
        }
        let holds = |set: &PackageSet| set.packages().iter().any(|id| wanted.contains(*id as u32));
        self.sets
            .values()
            .filter(|set| holds(set))
            .fold(RoaringBitmap::new(), |all, set| all | &set.assets)
    }

    /// A page of the assets that the filter accepts, and how many it accepts in all.
    pub fn page(
        &self,
        filter: &Bound,
        order: Order,
        after: Option<&Position>,
        limit: usize,
    ) -> (Vec<(Ordinal, &Arc<Row>)>, usize) {
        let ordered = self.orders.get(self, order);
        let start = after.map_or(0, |position| order::after(self, &ordered, order, position));
        let mut page = Vec::with_capacity(limit);
        for ordinal in &ordered[start..] {
            let Some(row) = &self.rows[*ordinal as usize] else {
                continue;
            };
            if filter.accepts(*ordinal, row) {
                page.push((*ordinal, row));
                if page.len() == limit {
                    break;
                }
            }
        }
        let total = match filter.is_empty() {
            true => self.len(),
            false => self.select(filter).count(),
        };
        (page, total)
    }

    /// Counts by the values of some dimensions.
    pub fn group_by<const N: usize>(
        &self,
        filter: &Bound,
        dimensions: [Dimension; N],
    ) -> BTreeMap<[Symbol; N], Vec<Ordinal>> {
        let mut groups: BTreeMap<[Symbol; N], Vec<Ordinal>> = BTreeMap::new();
        for (ordinal, row) in self.select(filter) {
            groups
                .entry(dimensions.map(|dimension| row.get(dimension)))
                .or_default()
                .push(ordinal);
        }
        groups
    }
}
