//! Drift as people ask for it: lists, summaries, trends, offenders, and the explanation of one asset.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use qlrf_core::asset::Asset;
use qlrf_core::drift::{DriftSeverity, DriftState};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_core::time::{Duration, Timestamp, now};
use qlrf_engines::drift::coverage::{self, HeatMap, Tally};
use qlrf_engines::drift::rank::{Offender, top_groups, top_offenders};
use qlrf_engines::drift::trend::{self, Interval, Point};
use qlrf_engines::drift::{AgeBand, AgeLimits, Drift};
use qlrf_store::{asset, clock, drift as rows, judged};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::drift::{Judge, Subject, read_document};
use crate::fleet::{Dimension, Filter, Fleet, Lag, Lags, Row, Symbol};
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
    let fleet = cx.app().fleets.get(cx.org(), query.moment).await?;
    let filter = Filter::parse(&query.q)?.bind(&fleet, query.at);
    let mut matching: Vec<(Key, Arc<Row>, DriftSeverity)> = Vec::new();
    let mut total = 0;
    for (_, row) in fleet.select(&filter) {
        let state = row.drift;
        let severity = severity_at(row, query.at);
        let patchable = state == DriftState::Outdated || row.pending_security.is_some_and(|n| n > 0);
        let wanted = query.state.is_none_or(|wanted| wanted == state)
            && query.severity.is_none_or(|wanted| wanted == severity)
            && (!query.to_patch || patchable);
        if !wanted {
            continue;
        }
        total += 1;
        let key = key(query.sort, row, severity);
        if query.after.as_ref().is_none_or(|after| key > *after) {
            matching.push((key, row.clone(), severity));
        }
    }
    if matching.len() > query.limit {
        matching.select_nth_unstable_by(query.limit, |a, b| a.0.cmp(&b.0));
        matching.truncate(query.limit);
    }
    matching.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let ids: Vec<Uuid> = matching.iter().map(|(_, row, _)| row.id).collect();
    let mut tx = cx.tenant().await?;
    let mut judged = rows::find_as_of(&mut tx, &ids, fleet.as_of.max(query.at)).await?;
    let items = matching.into_iter().map(|(key, row, severity)| Item {
        lag_days: lag_days(&row, query.at),
        drift: judged.remove(&row.id),
        key,
        row,
        severity,
    });
    Ok(Found {
        items: items.collect(),
        total,
        fleet,
    })
}

fn key(sort: Sort, row: &Row, severity: DriftSeverity) -> Key {
    let seconds = |at: Option<Timestamp>| at.map_or(i64::MAX, Timestamp::unix_timestamp);
    let rank = match sort {
        Sort::Worst => [
            -(severity as i64),
            seconds(row.superseded_at),
            -i64::from(row.differences),
        ],
        Sort::Name => [0; 3],
        Sort::Since => [seconds(row.drift_from), 0, 0],
    };
    Key {
        rank,
        name: row.name.to_string(),
        id: row.id,
    }
}

/// The severity that is stored is that of the differences alone; the age of an image lag makes it worse as time goes by.
pub fn severity_at(row: &Row, at: Timestamp) -> DriftSeverity {
    let aged = match row.lag(at) {
        Lag::Behind(AgeBand::Fresh) => DriftSeverity::Medium,
        Lag::Behind(AgeBand::Warning) => DriftSeverity::High,
        Lag::Behind(AgeBand::Critical) => DriftSeverity::Critical,
        // Since when it is behind is not known: no age makes it worse.
        Lag::Unknown | Lag::Newest | Lag::Undated => DriftSeverity::None,
    };
    row.severity.max(aged)
}

pub fn lag_days(row: &Row, at: Timestamp) -> Option<i64> {
    Some((at - row.superseded_at?).whole_days().max(0))
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
    let filter = Filter::parse(q)?.bind(&fleet, at);
    let mut groups: [HashMap<Symbol, Tally>; DIMENSIONS.len()] = Default::default();
    let mut summary = Summary {
        as_of: Some(at),
        ..Summary::default()
    };
    for (_, row) in fleet.select(&filter) {
        let state = row.drift;
        summary.all.add(state);
        if row.simulated {
            &mut summary.simulated
        } else {
            &mut summary.observed
        }
        .add(state);
        for (group, dimension) in groups.iter_mut().zip(DIMENSIONS) {
            group.entry(row.get(dimension)).or_default().add(state);
        }
        *summary.severities.entry(severity_at(row, at)).or_default() += 1;
        summary.ages.add(row.lag(at));
    }
    summary.groups = DIMENSIONS
        .into_iter()
        .zip(groups)
        .map(|(dimension, group)| {
            let named = |(symbol, tally)| (fleet.symbols.word(symbol).map(ToString::to_string), tally);
            (dimension, group.into_iter().map(named).collect())
        })
        .collect();
    let mut tx = cx.tenant().await?;
    let progress = judged::progress(&mut tx).await?;
    (summary.images_at, summary.judged_at) = (progress.images_at, progress.judged_at);
    Ok(summary)
}

/// States at the end of each of the last `days` days up to a moment, whose own day counts as far as it has come. With a
/// filter: of the assets that it accepts at that moment.
pub async fn trend(cx: &OpCx, q: &str, days: u32, as_of: Option<Timestamp>) -> Result<Vec<Point>> {
    let at = as_of.unwrap_or_else(now);
    let last = at.to_offset(time::UtcOffset::UTC).date();
    let first = last - Duration::days(i64::from(days) - 1);
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let filter = Filter::parse(q)?.bind(&fleet, at);
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let past = rows::list_past(&mut tx, first.midnight().assume_utc(), fleet.as_of).await?;
    drop(tx);
    // Without a filter also those that left.
    let accepted = |id| {
        let found = fleet.find(id);
        filter.is_empty() || found.is_some_and(|(ordinal, row)| filter.accepts(ordinal, row))
    };
    let past = past
        .iter()
        .filter(|row| accepted(row.asset_id))
        .map(|row| Interval {
            state: DriftState::parse(&row.state).unwrap_or(DriftState::Unknown),
            from: row.recorded_from,
            to: row.recorded_to,
        });
    let present = fleet.select(&filter).filter_map(|(_, row)| {
        Some(Interval {
            state: row.drift,
            from: row.drift_from?,
            to: None,
        })
    });
    let intervals = past.chain(present);
    Ok(trend::daily(intervals, first, last, at))
}

/// The worst assets by severity, age and differences.
pub async fn worst_assets(cx: &OpCx, q: &str, as_of: Option<Timestamp>, count: usize) -> Result<Found> {
    let at = as_of.unwrap_or_else(now);
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let filter = Filter::parse(q)?.bind(&fleet, as_of.unwrap_or_else(now));
    let offenders = fleet.select(&filter).map(|(_, row)| Offender {
        key: (row.name.clone(), row.id),
        severity: severity_at(row, at),
        superseded_at: row.superseded_at,
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
                key: key(Sort::Worst, row, offender.severity),
                row: row.clone(),
                severity: offender.severity,
                lag_days: lag_days(row, at),
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
    let filter = Filter::parse(q)?.bind(&fleet, as_of.unwrap_or_else(now));
    let states = fleet
        .select(&filter)
        .map(|(_, row)| (fleet.word(row, by).map(|word| word.to_string()), row.drift));
    Ok(top_groups(coverage::group_by(states), count))
}

/// Sites × environments.
pub async fn heat_map(
    cx: &OpCx,
    q: &str,
    as_of: Option<Timestamp>,
) -> Result<HeatMap<Option<String>, Option<String>>> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let filter = Filter::parse(q)?.bind(&fleet, as_of.unwrap_or_else(now));
    let word = |row: &Row, dimension| fleet.word(row, dimension).map(|word| word.to_string());
    Ok(coverage::heat_map(fleet.select(&filter).map(|(_, row)| {
        ((word(row, Dimension::Site), word(row, Dimension::Env)), row.drift)
    })))
}

/// Drift of one asset at one moment, and every reason for it that can be shown.
pub struct Explained {
    pub asset: Asset,
    pub row: rows::Drift,
    pub severity: DriftSeverity,
    pub lag_days: Option<i64>,
    pub recorded_from: Timestamp,
    /// Family and version whose contract it is compared with, and the version that it should run.
    pub image: Option<(String, String)>,
    pub target: Option<String>,
    /// `None` when images or link rules are other ones now than when this was judged: the differences themselves are
    /// not kept, and what would be found today is not what was found then.
    pub drift: Option<Drift>,
    pub at: Timestamp,
}

pub async fn explain(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<Explained> {
    let missing = || {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no asset \"{id}\""),
        )
    };
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let fact = asset::find(&mut tx, id, as_of).await?.ok_or_else(missing)?;
    let row = rows::find(&mut tx, id, as_of).await?.ok_or_else(missing)?;
    let at = as_of.unwrap_or_else(now);
    let from = rows::find_from(&mut tx, id, as_of)
        .await?
        .unwrap_or(fact.recorded_from);
    let (_, set, asset, confidence) = read_document((fact.asset_id, fact.package_set_id, fact.document))?;
    let mut judge = Judge::load(&mut tx).await?;
    let subject = Subject {
        id,
        asset: &asset,
        package_set_id: set,
        packages: None,
        confidence,
    };
    let judgement = judge.assess(&mut tx, &subject).await?;
    let image = match row.image_id.or(row.target_id) {
        Some(image) => {
            qlrf_store::image::find(&mut tx, qlrf_core::id::ImageVersionId::from_uuid(image)).await?
        }
        None => None,
    };
    let target = match row.target_id {
        Some(image) => {
            qlrf_store::image::find(&mut tx, qlrf_core::id::ImageVersionId::from_uuid(image)).await?
        }
        None => None,
    };
    let age = row
        .superseded_at
        .filter(|_| row.versions_behind.is_some_and(|behind| behind > 0))
        .map(|superseded| AgeLimits::default().band(superseded, at));
    let stored = DriftSeverity::parse(&row.severity).unwrap_or_default();
    let aged = match age {
        Some(AgeBand::Critical) => DriftSeverity::Critical,
        Some(AgeBand::Warning) => DriftSeverity::High,
        _ => DriftSeverity::None,
    };
    Ok(Explained {
        severity: stored.max(aged),
        lag_days: row
            .superseded_at
            .map(|superseded| (at - superseded).whole_days().max(0)),
        recorded_from: from,
        image: image.map(|image| (image.family, image.version)),
        target: target.map(|image| image.version),
        drift: (judgement.row == row).then_some(judgement.drift),
        asset,
        row,
        at,
    })
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
