//! How far assets were behind their images, by day.

use std::collections::HashMap;

use qlrf_core::error::Result;
use qlrf_core::time::{Date, Timestamp};
use qlrf_store::TenantTx;
use qlrf_store::trend::{self as rows, LagDays};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::doubt::Doubts;
use super::{Series, on, past, utc_day};
use crate::api::types::trend::LagDay;
use crate::app::percentile::percentile;
use crate::fleet::Fleet;

pub(super) struct Lags {
    rows: Vec<LagDays>,
    /// By day: assets that ran the newest version when they were last seen, which was too long before to say so of that day.
    doubted: Vec<u64>,
}

impl Lags {
    pub(super) async fn load(
        tx: &mut TenantTx,
        series: Series,
        fleet: &Fleet,
        (assets, within): (&RoaringBitmap, Option<&[Uuid]>),
        doubts: &Doubts,
    ) -> Result<Lags> {
        let window = past(series, fleet);
        let mut lags = rows::list_past_lags(tx, window, within).await?;
        lags.extend(present(fleet, assets));
        let mut doubted = vec![0; series.count as usize];
        if !doubts.is_empty() {
            let ended = rows::list_past_newest(tx, window, &doubts.assets()).await?;
            let ended = ended
                .into_iter()
                .map(|row| (row.asset_id, row.from_day, row.to_day));
            for (asset, from, to) in ended.chain(newest(fleet, assets)) {
                let days = series.held(from, to) & doubts.of(asset);
                let on_days = (0..).zip(&mut doubted).filter(|(n, _)| on(days, *n));
                on_days.for_each(|(_, count)| *count += 1);
            }
        }
        Ok(Lags { rows: lags, doubted })
    }

    pub(super) fn on_day(&self, series: Series, n: u32) -> LagDay {
        let mut days: Vec<(i64, u64)> = Vec::new();
        let (mut newest, mut behind) = (0, 0);
        let held = |row: &&LagDays| on(series.held(row.from_day, row.to_day), n);
        for row in self.rows.iter().filter(held) {
            let assets = row.assets.unsigned_abs();
            match (row.behind, row.superseded_at) {
                (false, _) => newest += assets,
                (true, since) => {
                    behind += assets;
                    // Behind since an unknown moment has no length.
                    days.extend(since.map(|since| ((series.end(n) - since).whole_days().max(0), assets)));
                }
            }
        }
        newest = newest.saturating_sub(self.doubted[n as usize]);
        days.extend((newest > 0).then_some((0, newest)));
        days.sort_unstable();
        LagDay {
            measured: newest + behind,
            behind,
            median_days: percentile(&days, 50),
            p90_days: percentile(&days, 90),
        }
    }
}

/// What holds in the view, counted as [`rows::list_past_lags`] counts what ended.
fn present(fleet: &Fleet, assets: &RoaringBitmap) -> impl Iterator<Item = LagDays> {
    let mut counts: HashMap<(bool, Option<Timestamp>, Date), i64> = HashMap::new();
    for (_, row) in fleet.rows(assets) {
        if let (Some(behind), Some(from)) = (row.behind.versions, row.drift_from) {
            let key = (behind > 0, row.behind.since, utc_day(from));
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|((behind, superseded_at, from_day), assets)| LagDays {
            behind,
            superseded_at,
            from_day,
            to_day: None,
            assets,
        })
}

/// Those in the view that run the newest version.
fn newest<'a>(
    fleet: &'a Fleet,
    assets: &'a RoaringBitmap,
) -> impl Iterator<Item = (Uuid, Date, Option<Date>)> + 'a {
    fleet.rows(assets).filter_map(|(_, row)| {
        let is_newest = row.behind.versions.is_some_and(|versions| versions <= 0);
        is_newest.then_some((row.id, utc_day(row.drift_from?), None))
    })
}
