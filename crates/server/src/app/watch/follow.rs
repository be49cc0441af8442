//! One watch: begins it, begins it anew when it ends, and asks for a collection when something changed.

use std::time::Duration;

use qlrf_connectors::inventory::{self, ConnectError, Extent, Heard};
use qlrf_core::id::{ConnectorId, OrgId};
use qlrf_core::time::now;
use qlrf_store::connector_watch::{self, Wanted};
use qlrf_store::{Result, TenantTx, connector, sync};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::super::connector::grant_in;
use super::super::sync::Lease;
use super::Tempo;
use crate::opcx::App;

/// As collections say who asked for them.
const REQUESTED_BY: &str = "watch";
/// What is heard and waits; when there is no room, what waits says the same.
const HEARD_MAX: usize = 4;
/// A watch that lasts longer has worked, however it ends.
const STEADY: Duration = Duration::from_secs(60);
const BACK_OFF_MAX: Duration = Duration::from_secs(5 * 60);
/// A collection that takes long is not asked for again at once: of the time, at most one part in this many goes into it.
const REST_FACTOR: u32 = 4;

/// Ends only with an error of the store.
pub async fn follow(app: &App, wanted: Wanted, tempo: Tempo, lease: &Lease) -> Result<()> {
    let mut follower = Follower {
        app,
        org: wanted.org,
        id: wanted.connector,
        tempo,
        lease,
        due: None,
        rested: Instant::now(),
    };
    follower
        .write(async |tx, id| connector_watch::forget(tx, id).await)
        .await?;
    let mut failures = 0;
    loop {
        let begun = Instant::now();
        let ended = follower.listen().await?;
        // What was heard of last is not lost with the watch: it stays due until it may be asked for.
        if follower.due.is_some() && Instant::now() >= follower.rested {
            follower.due = follower.ask().await?;
        }
        failures = if begun.elapsed() >= STEADY {
            0
        } else {
            failures + 1
        };
        if let Err(error) = ended {
            follower.failed(&error).await?;
        }
        sleep(back_off(tempo.back_off, failures)).await;
    }
}

struct Follower<'a> {
    app: &'a App,
    org: OrgId,
    id: ConnectorId,
    tempo: Tempo,
    lease: &'a Lease,
    /// When the collection is asked for that something made due.
    due: Option<Instant>,
    /// None is asked for before.
    rested: Instant,
}

impl Follower<'_> {
    /// One watch, to its end.
    async fn listen(&mut self) -> Result<std::result::Result<(), ConnectError>> {
        let mut tx = self.app.store.tenant(self.org).await?;
        let found = connector::find(&mut tx, self.id).await?;
        let grant = grant_in(&mut tx, &self.app.grants).await?;
        drop(tx);
        let kind = found.as_ref().and_then(|found| inventory::find_kind(&found.kind));
        // Deleted meanwhile: whoever looks next ends this.
        let (Some(found), Some(watch)) = (found, kind.and_then(|kind| kind.watch)) else {
            return Ok(Ok(()));
        };
        let (told, mut heard) = mpsc::channel(HEARD_MAX);
        let mut watching = watch(found.config, grant, told);
        loop {
            // While nothing is due, the time is not looked at.
            let due = self.due.unwrap_or_else(Instant::now);
            tokio::select! {
                ended = &mut watching => {
                    while let Ok(last) = heard.try_recv() {
                        self.take(&last).await?;
                    }
                    return Ok(ended);
                }
                Some(heard) = heard.recv() => self.take(&heard).await?,
                () = sleep_until(due), if self.due.is_some() => self.due = self.ask().await?,
            }
        }
    }

    async fn take(&mut self, heard: &Heard) -> Result<()> {
        if let Heard::Begun { extent, gaps } = heard {
            let state = match extent {
                Extent::All => "watching",
                Extent::Part => "partial",
                Extent::Nothing => "refused",
            };
            let at = now();
            self.write(async |tx, id| connector_watch::begun(tx, id, state, gaps, at).await)
                .await?;
            tracing::info!(org.id = %self.org, connector.id = %self.id, gaps = gaps.len(), "a watch has begun: {state}");
            if *extent == Extent::Nothing {
                return Ok(());
            }
        }
        let settled = Instant::now() + self.tempo.settle;
        self.due.get_or_insert(settled.max(self.rested));
        Ok(())
    }

    /// Asks for a collection. When this is not the time for one: when to try again.
    async fn ask(&mut self) -> Result<Option<Instant>> {
        let mut tx = self.app.store.tenant(self.org).await?;
        let known = connector::find(&mut tx, self.id).await?;
        let Some(known) = known.filter(|known| known.enabled) else {
            return Ok(None);
        };
        // What keeps failing is tried again when its schedule says so.
        if known.failures > 0 {
            return Ok(Some(Instant::now() + self.tempo.rest));
        }
        let newest = sync::list(&mut tx, self.id, None, None, 1).await?.pop();
        if newest.as_ref().is_some_and(|newest| newest.outcome == "running") {
            return Ok(Some(Instant::now() + self.tempo.settle));
        }
        self.lease.confirm(&mut tx).await?;
        sync::queue(&mut tx, self.id, REQUESTED_BY, false, now()).await?;
        tx.commit().await?;
        self.app.collections_queued.notify_one();
        let took = newest.and_then(|newest| Duration::try_from(newest.ended_at? - newest.started_at?).ok());
        let rest = took.unwrap_or_default() * REST_FACTOR;
        self.rested = Instant::now() + self.tempo.rest.max(rest);
        Ok(None)
    }

    async fn failed(&self, error: &ConnectError) -> Result<()> {
        let (error, at) = (error.to_string(), now());
        tracing::warn!(org.id = %self.org, connector.id = %self.id, "a watch failed and will begin anew: {error}");
        self.write(async |tx, id| connector_watch::failed(tx, id, &error, at).await)
            .await
    }

    /// In a transaction that only the holder of the lease can commit.
    async fn write(&self, work: impl AsyncFnOnce(&mut TenantTx, ConnectorId) -> Result<()>) -> Result<()> {
        let mut tx = self.app.store.tenant(self.org).await?;
        self.lease.confirm(&mut tx).await?;
        work(&mut tx, self.id).await?;
        tx.commit().await
    }
}

/// Half of it by chance, so that what failed together is not tried together.
fn back_off(first: Duration, failures: u32) -> Duration {
    let window = first.saturating_mul(1 << failures.min(16)).min(BACK_OFF_MAX);
    window.mul_f64(0.5 + rand::random::<f64>() / 2.0)
}
