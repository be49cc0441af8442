//! Mapping rules: one set for each organisation, applied to what is collected and to what is stored.

mod apply;
mod collect;
mod preview;

use std::collections::BTreeMap;

use qlrf_core::asset::Asset;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::mapping::Field;
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::mapping::{Mapper, Parsed, RuleSet, parse};
use qlrf_store::mapping::{self as store, Progress, Version};
use qlrf_store::{TenantTx, clock};
use serde_json::Value;
use uuid::Uuid;

pub use self::apply::{apply, run};
pub use self::collect::Rules;
pub use self::preview::{Change, Preview, preview};
use crate::app::rejected::Rejected;
use crate::fleet::Filter;
use crate::opcx::OpCx;

/// Assets looked at, or written, in one go.
const BATCH_ASSETS: i64 = 2_000;

/// Fields that lists can be filtered by; whether an asset has an image family is a matter of its link.
pub const COUNTED: [Field; 6] = [
    Field::Site,
    Field::Env,
    Field::Project,
    Field::Workload,
    Field::Owner,
    Field::Criticality,
];

/// One version with what it says. `None` in [`Found::version`] is the state before the first: no rules.
#[derive(Debug, Default)]
pub struct Found {
    pub version: Option<Version>,
    pub rules: RuleSet,
    pub progress: Progress,
}

/// The version that holds, or one by its number.
pub async fn get(cx: &OpCx, version: Option<i32>) -> Result<Found> {
    let mut tx = cx.tenant().await?;
    let found = read_version(&mut tx, version).await?;
    match (version, &found.version) {
        (Some(asked), None) => {
            let detail = format!("there is no version {asked} of the mapping rules");
            Err(Error::new(ErrorKind::NotFound, "not_found", detail))
        }
        _ => Ok(found),
    }
}

/// Every version, the newest first.
pub async fn history(cx: &OpCx) -> Result<Vec<Version>> {
    Ok(store::list(&mut cx.tenant().await?).await?)
}

/// Of every asset, how many have no value in each field of [`COUNTED`]; with all there are.
pub async fn unmapped(cx: &OpCx) -> Result<(BTreeMap<Field, u64>, u64)> {
    let fleet = cx.app().fleets.get(cx.org(), None).await?;
    let mut counts = BTreeMap::new();
    for field in COUNTED {
        let unknown = Filter::parse(&format!("{}:unknown", field.name()))?;
        counts.insert(field, unknown.select(&fleet, now()).len());
    }
    Ok((counts, fleet.len() as u64))
}

/// Saves a rule set. The same document again writes nothing. `check` sees what is about to change.
pub async fn save(
    cx: &OpCx,
    document: &[u8],
    check: impl FnOnce(&Found) -> Result<()>,
) -> std::result::Result<Found, Rejected> {
    let parsed = parse(document).map_err(Rejected::Document)?;
    let text = String::from_utf8_lossy(document);
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let before = read_version(&mut tx, None).await?;
    check(&before)?;
    if before
        .version
        .as_ref()
        .is_some_and(|version| version.document == text)
    {
        return Ok(before);
    }
    store::replace(&mut tx, at, &cx.actor().to_string(), &text).await?;
    if before.rules.rules != parsed.rules.rules {
        store::ask(&mut tx).await?;
    }
    let saved = read_version(&mut tx, None).await?;
    tx.commit().await?;
    cx.app().mapping_changed.notify_one();
    Ok(saved)
}

async fn read_version(tx: &mut TenantTx, version: Option<i32>) -> Result<Found> {
    let found = store::find(tx, version).await?;
    let rules = match &found {
        Some(version) => stored(version)?.rules,
        None => RuleSet::default(),
    };
    let progress = store::progress(tx).await?;
    Ok(Found {
        version: found,
        rules,
        progress,
    })
}

/// The number of the version that holds, and its rules ready to be applied.
async fn load(tx: &mut TenantTx) -> qlrf_store::Result<(i32, Mapper)> {
    match store::find(tx, None).await? {
        Some(version) => Ok((version.version, stored(&version)?.mapper)),
        None => Ok((0, Mapper::default())),
    }
}

/// The rules that held at a moment, or those of now.
pub async fn load_at(tx: &mut TenantTx, as_of: Option<Timestamp>) -> qlrf_store::Result<Mapper> {
    let Some(at) = as_of else {
        return Ok(load(tx).await?.1);
    };
    let version = store::find_at(tx, at).await?;
    version.map_or_else(|| Ok(Mapper::default()), |version| Ok(stored(&version)?.mapper))
}

/// Read when it was saved; that it cannot be read now is no mistake of a person.
fn stored(version: &Version) -> qlrf_store::Result<Parsed> {
    parse(version.document.as_bytes()).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        qlrf_store::Error::Corrupt(format!(
            "version {} of the mapping rules: {first}",
            version.version
        ))
    })
}

/// A fact as far as rules look at it.
fn read(id: Uuid, document: Value) -> qlrf_store::Result<Asset> {
    Asset::from_document(document)
        .map_err(|error| qlrf_store::Error::Corrupt(format!("the fact of asset {id}: {error}")))
}
