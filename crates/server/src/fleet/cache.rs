//! The views that are kept: the newest of each tenant, and a few past ones.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use qlrf_core::id::OrgId;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::{Result, Store, clock, feed};
use tokio::sync::{Mutex, OnceCell, Semaphore};

use super::Fleet;

/// Past views kept over all tenants, and as many may be built at once: enough for a person who moves a time slider, small
/// enough for a laptop.
const PAST_MAX: usize = 4;

/// The newest view of one tenant; locked while it is brought up to date.
type Slot = Arc<Mutex<Option<Arc<Fleet>>>>;
/// Those that were asked for last stand at the end. A view is built once, by the first who asks, and nobody else waits for it.
type Past = VecDeque<(OrgId, Timestamp, Arc<OnceCell<Arc<Fleet>>>)>;

#[derive(Clone)]
pub struct Fleets {
    store: Store,
    current: Arc<Mutex<HashMap<OrgId, Slot>>>,
    past: Arc<Mutex<Past>>,
    building: Arc<Semaphore>,
}

impl Fleets {
    pub fn new(store: Store) -> Fleets {
        Fleets {
            store,
            current: Arc::default(),
            past: Arc::default(),
            building: Arc::new(Semaphore::new(PAST_MAX)),
        }
    }

    /// The newest view, brought up to date first, so that whoever wrote reads what it wrote; or the view as of a
    /// moment, which is the newest one when nothing was recorded since.
    pub async fn get(&self, org: OrgId, at: Option<Timestamp>) -> Result<Arc<Fleet>> {
        self.get_at(org, at, at.unwrap_or_else(now)).await
    }

    /// The same, with ages told at a moment of their own: a list that is walked page by page reads the facts of its
    /// first page, and those may be much older than the question.
    pub async fn get_at(&self, org: OrgId, facts: Option<Timestamp>, at: Timestamp) -> Result<Arc<Fleet>> {
        let current = self.current(org).await?;
        let fleet = match facts {
            Some(facts) if current.changed_after(facts) => self.past(org, facts).await?,
            _ => current,
        };
        Ok(fleet.aged(at))
    }

    async fn current(&self, org: OrgId) -> Result<Arc<Fleet>> {
        let slot = self.current.lock().await.entry(org).or_default().clone();
        // Held while the view is brought up to date: those who ask meanwhile wait for the same one.
        let mut slot = slot.lock().await;
        let mut tx = self.store.snapshot(org).await?;
        let fleet = match slot.take() {
            Some(fleet) => {
                let newest = clock::newest(&mut tx).await?.unwrap_or(Timestamp::UNIX_EPOCH);
                let feeds = feed::newest_import(&mut tx, None).await?;
                if fleet.as_of >= newest && fleet.vulnerabilities.feeds_as_of == feeds {
                    fleet
                } else {
                    Arc::new(fleet.follow(&mut tx).await?)
                }
            }
            None => Arc::new(Fleet::load(&mut tx, None).await?),
        };
        let fleet = fleet.aged(now());
        *slot = Some(fleet.clone());
        Ok(fleet)
    }

    async fn past(&self, org: OrgId, at: Timestamp) -> Result<Arc<Fleet>> {
        let cell = self.past_cell(org, at).await;
        let build = || async {
            let _place = self.building.acquire().await.expect("it is never closed");
            let mut tx = self.store.snapshot(org).await?;
            Ok(Arc::new(Fleet::load(&mut tx, Some(at)).await?))
        };
        cell.get_or_try_init(build).await.cloned()
    }

    async fn past_cell(&self, org: OrgId, at: Timestamp) -> Arc<OnceCell<Arc<Fleet>>> {
        let mut past = self.past.lock().await;
        let known = past.iter().position(|(o, t, _)| *o == org && *t == at);
        let entry = known.and_then(|place| past.remove(place));
        let (_, _, cell) = entry.unwrap_or_else(|| (org, at, Arc::default()));
        if past.len() == PAST_MAX {
            past.pop_front();
        }
        past.push_back((org, at, cell.clone()));
        cell
    }
}
