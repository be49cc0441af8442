//! The views that are kept: the newest of each tenant, and a few past ones.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use qlrf_core::id::OrgId;
use qlrf_core::time::Timestamp;
use qlrf_store::{Result, Store, clock, feed};
use tokio::sync::Mutex;

use super::Fleet;

/// Past views kept over all tenants: enough for a person who moves a time slider, small enough for a laptop.
const PAST_MAX: usize = 4;

/// The newest view of one tenant; locked while it is brought up to date.
type Slot = Arc<Mutex<Option<Arc<Fleet>>>>;
type Past = VecDeque<(OrgId, Timestamp, Arc<Fleet>)>;

#[derive(Clone)]
pub struct Fleets {
    store: Store,
    current: Arc<Mutex<HashMap<OrgId, Slot>>>,
    past: Arc<Mutex<Past>>,
}

impl Fleets {
    pub fn new(store: Store) -> Fleets {
        Fleets {
            store,
            current: Arc::default(),
            past: Arc::default(),
        }
    }

    /// The newest view, brought up to date first, so that whoever wrote reads what it wrote; or the view as of a
    /// moment, which is the newest one when nothing was recorded since.
    pub async fn get(&self, org: OrgId, at: Option<Timestamp>) -> Result<Arc<Fleet>> {
        let current = self.current(org).await?;
        match at {
            Some(at) if current.changed_after(at) => self.past(org, at).await,
            _ => Ok(current),
        }
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
        *slot = Some(fleet.clone());
        Ok(fleet)
    }

    async fn past(&self, org: OrgId, at: Timestamp) -> Result<Arc<Fleet>> {
        let mut past = self.past.lock().await;
        if let Some((_, _, fleet)) = past.iter().find(|(o, t, _)| *o == org && *t == at) {
            return Ok(fleet.clone());
        }
        let mut tx = self.store.snapshot(org).await?;
        let fleet = Arc::new(Fleet::load(&mut tx, Some(at)).await?);
        if past.len() == PAST_MAX {
            past.pop_front();
        }
        past.push_back((org, at, fleet.clone()));
        Ok(fleet)
    }
}
