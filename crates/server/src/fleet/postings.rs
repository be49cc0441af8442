//! Which assets carry which value. Every count, group-by and filter is a few operations on these sets, whatever the
//! number of assets; nothing looks at an asset to count it.

use std::collections::BTreeMap;

use qlrf_core::drift::{DriftSeverity, DriftState};
use qlrf_engines::drift::coverage::Tally;
use qlrf_store::freshness::Source;
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::measure::Behind;
use super::row::{Dimension, Row};
use super::symbols::Symbol;
use super::{Fleet, Ordinal};

/// Live assets by value. No set in it is empty.
pub(super) type By<K> = BTreeMap<K, RoaringBitmap>;

#[derive(Clone, Default)]
pub(super) struct Postings {
    dimensions: [By<Symbol>; Dimension::ALL.len()],
    images: By<Uuid>,
    behind: By<Behind>,
    /// Pending security updates; `None` is not known.
    updates: By<Option<i32>>,
    /// Of the differences alone.
    severities: By<DriftSeverity>,
    with_software: RoaringBitmap,
    sources: By<Source>,
}

impl Postings {
    /// As judged, whatever the age.
    pub(super) fn dimension(&self, by: Dimension) -> &By<Symbol> {
        &self.dimensions[by as usize]
    }

    pub(super) fn sources(&self) -> &By<Source> {
        &self.sources
    }

    pub(super) fn insert(&mut self, ordinal: Ordinal, row: &Row) {
        fn insert<K: Ord>(by: &mut By<K>, key: K, ordinal: Ordinal) {
            by.entry(key).or_default().insert(ordinal);
        }
        for (dimension, by) in Dimension::ALL.into_iter().zip(&mut self.dimensions) {
            row.all(dimension).for_each(|value| insert(by, value, ordinal));
        }
        if let Some(image) = row.image_id {
            insert(&mut self.images, image, ordinal);
        }
        insert(&mut self.behind, row.behind, ordinal);
        insert(&mut self.updates, row.pending_security, ordinal);
        insert(&mut self.severities, row.severity, ordinal);
        insert(&mut self.sources, row.source, ordinal);
        if row.package_set_id.is_some() {
            self.with_software.insert(ordinal);
        }
    }

    pub(super) fn remove(&mut self, ordinal: Ordinal, row: &Row) {
        fn remove<K: Ord>(by: &mut By<K>, key: &K, ordinal: Ordinal) {
            if let Some(assets) = by.get_mut(key) {
                assets.remove(ordinal);
                if assets.is_empty() {
                    by.remove(key);
                }
            }
        }
        for (dimension, by) in Dimension::ALL.into_iter().zip(&mut self.dimensions) {
            row.all(dimension).for_each(|value| remove(by, &value, ordinal));
        }
        if let Some(image) = row.image_id {
            remove(&mut self.images, &image, ordinal);
        }
        remove(&mut self.behind, &row.behind, ordinal);
        remove(&mut self.updates, &row.pending_security, ordinal);
        remove(&mut self.severities, &row.severity, ordinal);
        remove(&mut self.sources, &row.source, ordinal);
        self.with_software.remove(ordinal);
    }
}

/// What is left of each value among some assets, values without any left out.
fn among<'a, K: Copy>(by: &'a By<K>, assets: &'a RoaringBitmap) -> impl Iterator<Item = (K, RoaringBitmap)> {
    by.iter()
        .map(move |(key, having)| (*key, having & assets))
        .filter(|(_, having)| !having.is_empty())
}

/// How many of each value are among some assets, values without any left out.
fn count<'a, K: Copy>(by: &'a By<K>, assets: &'a RoaringBitmap) -> impl Iterator<Item = (K, u64)> {
    by.iter()
        .map(move |(key, having)| (*key, having.intersection_len(assets)))
        .filter(|(_, count)| *count > 0)
}

impl Fleet {
    /// Live assets that carry this value.
    pub fn having(&self, dimension: Dimension, symbol: Symbol) -> Option<&RoaringBitmap> {
        self.by(dimension).get(&symbol)
    }

    /// The same by the word for it.
    pub fn having_word(&self, dimension: Dimension, word: &str) -> RoaringBitmap {
        let symbol = self.symbols.find(word);
        let having = symbol.and_then(|symbol| self.having(dimension, symbol));
        having.cloned().unwrap_or_default()
    }

    /// Some assets by the values of a dimension.
    pub fn group_by<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
        by: Dimension,
    ) -> impl Iterator<Item = (Symbol, RoaringBitmap)> + 'a {
        among(self.by(by), assets)
    }

    /// How many of some assets carry each value of a dimension.
    pub fn count_by<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
        by: Dimension,
    ) -> impl Iterator<Item = (Symbol, u64)> + 'a {
        count(self.by(by), assets)
    }

    /// Live assets that run an image version.
    pub fn running_image(&self, image: Uuid) -> Option<&RoaringBitmap> {
        self.postings.images.get(&image)
    }

    /// Some assets by the image version that they run; those that are linked to none are left out.
    pub fn by_image<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
    ) -> impl Iterator<Item = (Uuid, RoaringBitmap)> + 'a {
        among(&self.postings.images, assets)
    }

    /// Some assets by how far their image version is behind; a value may come twice, an asset does not.
    pub fn by_behind<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
    ) -> impl Iterator<Item = (Behind, RoaringBitmap)> + 'a {
        among(&self.postings.behind, assets).flat_map(|(behind, assets)| {
            let good = behind.versions.is_some_and(|versions| versions <= 0);
            self.doubt((behind, assets), good, Behind::UNKNOWN)
        })
    }

    /// Some assets by how many security updates are pending on them; a value may come twice, an asset does not.
    pub fn by_updates<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
    ) -> impl Iterator<Item = (Option<i32>, RoaringBitmap)> + 'a {
        among(&self.postings.updates, assets)
            .flat_map(|(pending, assets)| self.doubt((pending, assets), pending == Some(0), None))
    }

    /// How many of some assets have differences how bad.
    pub fn count_by_severity<'a>(
        &'a self,
        assets: &'a RoaringBitmap,
    ) -> impl Iterator<Item = (DriftSeverity, u64)> + 'a {
        count(&self.postings.severities, assets)
    }

    /// Live assets whose packages are known.
    pub fn with_software(&self) -> &RoaringBitmap {
        &self.postings.with_software
    }

    /// Live assets that the simulator made up.
    pub fn simulated(&self) -> RoaringBitmap {
        self.having_word(Dimension::Simulated, "true")
    }

    /// Live assets in a state. One without a judgement is not known.
    pub fn in_state(&self, state: DriftState) -> RoaringBitmap {
        let mut assets = self.having_word(Dimension::Drift, state.name());
        if state == DriftState::Unknown {
            assets |= self
                .having(Dimension::Drift, Symbol::UNKNOWN)
                .unwrap_or(&RoaringBitmap::new());
        }
        assets
    }

    /// Drift states of some assets.
    pub fn tally(&self, assets: &RoaringBitmap) -> Tally {
        let mut tally = Tally::default();
        for (symbol, count) in self.count_by(assets, Dimension::Drift) {
            let state = self.symbols.word(symbol).and_then(|word| DriftState::parse(word));
            tally.add_many(state.unwrap_or(DriftState::Unknown), count);
        }
        tally
    }
}
