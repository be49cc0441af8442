//! Which advisories name which packages: computed once per distinct package version, when the package or the advisory
//! is new.

use std::collections::{BTreeSet, HashMap};

use qlrf_core::advisory::Advisory;
use qlrf_core::package::Package;
use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::severity::Band;
use qlrf_engines::vuln::{self, Fix, Index};
use qlrf_store::feed::Name;
use qlrf_store::matching::{self, Match};
use qlrf_store::{Error, Result, SystemTx, TenantTx};
use serde_json::Value;

/// Packages matched at a time during a feed import: bounds how many advisories stand in memory together.
const PACKAGES_MAX: usize = 2_000;

/// Packages that nobody had before: their matches open together with the fact that brought them.
pub async fn match_new(tx: &mut TenantTx, at: Timestamp, packages: &[(i32, Package)]) -> Result<()> {
    for chunk in packages.chunks(PACKAGES_MAX) {
        let keys = keys_of(chunk);
        let names: Vec<Name> = distinct(keys.iter().map(|(_, name)| name));
        let advisories = read_all(matching::find_advisories(tx, &names).await?)?;
        matching::open(tx, at, &keys, &match_all(&advisories, chunk)).await?;
    }
    Ok(())
}

/// What an import changed.
#[derive(Default)]
pub struct Rematched {
    pub opened: usize,
    pub closed: usize,
    /// Package, advisory and rating of what did not match before in any form.
    pub new: Vec<(i32, i32, Option<Band>)>,
}

/// After an import: everything that the changed advisories name is matched again, and only the difference is written.
pub async fn rematch(tx: &mut SystemTx, at: Timestamp, touched: &BTreeSet<Name>) -> Result<Rematched> {
    matching::hold_content(tx).await?;
    let touched: Vec<Name> = touched.iter().cloned().collect();
    let mut out = Rematched::default();
    let packages = matching::find_packages(tx, &touched).await?;
    for chunk in packages.chunks(PACKAGES_MAX) {
        let names: Vec<Name> = distinct(keys_of(chunk).iter().map(|(_, name)| name));
        let advisories = read_all(matching::find_advisories_as_system(tx, &names).await?)?;
        let now: BTreeSet<Match> = match_all(&advisories, chunk).into_iter().collect();
        let ids: Vec<i32> = chunk.iter().map(|(id, _)| *id).collect();
        let before: BTreeSet<Match> = matching::list_open(tx, &ids).await?.into_iter().collect();
        let closing: Vec<Match> = before.difference(&now).cloned().collect();
        let opening: Vec<Match> = now.difference(&before).cloned().collect();
        matching::replace(tx, at, &closing, &opening).await?;
        out.opened += opening.len();
        out.closed += closing.len();
        // One that only changed its fix or its rating was there before.
        let known: BTreeSet<(i32, i32)> = closing.iter().map(|m| (m.package_id, m.advisory_id)).collect();
        let new = opening
            .iter()
            .filter(|m| !known.contains(&(m.package_id, m.advisory_id)));
        out.new.extend(new.map(|m| {
            (
                m.package_id,
                m.advisory_id,
                m.severity.as_deref().and_then(Band::of_rating),
            )
        }));
    }
    Ok(out)
}

fn keys_of(packages: &[(i32, Package)]) -> Vec<(i32, Name)> {
    packages
        .iter()
        .flat_map(|(id, package)| vuln::package_keys(package).into_iter().map(|key| (*id, key)))
        .collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a Name>) -> Vec<Name> {
    names.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

fn read_all(rows: Vec<(i32, Value)>) -> Result<Vec<(i32, Advisory)>> {
    let read = |(id, document): (i32, Value)| match serde_json::from_value(document) {
        Ok(advisory) => Ok((id, advisory)),
        Err(error) => Err(Error::Corrupt(format!("advisory {id}: {error}"))),
    };
    rows.into_iter().map(read).collect()
}

fn match_all(advisories: &[(i32, Advisory)], packages: &[(i32, Package)]) -> Vec<Match> {
    let compiled = Index::compile(advisories.iter().map(|(_, advisory)| advisory));
    let ids: HashMap<&str, i32> = advisories
        .iter()
        .map(|(id, advisory)| (&advisory.id[..], *id))
        .collect();
    let mut out = Vec::new();
    for (package_id, package) in packages {
        for found in compiled.index.matches(package).matches {
            out.push(Match {
                package_id: *package_id,
                advisory_id: ids[&found.advisory.id[..]],
                fixed_version: match found.fix {
                    Fix::Version(version) => Some(version.to_owned()),
                    Fix::After(_) | Fix::None => None,
                },
                severity: found.band.map(|band| band.name().to_owned()),
            });
        }
    }
    out
}
