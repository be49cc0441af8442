//! What is recorded in a scope and was not handed over, while the scope is still open.

use std::collections::HashSet;

use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::id::ResourceId;
use qlrf_store::listing::{self, Key};
use qlrf_store::{Result, asset, resource};

use super::Ingest;
use super::resources::with_resources;
use super::sink::sort_and_digest;

impl Ingest {
    /// By the names that their source gives them. A scope that holds what it held is answered without a look at it.
    pub(super) async fn unlisted(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let Some(known) = self.remembered.get(scope).copied() else {
            return Ok(Vec::new());
        };
        let assets = self.open.entry(scope.clone()).or_default();
        let resources = self.open_resources.entry(scope.clone()).or_default();
        let digest = with_resources(sort_and_digest(assets, &ScopeOutcome::Complete), resources);
        if known.digest == Some(digest) {
            return Ok(Vec::new());
        }
        let keys: HashSet<Key> = assets.iter().map(|one| Key::of(&one.asset)).collect();
        let seen: Vec<ResourceId> = resources.iter().map(|one| one.id(self.connector)).collect();
        let mut tx = self.store.tenant(self.org).await?;
        let before = listing::load(&mut tx, &[known.id]).await?;
        let absent = before.get(&known.id).map(|before| before.besides(&keys));
        let mut ids = asset::list_native_ids(&mut tx, &absent.unwrap_or_default()).await?;
        let others = resource::list_others(&mut tx, &[known.id], &seen).await?;
        let others: Vec<ResourceId> = others.into_iter().map(|(id, _)| id).collect();
        ids.extend(resource::list_native_ids(&mut tx, &others).await?);
        tx.commit().await?;
        Ok(ids)
    }
}
