//! The image contract at its border: examples, errors, and agreement of the parser with the published schemas.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; the lint knows only #[test] functions"
)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use qlrf_core::contract::image::{Form, MEANING_CODES, Parsed, parse, shapes};
use qlrf_core::contract::node::{self, Node};
use qlrf_core::contract::problem::Problem;
use qlrf_core::contract::shape::Pattern;
use qlrf_core::image::{Constraint, Coordinate, ImagePlatform, LifecycleStatus, ServiceExpectation};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/image")
}

fn example(name: &str) -> String {
    std::fs::read_to_string(folder().join("examples").join(name)).unwrap()
}

fn parse_ok(text: &str) -> Parsed {
    parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{}\n{}", text, lines(&problems)))
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{} {problem}\n", problem.code))
        .collect()
}

#[test]
fn every_example_is_read_and_means_what_it_says() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder().join("examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Parsed { form, contract } = parse_ok(&example(&name));
        assert!(
            name.ends_with(&format!("-form-{}.yaml", form.name())),
            "{name} was read as form {form:?}"
        );
        let again: qlrf_core::image::ImageContract =
            serde_json::from_str(&contract.canonical_json()).unwrap();
        assert_eq!(again, contract, "{name} does not survive its canonical JSON");
        assert_eq!(again.digest(), contract.digest());
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn form_a_reaches_the_model() {
    let contract = parse_ok(&example("linux-form-a.yaml")).contract;
    assert_eq!(
        (contract.family.as_str(), contract.version.as_str()),
        ("ql-base-linux", "1.6.3")
    );
    assert_eq!(contract.lifecycle.status, LifecycleStatus::Production);
    assert_eq!(
        contract.lifecycle.promoted_at.unwrap().to_string(),
        "2026-10-05 10:30:00.0 +00:00:00"
    );
    assert!(contract.coordinates.contains(&Coordinate {
        platform: ImagePlatform::Aws,
        region: Some("us-east-1".into()),
        reference: "ami-0a1b2c3d4e5f60002".into(),
    }));
    assert_eq!(contract.coordinates.len(), 8);
    assert_eq!(contract.digests.len(), 1);
    assert_eq!(contract.build.build_number.as_deref(), Some("418"));
    assert_eq!(contract.services["avahi-daemon"], ServiceExpectation::Disabled);
    assert_eq!(contract.config["sysctl:net.ipv4.ip_forward"], "0");
    assert_eq!(contract.config["sshd:PermitRootLogin"], "no");
    let of = |name: &str| {
        &contract
            .packages
            .iter()
            .find(|p| p.name == name)
            .unwrap()
            .constraint
    };
    assert_eq!(of("openssl"), &Constraint::Minimum("3.0.13-1~deb12u1".into()));
    assert_eq!(of("telnetd"), &Constraint::Absent);
    assert_eq!(of("auditd"), &Constraint::Present);
}

#[test]
fn forms_b_and_c_reach_the_same_model() {
    let b = parse_ok(&example("linux-form-b.yaml")).contract;
    assert_eq!(b.os.version, "22.04", "an unquoted version keeps its spelling");
    assert_eq!(b.config["sshd:X11Forwarding"], "no");
    assert_eq!(
        b.services["prometheus-node-exporter"],
        ServiceExpectation::Running
    );
    assert!(
        b.packages
            .iter()
            .any(|p| p.constraint == Constraint::Runtime("3.10".into()))
    );
    assert_eq!(b.sla.unwrap().critical_hours, Some(24));
    assert_eq!(b.patch_policy.unwrap().emergency_hotfix_ttl_hours, Some(48));

    let c = parse_ok(&example("linux-form-c.yaml")).contract;
    assert_eq!(c.config["sysctl:kernel.randomize_va_space"], "2");
    assert_eq!(c.config["sshd:MaxAuthTries"], "4");
    assert_eq!(c.declared["security.selinux"], json!("enforcing"));
    assert!(
        c.packages
            .iter()
            .any(|p| p.name == "telnet-server" && p.constraint == Constraint::Absent)
    );
    assert_eq!(c.compliance.signature_key_ref.as_deref(), Some("cosign.pub"));
    assert_eq!(c.coordinates.len(), 1);
}

#[test]
fn the_same_meaning_has_the_same_digest_whatever_the_form_and_the_order() {
    let b = parse_ok(
        "schema: v1\nid: base\nversion: 1.0\nos: {name: debian, version: 12}\nbaseline_packages: [a, b=2]\n",
    );
    let a = parse_ok(concat!(
        "{\"spec\": {\"packages\": [{\"name\": \"b\", \"version\": \"2\"}, \"a\"], \"os\": {\"version\": \"12\", ",
        "\"name\": \"debian\"}}, \"metadata\": {\"version\": \"1.0\", \"family\": \"base\"}, ",
        "\"kind\": \"GoldenImage\", \"apiVersion\": \"ql-rf.io/v1\"}",
    ));
    assert_eq!(a.contract.digest(), b.contract.digest());
    let other = parse_ok("schema: v1\nid: base\nversion: 1.1\nos: {name: debian, version: 12}\n");
    assert_ne!(other.contract.digest(), b.contract.digest());
}

#[test]
fn all_mistakes_are_reported_at_once_with_their_place() {
    let text = "apiVersion: ql-rf.io/v1
kind: GoldenImage
metadata: {family: ql base, version: 1.6.3}
spec:
  os: {name: debian}
  complience: {cisLevel: 1}
  lifecycle: {status: live, createdAt: yesterday}
  packages:
    - {name: openssl, version: 1, minVersion: 2, color: red}
    - openssl >= 3
  services: {ssh: up}
";
    let problems = parse(text.as_bytes()).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|p| (p.at.line, p.at.column, p.pointer.as_str(), p.code))
        .collect();
    assert_eq!(
        found,
        [
            (3, 20, "/metadata/family", "bad_value"),
            (5, 7, "/spec/os", "missing_key"),
            (6, 3, "/spec/complience", "unknown_key"),
            (7, 23, "/spec/lifecycle/status", "not_one_of"),
            (7, 40, "/spec/lifecycle/createdAt", "bad_time"),
            (9, 50, "/spec/packages/0/color", "unknown_key"),
            (10, 7, "/spec/packages/1", "bad_value"),
            (11, 19, "/spec/services/ssh", "not_one_of"),
        ]
    );
    assert_eq!(problems[2].hint.as_deref(), Some("did you mean \"compliance\"?"));
}

#[test]
fn what_a_schema_cannot_say_is_reported_too() {
    let base = "schema: v1\nid: base\nversion: 1.0\nos: {name: debian, version: 12}\n";
    let cases = [
        (
            "baseline_packages: [{name: a, version: 1, minVersion: 2}]",
            "/baseline_packages/0",
            "contradiction",
        ),
        (
            "baseline_packages: [{name: a, version: 1, state: absent}]",
            "/baseline_packages/0",
            "contradiction",
        ),
        (
            "baseline_packages: [a, {name: a, state: absent}]",
            "/baseline_packages/1",
            "contradiction",
        ),
        ("image_checks: [{}]", "/image_checks/0", "check_unclear"),
    ];
    for (extra, pointer, code) in cases {
        let problems = parse(format!("{base}{extra}\n").as_bytes()).unwrap_err();
        assert_eq!(
            (problems[0].pointer.as_str(), problems[0].code),
            (pointer, code),
            "{}",
            lines(&problems)
        );
        assert!(MEANING_CODES.contains(&code));
        assert_eq!(problems[0].at.line, 5);
    }
}

#[test]
fn lists_and_texts_are_bounded() {
    let base = "schema: v1\nid: base\nversion: 1.0\nos: {name: debian, version: 12}\n";
    let many = format!(
        "{base}baseline_packages: [{}]",
        "a,".repeat(shapes::PACKAGES_MAX + 1)
    );
    assert_eq!(parse(many.as_bytes()).unwrap_err()[0].code, "too_many_items");
    let wrong = format!("{base}baseline_packages: [{}]", "1,".repeat(shapes::PACKAGES_MAX));
    let problems = parse(wrong.as_bytes()).unwrap_err();
    assert_eq!(problems.len(), 101);
    assert_eq!(problems.last().unwrap().code, "too_many_problems");
    let long = format!("{base}patch_policy: {{default: {}}}", "x".repeat(2_000));
    assert_eq!(parse(long.as_bytes()).unwrap_err()[0].code, "too_long");
}

/// The files are written by the ignored test below.
#[test]
fn published_schemas_are_fresh() {
    for form in Form::ALL {
        let text = std::fs::read_to_string(schema_path(*form)).unwrap_or_default();
        assert_eq!(
            text,
            schema_text(*form),
            "run: cargo test -p qlrf-core --test image_contract -- --ignored"
        );
    }
}

#[test]
#[ignore = "writes contracts/image/form-*.schema.json"]
fn write_schemas() {
    for form in Form::ALL {
        std::fs::write(schema_path(*form), schema_text(*form)).unwrap();
    }
}

fn schema_path(form: Form) -> PathBuf {
    folder().join(format!("form-{}.schema.json", form.name()))
}

fn schema_text(form: Form) -> String {
    serde_json::to_string_pretty(&form.json_schema()).unwrap() + "\n"
}

fn validator(form: Form) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema_path(form)).unwrap()).unwrap();
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// Whether the parser finds only what the schema can find, or nothing.
fn parser_accepts_shape(text: &str) -> bool {
    match parse(text.as_bytes()) {
        Ok(_) => true,
        Err(problems) => problems
            .iter()
            .all(|problem| MEANING_CODES.contains(&problem.code)),
    }
}

fn replacements() -> Vec<Value> {
    let text = r#"[null, true, 0, 2, -1, 2.0, 1.5, 99999999, "", "x", "a b", ">=1", "name>=1.0", "present", "draft",
        "running", "2026-02-30T00:00:00Z", "2026-02-28T00:00:00Z", "2026-02-28", "2026-02-28t00:00:00.5z",
        "2026-02-28T00:00:00+01:00", "a\u0007b", "é", [], ["x"], [1], {}, {"x": 1}, {"name": "x"},
        {"sysctl:a.b": "1"}, "sha256:00"]"#;
    let mut all: Vec<Value> = serde_json::from_str(text).unwrap();
    all.extend([json!("x".repeat(1025)), json!("é".repeat(1024))]);
    all
}

#[test]
fn schema_and_parser_agree_on_every_small_change_of_the_examples() {
    let replacements = replacements();
    let mut compared = 0;
    for (name, form) in [
        ("linux-form-a.yaml", Form::A),
        ("linux-form-b.yaml", Form::B),
        ("linux-form-c.yaml", Form::C),
        ("windows-form-a.yaml", Form::A),
    ] {
        let validator = validator(form);
        let good = node::read(example(name).as_bytes()).unwrap().to_json();
        assert!(
            validator.is_valid(&good),
            "{name}: {:?}",
            validator
                .iter_errors(&good)
                .map(|e| e.to_string())
                .collect::<Vec<_>>()
        );
        let mut pointers = Vec::new();
        collect(&good, String::new(), &mut pointers);
        let decides_form = ["", "/apiVersion", "/kind", "/schema", "/base", "/name", "/family"];
        for pointer in pointers
            .iter()
            .filter(|pointer| !decides_form.contains(&pointer.as_str()))
        {
            for changed in changes(&good, pointer, &replacements) {
                let text = serde_json::to_string(&changed).unwrap();
                assert_eq!(
                    validator.is_valid(&changed),
                    parser_accepts_shape(&text),
                    "{name} at {pointer}: {:#}\n{:?}",
                    changed.pointer(pointer).cloned().unwrap_or_default(),
                    parse(text.as_bytes()).err().map(|p| lines(&p)),
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

fn collect(value: &Value, path: String, out: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| collect(v, format!("{path}/{}", escape(k)), out)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(i, v)| collect(v, format!("{path}/{i}"), out)),
        _ => {}
    }
    out.push(path);
}

/// The value at `pointer` replaced, removed, and, in a map, joined by a key that is not known.
fn changes(good: &Value, pointer: &str, replacements: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    for replacement in replacements {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = replacement.clone();
        all.push(changed);
    }
    let mut extended = good.clone();
    if let Some(Value::Object(map)) = extended.pointer_mut(pointer) {
        map.insert("not_known".into(), json!("x"));
        all.push(extended);
    }
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let mut shorter = good.clone();
    if let Some(Value::Object(map)) = shorter.pointer_mut(parent) {
        map.remove(&last.replace("~1", "/").replace("~0", "~"));
        all.push(shorter);
    }
    all
}

#[test]
fn a_wrong_corpus_is_wrong_to_both() {
    let cases = [
        (
            Form::A,
            "{apiVersion: v1, kind: GoldenImage, metadata: {family: a, version: 1}, spec: {os: {name: a, version: 1}}}",
        ),
        (
            Form::A,
            "{apiVersion: ql-rf.io/v1, kind: PatchPolicy, metadata: {family: a, version: 1}, spec: {os: {name: a, version: 1}}}",
        ),
        (Form::A, "{kind: GoldenImage}"),
        (
            Form::B,
            "{schema: v2, id: a, version: 1, os: {name: a, version: 1}}",
        ),
        (Form::B, "{schema: v1, id: a, version: 1, os: debian}"),
        (Form::C, "{name: a, family: a, version: 1}"),
        (
            Form::C,
            "{name: a, family: a, version: [], base: {os: a, version: 1}}",
        ),
    ];
    for (form, text) in cases {
        let document: Value = node::read(text.as_bytes()).unwrap().to_json();
        assert!(!validator(form).is_valid(&document), "{text}");
        assert!(!parser_accepts_shape(text), "{text}");
    }
    assert_eq!(parse(b"{a: 1}").unwrap_err()[0].code, "form_unknown");
}

fn manual() -> &'static str {
    include_str!("../../../docs/contracts/image.md")
}

#[test]
fn the_example_of_the_manual_is_read() {
    let block = manual()
        .split("```yaml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert_eq!(parse_ok(block).contract.version, "1.6.3");
}

#[test]
fn every_code_that_can_be_provoked_is_in_the_manual() {
    let base = "schema: v1\nid: base\nversion: 1.0\nos: {name: debian, version: 12}\n";
    for extra in [
        "os: 1",
        "x: 1",
        "sla: 1",
        "sla: {low_days: 0}",
        "runtimes: [{name: a b, version: 1}]",
        "services: {logging: ''}",
        "a: *x",
        "a: !t x",
        "---",
        "image_checks: [{}]",
        "hardening: {ssh: {\"a\\nb\": 1}}",
        "patch_policy: {default: }",
        "\u{7}: [",
        "attestations: {sbom: [1]}",
    ] {
        let text = format!("{base}{extra}\n");
        assert!(parse(text.as_bytes()).is_err(), "{extra}");
        check_problems(text.as_bytes());
    }
}

fn mutate(text: &str, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, kind, byte) in edits {
        let at = place % bytes.len().max(1);
        match kind % 4 {
            0 if !bytes.is_empty() => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

fn check_problems(bytes: &[u8]) {
    if let Err(problems) = parse(bytes) {
        assert!(!problems.is_empty());
        for problem in problems {
            assert!(
                manual().contains(&format!("`{}`", problem.code)),
                "{} is not documented",
                problem.code
            );
            assert!(problem.at.line >= 1 && problem.at.column >= 1, "{problem:?}");
            assert!(!problem.message.contains(|c: char| c.is_control()), "{problem:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_problems(&bytes);
    }

    #[test]
    fn arbitrary_yaml_like_text_never_panics(text in "[-a-c:{}\\[\\],&*!|>'\"#%@ \\n\\t0-9~é]{0,200}") {
        check_problems(text.as_bytes());
    }

    #[test]
    fn mutated_contracts_never_panic(
        which in 0_usize..4,
        edits in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..12),
    ) {
        let names = ["linux-form-a.yaml", "linux-form-b.yaml", "linux-form-c.yaml", "windows-form-a.yaml"];
        check_problems(&mutate(&example(names[which]), &edits));
    }

    #[test]
    fn patterns_and_their_regular_expressions_agree(text in "[a-cA-Z0-9@<>=!:._ \\x00\\x1f\\x7fé-]{0,8}", which in 0_usize..5) {
        let pattern = Pattern::ALL[which];
        let schema = json!({"pattern": pattern.regex()});
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        prop_assert_eq!(pattern.matches(&text), validator.is_valid(&json!(text)), "{:?} {:?}", pattern, text);
    }
}

#[test]
fn every_pointer_finds_its_value() {
    fn walk(root: &Node, node: &Node, document: &Value) {
        assert_eq!(document.pointer(&root.pointer_of(node)), Some(&node.to_json()));
        node.entries()
            .iter()
            .for_each(|(_, child)| walk(root, child, document));
        node.items().iter().for_each(|child| walk(root, child, document));
    }
    let root = node::read(example("linux-form-a.yaml").as_bytes()).unwrap();
    walk(&root, &root, &root.to_json());
}
