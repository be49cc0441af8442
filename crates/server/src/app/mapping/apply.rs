//! The mapper: applies rules that changed to the assets that are stored.
//!
//! A pass over all assets looks without a lock, and takes the tenant's place in line only for those that come out other
//! than they are. It can be stopped anywhere: what it wrote is true, and the next pass finds what is left.

use std::collections::BTreeSet;
use std::time::Duration;

use qlrf_core::asset::{Asset, Installed};
use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, OrgId};
use qlrf_core::time::Timestamp;
use qlrf_engines::mapping::Mapper;
use qlrf_store::asset::NewFact;
use qlrf_store::mapping::Stored;
use qlrf_store::{Error, Result, Store, TenantTx, clock, mapping, scope};
use uuid::Uuid;

use super::BATCH_ASSETS;
use crate::app::drift::{Judge, read_document};
use crate::app::record::{Change, record as record_facts};
use crate::roles::Start;

/// How long changed rules wait when nobody nudged this process.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub async fn run(mut start: Start) -> anyhow::Result<()> {
    loop {
        if let Err(error) = apply_all(&start.app.store).await {
            tracing::warn!("mapping rules could not be applied: {error}");
        }
        tokio::select! {
            () = start.app.mapping_changed.notified() => {}
            more = start.stop.sleep(LOOK_EVERY) => if !more { return Ok(()) },
        }
    }
}

async fn apply_all(store: &Store) -> Result<()> {
    let mut tx = store.system("find mapping changes").await?;
    let orgs = mapping::list_unmapped(&mut tx).await?;
    tx.commit().await?;
    for org in orgs {
        let changed = apply(store, org).await?;
        tracing::info!(org.id = %org, "mapping rules changed {changed} assets");
    }
    Ok(())
}

/// Maps every stored asset by the rules that hold, and answers how many came out otherwise. Safe to run twice, and in
/// two processes at once.
pub async fn apply(store: &Store, org: OrgId) -> Result<usize> {
    let mut changed = 0;
    loop {
        let mut tx = store.tenant(org).await?;
        let wanted = mapping::progress(&mut tx).await?;
        let (version, mapper) = super::load(&mut tx).await?;
        tx.commit().await?;
        if wanted.applied >= wanted.wanted {
            return Ok(changed);
        }
        let pass = Pass {
            store,
            org,
            version,
            mapper,
        };
        if let Some(written) = pass.run().await? {
            changed += written;
            let mut tx = store.tenant(org).await?;
            mapping::advance(&mut tx, wanted.wanted).await?;
            tx.commit().await?;
        }
    }
}

/// Over every asset, with one version of the rules.
struct Pass<'a> {
    store: &'a Store,
    org: OrgId,
    version: i32,
    mapper: Mapper,
}

impl Pass<'_> {
    /// `None` when the rules changed meanwhile.
    async fn run(&self) -> Result<Option<usize>> {
        let (mut last, mut changed) = (None, 0);
        let mut judge = None;
        loop {
            let mut tx = self.store.tenant(self.org).await?;
            let subjects = mapping::list_subjects(&mut tx, last, BATCH_ASSETS).await?;
            tx.commit().await?;
            let Some(newest) = subjects.last() else {
                return Ok(Some(changed));
            };
            last = Some(newest.asset_id);
            let mut differing = Vec::new();
            for subject in subjects {
                let mut asset = super::read(subject.asset_id, subject.document)?;
                if self.mapper.map(&mut asset, &subject.connector) {
                    differing.push(subject.asset_id);
                }
            }
            if differing.is_empty() {
                continue;
            }
            match self.write(&differing, &mut judge).await? {
                Some(written) => changed += written,
                None => return Ok(None),
            }
        }
    }

    /// Looks once more, now that nobody else writes. `None` when the rules changed meanwhile.
    async fn write(&self, ids: &[Uuid], kept: &mut Option<Judge>) -> Result<Option<usize>> {
        let mut tx = self.store.tenant(self.org).await?;
        let at = clock::tick(&mut tx).await?;
        if mapping::current(&mut tx).await? != self.version {
            return Ok(None);
        }
        let judge = match kept.take() {
            Some(mut judge) => {
                judge.refresh(&mut tx).await?;
                kept.insert(judge)
            }
            None => kept.insert(Judge::load(&mut tx).await?),
        };
        let stored = mapping::load_stored(&mut tx, ids).await?;
        let news: Vec<New> = stored
            .into_iter()
            .filter_map(|stored| self.renew(stored).transpose())
            .collect::<Result<_>>()?;
        record(&mut tx, at, judge, &news).await?;
        tx.commit().await?;
        Ok(Some(news.len()))
    }

    fn renew(&self, stored: Stored) -> Result<Option<New>> {
        let set = stored.software.map(|(id, _)| id);
        let (id, _, mut asset, confidence) = read_document((stored.id.as_uuid(), set, stored.document))?;
        if !self.mapper.map(&mut asset, &stored.connector) {
            return Ok(None);
        }
        let installed = stored.software.map(|(set_id, packages)| match confidence {
            Some(confidence) => Ok(Installed {
                confidence,
                packages,
                set_id,
            }),
            None => Err(Error::Corrupt(format!(
                "the fact of asset {id} does not say how sure its software is"
            ))),
        });
        let installed = installed.transpose()?;
        let (document, hash) = asset.fact_with(installed.map(|i| (i.confidence, i.packages)));
        Ok(Some(New {
            id,
            scope_id: stored.scope_id,
            asset,
            document,
            hash,
            installed,
        }))
    }
}

/// What a stored asset becomes.
struct New {
    id: AssetId,
    scope_id: i64,
    asset: Asset,
    document: String,
    hash: Digest,
    installed: Option<Installed>,
}

impl New {
    fn fact(&self) -> NewFact<'_> {
        NewFact {
            id: self.id,
            scope_id: self.scope_id,
            asset: &self.asset,
            hash: self.hash,
            document: (&self.document).into(),
            installed: self.installed,
            merged: false,
        }
    }
}

/// Facts with their drift and events. What is remembered of their scopes is not what is recorded any more.
async fn record(tx: &mut TenantTx, at: Timestamp, judge: &mut Judge, news: &[New]) -> Result<()> {
    let facts: Vec<NewFact<'_>> = news.iter().map(New::fact).collect();
    let scopes: BTreeSet<i64> = facts.iter().map(|fact| fact.scope_id).collect();
    let changed = facts.iter().map(|fact| fact.id).collect();
    let recorded = record_facts(
        tx,
        at,
        Change {
            facts,
            changed,
            ..Change::default()
        },
    )
    .await?;
    scope::forget(tx, &scopes.into_iter().collect::<Vec<_>>()).await?;
    judge.judge(tx, at, &recorded.subjects()).await
}
