use std::path::Path;

use super::real::real;
use super::{file, gzip, lines, record, zip};
use crate::feed::{Code, recognise};

const KEV: &str = r#"{"title":"t","catalogVersion":"1","count":1,"vulnerabilities":[{"cveID":"CVE-2026-0001","vulnerabilityName":"n","dateAdded":"2026-01-01"}]}"#;
const KEV_CSV: &str = "\u{feff}cveID,vulnerabilityName,dateAdded\nCVE-2026-0001,n,2026-01-01\n";
const EPSS: &str =
    "#model_version:v1,score_date:2026-01-01\r\ncve,epss,percentile\r\nCVE-2026-0001,0.1,0.2\r\n";

fn name_of(path: &Path) -> Result<&'static str, Code> {
    recognise(path).map(|kind| kind.name).map_err(|error| error.code)
}

fn check(bytes: &[u8], expected: Result<&'static str, Code>) {
    // A name that says nothing, and one that says something else.
    for name in ["upload", "epss_scores.csv.gz", "all.zip", "kev.json"] {
        let (_folder, path) = file(name, bytes);
        assert_eq!(
            name_of(&path),
            expected,
            "{name}: {}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_feed_is_told_by_what_is_in_it_however_it_is_packed() {
    let one = record("X-1");
    for (text, feed) in [
        (KEV, "kev"),
        (KEV_CSV, "kev"),
        (EPSS, "epss"),
        ("cve,epss,percentile\nCVE-2026-0001,0.1,0.2\n", "epss"),
        (&one, "osv"),
        (&lines(3), "osv"),
        (
            "\n {\n \"details\": \"d\",\n \"modified\": \"m\", \"id\": \"X\" }",
            "osv",
        ),
    ] {
        check(text.as_bytes(), Ok(feed));
        check(&gzip(text.as_bytes()), Ok(feed));
        check(&zstd::encode_all(text.as_bytes(), 1).expect("packed"), Ok(feed));
    }
    check(
        &zip(&[("readme.txt", b"x"), ("X-1.json", one.as_bytes())]),
        Ok("osv"),
    );
    // The end of a download may be missing: its reader says so.
    check(&KEV.as_bytes()[..120], Ok("kev"));
}

#[test]
fn a_folder_is_told_by_its_files() {
    let (folder, _) = file("a.json", b"{\"name\":\"something else\"}");
    assert_eq!(name_of(folder.path()), Err(Code::NotRecognised));
    std::fs::create_dir(folder.path().join("deeper")).expect("made");
    std::fs::write(folder.path().join("deeper/b.json"), record("X-1")).expect("written");
    assert_eq!(name_of(folder.path()), Ok("osv"));
    let (catalogue, _) = file("kev.json", KEV.as_bytes());
    assert_eq!(
        name_of(catalogue.path()),
        Err(Code::NotRecognised),
        "it is one file"
    );
    let (other, _) = file("readme.txt", b"x");
    assert_eq!(name_of(other.path()), Err(Code::Empty));
}

#[test]
fn what_only_looks_like_a_feed_is_not_taken_for_one() {
    for text in [
        r#"{"title":"CISA Catalog","catalogVersion":"1","count":1}"#,
        r#"{"title":"CISA Catalog","catalogVersion":"1","vulnerabilities":[{"cve":{"id":"CVE-2026-0001"}}]}"#,
        r#"{"vulnerabilities":{"cveID":"CVE-2026-0001"}}"#,
        r#"{"vulnerabilities":[],"other":[{"cveID":"CVE-2026-0001"}]}"#,
        r#"[{"id":"X","modified":"2026-01-01T00:00:00Z"}]"#,
        r#"{"inner":{"id":"X","modified":"2026-01-01T00:00:00Z"}}"#,
        "cveID,name\nCVE-2026-0001,n\n",
        "#a\n#b\ncve,epss,percentile\n",
        "cve,epss\n",
        "<!DOCTYPE html>\n",
        "\n",
    ] {
        check(text.as_bytes(), Err(Code::NotRecognised));
    }
    check(&[0xff; 1000], Err(Code::NotRecognised));
    check(&zip(&[("kev.json", KEV.as_bytes())]), Err(Code::NotRecognised));
    check(&zip(&[]), Err(Code::NotRecognised));
    check(b"", Err(Code::Empty));
    check(&gzip(b""), Err(Code::Empty));
    let packed = gzip(KEV.as_bytes());
    check(&packed[..packed.len() / 2], Err(Code::Truncated));
    check(b"PK\x03\x04 and no archive", Err(Code::Corrupt));
    assert_eq!(name_of(Path::new("/dev/null")), Err(Code::Unreadable));
    assert_eq!(name_of(Path::new("/nowhere/at/all")), Err(Code::Unreadable));
}

#[test]
fn nesting_and_a_first_line_without_end_cost_no_more_than_the_look() {
    check("{\"a\":".repeat(1 << 20).as_bytes(), Err(Code::NotRecognised));
    check("[".repeat(1 << 20).as_bytes(), Err(Code::NotRecognised));
    // Sixty-four million bytes out of a few thousand; the keys stand behind what is looked at.
    let late = format!(
        "{{\"details\":\"{}\",\"id\":\"X\",\"modified\":\"m\"}}",
        "x".repeat(64 << 20)
    );
    let (_folder, path) = file("late", &zstd::encode_all(late.as_bytes(), 1).expect("packed"));
    assert_eq!(name_of(&path), Err(Code::NotRecognised));
}

#[test]
fn the_real_feeds_are_recognised() {
    let test = "the_real_feeds_are_recognised";
    for (name, feed) in [
        ("osv-almalinux10.jsonl.zst", Ok("osv")),
        ("osv-debian12-from-changelogs.jsonl.zst", Ok("osv")),
        ("osv-go.jsonl.zst", Ok("osv")),
        ("osv-pypi-pypa-2024-10.jsonl.zst", Ok("osv")),
        ("osv-bellsoft-alpaquita.jsonl.zst", Ok("osv")),
        ("cisa-kev-2025-08-25.json", Ok("kev")),
        ("cisa-kev-2025-12-03-thirdparty-copy.csv.zst", Ok("kev")),
        ("epss-2026-08-16.csv.zst", Ok("epss")),
        ("debian12-changelog-fixes.jsonl.zst", Err(Code::NotRecognised)),
        ("osv.dev-testdata.tar.zst", Err(Code::NotRecognised)),
        ("azurelinux-3.0-oval-2024-10-10.xml.zst", Err(Code::NotRecognised)),
    ] {
        let Some(path) = real(test, name) else { return };
        assert_eq!(name_of(&path), feed, "{name}");
    }
}
