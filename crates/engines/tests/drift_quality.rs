//! Accuracy of drift detection on the labelled set.

use std::path::Path;

use qlrf_engines::drift::by_ecosystem;
use qlrf_engines::drift::quality::{self, Quality};

const CASES_MIN: usize = 100;
const FALSE_POSITIVE_RATE_MAX: f64 = 0.01;

#[test]
fn every_labelled_case_is_judged_as_labelled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/quality/drift");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut total = Quality::default();
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
    {
        let name = path.file_name().unwrap().to_string_lossy();
        total.merge(quality::run(&name, &std::fs::read(path).unwrap(), &by_ecosystem).unwrap());
    }
    println!(
        "drift: {} cases, precision {:.4}, recall {:.4}, false positives {:.4}",
        total.cases,
        total.precision(),
        total.recall(),
        total.false_positive_rate(),
    );
    assert!(total.wrong.is_empty(), "{}", total.wrong.join("\n"));
    assert!(total.cases >= CASES_MIN);
    assert!(total.false_positive_rate() < FALSE_POSITIVE_RATE_MAX);
}

#[test]
fn a_wrong_order_of_versions_is_noticed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/quality/drift/debian-versions.yaml");
    let by_text = |_: &qlrf_core::package::Ecosystem, a: &str, b: &str| Some(a.cmp(b));
    let quality = quality::run("by text", &std::fs::read(folder).unwrap(), &by_text).unwrap();
    assert!(quality.wrong.len() > 3, "{:?}", quality.wrong);
    assert!(quality.false_positives > 0 && quality.false_negatives > 0);
}
