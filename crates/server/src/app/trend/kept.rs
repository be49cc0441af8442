//! What the days of a whole estate were counted from, kept as long as its view is the newest: pages ask for it again
//! and again, and nothing but a new view or a new day changes it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use qlrf_core::id::OrgId;
use qlrf_store::trend::LagDays;

use super::Series;
use super::findings::JudgedDay;
use crate::fleet::Fleet;

pub(super) struct Counted {
    pub judged: Vec<JudgedDay>,
    pub lags: Vec<LagDays>,
}

struct Entry {
    fleet: Weak<Fleet>,
    series: Series,
    counted: Arc<Counted>,
}

/// One for each organisation.
#[derive(Default)]
pub struct Kept(Mutex<HashMap<OrgId, Entry>>);

impl Kept {
    pub(super) fn find(&self, org: OrgId, series: Series, fleet: &Arc<Fleet>) -> Option<Arc<Counted>> {
        let kept = self.0.lock().expect("nothing panics while it is locked");
        let entry = kept.get(&org)?;
        let holds = entry.series.same_days(series) && std::ptr::eq(entry.fleet.as_ptr(), Arc::as_ptr(fleet));
        holds.then(|| entry.counted.clone())
    }

    pub(super) fn keep(&self, org: OrgId, series: Series, fleet: &Arc<Fleet>, counted: Arc<Counted>) {
        let entry = Entry {
            fleet: Arc::downgrade(fleet),
            series,
            counted,
        };
        let mut kept = self.0.lock().expect("nothing panics while it is locked");
        kept.insert(org, entry);
    }
}
