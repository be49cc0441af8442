//! What is new in changed scopes becomes facts, each with its drift, findings and events in one transaction.

use std::collections::{HashMap, HashSet};

use qlrf_core::asset::Installed;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::asset::{Known, NewFact, Recorded, word};
use qlrf_store::listing::{self, Key, Listing};
use qlrf_store::{Result, TenantTx, asset, clock, content, resource, scope, statistics};
use uuid::Uuid;

use super::{Closed, FACTS_UNCOUNTED_MAX, Ingest, Listed, Prepared, count};
use crate::app::drift::Judge;
use crate::app::matching;
use crate::app::record::{Change, record};

impl Ingest {
    pub(super) async fn flush(&mut self) -> Result<()> {
        let ready = std::mem::take(&mut self.ready);
        if ready.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.tenant(self.org).await?;
        self.lease.confirm(&mut tx).await?;
        let at = clock::tick(&mut tx).await?;
        self.rules.are_outdated(&mut tx).await?;
        let mut judge = self.take_judge(&mut tx).await?;
        let scope_ids = self.scope_ids(&mut tx, at, &ready).await?;
        let before = listing::load(&mut tx, &scope_ids).await?;
        let rows: Vec<(i64, &Prepared)> = scope_ids
            .iter()
            .zip(&ready)
            .flat_map(|(id, listing)| listing.assets.iter().map(move |prepared| (*id, prepared)))
            .collect();
        let recorded = self.write(&mut tx, at, &mut judge, &rows, &before).await?;
        self.judge = Some(judge);
        self.write_resources(&mut tx, at, &scope_ids, &ready).await?;
        let listings = self.remember(&scope_ids, &ready, &before, recorded);
        listing::store(&mut tx, at, &listings).await?;
        tx.commit().await?;
        self.written = self.tally.clone();
        self.count_grown().await?;
        for (scope_id, listing) in scope_ids.into_iter().zip(ready) {
            self.closed.push(Closed {
                scope_id,
                assets: count(listing.assets.len()),
                resources: count(listing.resources.len()),
                digest: listing.digest,
                outcome: listing.outcome,
                changed: true,
                again: false,
            });
        }
        Ok(())
    }

    async fn count_grown(&mut self) -> Result<()> {
        if self.uncounted >= FACTS_UNCOUNTED_MAX {
            statistics::count_grown(&self.store).await?;
            self.uncounted = 0;
        }
        Ok(())
    }

    /// With the images of now. Called after `clock::tick`, which keeps them from changing further.
    async fn take_judge(&mut self, tx: &mut TenantTx) -> Result<Judge> {
        match self.judge.take() {
            Some(mut judge) => {
                judge.refresh(tx).await?;
                Ok(judge)
            }
            None => Judge::load(tx).await,
        }
    }

    /// A scope that is not remembered is new: under the lease of its connector nobody else makes one.
    async fn scope_ids(&self, tx: &mut TenantTx, at: Timestamp, ready: &[Listed]) -> Result<Vec<i64>> {
        let is_new = |listed: &&Listed| !self.remembered.contains_key(&listed.scope);
        let new: Vec<Scope> = ready.iter().filter(is_new).map(|l| l.scope.clone()).collect();
        let mut created = match new.is_empty() {
            true => Vec::new(),
            false => scope::register(tx, self.connector, &new, at).await?,
        }
        .into_iter();
        let id = |listed: &Listed| match self.remembered.get(&listed.scope) {
            Some(known) => known.id,
            None => created.next().expect("as many ids as new scopes"),
        };
        Ok(ready.iter().map(id).collect())
    }

    /// What is recorded in each scope from now on, and what may be missing from it.
    fn remember(
        &mut self,
        scope_ids: &[i64],
        ready: &[Listed],
        before: &HashMap<i64, Listing>,
        mut recorded: HashMap<i64, Listing>,
    ) -> Vec<(i64, Listing)> {
        let mut listings = Vec::with_capacity(ready.len());
        for (id, listed) in scope_ids.iter().zip(ready) {
            let mut listing = recorded.remove(id).unwrap_or_default();
            let complete = listed.outcome == ScopeOutcome::Complete;
            if let Some(before) = before.get(id) {
                if complete {
                    let absent = before.without(&listing);
                    self.absent.extend(absent.map(|asset| (asset, *id)));
                } else {
                    listing.fill(before);
                }
            }
            listings.push((*id, listing));
        }
        listings
    }

    async fn write(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        judge: &mut Judge,
        rows: &[(i64, &Prepared)],
        before: &HashMap<i64, Listing>,
    ) -> Result<HashMap<i64, Listing>> {
        let known = self.find_known(tx, rows, before).await?;
        let mut news = self.compare(rows, &known);
        if !news.moved.is_empty() {
            asset::move_scope(tx, at, &news.moved).await?;
            scope::forget(tx, &news.left).await?;
            self.shared.extend(&news.left);
        }
        let listings = std::mem::take(&mut news.recorded);
        if news.facts.is_empty() {
            return Ok(listings);
        }
        let software = news.facts.iter().filter_map(|fact| fact.asset.software.as_ref());
        let sets: Vec<_> = software.map(|software| software.packages.clone()).collect();
        let interned = content::intern(tx, &sets).await?;
        matching::match_new(tx, at, &interned.new_packages).await?;
        for fact in &mut news.facts {
            fact.installed = fact.asset.software.as_ref().map(|software| Installed {
                confidence: software.confidence,
                packages: software.packages.digest(),
                set_id: interned.set_ids[&software.packages.digest()],
            });
        }
        let created: Vec<&NewFact<'_>> = news
            .facts
            .iter()
            .filter(|fact| news.created.contains(&fact.id))
            .collect();
        asset::create(tx, self.connector, at, &created).await?;
        self.relate(tx, &news).await?;
        let change = Change {
            facts: news.facts,
            created: news.created,
            changed: news.changed.into_iter().collect(),
            ..Change::default()
        };
        let recorded = record(tx, at, change).await?;
        self.uncounted += recorded.facts().len();
        judge.judge(tx, at, &recorded.subjects()).await?;
        self.watch.tell(tx, at, &recorded.facts()).await?;
        Ok(listings)
    }

    /// What they point to, where any of them ever did.
    async fn relate(&mut self, tx: &mut TenantTx, news: &News<'_>) -> Result<()> {
        if self.relates {
            let changed: Vec<Uuid> = news.changed.iter().map(|id| id.as_uuid()).collect();
            resource::forget_relations(tx, &changed).await?;
        }
        let mut relations = Vec::new();
        for fact in &news.facts {
            relations.extend(fact.asset.relations.iter().map(|to| (fact.id.as_uuid(), to)));
        }
        self.relates |= !relations.is_empty();
        resource::relate(tx, self.connector, &relations).await
    }

    /// An asset that the listing of before does not hold is new there, and looked up.
    async fn find_known(
        &self,
        tx: &mut TenantTx,
        rows: &[(i64, &Prepared)],
        before: &HashMap<i64, Listing>,
    ) -> Result<HashMap<(String, String), Known>> {
        let (mut known, mut asked) = (HashMap::new(), Vec::new());
        for (scope_id, prepared) in rows {
            let (asset, hash) = (&prepared.asset, prepared.hash);
            let listing = before.get(scope_id);
            match listing.and_then(|listing| listing.find(Key::of(asset), hash)) {
                Some((id, same)) => {
                    let there = Known {
                        id,
                        scope_id: *scope_id,
                        recorded: Recorded::new(Some(same)),
                    };
                    known.insert((word(asset.kind), asset.native_id.clone()), there);
                }
                None => asked.push((asset, hash)),
            }
        }
        if !asked.is_empty() {
            known.extend(asset::find_known(tx, self.connector, &asked).await?);
        }
        Ok(known)
    }

    /// Tells what is new from what is known already.
    fn compare<'a>(
        &mut self,
        rows: &[(i64, &'a Prepared)],
        known: &HashMap<(String, String), Known>,
    ) -> News<'a> {
        let mut news = News::default();
        let mut fresh: HashMap<(String, String), i64> = HashMap::new();
        for (scope_id, prepared) in rows {
            let key = (word(prepared.asset.kind), prepared.asset.native_id.clone());
            let before = known.get(&key);
            let id = before.map_or_else(AssetId::generate, |known| known.id);
            let counted = match before {
                Some(_) => self.seen.get(&id).copied(),
                None => fresh.get(&key).copied(),
            };
            if let Some(counted) = counted {
                if counted != *scope_id {
                    self.shared.insert(*scope_id);
                }
                let twice = format!(
                    "\"{}\" is listed twice; the first listing counts",
                    prepared.asset.native_id
                );
                self.problem("asset_listed_twice", twice);
                continue;
            }
            self.seen.insert(id, *scope_id);
            let recorded = news.recorded.entry(*scope_id).or_default();
            recorded.put(Key::of(&prepared.asset), prepared.hash, id);
            if before.is_none() {
                fresh.insert(key, *scope_id);
            }
            if let Some(known) = before.filter(|known| known.scope_id != *scope_id) {
                news.moved.push((id, *scope_id));
                news.left.push(known.scope_id);
            }
            match before.map(|known| known.recorded) {
                Some(Recorded::Same) => {
                    self.tally.unchanged += 1;
                    continue;
                }
                Some(Recorded::Other) => {
                    self.tally.changed += 1;
                    news.changed.push(id);
                }
                // And back again.
                Some(Recorded::Removed) => self.tally.added += 1,
                None => {
                    self.tally.added += 1;
                    news.created.insert(id);
                }
            }
            let (asset, hash) = (&prepared.asset, prepared.hash);
            news.facts.push(NewFact {
                id,
                scope_id: *scope_id,
                asset,
                hash,
                document: match &prepared.document {
                    Some(document) => document.into(),
                    None => asset.fact().0.into(),
                },
                installed: None,
                merged: false,
            });
        }
        news
    }
}

#[derive(Default)]
struct News<'a> {
    facts: Vec<NewFact<'a>>,
    /// By scope: the assets that count there, changed or not.
    recorded: HashMap<i64, Listing>,
    /// Never seen before.
    created: HashSet<AssetId>,
    /// Had another fact until now.
    changed: Vec<AssetId>,
    moved: Vec<(AssetId, i64)>,
    /// Scopes that they were in before. Such a scope may list it still, unchanged: it is read again next time, for the
    /// asset must come back to it when the new scope lets go of it.
    left: Vec<i64>,
}
