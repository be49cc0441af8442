//! On which days what is recorded of an asset was too old to prove anything good.

use std::collections::{HashMap, HashSet};

use qlrf_core::error::Result;
use qlrf_core::time::Timestamp;
use qlrf_store::trend::{self as rows, Run};
use qlrf_store::{TenantTx, freshness};
use uuid::Uuid;

use super::{Days, Series, past, utc_day};
use crate::fleet::Fleet;

/// Assets that were unknown by age on any day of a series; most estates have none.
pub(super) struct Doubts(HashMap<Uuid, Days>);

impl Doubts {
    /// `within`: of these assets only.
    pub(super) async fn load(tx: &mut TenantTx, series: Series, within: Option<&[Uuid]>) -> Result<Doubts> {
        let moments: Vec<Timestamp> = (0..series.count).map(|n| series.end(n)).collect();
        let mut unknown = freshness::list_unknown(tx, &moments).await?;
        if let Some(within) = within {
            let within: HashSet<&Uuid> = within.iter().collect();
            unknown.retain(|asset, _| within.contains(asset));
        }
        let days = |places: Vec<i32>| {
            let places = places.into_iter().filter_map(|place| u32::try_from(place).ok());
            places.fold(0, |all: Days, n| all | 1 << n)
        };
        let of_assets = unknown.into_iter().map(|(asset, places)| (asset, days(places)));
        Ok(Doubts(of_assets.collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(&self, asset: Uuid) -> Days {
        self.0.get(&asset).copied().unwrap_or_default()
    }

    pub(super) fn assets(&self) -> Vec<Uuid> {
        self.0.keys().copied().collect()
    }

    /// Package sets that such assets ran, with the days on which nobody could know that any more, and how many did.
    pub(super) async fn runs(
        &self,
        tx: &mut TenantTx,
        series: Series,
        fleet: &Fleet,
    ) -> Result<HashMap<(i32, Days), u64>> {
        if self.is_empty() {
            return Ok(HashMap::new());
        }
        let ended = rows::list_past_runs(tx, past(series, fleet), Some(&self.assets())).await?;
        let present = self.0.keys().filter_map(|asset| {
            let (_, row) = fleet.find(*asset)?;
            Some(Run {
                asset_id: *asset,
                package_set_id: row.package_set_id,
                from_day: utc_day(row.fact_from),
                to_day: None,
            })
        });
        let doubted = |run: Run| {
            let days = series.held(run.from_day, run.to_day) & self.of(run.asset_id);
            Some((run.package_set_id?, days)).filter(|(_, days)| *days != 0)
        };
        let mut runs = HashMap::new();
        for run in ended.into_iter().chain(present).filter_map(doubted) {
            *runs.entry(run).or_default() += 1;
        }
        Ok(runs)
    }
}
