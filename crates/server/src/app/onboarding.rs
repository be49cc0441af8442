//! From an empty installation to a picture of one's own, and the end of the simulated one.

use qlrf_connectors::inventory::{local, sim};
use qlrf_core::error::Result;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;
use qlrf_store::{connector, image};

use crate::api::types::attention::{Onboarding, OnboardingStep, SimulatedEstate, SimulatedRemoved};
use crate::fleet::{Dimension, Fleet, Row};
use crate::opcx::OpCx;

/// The fact that ticks a step, and since when it has been true.
type Fact = Option<(String, Option<Timestamp>)>;

pub async fn get(cx: &OpCx) -> Result<Onboarding> {
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let mut tx = cx.tenant().await?;
    let images = image::list_summaries(&mut tx).await?;
    let connectors = connector::list(&mut tx).await?;
    drop(tx);
    let feeds = fleet.vulnerabilities.feeds_as_of;
    let feeds = feeds.map(|at| ("a vulnerability feed was imported".to_owned(), Some(at)));
    let register = "qlrf image init && qlrf image register image.yaml";
    let link = "qlrf image register --link-name '*' image.yaml";
    let steps = [
        step("host_seen", host_seen(&fleet), "qlrf connector sync this-host"),
        step("feed_present", feeds, "qlrf feed sync"),
        step("contract_registered", contract_registered(&images), register),
        step("image_linked", image_linked(&fleet), link),
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
            assets: fleet.having(Dimension::Simulated, "true").len(),
            image_versions: images.iter().filter(|one| one.simulated).count() as u64,
        },
    })
}

/// Assets that were really seen.
fn real(fleet: &Fleet) -> impl Iterator<Item = &Row> {
    fleet.iter().map(|(_, row)| &**row).filter(|row| !row.simulated)
}

fn host_seen(fleet: &Fleet) -> Fact {
    let first = real(fleet).min_by_key(|row| row.first_seen)?;
    let (seen, all, name) = (real(fleet).count(), fleet.len(), &first.name);
    let fact = format!("{seen} of {all} assets were really seen, the first is {name}");
    Some((fact, Some(first.first_seen)))
}

fn contract_registered(images: &[image::Summary]) -> Fact {
    let own = || images.iter().filter(|image| !image.simulated);
    let first = own().min_by_key(|image| image.created_at)?;
    let (count, family, version) = (own().count(), &first.family, &first.version);
    let fact = format!("{count} image versions are registered, the first was {family}:{version}");
    Some((fact, Some(first.created_at)))
}

/// Linked is also an asset that is judged against a family of which it runs no registered version.
fn image_linked(fleet: &Fleet) -> Fact {
    let linked = || real(fleet).filter(|row| fleet.word(row, Dimension::Family).is_some());
    let (count, name) = (linked().count(), &linked().next()?.name);
    Some((
        format!("{count} assets are linked to an image family, such as {name}"),
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
