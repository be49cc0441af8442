//! The facts that a plan is made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_core::plan::Selection;
use qlrf_core::time::now;
use qlrf_engines::plan::{Facts, Spec, Use};
use qlrf_store::{TenantTx, part as parts, plan as store};
use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::api::types::part::{EnvironmentKind, EnvironmentSpec};
use crate::app::part;
use crate::fleet::{Filter, Fleet};
use crate::opcx::OpCx;

/// What becomes of an asset that is named and that nobody sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Refused,
    /// A plan that is made again loses what is gone, and the comparison with its parent shows it.
    LeftOut,
}

/// The chosen assets, and the fleet that they were chosen from.
pub struct Selected {
    pub fleet: Arc<Fleet>,
    assets: RoaringBitmap,
}

pub async fn select(cx: &OpCx, spec: &Spec, missing: Missing) -> Result<Selected> {
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let assets = match &spec.selection {
        None => RoaringBitmap::new(),
        Some(Selection::Query(query)) => {
            let filter = Filter::parse(query).map_err(|error| {
                let detail = error.detail.clone();
                error.at("spec.targets.query", detail)
            })?;
            filter.select(&fleet, now())
        }
        Some(Selection::Assets(ids)) => named(&fleet, ids, missing)?,
    };
    Ok(Selected { fleet, assets })
}

fn named(fleet: &Fleet, ids: &[AssetId], missing: Missing) -> Result<RoaringBitmap> {
    let mut assets = RoaringBitmap::new();
    for id in ids {
        match fleet.find(id.as_uuid()) {
            Some((ordinal, _)) => {
                assets.insert(ordinal);
            }
            None if missing == Missing::LeftOut => {}
            None => {
                let detail = format!("there is no asset {id}");
                let unknown = Error::new(ErrorKind::Invalid, "plan_asset_unknown", detail.clone());
                return Err(unknown
                    .at("spec.targets.assets", detail)
                    .hint("`qlrf asset list -o json` shows the ids of all assets that are seen"));
            }
        }
    }
    Ok(assets)
}

/// Targets are read from the facts themselves; one that is gone by now is left out.
pub async fn load(tx: &mut TenantTx, spec: &Spec, selected: &Selected) -> Result<Facts> {
    let fleet = &selected.fleet;
    let ids: Vec<Uuid> = fleet.rows(&selected.assets).map(|(_, row)| row.id).collect();
    let targets = store::load_targets(tx, &ids).await?;
    let found = targets
        .iter()
        .filter_map(|target| Some(fleet.find(target.asset_id.as_uuid())?.0));
    let tally = fleet.tally(&found.collect());
    let local_window = match &spec.window {
        None => None,
        Some(window) if !parts::is_time_zone(tx, &window.time_zone).await? => {
            let detail = "the time zone is none of the IANA database";
            let unknown = Error::new(ErrorKind::Invalid, "plan_time_zone_unknown", detail);
            return Err(unknown
                .at("spec.window.time_zone", detail)
                .hint("write it as in \"Europe/Amsterdam\""));
        }
        Some(window) => {
            let moments = (window.starts_at, window.ends_at);
            Some(store::local_times(tx, &window.time_zone, moments).await?)
        }
    };
    Ok(Facts {
        targets,
        fleet: fleet.len() as u64,
        environments: environments(tx).await?,
        current: tally.current,
        drift_unknown: tally.unknown,
        local_window,
    })
}

/// Environments of which somebody said what they are for. "Other" says nothing of it.
pub async fn environments(tx: &mut TenantTx) -> Result<BTreeMap<String, Use>> {
    let declared = part::list::<EnvironmentSpec>(tx, None).await?;
    let known = declared.into_iter().filter_map(|known| {
        let used = match known.spec.kind {
            EnvironmentKind::Production => Use::Production,
            EnvironmentKind::Staging => Use::Staging,
            EnvironmentKind::Test => Use::Test,
            EnvironmentKind::Development => Use::Development,
            EnvironmentKind::Other => return None,
        };
        Some((known.spec.name, used))
    });
    Ok(known.collect())
}
