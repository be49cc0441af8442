//! Which advisories name which packages: computed once per distinct package version, when the package or the advisory
//! is new.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use qlrf_core::advisory::Advisory;
use qlrf_core::package::{Package, PackageSet};
use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::severity::Band;
use qlrf_engines::vuln::{self, Fix, Index};
use qlrf_store::feed::Name;
use qlrf_store::matching::{self, Match};
use qlrf_store::{Error, Result, SystemTx, TenantTx, content};
use serde_json::Value;

/// Packages matched at a time during a feed import: bounds how many advisories stand in memory together.
const PACKAGES_MAX: usize = 2_000;

/// Interns a package set; advisories that name its new packages match in the same transaction.
pub async fn store_set(tx: &mut TenantTx, at: Timestamp, packages: &Arc<PackageSet>) -> Result<i32> {
    let interned = content::intern(tx, std::slice::from_ref(packages)).await?;
    match_new(tx, at, &interned.new_packages).await?;
    Ok(interned.set_ids[&packages.digest()])
}

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

/// What changes when everything is matched again that the changed advisories of an import name.
#[derive(Default)]
pub struct Difference {
    closing: Vec<Match>,
    opening: Vec<Match>,
    /// Packages up to this one were compared.
    newest: i32,
}

impl Difference {
    /// Of the packages that are known now. An import is alone in changing their matches, so it holds until its end.
    pub async fn find(tx: &mut SystemTx, touched: &BTreeSet<Name>) -> Result<Difference> {
        let newest = matching::newest_package(tx).await?;
        let mut out = Difference {
            newest,
            ..Difference::default()
        };
        let names: Vec<Name> = touched.iter().cloned().collect();
        let mut packages = matching::find_packages(tx, &names).await?;
        packages.retain(|(id, _)| *id <= newest);
        out.compare(tx, &packages).await?;
        Ok(out)
    }

    /// Of the packages that came since. Called with new content held back.
    pub async fn find_later(&mut self, tx: &mut SystemTx, touched: &BTreeSet<Name>) -> Result<()> {
        let mut packages = matching::list_packages_after(tx, self.newest).await?;
        packages.retain(|(_, package)| {
            vuln::package_keys(package)
                .iter()
                .any(|key| touched.contains(key))
        });
        self.compare(tx, &packages).await
    }

    async fn compare(&mut self, tx: &mut SystemTx, packages: &[(i32, Package)]) -> Result<()> {
        for chunk in packages.chunks(PACKAGES_MAX) {
            let names: Vec<Name> = distinct(keys_of(chunk).iter().map(|(_, name)| name));
            let advisories = read_all(matching::find_advisories_as_system(tx, &names).await?)?;
            let now: BTreeSet<Match> = match_all(&advisories, chunk).into_iter().collect();
            let ids: Vec<i32> = chunk.iter().map(|(id, _)| *id).collect();
            let before: BTreeSet<Match> = matching::list_open(tx, &ids).await?.into_iter().collect();
            self.closing.extend(before.difference(&now).cloned());
            self.opening.extend(now.difference(&before).cloned());
        }
        Ok(())
    }

    pub async fn write(&self, tx: &mut SystemTx, at: Timestamp) -> Result<()> {
        matching::replace(tx, at, &self.closing, &self.opening).await
    }

    pub fn opened(&self) -> usize {
        self.opening.len()
    }

    pub fn closed(&self) -> usize {
        self.closing.len()
    }

    /// Package, advisory and rating of what did not match before in any form: what only changed its fix or its rating
    /// was there before.
    pub fn found(&self) -> Vec<(i32, i32, Option<Band>)> {
        let pair = |m: &Match| (m.package_id, m.advisory_id);
        let known: BTreeSet<(i32, i32)> = self.closing.iter().map(pair).collect();
        let new = self.opening.iter().filter(|m| !known.contains(&pair(m)));
        new.map(|m| {
            let band = m.severity.as_deref().and_then(Band::of_rating);
            (m.package_id, m.advisory_id, band)
        })
        .collect()
    }
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
