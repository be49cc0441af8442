//! Takes in what a connector saw, scope by scope, and turns it into facts.
//!
//! **Invariants:** an unchanged scope costs one comparison of digests, a changed one a look at what changed in it. A fact, its drift, the findings that it proves
//! and its events commit together. Nothing is removed before the whole collection ended, and then only what is missing
//! from scopes that were listed completely; a mass disappearance is held back until a person confirms it.

mod images;
mod removal;
mod resources;
mod sink;
mod unlisted;
mod write;

use std::collections::{BTreeMap, HashMap, HashSet};

use qlrf_core::asset::Asset;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::Digest;
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::{AssetId, ConnectorId, OrgId};
use qlrf_core::normalise;
use qlrf_core::time::Timestamp;
use qlrf_store::scope::{Closing, Remembered};
use qlrf_store::{Store, asset, clock, outbox, resource, scope};
use serde_json::json;

pub use self::removal::remove_assets;
use self::resources::{PreparedResource, Seen};
use super::discovery::Watch;
use super::drift::Judge;
use super::mapping::Rules;
use super::sync::Lease;

/// Losing more than this share of a connector's assets at once, and at least so many, needs a person's word.
const SHRINK_SHARE_MAX: f64 = 0.2;
const SHRINK_ASSETS_MIN: usize = 3;

/// After so many new facts the database may take its tables for much smaller than they are.
const FACTS_UNCOUNTED_MAX: usize = 2000;

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
    pub resources_added: i32,
    pub resources_changed: i32,
    pub resources_removed: i32,
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
    /// When what is listed was seen, where that is not now.
    listed_at: Option<Timestamp>,
    rules: Rules,
    /// Kept from one write to the next; a collection that finds nothing new needs none.
    judge: Option<Judge>,
    watch: Watch,
    remembered: HashMap<Scope, Remembered>,
    open: BTreeMap<Scope, Vec<Prepared>>,
    open_resources: BTreeMap<Scope, Vec<PreparedResource>>,
    resources: Seen,
    /// The connector says what hangs together with what.
    relates: bool,
    /// Scopes that were closed.
    listed: HashSet<Scope>,
    /// Of them those that are there no longer.
    gone: HashSet<i64>,
    /// Closed scopes whose digest changed, waiting to be written together.
    ready: Vec<Listed>,
    closed: Vec<Closed>,
    /// Assets that were recorded in scopes which were listed completely without them.
    absent: Vec<(AssetId, i64)>,
    /// Assets in changed scopes with the scope that counts, to tell afterwards which ones are missing.
    seen: HashMap<AssetId, i64>,
    /// Scopes that list an asset which was counted in another one. Should that other one let go of it, these must be
    /// read again, and so their digests are not remembered.
    shared: HashSet<i64>,
    /// Facts written since the database was asked to count what grew.
    uncounted: usize,
    tally: Tally,
    /// What of it was committed.
    written: Tally,
}

struct Prepared {
    asset: Asset,
    /// Not kept of an asset in a scope that is known: it is most likely as it was, and written again if not.
    document: Option<String>,
    hash: Digest,
}

struct Listed {
    scope: Scope,
    assets: Vec<Prepared>,
    resources: Vec<PreparedResource>,
    digest: Digest,
    outcome: ScopeOutcome,
}

struct Closed {
    scope_id: i64,
    assets: i32,
    resources: i32,
    digest: Digest,
    outcome: ScopeOutcome,
    changed: bool,
    /// As it was when the scopes were last confirmed.
    again: bool,
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
        let rules = Rules::load(&mut tx, connector).await?;
        let remembered = scope::remembered(&mut tx, connector).await?;
        let resources = Seen::of(resource::has_any(&mut tx, connector).await?);
        let relates = resource::has_relations(&mut tx, connector).await?;
        tx.commit().await?;
        Ok(Ingest {
            store,
            org,
            connector,
            lease,
            confirm_removals,
            listed_at: None,
            rules,
            judge: None,
            watch: Watch::default(),
            remembered,
            open: BTreeMap::new(),
            open_resources: BTreeMap::new(),
            resources,
            relates,
            listed: HashSet::new(),
            gone: HashSet::new(),
            ready: Vec::new(),
            closed: Vec::new(),
            absent: Vec::new(),
            seen: HashMap::new(),
            shared: HashSet::new(),
            uncounted: 0,
            tally: Tally::default(),
            written: Tally::default(),
        })
    }

    /// Complete listings are of this moment, and not of when they are taken in.
    pub fn listed_at(mut self, at: Timestamp) -> Ingest {
        self.listed_at = Some(at);
        self
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
        let hold_back = shrinks(missing.len(), known) && !self.confirm_removals;
        let mut unproved: HashSet<i64> = std::mem::take(&mut self.shared);
        if hold_back {
            unproved.extend(missing.iter().map(|(_, scope)| *scope));
            self.tally.held_back = count(missing.len());
            self.note_held_back(missing.len(), known, "assets");
        } else {
            self.remove(&mut tx, at, &missing).await?;
        }
        unproved.extend(self.remove_resources(&mut tx, at).await?);
        if self.rules.are_outdated(&mut tx).await? {
            unproved.extend(self.closed.iter().map(|closed| closed.scope_id));
        }
        let closings: Vec<Closing> = self
            .closed
            .drain(..)
            .map(|closed| closed.closing(&unproved, self.listed_at))
            .collect();
        scope::close(&mut tx, self.connector, at, &closings).await?;
        // Where something is still recorded, the next collection asks again.
        let gone: Vec<i64> = self.gone.difference(&unproved).copied().collect();
        scope::retire(&mut tx, self.connector, &gone, at).await?;
        outbox::append_all(&mut tx, vec![self.collected_event()], None).await?;
        tx.commit().await?;
        Ok(self.tally)
    }

    /// Leaves it where it is, as if the process had ended: nothing is removed, and no scope counts as listed. What was written by
    /// then is told.
    pub fn abandon(self) -> Tally {
        Tally {
            added: self.written.added,
            changed: self.written.changed,
            resources_added: self.written.resources_added,
            resources_changed: self.written.resources_changed,
            ..Tally::default()
        }
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
                "resources_added": self.tally.resources_added, "resources_changed": self.tally.resources_changed,
                "resources_removed": self.tally.resources_removed,
            }),
        }
    }

    fn note_held_back(&mut self, missing: usize, known: usize, what: &str) {
        self.note(
            "removals_held_back",
            format!(
                "{missing} of {known} {what} are missing from complete listings; nothing was removed; confirm with \
                 confirm_removals if they are really gone"
            ),
        );
    }

    fn note(&mut self, code: &str, detail: String) {
        self.tally.code.get_or_insert_with(|| code.to_owned());
        self.tally
            .detail
            .get_or_insert_with(|| normalise::detail(&detail));
    }

    fn problem(&mut self, code: &str, problem: String) {
        self.tally.problems += 1;
        self.note(code, problem);
    }
}

impl Closed {
    /// `unproved`: scopes whose listing does not tell the whole of what is recorded in them. A partial one does: what
    /// it left out stays recorded, and its digest is that of no complete listing.
    fn closing(self, unproved: &HashSet<i64>, listed_at: Option<Timestamp>) -> Closing {
        let proved = !unproved.contains(&self.scope_id);
        Closing {
            id: self.scope_id,
            assets: self.assets,
            resources: self.resources,
            digest: (proved && self.changed).then_some(self.digest),
            outcome: self.outcome,
            again: self.again && listed_at.is_none(),
            listed_at,
        }
    }
}

fn shrinks(missing: usize, known: usize) -> bool {
    known > 0 && missing as f64 > known as f64 * SHRINK_SHARE_MAX
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
