//! `qlrf scan` as a person runs it: a folder, feeds that lie beside it, an exit code.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::host::{advisory, host_root, lines, status_of};

fn scan(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qlrf"));
    command.arg("scan").args(arguments).env_clear().output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
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
    let report = json(&unjudged);
    assert_eq!(
        (unjudged.status.code(), &report["findings"]),
        (Some(0), &Value::Null)
    );
    assert_eq!(report["judgement"], "no_feed");
    assert_eq!(
        report["ecosystems"],
        json!([{ "ecosystem": "Debian:12", "packages": 1 }])
    );
    assert_eq!(report["installed"][0]["name"], "openssl");
    assert_eq!(report["installed"][0]["version"], "3.0.1-1");
    let table = text(&scan(&[path]));
    for part in [
        "1 (Debian:12 1)",
        "no feed is present, so nothing was matched",
        "openssl",
    ] {
        assert!(table.contains(part), "{table}");
    }
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
    assert_eq!(json(&uncovered)["judgement"], "not_covered");
    let sarif = json(&scan(&[path, "--format", "sarif", "--feed", feed]));
    assert_eq!(
        sarif["runs"][0]["invocations"][0]["executionSuccessful"], false,
        "no results, and none to be had"
    );
}

#[test]
fn the_table_has_a_row_for_each_package_and_json_has_everything() {
    const PACKAGES: usize = 60;
    let root = host_root();
    let path = root.path().to_str().unwrap();
    let names: Vec<String> = (0..PACKAGES).map(|n| format!("p{n:02}")).collect();
    let mut installed: Vec<(&str, &str)> = names.iter().map(|name| (&name[..], "1.0-1")).collect();
    installed.push(("openssl", "3.0.1-1"));
    std::fs::write(root.path().join("var/lib/dpkg/status"), status_of(&installed)).unwrap();
    let of =
        |id: &str, package: &str, fixed: Option<&str>| advisory(id, package, fixed, "2026-01-02T00:00:00Z");
    let mut records: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(n, name)| of(&format!("CVE-2026-1{n:03}"), name, Some("1.0-2")))
        .collect();
    // Text order and the order of versions differ.
    records.push(of("CVE-2026-0001", "openssl", Some("3.0.10-1")));
    records.push(of("CVE-2026-0002", "openssl", Some("3.0.9-1")));
    records.push(of("CVE-2026-0003", "openssl", None));
    let feed = lines(&records);
    let catalogue = tempfile::NamedTempFile::new().unwrap();
    let listed = json!({ "vulnerabilities": [
        { "cveID": "CVE-2026-0002", "vulnerabilityName": "openssl", "dateAdded": "2026-01-02" }] });
    std::fs::write(catalogue.path(), listed.to_string()).unwrap();
    let feeds = [feed.path(), catalogue.path()].map(|path| path.to_str().unwrap().to_owned());
    let judged = |more: &[&str]| {
        let output = scan(&[&[path, "--feed", &feeds[0], "--feed", &feeds[1]], more].concat());
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    };
    let table = text(&judged(&[]));
    let rows: Vec<&str> = table
        .lines()
        .skip_while(|line| !line.starts_with("SEVERITY"))
        .collect();
    assert_eq!(rows.len(), 1 + 40 + 1, "{table}");
    assert_eq!(rows[41], "21 more: --all");
    let first: Vec<&str> = rows[1].split_whitespace().collect();
    assert_eq!(
        first[..5],
        ["critical", "openssl", "3.0.1-1", "3", "CVE-2026-0002"],
        "what is exploited leads"
    );
    assert!(
        rows[1].contains("3.0.10-1; 1 without a fix") && rows[1].ends_with("since 2026-01-02"),
        "{table}"
    );
    let all = text(&judged(&["--all"]));
    assert!(all.contains("p59") && !all.contains("--all"), "{all}");
    let report = json(&judged(&["--format", "json"]));
    let count = |of: &str| report[of].as_array().map(Vec::len);
    assert_eq!(
        (count("findings"), count("installed")),
        (Some(PACKAGES + 3), Some(PACKAGES + 1))
    );
    let unjudged = text(&scan(&[path]));
    assert!(unjudged.contains("21 more: --all"), "{unjudged}");
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
    assert!(text(&scan(&[path])).contains("1 or more"));
    let document = |format: &str| json(&scan(&[&[path, "--format", format], &gate[2..4]].concat()));
    assert_eq!(
        document("cyclonedx")["compositions"][0]["aggregate"],
        "incomplete"
    );
    assert!(
        document("spdx")["annotations"][0]["comment"]
            .as_str()
            .unwrap()
            .contains("incomplete")
    );
    let invocation = &document("sarif")["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = &invocation["toolExecutionNotifications"][0];
    assert_eq!(
        (&told["descriptor"]["id"], &told["level"]),
        (&json!("malformed_entries"), &json!("error"))
    );
    // A cut behind a line that could have been the last of its package.
    let cut = scanned(&whole[..whole.len() - 1]);
    assert_eq!(
        (cut.status.code(), json(&cut)["complete"].as_bool()),
        (Some(11), Some(false))
    );
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
