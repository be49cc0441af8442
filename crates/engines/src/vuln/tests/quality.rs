//! Accuracy of matching on the labelled set in `tests/quality/vuln`.

use std::path::PathBuf;

use crate::drift::quality::Quality;
use crate::vuln::quality;

const LEAST_CASES: usize = 60;

#[test]
fn every_labelled_case_is_judged_as_labelled() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/quality/vuln");
    let mut total = Quality::default();
    for file in std::fs::read_dir(&folder).expect("the labelled set is part of the repository") {
        let path = file.expect("readable").path();
        let name = path.display().to_string();
        let text = std::fs::read(&path).expect("readable");
        total.merge(quality::run(&name, &text).unwrap_or_else(|error| panic!("{error}")));
    }
    eprintln!(
        "{} cases: precision {:.4}, recall {:.4}",
        total.cases,
        total.precision(),
        total.recall()
    );
    assert!(total.wrong.is_empty(), "{}", total.wrong.join("\n"));
    assert!(total.cases >= LEAST_CASES, "only {} cases", total.cases);
}

#[test]
fn a_wrong_label_is_noticed() {
    let case = serde_json::json!([{
        "name": "nothing is wrong with it, says the label",
        "package": {"ecosystem": "PyPI", "name": "x", "version": "1.0"},
        "advisories": [{"id": "A-1", "affected": [{
            "package": {"ecosystem": "PyPI", "name": "x"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }]}],
        "matches": [], "problems": [],
    }]);
    let quality = quality::run("case", case.to_string().as_bytes()).unwrap();
    assert_eq!((quality.true_positives, quality.false_positives), (0, 1));
    assert_eq!(quality.wrong.len(), 1);
    assert!(quality::run("case", b"{").is_err());
}
