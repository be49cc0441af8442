//! Rung after a commit that told something: readers of this process hear it at once, those of others through the
//! database.
//!
//! Not in the transaction itself: PostgreSQL takes one lock of the whole server when a transaction that notifies commits,
//! and holds it until the commit is on disk, so that all such commits stand in one line. Between the commit and the ring
//! a process may die; so whoever listens looks for itself as well (see [`super::Listener`]).

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qlrf_core::id::OrgId;
use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::CHANNEL;

/// Hints that a slow subscriber may leave unread; beyond that they melt into one.
const BACKLOG: usize = 256;
/// Between two notifications of one process: what is committed meanwhile is told by the next one.
const SPACING: Duration = Duration::from_millis(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wake {
    Org(OrgId),
    Everybody,
}

#[derive(Clone)]
pub(crate) struct Bell(Arc<Inner>);

struct Inner {
    /// Tells the notifications of this process from those of others.
    id: Uuid,
    here: broadcast::Sender<Wake>,
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    wakes: HashSet<Wake>,
    /// A task is under way that takes what is pending.
    sending: bool,
}

impl Bell {
    pub fn new() -> Bell {
        let (here, _) = broadcast::channel(BACKLOG);
        Bell(Arc::new(Inner {
            id: Uuid::now_v7(),
            here,
            pending: Mutex::default(),
        }))
    }

    pub fn here(&self) -> &broadcast::Sender<Wake> {
        &self.0.here
    }

    pub fn ring(&self, pool: &PgPool, wake: Wake) {
        // Nobody subscribed is no error.
        let _ = self.0.here.send(wake);
        let mut pending = self.pending();
        pending.wakes.insert(wake);
        if !pending.sending {
            pending.sending = true;
            tokio::spawn(send_pending(self.clone(), pool.clone()));
        }
    }

    /// What a notification of another process says; `None` for one of our own, which was heard already.
    pub fn hear(&self, payload: &str) -> Option<Wake> {
        let (whom, by) = payload.split_once(' ').unwrap_or((payload, ""));
        if by == self.0.id.to_string() {
            return None;
        }
        Some(whom.parse().map_or(Wake::Everybody, Wake::Org))
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.0
            .pending
            .lock()
            .expect("nothing panics while what is pending is locked")
    }

    /// `None`: nothing is left, and the next ring starts a task again.
    fn take(&self) -> Option<HashSet<Wake>> {
        let mut pending = self.pending();
        let wakes = std::mem::take(&mut pending.wakes);
        pending.sending = !wakes.is_empty();
        pending.sending.then_some(wakes)
    }
}

async fn send_pending(bell: Bell, pool: PgPool) {
    while let Some(wakes) = bell.take() {
        if let Err(error) = notify(&bell, &pool, &wakes).await {
            tracing::debug!(%error, "other processes were not woken and look for themselves");
        }
        tokio::time::sleep(SPACING).await;
    }
}

/// A hint need not survive a crash: its commit waits for no disk.
async fn notify(bell: &Bell, pool: &PgPool, wakes: &HashSet<Wake>) -> sqlx::Result<()> {
    let by = bell.0.id;
    let notifications = wakes.iter().map(|wake| match wake {
        Wake::Org(org) => format!("NOTIFY {CHANNEL}, '{org} {by}';"),
        Wake::Everybody => format!("NOTIFY {CHANNEL}, '* {by}';"),
    });
    let notifications: String = notifications.collect();
    let statement = format!("BEGIN; SET LOCAL synchronous_commit = off; {notifications} COMMIT");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(pool).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_process_says_is_heard_and_what_this_one_said_is_not() {
        let (bell, org) = (Bell::new(), OrgId::generate());
        let other = Uuid::now_v7();
        assert_eq!(bell.hear(&format!("{org} {other}")), Some(Wake::Org(org)));
        assert_eq!(bell.hear(&format!("* {other}")), Some(Wake::Everybody));
        assert_eq!(bell.hear(&org.to_string()), Some(Wake::Org(org)));
        assert_eq!(bell.hear(&format!("{org} {}", bell.0.id)), None);
    }
}
