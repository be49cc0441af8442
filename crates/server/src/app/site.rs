//! Sites: what the estate shows of them, what people say of them, and which two stand in for each other.

use std::collections::BTreeMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::part::PairRole;
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::coverage::Tally;
use qlrf_store::site_pair::{self, Side};
use qlrf_store::{TenantTx, clock};
use serde_json::json;
use uuid::Uuid;

use super::drift_view::heat_map;
use super::part::{self, Known};
use crate::api::types::part::SiteSpec;
use crate::opcx::OpCx;

/// A site with its pair, and its assets by environment.
pub struct Place {
    /// `None`: the assets whose site is not known.
    pub name: Option<String>,
    pub tally: Tally,
    pub environments: Vec<(Option<String>, Tally)>,
    pub declared: Option<Known<SiteSpec>>,
    pub pair: Option<Pair>,
}

/// What one site knows of its pair.
pub struct Pair {
    pub with: String,
    pub role: PairRole,
    pub since: Timestamp,
    pub author: String,
}

/// Every site that one of the assets is at, then every other that is declared, and the environments over all of them.
pub async fn list(
    cx: &OpCx,
    q: &str,
    as_of: Option<Timestamp>,
) -> Result<(Vec<Place>, Vec<(Option<String>, Tally)>)> {
    let map = heat_map(cx, q, as_of).await?;
    let mut tx = cx.tenant().await?;
    let (mut declared, mut pairs) = known(&mut tx, as_of).await?;
    let mut cells: BTreeMap<Option<String>, Vec<(Option<String>, Tally)>> = BTreeMap::new();
    for ((site, env), tally) in map.cells {
        cells.entry(site).or_default().push((env, tally));
    }
    let mut place = |name: Option<String>, tally| {
        let known = name.as_ref().and_then(|name| declared.remove(name));
        Place {
            tally,
            environments: cells.remove(&name).unwrap_or_default(),
            pair: known.as_ref().and_then(|site| pairs.remove(&site.id)),
            declared: known,
            name,
        }
    };
    let mut places: Vec<Place> = map
        .rows
        .into_iter()
        .map(|(name, tally)| place(name, tally))
        .collect();
    let rest = declared.into_iter().map(|(name, site)| Place {
        name: Some(name),
        tally: Tally::default(),
        environments: Vec::new(),
        pair: pairs.remove(&site.id),
        declared: Some(site),
    });
    places.extend(rest);
    Ok((places, map.columns))
}

type Declared = BTreeMap<String, Known<SiteSpec>>;

/// What is declared by name, and pairs by the id of a site in them.
async fn known(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<(Declared, BTreeMap<Uuid, Pair>)> {
    let sites = part::list::<SiteSpec>(tx, as_of).await?;
    let names: BTreeMap<Uuid, String> = sites
        .iter()
        .map(|site| (site.id, site.spec.name.clone()))
        .collect();
    let pair = |side: Side| {
        let with = names.get(&side.partner_id)?.clone();
        let (role, since, author) = (side.role, side.since, side.author);
        Some((
            side.site_id,
            Pair {
                with,
                role,
                since,
                author,
            },
        ))
    };
    let pairs = site_pair::list(tx, as_of)
        .await?
        .into_iter()
        .filter_map(pair)
        .collect();
    let declared = sites
        .into_iter()
        .map(|site| (site.spec.name.clone(), site))
        .collect();
    Ok((declared, pairs))
}

/// Makes two sites a pair; `role` is that of the first. As they are already, nothing is written; the other way round,
/// they change roles.
pub async fn pair(cx: &OpCx, name: &str, with: &str, role: PairRole) -> Result<Pair> {
    if name == with {
        let detail = format!("the site \"{name}\" cannot stand in for itself");
        return Err(Error::new(ErrorKind::Invalid, "invalid_pair", detail));
    }
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let site = part::get::<SiteSpec>(&mut tx, name).await?;
    let partner = part::get::<SiteSpec>(&mut tx, with).await?;
    let mut pairs = known(&mut tx, None).await?.1;
    for (one, other) in [(&site, &partner), (&partner, &site)] {
        match pairs.get(&one.id) {
            Some(pair) if pair.with != other.spec.name => return Err(paired(&one.spec.name, &pair.with)),
            _ => {}
        }
    }
    if let Some(same) = pairs.remove(&site.id).filter(|pair| pair.role == role) {
        return Ok(same);
    }
    site_pair::close(&mut tx, site.id, at).await?;
    let side = Side {
        site_id: site.id,
        partner_id: partner.id,
        role,
        since: at,
        author: cx.actor().to_string(),
    };
    site_pair::open(&mut tx, &side).await?;
    tell_both(&mut tx, cx, "paired", (&site, &partner), role).await?;
    tx.commit().await?;
    Ok(Pair {
        with: with.to_owned(),
        role,
        since: at,
        author: side.author,
    })
}

/// Ends the pair that a site is in, and answers what it was.
pub async fn unpair(cx: &OpCx, name: &str) -> Result<Pair> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let site = part::get::<SiteSpec>(&mut tx, name).await?;
    let pair = end_pair(&mut tx, cx, site.id, at)
        .await?
        .ok_or_else(|| unpaired(name))?;
    tx.commit().await?;
    Ok(pair)
}

/// `None` when it is in none.
pub(super) async fn end_pair(
    tx: &mut TenantTx,
    cx: &OpCx,
    site: Uuid,
    at: Timestamp,
) -> Result<Option<Pair>> {
    let (declared, mut pairs) = known(tx, None).await?;
    let Some(pair) = pairs.remove(&site) else {
        return Ok(None);
    };
    site_pair::close(tx, site, at).await?;
    let one = declared.values().find(|known| known.id == site);
    if let (Some(one), Some(other)) = (one, declared.get(&pair.with)) {
        tell_both(tx, cx, "unpaired", (one, other), pair.role).await?;
    }
    Ok(Some(pair))
}

async fn tell_both(
    tx: &mut TenantTx,
    cx: &OpCx,
    change: &str,
    (one, other): (&Known<SiteSpec>, &Known<SiteSpec>),
    role: PairRole,
) -> Result<()> {
    for (site, partner, role) in [(one, other, role), (other, one, role.other())] {
        let more =
            json!({ "change": change, "name_before": null, "partner": partner.spec.name, "role": role });
        part::tell(tx, cx, site, more).await?;
    }
    Ok(())
}

fn paired(site: &str, with: &str) -> Error {
    let detail = format!("the site \"{site}\" is in a pair with \"{with}\"");
    Error::new(ErrorKind::Conflict, "site_paired", detail)
        .hint(format!("end that one first: `qlrf site unpair`, for \"{site}\""))
}

fn unpaired(site: &str) -> Error {
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("the site \"{site}\" is in no pair"),
    )
}
