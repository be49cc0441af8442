//! Measures drift detection against labelled cases (`tests/quality/drift/*.yaml`).
//!
//! A case states a contract, what was observed, and what a careful person says of it. [`run`] compares; the caller reads
//! the files, so that a test and a benchmark print the same figures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use qlrf_core::contract::{image, node};
use qlrf_core::drift::DriftState;
use qlrf_core::image::LifecycleStatus;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use serde::Deserialize;
use serde_json::{Value, json};

use super::image_lag::{Family, FamilyVersion};
use super::{Actual, Compare, Drift, Expected, ExpectedPackages, diff_packages, evaluate};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ecosystem: String,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    title: String,
    ecosystem: Option<String>,
    /// A whole contract of any form; or `expect`: packages, services and config of form A.
    contract: Option<String>,
    expect: Option<Value>,
    /// The image's own packages, one a line: `name version [arch [source source-version]]`.
    image: Option<Vec<String>>,
    /// The asset's packages in the same way. Left out: not observed.
    host: Option<Vec<String>>,
    services: Option<BTreeMap<String, String>>,
    config: Option<BTreeMap<String, String>>,
    /// `version status`, oldest first.
    versions: Option<Vec<String>>,
    running: Option<String>,
    #[serde(default = "yes")]
    linked: bool,
    state: DriftState,
    /// `older openssl`, `missing x`, `service ssh`, `sysctl:…`, `image behind`.
    #[serde(default)]
    differences: BTreeSet<String>,
    #[serde(default)]
    unverified: BTreeSet<String>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    pub cases: usize,
    pub true_positives: usize,
    pub false_positives: usize,
    pub false_negatives: usize,
    /// One line for each case that is not as labelled.
    pub wrong: Vec<String>,
}

impl Quality {
    /// Reported differences that are real, from 0 to 1.
    pub fn precision(&self) -> f64 {
        share(self.true_positives, self.false_positives)
    }

    /// Real differences that are reported, from 0 to 1.
    pub fn recall(&self) -> f64 {
        share(self.true_positives, self.false_negatives)
    }

    /// Reported differences that are not real, from 0 to 1.
    pub fn false_positive_rate(&self) -> f64 {
        1.0 - self.precision()
    }

    pub fn merge(&mut self, other: Quality) {
        self.cases += other.cases;
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
        self.wrong.extend(other.wrong);
    }
}

fn share(part: usize, rest: usize) -> f64 {
    if part + rest == 0 {
        1.0
    } else {
        part as f64 / (part + rest) as f64
    }
}

/// Runs all cases of one file.
///
/// # Errors
/// What is wrong with the file itself, in one sentence.
pub fn run(name: &str, text: &[u8], compare: Compare<'_>) -> Result<Quality, String> {
    let document = node::read(text).map_err(|problem| format!("{name}: {problem}"))?;
    let file: File =
        serde_json::from_value(document.to_json()).map_err(|error| format!("{name}: {error}"))?;
    let mut quality = Quality::default();
    for case in &file.cases {
        let drift = judge(case, &file.ecosystem, compare)
            .map_err(|error| format!("{name}: {}: {error}", case.title))?;
        count(name, case, &drift, &mut quality);
    }
    Ok(quality)
}

fn count(name: &str, case: &Case, drift: &Drift, quality: &mut Quality) {
    let found = reported(drift);
    let unverified: BTreeSet<String> = drift
        .unverified
        .iter()
        .chain(drift.packages.iter().flat_map(|diff| &diff.unverified))
        .map(|unverified| unverified.what.clone())
        .collect();
    quality.cases += 1;
    quality.true_positives += found.intersection(&case.differences).count();
    quality.false_positives += found.difference(&case.differences).count();
    quality.false_negatives += case.differences.difference(&found).count();
    if drift.state != case.state || found != case.differences || unverified != case.unverified {
        quality.wrong.push(format!(
            "{name}: {}: labelled {} {:?} {:?}, found {} {found:?} {unverified:?}",
            case.title,
            case.state.name(),
            case.differences,
            case.unverified,
            drift.state.name(),
        ));
    }
}

fn reported(drift: &Drift) -> BTreeSet<String> {
    let packages = drift.packages.iter().flat_map(|diff| &diff.differences);
    let lag = drift
        .lag
        .iter()
        .map(|lag| lag.standing)
        .filter(|s| *s != qlrf_core::drift::Standing::Newest);
    packages
        .map(|d| format!("{} {}", word(&d.change), d.name))
        .chain(drift.services.iter().chain(&drift.config).map(|d| d.name.clone()))
        .chain(lag.map(|standing| format!("image {}", word(&standing))))
        .collect()
}

/// The word that a value has in JSON.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn judge(case: &Case, ecosystem: &str, compare: Compare<'_>) -> Result<Drift, String> {
    let contract = match (&case.contract, &case.expect) {
        (Some(text), None) => text.clone(),
        (None, expect) => wrap(expect.as_ref()).to_string(),
        (Some(_), Some(_)) => return Err("both contract and expect are given".into()),
    };
    let contract = image::parse(contract.as_bytes())
        .map_err(|problems| problems.iter().map(|p| format!("{p}; ")).collect::<String>())?
        .contract;
    let ecosystem = case.ecosystem.as_deref().unwrap_or(ecosystem);
    let set = |lines: &Vec<String>| {
        lines
            .iter()
            .map(|line| package(line, ecosystem))
            .collect::<Result<Vec<_>, _>>()
            .map(PackageSet::new)
    };
    let image = case.image.as_ref().map(set).transpose()?;
    let host = case.host.as_ref().map(set).transpose()?;
    let family = Family::new(versions(case)?);
    let packages = ExpectedPackages::new(contract.packages, image);
    let expected = Expected {
        services: contract.services,
        config: contract.config,
        lag: case.running.as_deref().and_then(|running| family.lag(running)),
    };
    let actual = Actual {
        packages: host
            .as_ref()
            .map(|host| Arc::new(diff_packages(host, &packages, compare))),
        services: case.services.as_ref(),
        config: case.config.as_ref(),
    };
    Ok(evaluate(case.linked.then_some(&expected), &actual))
}

fn wrap(expect: Option<&Value>) -> Value {
    let mut spec = expect.cloned().unwrap_or_else(|| json!({}));
    spec["os"] = json!({"name": "debian", "version": "12"});
    json!({
        "apiVersion": "ql-rf.io/v1", "kind": "GoldenImage",
        "metadata": {"family": "base", "version": "1.0.0"}, "spec": spec,
    })
}

fn versions(case: &Case) -> Result<Vec<FamilyVersion>, String> {
    let lines = case.versions.iter().flatten();
    lines
        .map(|line| {
            let (version, status) = line.split_once(' ').ok_or("a version line is `version status`")?;
            let status = LifecycleStatus::parse(status).ok_or_else(|| format!("no status \"{status}\""))?;
            Ok(FamilyVersion {
                version: version.into(),
                status,
                published_at: None,
                withdrawn_at: None,
            })
        })
        .collect()
}

/// `name version [arch [source source-version]]`; another ecosystem than the case's stands in front with a bar: `PyPI|…`.
fn package(line: &str, ecosystem: &str) -> Result<Package, String> {
    let (ecosystem, line) = line.split_once('|').unwrap_or((ecosystem, line));
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, version, rest @ ..] = words.as_slice() else {
        return Err(format!("\"{line}\" is not a package line"));
    };
    let arch = rest.first().copied().unwrap_or("amd64");
    Ok(Package {
        ecosystem: Ecosystem::new(ecosystem),
        name: (*name).into(),
        version: (*version).into(),
        arch: arch.into(),
        source_name: rest.get(1).copied().unwrap_or(name).into(),
        source_version: rest.get(2).copied().unwrap_or(version).into(),
        licenses: Vec::new(),
    })
}
