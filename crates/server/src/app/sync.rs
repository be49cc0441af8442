//! Runs one collection of one connector, under its lease.

use std::time::Duration;

use qlrf_connectors::grant::{Grant, Grants};
use qlrf_connectors::inventory::{self, ConnectError};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::{ConnectorId, OrgId, SyncId};
use qlrf_core::normalise;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::connector::Connector;
use qlrf_store::sync::Sync;
use qlrf_store::{Error, Result, Store, TenantTx, connector, connector_watch, lease, outbox, sync};
use serde_json::json;

use super::ingest::{Ingest, Tally};

/// A worker that dies is replaced after this long.
const LEASE: Duration = Duration::from_secs(30);
const LEASE_RENEWED_EVERY: Duration = Duration::from_secs(10);
/// How often a collection looks whether somebody asked to stop it, in whichever process.
const CANCEL_SEEN_EVERY: Duration = Duration::from_secs(1);
/// However often a connector failed, it is tried again after this long.
const BACK_OFF_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs what waits for this connector. `None` when another worker has it, or nothing waits.
pub async fn run_next(
    store: &Store,
    grants: &Grants,
    org: OrgId,
    id: ConnectorId,
    owner: &str,
) -> Result<Option<Sync>> {
    let Some(lease) = Lease::take(store, org, id, owner).await? else {
        return Ok(None);
    };
    let outcome = run_leased(store, grants, org, id, &lease).await;
    lease.give_back(store, org).await?;
    outcome
}

/// The right to collect from one connector, or to watch it. Whatever is written under it confirms it in the same transaction.
#[derive(Clone)]
pub struct Lease {
    name: String,
    epoch: i64,
}

impl Lease {
    /// `None` while somebody holds it, be it the same owner.
    pub async fn take(store: &Store, org: OrgId, id: ConnectorId, owner: &str) -> Result<Option<Lease>> {
        Lease::take_named(store, org, format!("sync/{id}"), owner).await
    }

    pub async fn take_watch(
        store: &Store,
        org: OrgId,
        id: ConnectorId,
        owner: &str,
    ) -> Result<Option<Lease>> {
        Lease::take_named(store, org, connector_watch::lease_name(id), owner).await
    }

    async fn take_named(store: &Store, org: OrgId, name: String, owner: &str) -> Result<Option<Lease>> {
        let mut tx = store.tenant(org).await?;
        let epoch = lease::acquire(&mut tx, &name, owner, LEASE).await?;
        tx.commit().await?;
        Ok(epoch.map(|epoch| Lease { name, epoch }))
    }

    pub async fn give_back(&self, store: &Store, org: OrgId) -> Result<()> {
        let mut tx = store.tenant(org).await?;
        lease::release(&mut tx, &self.name, self.epoch).await?;
        tx.commit().await
    }

    pub async fn confirm(&self, tx: &mut TenantTx) -> Result<()> {
        match lease::confirm(tx, &self.name, self.epoch).await? {
            true => Ok(()),
            false => Err(Error::Fenced(format!(
                "the lease \"{}\" was taken over",
                self.name
            ))),
        }
    }
}

async fn run_leased(
    store: &Store,
    grants: &Grants,
    org: OrgId,
    id: ConnectorId,
    lease: &Lease,
) -> Result<Option<Sync>> {
    let mut tx = store.tenant(org).await?;
    // Without it, a worker that slept through its lease would take the sync of its successor for an interrupted one.
    lease.confirm(&mut tx).await?;
    let Some(connector) = connector::find(&mut tx, id).await? else {
        return Ok(None);
    };
    let Some(mut sync) = sync::start_next(&mut tx, id, now()).await? else {
        // One that was to be stopped, and whose worker died, has ended with this.
        tx.commit().await?;
        return Ok(None);
    };
    let grant = super::connector::grant_in(&mut tx, grants).await?;
    tx.commit().await?;
    tracing::info!(org.id = %org, connector.id = %id, connector.kind = connector.kind, "collecting {}", connector.name);
    let meter = grant.meter.clone();
    let collected = tokio::select! {
        collected = collect(store, grant, org, &connector, &sync, lease) => collected,
        () = until_lost(store, org, lease) => Err(lost()),
    };
    conclude(&mut sync, collected);
    sync.requests = i64::try_from(meter.requests()).ok();
    let mut tx = store.tenant(org).await?;
    // Whoever took over has marked this sync as interrupted and runs it again; its outcome is not ours to tell.
    lease.confirm(&mut tx).await?;
    sync::end(&mut tx, &sync, next_sync_at(&connector, &sync)).await?;
    tell_failed(&mut tx, &sync).await?;
    tx.commit().await?;
    let counts = format!(
        "{} added, {} changed, {} removed; resources: {} added, {} changed, {} removed",
        sync.added,
        sync.changed,
        sync.removed,
        sync.resources_added,
        sync.resources_changed,
        sync.resources_removed
    );
    tracing::info!(
        org.id = %org, connector.id = %id, code = sync.code, detail = sync.detail,
        "collection of {} ended {}: {counts}", connector.name, sync.outcome
    );
    Ok(Some(sync))
}

const FAILED: &str = "failed";
const CANCELLED: &str = "cancelled";

/// Nothing else tells who looks on that a collection has ended which was not applied as a whole.
pub(super) async fn tell_failed(tx: &mut TenantTx, sync: &Sync) -> Result<()> {
    if ![FAILED, CANCELLED].contains(&&sync.outcome[..]) {
        return Ok(());
    }
    let event = NewEvent {
        event_type: EventType::InventoryFailed,
        subject: format!("connectors/{}", sync.connector_id),
        data: json!({
            "connector_id": sync.connector_id, "sync_id": sync.id, "outcome": sync.outcome, "code": sync.code,
            "cancelled_by": sync.cancelled_by,
        }),
    };
    outbox::append_all(tx, vec![event], None).await?;
    Ok(())
}

/// Why a collection could not be carried to its end.
pub(super) struct Failure {
    outcome: &'static str,
    code: &'static str,
    detail: String,
    /// What was taken in before.
    tally: Tally,
}

impl Failure {
    pub fn collection(error: &ConnectError) -> Failure {
        Failure {
            outcome: FAILED,
            code: error.code(),
            detail: error.to_string(),
            tally: Tally::default(),
        }
    }
}

async fn collect(
    store: &Store,
    grant: Grant,
    org: OrgId,
    connector: &Connector,
    sync: &Sync,
    lease: &Lease,
) -> std::result::Result<Tally, Failure> {
    let id = ConnectorId::from_uuid(connector.id);
    let failed = |code, detail: String| Failure {
        outcome: FAILED,
        code,
        detail,
        tally: Tally::default(),
    };
    let unwritten = |error: Error| match error {
        Error::Fenced(detail) => failed("lease_lost", detail),
        other => failed("database_unavailable", other.to_string()),
    };
    let kind = inventory::find_kind(&connector.kind).ok_or_else(|| {
        failed(
            "connector_kind_unknown",
            format!("this version has no connector \"{}\"", connector.kind),
        )
    })?;
    let source = (kind.build)(connector.config.clone(), grant)
        .map_err(|error| failed("connector_config_invalid", error.to_string()))?;
    // Before its assets, so that they find what they run; images go on as the estate's days do.
    if kind.name == inventory::sim::KIND.name {
        let registered = register_images(store, org, &connector.config).await;
        registered.map_err(|error| failed(error.code, error.to_string()))?;
        // At once: what is collected from here on is judged by them anyway, and would be judged twice.
        super::drift::reconcile(store, org).await.map_err(unwritten)?;
    }
    let begun = Ingest::begin(store.clone(), org, id, lease.clone(), sync.confirm_removals).await;
    let mut ingest = begun.map_err(unwritten)?;
    let collected = tokio::select! {
        collected = source.collect(&mut ingest) => collected,
        by = until_cancelled(store, org, SyncId::from_uuid(sync.id)) => return Err(cancelled(&by, ingest.abandon())),
    };
    // Scopes that were closed before it failed are proved and kept.
    let tally = ingest.finish().await.map_err(unwritten)?;
    match collected {
        Ok(()) => Ok(tally),
        Err(error) => Err(Failure {
            tally,
            ..Failure::collection(&error)
        }),
    }
}

async fn register_images(
    store: &Store,
    org: OrgId,
    config: &serde_json::Value,
) -> qlrf_core::error::Result<()> {
    let mut tx = store.tenant(org).await?;
    super::image::register_simulated(&mut tx, config).await?;
    Ok(tx.commit().await?)
}

fn lost() -> Failure {
    let detail = "the lease on this connector was lost; another worker may have taken over".to_owned();
    Failure {
        outcome: FAILED,
        code: "lease_lost",
        detail,
        tally: Tally::default(),
    }
}

fn cancelled(by: &str, tally: Tally) -> Failure {
    Failure {
        outcome: CANCELLED,
        code: "sync_cancelled",
        detail: format!("stopped by {by}: what was written by then is kept, and nothing was removed"),
        tally,
    }
}

/// Looks for as long as it is waited for; returns who asked to stop.
async fn until_cancelled(store: &Store, org: OrgId, id: SyncId) -> String {
    loop {
        tokio::time::sleep(CANCEL_SEEN_EVERY).await;
        // A database that cannot be asked stops the collection elsewhere.
        if let Ok(Some(by)) = find_cancelled(store, org, id).await {
            return by;
        }
    }
}

async fn find_cancelled(store: &Store, org: OrgId, id: SyncId) -> Result<Option<String>> {
    sync::find_cancelled(&mut store.tenant(org).await?, id).await
}

/// Renews the lease for as long as it is waited for; returns only when it was lost.
pub(super) async fn until_lost(store: &Store, org: OrgId, lease: &Lease) {
    loop {
        tokio::time::sleep(LEASE_RENEWED_EVERY).await;
        if !matches!(renew(store, org, lease).await, Ok(true)) {
            return;
        }
    }
}

async fn renew(store: &Store, org: OrgId, held: &Lease) -> Result<bool> {
    let mut tx = store.tenant(org).await?;
    let renewed = lease::renew(&mut tx, &held.name, held.epoch, LEASE).await?;
    tx.commit().await?;
    Ok(renewed)
}

pub(super) fn conclude(sync: &mut Sync, collected: std::result::Result<Tally, Failure>) {
    let (tally, failure) = match collected {
        Ok(tally) => (tally, None),
        Err(failure) => (
            failure.tally,
            Some((failure.outcome, failure.code, failure.detail)),
        ),
    };
    sync.ended_at = Some(now());
    sync.outcome = match &failure {
        Some((outcome, ..)) => outcome,
        None if tally.partial_scopes > 0 || tally.held_back > 0 => "partial",
        None => "complete",
    }
    .to_owned();
    (sync.code, sync.detail) = match failure {
        Some((_, code, detail)) => (Some(code.to_owned()), Some(normalise::detail(&detail))),
        None => (tally.code, tally.detail),
    };
    sync.scopes = tally.scopes;
    sync.partial_scopes = tally.partial_scopes;
    sync.added = tally.added;
    sync.changed = tally.changed;
    sync.unchanged = tally.unchanged;
    sync.removed = tally.removed;
    sync.held_back = tally.held_back;
    sync.problems = tally.problems;
    sync.resources_added = tally.resources_added;
    sync.resources_changed = tally.resources_changed;
    sync.resources_removed = tally.resources_removed;
}

/// After the interval; after twice, four times, eight times the interval when it failed so often in a row.
pub(super) fn next_sync_at(connector: &Connector, sync: &Sync) -> Option<Timestamp> {
    let interval = Duration::from_secs(u64::try_from(connector.interval_s?).unwrap_or_default());
    let failures = if sync.outcome == FAILED {
        connector.failures.unsigned_abs() + 1
    } else {
        0
    };
    let wait = interval
        .saturating_mul(1 << failures.min(16))
        .min(BACK_OFF_MAX.max(interval));
    Some(now() + wait)
}
