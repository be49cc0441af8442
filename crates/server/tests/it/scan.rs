//! `qlrf scan` as a person runs it: a folder, feeds that lie beside it, an exit code.

use std::process::{Command, Output};

use serde_json::Value;

use crate::host::{advisory, host_root, lines, status_of};

fn scan(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qlrf"));
    command.arg("scan").args(arguments).env_clear().output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_folder_is_judged_by_the_feeds_that_are_given() {
    let root = host_root();
    let path = root.path().to_str().unwrap();
    std::fs::write(
        root.path().join("var/lib/dpkg/status"),
        status_of(&[("openssl", "3.0.1-1")]),
    )
    .unwrap();
    let unjudged = scan(&[path, "--format", "json"]);
    assert_eq!(
        (unjudged.status.code(), &json(&unjudged)["findings"]),
        (Some(0), &Value::Null)
    );
    let bom = json(&scan(&[path, "--format", "cyclonedx"]));
    assert_eq!(bom["components"].as_array().map(Vec::len), Some(1));
    let feed = lines(&[advisory(
        "CVE-2026-0001",
        "openssl",
        Some("3.0.2-1"),
        "2026-01-02T00:00:00Z",
    )]);
    let feed = feed.path().to_str().unwrap();
    let judged = scan(&[path, "--format", "json", "--feed", feed, "--fail-on", "high"]);
    assert_eq!(
        judged.status.code(),
        Some(10),
        "{}",
        String::from_utf8_lossy(&judged.stderr)
    );
    assert_eq!(json(&judged)["findings"][0]["fixed_version"], "3.0.2-1");
    let sarif = json(&scan(&[path, "--format", "sarif", "--feed", feed]));
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    let mut elsewhere = advisory("CVE-2026-0001", "openssl", None, "2026-01-02T00:00:00Z");
    elsewhere["affected"][0]["package"]["ecosystem"] = "Alpine:v3.19".into();
    let elsewhere = lines(&[elsewhere]);
    let feed = elsewhere.path().to_str().unwrap();
    let uncovered = scan(&[path, "--format", "json", "--feed", feed, "--fail-on", "high"]);
    assert_eq!(
        (uncovered.status.code(), &json(&uncovered)["findings"]),
        (Some(11), &Value::Null)
    );
}

#[test]
fn half_a_package_database_passes_no_gate() {
    let root = host_root();
    let path = root.path().to_str().unwrap();
    let status = root.path().join("var/lib/dpkg/status");
    let whole = status_of(&[("bash", "5.2-1"), ("openssl", "3.0.1-1")]);
    let feed = lines(&[advisory(
        "CVE-2026-0001",
        "openssl",
        Some("3.0.2-1"),
        "2026-01-02T00:00:00Z",
    )]);
    let gate = [
        "--format",
        "json",
        "--feed",
        feed.path().to_str().unwrap(),
        "--fail-on",
        "low",
    ];
    let scanned = |content: &str| {
        std::fs::write(&status, content).unwrap();
        scan(&[&[path], &gate[..]].concat())
    };
    let found = scanned(&whole);
    assert_eq!(
        (found.status.code(), json(&found)["complete"].as_bool()),
        (Some(10), Some(true))
    );
    // Cut within the second package, which would have been found.
    let cut = scanned(&whole[..whole.find("openssl").unwrap() + 3]);
    assert_eq!(
        (cut.status.code(), json(&cut)["complete"].as_bool()),
        (Some(11), Some(false))
    );
    let said = String::from_utf8_lossy(&cut.stderr).into_owned();
    assert!(said.contains("was not read whole"), "{said}");
    let table = scan(&[path]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("1 or more"));
}

#[test]
fn what_is_no_root_is_told_and_has_an_exit_code_of_its_own() {
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let garbage = empty.path().join("garbage.tar");
    std::fs::write(&garbage, [0xff; 4096]).unwrap();
    for (arguments, code) in [
        (vec!["/does/not/exist"], 65),
        (vec![path], 65),
        (vec![garbage.to_str().unwrap()], 65),
        (vec![path, "--fail-on", "high"], 64),
        (vec![path, "--format", "sarif"], 64),
    ] {
        let output = scan(&arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}
