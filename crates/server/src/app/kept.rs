//! What was counted over the days of a whole estate, kept as long as its view is the newest: pages ask for it again and
//! again, and nothing but a new view or a new day changes it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use qlrf_core::id::OrgId;
use qlrf_core::time::Date;

use crate::fleet::Fleet;

/// The first day, and how many.
pub type Days = (Date, u32);

struct Entry<T> {
    fleet: Weak<Fleet>,
    days: Days,
    counted: Arc<T>,
}

/// One for each organisation.
pub struct Kept<T>(Mutex<HashMap<OrgId, Entry<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    pub fn find(&self, org: OrgId, days: Days, fleet: &Arc<Fleet>) -> Option<Arc<T>> {
        let kept = self.0.lock().expect("nothing panics while it is locked");
        let entry = kept.get(&org)?;
        // The entry keeps the place of a view that is gone, so that no other view can stand there.
        let holds = entry.days == days && std::ptr::eq(entry.fleet.as_ptr(), Arc::as_ptr(fleet));
        holds.then(|| entry.counted.clone())
    }

    pub fn keep(&self, org: OrgId, days: Days, fleet: &Arc<Fleet>, counted: Arc<T>) {
        let entry = Entry {
            fleet: Arc::downgrade(fleet),
            days,
            counted,
        };
        let mut kept = self.0.lock().expect("nothing panics while it is locked");
        kept.insert(org, entry);
    }
}
