use std::io::Read as _;
use std::path::PathBuf;

use proptest::prelude::*;

use super::{Advisory, Event, MAX_SUMMARY_CHARS, RangeKind, SeverityKind, is_cve, read_osv};

fn read(json: &str) -> Advisory {
    read_osv(json.as_bytes()).unwrap_or_else(|e| panic!("{e} in {json}"))
}

fn check_refused(json: &str, code: &str, says: &str) {
    let error = read_osv(json.as_bytes()).expect_err(json);
    assert_eq!(error.code, code, "{error}");
    assert!(error.detail.contains(says), "{error} does not say {says:?}");
}

const FULL: &str = r#"{"schema_version": "1.7.4", "id": "GHSA-1", "modified": "2024-02-03T04:05:06.123456789Z",
  "published": "2024-01-01T00:00:00+02:00", "aliases": ["CVE-2024-0001"], "related": ["CVE-2024-0002"], "summary": "bad\u0007 thing",
  "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}, {"type": "Ubuntu", "score": "medium"}],
  "database_specific": {"severity": "HIGH", "else": [1]}, "unheard_of": {"a": [1, 2]},
  "affected": [{"package": {"ecosystem": "Debian:12", "name": "bash", "purl": "x"}, "versions": ["1", "2"],
    "ranges": [{"type": "GIT", "repo": "x", "events": [{"introduced": "0"}]},
               {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2", "last_affected": "3"}, {"limit": "*"}]}],
    "severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}], "ecosystem_specific": {"urgency": "Unimportant"}},
   {"ranges": [{"type": "GIT", "repo": "x", "events": [{"introduced": "0"}]}]}]}"#;

#[test]
fn reads_what_judging_needs() {
    let advisory = read(FULL);
    assert_eq!(&*advisory.id, "GHSA-1");
    assert_eq!(
        advisory.modified.to_string(),
        "2024-02-03 4:05:06.123456 +00:00:00"
    );
    assert_eq!(&*advisory.summary, "bad thing");
    assert_eq!(advisory.rating.as_deref(), Some("high"));
    assert_eq!(advisory.severity[1].kind, SeverityKind::Other("Ubuntu".into()));
    assert_eq!(
        advisory.affected.len(),
        1,
        "commits of a repository are no package"
    );
    let affected = &advisory.affected[0];
    assert_eq!(affected.urgency.as_deref(), Some("unimportant"));
    assert_eq!(affected.severity[0].kind, SeverityKind::CvssV4);
    assert_eq!(affected.ranges[0].kind, RangeKind::Git);
    let expected = [
        Event::Introduced("0".into()),
        Event::Fixed("1.2".into()),
        Event::Introduced("2".into()),
        Event::LastAffected("3".into()),
        Event::Limit("*".into()),
    ];
    assert_eq!(affected.ranges[1].events, expected);
}

#[test]
fn null_is_absent() {
    let advisory = read(
        r#"{"id":"X-1","modified":"0001-01-01T00:00:00Z","aliases":null,"affected":null,"withdrawn":null}"#,
    );
    assert!(advisory.affected.is_empty() && advisory.withdrawn.is_none() && advisory.summary.is_empty());
}

#[test]
fn the_first_line_of_the_details_stands_in_for_a_summary() {
    let long = "x".repeat(1000);
    let json = format!(r#"{{"id":"X","modified":"2024-01-01T00:00:00Z","details":"\n\n  {long}\nmore"}}"#);
    assert_eq!(read(&json).summary.len(), MAX_SUMMARY_CHARS);
}

#[test]
fn a_wrong_record_says_what_is_wrong() {
    let with = |rest: &str| format!(r#"{{"id":"X","modified":"2024-01-01T00:00:00Z",{rest}}}"#);
    let range = |rest: &str| {
        with(&format!(
            r#""affected":[{{"package":{{"ecosystem":"PyPI","name":"a"}},"ranges":[{rest}]}}]"#
        ))
    };
    check_refused("", "osv_not_json", "EOF");
    check_refused("{\"id\":", "osv_not_json", "EOF");
    check_refused("[]", "osv_wrong_shape", "invalid length");
    check_refused(
        r#"{"id":1,"modified":"2024-01-01T00:00:00Z"}"#,
        "osv_wrong_shape",
        "expected a string",
    );
    check_refused(r#"{"id":"X"}"#, "osv_wrong_shape", "modified");
    check_refused(
        r#"{"id":"X","modified":"yesterday"}"#,
        "osv_bad_value",
        "modified is \"yesterday\"",
    );
    check_refused(&with(r#""aliases":"CVE-2024-1""#), "osv_wrong_shape", "sequence");
    check_refused(&with(r#""withdrawn":true"#), "osv_wrong_shape", "boolean");
    check_refused(
        &with(r#""aliases":["a\u0000b"]"#),
        "osv_bad_value",
        "control character",
    );
    check_refused(
        &with(&format!(r#""aliases":["{}"]"#, "x".repeat(2000))),
        "osv_bad_value",
        "2000 bytes",
    );
    check_refused(
        &range(r#"{"type":"ECOSYSTEM","events":[{"fixed":"1"}]}"#),
        "osv_bad_value",
        "introduced",
    );
    check_refused(
        &range(r#"{"type":"ECOSYSTEM","events":[{}]}"#),
        "osv_bad_value",
        "an event without",
    );
    check_refused(
        &range(r#"{"type":"ECOSYSTEM","events":[{"introduced":0}]}"#),
        "osv_wrong_shape",
        "integer",
    );
    check_refused(
        &range(r#"{"type":"FOO","events":[]}"#),
        "osv_bad_value",
        "\"FOO\"",
    );
    let many = vec![r#"{"package":{"ecosystem":"PyPI","name":"a"}}"#; 20_001].join(",");
    check_refused(
        &with(&format!(r#""affected":[{many}]"#)),
        "osv_too_many",
        "20001 affected packages",
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    check_refused(
        &with(&format!(r#""database_specific":{deep}"#)),
        "osv_not_json",
        "recursion",
    );
    check_refused(&" ".repeat((16 << 20) + 1), "osv_too_large", "16777217 bytes");
}

#[test]
fn related_counts_only_where_an_erratum_has_nothing_better() {
    let cves = |json: &str| read(json).cves().join(" ");
    let with = |id: &str, rest: &str| format!(r#"{{"id":"{id}","modified":"2024-01-01T00:00:00Z",{rest}}}"#);
    assert_eq!(cves(FULL), "CVE-2024-0001");
    let related = r#""related":["CVE-2024-2222","CVE-2024-1111","CVE-2024-2222","ALSA-9"]"#;
    assert_eq!(cves(&with("ALSA-2024:1", related)), "CVE-2024-1111 CVE-2024-2222");
    assert_eq!(cves(&with("GHSA-2", related)), "");
    assert_eq!(
        cves(&with(
            "USN-1",
            &format!(r#"{related},"upstream":["CVE-2024-3333"]"#)
        )),
        "CVE-2024-3333"
    );
    assert_eq!(cves(&with("CVE-2024-4444", related)), "CVE-2024-4444");
}

#[test]
fn cve_ids() {
    for (id, is) in [
        ("CVE-2024-0001", true),
        ("CVE-1999-1234567", true),
        ("CVE-2024-123", false),
        ("cve-2024-0001", false),
        ("CVE-2024-0001 ", false),
        ("CVE-24-0001", false),
        ("CVE-2024-", false),
        ("", false),
    ] {
        assert_eq!(is_cve(id), is, "{id}");
    }
}

/// Every record of the real feeds is read; what they hold is counted so that a reader who drops things is noticed.
#[test]
fn reads_every_real_record() {
    let mut total = 0;
    for (file, records, packages) in [
        ("osv-almalinux8.jsonl.zst", 3237, 40_838),
        ("osv-almalinux9.jsonl.zst", 1783, 24_012),
        ("osv-almalinux10.jsonl.zst", 660, 6_479),
        ("osv-debian12-from-changelogs.jsonl.zst", 6983, 7_004),
        ("osv-go.jsonl.zst", 4291, 6_125),
        ("osv-pypi-pypa-2024-10.jsonl.zst", 2661, 2_661),
        ("osv-bellsoft-alpaquita.jsonl.zst", 16_989, 34_649),
    ] {
        let Some(text) = real("reads_every_real_record", file) else {
            return;
        };
        let advisories: Vec<Advisory> = text.lines().map(read).collect();
        assert_eq!(advisories.len(), records, "{file}");
        assert_eq!(
            advisories.iter().map(|a| a.affected.len()).sum::<usize>(),
            packages,
            "{file}"
        );
        total += records;
    }
    eprintln!("{total} records read");
}

fn real(test: &str, file: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/vuln")
        .join(file);
    let Ok(raw) = std::fs::File::open(&path) else {
        eprintln!("skipped: {test}: {} is absent", path.display());
        return None;
    };
    let mut text = String::new();
    zstd::Decoder::new(raw)
        .expect("zstd")
        .read_to_string(&mut text)
        .expect("UTF-8");
    Some(text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_osv(&bytes);
    }

    #[test]
    fn a_damaged_record_is_answered(at in 0..FULL.len(), to in any::<u8>(), cut in 0..FULL.len()) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = to;
        let _ = read_osv(&bytes);
        bytes.truncate(cut);
        prop_assert!(read_osv(&bytes).is_err());
    }
}
