//! One statement of a contract about one package.
//!
//! Statements are written by people, so two things are read as they are meant: a version without an epoch is compared
//! with the installed version without its epoch, and a version without a packaging revision (no `-`) with the installed
//! upstream version. SBOM comparisons never do this.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use qlrf_core::drift::{PackageChange, PackageDifference, UnverifiedWhy};
use qlrf_core::image::{Constraint, PackageExpectation, VersionKey};
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::version::Scheme;

use super::{Compare, PackageDiff, names};

/// Returns the package names that this statement has judged.
pub fn check(
    statement: &PackageExpectation,
    set: &PackageSet,
    by_name: &HashMap<&str, Vec<&Package>>,
    compare: Compare<'_>,
    diff: &mut PackageDiff,
) -> Vec<String> {
    if let Constraint::Runtime(series) = &statement.constraint {
        return runtime(&statement.name, series, set, diff);
    }
    let found = find(statement, by_name);
    if found.is_empty() {
        let ecosystem = statement.ecosystem.as_ref().filter(|e| names::is_language(e));
        let seen = |e: &Ecosystem| set.packages().iter().any(|p| p.ecosystem.family() == e.family());
        if ecosystem.is_some_and(|ecosystem| !seen(ecosystem)) {
            diff.unverified(&statement.name, UnverifiedWhy::NotObserved);
        } else if statement.constraint != Constraint::Absent {
            diff.differences
                .push(difference(statement, PackageChange::Missing, None));
        }
        return vec![statement.name.clone()];
    }
    for package in newest_of_each(&found, compare) {
        match judge(&statement.constraint, package, compare) {
            Ok(None) => {}
            Ok(Some(change)) => diff
                .differences
                .push(difference(statement, change, Some(package))),
            Err(why) => diff.unverified(&statement.name, why),
        }
    }
    found
        .iter()
        .map(|package| package.name.to_string())
        .chain([statement.name.clone()])
        .collect()
}

fn find<'a>(statement: &PackageExpectation, by_name: &HashMap<&str, Vec<&'a Package>>) -> Vec<&'a Package> {
    let of = |name: &str| {
        let packages = by_name.get(name).map(Vec::as_slice).unwrap_or_default().iter();
        packages
            .copied()
            .filter(|package| in_ecosystem(statement.ecosystem.as_ref(), package))
            .collect::<Vec<_>>()
    };
    let mut found = of(&statement.name);
    if found.is_empty() {
        found = of(&format!("{}t64", statement.name));
    }
    if statement.ecosystem.is_none()
        && found
            .iter()
            .any(|package| !names::is_language(&package.ecosystem))
    {
        found.retain(|package| !names::is_language(&package.ecosystem));
    }
    found
}

fn in_ecosystem(wanted: Option<&Ecosystem>, package: &Package) -> bool {
    wanted.is_none_or(|wanted| {
        *wanted == package.ecosystem
            || (wanted.release().is_empty() && wanted.family() == package.ecosystem.family())
    })
}

/// Of several versions side by side the newest counts; each architecture counts by itself.
fn newest_of_each<'a>(found: &[&'a Package], compare: Compare<'_>) -> Vec<&'a Package> {
    let mut newest: BTreeMap<(&Ecosystem, &str), &Package> = BTreeMap::new();
    for package in found {
        let best = newest
            .entry((&package.ecosystem, &*package.arch))
            .or_insert(package);
        if compare(&package.ecosystem, &package.version, &best.version) == Some(Ordering::Greater) {
            *best = package;
        }
    }
    newest.into_values().collect()
}

fn judge(
    constraint: &Constraint,
    package: &Package,
    compare: Compare<'_>,
) -> Result<Option<PackageChange>, UnverifiedWhy> {
    let order = |wanted: &str| {
        let installed = as_written(wanted, package);
        if installed == wanted {
            return Ok(Ordering::Equal);
        }
        compare(&package.ecosystem, installed, wanted).ok_or(UnverifiedWhy::NotComparable)
    };
    Ok(match constraint {
        Constraint::Present | Constraint::Runtime(_) => None,
        Constraint::Absent => Some(PackageChange::Forbidden),
        Constraint::Exact(version) => match order(version)? {
            Ordering::Less => Some(PackageChange::Older),
            Ordering::Equal => None,
            Ordering::Greater => Some(PackageChange::Newer),
        },
        Constraint::Minimum(version) => (order(version)? == Ordering::Less).then_some(PackageChange::Older),
    })
}

/// The installed version with as much of it as `wanted` says.
fn as_written<'a>(wanted: &str, package: &'a Package) -> &'a str {
    let mut installed: &str = &package.version;
    let Some(Scheme::Deb | Scheme::Rpm | Scheme::Apk) = Scheme::of(&package.ecosystem) else {
        return installed;
    };
    if !wanted.contains(':') {
        installed = without_epoch(installed);
    }
    if !wanted.contains('-') {
        installed = installed
            .rsplit_once('-')
            .map_or(installed, |(upstream, _)| upstream);
    }
    installed
}

fn without_epoch(version: &str) -> &str {
    match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => version,
    }
}

fn runtime(name: &str, series: &str, set: &PackageSet, diff: &mut PackageDiff) -> Vec<String> {
    let provides = |p: &&Package| !names::is_language(&p.ecosystem) && names::provides_runtime(name, &p.name);
    let versions: Vec<&str> = set
        .packages()
        .iter()
        .filter(provides)
        .map(|package| upstream(&package.version))
        .collect();
    if versions.iter().any(|version| in_series(series, version)) {
        return Vec::new();
    }
    match versions
        .iter()
        .map(|version| VersionKey::new(version))
        .zip(&versions)
        .max()
    {
        None => diff.unverified(name, UnverifiedWhy::NotPackaged),
        Some((newest, version)) => {
            let older = newest < VersionKey::new(series);
            diff.differences.push(PackageDifference {
                name: name.to_owned(),
                arch: String::new(),
                change: if older {
                    PackageChange::Older
                } else {
                    PackageChange::Newer
                },
                ecosystem: None,
                expected: Some(series.to_owned()),
                actual: Some((*version).to_owned()),
            });
        }
    }
    Vec::new()
}

/// Without epoch, packaging revision and what marks a pre-release, and with Java 8 under its own number.
fn upstream(version: &str) -> &str {
    let version = without_epoch(version);
    let version = version.split(['-', '~', '+']).next().unwrap_or(version);
    version
        .strip_prefix("1.")
        .filter(|rest| rest.starts_with("8.0"))
        .unwrap_or(version)
}

fn in_series(series: &str, version: &str) -> bool {
    version
        .strip_prefix(series)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn difference(
    statement: &PackageExpectation,
    change: PackageChange,
    found: Option<&Package>,
) -> PackageDifference {
    let expected = match &statement.constraint {
        Constraint::Present => "present".to_owned(),
        Constraint::Absent => "absent".to_owned(),
        Constraint::Exact(version) | Constraint::Runtime(version) => version.clone(),
        Constraint::Minimum(version) => format!("{version} or later"),
    };
    PackageDifference {
        name: statement.name.clone(),
        arch: found.map(|package| package.arch.to_string()).unwrap_or_default(),
        change,
        ecosystem: found
            .map(|package| package.ecosystem.clone())
            .or_else(|| statement.ecosystem.clone()),
        expected: Some(expected),
        actual: found.map(|package| package.version.to_string()),
    }
}
