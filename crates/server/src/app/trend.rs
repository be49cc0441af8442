//! How the estate came to be as it is, counted from facts: findings and patch lag by day, and what drift opened and closed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qlrf_core::error::Result;
use qlrf_core::time::{Date, Duration, Timestamp, now};
use qlrf_store::trend::{self as rows, LagDays, MatchDays, SetDays, Turn, Window};
use qlrf_store::{TenantTx, vulnerability};
use uuid::Uuid;

use super::shelf;
use crate::api::types::trend::{DriftReport, DriftTurn, FindingDay, LagDay, TrendDay};
use crate::fleet::{Bound, Filter, Fleet};
use crate::opcx::OpCx;

/// A bit for each day, and so the longest series.
type Days = u128;
pub const DAYS_MAX: u32 = 90;

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

/// One point for each of the last `days` days. With a filter: of the assets that it accepts at the end.
pub async fn trend(cx: &OpCx, q: &str, days: u32, as_of: Option<Timestamp>) -> Result<Vec<TrendDay>> {
    let series = Series::new(days, as_of.unwrap_or_else(now));
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let filter = Filter::parse(q)?.bind(&fleet);
    let within = within(&fleet, &filter);
    // Up to where the view goes: what ended later still holds in it.
    let past = Window {
        at: fleet.as_of,
        ..series.window()
    };
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let mut sets = rows::list_past_sets(&mut tx, past, within.as_deref()).await?;
    sets.extend(present_sets(&fleet, &filter));
    let judged = findings(&mut tx, series, &sets, as_of).await?;
    let mut lags = rows::list_past_lags(&mut tx, past, within.as_deref()).await?;
    lags.extend(present_lags(&fleet, &filter));
    drop(tx);
    let point = |(n, judged): (u32, JudgedDay)| TrendDay {
        day: series.day(n).to_string(),
        assets_with_software: judged.assets_with_software,
        assets_judged: judged.assets,
        findings: judged.findings,
        patch_lag: lag(series, n, &lags),
    };
    Ok((0..series.count).zip(judged).map(point).collect())
}

fn utc_day(at: Timestamp) -> Date {
    at.to_offset(time::UtcOffset::UTC).date()
}

/// What holds in the view, counted as [`rows::list_past_sets`] counts what ended.
fn present_sets(fleet: &Fleet, filter: &Bound) -> impl Iterator<Item = SetDays> {
    let mut assets: HashMap<(i32, Date), i64> = HashMap::new();
    for (_, row) in fleet.select(filter) {
        if let Some(set) = row.package_set_id {
            *assets.entry((set, utc_day(row.fact_from))).or_default() += 1;
        }
    }
    assets
        .into_iter()
        .map(|((package_set_id, from_day), assets)| SetDays {
            package_set_id,
            from_day,
            to_day: None,
            assets,
        })
}

/// What holds in the view, counted as [`rows::list_past_lags`] counts what ended.
fn present_lags(fleet: &Fleet, filter: &Bound) -> impl Iterator<Item = LagDays> {
    let mut assets: HashMap<(bool, Option<Timestamp>, Date), i64> = HashMap::new();
    for (_, row) in fleet.select(filter) {
        if let (Some(behind), Some(from)) = (row.versions_behind, row.drift_from) {
            let key = (behind > 0, row.superseded_at, utc_day(from));
            *assets.entry(key).or_default() += 1;
        }
    }
    assets
        .into_iter()
        .map(|((behind, superseded_at, from_day), assets)| LagDays {
            behind,
            superseded_at,
            from_day,
            to_day: None,
            assets,
        })
}

/// `None` without a filter: every asset, those that left included.
fn within(fleet: &Fleet, filter: &Bound) -> Option<Vec<Uuid>> {
    (!filter.is_empty()).then(|| fleet.select(filter).map(|(_, row)| row.id).collect())
}

/// What could be said of one day's findings, and of how many assets.
struct JudgedDay {
    assets_with_software: u64,
    /// Of them, those of whose packages some advisory that was held by then could speak.
    assets: u64,
    /// `None`: nothing could be judged.
    findings: Option<FindingDay>,
}

/// Known to be exploited: as the catalogue says at the end.
async fn findings(
    tx: &mut TenantTx,
    series: Series,
    sets: &[SetDays],
    as_of: Option<Timestamp>,
) -> Result<Vec<JudgedDay>> {
    let mut set_days: HashMap<i32, Days> = HashMap::new();
    for set in sets {
        *set_days.entry(set.package_set_id).or_default() |= series.held(set.from_day, set.to_day);
    }
    let ids: Vec<i32> = set_days.keys().copied().collect();
    let contents: HashMap<i32, Vec<i32>> = qlrf_store::fleet::load_sets(tx, &ids)
        .await?
        .into_iter()
        .collect();
    let mut package_days: HashMap<i32, Days> = HashMap::new();
    for (set, packages) in &contents {
        for package in packages {
            *package_days.entry(*package).or_default() |= set_days[set];
        }
    }
    let packages: Vec<i32> = package_days.keys().copied().collect();
    let matches = rows::list_matches(tx, series.window(), &packages).await?;
    let open = open_days(series, &matches, &package_days);
    let ids: Vec<&str> = open.keys().copied().collect();
    let kev = vulnerability::load_kev(tx, &ids, as_of).await?;
    let kev: BTreeSet<&str> = kev.iter().map(|entry| &entry.cve[..]).collect();
    let covered = Covered::load(tx, series, &contents, &packages).await?;
    let day = |n: u32| {
        let held = |set: &&SetDays| series.held(set.from_day, set.to_day) >> n & 1 == 1;
        let assets =
            |sets: &mut dyn Iterator<Item = &SetDays>| sets.map(|set| set.assets.unsigned_abs()).sum();
        let judged = |set: &&SetDays| {
            covered
                .by_set
                .get(&set.package_set_id)
                .is_some_and(|days| days >> n & 1 == 1)
        };
        let assets_with_software = assets(&mut sets.iter().filter(held));
        let assets = assets(&mut sets.iter().filter(held).filter(judged));
        // Where there is nothing to judge, nothing is wrong once there are advisories.
        let known = assets > 0 || (assets_with_software == 0 && covered.any >> n & 1 == 1);
        JudgedDay {
            assets_with_software,
            assets,
            findings: known.then(|| finding_day(n, &open, &kev)),
        }
    };
    Ok((0..series.count).map(day).collect())
}

/// Days at whose end advisories were held.
struct Covered {
    /// As the view of one moment has it: an asset is judged when advisories could speak of one of its packages, and where
    /// it has none, when there are any.
    by_set: HashMap<i32, Days>,
    any: Days,
}

impl Covered {
    async fn load(
        tx: &mut TenantTx,
        series: Series,
        contents: &HashMap<i32, Vec<i32>>,
        packages: &[i32],
    ) -> Result<Covered> {
        let since = |since: Timestamp| {
            let days = (0..series.count).filter(|n| since <= series.end(*n));
            days.fold(0, |all: Days, n| all | 1 << n)
        };
        let held = vulnerability::list_ecosystems_since(tx).await?;
        let any = held.into_iter().fold(0, |all, (_, at)| all | since(at));
        let mut by_package: HashMap<i32, Days> = HashMap::new();
        for shelf in shelf::of_packages(tx, packages).await?.into_values() {
            if let Some(days) = shelf.held_since.map(since) {
                by_package.extend(shelf.packages.into_iter().map(|package| (package, days)));
            }
        }
        let of_set = |packages: &[i32]| match packages {
            [] => any,
            packages => packages
                .iter()
                .filter_map(|package| by_package.get(package))
                .fold(0, |all, days| all | days),
        };
        let by_set = contents.iter().map(|(set, packages)| (*set, of_set(packages)));
        Ok(Covered {
            by_set: by_set.collect(),
            any,
        })
    }
}

/// Ratings, the worst first; the last is "not rated".
const RATINGS: [Option<&str>; 5] = [Some("critical"), Some("high"), Some("medium"), Some("low"), None];

/// By vulnerability: the days on which it was open, each at its worst rating of that day.
fn open_days<'a>(
    series: Series,
    matches: &'a [MatchDays],
    package_days: &HashMap<i32, Days>,
) -> BTreeMap<&'a str, [Days; RATINGS.len()]> {
    let mut open: BTreeMap<&str, [Days; RATINGS.len()]> = BTreeMap::new();
    for found in matches {
        let days = series.held(found.from_day, found.to_day) & package_days[&found.package_id];
        if days == 0 {
            continue;
        }
        let severity = match found.severity.as_deref() {
            Some("none") => Some("low"),
            other => other,
        };
        let rating = RATINGS
            .iter()
            .position(|rating| *rating == severity)
            .unwrap_or(RATINGS.len() - 1);
        let ids = match found.cves.is_empty() {
            true => std::slice::from_ref(&found.osv_id),
            false => &found.cves,
        };
        for id in ids {
            open.entry(id).or_default()[rating] |= days;
        }
    }
    for days in open.values_mut() {
        let mut worse = 0;
        for rating in days.iter_mut() {
            *rating &= !worse;
            worse |= *rating;
        }
    }
    open
}

fn finding_day(n: u32, open: &BTreeMap<&str, [Days; RATINGS.len()]>, kev: &BTreeSet<&str>) -> FindingDay {
    let mut counts = [0; RATINGS.len()];
    let mut exploited = 0;
    for (id, days) in open {
        if let Some(rating) = days.iter().position(|days| days >> n & 1 == 1) {
            counts[rating] += 1;
            exploited += u64::from(kev.contains(id));
        }
    }
    let [critical, high, medium, low, unknown] = counts;
    FindingDay {
        critical,
        high,
        medium,
        low,
        unknown,
        kev: exploited,
    }
}

fn lag(series: Series, n: u32, lags: &[LagDays]) -> LagDay {
    let mut days: Vec<(i64, u64)> = Vec::new();
    let mut out = LagDay::default();
    for row in lags
        .iter()
        .filter(|row| series.held(row.from_day, row.to_day) >> n & 1 == 1)
    {
        let assets = row.assets.unsigned_abs();
        out.measured += assets;
        out.behind += if row.behind { assets } else { 0 };
        match (row.behind, row.superseded_at) {
            (false, _) => days.push((0, assets)),
            (true, Some(since)) => days.push(((series.end(n) - since).whole_days().max(0), assets)),
            // Behind since an unknown moment has no length.
            (true, None) => {}
        }
    }
    days.sort_unstable();
    out.median_days = percentile(&days, 50);
    out.p90_days = percentile(&days, 90);
    out
}

/// Nearest rank over values with their number.
fn percentile(sorted: &[(i64, u64)], percent: u64) -> Option<i64> {
    let total: u64 = sorted.iter().map(|(_, count)| count).sum();
    let rank = (total * percent).div_ceil(100);
    let mut seen = 0;
    sorted
        .iter()
        .find(|(_, count)| {
            seen += count;
            seen >= rank
        })
        .map(|(value, _)| *value)
}

/// What drift did on each day on which it did something, the newest first.
pub async fn drift_reports(
    cx: &OpCx,
    q: &str,
    days: u32,
    as_of: Option<Timestamp>,
) -> Result<Vec<DriftReport>> {
    let series = Series::new(days, as_of.unwrap_or_else(now));
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let within = within(&fleet, &Filter::parse(q)?.bind(&fleet));
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let turns = rows::list_turns(&mut tx, series.window(), within.as_deref()).await?;
    let by_day = turns.chunk_by(|a, b| a.day == b.day);
    let mut reports: Vec<DriftReport> = by_day.map(report).collect();
    reports.reverse();
    Ok(reports)
}

/// `turns` is not empty and of one day.
fn report(turns: &[Turn]) -> DriftReport {
    let mut report = DriftReport {
        day: turns[0].day.to_string(),
        ..DriftReport::default()
    };
    let drifted = |state: &Option<String>| {
        state
            .as_deref()
            .is_some_and(|state| matches!(state, "outdated" | "ahead"))
    };
    let mut by_turn: BTreeMap<(Option<String>, Option<String>), u64> = BTreeMap::new();
    for turn in turns {
        let assets = turn.assets.unsigned_abs();
        match (&turn.before, &turn.after) {
            (None, _) => report.first_judged += assets,
            (_, None) => report.left += assets,
            _ => {}
        }
        match (drifted(&turn.before), drifted(&turn.after)) {
            (false, true) => report.opened += assets,
            (true, false) => report.closed += assets,
            _ => {}
        }
        report.assets += assets;
        report.simulated += if turn.simulated { assets } else { 0 };
        *by_turn
            .entry((turn.before.clone(), turn.after.clone()))
            .or_default() += assets;
    }
    let turn = |((before, after), assets)| DriftTurn {
        before,
        after,
        assets,
    };
    report.turns = by_turn.into_iter().map(turn).collect();
    report
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

    #[test]
    fn a_percentile_counts_values_as_often_as_they_occur() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[(0, 9), (30, 1)], 50), Some(0));
        assert_eq!(percentile(&[(0, 9), (30, 1)], 90), Some(0));
        assert_eq!(percentile(&[(0, 8), (30, 2)], 90), Some(30));
    }
}
