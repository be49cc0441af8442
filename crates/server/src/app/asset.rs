//! Assets: the estate as it is, as it was, and what changed between two moments.

use std::collections::BTreeMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_core::package::{Package, PackageSet};
use qlrf_core::time::Timestamp;
use qlrf_store::asset::{self as store, Fact};
use qlrf_store::{TenantTx, content, sighting};
use serde_json::Value;

use crate::api::types::asset::{AssetDiff, AssetMoment, FactChange, PackageChanged};
use crate::opcx::OpCx;

/// Moments of one asset that are shown; older ones are reached with `as_of`.
const HISTORY_MAX: i64 = 100;

pub async fn get(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<(Fact, Option<PackageSet>)> {
    let mut tx = cx.tenant().await?;
    let fact = get_fact(&mut tx, id, as_of).await?;
    let set = load_set(&mut tx, &fact).await?;
    Ok((fact, set))
}

/// What changed from each recorded moment to the next, newest first.
pub async fn history(cx: &OpCx, id: AssetId) -> Result<Vec<AssetMoment>> {
    let mut tx = cx.tenant().await?;
    let mut facts = store::history(&mut tx, id, HISTORY_MAX).await?;
    if facts.is_empty()
        && let Some(machine) = sighting::machine_of(&mut tx, id, None).await?
    {
        facts = store::history(&mut tx, machine, HISTORY_MAX).await?;
    }
    if facts.is_empty() {
        return Err(missing(id));
    }
    let mut moments = Vec::with_capacity(facts.len());
    for (n, fact) in facts.iter().enumerate() {
        let changes = match facts.get(n + 1) {
            Some(before) => diff(&mut tx, before, fact).await?,
            None => AssetDiff::default(),
        };
        moments.push(AssetMoment {
            recorded_from: fact.recorded_from,
            recorded_to: fact.recorded_to,
            changes,
        });
    }
    Ok(moments)
}

/// The difference between two moments.
pub async fn compare(cx: &OpCx, id: AssetId, from: Timestamp, to: Option<Timestamp>) -> Result<AssetDiff> {
    let mut tx = cx.tenant().await?;
    let before = get_fact(&mut tx, id, Some(from)).await?;
    let after = get_fact(&mut tx, id, to).await?;
    diff(&mut tx, &before, &after).await
}

pub(super) async fn get_fact(tx: &mut TenantTx, id: AssetId, as_of: Option<Timestamp>) -> Result<Fact> {
    store::find(tx, id, as_of).await?.ok_or_else(|| missing(id))
}

fn missing(id: AssetId) -> Error {
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("there is no asset \"{id}\" at that moment"),
    )
}

async fn load_set(tx: &mut TenantTx, fact: &Fact) -> Result<Option<PackageSet>> {
    match fact.package_set_id {
        Some(set_id) => Ok(Some(content::load_set(tx, set_id).await?)),
        None => Ok(None),
    }
}

async fn diff(tx: &mut TenantTx, before: &Fact, after: &Fact) -> Result<AssetDiff> {
    let mut out = AssetDiff::default();
    diff_values("", &before.document, &after.document, &mut out.facts);
    if before.package_set_id == after.package_set_id {
        return Ok(out);
    }
    let old = load_set(tx, before).await?;
    let new = load_set(tx, after).await?;
    diff_sets(old.as_ref(), new.as_ref(), &mut out);
    Ok(out)
}

fn diff_values(path: &str, before: &Value, after: &Value, out: &mut Vec<FactChange>) {
    if before == after {
        return;
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        out.push(FactChange {
            path: path.to_owned(),
            before: before.clone(),
            after: after.clone(),
        });
        return;
    };
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        // JSON pointer, RFC 6901: `~` and `/` inside a key are escaped.
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        diff_values(
            &path,
            old.get(key).unwrap_or(&Value::Null),
            new.get(key).unwrap_or(&Value::Null),
            out,
        );
    }
}

type Installed<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a str>>;

fn diff_sets(before: Option<&PackageSet>, after: Option<&PackageSet>, out: &mut AssetDiff) {
    let (before, after) = (installed(before), installed(after));
    for ((name, arch), old) in &before {
        match after.get(&(*name, *arch)) {
            Some(new) if new == old => {}
            Some(new) => out.packages_changed.push(PackageChanged {
                name: (*name).to_owned(),
                arch: (*arch).to_owned(),
                before: old.join(", "),
                after: new.join(", "),
            }),
            None => out.packages_removed.push(format!("{name} {}", old.join(", "))),
        }
    }
    for ((name, _), new) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        out.packages_added.push(format!("{name} {}", new.join(", ")));
    }
}

fn installed(set: Option<&PackageSet>) -> Installed<'_> {
    let mut map = Installed::new();
    for package in set.map(PackageSet::packages).unwrap_or_default() {
        map.entry((&package.name, &package.arch))
            .or_default()
            .push(&package.version);
    }
    map
}

/// Packages of an asset whose name contains a text, in order of name, version and architecture.
pub fn search<'a>(set: &'a PackageSet, text: Option<&str>) -> Vec<&'a Package> {
    let text = text.map(str::to_lowercase);
    let mut found: Vec<&Package> = set
        .packages()
        .iter()
        .filter(|package| {
            text.as_ref()
                .is_none_or(|text| package.name.to_lowercase().contains(text))
        })
        .collect();
    found.sort_by(|a, b| (&a.name, &a.version, &a.arch).cmp(&(&b.name, &b.version, &b.arch)));
    found
}
