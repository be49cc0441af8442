//! How the estate came to be as it is, counted from facts: findings and patch lag by day, and what drift opened and closed.

mod covered;
mod doubt;
mod findings;
mod lag;
mod report;
mod vulnerability;

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_core::error::Result;
use qlrf_core::time::{Date, Duration, Timestamp, now};
use qlrf_store::TenantTx;
use qlrf_store::trend::{self as rows, SetDays, Window};
use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::api::types::trend::TrendDay;
use crate::app::kept::Asked;
use crate::fleet::{Dimension, Fleet, PackageSet, Symbol};
use crate::opcx::OpCx;

use doubt::Doubts;

pub use report::drift_reports;
pub use vulnerability::of_vulnerability;

/// A bit for each day, and so the longest series.
type Days = u128;
pub const DAYS_MAX: u32 = 90;

fn on(days: Days, n: u32) -> bool {
    days >> n & 1 == 1
}

/// The days that a question is about; the last is the one of `at`.
#[derive(Clone, Copy)]
struct Series {
    first: Date,
    count: u32,
    at: Timestamp,
}

impl Series {
    fn new(days: u32, at: Timestamp) -> Series {
        Series {
            first: utc_day(at) - Duration::days(i64::from(days) - 1),
            count: days,
            at,
        }
    }

    fn window(self) -> Window {
        Window {
            from: self.first.midnight().assume_utc(),
            at: self.at,
        }
    }

    fn day(self, n: u32) -> Date {
        self.first + Duration::days(i64::from(n))
    }

    /// The moment that a day's point speaks of.
    fn end(self, n: u32) -> Timestamp {
        (self.day(n) + Duration::days(1))
            .midnight()
            .assume_utc()
            .min(self.at)
    }

    /// Days at whose end something held that began on `from` and ended on `to`.
    fn held(self, from: Date, to: Option<Date>) -> Days {
        let place = |day: Date| {
            u32::try_from((day - self.first).whole_days().max(0))
                .unwrap_or(0)
                .min(self.count)
        };
        let until = |place: u32| {
            if place >= Days::BITS {
                Days::MAX
            } else {
                (1 << place) - 1
            }
        };
        until(to.map_or(self.count, place)) & !until(place(from))
    }
}

/// What the points of a series are made of.
pub struct Counted {
    judged: Vec<findings::JudgedDay>,
    lags: lag::Lags,
}

/// One point for each of the last `days` days. With a filter: of the assets that it accepts at the end.
pub async fn trend(cx: &OpCx, q: &str, days: u32, as_of: Option<Timestamp>) -> Result<Vec<TrendDay>> {
    let series = Series::new(days, as_of.unwrap_or_else(now));
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    // A past view is made anew each time that it is asked for after others.
    let is_kept = as_of.is_none();
    let asked = Asked::new(&fleet, q, days, series.at)?;
    let kept = is_kept.then(|| cx.app().trends.find(cx.org(), &asked, &fleet));
    let counted = match kept.flatten() {
        Some(counted) => counted,
        None => Arc::new(count(cx, series, &fleet, &asked).await?),
    };
    if is_kept {
        cx.app().trends.keep(cx.org(), asked, &fleet, counted.clone());
    }
    let point = |(n, judged): (u32, &findings::JudgedDay)| TrendDay {
        day: series.day(n).to_string(),
        assets_with_software: judged.assets_with_software,
        assets_judged: judged.assets,
        findings: judged.findings.clone(),
        patch_lag: counted.lags.on_day(series, n),
    };
    Ok((0..series.count).zip(&counted.judged).map(point).collect())
}

async fn count(cx: &OpCx, series: Series, fleet: &Fleet, asked: &Asked) -> Result<Counted> {
    let assets = &asked.assets;
    let within = within(fleet, asked.is_whole, assets);
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let sets = all_sets(&mut tx, series, fleet, assets, within.as_deref()).await?;
    let doubts = Doubts::load(&mut tx, series, within.as_deref()).await?;
    let runs = doubts.runs(&mut tx, series, fleet).await?;
    let judged = findings::by_day(&mut tx, series, fleet, &sets, &runs).await?;
    let lags = lag::Lags::load(&mut tx, series, fleet, (assets, within.as_deref()), &doubts).await?;
    Ok(Counted { judged, lags })
}

/// Assets in question whose software was known, and is such a set.
fn with_software(series: Series, n: u32, sets: &[SetDays], such: &dyn Fn(i32) -> bool) -> u64 {
    let counts = |set: &&SetDays| {
        set.within && set.package_set_id.is_some_and(such) && on(series.held(set.from_day, set.to_day), n)
    };
    sets.iter()
        .filter(counts)
        .map(|set| set.assets.unsigned_abs())
        .sum()
}

/// Up to where the view goes: what ended later still holds in it.
fn past(series: Series, fleet: &Fleet) -> Window {
    Window {
        at: fleet.as_of,
        ..series.window()
    }
}

/// What ended, and what holds in the view.
async fn all_sets(
    tx: &mut TenantTx,
    series: Series,
    fleet: &Fleet,
    assets: &RoaringBitmap,
    within: Option<&[Uuid]>,
) -> Result<Vec<SetDays>> {
    let mut sets = rows::list_past_sets(tx, past(series, fleet), within).await?;
    sets.extend(present_sets(fleet, assets));
    Ok(sets)
}

/// What holds in the view, counted as [`rows::list_past_sets`] counts what ended.
fn present_sets(fleet: &Fleet, assets: &RoaringBitmap) -> impl Iterator<Item = SetDays> {
    let mut counts: HashMap<(Option<i32>, Symbol, Symbol, bool, Date), i64> = HashMap::new();
    for (ordinal, row) in fleet.iter() {
        let key = (
            row.package_set_id,
            row.get(Dimension::Exposure),
            row.get(Dimension::Criticality),
            assets.contains(ordinal),
            utc_day(row.fact_from),
        );
        *counts.entry(key).or_default() += 1;
    }
    let word = |symbol| {
        fleet
            .symbols
            .word(symbol)
            .map_or("unknown", |word| word)
            .to_owned()
    };
    counts.into_iter().map(
        move |((package_set_id, exposure, criticality, within, from_day), assets)| SetDays {
            package_set_id,
            exposure: word(exposure),
            criticality: word(criticality),
            within,
            from_day,
            to_day: None,
            assets,
        },
    )
}

/// The packages of these sets: those that run now are in the view already.
async fn contents(
    tx: &mut TenantTx,
    fleet: &Fleet,
    sets: impl Iterator<Item = i32>,
) -> Result<HashMap<i32, Arc<[i32]>>> {
    let (mut held, mut gone) = (HashMap::new(), Vec::new());
    for id in sets {
        match fleet.sets.get(&id).and_then(PackageSet::shared) {
            Some(packages) => drop(held.insert(id, packages)),
            None => gone.push(id),
        }
    }
    let past = qlrf_store::fleet::load_sets(tx, &gone).await?;
    held.extend(past.into_iter().map(|(id, packages)| (id, packages.into())));
    Ok(held)
}

/// `None` without a filter: every asset, those that left included.
fn within(fleet: &Fleet, is_whole: bool, assets: &RoaringBitmap) -> Option<Vec<Uuid>> {
    (!is_whole).then(|| fleet.rows(assets).map(|(_, row)| row.id).collect())
}

fn utc_day(at: Timestamp) -> Date {
    at.to_offset(time::UtcOffset::UTC).date()
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn something_holds_on_the_days_that_it_outlives() {
        let series = Series::new(3, datetime!(2026-01-10 12:00 UTC));
        assert_eq!(
            (series.day(0), series.day(2)),
            (date!(2026 - 01 - 08), date!(2026 - 01 - 10))
        );
        assert_eq!(series.end(2), datetime!(2026-01-10 12:00 UTC));
        for (from, to, days) in [
            (date!(2026 - 01 - 01), None, 0b111),
            (date!(2026 - 01 - 09), None, 0b110),
            (date!(2026 - 01 - 01), Some(date!(2026 - 01 - 10)), 0b011),
            (date!(2026 - 01 - 09), Some(date!(2026 - 01 - 09)), 0),
            (date!(2026 - 01 - 01), Some(date!(2026 - 01 - 08)), 0),
        ] {
            assert_eq!(series.held(from, to), days, "{from} {to:?}");
        }
        assert_eq!(
            Series::new(90, series.at)
                .held(date!(2020 - 01 - 01), None)
                .count_ones(),
            90
        );
    }
}
