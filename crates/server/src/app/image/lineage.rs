//! Families, and how the versions of one follow each other.

use std::collections::HashMap;

use qlrf_core::error::Result;
use qlrf_core::image::{Build, LifecycleStatus};
use qlrf_core::time::Timestamp;
use qlrf_store::image::{self, Coordinate, Summary};
use uuid::Uuid;

use super::{ListQuery, Listed, Reference, family_name, list};
use crate::api::types::image::{FamilyLatest, ImageFamily};
use crate::fleet::Dimension;
use crate::opcx::OpCx;

pub struct Lineage {
    pub family: String,
    pub steps: Vec<Step>,
}

/// One version between its neighbours.
pub struct Step {
    pub listed: Listed,
    pub predecessor: Option<String>,
    pub successor: Option<String>,
    pub build: Build,
    pub source: Option<Source>,
    pub coordinates: Vec<Coordinate>,
}

/// A registered version that another was built from.
#[derive(Clone)]
pub struct Source {
    pub id: Uuid,
    pub name: String,
}

/// Every version of a family, the oldest first. A source is named only where a registered version bears its name or
/// has it as a coordinate; nothing is guessed from how names look.
pub async fn lineage(cx: &OpCx, reference: &Reference) -> Result<Lineage> {
    let mut tx = cx.tenant().await?;
    let family = family_name(&mut tx, reference).await?;
    let mut builds: HashMap<Uuid, Build> = HashMap::new();
    for (id, build) in image::list_builds(&mut tx, &family).await? {
        let build = serde_json::from_value(build).map_err(|error| {
            qlrf_store::Error::Corrupt(format!("the build of an image contract: {error}"))
        })?;
        builds.insert(id, build);
    }
    let coordinates = image::list_coordinates(&mut tx).await?;
    let known = sources(&image::list_summaries(&mut tx).await?, &coordinates);
    drop(tx);
    let query = ListQuery {
        family: Some(family.clone()),
        ..ListQuery::default()
    };
    let mut listed = list(cx, &query).await?;
    listed.reverse();
    let names: Vec<String> = listed.iter().map(|one| one.summary.version.clone()).collect();
    let step = |(n, listed): (usize, Listed)| {
        let id = listed.summary.id;
        let build = builds.remove(&id).unwrap_or_default();
        let source = build.source_image.as_ref().and_then(|name| known.get(name));
        Step {
            source: source.filter(|source| source.id != id).cloned(),
            coordinates: coordinates.iter().filter(|c| c.image_id == id).cloned().collect(),
            predecessor: n.checked_sub(1).map(|before| names[before].clone()),
            successor: names.get(n + 1).cloned(),
            build,
            listed,
        }
    };
    Ok(Lineage {
        steps: listed.into_iter().enumerate().map(step).collect(),
        family,
    })
}

/// Registered versions by everything that names them.
fn sources(summaries: &[Summary], coordinates: &[Coordinate]) -> HashMap<String, Source> {
    let source = |summary: &Summary| Source {
        id: summary.id,
        name: format!("{}:{}", summary.family, summary.version),
    };
    let by_id: HashMap<Uuid, Source> = summaries.iter().map(|one| (one.id, source(one))).collect();
    let places = coordinates
        .iter()
        .filter_map(|c| Some((c.reference.clone(), by_id.get(&c.image_id)?.clone())));
    let names = by_id.values().map(|source| (source.name.clone(), source.clone()));
    places.chain(names).collect()
}

/// Every family by name, with what ran its versions at a moment.
pub async fn families(cx: &OpCx, at: Option<Timestamp>) -> Result<Vec<ImageFamily>> {
    let query = ListQuery {
        at,
        ..ListQuery::default()
    };
    let listed = list(cx, &query).await?;
    let fleet = cx.app().fleets.get(cx.org(), at).await?;
    let named = |(symbol, assets)| Some((&fleet.symbols.word(symbol)?[..], assets));
    let linked: HashMap<&str, u64> = fleet
        .count_by(fleet.live(), Dimension::Family)
        .filter_map(named)
        .collect();
    let mut families: Vec<ImageFamily> = listed
        .chunk_by(|a, b| a.summary.family_id == b.summary.family_id)
        .map(|versions| family(versions, &linked))
        .collect();
    families.sort_by(|a, b| a.family.cmp(&b.family));
    Ok(families)
}

/// `versions` is not empty and has the newest first.
fn family(versions: &[Listed], linked: &HashMap<&str, u64>) -> ImageFamily {
    let name = &versions[0].summary.family;
    let running = |wanted: fn(&Listed) -> bool| -> u64 {
        let wanted = versions.iter().filter(|version| wanted(version));
        wanted.map(|version| version.running).sum()
    };
    let latest = LifecycleStatus::ALL.iter().filter_map(|status| {
        let newest = versions.iter().find(|version| {
            version.summary.status == status.name() && version.summary.revoked_at.is_none()
        })?;
        Some(FamilyLatest {
            status: status.name().to_owned(),
            id: newest.summary.id,
            version: newest.summary.version.clone(),
        })
    });
    ImageFamily {
        family: name.clone(),
        versions: versions.len() as u64,
        latest: latest.collect(),
        assets: linked.get(&name[..]).copied().unwrap_or(0),
        version_known: running(|_| true),
        on_newest: running(|version| version.newest),
        on_revoked: running(|version| version.summary.revoked_at.is_some()),
        simulated: versions.iter().all(|version| version.summary.simulated),
    }
}
