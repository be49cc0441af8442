//! Packages of a distinct package set against those that a distinct image version expects.
//!
//! Two kinds of expectation meet here. *Statements* of the contract name packages and constraints; *the image's package
//! set* (its SBOM), where it is known, says everything that the image contains. A name with a statement is judged by the
//! statement alone.
//!
//! How packages find one another, and why the obvious rules are wrong:
//! - by ecosystem family and name, then architecture. `amd64` is not compared with `i386` while both sides have both.
//!   Between different architectures source versions count, because a rebuild (`+b1`) is made for one architecture only;
//! - kernels are installed side by side, so the newest counts, whatever version its name carries;
//! - a missing and an extra package of one source whose names differ in their version only are one renamed package;
//! - no order known for two unequal versions is *unverified*, not a difference.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use qlrf_core::drift::{PackageChange, PackageDifference, Unverified, UnverifiedWhy};
use qlrf_core::image::PackageExpectation;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::version::Scheme;

use super::names;

mod statement;

/// Order of two versions by the rules of an ecosystem; None when it is not known or a text is not a version.
pub type Compare<'a> = &'a dyn Fn(&Ecosystem, &str, &str) -> Option<Ordering>;

/// [`Compare`] by the rules of the package's own ecosystem.
pub fn by_ecosystem(ecosystem: &Ecosystem, a: &str, b: &str) -> Option<Ordering> {
    Scheme::of(ecosystem)?.compare(a, b).ok()
}

/// What one image version expects. Build once per version.
#[derive(Clone, Debug, Default)]
pub struct ExpectedPackages {
    statements: Vec<PackageExpectation>,
    image: Option<PackageSet>,
}

impl ExpectedPackages {
    pub fn new(statements: Vec<PackageExpectation>, image: Option<PackageSet>) -> Self {
        Self { statements, image }
    }

    /// Nothing is expected: then nothing can differ.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.image.is_none()
    }
}

/// Sorted; shared by all assets with this package set and this image version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageDiff {
    pub differences: Vec<PackageDifference>,
    pub unverified: Vec<Unverified>,
}

impl PackageDiff {
    pub fn is_behind(&self) -> bool {
        self.differences.iter().any(|difference| {
            matches!(
                difference.change,
                PackageChange::Missing | PackageChange::Forbidden | PackageChange::Older
            )
        })
    }

    pub fn count(&self, change: PackageChange) -> usize {
        self.differences
            .iter()
            .filter(|difference| difference.change == change)
            .count()
    }

    fn unverified(&mut self, name: &str, why: UnverifiedWhy) {
        self.unverified.push(Unverified {
            what: format!("package:{name}"),
            why,
        });
    }
}

pub fn diff_packages(set: &PackageSet, expected: &ExpectedPackages, compare: Compare<'_>) -> PackageDiff {
    let mut diff = PackageDiff::default();
    let mut named = HashSet::new();
    if !expected.statements.is_empty() {
        let mut by_name: HashMap<&str, Vec<&Package>> = HashMap::new();
        for package in set.packages() {
            by_name.entry(&package.name).or_default().push(package);
        }
        for statement in &expected.statements {
            named.extend(statement::check(statement, set, &by_name, compare, &mut diff));
        }
    }
    if let Some(image) = expected
        .image
        .as_ref()
        .filter(|image| image.digest() != set.digest())
    {
        diff_sets(image, set, &named, compare, &mut diff);
    }
    diff.differences.sort();
    diff.unverified.sort();
    diff.unverified.dedup();
    diff
}

type Group<'a> = (Vec<&'a Package>, Vec<&'a Package>);

fn diff_sets(
    image: &PackageSet,
    set: &PackageSet,
    named: &HashSet<String>,
    compare: Compare<'_>,
    diff: &mut PackageDiff,
) {
    let mut groups: BTreeMap<(&str, String), Group<'_>> = BTreeMap::new();
    let judged = |package: &&Package| !names::is_pseudo(package) && !named.contains(&*package.name);
    let key =
        |package: &Package| names::side_by_side(&package.name).unwrap_or_else(|| package.name.to_string());
    for package in image.packages().iter().filter(judged) {
        groups
            .entry((package.ecosystem.family(), key(package)))
            .or_default()
            .0
            .push(package);
    }
    for package in set.packages().iter().filter(judged) {
        groups
            .entry((package.ecosystem.family(), key(package)))
            .or_default()
            .1
            .push(package);
    }
    let mut left = (Vec::new(), Vec::new());
    for ((_, name), (mut wanted, mut found)) in groups {
        if names::side_by_side(&name).is_some() {
            keep_newest(&mut wanted, compare);
            keep_newest(&mut found, compare);
        }
        diff_group(&mut wanted, &mut found, compare, diff);
        left.0.append(&mut wanted);
        left.1.append(&mut found);
    }
    pair_renamed(&mut left, compare, diff);
    for package in left.0 {
        diff.differences
            .push(difference(PackageChange::Missing, Some(package), None));
    }
    for package in left.1 {
        diff.differences
            .push(difference(PackageChange::Extra, None, Some(package)));
    }
}

/// Takes out of both lists what could be compared; what stays is missing or extra.
fn diff_group<'a>(
    wanted: &mut Vec<&'a Package>,
    found: &mut Vec<&'a Package>,
    compare: Compare<'_>,
    diff: &mut PackageDiff,
) {
    cancel(wanted, found, |a, b| a.arch == b.arch && a.version == b.version);
    if wanted.is_empty() || found.is_empty() {
        return;
    }
    let pairs = take_pairs(wanted, found, |a, b| a.arch == b.arch);
    for (a, b) in pairs {
        judge(a, b, (&a.version, &b.version), compare, diff);
    }
    let pairs = take_pairs(wanted, found, |_, _| true);
    for (a, b) in pairs {
        judge(a, b, across_architectures(a, b), compare, diff);
    }
}

fn across_architectures<'a>(a: &'a Package, b: &'a Package) -> (&'a str, &'a str) {
    if a.source_version.is_empty() || b.source_version.is_empty() || a.source_name != b.source_name {
        (&a.version, &b.version)
    } else {
        (&a.source_version, &b.source_version)
    }
}

fn pair_renamed<'a>(
    (wanted, found): &mut (Vec<&'a Package>, Vec<&'a Package>),
    compare: Compare<'_>,
    diff: &mut PackageDiff,
) {
    let key = |p: &Package| {
        (
            p.ecosystem.family().to_owned(),
            names::stem(&p.name),
            names::stem(&p.source_name),
        )
    };
    let mut by_stem: HashMap<_, Vec<&'a Package>> = HashMap::new();
    for package in found.iter().filter(|package| !package.source_name.is_empty()) {
        by_stem.entry(key(package)).or_default().push(package);
    }
    let mut paired = HashSet::new();
    wanted.retain(|a| {
        let Some(candidates) = by_stem.get_mut(&key(a)) else {
            return true;
        };
        let same_arch = candidates.iter().position(|b| b.arch == a.arch);
        let Some(at) = same_arch.or(if candidates.is_empty() { None } else { Some(0) }) else {
            return true;
        };
        let b = candidates.remove(at);
        paired.insert(std::ptr::from_ref(b));
        judge(a, b, (&a.source_version, &b.source_version), compare, diff);
        false
    });
    found.retain(|b| !paired.contains(&std::ptr::from_ref(*b)));
}

/// Compares one expected package with the installed one that takes its place.
fn judge(a: &Package, b: &Package, versions: (&str, &str), compare: Compare<'_>, diff: &mut PackageDiff) {
    if versions.0 == versions.1 {
        return;
    }
    match compare(&b.ecosystem, versions.1, versions.0) {
        Some(Ordering::Equal) => {}
        Some(Ordering::Less) => diff
            .differences
            .push(difference(PackageChange::Older, Some(a), Some(b))),
        Some(Ordering::Greater) => diff
            .differences
            .push(difference(PackageChange::Newer, Some(a), Some(b))),
        None => diff.unverified(&a.name, UnverifiedWhy::NotComparable),
    }
}

fn difference(change: PackageChange, wanted: Option<&Package>, found: Option<&Package>) -> PackageDifference {
    let named = wanted
        .or(found)
        .expect("a difference is about at least one package");
    PackageDifference {
        name: named.name.to_string(),
        arch: named.arch.to_string(),
        change,
        ecosystem: Some(named.ecosystem.clone()),
        expected: wanted.map(|package| package.version.to_string()),
        actual: found.map(|package| match wanted {
            Some(wanted) if wanted.name != package.name => format!("{} {}", package.name, package.version),
            _ => package.version.to_string(),
        }),
    }
}

/// The newest of each architecture. Where versions have no order, the first in text order stays.
fn keep_newest(packages: &mut Vec<&Package>, compare: Compare<'_>) {
    let mut newest: BTreeMap<&str, &Package> = BTreeMap::new();
    for package in packages.iter() {
        let best = newest.entry(&package.arch).or_insert(package);
        if compare(&package.ecosystem, &package.version, &best.version) == Some(Ordering::Greater) {
            *best = package;
        }
    }
    *packages = newest.into_values().collect();
}

fn cancel<'a>(a: &mut Vec<&'a Package>, b: &mut Vec<&'a Package>, same: impl Fn(&Package, &Package) -> bool) {
    take_pairs(a, b, same);
}

fn take_pairs<'a>(
    a: &mut Vec<&'a Package>,
    b: &mut Vec<&'a Package>,
    same: impl Fn(&Package, &Package) -> bool,
) -> Vec<(&'a Package, &'a Package)> {
    let mut pairs = Vec::new();
    a.retain(|x| match b.iter().position(|y| same(x, y)) {
        Some(at) => {
            pairs.push((*x, b.remove(at)));
            false
        }
        None => true,
    });
    pairs
}
