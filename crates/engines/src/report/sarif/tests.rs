use std::path::Path;

use proptest::prelude::*;

use super::*;

fn finding<'a>(rule_id: &'a str, package: &'a str) -> Finding<'a> {
    Finding {
        rule_id,
        title: "a fault",
        level: Level::Error,
        score: Some(9.8),
        help_uri: Some("https://example.org/CVE"),
        package,
        version: "1.0-1",
        fixed_version: Some("1.0-2"),
        location: "/var/lib/dpkg/status",
        message: "package a 1.0-1 is affected, fixed in 1.0-2",
    }
}

fn log(findings: &[Finding]) -> serde_json::Value {
    let mut out = Vec::new();
    write(findings, &[], &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn rules_are_shared_and_results_keep_their_order() {
    let findings = [
        finding("CVE-2", "b"),
        finding("CVE-1", "a"),
        finding("CVE-2", "c"),
    ];
    let run = &log(&findings)["runs"][0];
    let ids: Vec<_> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| &rule["id"])
        .collect();
    assert_eq!(ids, ["CVE-1", "CVE-2"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!(
        results
            .iter()
            .map(|result| result["ruleIndex"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [1, 0, 1]
    );
    assert_eq!(results[0]["properties"]["fixedVersion"], "1.0-2");
    assert_eq!(
        run["tool"]["driver"]["rules"][0]["properties"]["security-severity"],
        "9.8"
    );
    let place = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "var/lib/dpkg/status");
}

#[test]
fn the_official_schema_accepts_every_shape() {
    let Some(schema) = schema() else { return };
    let validator = jsonschema::validator_for(&schema).unwrap();
    let bare = Finding {
        title: "",
        level: Level::None,
        score: None,
        help_uri: None,
        fixed_version: None,
        message: "",
        location: "registry.example/a:1 ü %",
        ..finding("X", "p")
    };
    let wrong = Finding {
        help_uri: Some("see the manual"),
        score: Some(f32::NAN),
        ..finding("Y", "p")
    };
    for findings in [&[][..], &[finding("CVE-1", "a"), bare, wrong][..]] {
        let log = log(findings);
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut out = Vec::new();
    write(
        &[],
        &[notification(Level::Error), notification(Level::Warning)],
        &mut out,
    )
    .unwrap();
    let log = serde_json::from_slice(&out).unwrap();
    assert_eq!(validator.iter_errors(&log).count(), 0, "{log}");
}

fn notification(level: Level) -> Notification<'static> {
    Notification {
        id: "malformed_entries",
        level,
        location: "/var/lib/dpkg/status",
        message: "it ends in the middle".to_owned(),
    }
}

#[test]
fn a_run_that_missed_something_is_no_success() {
    let invocation = |notifications: &[Notification]| -> serde_json::Value {
        let mut out = Vec::new();
        write(&[finding("CVE-1", "a")], notifications, &mut out).unwrap();
        let log: serde_json::Value = serde_json::from_slice(&out).unwrap();
        log["runs"][0]["invocations"][0].clone()
    };
    assert_eq!(invocation(&[])["executionSuccessful"], true);
    assert_eq!(
        invocation(&[notification(Level::Warning)])["executionSuccessful"],
        true
    );
    let missed = invocation(&[notification(Level::Warning), notification(Level::Error)]);
    assert_eq!(missed["executionSuccessful"], false);
    let told = &missed["toolExecutionNotifications"][1];
    assert_eq!(
        (&told["descriptor"]["id"], &told["level"]),
        (&"malformed_entries".into(), &"error".into())
    );
    assert_eq!(
        told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "var/lib/dpkg/status"
    );
}

fn schema() -> Option<serde_json::Value> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/samples/sarif-2.1-schema-and-examples.tar.zst");
    let Ok(file) = std::fs::File::open(&archive) else {
        eprintln!(
            "skipped: the_official_schema_accepts_every_shape (no {})",
            archive.display()
        );
        return None;
    };
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).unwrap());
    let mut entries = tar.entries().unwrap().map(Result::unwrap);
    let entry = entries
        .find(|entry| entry.path().unwrap().ends_with("schema/sarif-schema-2.1.0.json"))
        .unwrap();
    Some(serde_json::from_reader(entry).unwrap())
}

proptest! {
    #[test]
    fn any_text_makes_a_readable_log(text in "\\PC{0,40}", score in any::<f32>()) {
        let finding = Finding { rule_id: &text, location: &text, help_uri: Some(&text), score: Some(score), ..finding("X", &text) };
        prop_assert_eq!(&log(&[finding])["runs"][0]["results"][0]["ruleId"], &serde_json::Value::String(text.clone()));
    }
}
