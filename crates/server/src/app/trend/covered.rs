//! On which days advisories could speak of what ran.

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_core::error::Result;
use qlrf_core::time::Timestamp;
use qlrf_store::{TenantTx, vulnerability};

use super::{Days, Series};
use crate::app::shelf;

/// Days at whose end advisories were held.
pub(super) struct Covered {
    /// As the view of one moment has it: an asset is judged when advisories could speak of one of its packages, and where
    /// it has none, when there are any.
    pub(super) by_set: HashMap<i32, Days>,
    pub(super) any: Days,
}

impl Covered {
    pub(super) async fn load(
        tx: &mut TenantTx,
        series: Series,
        contents: &HashMap<i32, Arc<[i32]>>,
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
