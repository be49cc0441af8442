//! The collector: queues what is due, and runs what is queued.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qlrf_core::id::{ConnectorId, OrgId, SyncId};
use qlrf_core::time::now;
use qlrf_store::{Result, Store, sync};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::roles::Start;

/// How long a queued collection waits when nobody nudged this process.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Collections that one process runs at a time.
const RUNNING_MAX: usize = 4;

/// Runs until the process stops. A collection that is under way then is dropped: it is queued again by whoever finds
/// its lease free.
pub async fn run(mut start: Start) -> anyhow::Result<()> {
    let owner: Arc<str> = Uuid::now_v7().to_string().into();
    let running: Arc<Mutex<HashSet<ConnectorId>>> = Arc::default();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.try_join_next().is_some() {}
        match find_work(&start.app.store).await {
            Ok(work) => {
                for (org, connector, _) in work {
                    let mut known = running.lock().expect("nothing panics while the set is locked");
                    if known.len() < RUNNING_MAX && known.insert(connector) {
                        tasks.spawn(run_one(
                            start.clone(),
                            org,
                            connector,
                            owner.clone(),
                            running.clone(),
                        ));
                    }
                }
            }
            Err(error) => tracing::warn!("the queue of collections could not be read: {error}"),
        }
        tokio::select! {
            () = start.app.collections_queued.notified() => {}
            more = start.stop.sleep(LOOK_EVERY) => if !more { return Ok(()) },
        }
    }
}

async fn find_work(store: &Store) -> Result<Vec<(OrgId, ConnectorId, SyncId)>> {
    let mut tx = store.system("queue due collections").await?;
    sync::queue_due(&mut tx, now()).await?;
    let open = sync::list_open(&mut tx, 4 * RUNNING_MAX as i64).await?;
    tx.commit().await?;
    Ok(open)
}

async fn run_one(
    start: Start,
    org: OrgId,
    connector: ConnectorId,
    owner: Arc<str>,
    running: Arc<Mutex<HashSet<ConnectorId>>>,
) {
    match super::sync::run_next(&start.app.store, &start.app.grants, org, connector, &owner).await {
        // What was queued meanwhile, or queued again after an interruption, goes on at once.
        Ok(Some(_)) => start.app.collections_queued.notify_one(),
        Ok(None) => {}
        Err(error) => {
            tracing::error!(org.id = %org, connector.id = %connector, "a collection could not be run: {error}")
        }
    }
    running
        .lock()
        .expect("nothing panics while the set is locked")
        .remove(&connector);
}
