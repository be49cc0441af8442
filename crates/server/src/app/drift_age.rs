//! Drift over time, of assets whose facts had grown too old to say that they were current.

use std::collections::HashMap;

use qlrf_core::drift::DriftState;
use qlrf_core::time::{Date, Duration, Timestamp};
use qlrf_engines::drift::trend::{Interval, Point};
use qlrf_store::{Result, TenantTx, freshness};
use time::UtcOffset;
use uuid::Uuid;

/// At which days of a series each asset was unknown by age; assets that never were are not in it.
pub struct Doubts {
    of_asset: HashMap<Uuid, Vec<i32>>,
    at: Timestamp,
}

impl Doubts {
    /// A day speaks of its end, the last one of `at`.
    pub async fn load(tx: &mut TenantTx, (first, last): (Date, Date), at: Timestamp) -> Result<Doubts> {
        let days = (last - first).whole_days().max(0);
        let end = |n: i64| (first + Duration::days(n + 1)).midnight().assume_utc().min(at);
        let moments: Vec<Timestamp> = (0..=days).map(end).collect();
        let of_asset = freshness::list_unknown(tx, &moments).await?;
        Ok(Doubts { of_asset, at })
    }

    /// Takes them out of the current ones on those days, as the fleet view does.
    pub fn apply(&self, points: &mut [Point], intervals: &[(Uuid, Interval)]) {
        if self.of_asset.is_empty() {
            return;
        }
        for (id, interval) in intervals {
            let current = interval.state == DriftState::Current;
            for place in self.of_asset.get(id).filter(|_| current).into_iter().flatten() {
                let point = usize::try_from(*place)
                    .ok()
                    .and_then(|place| points.get_mut(place));
                if let Some(point) = point.filter(|point| self.held(interval, point.day)) {
                    point.tally.current = point.tally.current.saturating_sub(1);
                    point.tally.unknown += 1;
                }
            }
        }
    }

    /// As the trend counts it: a day shows what holds at its end.
    fn held(&self, interval: &Interval, day: Date) -> bool {
        let date = |at: Timestamp| at.to_offset(UtcOffset::UTC).date();
        let ended = interval.to.filter(|to| *to <= self.at);
        interval.from <= self.at && date(interval.from) <= day && ended.is_none_or(|to| date(to) > day)
    }
}
