//! Takes in what a connector saw, scope by scope, and turns it into facts.
//!
//! **Invariants:** an unchanged scope costs one comparison of digests. A fact, its drift, the findings that it proves
//! and its events commit together. Nothing is removed before the whole collection ended, and then only what is missing
//! from scopes that were listed completely; a mass disappearance is held back until a person confirms it.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use qlrf_connectors::inventory::{ConnectError, Observed, Sink};
use qlrf_core::asset::{Asset, Confidence, Software};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::{AssetId, ConnectorId, OrgId};
use qlrf_core::normalise;
use qlrf_core::time::Timestamp;
use qlrf_store::asset::{NewFact, word};
use qlrf_store::scope::{Closing, Remembered};
use qlrf_store::{Store, TenantTx, asset, clock, content, drift as drift_rows, outbox, scope};
use serde_json::json;

use super::discovery::Watch;
use super::drift::{Judge, Subject};
use super::matching;
use super::sync::Lease;

/// Assets per transaction: large enough to amortise a round trip, small enough to keep other writers waiting briefly.
const BATCH_ASSETS: usize = 2_000;
/// Assets of one scope held in memory until it is closed. A connector splits what is larger.
const SCOPE_ASSETS_MAX: usize = 250_000;
/// Losing more than this share of a connector's assets at once, and at least so many, needs a person's word.
const SHRINK_SHARE_MAX: f64 = 0.2;
const SHRINK_ASSETS_MIN: usize = 3;

/// What a collection did, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub scopes: i32,
    pub partial_scopes: i32,
    pub added: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub removed: i32,
    pub held_back: i32,
    pub problems: i32,
    /// The first problem, or why the first partial scope is partial.
    pub code: Option<String>,
    pub detail: Option<String>,
}

pub struct Ingest {
    store: Store,
    org: OrgId,
    connector: ConnectorId,
    lease: Lease,
    confirm_removals: bool,
    judge: Judge,
    watch: Watch,
    remembered: HashMap<Scope, Remembered>,
    open: BTreeMap<Scope, Vec<Prepared>>,
    /// Scopes that were closed.
    listed: HashSet<Scope>,
    /// Closed scopes whose digest changed, waiting to be written together.
    ready: Vec<Listing>,
    closed: Vec<Closed>,
    /// Assets in changed scopes with the scope that counts, to tell afterwards which ones are missing.
    seen: HashMap<AssetId, i64>,
    /// Scopes that list an asset which was counted in another one. Should that other one let go of it, these must be
    /// read again, and so their digests are not remembered.
    shared: HashSet<i64>,
    tally: Tally,
}

struct Prepared {
    asset: Asset,
    hash: Digest,
}

struct Listing {
    scope: Scope,
    assets: Vec<Prepared>,
    digest: Digest,
    outcome: ScopeOutcome,
}

struct Closed {
    scope_id: i64,
    assets: i32,
    digest: Digest,
    outcome: ScopeOutcome,
    changed: bool,
}

impl Ingest {
    pub async fn begin(
        store: Store,
        org: OrgId,
        connector: ConnectorId,
        lease: Lease,
        confirm_removals: bool,
    ) -> qlrf_store::Result<Ingest> {
        let mut tx = store.tenant(org).await?;
        let remembered = scope::remembered(&mut tx, connector).await?;
        let judge = Judge::load(&mut tx).await?;
        tx.commit().await?;
        Ok(Ingest {
            store,
            org,
            connector,
            lease,
            confirm_removals,
            judge,
            watch: Watch::default(),
            remembered,
            open: BTreeMap::new(),
            listed: HashSet::new(),
            ready: Vec::new(),
            closed: Vec::new(),
            seen: HashMap::new(),
            shared: HashSet::new(),
            tally: Tally::default(),
        })
    }

    /// Writes what is left, removes what is proved to be gone and records the coverage, in one transaction.
    pub async fn finish(mut self) -> qlrf_store::Result<Tally> {
        self.flush().await?;
        let mut tx = self.store.tenant(self.org).await?;
        self.lease.confirm(&mut tx).await?;
        let at = clock::tick(&mut tx).await?;
        let missing = self.find_missing(&mut tx).await?;
        // Counting a whole estate is for when it matters: nearly always nothing is missing.
        let known = match missing.len() >= SHRINK_ASSETS_MIN {
            true => asset::count_of_connector(&mut tx, self.connector).await?,
            false => 0,
        };
        let shrinks = known > 0 && missing.len() as f64 > known as f64 * SHRINK_SHARE_MAX;
        let hold_back = shrinks && !self.confirm_removals;
        let mut unproved: HashSet<i64> = std::mem::take(&mut self.shared);
        if hold_back {
            unproved.extend(missing.iter().map(|(_, scope, _)| *scope));
            self.tally.held_back = count(missing.len());
            self.note(
                "removals_held_back",
                format!(
                    "{} of {known} assets are missing from complete listings; nothing was removed; confirm with \
                     confirm_removals if they are really gone",
                    missing.len()
                ),
            );
        } else {
            self.remove(&mut tx, at, &missing).await?;
        }
        let closings: Vec<Closing> = self
            .closed
            .drain(..)
            .map(|closed| closed.closing(&unproved))
            .collect();
        scope::close(&mut tx, at, &closings).await?;
        outbox::append_all(&mut tx, vec![self.collected_event()], None).await?;
        tx.commit().await?;
        Ok(self.tally)
    }

    async fn find_missing(&self, tx: &mut TenantTx) -> qlrf_store::Result<Vec<(AssetId, i64, String)>> {
        let proving = |closed: &&Closed| closed.changed && closed.outcome == ScopeOutcome::Complete;
        let scopes: Vec<i64> = self
            .closed
            .iter()
            .filter(proving)
            .map(|closed| closed.scope_id)
            .collect();
        let mut assets = asset::list_in_scopes(tx, &scopes).await?;
        assets.retain(|(id, _, _)| !self.seen.contains_key(id));
        Ok(assets)
    }

    async fn remove(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        missing: &[(AssetId, i64, String)],
    ) -> qlrf_store::Result<()> {
        let ids: Vec<AssetId> = missing.iter().map(|(id, _, _)| *id).collect();
        remove_assets(tx, at, &ids).await?;
        self.tally.removed = count(ids.len());
        Ok(())
    }

    fn collected_event(&self) -> NewEvent {
        NewEvent {
            event_type: EventType::InventoryCollected,
            subject: format!("connectors/{}", self.connector),
            data: json!({
                "connector_id": self.connector, "scopes": self.tally.scopes,
                "partial_scopes": self.tally.partial_scopes, "added": self.tally.added,
                "changed": self.tally.changed, "unchanged": self.tally.unchanged,
                "removed": self.tally.removed, "held_back": self.tally.held_back,
            }),
        }
    }

    fn note(&mut self, code: &str, detail: String) {
        self.tally.code.get_or_insert_with(|| code.to_owned());
        self.tally.detail.get_or_insert(detail);
    }

    fn problem(&mut self, code: &str, problem: String) {
        self.tally.problems += 1;
        self.note(code, problem);
    }

    async fn flush(&mut self) -> qlrf_store::Result<()> {
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
        self.judge.judge(tx, at, &subjects).await?;
        self.watch.tell(tx, at, &news.facts).await
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

/// Closes facts and drift of assets that are gone, and says so.
pub async fn remove_assets(tx: &mut TenantTx, at: Timestamp, ids: &[AssetId]) -> qlrf_store::Result<()> {
    asset::close_facts(tx, at, ids).await?;
    let uuids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    drift_rows::close(tx, at, &uuids).await?;
    let event = |id: &AssetId| NewEvent {
        event_type: EventType::AssetRemoved,
        subject: format!("assets/{id}"),
        data: json!({ "asset_id": id }),
    };
    outbox::append_all(tx, ids.iter().map(event).collect(), None).await?;
    Ok(())
}

#[async_trait]
impl Sink for Ingest {
    async fn assets(&mut self, scope: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        let scope = &normalise::scope(scope);
        let held = self.open.get(scope).map_or(0, Vec::len);
        if held + assets.len() > SCOPE_ASSETS_MAX {
            return Err(ConnectError::Sink(format!(
                "one scope holds more than {SCOPE_ASSETS_MAX} assets"
            )));
        }
        for observed in assets {
            let (asset, problems) = read_software(observed).await?;
            for problem in problems {
                self.problem("software_partly_read", problem);
            }
            let mut asset = asset;
            match normalise::asset(&mut asset) {
                Ok(problems) => {
                    for problem in problems {
                        self.problem("asset_partly_taken", problem);
                    }
                    let hash = asset.fact_hash();
                    self.open
                        .entry(scope.clone())
                        .or_default()
                        .push(Prepared { asset, hash });
                }
                Err(problem) => self.problem("asset_refused", problem),
            }
        }
        Ok(())
    }

    async fn close(&mut self, scope: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError> {
        let scope = &normalise::scope(scope);
        // A second, shorter listing of a scope would make the first one's assets look missing.
        if !self.listed.insert(scope.clone()) {
            let name = format!("{} {} {}", scope.account, scope.region, scope.kind);
            return Err(ConnectError::Sink(format!(
                "the scope \"{name}\" was listed twice in one collection"
            )));
        }
        let mut assets = self.open.remove(scope).unwrap_or_default();
        let digest = sort_and_digest(&mut assets);
        self.tally.scopes += 1;
        if let ScopeOutcome::Partial { code, detail } = &outcome {
            self.tally.partial_scopes += 1;
            self.note(code, detail.clone());
        }
        match self.remembered.get(scope) {
            Some(known) if known.digest == Some(digest) && outcome == ScopeOutcome::Complete => {
                self.tally.unchanged += count(assets.len());
                self.closed.push(Closed {
                    scope_id: known.id,
                    assets: count(assets.len()),
                    digest,
                    outcome,
                    changed: false,
                });
            }
            _ => self.ready.push(Listing {
                scope: scope.clone(),
                assets,
                digest,
                outcome,
            }),
        }
        if self
            .ready
            .iter()
            .map(|listing| listing.assets.len().max(1))
            .sum::<usize>()
            >= BATCH_ASSETS
        {
            self.flush()
                .await
                .map_err(|error| ConnectError::Sink(error.to_string()))?;
        }
        Ok(())
    }
}

impl Closed {
    /// `unproved`: scopes whose listing does not tell the whole of what is recorded in them.
    fn closing(self, unproved: &HashSet<i64>) -> Closing {
        let proved = self.outcome == ScopeOutcome::Complete && !unproved.contains(&self.scope_id);
        Closing {
            id: self.scope_id,
            assets: self.assets,
            digest: (proved && self.changed).then_some(self.digest),
            outcome: self.outcome,
        }
    }
}

/// Reads package databases where the connector handed over a root file system. Reading is work for a thread of its own.
async fn read_software(observed: Observed) -> Result<(Asset, Vec<String>), ConnectError> {
    let Observed { mut asset, files } = observed;
    let Some(files) = files else {
        return Ok((asset, Vec::new()));
    };
    let inventory = tokio::task::spawn_blocking(move || qlrf_engines::sbom::read(&*files))
        .await
        .map_err(|error| ConnectError::Sink(format!("reading package databases failed: {error}")))?;
    let problems: Vec<String> = inventory
        .problems
        .iter()
        .map(|p| format!("{}: {}", p.path, p.detail))
        .collect();
    // Half a package database would make the other half look missing.
    if inventory.is_whole() {
        asset.software = Some(Software {
            confidence: Confidence::Observed,
            packages: std::sync::Arc::new(inventory.packages),
        });
    }
    Ok((asset, problems))
}

/// The digest of a listing does not depend on the order in which a provider lists it.
fn sort_and_digest(assets: &mut [Prepared]) -> Digest {
    assets.sort_by(|a, b| (a.asset.kind, &a.asset.native_id).cmp(&(b.asset.kind, &b.asset.native_id)));
    let mut hasher = Hasher::new("scope/1");
    for prepared in assets.iter() {
        hasher.field(word(prepared.asset.kind).as_bytes());
        hasher.field(prepared.asset.native_id.as_bytes());
        hasher.field(&prepared.hash.0);
    }
    hasher.finish()
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

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
