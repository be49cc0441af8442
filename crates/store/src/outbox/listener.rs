//! Wakes readers of the outbox when something was committed.
//!
//! A wake-up is a hint and carries nothing; the outbox is read in any case. So losing hints costs time only: while the
//! database is away, readers are woken at an interval, and once more when it is back.

use std::str::FromStr;
use std::time::Duration;

use qlrf_core::id::OrgId;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use super::{Batch, CHANNEL, Cursor, read_after};
use crate::{Result, Store};

/// Without the channel, readers look this often.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// With it, readers look this often all the same: a hint may be lost with a connection that died silently.
const CHECK_INTERVAL: Duration = Duration::from_secs(15);
/// How soon to read again when an older transaction holds events back.
const HELD_BACK_INTERVAL: Duration = Duration::from_millis(10);
/// Hints that a slow subscriber may leave unread; beyond that they melt into one.
const BACKLOG: usize = 256;

/// Listens with one connection for a whole process. Ends when dropped.
pub struct Listener {
    wake: broadcast::Sender<Wake>,
    task: JoinHandle<()>,
}

/// Of one reader, for one tenant.
pub struct Subscription {
    org: OrgId,
    wake: broadcast::Receiver<Wake>,
}

#[derive(Clone, Copy, Debug)]
enum Wake {
    Org(OrgId),
    Everybody,
}

impl Listener {
    pub fn start(store: &Store) -> Listener {
        let (wake, _) = broadcast::channel(BACKLOG);
        let task = tokio::spawn(listen(store.clone(), wake.clone()));
        Listener { wake, task }
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
        self.task.abort();
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
        loop {
            let mut tx = store.tenant(self.org).await?;
            let batch = read_after(&mut tx, cursor, limit).await?;
            tx.commit().await?;
            match batch {
                Batch::Events {
                    ref events,
                    held_back,
                    ..
                } if events.is_empty() => {
                    if held_back {
                        let _ = tokio::time::timeout(HELD_BACK_INTERVAL, self.woken()).await;
                    } else {
                        self.woken().await;
                    }
                }
                found => return Ok(found),
            }
        }
    }
}

async fn listen(store: Store, wake: broadcast::Sender<Wake>) {
    loop {
        if let Err(error) = listen_once(&store, &wake).await {
            if matches!(error, sqlx::Error::PoolClosed) {
                return;
            }
            tracing::info!(%error, "events are polled for: the notification channel is closed");
        }
        // Nobody subscribed is no error.
        let _ = wake.send(Wake::Everybody);
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn listen_once(store: &Store, wake: &broadcast::Sender<Wake>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(store.pool()).await?;
    listener.listen(CHANNEL).await?;
    // What was committed while nobody listened.
    let _ = wake.send(Wake::Everybody);
    loop {
        match tokio::time::timeout(CHECK_INTERVAL, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => {
                let org = OrgId::from_str(notification.payload());
                let _ = wake.send(org.map_or(Wake::Everybody, Wake::Org));
            }
            // Lost and connected again; or long silence.
            Ok(Ok(None)) | Err(_) => {
                let _ = wake.send(Wake::Everybody);
            }
            Ok(Err(error)) => return Err(error),
        }
    }
}
