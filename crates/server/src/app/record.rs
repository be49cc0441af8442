//! Facts with all that follows from them, in one transaction: what is a machine that several sources see becomes one
//! fact, and each change its event.

use std::collections::HashSet;

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::asset::NewFact;
use qlrf_store::{Result, TenantTx, asset, drift as drift_rows, outbox};
use serde_json::json;

use super::discovery::Watch;
use super::drift::{Judge, Subject};
use super::machine::{Settled, settle};

/// What sources say otherwise than before.
#[derive(Default)]
pub struct Change<'a> {
    pub facts: Vec<NewFact<'a>>,
    /// Of the facts: assets never seen before.
    pub created: HashSet<AssetId>,
    /// Of the facts: assets that had another one until now.
    pub changed: HashSet<AssetId>,
    /// Not seen any more.
    pub gone: Vec<AssetId>,
    /// A person said something of who this one is.
    pub again: Option<Again<'a>>,
}

#[derive(Clone, Copy)]
pub struct Again<'a> {
    pub asset: AssetId,
    pub reason: &'a str,
}

/// What was written; it is still to be judged.
pub struct Recorded<'a> {
    /// Assets that stand alone.
    alone: Vec<NewFact<'a>>,
    settled: Settled,
}

/// Called after `clock::tick`.
pub async fn record<'a>(tx: &mut TenantTx, at: Timestamp, change: Change<'a>) -> Result<Recorded<'a>> {
    let settled = settle(tx, at, &change).await?;
    let ends = change.changed.iter().chain(&change.gone);
    let ends = ends.filter(|id| !settled.takes(**id)).chain(&settled.closing);
    let ends: Vec<AssetId> = ends.copied().collect();
    let removed: Vec<AssetId> = change.gone.into_iter().filter(|id| !settled.takes(*id)).collect();
    let mut alone = change.facts;
    alone.retain(|fact| !settled.takes(fact.id));
    asset::close_facts(tx, at, &ends).await?;
    let mut events: Vec<NewEvent> = alone
        .iter()
        .map(|fact| asset_event(fact, change.changed.contains(&fact.id)))
        .collect();
    events.extend(settled.events.iter().cloned());
    events.extend(removed.iter().map(|id| removed_event(*id)));
    let recorded = Recorded { alone, settled };
    let facts = recorded.facts();
    if !facts.is_empty() {
        asset::open_facts(tx, at, &facts).await?;
    }
    outbox::append_all(tx, events, None).await?;
    let ended = removed.iter().chain(&recorded.settled.ended);
    let ended: Vec<_> = ended.map(|id| id.as_uuid()).collect();
    drift_rows::close(tx, at, &ended).await?;
    Ok(recorded)
}

impl Recorded<'_> {
    /// Every fact that was opened.
    pub fn facts(&self) -> Vec<NewFact<'_>> {
        let mut facts = self.alone.clone();
        facts.extend(self.settled.facts());
        facts
    }

    pub fn subjects(&self) -> Vec<Subject<'_>> {
        let of_machines = self.settled.facts();
        let mut subjects: Vec<Subject<'_>> = self.alone.iter().map(Subject::of_fact).collect();
        subjects.extend(of_machines.iter().map(Subject::of_fact));
        subjects
    }

    /// For whoever has no judge at hand: most removals leave nothing to judge.
    pub async fn judge(&self, tx: &mut TenantTx, at: Timestamp) -> Result<()> {
        let facts = self.facts();
        if facts.is_empty() {
            return Ok(());
        }
        Judge::load(tx).await?.judge(tx, at, &self.subjects()).await?;
        Watch::default().tell(tx, at, &facts).await
    }
}

pub fn asset_event(fact: &NewFact<'_>, updated: bool) -> NewEvent {
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

pub fn removed_event(id: AssetId) -> NewEvent {
    NewEvent {
        event_type: EventType::AssetRemoved,
        subject: format!("assets/{id}"),
        data: json!({ "asset_id": id }),
    }
}
