//! The result of a scan for programs: all of it.

use std::collections::BTreeMap;

use qlrf_connectors::feed::Snapshot;
use qlrf_core::package::Package;
use qlrf_engines::sbom::Inventory;
use serde::Serialize;

use super::judge::{Finding, Judged};

#[derive(Serialize)]
pub struct Report<'a> {
    target: &'a str,
    os: Option<&'a qlrf_core::asset::Os>,
    ecosystem: Option<&'a str>,
    packages: usize,
    /// The same by ecosystem: the database of another package manager than the distribution's own has one of its own.
    ecosystems: Vec<EcosystemCount<'a>>,
    /// `false`: a package database was not read whole, and more may be installed.
    complete: bool,
    judgement: Judgement,
    /// Packages that a feed speaks of; absent when no feed was given.
    packages_judged: Option<usize>,
    /// What could not be decided; none of it means "not affected".
    undecided: Option<usize>,
    /// Absent when nothing was judged, which is not the same as none.
    findings: Option<&'a [Finding]>,
    feeds: &'a [Snapshot],
    problems: Vec<ReportProblem<'a>>,
    installed: Vec<Installed<'a>>,
}

/// Whether anything was matched at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    Judged,
    /// No feed was given.
    NoFeed,
    /// None of the feeds speaks of this system.
    NotCovered,
}

impl Judgement {
    pub fn of(judged: Option<&Judged>) -> Judgement {
        match judged {
            None => Judgement::NoFeed,
            Some(judged) if judged.packages == 0 => Judgement::NotCovered,
            Some(_) => Judgement::Judged,
        }
    }
}

#[derive(Serialize)]
pub struct EcosystemCount<'a> {
    pub ecosystem: &'a str,
    pub packages: usize,
}

#[derive(Serialize)]
struct Installed<'a> {
    ecosystem: &'a str,
    name: &'a str,
    version: &'a str,
    arch: &'a str,
    source_name: &'a str,
    source_version: &'a str,
    licenses: &'a [std::sync::Arc<str>],
}

#[derive(Serialize)]
struct ReportProblem<'a> {
    code: &'static str,
    path: &'a str,
    detail: &'a str,
}

pub fn report<'a>(target: &'a str, inventory: &'a Inventory, judged: Option<&'a Judged>) -> Report<'a> {
    let problems = inventory.problems.iter().map(|problem| ReportProblem {
        code: problem.kind.code(),
        path: &problem.path,
        detail: &problem.detail,
    });
    let judgement = Judgement::of(judged);
    Report {
        target,
        os: inventory.os.as_ref(),
        ecosystem: inventory.ecosystem.as_ref().map(|ecosystem| &*ecosystem.0),
        packages: inventory.packages.packages().len(),
        ecosystems: ecosystems(inventory),
        complete: inventory.is_whole(),
        judgement,
        packages_judged: judged.map(|judged| judged.packages),
        undecided: judged.map(|judged| judged.undecided),
        findings: judged
            .filter(|_| judgement == Judgement::Judged)
            .map(|judged| &judged.findings[..]),
        feeds: judged.map_or(&[], |judged| &judged.snapshots),
        problems: problems.collect(),
        installed: inventory.packages.packages().iter().map(installed).collect(),
    }
}

/// In the order of their names.
pub fn ecosystems(inventory: &Inventory) -> Vec<EcosystemCount<'_>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for package in inventory.packages.packages() {
        *counts.entry(&package.ecosystem.0).or_default() += 1;
    }
    let count = |(ecosystem, packages)| EcosystemCount { ecosystem, packages };
    counts.into_iter().map(count).collect()
}

fn installed(package: &Package) -> Installed<'_> {
    Installed {
        ecosystem: &package.ecosystem.0,
        name: &package.name,
        version: &package.version,
        arch: &package.arch,
        source_name: &package.source_name,
        source_version: &package.source_version,
        licenses: &package.licenses,
    }
}
