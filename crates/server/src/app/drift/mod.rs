//! Judges assets against the golden images that they should run, and records the judgement as a fact of its own.

mod basis;
mod reconcile;

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_core::asset::{Asset, Confidence};
use qlrf_core::drift::{DriftState, PackageChange};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use qlrf_core::package::PackageSet;
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::{self, Actual, AgeLimits, Drift, ExpectedPackages, PackageDiff};
use qlrf_engines::link::Link;
use qlrf_store::asset::NewFact;
use qlrf_store::drift::Drift as Row;
use qlrf_store::{Error, Result, TenantTx, content, drift as rows, judged, outbox};
use serde_json::json;
use uuid::Uuid;

pub use self::reconcile::reconcile;
use super::catalogue::{Catalogue, Expectation};

/// One asset to judge.
pub struct Subject<'a> {
    pub id: AssetId,
    pub asset: &'a Asset,
    pub package_set_id: Option<i32>,
    /// The set itself, where the caller has it at hand.
    pub packages: Option<Arc<PackageSet>>,
    /// How sure its software is; an inferred inventory proves nothing about drift.
    pub confidence: Option<Confidence>,
}

impl<'a> Subject<'a> {
    pub fn of_fact(fact: &NewFact<'a>) -> Subject<'a> {
        let software = fact.asset.software.as_ref();
        Subject {
            id: fact.id,
            asset: fact.asset,
            package_set_id: fact.installed.map(|installed| installed.set_id),
            packages: software.map(|software| software.packages.clone()),
            confidence: fact.installed.map(|installed| installed.confidence),
        }
    }
}

/// A judgement in full: what is stored of it, and what explains it.
pub struct Judgement {
    pub row: Row,
    pub drift: Drift,
    pub link: Link,
}

/// The catalogue of images, and every package difference computed so far: one per distinct (set, image).
pub struct Judge {
    catalogue: Arc<Catalogue>,
    /// Read when first needed: most versions are run by nobody any more.
    expected: HashMap<Uuid, Arc<ExpectedPackages>>,
    differences: HashMap<(i32, Uuid), Arc<PackageDiff>>,
}

impl Judge {
    pub async fn load(tx: &mut TenantTx) -> Result<Judge> {
        Ok(Judge {
            catalogue: Catalogue::load(tx).await?,
            expected: HashMap::new(),
            differences: HashMap::new(),
        })
    }

    /// Reads the images again if they changed. Called after `clock::tick`, which keeps them from changing further.
    pub async fn refresh(&mut self, tx: &mut TenantTx) -> Result<()> {
        let images_at = judged::progress(tx).await?.images_at;
        if images_at != self.catalogue.images_at {
            *self = Judge::load(tx).await?;
        }
        Ok(())
    }

    /// Judges assets and records what is new. Transitions are told as events.
    pub async fn judge(&mut self, tx: &mut TenantTx, at: Timestamp, subjects: &[Subject<'_>]) -> Result<()> {
        let ids: Vec<AssetId> = subjects.iter().map(|subject| subject.id).collect();
        let before = rows::find_current(tx, &ids).await?;
        let (mut closing, mut opening, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for subject in subjects {
            let row = self.assess(tx, subject).await?.row;
            let known = before.get(&row.asset_id);
            if known == Some(&row) {
                continue;
            }
            events.extend(transition(subject, known, &row));
            closing.extend(known.map(|known| known.asset_id));
            opening.push(row);
        }
        rows::close(tx, at, &closing).await?;
        rows::open(tx, at, &opening).await?;
        outbox::append_all(tx, events, None).await?;
        Ok(())
    }

    /// Judges one asset without recording anything.
    pub async fn assess(&mut self, tx: &mut TenantTx, subject: &Subject<'_>) -> Result<Judgement> {
        let link = self.catalogue.link(subject.asset);
        let expectation = self.catalogue.expectation(&link);
        let packages = match &expectation {
            Some(expectation) => self.compare(tx, subject, expectation.contract_of).await?,
            None => None,
        };
        let actual = Actual {
            packages,
            services: subject.asset.services.as_ref(),
            config: subject.asset.config.as_ref(),
        };
        let drift = drift::evaluate(
            expectation.as_ref().map(|expectation| &expectation.expected),
            &actual,
        );
        let row = row(subject, expectation.as_ref(), &link, &drift);
        Ok(Judgement { row, drift, link })
    }

    /// How the software of an asset differs from an image, be it one that it does not run; `None` where it was not observed.
    pub async fn compare(
        &mut self,
        tx: &mut TenantTx,
        subject: &Subject<'_>,
        image: Uuid,
    ) -> Result<Option<Arc<PackageDiff>>> {
        match (subject.package_set_id, subject.confidence) {
            (_, Some(Confidence::Inferred)) => Ok(None),
            (Some(set_id), Some(_)) => self.difference(tx, subject, set_id, image).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Whether the contract of an image says anything of packages.
    pub async fn has_packages(&mut self, tx: &mut TenantTx, image: Uuid) -> Result<bool> {
        Ok(!self.expected(tx, image).await?.is_empty())
    }

    async fn difference(
        &mut self,
        tx: &mut TenantTx,
        subject: &Subject<'_>,
        set_id: i32,
        image: Uuid,
    ) -> Result<Arc<PackageDiff>> {
        let key = (set_id, image);
        if let Some(known) = self.differences.get(&key) {
            return Ok(known.clone());
        }
        let packages = match &subject.packages {
            Some(packages) => packages.clone(),
            None => Arc::new(content::load_set(tx, set_id).await?),
        };
        let expected = self.expected(tx, image).await?;
        let difference = Arc::new(drift::diff_packages(&packages, &expected, &drift::by_ecosystem));
        self.differences.insert(key, difference.clone());
        Ok(difference)
    }

    async fn expected(&mut self, tx: &mut TenantTx, image: Uuid) -> Result<Arc<ExpectedPackages>> {
        if let Some(known) = self.expected.get(&image) {
            return Ok(known.clone());
        }
        let expected = Arc::new(self.catalogue.packages(tx, image).await?);
        self.expected.insert(image, expected.clone());
        Ok(expected)
    }
}

/// A stored fact, read back: identity, package set, asset and how sure its software is.
pub fn read_document(
    (id, set, mut document): (Uuid, Option<i32>, serde_json::Value),
) -> Result<(AssetId, Option<i32>, Asset, Option<Confidence>)> {
    let corrupt = |error: serde_json::Error| Error::Corrupt(format!("the fact of asset {id}: {error}"));
    let confidence = serde_json::from_value(document["confidence"].take()).map_err(corrupt)?;
    let asset = Asset::from_document(document).map_err(corrupt)?;
    Ok((AssetId::from_uuid(id), set, asset, confidence))
}

fn row(subject: &Subject<'_>, expectation: Option<&Expectation>, link: &Link, drift: &Drift) -> Row {
    let packages = drift.packages.as_deref();
    let count = |change| packages.map_or(0, |diff| to_i32(diff.count(change)));
    let unverified = drift.unverified.len() + packages.map_or(0, |diff| diff.unverified.len());
    let superseded_at = drift.lag.as_ref().and_then(|lag| lag.superseded_at);
    // Judged at the very moment of being superseded, the age of the lag adds nothing.
    let severity = drift.severity(
        superseded_at.unwrap_or(Timestamp::UNIX_EPOCH),
        &AgeLimits::default(),
    );
    Row {
        asset_id: subject.id.as_uuid(),
        state: drift.state.name().to_owned(),
        severity: severity.name().to_owned(),
        versions_behind: drift.lag.as_ref().map(|lag| to_i32(lag.versions_behind as usize)),
        superseded_at,
        family_id: expectation.map(|expectation| expectation.family_id),
        image_id: expectation.and_then(|expectation| expectation.running),
        target_id: expectation.and_then(|expectation| expectation.target),
        proof: Some(super::catalogue::proof(link)),
        missing: count(PackageChange::Missing),
        forbidden: count(PackageChange::Forbidden),
        extra: count(PackageChange::Extra),
        older: count(PackageChange::Older),
        newer: count(PackageChange::Newer),
        settings: to_i32(drift.services.len() + drift.config.len()),
        unknowns: to_i32(unverified),
    }
}

fn transition(subject: &Subject<'_>, before: Option<&Row>, after: &Row) -> Option<NewEvent> {
    let drifted = [DriftState::Outdated, DriftState::Ahead]
        .iter()
        .any(|state| state.name() == after.state);
    if !drifted {
        return None;
    }
    Some(NewEvent {
        event_type: EventType::DriftDetected,
        subject: format!("assets/{}", subject.id),
        data: json!({
            "asset_id": subject.id, "name": subject.asset.name, "from": before.map(|row| &row.state),
            "to": after.state, "severity": after.severity, "simulated": subject.asset.simulated,
            "missing": after.missing, "forbidden": after.forbidden, "extra": after.extra, "older": after.older,
            "newer": after.newer, "settings": after.settings, "versions_behind": after.versions_behind,
        }),
    })
}

fn to_i32(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
