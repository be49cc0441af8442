//! How long a finding may stay open: as the organisation says, and where an image contract says otherwise, as that says.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::time::{Duration, Timestamp, now};
use qlrf_engines::vuln::sla::Sla;
use qlrf_store::{TenantTx, org, sla as store};
use roaring::RoaringBitmap;

use crate::api::types::organization::{OrganizationSla, SlaTimes};
use crate::fleet::Fleet;
use crate::opcx::OpCx;

pub async fn get(cx: &OpCx) -> Result<OrganizationSla> {
    read(&mut cx.tenant().await?).await
}

async fn read(tx: &mut TenantTx) -> Result<OrganizationSla> {
    let set = store::find(tx, None).await?;
    Ok(OrganizationSla {
        times: times(set.as_ref().map_or_else(Sla::default, engine)),
        is_default: set.is_none(),
        since: set.map(|set| set.since),
        contracts: store::list_of_contracts(tx).await?.len() as u64,
    })
}

/// `check` sees what is about to change.
pub async fn set(
    cx: &OpCx,
    times: &SlaTimes,
    check: impl FnOnce(&OrganizationSla) -> Result<()>,
) -> Result<OrganizationSla> {
    let lengths = [
        u64::from(times.critical_hours),
        u64::from(times.high_days) * 24,
        u64::from(times.medium_days) * 24,
        u64::from(times.low_days) * 24,
    ];
    if !lengths.is_sorted() {
        let detail =
            "what is worse has no more time: critical, high, medium and low in this order".to_owned();
        return Err(Error::new(ErrorKind::Invalid, "invalid_sla", detail));
    }
    let mut tx = cx.tenant().await?;
    org::get_for_update(&mut tx).await?;
    check(&read(&mut tx).await?)?;
    let bounded = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let new = store::Sla {
        critical_hours: bounded(times.critical_hours),
        high_days: bounded(times.high_days),
        medium_days: bounded(times.medium_days),
        low_days: bounded(times.low_days),
        since: now(),
    };
    store::replace(&mut tx, &new).await?;
    let set = read(&mut tx).await?;
    tx.commit().await?;
    Ok(set)
}

fn engine(set: &store::Sla) -> Sla {
    Sla {
        critical: Duration::hours(set.critical_hours.into()),
        high: Duration::days(set.high_days.into()),
        medium: Duration::days(set.medium_days.into()),
        low: Duration::days(set.low_days.into()),
    }
}

fn times(sla: Sla) -> SlaTimes {
    let whole = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    SlaTimes {
        critical_hours: whole(sla.critical.whole_hours()),
        high_days: whole(sla.high.whole_days()),
        medium_days: whole(sla.medium.whole_days()),
        low_days: whole(sla.low.whole_days()),
    }
}

/// The times of every asset of a view.
pub struct Times {
    organisation: Sla,
    /// Assets of images whose contract states times of its own.
    overridden: Vec<(RoaringBitmap, Sla)>,
}

impl Times {
    pub async fn load(cx: &OpCx, fleet: &Fleet, as_of: Option<Timestamp>) -> Result<Times> {
        let mut tx = cx.tenant().await?;
        let organisation = match store::find(&mut tx, as_of).await? {
            Some(set) => engine(&set),
            None => Sla::default(),
        };
        let mut overridden = Vec::new();
        for (image, stated) in store::list_of_contracts(&mut tx).await? {
            if let Some(assets) = fleet.running_image(image) {
                overridden.push((assets.clone(), organisation.overridden(&stated)));
            }
        }
        Ok(Times {
            organisation,
            overridden,
        })
    }

    /// Of the affected assets among those in question: the first that runs out.
    pub fn of(&self, affected: &RoaringBitmap, within: &RoaringBitmap) -> Sla {
        if self.overridden.is_empty() {
            return self.organisation;
        }
        let mut rest = affected & within;
        let mut shortest: Option<Sla> = None;
        let mut take = |sla: Sla| shortest = Some(shortest.map_or(sla, |known| known.shortest(sla)));
        for (assets, sla) in &self.overridden {
            if !rest.is_disjoint(assets) {
                take(*sla);
                rest -= assets;
            }
        }
        if !rest.is_empty() {
            take(self.organisation);
        }
        shortest.unwrap_or(self.organisation)
    }
}
