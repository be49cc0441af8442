//! What drift did on each day: which states assets left, and which they came into.

use std::collections::{BTreeMap, HashMap, HashSet};

use qlrf_core::drift::DriftState;
use qlrf_core::error::Result;
use qlrf_core::time::{Date, Timestamp, now};
use qlrf_store::drift::{self as rows, Interval};
use qlrf_store::trend;
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::{Series, past, utc_day};
use crate::api::types::trend::{DriftReport, DriftTurn};
use crate::fleet::{Filter, Fleet};
use crate::opcx::OpCx;

/// Assets that went from one state to another; `None` before: it was not judged; `None` after: it left the estate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    before: Option<DriftState>,
    after: Option<DriftState>,
    simulated: bool,
}

/// Of each day on which drift did something, the newest first. With a filter: of the assets that it accepts at the end.
pub async fn drift_reports(
    cx: &OpCx,
    q: &str,
    days: u32,
    as_of: Option<Timestamp>,
) -> Result<Vec<DriftReport>> {
    let series = Series::new(days, as_of.unwrap_or_else(now));
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let filter = Filter::parse(q)?;
    let assets = filter.select(&fleet, series.at);
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let window = past(series, &fleet);
    let mut ended = rows::list_past(&mut tx, window.from, window.at).await?;
    // Without a filter also those that left.
    ended.retain(|row| match fleet.find(row.asset_id) {
        Some((ordinal, _)) => assets.contains(ordinal),
        None => filter.is_empty(),
    });
    let left: Vec<Uuid> = ended
        .iter()
        .map(|row| row.asset_id)
        .filter(|id| fleet.find(*id).is_none())
        .collect();
    let simulated: HashSet<Uuid> = trend::list_simulated(&mut tx, &left).await?.into_iter().collect();
    drop(tx);
    let turns = turns(series, &fleet, &assets, &ended, &simulated);
    Ok(turns.into_iter().rev().map(report).collect())
}

/// By day. A judgement that ended is what was before; one that began at that moment on the same asset is what came after.
fn turns(
    series: Series,
    fleet: &Fleet,
    assets: &RoaringBitmap,
    ended: &[Interval],
    simulated_left: &HashSet<Uuid>,
) -> BTreeMap<Date, BTreeMap<Turn, u64>> {
    let state = |row: &Interval| DriftState::parse(&row.state).unwrap_or(DriftState::Unknown);
    let mut before: HashMap<(Uuid, Timestamp), DriftState> = HashMap::new();
    for row in ended {
        before.extend(row.recorded_to.map(|to| ((row.asset_id, to), state(row))));
    }
    let mut turns: BTreeMap<Date, BTreeMap<Turn, u64>> = BTreeMap::new();
    let from = series.window().from;
    let mut add = |at: Timestamp, turn: Turn| {
        if turn.before != turn.after {
            *turns.entry(utc_day(at)).or_default().entry(turn).or_default() += 1;
        }
    };
    let mut began = |id: Uuid, at: Timestamp, after: DriftState, simulated: bool| {
        if at >= from {
            let before = before.remove(&(id, at));
            add(
                at,
                Turn {
                    before,
                    after: Some(after),
                    simulated,
                },
            );
        }
    };
    let is_simulated = |id: Uuid| match fleet.find(id) {
        Some((_, row)) => row.simulated,
        None => simulated_left.contains(&id),
    };
    for row in ended {
        began(
            row.asset_id,
            row.recorded_from,
            state(row),
            is_simulated(row.asset_id),
        );
    }
    for (_, row) in fleet.rows(assets) {
        if let Some(at) = row.drift_from {
            began(row.id, at, row.drift, row.simulated);
        }
    }
    for ((id, at), before) in before {
        add(
            at,
            Turn {
                before: Some(before),
                after: None,
                simulated: is_simulated(id),
            },
        );
    }
    turns
}

fn report((day, turns): (Date, BTreeMap<Turn, u64>)) -> DriftReport {
    let mut report = DriftReport {
        day: day.to_string(),
        ..DriftReport::default()
    };
    let drifted = |state: Option<DriftState>| matches!(state, Some(DriftState::Outdated | DriftState::Ahead));
    let mut by_turn: BTreeMap<(Option<DriftState>, Option<DriftState>), u64> = BTreeMap::new();
    for (turn, assets) in turns {
        match (turn.before, turn.after) {
            (None, _) => report.first_judged += assets,
            (_, None) => report.left += assets,
            _ => {}
        }
        match (drifted(turn.before), drifted(turn.after)) {
            (false, true) => report.opened += assets,
            (true, false) => report.closed += assets,
            _ => {}
        }
        report.assets += assets;
        report.simulated += if turn.simulated { assets } else { 0 };
        *by_turn.entry((turn.before, turn.after)).or_default() += assets;
    }
    let name = |state: Option<DriftState>| state.map(|state| state.name().to_owned());
    let turn = |((before, after), assets)| DriftTurn {
        before: name(before),
        after: name(after),
        assets,
    };
    report.turns = by_turn.into_iter().map(turn).collect();
    report
}
