//! The fleet view: one tenant's whole estate at one moment, in memory, so that any list, count or group-by is a scan
//! over numbers instead of a query.
//!
//! **Invariant:** a view is a cache of facts and nothing else. It is built through `TenantTx`, never changes after it
//! was built, and says the moment (`as_of`) that it shows. Dropping every view loses nothing.

mod advise;
mod age;
mod cache;
mod content;
mod filter;
mod load;
mod measure;
mod order;
mod postings;
mod row;
mod standing;
mod suggest;
mod symbols;
mod texts;
mod vulnerability;
mod words;
mod worst;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use qlrf_core::time::Timestamp;
use qlrf_store::freshness::Listings;
use roaring::RoaringBitmap;
use uuid::Uuid;

use postings::Postings;
use texts::Texts;

pub use cache::Fleets;
pub use content::{Content, Held};
pub use filter::Filter;
pub use measure::{Behind, Lag, Lags, Measure};
pub use order::{Order, OrderBy, Position};
pub use row::{Dimension, Row};
pub use standing::{CRITICALITIES, EXPOSURES, Standing, UrgencyCounts, rounded};
pub use suggest::{Suggestion, Suggestions};
pub use symbols::{Symbol, Symbols};
pub use vulnerability::{Counts, Fix, Vulnerabilities, Vulnerability};
pub use words::{in_quotes, term};
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
    postings: Postings,
    listings: Arc<Listings>,
    ages: Arc<age::Ages>,
    texts: OnceLock<Arc<Texts>>,
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

    /// The same, to keep.
    pub fn shared(&self) -> Option<Arc<[i32]>> {
        self.packages.clone()
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

    /// The rows of some assets.
    pub fn rows<'a>(&'a self, assets: &'a RoaringBitmap) -> impl Iterator<Item = (Ordinal, &'a Arc<Row>)> {
        assets
            .iter()
            .filter_map(|ordinal| Some((ordinal, self.rows.get(ordinal as usize)?.as_ref()?)))
    }

    pub fn iter(&self) -> impl Iterator<Item = (Ordinal, &Arc<Row>)> {
        self.rows(&self.live)
    }

    pub fn word(&self, row: &Row, dimension: Dimension) -> Option<&Arc<str>> {
        self.symbols.word(self.symbol(row, dimension))
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

    /// A page of some assets.
    pub fn page(
        &self,
        assets: &RoaringBitmap,
        order: Order,
        after: Option<&Position>,
        limit: usize,
    ) -> Vec<(Ordinal, &Arc<Row>)> {
        let ordered = self.orders.get(self, order);
        let start = after.map_or(0, |position| order::after(self, &ordered, order, position));
        let wanted = ordered[start..]
            .iter()
            .filter(|ordinal| assets.contains(**ordinal));
        let row = |ordinal: &Ordinal| Some((*ordinal, self.rows[*ordinal as usize].as_ref()?));
        wanted.filter_map(row).take(limit).collect()
    }
}
