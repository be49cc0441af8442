//! What is new in changed scopes becomes facts, each with its drift, findings and events in one transaction.

use std::collections::{HashMap, HashSet};

use qlrf_core::asset::Asset;
use qlrf_core::coverage::Scope;
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::asset::{NewFact, word};
use qlrf_store::{TenantTx, asset, clock, content, outbox, scope};
use serde_json::json;

use super::{Closed, Ingest, Prepared, count};
use crate::app::drift::Subject;
use crate::app::matching;

impl Ingest {
    pub(super) async fn flush(&mut self) -> qlrf_store::Result<()> {
        let ready = std::mem::take(&mut self.ready);
        if ready.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.tenant(self.org).await?;
        self.lease.confirm(&mut tx).await?;
        let at = clock::tick(&mut tx).await?;
        self.judge.refresh(&mut tx).await?;
        let scopes: Vec<Scope> = ready.iter().map(|listing| listing.scope.clone()).collect();
        let scope_ids = scope::register(&mut tx, self.connector, &scopes, at).await?;
        let rows: Vec<(i64, &Prepared)> = scope_ids
            .iter()
            .zip(&ready)
            .flat_map(|(id, listing)| listing.assets.iter().map(move |prepared| (*id, prepared)))
            .collect();
        self.write(&mut tx, at, &rows).await?;
        tx.commit().await?;
        for (scope_id, listing) in scope_ids.into_iter().zip(ready) {
            self.closed.push(Closed {
                scope_id,
                assets: count(listing.assets.len()),
                digest: listing.digest,
                outcome: listing.outcome,
                changed: true,
            });
        }
        Ok(())
    }

    async fn write(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        rows: &[(i64, &Prepared)],
    ) -> qlrf_store::Result<()> {
        let assets: Vec<&Asset> = rows.iter().map(|(_, prepared)| &prepared.asset).collect();
        let known = asset::find_known(tx, self.connector, &assets).await?;
        let mut news = self.compare(rows, &known);
        asset::move_scope(tx, &news.moved).await?;
        scope::forget(tx, &news.left).await?;
        if news.facts.is_empty() {
            return Ok(());
        }
        let software = news.facts.iter().filter_map(|fact| fact.asset.software.as_ref());
        let sets: Vec<_> = software.map(|software| software.packages.clone()).collect();
        let interned = content::intern(tx, &sets).await?;
        matching::match_new(tx, at, &interned.new_packages).await?;
        for fact in &mut news.facts {
            let set = fact
                .asset
                .software
                .as_ref()
                .map(|software| software.packages.digest());
            fact.package_set_id = set.map(|digest| interned.set_ids[&digest]);
        }
        let created: Vec<&NewFact<'_>> = news
            .facts
            .iter()
            .filter(|fact| news.created.contains(&fact.id))
            .collect();
        asset::create(tx, self.connector, at, &created).await?;
        asset::close_facts(tx, at, &news.changed).await?;
        asset::open_facts(tx, at, &news.facts).await?;
        let changed: HashSet<AssetId> = news.changed.into_iter().collect();
        let events: Vec<NewEvent> = news
            .facts
            .iter()
            .map(|fact| asset_event(fact, changed.contains(&fact.id)))
            .collect();
        outbox::append_all(tx, events, None).await?;
        let subjects: Vec<Subject> = news.facts.iter().map(Subject::of_fact).collect();
        self.judge.judge(tx, at, &subjects).await
    }

    /// Tells what is new from what is known already.
    fn compare<'a>(
        &mut self,
        rows: &[(i64, &'a Prepared)],
        known: &HashMap<(String, String), asset::Known>,
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
            if before.is_none() {
                fresh.insert(key, *scope_id);
            }
            if let Some(known) = before.filter(|known| known.scope_id != *scope_id) {
                news.moved.push((id, *scope_id));
                news.left.push(known.scope_id);
            }
            match before.map(|known| known.fact_hash) {
                Some(Some(hash)) if hash == prepared.hash => {
                    self.tally.unchanged += 1;
                    continue;
                }
                Some(Some(_)) => {
                    self.tally.changed += 1;
                    news.changed.push(id);
                }
                // Removed before, and back again.
                Some(None) => self.tally.added += 1,
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
                package_set_id: None,
            });
        }
        news
    }
}

#[derive(Default)]
struct News<'a> {
    facts: Vec<NewFact<'a>>,
    /// Never seen before.
    created: HashSet<AssetId>,
    /// Had another fact until now.
    changed: Vec<AssetId>,
    moved: Vec<(AssetId, i64)>,
    /// Scopes that they were in before. Such a scope may list it still, unchanged: it is read again next time, for the
    /// asset must come back to it when the new scope lets go of it.
    left: Vec<i64>,
}

fn asset_event(fact: &NewFact<'_>, updated: bool) -> NewEvent {
    NewEvent {
        event_type: if updated {
            EventType::AssetUpdated
        } else {
            EventType::AssetDiscovered
        },
        subject: format!("assets/{}", fact.id),
        data: json!({
            "asset_id": fact.id, "name": fact.asset.name, "platform": fact.asset.platform,
            "simulated": fact.asset.simulated,
        }),
    }
}
