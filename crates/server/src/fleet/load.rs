//! Builds a view from the store, whole or from the view before it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use qlrf_core::time::{Timestamp, now};
use qlrf_store::fleet::AssetRow;
use qlrf_store::{Result, TenantTx, clock, feed, fleet as rows, freshness, vulnerability as store};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::row::{Names, Row};
use super::symbols::Symbols;
use super::vulnerability::Vulnerabilities;
use super::{Fleet, Ordinal, order::Orders, postings::Postings};

/// Changed assets read at a time; when a good part of the fleet changed, reading all of it is cheaper.
const FOLLOWED: usize = 2_000;

impl Fleet {
    /// Everything as believed at `as_of`, or as it is now.
    pub async fn load(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Fleet> {
        let newest = clock::newest(tx).await?.unwrap_or(Timestamp::UNIX_EPOCH);
        let names = Names::load(tx).await?;
        let mut fleet = Fleet {
            as_of: as_of.unwrap_or(newest),
            rows: Vec::new(),
            by_id: HashMap::new(),
            live: RoaringBitmap::new(),
            symbols: Symbols::default(),
            sets: Default::default(),
            in_use: RoaringBitmap::new(),
            packages: Arc::default(),
            vulnerabilities: Arc::default(),
            postings: Postings::default(),
            listings: Arc::default(),
            ages: Arc::default(),
            texts: OnceLock::new(),
            orders: Orders::default(),
        };
        match as_of {
            None => rows::each_current(tx, |row| fleet.put(row, &names)).await?,
            Some(at) => rows::each_as_of(tx, at, |row| fleet.put(row, &names)).await?,
        }
        fleet.complete(tx, as_of).await?;
        Ok(fleet)
    }

    /// The view that follows this one: reads only what changed since.
    pub async fn follow(&self, tx: &mut TenantTx) -> Result<Fleet> {
        let newest = clock::newest(tx).await?.unwrap_or(Timestamp::UNIX_EPOCH);
        let changed = rows::list_changed(tx, self.as_of).await?;
        if changed.len() > self.len() / 4 + FOLLOWED {
            return Fleet::load(tx, None).await;
        }
        let names = Names::load(tx).await?;
        let mut fleet = Fleet {
            as_of: newest,
            texts: OnceLock::new(),
            ..self.clone()
        };
        for id in rows::list_removed(tx, self.as_of).await? {
            fleet.remove(id);
        }
        for ids in changed.chunks(FOLLOWED) {
            rows::each_of(tx, ids, |row| fleet.put(row, &names)).await?;
        }
        fleet.complete(tx, None).await?;
        Ok(fleet)
    }

    fn put(&mut self, row: AssetRow, names: &Names) {
        self.forget(row.id);
        let row = Row::new(row, &mut self.symbols, names);
        let next = self.rows.len() as Ordinal;
        let ordinal = *self.by_id.entry(row.id).or_insert(next);
        if ordinal == next {
            self.rows.push(None);
        }
        if let Some(set) = row.package_set_id {
            self.sets.entry(set).or_default().assets.insert(ordinal);
        }
        self.live.insert(ordinal);
        self.postings.insert(ordinal, &row);
        self.rows[ordinal as usize] = Some(Arc::new(row));
    }

    fn remove(&mut self, id: Uuid) {
        if let Some(ordinal) = self.forget(id) {
            self.live.remove(ordinal);
            self.rows[ordinal as usize] = None;
        }
    }

    /// Takes an asset out of everything that tells of its row.
    fn forget(&mut self, id: Uuid) -> Option<Ordinal> {
        let (ordinal, row) = self.find(id).map(|(ordinal, row)| (ordinal, row.clone()))?;
        self.postings.remove(ordinal, &row);
        if let Some(set) = row.package_set_id.and_then(|set| self.sets.get_mut(&set)) {
            set.assets.remove(ordinal);
        }
        Some(ordinal)
    }

    /// Reads the contents of sets that are new, and what is known to be wrong with the packages in use.
    async fn complete(&mut self, tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<()> {
        self.sets.retain(|_, set| !set.assets.is_empty());
        let unread: Vec<i32> = self
            .sets
            .iter()
            .filter(|(_, set)| set.packages.is_none())
            .map(|(id, _)| *id)
            .collect();
        for (id, packages) in rows::load_sets(tx, &unread).await? {
            if let Some(set) = self.sets.get_mut(&id) {
                set.packages = Some(packages.into());
            }
        }
        let in_use: RoaringBitmap = self
            .sets
            .values()
            .flat_map(|set| set.packages().iter().map(|id| *id as u32))
            .collect();
        let before = std::mem::replace(&mut self.in_use, in_use);
        let same_feeds = self.vulnerabilities.feeds_as_of == feed::newest_import(tx, as_of).await?;
        let mut known = if same_feeds && !before.is_empty() {
            let gone = &before - &self.in_use;
            let more = load_names(tx, &(&self.in_use - &before)).await?;
            if !gone.is_empty() || !more.is_empty() {
                let names = Arc::make_mut(&mut self.packages);
                remove_names(names, &gone);
                add_names(names, &more);
            }
            self.vulnerabilities.follow(tx, &gone, &more).await?
        } else {
            let all = load_names(tx, &self.in_use).await?;
            self.packages = Arc::default();
            add_names(Arc::make_mut(&mut self.packages), &all);
            Vulnerabilities::load(tx, &all, as_of).await?
        };
        known.expand(self);
        self.vulnerabilities = Arc::new(known);
        self.listings = Arc::new(freshness::load(tx, as_of).await?);
        self.age(as_of.unwrap_or_else(now));
        Ok(())
    }
}

async fn load_names(tx: &mut TenantTx, ids: &RoaringBitmap) -> Result<Vec<store::PackageName>> {
    let ids: Vec<i32> = ids.iter().map(|id| id as i32).collect();
    match ids.is_empty() {
        true => Ok(Vec::new()),
        false => store::load_package_names(tx, &ids).await,
    }
}

fn remove_names(names: &mut HashMap<Arc<str>, Vec<i32>>, gone: &RoaringBitmap) {
    names.retain(|_, ids| {
        ids.retain(|id| !gone.contains(*id as u32));
        !ids.is_empty()
    });
}

fn add_names(names: &mut HashMap<Arc<str>, Vec<i32>>, packages: &[store::PackageName]) {
    for package in packages {
        names
            .entry(package.name.as_str().into())
            .or_default()
            .push(package.id);
    }
}
