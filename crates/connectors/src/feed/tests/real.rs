use std::path::PathBuf;

use super::read;
use crate::feed::Record;

pub fn real(test: &str, file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/vuln")
        .join(file);
    if !path.exists() {
        eprintln!("skipped: {test}: {} is absent", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn reads_the_real_feeds_whole() {
    let test = "reads_the_real_feeds_whole";
    for (kind, file, records, newest) in [
        ("osv", "osv-almalinux10.jsonl.zst", 660, None),
        ("osv", "osv-debian12-from-changelogs.jsonl.zst", 6983, None),
        ("osv", "osv-go.jsonl.zst", 4291, None),
        ("kev", "cisa-kev-2025-08-25.json", 1404, Some("2025.08.25")),
        ("epss", "epss-2026-08-16.csv.zst", 360_142, None),
    ] {
        let Some(path) = real(test, file) else { return };
        let (snapshot, kept) = read(kind, &path);
        let snapshot = snapshot.unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!((snapshot.records, snapshot.problems), (records, 0), "{file}");
        assert_eq!(kept.records.len() as u64, records, "{file}");
        if newest.is_some() {
            assert_eq!(snapshot.newest.as_deref(), newest, "{file}");
        }
    }
}

#[test]
fn the_csv_of_the_catalogue_says_what_its_json_says() {
    let test = "the_csv_of_the_catalogue_says_what_its_json_says";
    let Some(csv) = real(test, "cisa-kev-2025-12-03-thirdparty-copy.csv.zst") else {
        return;
    };
    let Some(json) = real(test, "cisa-kev-2025-08-25.json") else {
        return;
    };
    let (snapshot, csv) = read("kev", &csv);
    let snapshot = snapshot.expect("read");
    assert_eq!(snapshot.problems, 0, "{:?}", csv.problems);
    let cves = |records: &[Record]| -> std::collections::BTreeMap<_, _> {
        let entry = |record: &Record| match record {
            Record::Exploited(one) => (one.cve.clone(), one.added),
            other => panic!("{other:?}"),
        };
        records.iter().map(entry).collect()
    };
    let (later, earlier) = (cves(&csv.records), cves(&read("kev", &json).1.records));
    assert!(later.len() > earlier.len());
    let missing = earlier
        .iter()
        .filter(|(cve, added)| later.get(*cve) != Some(added))
        .count();
    assert!(
        missing * 100 < earlier.len(),
        "{missing} entries of the earlier catalogue are not in the later one"
    );
}
