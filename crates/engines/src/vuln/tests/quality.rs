//! The labelled set in `tests/quality/vuln`: package + advisories → what must be found.

use std::path::PathBuf;

use serde::Deserialize;

use super::from_source;
use crate::vuln::{Fix, Index, MatchedBy};
use qlrf_core::advisory::read_osv;

#[derive(Deserialize)]
struct Case {
    name: String,
    package: Named,
    /// OSV records; `modified` defaults to one fixed day.
    advisories: Vec<serde_json::Map<String, serde_json::Value>>,
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

const LEAST_CASES: usize = 60;

#[test]
fn every_labelled_case_is_judged_as_labelled() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/quality/vuln");
    let (mut cases, mut right, mut found, mut wanted) = (0, 0, 0, 0);
    let mut misses = Vec::new();
    for file in std::fs::read_dir(&folder).expect("the labelled set is part of the repository") {
        let path = file.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let list: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for case in list {
            cases += 1;
            let (matches, problems) = judge(&case);
            let both = matches
                .iter()
                .filter(|m| case.matches.iter().any(|e| e.id == m.id))
                .count();
            (right, found, wanted) = (right + both, found + matches.len(), wanted + case.matches.len());
            if matches != case.matches || problems != case.problems {
                misses.push(format!(
                    "{} {:?}: {matches:?} {problems:?}, labelled {:?} {:?}",
                    path.display(),
                    case.name,
                    case.matches,
                    case.problems
                ));
            }
        }
    }
    let share = |of: usize| 100.0 * right as f64 / of as f64;
    eprintln!(
        "{cases} cases: precision {:.1} %, recall {:.1} %",
        share(found),
        share(wanted)
    );
    assert!(
        misses.is_empty(),
        "{} missed:\n{}",
        misses.len(),
        misses.join("\n")
    );
    assert!(cases >= LEAST_CASES, "only {cases} cases");
}

fn judge(case: &Case) -> (Vec<Expected>, Vec<String>) {
    let advisories: Vec<_> = case
        .advisories
        .iter()
        .map(|record| {
            let mut record = record.clone();
            record.entry("modified").or_insert("2024-03-01T00:00:00Z".into());
            read_osv(&serde_json::to_vec(&record).expect("JSON"))
                .unwrap_or_else(|e| panic!("{}: {e}", case.name))
        })
        .collect();
    let index = Index::compile(&advisories).index;
    let p = &case.package;
    let judged = index.matches(&from_source(
        &p.ecosystem,
        &p.name,
        &p.version,
        &p.source_name,
        &p.source_version,
    ));
    let matches = judged.matches.iter().map(|m| Expected {
        id: m.advisory.id.to_string(),
        fix: match m.fix {
            Fix::Version(version) => Some(version.to_owned()),
            Fix::After(version) => Some(format!("after {version}")),
            Fix::None => None,
        },
        by: if m.matched_by == MatchedBy::Source {
            "source"
        } else {
            "binary"
        }
        .to_owned(),
    });
    (
        matches.collect(),
        judged
            .problems
            .iter()
            .map(|problem| problem.code.name().to_owned())
            .collect(),
    )
}
