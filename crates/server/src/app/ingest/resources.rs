//! Resources of changed scopes become facts beside the assets, in the same transaction and by the same rules: what did not
//! change is not written, and only a complete listing proves that something is gone.

use std::collections::HashMap;

use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::id::{ConnectorId, ResourceId};
use qlrf_core::normalise;
use qlrf_core::resource::Resource;
use qlrf_core::time::Timestamp;
use qlrf_store::resource::{self as store, NewResource, id_of};
use qlrf_store::{Result, TenantTx};

use super::{Ingest, Listed, SHRINK_ASSETS_MIN, count, shrinks};

pub(super) struct PreparedResource {
    resource: Resource,
    document: String,
    hash: Digest,
}

impl PreparedResource {
    pub(super) fn id(&self, connector: ConnectorId) -> ResourceId {
        id_of(connector, &self.resource)
    }
}

/// What a collection has seen of resources so far.
#[derive(Default)]
pub(super) struct Seen {
    /// In changed scopes.
    ids: HashMap<ResourceId, i64>,
    /// Changed scopes that were listed completely.
    complete: Vec<i64>,
    /// The connector had some before, so some may be missing.
    had_any: bool,
}

impl Seen {
    pub fn of(had_any: bool) -> Seen {
        Seen {
            had_any,
            ..Seen::default()
        }
    }
}

impl Ingest {
    pub(super) fn hold_resources(&mut self, scope: &Scope, resources: Vec<Resource>) {
        let mut prepared = Vec::with_capacity(resources.len());
        for mut resource in resources {
            match normalise::resource(&mut resource) {
                Ok(problems) => {
                    for problem in problems {
                        self.problem("resource_partly_taken", problem);
                    }
                    let (document, hash) = resource.fact();
                    prepared.push(PreparedResource {
                        resource,
                        document,
                        hash,
                    });
                }
                Err(problem) => self.problem("resource_refused", problem),
            }
        }
        self.open_resources
            .entry(scope.clone())
            .or_default()
            .extend(prepared);
    }

    pub(super) async fn write_resources(
        &mut self,
        tx: &mut TenantTx,
        at: Timestamp,
        scope_ids: &[i64],
        ready: &[Listed],
    ) -> Result<()> {
        let complete = scope_ids
            .iter()
            .zip(ready)
            .filter(|(_, listed)| listed.outcome == ScopeOutcome::Complete);
        self.resources.complete.extend(complete.map(|(id, _)| *id));
        let rows = self.new_rows(scope_ids, ready);
        let ids: Vec<ResourceId> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let known = store::find_known(tx, &ids).await?;
        let is_same = |row: &NewResource<'_>| known.get(&row.id) == Some(&(row.hash, row.scope_id));
        let rows: Vec<NewResource<'_>> = rows.into_iter().filter(|row| !is_same(row)).collect();
        let (changed, added): (Vec<ResourceId>, Vec<ResourceId>) = rows
            .iter()
            .map(|row| row.id)
            .partition(|id| known.contains_key(id));
        self.tally.resources_changed += count(changed.len());
        self.tally.resources_added += count(added.len());
        store::close(tx, at, &changed).await?;
        store::open(tx, at, self.connector, &rows).await
    }

    /// Each resource once: the first listing of it counts.
    fn new_rows<'a>(&mut self, scope_ids: &[i64], ready: &'a [Listed]) -> Vec<NewResource<'a>> {
        let mut rows = Vec::new();
        for (scope_id, listed) in scope_ids.iter().zip(ready) {
            for prepared in &listed.resources {
                let id = prepared.id(self.connector);
                if self.resources.ids.insert(id, *scope_id).is_some() {
                    let twice = format!(
                        "\"{}\" is listed twice; the first listing counts",
                        prepared.resource.native_id
                    );
                    self.problem("resource_listed_twice", twice);
                    continue;
                }
                rows.push(NewResource {
                    id,
                    scope_id: *scope_id,
                    resource: &prepared.resource,
                    hash: prepared.hash,
                    document: &prepared.document,
                });
            }
        }
        rows
    }

    /// Removes what is proved to be gone, or tells the scopes of what is held back until a person confirms it.
    pub(super) async fn remove_resources(&mut self, tx: &mut TenantTx, at: Timestamp) -> Result<Vec<i64>> {
        if !self.resources.had_any || self.resources.complete.is_empty() {
            return Ok(Vec::new());
        }
        let seen: Vec<ResourceId> = self.resources.ids.keys().copied().collect();
        let missing = store::list_others(tx, &self.resources.complete, &seen).await?;
        if missing.len() >= SHRINK_ASSETS_MIN && !self.confirm_removals {
            let known = store::count_of_connector(tx, self.connector).await?;
            if shrinks(missing.len(), known) {
                self.tally.held_back += count(missing.len());
                self.note_held_back(missing.len(), known, "resources");
                return Ok(missing.into_iter().map(|(_, scope)| scope).collect());
            }
        }
        let ids: Vec<ResourceId> = missing.into_iter().map(|(id, _)| id).collect();
        store::close(tx, at, &ids).await?;
        self.tally.resources_removed = count(ids.len());
        Ok(Vec::new())
    }
}

/// The digest of a listing that holds resources as well; without any it is that of its assets.
pub(super) fn with_resources(assets: Digest, resources: &mut [PreparedResource]) -> Digest {
    if resources.is_empty() {
        return assets;
    }
    let key = |prepared: &PreparedResource| {
        (
            prepared.resource.facts.kind(),
            prepared.resource.native_id.clone(),
        )
    };
    resources.sort_by_cached_key(key);
    let mut hasher = Hasher::new("scope-with-resources/1");
    hasher.field(&assets.0);
    for prepared in resources.iter() {
        hasher.field(prepared.resource.facts.kind().as_bytes());
        hasher.field(prepared.resource.native_id.as_bytes());
        hasher.field(&prepared.hash.0);
    }
    hasher.finish()
}
