//! Takes what a connector hands over, and compares each scope with what is remembered of it.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use qlrf_connectors::inventory::{ConnectError, ImageSoftware, KnownImage, Observed, Sink};
use qlrf_core::asset::{Asset, Confidence, Software};
use qlrf_core::container::ImageContent;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::normalise;
use qlrf_core::resource::Resource;
use qlrf_core::rootfs::RootFs;
use qlrf_engines::sbom::Inventory;
use qlrf_store::asset::word;

use super::resources::with_resources;
use super::{Closed, Ingest, Listed, Prepared, count, images};

/// Assets per transaction: large enough to amortise a round trip, small enough to keep other writers waiting briefly.
const BATCH_ASSETS: usize = 2_000;
/// In a scope that was listed before, most assets are as they were: they are compared and not written.
const KNOWN_WEIGHT: usize = 5;
/// Assets and resources of one scope held in memory until it is closed. A connector splits what is larger.
const SCOPE_MAX: usize = 250_000;

#[async_trait]
impl Sink for Ingest {
    async fn assets(&mut self, scope: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        let scope = &normalise::scope(scope);
        self.check_room(scope, assets.len())?;
        for observed in assets {
            let (asset, problems) = read_software(observed).await?;
            for problem in problems {
                self.problem("software_partly_read", problem);
            }
            let mut asset = asset;
            match normalise::asset(&mut asset) {
                Ok(problems) => {
                    for problem in problems {
                        self.problem("asset_partly_taken", problem);
                    }
                    self.rules.map(&mut asset);
                    let (document, hash) = asset.fact();
                    self.open.entry(scope.clone()).or_default().push(Prepared {
                        asset,
                        document: Some(document),
                        hash,
                    });
                }
                Err(problem) => self.problem("asset_refused", problem),
            }
        }
        Ok(())
    }

    async fn resources(&mut self, scope: &Scope, resources: Vec<Resource>) -> Result<(), ConnectError> {
        let scope = &normalise::scope(scope);
        self.check_room(scope, resources.len())?;
        self.hold_resources(scope, resources);
        Ok(())
    }

    async fn close(&mut self, scope: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError> {
        let scope = &normalise::scope(scope);
        let outcome = match outcome {
            ScopeOutcome::Complete => ScopeOutcome::Complete,
            ScopeOutcome::Partial { code, detail } => ScopeOutcome::Partial {
                code,
                detail: normalise::detail(&detail),
            },
        };
        // A second, shorter listing of a scope would make the first one's assets look missing.
        if !self.listed.insert(scope.clone()) {
            let name = format!("{} {} {}", scope.account, scope.region, scope.kind);
            return Err(ConnectError::Sink(format!(
                "the scope \"{name}\" was listed twice in one collection"
            )));
        }
        let mut assets = self.open.remove(scope).unwrap_or_default();
        let mut resources = self.open_resources.remove(scope).unwrap_or_default();
        let digest = with_resources(sort_and_digest(&mut assets, &outcome), &mut resources);
        self.tally.scopes += 1;
        if let ScopeOutcome::Partial { code, detail } = &outcome {
            self.tally.partial_scopes += 1;
            self.note(code, detail.clone());
        }
        match self.remembered.get(scope) {
            Some(known) if known.digest == Some(digest) => {
                self.tally.unchanged += count(assets.len());
                self.closed.push(Closed {
                    scope_id: known.id,
                    assets: count(assets.len()),
                    resources: count(resources.len()),
                    digest,
                    again: known.confirmed && outcome == ScopeOutcome::Complete,
                    outcome,
                    changed: false,
                });
            }
            known => {
                if known.is_some_and(|known| known.digest.is_some()) {
                    assets.iter_mut().for_each(|prepared| prepared.document = None);
                }
                self.ready.push(Listed {
                    scope: scope.clone(),
                    assets,
                    resources,
                    digest,
                    outcome,
                });
            }
        }
        if self.ready.iter().map(|listed| self.weigh(listed)).sum::<usize>() >= BATCH_ASSETS {
            self.flush().await.map_err(refused)?;
        }
        Ok(())
    }

    async fn retire(&mut self, scope: &Scope) -> Result<(), ConnectError> {
        // What was never in the ledger cannot leave it.
        if let Some(id) = self
            .remembered
            .get(&normalise::scope(scope))
            .map(|known| known.id)
        {
            self.close(scope, ScopeOutcome::Complete).await?;
            self.gone.insert(id);
        }
        Ok(())
    }

    async fn recall_scopes(&mut self) -> Result<Vec<Scope>, ConnectError> {
        let known = self.remembered.iter().filter(|(_, known)| !known.gone);
        Ok(known.map(|(scope, _)| scope.clone()).collect())
    }

    async fn recall_unlisted(&mut self, scope: &Scope) -> Result<Vec<String>, ConnectError> {
        self.unlisted(&normalise::scope(scope)).await.map_err(refused)
    }

    async fn recall_images(
        &mut self,
        digests: &[Digest],
    ) -> Result<HashMap<Digest, KnownImage>, ConnectError> {
        images::recall(self, digests).await.map_err(refused)
    }

    async fn image(
        &mut self,
        digest: Digest,
        content: &ImageContent,
        software: ImageSoftware,
    ) -> Result<(), ConnectError> {
        images::keep(self, digest, content, software).await
    }

    async fn recall_layer(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, ConnectError> {
        images::recall_layer(self, digest).await.map_err(refused)
    }

    async fn keep_layer(&mut self, digest: Digest, reduced: &[u8]) -> Result<(), ConnectError> {
        images::keep_layer(self, digest, reduced).await.map_err(refused)
    }
}

pub(super) fn refused(error: qlrf_store::Error) -> ConnectError {
    ConnectError::Sink(error.to_string())
}

impl Ingest {
    fn check_room(&self, scope: &Scope, more: usize) -> Result<(), ConnectError> {
        let assets = self.open.get(scope).map_or(0, Vec::len);
        let resources = self.open_resources.get(scope).map_or(0, Vec::len);
        match assets + resources + more > SCOPE_MAX {
            true => Err(ConnectError::Sink(format!(
                "one scope holds more than {SCOPE_MAX} assets or resources"
            ))),
            false => Ok(()),
        }
    }

    fn weigh(&self, listed: &Listed) -> usize {
        let known = self.remembered.get(&listed.scope);
        let listed = listed.assets.len() + listed.resources.len();
        let weight = match known.and_then(|known| known.digest) {
            Some(_) => listed / KNOWN_WEIGHT,
            None => listed,
        };
        weight.max(1)
    }
}

pub(super) async fn read_inventory(files: Arc<dyn RootFs>) -> Result<Inventory, ConnectError> {
    let read = tokio::task::spawn_blocking(move || qlrf_engines::sbom::read(&*files)).await;
    read.map_err(|error| ConnectError::Sink(format!("reading package databases failed: {error}")))
}

/// Reads package databases where the connector handed over a root file system. Reading is work for a thread of its own.
async fn read_software(observed: Observed) -> Result<(Asset, Vec<String>), ConnectError> {
    let Observed { mut asset, files } = observed;
    let Some(files) = files else {
        return Ok((asset, Vec::new()));
    };
    let inventory = read_inventory(files).await?;
    let problems: Vec<String> = inventory
        .problems
        .iter()
        .map(|p| format!("{}: {}", p.path, p.detail))
        .collect();
    // Half a package database would make the other half look missing.
    if inventory.is_whole() {
        asset.software = Some(Software {
            confidence: Confidence::Observed,
            packages: Arc::new(inventory.packages),
        });
    }
    Ok((asset, problems))
}

/// The digest of a listing does not depend on the order in which a provider lists it. The same assets in a partial
/// listing are another one: as a complete listing they would prove that all others are gone.
pub(super) fn sort_and_digest(assets: &mut [Prepared], outcome: &ScopeOutcome) -> Digest {
    assets.sort_by(|a, b| (a.asset.kind, &a.asset.native_id).cmp(&(b.asset.kind, &b.asset.native_id)));
    let mut hasher = Hasher::new(match outcome {
        ScopeOutcome::Complete => "scope/1",
        ScopeOutcome::Partial { .. } => "scope-partial/1",
    });
    for prepared in assets.iter() {
        hasher.field(word(prepared.asset.kind).as_bytes());
        hasher.field(prepared.asset.native_id.as_bytes());
        hasher.field(&prepared.hash.0);
    }
    hasher.finish()
}
