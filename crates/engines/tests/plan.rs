//! Plans at their border: a document and facts in, one immutable plan out.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; the lint knows only #[test] functions"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use qlrf_core::asset::{Criticality, Platform};
use qlrf_core::contract::Problem;
use qlrf_core::digest::Digest;
use qlrf_core::id::AssetId;
use qlrf_core::plan::risk::FactorKind;
use qlrf_core::plan::target::{FactVersion, freeze};
use qlrf_core::plan::{LEVELS_MAX, Plan, STEPS_MAX, Target, digest};
use qlrf_core::time::Timestamp;
use qlrf_engines::plan::stale::Reason;
use qlrf_engines::plan::{Asked, Facts, Planned, Refusal, Spec, Use, diff, json_schema, make, parse, stale};
use time::macros::datetime;
use uuid::Uuid;

const STEP: &str = "[{id: a, act: {ssh: {command: [reboot], timeout_seconds: 5}}, irreversible: true}]";

fn document(spec: &str) -> String {
    format!("apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata: {{title: Restart}}\nspec: {spec}\n")
}

fn spec(text: &str) -> Spec {
    match parse(document(text).as_bytes()) {
        Ok(spec) => spec,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn problems(text: &str) -> Vec<Problem> {
    parse(document(text).as_bytes()).unwrap_err()
}

/// The only problem of one step, without its id and title.
fn step_problem(step: &str) -> (&'static str, String) {
    let problems = problems(&format!("{{steps: [{{id: a, {step}}}]}}"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    (problems[0].code, problems[0].pointer.clone())
}

fn target(number: u128) -> Target {
    Target {
        asset_id: AssetId::from_uuid(Uuid::from_u128(number)),
        name: format!("web-{number}"),
        platform: Platform::Aws,
        site: Some("ams".into()),
        env: Some("prod".into()),
        criticality: Criticality::High,
        simulated: false,
        fact: FactVersion {
            hash: Digest::of(&number.to_le_bytes()),
            recorded: datetime!(2026-01-01 0:00 UTC),
        },
    }
}

fn facts(targets: Vec<Target>) -> Facts {
    Facts {
        fleet: 1_000,
        current: targets.len() as u64,
        targets,
        environments: BTreeMap::from([("prod".to_owned(), Use::Production)]),
        ..Facts::default()
    }
}

const NOW: Timestamp = datetime!(2026-02-01 0:00 UTC);

fn asked() -> Asked {
    Asked {
        author: "person:ada".into(),
        planned_at: NOW,
        facts_as_of: NOW,
        parent: None,
    }
}

fn plan(text: &str, targets: Vec<Target>) -> Planned {
    make(spec(text), facts(targets), asked()).unwrap()
}

fn query(steps: &str) -> String {
    format!("{{targets: {{query: 'env:prod'}}, steps: {steps}}}")
}

fn score(plan: &Plan, kind: FactorKind) -> (u32, bool) {
    let factor = plan
        .risk
        .factors
        .iter()
        .find(|factor| factor.factor == kind)
        .unwrap();
    (factor.score, factor.known)
}

#[test]
fn a_plan_is_read_back_as_it_was_written_and_in_no_other_spelling() {
    let planned = plan(&query(STEP), vec![target(2), target(1)]);
    let read = Plan::read(&planned.document).unwrap();
    assert_eq!(read, planned.plan);
    let documents = planned.target_documents.iter().map(String::as_str);
    assert_eq!(read.targets, freeze(documents));
    assert!(planned.targets[0].asset_id < planned.targets[1].asset_id);
    let spaced = planned.document.replacen(':', ": ", 1);
    assert!(Plan::read(&spaced).is_err());
    let later = planned.document.replacen("\"format\":1", "\"format\":2", 1);
    assert!(Plan::read(&later).is_err());
    let more = planned.document.replacen('{', "{\"a\":1,", 1);
    assert!(Plan::read(&more).is_err());
}

#[test]
fn shipped_examples_become_plans_and_satisfy_the_published_schema() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/plan");
    let published = std::fs::read_to_string(format!("{folder}/execution.schema.json")).unwrap();
    let published: serde_json::Value = serde_json::from_str(&published).unwrap();
    assert_eq!(published, json_schema());
    let schema = jsonschema::validator_for(&published).unwrap();
    let mut read = 0;
    for entry in std::fs::read_dir(format!("{folder}/examples")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let spec = parse(&bytes).unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display()));
        let value = qlrf_core::contract::node::read(&bytes).unwrap().to_json();
        assert!(schema.is_valid(&value), "{}", path.display());
        let targets = if spec.selection.is_some() {
            vec![target(1)]
        } else {
            Vec::new()
        };
        make(spec, facts(targets), asked()).unwrap();
        read += 1;
    }
    assert!(read >= 2);
    let nested = serde_json::json!({"apiVersion": "ql-rf.io/v1", "kind": "ExecutionSpec", "metadata": {"title": "x"},
        "spec": {"steps": [{"id": "a", "parallel": [{"id": "b", "wiat": {"seconds": 1}}]}]}});
    assert!(!schema.is_valid(&nested), "the schema looks into groups");
}

/// What is wrong with a step, the code of it, and where it is.
const MISTAKEN: &[(&str, &str, &str)] = &[
    (
        "wait: {seconds: 1}, approval: {approvers: 1, role: admin, expires_minutes: 5}",
        "one_wanted",
        "",
    ),
    ("title: nothing", "one_wanted", ""),
    ("act: {}", "one_wanted", "/act"),
    ("sequence: []", "empty_list", "/sequence"),
    (
        "act: {ssh: {command: [], timeout_seconds: 5}}, irreversible: true",
        "empty_list",
        "/act/ssh/command",
    ),
    (
        "act: {ssh: {command: [reboot], timeout_seconds: 5}}",
        "undo_missing",
        "",
    ),
    (
        "act: {ssh: {command: [a], timeout_seconds: 5}}, irreversible: true, \
         undo: {notify: {channel: a, message: b}}",
        "undo_contradicts",
        "/undo",
    ),
    (
        "wait: {seconds: 1}, irreversible: true",
        "nothing_to_undo",
        "/irreversible",
    ),
    (
        "act: {wait_for_health: {port: 1, url: 'http://a', interval_seconds: 1, timeout_seconds: 1}}",
        "one_wanted",
        "/act/wait_for_health",
    ),
    (
        "act: {http: {method: GET, url: 'ftp://a', expect_status: 200, timeout_seconds: 1}}",
        "bad_address",
        "/act/http/url",
    ),
    (
        "act: {http: {method: GET, url: 'https://u:p@a/', expect_status: 200, timeout_seconds: 1}}",
        "secret_in_plain",
        "/act/http/url",
    ),
    (
        "act: {http: {method: GET, url: 'https://a', headers: {X-Api-Key: hunter2}, expect_status: 200, \
         timeout_seconds: 1}}",
        "secret_in_plain",
        "/act/http/headers/X-Api-Key",
    ),
    (
        "act: {sql_probe: {connection: {secret: 'postgres://u:p@h'}, query: q, expect: e, timeout_seconds: 1}}",
        "bad_secret_reference",
        "/act/sql_probe/connection/secret",
    ),
    (
        "gate: {samples: 1, probe: {http: {method: POST, url: 'http://a', expect_status: 200, timeout_seconds: 1}}}",
        "probe_changes",
        "/gate/probe/http",
    ),
    (
        "gate: {samples: 2, failures_max: 2, probe: {http: {method: GET, url: 'http://a', expect_status: 200, \
         timeout_seconds: 1}}}",
        "gate_open",
        "/gate",
    ),
    (
        "act: {packer: {source: {repository: 'https://a/b', commit: main, path: x}}}, irreversible: true",
        "bad_commit",
        "/act/packer/source/commit",
    ),
    (
        "act: {packer: {source: {repository: 'https://a/b', commit: 3f786850e387550fdab836ed7e6dc881de23001b, \
         path: a/../../b}}}, irreversible: true",
        "bad_path",
        "/act/packer/source/path",
    ),
];

#[test]
fn what_belongs_together_is_checked_with_its_place() {
    for (step, code, below) in MISTAKEN {
        assert_eq!(
            step_problem(step),
            (*code, format!("/spec/steps/0{below}")),
            "{step}"
        );
    }
}

#[test]
fn a_mistake_in_a_nested_step_has_its_line_and_column() {
    let text =
        document("\n  steps:\n    - id: a\n      parallel:\n        - id: a\n          wait: {seconds: 1}");
    let problems = parse(text.as_bytes()).unwrap_err();
    let problem = &problems[0];
    assert_eq!(
        (problem.code, problem.at.line, problem.at.column),
        ("duplicate_id", 8, 15)
    );
    assert_eq!(problem.pointer, "/spec/steps/0/parallel/0/id");
}

#[test]
fn a_document_is_bounded() {
    let wait = |id: usize| format!("{{id: s{id}, wait: {{seconds: 1}}}}");
    let list = |from: usize, count: usize| (from..from + count).map(wait).collect::<Vec<_>>().join(",");
    let half = STEPS_MAX / 2;
    let halves = |first: usize| {
        format!(
            "{{steps: [{{id: x, parallel: [{}]}}, {{id: y, parallel: [{}]}}]}}",
            list(0, first),
            list(5_000, half - 1)
        )
    };
    assert!(parse(document(&halves(half - 1)).as_bytes()).is_ok());
    assert_eq!(problems(&halves(half))[0].code, "too_many_steps");
    let nested = |levels: usize| {
        let open: String = (1..levels)
            .map(|level| format!("[{{id: g{level}, sequence: "))
            .collect();
        format!("{{steps: {open}[{}]{}}}", wait(0), "}]".repeat(levels - 1))
    };
    assert!(parse(document(&nested(LEVELS_MAX)).as_bytes()).is_ok());
    assert_eq!(problems(&nested(LEVELS_MAX + 1))[0].code, "nested_too_deep");
}

#[test]
fn limits_windows_and_choices_that_contradict_are_refused() {
    let with = |more: &str| format!("{{{more}, steps: {STEP}}}");
    let cases = [
        ("targets: {}", "one_wanted"),
        ("targets: {assets: []}", "empty_list"),
        ("targets: {assets: [web-1]}", "bad_value"),
        ("limits: {batch: 3, max_unavailable: 2}", "batch_above_limit"),
        (
            "window: {time_zone: Europe/Paris, starts_at: 2026-05-01T10:00:00Z, ends_at: 2026-05-01T10:00:00Z}",
            "window_empty",
        ),
        (
            "window: {time_zone: Europe/Paris, starts_at: 2026-05-01T10:00:00Z, ends_at: 2026-07-01T10:00:00Z}",
            "window_too_long",
        ),
        ("expected: {cost: {amount: 1, currency: euro}}", "bad_value"),
    ];
    for (more, code) in cases {
        assert_eq!(problems(&with(more))[0].code, code, "{more}");
    }
    let whole = spec(&with("limits: {batch: 2.0, max_unavailable: 2}"));
    assert_eq!(whole.limits.batch, 2, "a whole number in any spelling of JSON");
}

#[test]
fn a_plan_without_anything_to_act_on_is_refused() {
    let refused = |text: &str, targets: Vec<Target>| make(spec(text), facts(targets), asked()).unwrap_err();
    assert_eq!(refused(&query(STEP), vec![]), Refusal::NoTargets);
    assert_eq!(refused(&format!("{{steps: {STEP}}}"), vec![]), Refusal::NoTargets);
    let wait = "[{id: a, wait: {seconds: 1}}]";
    assert_eq!(refused(&query(wait), vec![target(1)]), Refusal::NothingToDo);
    let over = format!(
        "{{targets: {{query: x}}, steps: {STEP}, window: {{time_zone: UTC, starts_at: 2026-01-01T10:00:00Z, \
         ends_at: 2026-01-01T11:00:00Z}}}}"
    );
    assert_eq!(refused(&over, vec![target(1)]), Refusal::WindowOver);
}

#[test]
fn what_is_not_known_counts_as_the_worst_and_says_so() {
    let planned = plan(&query(STEP), vec![target(1)]);
    let of = |kind| score(&planned.plan, kind);
    assert_eq!(of(FactorKind::Environment), (100, true));
    assert_eq!(of(FactorKind::Scope), (5, true));
    assert_eq!(of(FactorKind::ChangeSize), (20, true));
    assert_eq!(of(FactorKind::Drift), (0, true));
    assert_eq!(of(FactorKind::Rollback), (100, true));
    for unknown in [FactorKind::History, FactorKind::Dependencies, FactorKind::Timing] {
        assert_eq!(of(unknown), (100, false), "{unknown:?}");
    }
    // 20 + 15 · .05 + 15 + 15 · .2 + 10 + 10 + 0 + 5, rounded up.
    assert_eq!(planned.plan.risk.score, 64);
    let undeclared = Facts {
        environments: BTreeMap::new(),
        current: 0,
        drift_unknown: 1,
        ..facts(vec![target(1)])
    };
    let planned = make(spec(&query(STEP)), undeclared, asked()).unwrap();
    assert_eq!(score(&planned.plan, FactorKind::Environment), (100, false));
    assert_eq!(score(&planned.plan, FactorKind::Drift), (100, false));
    let nowhere = Target {
        env: None,
        ..target(1)
    };
    let planned = make(spec(&query(STEP)), facts(vec![nowhere]), asked()).unwrap();
    assert_eq!(score(&planned.plan, FactorKind::Environment), (100, false));
    let terraform = include_str!("../../../contracts/plan/examples/network.yaml");
    let planned = make(parse(terraform.as_bytes()).unwrap(), facts(vec![]), asked()).unwrap();
    for kind in [
        FactorKind::Environment,
        FactorKind::Scope,
        FactorKind::ChangeSize,
        FactorKind::Drift,
    ] {
        assert_eq!(score(&planned.plan, kind), (100, false), "{kind:?}");
    }
}

#[test]
fn a_window_is_judged_by_the_clocks_of_its_own_zone() {
    let timing = |starts, ends| {
        let facts = Facts {
            local_window: Some((starts, ends)),
            ..facts(vec![target(1)])
        };
        score(
            &make(spec(&query(STEP)), facts, asked()).unwrap().plan,
            FactorKind::Timing,
        )
    };
    // A Friday evening to Saturday, a Friday that begins at five, a night over the beginning of a Monday's work.
    assert_eq!(
        timing(datetime!(2026-05-01 18:00), datetime!(2026-05-02 12:00)),
        (20, true)
    );
    assert_eq!(
        timing(datetime!(2026-05-01 17:59), datetime!(2026-05-01 20:00)),
        (70, true)
    );
    assert_eq!(
        timing(datetime!(2026-05-03 22:00), datetime!(2026-05-04 08:00)),
        (20, true)
    );
    assert_eq!(
        timing(datetime!(2026-05-03 22:00), datetime!(2026-05-04 08:01)),
        (70, true)
    );
}

#[test]
fn the_blast_radius_adds_up_to_the_targets() {
    let mut targets: Vec<Target> = (1..=5).map(target).collect();
    targets[0].site = None;
    targets[1].site = Some("fra".into());
    targets[1].simulated = true;
    targets[2].criticality = Criticality::Unknown;
    let blast = plan(&query(STEP), targets).plan.blast;
    let sites: Vec<_> = blast
        .sites
        .iter()
        .map(|share| (share.value.as_deref(), share.targets))
        .collect();
    assert_eq!(sites, [(Some("ams"), 3), (None, 1), (Some("fra"), 1)]);
    for shares in [
        &blast.sites,
        &blast.environments,
        &blast.platforms,
        &blast.criticalities,
    ] {
        assert_eq!(shares.iter().map(|share| share.targets).sum::<u32>(), 5);
    }
    assert_eq!(blast.simulated, 1);
}

#[test]
fn a_target_of_other_facts_makes_a_plan_stale_and_a_new_asset_does_not() {
    let frozen = |number| (target(number).asset_id, target(number).fact.hash);
    let current = [frozen(1), (target(2).asset_id, target(9).fact.hash), frozen(4)].into();
    let found = stale::compare(&[frozen(1), frozen(2), frozen(3)], &current);
    let expected = [
        (target(2).asset_id, Reason::Changed),
        (target(3).asset_id, Reason::Gone),
    ];
    assert_eq!(found, expected);
}

#[test]
fn two_plans_are_compared_to_the_field() {
    let before = plan(
        &query(
            "[{id: a, act: {ssh: {command: [a], timeout_seconds: 5}}, irreversible: true}, {id: b, wait: {seconds: 1}}]",
        ),
        vec![target(1), target(2), target(3)],
    );
    let mut moved = target(2);
    moved.site = Some("fra".into());
    moved.fact.hash = target(9).fact.hash;
    let after = plan(
        "{targets: {query: 'env:prod'}, limits: {batch: 1, max_unavailable: 2}, steps: [{id: c, wait: {seconds: 1}}, \
         {id: a, act: {ssh: {command: [a, b], timeout_seconds: 5}}, irreversible: true}]}",
        vec![target(1), moved, target(4)],
    );
    let found = diff::compare((&before.plan, &before.targets), (&after.plan, &after.targets));
    let targets: Vec<_> = found
        .targets
        .iter()
        .map(|t| (&t.name[..], t.change.name(), t.fields.len()))
        .collect();
    assert_eq!(
        targets,
        [
            ("web-2", "changed", 1),
            ("web-3", "removed", 0),
            ("web-4", "added", 0)
        ]
    );
    let steps: Vec<_> = found
        .steps
        .iter()
        .map(|s| {
            (
                &s.id[..],
                s.change.name(),
                s.fields.iter().map(|f| f.field).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("b", "removed", vec![]),
            ("c", "added", vec![]),
            ("a", "changed", vec!["position", "parameters"]),
        ]
    );
    assert_eq!(
        found.fields.iter().map(|f| f.field).collect::<Vec<_>>(),
        ["limits"]
    );
    assert!(found.factors.is_empty(), "{:?}", found.factors);
    let same = diff::compare((&before.plan, &before.targets), (&before.plan, &before.targets));
    assert!(same.is_empty());
}

/// Every value of a JSON document that can be made another one, by its pointer.
fn leaves(value: &serde_json::Value, pointer: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                leaves(value, format!("{pointer}/{key}"), found);
            }
        }
        serde_json::Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, format!("{pointer}/{index}"), found);
            }
        }
        _ => found.push(pointer),
    }
}

proptest! {
    #[test]
    fn the_same_input_has_the_same_digest_in_any_order(
        numbers in proptest::collection::btree_set(1u128..500, 1..40), turn in 0usize..40,
    ) {
        let targets: Vec<Target> = numbers.into_iter().map(target).collect();
        let mut turned = targets.clone();
        turned.rotate_left(turn % targets.len());
        let first = plan(&query(STEP), targets);
        let keys = "{steps: [{irreversible: true, act: {ssh: {timeout_seconds: 5, command: [reboot]}}, id: a}], \
                    targets: {query: 'env:prod'}}";
        let second = plan(keys, turned);
        prop_assert_eq!(digest(&first.document), digest(&second.document));
        prop_assert_eq!(first.document, second.document);
    }

    #[test]
    fn any_change_has_another_digest(choice in any::<prop::sample::Index>()) {
        let planned = plan(&query(STEP), vec![target(1), target(2)]);
        let mut value: serde_json::Value = serde_json::from_str(&planned.document).unwrap();
        let mut found = Vec::new();
        leaves(&value, String::new(), &mut found);
        let place = &found[choice.index(found.len())];
        let leaf = value.pointer_mut(place).unwrap();
        *leaf = match &*leaf {
            serde_json::Value::String(text) => format!("{text}x").into(),
            serde_json::Value::Bool(flag) => (!*flag).into(),
            other => (other.as_i64().unwrap_or_default() + 1).into(),
        };
        let other = qlrf_core::contract::canonical::to_string(&value);
        prop_assert_ne!(digest(&planned.document), digest(&other), "{}", place);
    }

    #[test]
    fn another_fact_of_any_target_is_another_plan(count in 1u128..30, choice in any::<prop::sample::Index>()) {
        let targets: Vec<Target> = (1..=count).map(target).collect();
        let mut other = targets.clone();
        let at = choice.index(other.len());
        other[at].fact.hash = Digest::of(b"another");
        let (first, second) = (plan(&query(STEP), targets), plan(&query(STEP), other));
        prop_assert_ne!(digest(&first.document), digest(&second.document));
    }

    #[test]
    fn any_text_is_answered(text in ".{0,400}") {
        let _ = parse(text.as_bytes());
        let _ = parse(document(&text).as_bytes());
    }
}
