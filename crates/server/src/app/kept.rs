//! What was counted over the days of an estate, kept as long as its view is the newest: pages ask for it again and again,
//! and nothing but a new view, a new day or what became too old meanwhile changes it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};

use qlrf_core::error::Result;
use qlrf_core::id::OrgId;
use qlrf_core::time::{Date, Duration, Timestamp};
use roaring::RoaringBitmap;

use crate::fleet::{Filter, Fleet};

/// Filters of one organisation: those that its people look through at the moment.
const FILTERS_MAX: usize = 8;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Those that the filter accepts: the same words may accept others a day later.
    pub assets: RoaringBitmap,
    /// Those that are unknown by age: more of them with every hour without a listing.
    pub unknown: RoaringBitmap,
    /// Without a filter also those that left.
    pub is_whole: bool,
    pub first: Date,
    pub days: u32,
}

impl Asked {
    /// The last `days` days up to a moment, with the filter as people write it.
    pub fn new(fleet: &Fleet, q: &str, days: u32, at: Timestamp) -> Result<Asked> {
        let filter = Filter::parse(q)?;
        let last = at.to_offset(time::UtcOffset::UTC).date();
        Ok(Asked {
            assets: filter.select(fleet, at),
            unknown: Filter::parse("freshness:unknown")?.select(fleet, at),
            is_whole: filter.is_empty(),
            first: last - Duration::days(i64::from(days) - 1),
            days,
        })
    }
}

struct Entry<T> {
    asked: Asked,
    fleet: Weak<Fleet>,
    counted: Arc<T>,
}

/// Of each organisation, the last asked first.
pub struct Kept<T>(Mutex<HashMap<OrgId, VecDeque<Entry<T>>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    pub fn find(&self, org: OrgId, asked: &Asked, fleet: &Arc<Fleet>) -> Option<Arc<T>> {
        let mut kept = self.0.lock().expect("nothing panics while it is locked");
        let entries = kept.get_mut(&org)?;
        // An entry keeps the place of a view that is gone, so that no other view can stand there.
        let holds = |entry: &Entry<T>| std::ptr::eq(entry.fleet.as_ptr(), Arc::as_ptr(fleet));
        let place = entries
            .iter()
            .position(|entry| entry.asked == *asked && holds(entry))?;
        let entry = entries.remove(place)?;
        let counted = entry.counted.clone();
        entries.push_front(entry);
        Some(counted)
    }

    pub fn keep(&self, org: OrgId, asked: Asked, fleet: &Arc<Fleet>, counted: Arc<T>) {
        let mut kept = self.0.lock().expect("nothing panics while it is locked");
        let entries = kept.entry(org).or_default();
        entries.retain(|entry| entry.asked != asked);
        entries.push_front(Entry {
            asked,
            fleet: Arc::downgrade(fleet),
            counted,
        });
        entries.truncate(FILTERS_MAX);
    }
}
