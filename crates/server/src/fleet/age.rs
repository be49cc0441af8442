//! What the age of what is known makes of it.
//!
//! Assets grow old with their scope, and nothing looks at an asset to find out: a few scopes and connectors are judged by
//! the clock, and their assets are sets that are there already. What is unknown by age proves nothing good any more, so
//! *current*, *newest*, *no updates* and *no findings* become unknown. What is bad stays as it was last seen: an estate does
//! not get better by nobody looking at it.

use std::sync::Arc;

use qlrf_core::drift::DriftState;
use qlrf_core::freshness::Freshness;
use qlrf_core::time::Timestamp;
use qlrf_store::freshness::Source;
use roaring::RoaringBitmap;

use super::Fleet;
use super::postings::By;
use super::row::{Dimension, Row};
use super::symbols::Symbol;

/// Live assets by age, at one moment and as long as nothing turns.
#[derive(Clone, Default)]
pub(super) struct Ages {
    stale: RoaringBitmap,
    unknown: RoaringBitmap,
    /// In scopes that were listed completely before, and not at last.
    partial: RoaringBitmap,
    /// In scopes that never were.
    never: RoaringBitmap,
    /// It holds after this moment and up to the other one.
    after: Option<Timestamp>,
    until: Option<Timestamp>,
    /// By drift state, where age makes it another one.
    drift: Option<By<Symbol>>,
    /// Those whose vulnerabilities are known, where age makes it others.
    judged: Option<RoaringBitmap>,
}

impl Ages {
    fn holds(&self, at: Timestamp) -> bool {
        self.after.is_none_or(|after| after < at) && self.until.is_none_or(|until| at <= until)
    }

    fn turn(&mut self, turns: [Timestamp; 2], at: Timestamp) {
        for turn in turns {
            if turn < at {
                self.after = self.after.max(Some(turn));
            } else {
                self.until = Some(self.until.map_or(turn, |until| until.min(turn)));
            }
        }
    }
}

impl Fleet {
    /// The same view at another moment of the clock.
    pub(super) fn aged(self: Arc<Fleet>, at: Timestamp) -> Arc<Fleet> {
        if self.ages.holds(at) {
            return self;
        }
        let mut fleet = (*self).clone();
        fleet.age(at);
        Arc::new(fleet)
    }

    pub(super) fn age(&mut self, at: Timestamp) {
        let mut ages = Ages::default();
        for (source, assets) in self.postings.sources() {
            match self.listings.freshness(*source, at) {
                Freshness::Fresh => {}
                Freshness::Stale => ages.stale |= assets,
                Freshness::Unknown => ages.unknown |= assets,
            }
            match self.listings.completed_at(*source) {
                None => ages.never |= assets,
                Some(_) if !self.listings.is_complete(*source) => ages.partial |= assets,
                Some(_) => {}
            }
            if let Some(turns) = self.listings.turns(*source) {
                ages.turn(turns, at);
            }
        }
        if !ages.unknown.is_empty() {
            ages.drift = Some(self.doubted_drift(&ages.unknown));
            ages.judged = Some(self.doubted_findings(&ages.unknown));
        }
        self.ages = Arc::new(ages);
    }

    fn doubted_drift(&self, unknown: &RoaringBitmap) -> By<Symbol> {
        let mut by = self.postings.dimension(Dimension::Drift).clone();
        let current = self.symbols.find(DriftState::Current.name());
        if let Some(assets) = current.and_then(|current| by.get_mut(&current)) {
            let doubted = &*assets & unknown;
            *assets -= &doubted;
            *by.entry(self.unknown_drift()).or_default() |= doubted;
        }
        by.retain(|_, assets| !assets.is_empty());
        by
    }

    /// The word for it, where any asset was judged so.
    fn unknown_drift(&self) -> Symbol {
        self.symbols
            .find(DriftState::Unknown.name())
            .unwrap_or(Symbol::UNKNOWN)
    }

    /// Found vulnerabilities stay found.
    fn doubted_findings(&self, unknown: &RoaringBitmap) -> RoaringBitmap {
        let known = &self.vulnerabilities;
        let sound = known.counts.iter().filter(|(_, counts)| counts.total() == 0);
        let sound = sound.filter_map(|(set, _)| Some(&self.sets.get(set)?.assets));
        let doubted = sound.fold(RoaringBitmap::new(), |all, assets| all | (assets & unknown));
        known.judged() - doubted
    }

    /// Live assets by the values of a dimension.
    pub(super) fn by(&self, dimension: Dimension) -> &By<Symbol> {
        match (&self.ages.drift, dimension) {
            (Some(drift), Dimension::Drift) => drift,
            _ => self.postings.dimension(dimension),
        }
    }

    /// Of assets that carry a good value, those that are unknown by age carry the unknown one.
    pub(super) fn doubt<K: Copy>(
        &self,
        (key, assets): (K, RoaringBitmap),
        is_good: bool,
        unknown: K,
    ) -> impl Iterator<Item = (K, RoaringBitmap)> + use<K> {
        let doubted = match is_good {
            true => &assets & &self.ages.unknown,
            false => RoaringBitmap::new(),
        };
        let rest = assets - &doubted;
        [(key, rest), (unknown, doubted)]
            .into_iter()
            .filter(|(_, assets)| !assets.is_empty())
    }

    /// The drift state of an asset, as far as it is known at the moment of the view.
    pub fn state(&self, row: &Row) -> DriftState {
        match self.is_doubted(row) {
            true => DriftState::Unknown,
            false => row.drift,
        }
    }

    fn is_doubted(&self, row: &Row) -> bool {
        let ordinal = || self.by_id.get(&row.id);
        row.drift == DriftState::Current
            && !self.ages.unknown.is_empty()
            && ordinal().is_some_and(|ordinal| self.ages.unknown.contains(*ordinal))
    }

    /// The value of a row in a dimension, as filters know it.
    pub fn symbol(&self, row: &Row, dimension: Dimension) -> Symbol {
        match dimension == Dimension::Drift && self.is_doubted(row) {
            true => self.unknown_drift(),
            false => row.get(dimension),
        }
    }

    /// Assets whose vulnerabilities are known; of all others nothing is.
    pub fn judged(&self) -> &RoaringBitmap {
        self.ages
            .judged
            .as_ref()
            .unwrap_or_else(|| self.vulnerabilities.judged())
    }

    /// `fresh`, `stale` or `unknown`.
    pub(super) fn of_freshness(&self, value: &str) -> RoaringBitmap {
        match value {
            "stale" => self.ages.stale.clone(),
            "unknown" => self.ages.unknown.clone(),
            _ => self.live() - &self.ages.stale - &self.ages.unknown,
        }
    }

    /// How old what is known of an asset is.
    pub fn freshness_of(&self, row: &Row) -> Freshness {
        match self.by_id.get(&row.id) {
            Some(asset) if self.ages.unknown.contains(*asset) => Freshness::Unknown,
            Some(asset) if self.ages.stale.contains(*asset) => Freshness::Stale,
            _ => Freshness::Fresh,
        }
    }

    /// Some assets by how old what is known of them is.
    pub fn by_freshness(&self, assets: &RoaringBitmap) -> [(Freshness, RoaringBitmap); 3] {
        Freshness::ALL.map(|freshness| (freshness, self.of_freshness(freshness.name()) & assets))
    }

    /// `complete`, `partial` or `never`: how the last listing of their scope ended.
    pub(super) fn listed(&self, value: &str) -> RoaringBitmap {
        match value {
            "partial" => self.ages.partial.clone(),
            "never" => self.ages.never.clone(),
            _ => self.live() - &self.ages.partial - &self.ages.never,
        }
    }

    /// Some assets in scopes that are complete and fresh: what a figure may rest on.
    pub fn covered(&self, assets: &RoaringBitmap) -> RoaringBitmap {
        self.listed("complete") & self.of_freshness("fresh") & assets
    }

    /// When the scope of an asset was last listed completely.
    pub fn confirmed_at(&self, row: &Row) -> Option<Timestamp> {
        self.listings.completed_at(row.source)
    }

    /// Live assets that are listed in these scopes.
    pub fn in_scopes(&self, scopes: &[i64]) -> RoaringBitmap {
        let listed = self.postings.sources().iter();
        let wanted = listed.filter(|(source, _)| scopes.contains(&source.scope));
        wanted.fold(RoaringBitmap::new(), |all, (_, assets)| all | assets)
    }

    /// Live assets of a connector.
    pub fn of_connector(&self, connector: uuid::Uuid) -> RoaringBitmap {
        let (from, to) = (i64::MIN, i64::MAX);
        let range = Source {
            connector,
            scope: from,
        }..=Source { connector, scope: to };
        let listed = self.postings.sources().range(range);
        listed.fold(RoaringBitmap::new(), |all, (_, assets)| all | assets)
    }

    /// How many live assets each scope lists.
    pub fn count_in_scope(&self, source: Source) -> u64 {
        self.postings.sources().get(&source).map_or(0, RoaringBitmap::len)
    }
}
