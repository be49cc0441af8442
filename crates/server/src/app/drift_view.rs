//! Drift as people ask for it: lists, summaries, trends, offenders, and the explanation of one asset.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_core::drift::{DriftSeverity, DriftState};
use qlrf_core::error::Result;
use qlrf_core::time::{Date, Timestamp, now};
use qlrf_engines::drift::AgeBand;
use qlrf_engines::drift::coverage::{HeatMap, Tally};
use qlrf_engines::drift::rank::{Offender, top_groups, top_offenders};
use qlrf_engines::drift::trend::{self, Interval, Point};
use qlrf_store::{clock, drift as rows, judged};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::drift_age::Doubts;
use super::kept::Asked;
use crate::fleet::{Behind, Dimension, Filter, Fleet, Lag, Lags, Row};
use crate::opcx::OpCx;

/// What a summary is broken down by.
pub const DIMENSIONS: [Dimension; 4] = [
    Dimension::Platform,
    Dimension::Site,
    Dimension::Env,
    Dimension::Family,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Worst severity, then longest behind, then most differences.
    Worst,
    Name,
    /// In their present state for the longest time.
    Since,
}

#[derive(Clone, Debug)]
pub struct Query {
    /// In the filter language of the fleet.
    pub q: String,
    pub state: Option<DriftState>,
    pub severity: Option<DriftSeverity>,
    /// Only what an update would change: outdated assets, and those with security updates pending.
    pub to_patch: bool,
    pub sort: Sort,
    /// Ages are told as of this moment.
    pub at: Timestamp,
    /// Facts are read as of this one; the newest when `None`.
    pub moment: Option<Timestamp>,
    pub after: Option<Key>,
    pub limit: usize,
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    rank: [i64; 3],
    name: String,
    id: Uuid,
}

pub struct Found {
    pub fleet: Arc<Fleet>,
    pub items: Vec<Item>,
    pub total: u64,
}

pub struct Item {
    pub key: Key,
    pub row: Arc<Row>,
    /// With the age of the lag at the moment that was asked for.
    pub severity: DriftSeverity,
    pub lag_days: Option<i64>,
    pub drift: Option<rows::Drift>,
}

pub async fn list(cx: &OpCx, query: &Query) -> Result<Found> {
    let fleets = &cx.app().fleets;
    let fleet = fleets.get_at(cx.org(), query.moment, query.at).await?;
    let assets = wanted(&fleet, query)?;
    let mut matching: Vec<(Rank, &Arc<Row>, DriftSeverity)> = Vec::new();
    let groups: Vec<(Behind, RoaringBitmap)> = fleet.by_behind(&assets).collect();
    for (behind, assets) in &groups {
        let aged = aged(*behind, query.at);
        for (_, row) in fleet.rows(assets) {
            let severity = row.severity.max(aged);
            if query.severity.is_none_or(|wanted| wanted == severity) {
                matching.push((rank(query.sort, row, severity), row, severity));
            }
        }
    }
    let total = matching.len() as u64;
    if let Some(after) = &query.after {
        matching.retain(|(rank, _, _)| *rank > after.rank());
    }
    if matching.len() > query.limit {
        matching.select_nth_unstable_by(query.limit, |a, b| a.0.cmp(&b.0));
        matching.truncate(query.limit);
    }
    matching.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let ids: Vec<Uuid> = matching.iter().map(|(_, row, _)| row.id).collect();
    let mut tx = cx.tenant().await?;
    let mut judged = rows::find_as_of(&mut tx, &ids, fleet.as_of.max(query.at)).await?;
    let items = matching.into_iter().map(|(rank, row, severity)| Item {
        lag_days: row.behind.days(query.at),
        drift: judged.remove(&row.id),
        key: Key::of(rank),
        row: row.clone(),
        severity,
    });
    Ok(Found {
        items: items.collect(),
        total,
        fleet,
    })
}

/// All that a list asks for but the severity, which depends on the age of each.
fn wanted(fleet: &Fleet, query: &Query) -> Result<RoaringBitmap> {
    let mut assets = Filter::parse(&query.q)?.select(fleet, query.at);
    if let Some(state) = query.state {
        assets &= fleet.in_state(state);
    }
    if query.to_patch {
        let pending = fleet
            .by_updates(&assets)
            .filter(|(pending, _)| pending.is_some_and(|n| n > 0));
        let patchable = pending.fold(fleet.in_state(DriftState::Outdated), |all, (_, some)| all | some);
        assets &= patchable;
    }
    Ok(assets)
}

/// What a list is sorted by, names last.
type Rank<'a> = ([i64; 3], &'a str, Uuid);

impl Key {
    fn of((rank, name, id): Rank<'_>) -> Key {
        Key {
            rank,
            name: name.to_owned(),
            id,
        }
    }

    fn rank(&self) -> Rank<'_> {
        (self.rank, &self.name, self.id)
    }
}

fn rank(sort: Sort, row: &Row, severity: DriftSeverity) -> Rank<'_> {
    let seconds = |at: Option<Timestamp>| at.map_or(i64::MAX, Timestamp::unix_timestamp);
    let rank = match sort {
        Sort::Worst => [
            -(severity as i64),
            seconds(row.behind.since),
            -i64::from(row.differences),
        ],
        Sort::Name => [0; 3],
        Sort::Since => [seconds(row.drift_from), 0, 0],
    };
    (rank, &row.name, row.id)
}

/// The severity that is stored is that of the differences alone; the age of an image lag makes it worse as time goes by.
pub fn severity_at(row: &Row, at: Timestamp) -> DriftSeverity {
    row.severity.max(aged(row.behind, at))
}

/// How bad the age of an image lag is by itself.
fn aged(behind: Behind, at: Timestamp) -> DriftSeverity {
    match behind.lag(at) {
        Lag::Behind(AgeBand::Fresh) => DriftSeverity::Medium,
        Lag::Behind(AgeBand::Warning) => DriftSeverity::High,
        Lag::Behind(AgeBand::Critical) => DriftSeverity::Critical,
        // Since when it is behind is not known: no age makes it worse.
        Lag::Unknown | Lag::Newest | Lag::Undated => DriftSeverity::None,
    }
}

#[derive(Default)]
pub struct Summary {
    pub as_of: Option<Timestamp>,
    pub all: Tally,
    pub observed: Tally,
    pub simulated: Tally,
    /// By [`DIMENSIONS`]; a value of `None` is not known.
    pub groups: Vec<(Dimension, BTreeMap<Option<String>, Tally>)>,
    /// Assets by severity, none to critical.
    pub severities: BTreeMap<DriftSeverity, u64>,
    /// Every asset, by how long its image version is behind.
    pub ages: Lags,
    /// When images last changed, and up to which of those changes assets were judged.
    pub images_at: Option<Timestamp>,
    pub judged_at: Option<Timestamp>,
}

pub async fn summary(cx: &OpCx, q: &str, as_of: Option<Timestamp>) -> Result<Summary> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let at = as_of.unwrap_or_else(now);
    let assets = Filter::parse(q)?.select(&fleet, at);
    let simulated = fleet.simulated();
    let mut summary = Summary {
        as_of: Some(at),
        all: fleet.tally(&assets),
        observed: fleet.tally(&(&assets - &simulated)),
        simulated: fleet.tally(&(&assets & &simulated)),
        groups: DIMENSIONS
            .into_iter()
            .map(|dimension| (dimension, tallies(&fleet, &assets, dimension).collect()))
            .collect(),
        ..Summary::default()
    };
    for (behind, assets) in fleet.by_behind(&assets) {
        summary.ages.add(behind.lag(at), assets.len());
        for (severity, assets) in fleet.count_by_severity(&assets) {
            *summary
                .severities
                .entry(severity.max(aged(behind, at)))
                .or_default() += assets;
        }
    }
    let mut tx = cx.tenant().await?;
    let progress = judged::progress(&mut tx).await?;
    (summary.images_at, summary.judged_at) = (progress.images_at, progress.judged_at);
    Ok(summary)
}

/// Drift states of some assets by the values of a dimension; `None` is not known.
fn tallies<'a>(
    fleet: &'a Fleet,
    assets: &'a RoaringBitmap,
    by: Dimension,
) -> impl Iterator<Item = (Option<String>, Tally)> + 'a {
    let word = |symbol| fleet.symbols.word(symbol).map(ToString::to_string);
    let groups = fleet.group_by(assets, by);
    groups.map(move |(symbol, assets)| (word(symbol), fleet.tally(&assets)))
}

/// States at the end of each of the last `days` days up to a moment, whose own day counts as far as it has come. With a
/// filter: of the assets that it accepts at that moment.
pub async fn trend(cx: &OpCx, q: &str, days: u32, as_of: Option<Timestamp>) -> Result<Vec<Point>> {
    let at = as_of.unwrap_or_else(now);
    let last = at.to_offset(time::UtcOffset::UTC).date();
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    // Of the newest view a moment of the same day changes nothing.
    let is_kept = as_of.is_none();
    let asked = Asked::new(&fleet, q, days, at)?;
    let kept = is_kept.then(|| cx.app().drift_trends.find(cx.org(), &asked, &fleet));
    let points = match kept.flatten() {
        Some(points) => points,
        None => Arc::new(count_states(cx, &fleet, &asked, last, at).await?),
    };
    if is_kept {
        cx.app()
            .drift_trends
            .keep(cx.org(), asked, &fleet, points.clone());
    }
    Ok(points.to_vec())
}

async fn count_states(
    cx: &OpCx,
    fleet: &Fleet,
    asked: &Asked,
    last: Date,
    at: Timestamp,
) -> Result<Vec<Point>> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let past = rows::list_past(&mut tx, asked.first.midnight().assume_utc(), fleet.as_of).await?;
    let doubts = Doubts::load(&mut tx, (asked.first, last), at).await?;
    drop(tx);
    // Without a filter also those that left.
    let accepted = |id| {
        let found = fleet.find(id);
        asked.is_whole || found.is_some_and(|(ordinal, _)| asked.assets.contains(ordinal))
    };
    let past = past.iter().filter(|row| accepted(row.asset_id)).map(|row| {
        let interval = Interval {
            state: DriftState::parse(&row.state).unwrap_or(DriftState::Unknown),
            from: row.recorded_from,
            to: row.recorded_to,
        };
        (row.asset_id, interval)
    });
    let present = fleet.rows(&asked.assets).filter_map(|(_, row)| {
        let interval = Interval {
            state: row.drift,
            from: row.drift_from?,
            to: None,
        };
        Some((row.id, interval))
    });
    let intervals: Vec<(Uuid, Interval)> = past.chain(present).collect();
    let mut points = trend::daily(
        intervals.iter().map(|(_, interval)| *interval),
        asked.first,
        last,
        at,
    );
    doubts.apply(&mut points, &intervals);
    Ok(points)
}

/// The worst assets by severity, age and differences.
pub async fn worst_assets(cx: &OpCx, q: &str, as_of: Option<Timestamp>, count: usize) -> Result<Found> {
    let at = as_of.unwrap_or_else(now);
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = Filter::parse(q)?.select(&fleet, at);
    let offenders = fleet.rows(&assets).map(|(_, row)| Offender {
        key: (&row.name[..], row.id),
        severity: severity_at(row, at),
        superseded_at: row.behind.since,
        differences: usize::try_from(row.differences).unwrap_or(0),
    });
    let worst = top_offenders(offenders, count);
    let ids: Vec<Uuid> = worst.iter().map(|offender| offender.key.1).collect();
    let mut tx = cx.tenant().await?;
    let mut judged = rows::find_as_of(&mut tx, &ids, fleet.as_of.max(at)).await?;
    let items: Vec<Item> = worst
        .into_iter()
        .filter_map(|offender| {
            let (_, row) = fleet.find(offender.key.1)?;
            Some(Item {
                key: Key::of(rank(Sort::Worst, row, offender.severity)),
                row: row.clone(),
                severity: offender.severity,
                lag_days: row.behind.days(at),
                drift: judged.remove(&row.id),
            })
        })
        .collect();
    Ok(Found {
        total: items.len() as u64,
        items,
        fleet,
    })
}

/// Groups with the most outdated assets.
pub async fn worst_groups(
    cx: &OpCx,
    q: &str,
    as_of: Option<Timestamp>,
    by: Dimension,
    count: usize,
) -> Result<Vec<(Option<String>, Tally)>> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = Filter::parse(q)?.select(&fleet, as_of.unwrap_or_else(now));
    Ok(top_groups(tallies(&fleet, &assets, by), count))
}

/// Sites × environments.
pub async fn heat_map(
    cx: &OpCx,
    q: &str,
    as_of: Option<Timestamp>,
) -> Result<HeatMap<Option<String>, Option<String>>> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = Filter::parse(q)?.select(&fleet, as_of.unwrap_or_else(now));
    let mut cells = Vec::new();
    for (site, assets) in fleet.group_by(&assets, Dimension::Site) {
        let site = fleet.symbols.word(site).map(ToString::to_string);
        let envs = tallies(&fleet, &assets, Dimension::Env);
        cells.extend(envs.map(|(env, tally)| ((site.clone(), env), tally)));
    }
    Ok(HeatMap::of(cells))
}

/// Judges every asset again. Answers the moment that the request is recorded at.
pub async fn detect(cx: &OpCx) -> Result<Timestamp> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    clock::mark_images(&mut tx, at).await?;
    judged::forget(&mut tx).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(at)
}
