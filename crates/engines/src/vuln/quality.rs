//! Measures matching against labelled cases (`tests/quality/vuln/*.json`): a package and advisories, and what a careful
//! person finds.
//!
//! The caller reads the files, so that a test and a benchmark print the same figures.

use qlrf_core::advisory::{Advisory, read_osv};
use qlrf_core::package::{Ecosystem, Package};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Fix, Index, MatchedBy};
use crate::drift::quality::Quality;

#[derive(Deserialize)]
struct Case {
    name: String,
    package: Named,
    /// OSV records; `modified` defaults to one fixed day.
    advisories: Vec<Map<String, Value>>,
    matches: Vec<Expected>,
    problems: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    ecosystem: String,
    name: String,
    version: String,
    #[serde(default)]
    source_name: String,
    #[serde(default)]
    source_version: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Expected {
    id: String,
    /// The fixed version, `after X` for a last affected one, or none.
    fix: Option<String>,
    by: String,
}

/// Runs all cases of one file. A match counts as true when its advisory is labelled; a case is wrong also when its fix,
/// the way it was found or the problems differ.
///
/// # Errors
/// What is wrong with the file itself, in one sentence.
pub fn run(name: &str, text: &[u8]) -> Result<Quality, String> {
    let cases: Vec<Case> = serde_json::from_slice(text).map_err(|error| format!("{name}: {error}"))?;
    let mut quality = Quality::default();
    for case in &cases {
        let (found, problems) = judge(case).map_err(|error| format!("{name}: {}: {error}", case.name))?;
        let labelled = |m: &&Expected| case.matches.iter().any(|expected| expected.id == m.id);
        let both = found.iter().filter(labelled).count();
        quality.cases += 1;
        quality.true_positives += both;
        quality.false_positives += found.len() - both;
        quality.false_negatives += case.matches.len().saturating_sub(both);
        if found != case.matches || problems != case.problems {
            quality.wrong.push(format!(
                "{name}: {}: labelled {:?} {:?}, found {found:?} {problems:?}",
                case.name, case.matches, case.problems
            ));
        }
    }
    Ok(quality)
}

fn judge(case: &Case) -> Result<(Vec<Expected>, Vec<String>), String> {
    let advisories = case
        .advisories
        .iter()
        .map(advisory)
        .collect::<Result<Vec<_>, _>>()?;
    let index = Index::compile(&advisories).index;
    let named = &case.package;
    let judged = index.matches(&Package {
        ecosystem: Ecosystem::new(&*named.ecosystem),
        name: named.name.as_str().into(),
        version: named.version.as_str().into(),
        arch: "amd64".into(),
        source_name: named.source_name.as_str().into(),
        source_version: named.source_version.as_str().into(),
        licenses: Vec::new(),
    });
    let matches = judged.matches.iter().map(|m| Expected {
        id: m.advisory.id.to_string(),
        fix: match m.fix {
            Fix::Version(version) => Some(version.to_owned()),
            Fix::After(version) => Some(format!("after {version}")),
            Fix::None => None,
        },
        by: match m.matched_by {
            MatchedBy::Source => "source",
            _ => "binary",
        }
        .to_owned(),
    });
    let problems = judged.problems.iter();
    let problems = problems.map(|problem| problem.code.name().to_owned());
    Ok((matches.collect(), problems.collect()))
}

fn advisory(record: &Map<String, Value>) -> Result<Advisory, String> {
    let mut record = record.clone();
    record.entry("modified").or_insert("2024-03-01T00:00:00Z".into());
    read_osv(Value::Object(record).to_string().as_bytes()).map_err(|error| error.to_string())
}
