//! Wakes readers of the outbox when something was committed.
//!
//! A wake-up is a hint and carries nothing; the outbox is read in any case. So losing hints costs time only: while the
//! database is away, readers are woken at an interval, and once more when it is back.

use std::collections::HashMap;
use std::time::Duration;

use qlrf_core::id::OrgId;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::bell::Wake;
use super::{Batch, CHANNEL, Cursor, read_after};
use crate::{Result, Store};

/// Without the channel, readers look this often.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// With it, the listener looks this often whether there is something that nobody told of: a process may die between a
/// commit and its hint, and a hint may be lost with a connection that died silently.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How soon to read again when an older transaction holds events back: most take milliseconds. A feed import takes minutes,
/// and whoever waits for the same one looks half as often each time.
const HELD_BACK_MIN: Duration = Duration::from_millis(10);
const HELD_BACK_MAX: Duration = Duration::from_millis(250);

/// Listens for a whole process. Ends when dropped.
pub struct Listener {
    wake: broadcast::Sender<Wake>,
    tasks: [JoinHandle<()>; 2],
}

/// Of one reader, for one tenant.
pub struct Subscription {
    org: OrgId,
    wake: broadcast::Receiver<Wake>,
}

impl Listener {
    pub fn start(store: &Store) -> Listener {
        Listener {
            wake: store.bell().here().clone(),
            tasks: [
                tokio::spawn(listen(store.clone())),
                tokio::spawn(look(store.clone())),
            ],
        }
    }

    /// Subscribe first, then read: what is committed in between wakes.
    pub fn subscribe(&self, org: OrgId) -> Subscription {
        Subscription {
            org,
            wake: self.wake.subscribe(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Subscription {
    /// Ends when the tenant may have something new.
    pub async fn woken(&mut self) {
        loop {
            match self.wake.recv().await {
                Ok(Wake::Org(org)) if org != self.org => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                // The listener is gone, and with it every hint: the interval remains.
                Err(broadcast::error::RecvError::Closed) => return tokio::time::sleep(POLL_INTERVAL).await,
            }
        }
    }

    /// Waits until there is something after the cursor.
    pub async fn next(&mut self, store: &Store, cursor: Cursor, limit: u32) -> Result<Batch> {
        let mut patience = Patience::default();
        loop {
            let mut tx = store.tenant(self.org).await?;
            let batch = read_after(&mut tx, cursor, limit).await?;
            tx.commit().await?;
            match batch {
                Batch::Events {
                    ref events,
                    held_back,
                    ..
                } if events.is_empty() => match held_back {
                    Some(by) => {
                        let _ = tokio::time::timeout(patience.with(by), self.woken()).await;
                    }
                    None => self.woken().await,
                },
                found => return Ok(found),
            }
        }
    }
}

/// How long to wait for a transaction that holds events back.
#[derive(Default)]
struct Patience {
    with: Option<u64>,
    wait: Duration,
}

impl Patience {
    /// Longer each time for the same one, and short again for another.
    fn with(&mut self, transaction: u64) -> Duration {
        self.wait = match self.with.replace(transaction) == Some(transaction) {
            true => (self.wait * 2).min(HELD_BACK_MAX),
            false => HELD_BACK_MIN,
        };
        self.wait
    }
}

async fn listen(store: Store) {
    loop {
        if let Err(error) = listen_once(&store).await {
            if matches!(error, sqlx::Error::PoolClosed) {
                return;
            }
            tracing::info!(%error, "events are polled for: the notification channel is closed");
        }
        // Nobody subscribed is no error.
        let _ = store.bell().here().send(Wake::Everybody);
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn listen_once(store: &Store) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(store.pool()).await?;
    listener.listen(CHANNEL).await?;
    let bell = store.bell();
    // What was committed while nobody listened.
    let _ = bell.here().send(Wake::Everybody);
    loop {
        let wake = match listener.try_recv().await? {
            Some(notification) => bell.hear(notification.payload()),
            // Lost and connected again.
            None => Some(Wake::Everybody),
        };
        if let Some(wake) = wake {
            let _ = bell.here().send(wake);
        }
    }
}

/// Wakes the readers of a tenant whose newest event is another one than at the last look. An older transaction that
/// commits after a newer one is not missed: a reader that was woken for the newer one waits for it.
async fn look(store: Store) {
    let mut seen: HashMap<OrgId, Cursor> = HashMap::new();
    loop {
        tokio::time::sleep(LOOK_INTERVAL).await;
        let here = store.bell().here();
        if here.receiver_count() == 0 {
            continue;
        }
        // While the database is away, `listen` wakes everybody.
        for (org, newest) in newest(&store).await.unwrap_or_default() {
            if seen.insert(org, newest) != Some(newest) {
                let _ = here.send(Wake::Org(org));
            }
        }
    }
}

async fn newest(store: &Store) -> Result<Vec<(OrgId, Cursor)>> {
    let mut tx = store.system("look for events").await?;
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "SELECT o.id, e.xid::text, e.id FROM org o CROSS JOIN LATERAL
             (SELECT xid, id FROM outbox WHERE org_id = o.id ORDER BY xid DESC, id DESC LIMIT 1) e",
    )
    .fetch_all(tx.connection())
    .await?;
    tx.commit().await?;
    rows.into_iter()
        .map(|(org, xid, id)| Ok((OrgId::from_uuid(org), Cursor::from_row(&xid, id)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_for_the_same_transaction_looks_less_often_and_for_another_at_once() {
        let mut patience = Patience::default();
        let mut waits = |by: [u64; 9]| by.map(|by| patience.with(by).as_millis());
        assert_eq!(waits([7; 9]), [10, 20, 40, 80, 160, 250, 250, 250, 250]);
        assert_eq!(
            waits([8, 8, 9, 9, 9, 10, 11, 12, 12]),
            [10, 20, 10, 20, 40, 10, 10, 10, 20]
        );
    }
}
