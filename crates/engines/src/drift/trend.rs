//! Coverage over time, from the intervals in which each asset was in each state.

use qlrf_core::drift::DriftState;
use qlrf_core::time::{Date, Timestamp};
use time::{Duration, UtcOffset};

use super::coverage::Tally;

/// A longer series is drawn by weeks or months, not by days.
pub const DAYS_MAX: usize = 3_700;

/// One asset was in `state` from `from` until before `to`; open when it still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub state: DriftState,
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub day: Date,
    pub tally: Tally,
}

/// One point for each day in UTC from `first` to `last`, both included: the states as they were when the day ended, or
/// at `now` for the day that has not. One pass over the intervals and one over the days.
///
/// Days after `now` are left out, and so is everything beyond [`DAYS_MAX`] days.
pub fn daily(
    intervals: impl IntoIterator<Item = Interval>,
    first: Date,
    last: Date,
    now: Timestamp,
) -> Vec<Point> {
    let now = now.to_offset(UtcOffset::UTC);
    let last = last.min(now.date());
    let days = usize::try_from((last - first).whole_days() + 1)
        .unwrap_or(0)
        .min(DAYS_MAX);
    let mut deltas = vec![[0_i64; DriftState::ALL.len()]; days + 1];
    // A day shows a state that holds at its end, that is, one that began on it or before and ended after it.
    let index = |at: Timestamp| {
        let day = (at.to_offset(UtcOffset::UTC).date() - first).whole_days();
        usize::try_from(day.max(0)).unwrap_or(usize::MAX).min(days)
    };
    for interval in intervals {
        if interval.from > now || interval.to.is_some_and(|to| to <= interval.from) {
            continue;
        }
        let slot = DriftState::ALL
            .iter()
            .position(|state| *state == interval.state)
            .unwrap_or_default();
        deltas[index(interval.from)][slot] += 1;
        if let Some(to) = interval
            .to
            .filter(|to| *to <= now && to.to_offset(UtcOffset::UTC).date() >= first)
        {
            deltas[index(to)][slot] -= 1;
        } else if interval.to.is_some_and(|to| to <= now) {
            deltas[0][slot] -= 1;
        }
    }
    let mut running = [0_i64; DriftState::ALL.len()];
    let mut points = Vec::with_capacity(days);
    for (offset, delta) in deltas.iter().take(days).enumerate() {
        let mut tally = Tally::default();
        for (slot, state) in DriftState::ALL.iter().enumerate() {
            running[slot] += delta[slot];
            tally.add_many(*state, u64::try_from(running[slot]).unwrap_or(0));
        }
        let offset = Duration::days(i64::try_from(offset).unwrap_or(i64::MAX));
        points.push(Point {
            day: first.saturating_add(offset),
            tally,
        });
    }
    points
}
