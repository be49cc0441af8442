//! Watches on what connectors collect from. Of all processes one watches each connector that follows a schedule and whose
//! kind can be watched; what it hears makes a collection due.

mod follow;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use qlrf_connectors::inventory;
use qlrf_core::id::ConnectorId;
use qlrf_store::connector_watch::{self, Wanted};
use qlrf_store::{Result, Store};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::sync::{Lease, until_lost};
use crate::roles::Start;

/// Of the installation, the oldest first. Those beyond are seen by their interval.
const WATCHED_MAX: i64 = 500;

/// How soon things happen.
#[derive(Clone, Copy, Debug)]
pub struct Tempo {
    /// Between two looks at which connectors are to be watched.
    pub look_every: Duration,
    /// From the first change to the collection that it makes due: others follow the first.
    pub settle: Duration,
    /// At least, between two collections that a watch asks for.
    pub rest: Duration,
    /// After a failure; it doubles with each in a row.
    pub back_off: Duration,
}

impl Tempo {
    pub const USUAL: Tempo = Tempo {
        look_every: Duration::from_secs(5),
        settle: Duration::from_secs(2),
        rest: Duration::from_secs(30),
        back_off: Duration::from_secs(2),
    };
}

/// Runs until the process stops.
pub async fn run(mut start: Start, tempo: Tempo) -> anyhow::Result<()> {
    let owner: Arc<str> = Uuid::now_v7().to_string().into();
    let mut watched: HashMap<ConnectorId, Watched> = HashMap::new();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.try_join_next().is_some() {}
        match find_wanted(&start.app.store).await {
            Ok(wanted) => {
                watched.retain(|_, watched| !watched.goes_on.is_closed() && wanted.contains(&watched.wanted));
                for wanted in wanted {
                    watched.entry(wanted.connector).or_insert_with(|| {
                        let (goes_on, ends) = oneshot::channel();
                        tasks.spawn(watch_one(start.clone(), wanted, tempo, owner.clone(), ends));
                        Watched { wanted, goes_on }
                    });
                }
            }
            Err(error) => tracing::warn!("what is to be watched could not be read: {error}"),
        }
        if !start.stop.sleep(tempo.look_every).await {
            break;
        }
    }
    // Each gives its lease back, so that another process can go on at once.
    drop(watched);
    while tasks.join_next().await.is_some() {}
    Ok(())
}

/// A watch of this process.
struct Watched {
    wanted: Wanted,
    /// The watch ends when this is dropped, and closes it when it has ended.
    goes_on: oneshot::Sender<()>,
}

async fn find_wanted(store: &Store) -> Result<Vec<Wanted>> {
    let kinds = inventory::KINDS.iter().filter(|kind| kind.watch.is_some());
    let kinds: Vec<&str> = kinds.map(|kind| kind.name).collect();
    let mut tx = store.system("find connectors to watch").await?;
    connector_watch::list_wanted(&mut tx, &kinds, WATCHED_MAX).await
}

async fn watch_one(start: Start, wanted: Wanted, tempo: Tempo, owner: Arc<str>, ends: oneshot::Receiver<()>) {
    let Wanted { org, connector, .. } = wanted;
    if let Err(error) = try_watch(&start, wanted, tempo, &owner, ends).await {
        tracing::warn!(org.id = %org, connector.id = %connector, "a watch ended and will begin anew: {error}");
    }
}

async fn try_watch(
    start: &Start,
    wanted: Wanted,
    tempo: Tempo,
    owner: &str,
    ends: oneshot::Receiver<()>,
) -> Result<()> {
    let (store, org) = (&start.app.store, wanted.org);
    let Some(lease) = Lease::take_watch(store, org, wanted.connector, owner).await? else {
        return Ok(());
    };
    let mut stop = start.stop.clone();
    let followed = tokio::select! {
        followed = follow::follow(&start.app, wanted, tempo, &lease) => followed,
        () = until_lost(store, org, &lease) => Ok(()),
        _ = ends => Ok(()),
        () = stop.wait() => Ok(()),
    };
    lease.give_back(store, org).await?;
    followed
}
