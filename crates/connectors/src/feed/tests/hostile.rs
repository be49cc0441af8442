use proptest::prelude::*;

use super::{file, gzip, lines, read, record, run, zip};
use crate::feed::Code;

fn check_refused(kind: &str, name: &str, bytes: &[u8], code: Code) {
    let (_folder, path) = file(name, bytes);
    let error = read(kind, &path).0.expect_err(name);
    assert_eq!(error.code, code, "{name}: {error}");
}

#[test]
fn what_is_not_the_feed_is_refused_with_a_code() {
    check_refused(
        "osv",
        "page.html",
        b"<!DOCTYPE html>\n<html></html>",
        Code::WrongContent,
    );
    check_refused("osv", "noise", &[0xff; 1000], Code::WrongContent);
    check_refused("osv", "empty", b"", Code::Empty);
    check_refused("osv", "blank", b"\n \n\n", Code::Empty);
    check_refused("osv", "empty.zip", &zip(&[]), Code::Empty);
    check_refused("osv", "other.zip", &zip(&[("readme.txt", b"x")]), Code::Empty);
    check_refused("osv", "cut.json", br#"{"id":"#, Code::Truncated);
    check_refused("kev", "kev.json", br#"{"title":"x"}"#, Code::WrongContent);
    check_refused("kev", "kev.json", br#"{"vulnerabilities":[{"#, Code::Truncated);
    check_refused("kev", "kev.csv", b"a,b\n1,2\n", Code::WrongContent);
    check_refused("kev", "kev.zip", &zip(&[("a.json", b"x")]), Code::WrongContent);
    check_refused("epss", "epss.csv", b"cve;epss\n", Code::WrongContent);
    check_refused("epss", "epss.csv", b"cve,epss,percentile\n", Code::Empty);
    for kind in ["osv", "kev", "epss"] {
        assert_eq!(
            run(kind, "/nowhere/at/all").0.expect_err("absent").code,
            Code::Unreadable
        );
        assert_eq!(
            run(kind, "/dev/null").0.expect_err("a device").code,
            Code::Unreadable
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        read("kev", folder.path()).0.expect_err("a folder").code,
        Code::WrongContent
    );
    assert_eq!(read("osv", folder.path()).0.expect_err("empty").code, Code::Empty);
}

#[test]
fn a_truncated_or_damaged_file_is_refused() {
    let text = lines(20_000);
    let gz = gzip(text.as_bytes());
    check_refused("osv", "a.gz", &gz[..gz.len() / 2], Code::Truncated);
    let zst = zstd::encode_all(text.as_bytes(), 1).expect("packed");
    check_refused("osv", "a.zst", &zst[..zst.len() / 2], Code::Truncated);
    let archive = zip(&[
        ("a.json", record("A").as_bytes()),
        ("b.json", record("B").as_bytes()),
    ]);
    check_refused("osv", "a.zip", &archive[..archive.len() - 30], Code::Corrupt);
    let mut damaged = gz.clone();
    let half = damaged.len() / 2;
    damaged[half..half + 50].fill(0xaa);
    let (_folder, path) = file("a.gz", &damaged);
    let error = read("osv", &path).0.expect_err("damaged");
    assert!([Code::Corrupt, Code::Truncated].contains(&error.code), "{error}");
}

#[test]
fn a_bomb_is_not_unpacked() {
    // A member and a line of several times what a record may have; both pack to almost nothing.
    let mut bomb = Vec::new();
    {
        use std::io::Write as _;
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(&mut bomb));
        writer
            .start_file("bomb.json", zip::write::SimpleFileOptions::default())
            .expect("started");
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..64 {
            writer.write_all(&zeros).expect("written");
        }
        writer
            .start_file("good.json", zip::write::SimpleFileOptions::default())
            .expect("started");
        writer.write_all(record("A").as_bytes()).expect("written");
        writer.finish().expect("finished");
    }
    let (_folder, path) = file("bomb.zip", &bomb);
    let (snapshot, kept) = read("osv", &path);
    assert_eq!(snapshot.map(|s| (s.records, s.problems)), Ok((1, 1)));
    assert_eq!(
        (kept.problems[0].entry.as_str(), kept.problems[0].code),
        ("bomb.json", "osv_too_large")
    );
    let long = std::io::Read::chain(std::io::Read::take(std::io::repeat(b'x'), 100 << 20), &b"\n"[..]);
    let mut bytes = zstd::encode_all(long, 1).expect("packed");
    bytes.extend(zstd::encode_all(lines(2).as_bytes(), 1).expect("packed"));
    let (_folder, path) = file("long.zst", &bytes);
    let (snapshot, kept) = read("osv", &path);
    assert_eq!(snapshot.map(|s| (s.records, s.problems)), Ok((2, 1)));
    assert_eq!(
        (kept.problems[0].line, kept.problems[0].code),
        (Some(1), "osv_too_large")
    );
    check_refused("kev", "kev.zst", &bytes, Code::TooLarge);
}

#[test]
fn names_in_an_archive_are_only_shown() {
    let archive = zip(&[
        ("../../../tmp/qlrf-escape.json", b"{}"),
        ("/abs\u{7}.json", b"x"),
        ("ok.json", record("A").as_bytes()),
    ]);
    let (_folder, path) = file("a.zip", &archive);
    let (snapshot, kept) = read("osv", &path);
    assert_eq!(snapshot.map(|s| s.records), Ok(1));
    assert_eq!(kept.problems.len(), 2);
    assert!(
        kept.problems.iter().all(|p| !p.entry.contains(char::is_control)),
        "{:?}",
        kept.problems
    );
    assert!(!std::path::Path::new("/tmp/qlrf-escape.json").exists());
}

#[test]
fn many_problems_are_counted_and_few_are_kept() {
    let text = format!("{}\n{}", record("A"), "nonsense\n".repeat(5000));
    let (_folder, path) = file("a.jsonl", text.as_bytes());
    let (snapshot, kept) = read("osv", &path);
    assert_eq!(snapshot.map(|s| s.problems), Ok(5000));
    assert_eq!(kept.problems.len(), 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0usize..5) {
        let starts: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"cve,epss,percentile\n"];
        let (_folder, path) = file("a", &[starts[start], &bytes].concat());
        for kind in ["osv", "kev", "epss"] {
            prop_assert!(read(kind, &path).0.is_err());
        }
    }

    #[test]
    fn a_damaged_archive_is_answered(at in 0usize..400, to in any::<u8>()) {
        let mut archive = zip(&[("a.json", record("A").as_bytes()), ("b.json", record("B").as_bytes())]);
        let at = at % archive.len();
        archive[at] = to;
        let (_folder, path) = file("a.zip", &archive);
        let _ = read("osv", &path);
    }
}
