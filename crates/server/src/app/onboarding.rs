//! From an empty installation to a picture of one's own, and the end of the simulated one.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_connectors::inventory::{local, sim};
use qlrf_core::error::Result;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;
use qlrf_store::{connector, image};
use roaring::RoaringBitmap;

use super::shelf::{self, Shelf};
use crate::api::types::attention::{Onboarding, OnboardingStep, SimulatedEstate, SimulatedRemoved};
use crate::fleet::{Dimension, Fleet};
use crate::opcx::OpCx;

/// Distributions named in one sentence; the others are counted.
const NAMED_MAX: usize = 5;

/// The fact that ticks a step, and since when it has been true.
type Fact = Option<(String, Option<Timestamp>)>;

pub async fn get(cx: &OpCx) -> Result<Onboarding> {
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    // Assets that were really seen.
    let real = fleet.live() - fleet.simulated();
    let mut tx = cx.tenant().await?;
    let images = image::list_summaries(&mut tx).await?;
    let connectors = connector::list(&mut tx).await?;
    let shelves = shelf::of_packages(&mut tx, &packages_of(&fleet, &real)).await?;
    drop(tx);
    let (feeds, missing) = feed_present(&shelves);
    let register = "qlrf image init && qlrf image register image.yaml";
    let link = "qlrf image register --link-name '*' image.yaml";
    let steps = [
        step(
            "host_seen",
            host_seen(&fleet, &real),
            "qlrf connector sync this-host",
        ),
        OnboardingStep {
            missing,
            ..step("feed_present", feeds, "qlrf feed sync osv")
        },
        step("contract_registered", contract_registered(&images), register),
        step("image_linked", image_linked(&fleet, &real), link),
        step(
            "connector_added",
            connector_added(&connectors),
            "qlrf connector add NAME KIND",
        ),
    ];
    Ok(Onboarding {
        as_of: fleet.moment(),
        steps: steps.into(),
        simulated: SimulatedEstate {
            connectors: connectors.iter().filter(|one| one.simulated).count() as u64,
            assets: fleet.simulated().len(),
            image_versions: images.iter().filter(|one| one.simulated).count() as u64,
        },
    })
}

fn host_seen(fleet: &Fleet, real: &RoaringBitmap) -> Fact {
    let (_, first) = fleet.rows(real).min_by_key(|(_, row)| row.first_seen)?;
    let (seen, all, name) = (real.len(), fleet.len(), &first.name);
    let fact = format!("really seen: {seen} of {all}, first {name}");
    Some((fact, Some(first.first_seen)))
}

fn packages_of(fleet: &Fleet, assets: &RoaringBitmap) -> Vec<i32> {
    let sets: BTreeSet<i32> = fleet
        .rows(assets)
        .filter_map(|(_, row)| row.package_set_id)
        .collect();
    let packages = sets.iter().filter_map(|set| fleet.sets.get(set));
    let packages: RoaringBitmap = packages
        .flat_map(|set| set.packages().iter().map(|id| *id as u32))
        .collect();
    packages.into_iter().map(|id| id as i32).collect()
}

/// Ticked by advisories that can match something of this estate; catalogues and scores alone match nothing. And what of
/// it none speaks of.
fn feed_present(shelves: &BTreeMap<String, Shelf>) -> (Fact, Option<String>) {
    let names = |held: bool| -> Option<String> {
        let named = shelves
            .iter()
            .filter(|(_, shelf)| shelf.held_since.is_some() == held);
        let named: Vec<&str> = named.map(|(name, _)| &name[..]).collect();
        let more = named.len().saturating_sub(NAMED_MAX);
        match (&named[..named.len() - more], more) {
            ([], _) => None,
            (named, 0) => Some(named.join(", ")),
            (named, more) => Some(format!("{} and {more} more", named.join(", "))),
        }
    };
    let since = shelves.values().filter_map(|shelf| shelf.held_since).min();
    let fact = names(true).map(|names| (format!("advisories are held for {names}"), since));
    let missing = match shelves.is_empty() {
        true => Some("no software was really seen yet that advisories could speak of".to_owned()),
        false => names(false).map(|names| format!("no advisories are held for {names}")),
    };
    (fact, missing)
}

fn contract_registered(images: &[image::Summary]) -> Fact {
    let own = || images.iter().filter(|image| !image.simulated);
    let first = own().min_by_key(|image| image.created_at)?;
    let (count, family, version) = (own().count(), &first.family, &first.version);
    let fact = format!("image versions registered: {count}, first {family}:{version}");
    Some((fact, Some(first.created_at)))
}

/// Linked is also an asset that is judged against a family of which it runs no registered version.
fn image_linked(fleet: &Fleet, real: &RoaringBitmap) -> Fact {
    let linked = || {
        let rows = fleet.rows(real).map(|(_, row)| row);
        rows.filter(|row| fleet.word(row, Dimension::Family).is_some())
    };
    let (count, name) = (linked().count(), &linked().next()?.name);
    Some((
        format!("assets linked to an image family: {count}, such as {name}"),
        None,
    ))
}

fn connector_added(connectors: &[connector::Connector]) -> Fact {
    let first = connectors
        .iter()
        .filter(|connector| !connector.simulated && connector.kind != local::KIND.name)
        .min_by_key(|connector| connector.created_at)?;
    let fact = format!("the connector \"{}\" was added", first.name);
    Some((fact, Some(first.created_at)))
}

fn step(name: &str, fact: Fact, command: &str) -> OnboardingStep {
    let (fact, since) = fact.unzip();
    OnboardingStep {
        step: name.to_owned(),
        done: fact.is_some(),
        fact,
        since: since.flatten(),
        missing: None,
        command: command.to_owned(),
    }
}

/// Deletes every connector that simulates; its assets leave the estate as those of any deleted connector do.
pub async fn remove_simulated(cx: &OpCx) -> Result<SimulatedRemoved> {
    let mut tx = cx.tenant().await?;
    let simulated: Vec<ConnectorId> = connector::list(&mut tx)
        .await?
        .into_iter()
        .filter(|connector| connector.kind == sim::KIND.name)
        .map(|connector| ConnectorId::from_uuid(connector.id))
        .collect();
    drop(tx);
    let mut removed = SimulatedRemoved {
        connectors_removed: 0,
        assets_removed: 0,
        image_versions_kept: 0,
    };
    for id in simulated {
        removed.assets_removed += super::connector::delete(cx, id).await?;
        removed.connectors_removed += 1;
    }
    let mut tx = cx.tenant().await?;
    let images = image::list_summaries(&mut tx).await?;
    removed.image_versions_kept = images.iter().filter(|image| image.simulated).count() as u64;
    Ok(removed)
}
