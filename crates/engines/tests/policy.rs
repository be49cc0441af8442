//! Policy at its border: a plan and what is known around it in, a verdict out; and bundles that may not decide.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; the lint knows only #[test] functions"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use qlrf_core::asset::{Criticality, Platform};
use qlrf_core::digest::Digest;
use qlrf_core::id::AssetId;
use qlrf_core::plan::Target;
use qlrf_core::plan::target::FactVersion;
use qlrf_core::policy::{Cause, Denial, Source, Verdict};
use qlrf_core::time::Timestamp;
use qlrf_engines::plan::{Asked, Facts, Planned, Use, make, parse};
use qlrf_engines::policy::{
    Around, BASELINE_MODULES, BUNDLE_BYTES_MAX, Bundle, EnvironmentUse, Freeze, Input, MODULE_BYTES_MAX,
    MODULES_MAX, Module, Pair, Problem, baseline, decide,
};
use time::PrimitiveDateTime;
use time::macros::datetime;
use uuid::Uuid;

const NOW: Timestamp = datetime!(2026-02-01 0:00 UTC);
const WINDOW: (Timestamp, Timestamp) = (datetime!(2026-02-02 20:00 UTC), datetime!(2026-02-02 23:00 UTC));

/// What a case changes of a plan that every rule allows.
struct Case {
    /// Environment and site of each target.
    targets: Vec<(Option<&'static str>, Option<&'static str>)>,
    simulated: usize,
    steps: &'static str,
    limits: &'static str,
    window: Option<(Timestamp, Timestamp)>,
    now: Timestamp,
    pairs: Vec<Pair>,
    freezes: Vec<Freeze>,
}

const AGREE: &str = "{id: agree, approval: {approvers: 2, role: engineer, expires_minutes: 60}}";
const AGREED: &str = "[{id: agree, approval: {approvers: 2, role: engineer, expires_minutes: 60}}, \
    {id: restart, act: {ssh: {command: [reboot], timeout_seconds: 5}}, irreversible: true}]";

impl Default for Case {
    fn default() -> Case {
        Case {
            targets: vec![(Some("prod"), Some("ams1")); 4],
            simulated: 0,
            steps: AGREED,
            limits: "{batch: 1, max_unavailable: 1}",
            window: Some(WINDOW),
            now: NOW,
            pairs: Vec::new(),
            freezes: Vec::new(),
        }
    }
}

impl Case {
    fn planned(&self) -> Planned {
        let window = self.window.map_or(String::new(), |(starts, ends)| {
            let format = &time::format_description::well_known::Rfc3339;
            let (starts, ends) = (starts.format(format).unwrap(), ends.format(format).unwrap());
            format!(", window: {{time_zone: Europe/Amsterdam, starts_at: \"{starts}\", ends_at: \"{ends}\"}}")
        });
        let document = format!(
            "apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata: {{title: Restart}}\n\
             spec: {{steps: {}, limits: {}{window}}}\n",
            self.steps, self.limits
        );
        let targets = self
            .targets
            .iter()
            .enumerate()
            .map(|(number, (env, site))| Target {
                asset_id: AssetId::from_uuid(Uuid::from_u128(number as u128)),
                name: format!("web-{number}"),
                platform: Platform::Aws,
                site: site.map(str::to_owned),
                env: env.map(str::to_owned),
                criticality: Criticality::High,
                simulated: number < self.simulated,
                fact: FactVersion {
                    hash: Digest::of(&number.to_le_bytes()),
                    recorded: NOW,
                },
            });
        let facts = Facts {
            targets: targets.collect(),
            fleet: 1_000,
            ..Facts::default()
        };
        let asked = Asked {
            author: "person:ada".into(),
            planned_at: NOW,
            facts_as_of: NOW,
            parent: None,
        };
        make(parse(document.as_bytes()).unwrap(), facts, asked).unwrap()
    }

    fn input(&self) -> Input {
        let planned = self.planned();
        let local = |at: Timestamp| PrimitiveDateTime::new(at.date(), at.time());
        let around = Around {
            actor: "person:ada".into(),
            now: self.now,
            local_now: local(self.now),
            local_window: self.window.map(|(starts, ends)| (local(starts), local(ends))),
            environments: BTreeMap::from([
                ("prod".to_owned(), Use::Production),
                ("stage".to_owned(), Use::Staging),
                ("lab".to_owned(), Use::Test),
            ]),
            pairs: self.pairs.clone(),
            freezes: self.freezes.clone(),
        };
        Input::of(&planned.plan, &planned.targets, around)
    }

    /// The rules that deny, one for each denial.
    fn denied_by(&self) -> Vec<String> {
        let verdict = decide(None, &self.input());
        assert!(
            verdict.denials.iter().all(|denial| denial.cause == Cause::Rule),
            "{verdict:?}"
        );
        verdict.denials.into_iter().map(|denial| denial.rule).collect()
    }
}

#[track_caller]
fn check(case: Case, expected: &[&str]) {
    assert_eq!(case.denied_by(), expected);
}

fn envs(envs: &[Option<&'static str>]) -> Vec<(Option<&'static str>, Option<&'static str>)> {
    envs.iter().map(|env| (*env, Some("ams1"))).collect()
}

#[test]
fn what_is_agreed_to_small_and_in_its_window_is_allowed() {
    check(Case::default(), &[]);
    let verdict = decide(None, &Case::default().input());
    assert!(verdict.is_allowed());
    assert_eq!(verdict.baseline, baseline().digest);
    assert_eq!(verdict.bundle, None);
}

#[test]
fn an_approval_counts_for_what_cannot_begin_before_it() {
    let with = |steps: &'static str| Case {
        steps,
        ..Case::default()
    };
    const ACT: &str = "act: {ssh: {command: [reboot], timeout_seconds: 5}}, undo: {ssh: {command: [id], timeout_seconds: 5}}";
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let act = |id: &str| format!("{{id: {id}, {ACT}}}");
    check(with(leak(format!("[{AGREE}, {}]", act("a")))), &[]);
    check(
        with(leak(format!("[{}, {AGREE}]", act("a")))),
        &["production_approval"],
    );
    check(with(leak(format!("[{}]", act("a")))), &["production_approval"]);
    // Beside it in a parallel group it is not waited for; after the group it is.
    let beside = format!("[{{id: p, parallel: [{AGREE}, {}]}}]", act("a"));
    check(with(leak(beside)), &["production_approval"]);
    let after = format!(
        "[{{id: p, parallel: [{AGREE}, {{id: w, wait: {{seconds: 1}}}}]}}, {}]",
        act("a")
    );
    check(with(leak(after)), &[]);
    let inside = format!("[{{id: s, sequence: [{AGREE}, {}]}}, {}]", act("a"), act("b"));
    check(with(leak(inside)), &[]);
    let branch = format!(
        "[{{id: p, parallel: [{{id: s, sequence: [{AGREE}, {}]}}, {}]}}]",
        act("a"),
        act("b")
    );
    check(with(leak(branch)), &["production_approval"]);
}

#[test]
fn what_an_environment_is_for_decides_and_unknown_counts_as_production() {
    const BARE: &str = "[{id: a, act: {ssh: {command: [reboot], timeout_seconds: 5}}, irreversible: true}]";
    let bare = |targets| Case {
        targets,
        steps: BARE,
        window: None,
        ..Case::default()
    };
    let all = ["irreversible", "maintenance_window", "production_approval"];
    check(bare(envs(&[Some("prod")])), &all);
    check(bare(envs(&[Some("nobody-declared-it")])), &all);
    check(bare(envs(&[None])), &all);
    check(bare(envs(&[Some("lab"), None])), &all);
    check(bare(envs(&[Some("stage"), Some("lab")])), &[]);
    // Without targets nobody knows what is touched.
    let terraform = "[{id: a, act: {terraform: {source: {repository: \"https://git.example/a\", \
        commit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, path: .}}}, irreversible: true}]"
        .replace("path: .", "path: net");
    let steps: &'static str = Box::leak(terraform.into_boxed_str());
    check(
        Case {
            targets: Vec::new(),
            steps,
            window: None,
            ..Case::default()
        },
        &all,
    );
}

#[test]
fn a_look_needs_nothing() {
    let steps = "[{id: a, act: {wait_for_health: {port: 443, interval_seconds: 5, timeout_seconds: 60}}}]";
    check(
        Case {
            steps,
            window: None,
            limits: "{batch: 4, max_unavailable: 4}",
            ..Case::default()
        },
        &[],
    );
}

#[test]
fn the_strictest_environment_limits_a_batch() {
    let with = |limits, env: &[Option<&'static str>]| Case {
        limits,
        targets: envs(env),
        ..Case::default()
    };
    let half = "{batch: 2, max_unavailable: 2}";
    check(with(half, &[Some("prod"); 8]), &[]);
    check(with(half, &[Some("prod"); 7]), &["batch_limit", "batch_limit"]);
    check(
        with("{batch: 2, max_unavailable: 3}", &[Some("prod"); 8]),
        &["batch_limit"],
    );
    check(with(half, &[Some("stage"); 4]), &[]);
    check(with(half, &[Some("stage"); 3]), &["batch_limit", "batch_limit"]);
    check(with(half, &[Some("lab"); 2]), &[]);
    check(
        with(half, &[Some("lab"), Some("lab"), Some("lab"), None]),
        &["batch_limit", "batch_limit"],
    );
    check(with("{batch: 1, max_unavailable: 1}", &[Some("prod")]), &[]);
}

#[test]
fn a_window_is_hours_and_not_over() {
    let hours = |hours| Some((WINDOW.0, WINDOW.0 + time::Duration::hours(hours)));
    check(
        Case {
            window: hours(12),
            ..Case::default()
        },
        &[],
    );
    check(
        Case {
            window: hours(13),
            ..Case::default()
        },
        &["maintenance_window"],
    );
    check(
        Case {
            window: None,
            ..Case::default()
        },
        &["maintenance_window"],
    );
    check(
        Case {
            now: WINDOW.1 - time::Duration::SECOND,
            ..Case::default()
        },
        &[],
    );
    check(
        Case {
            now: WINDOW.1,
            ..Case::default()
        },
        &["maintenance_window"],
    );
}

#[test]
fn a_freeze_stops_what_it_is_declared_for() {
    let freeze = |from: Timestamp, until: Timestamp, uses: &[EnvironmentUse]| {
        vec![Freeze {
            name: "end of year".into(),
            from: from.unix_timestamp(),
            until: until.unix_timestamp(),
            uses: uses.to_vec(),
        }]
    };
    let second = time::Duration::SECOND;
    let production = &[EnvironmentUse::Production];
    let with = |freezes| Case {
        freezes,
        ..Case::default()
    };
    check(with(freeze(WINDOW.1, WINDOW.1 + second, production)), &[]);
    check(with(freeze(WINDOW.1 - second, WINDOW.1, production)), &["freeze"]);
    check(with(freeze(NOW, WINDOW.0, production)), &[]);
    check(with(freeze(NOW, WINDOW.0 + second, production)), &["freeze"]);
    check(with(freeze(NOW, WINDOW.1, &[EnvironmentUse::Staging])), &[]);
    let unknown = Case {
        targets: envs(&[None; 4]),
        ..with(freeze(NOW, WINDOW.1, production))
    };
    check(unknown, &["freeze"]);
    let stage = |freezes| Case {
        targets: envs(&[Some("stage")]),
        window: None,
        freezes,
        ..Case::default()
    };
    check(
        stage(freeze(NOW, NOW + second, &[EnvironmentUse::Staging])),
        &["freeze"],
    );
    check(stage(freeze(NOW - second, NOW, &[EnvironmentUse::Staging])), &[]);
}

#[test]
fn both_sides_of_a_pair_and_both_kinds_of_asset_never_stand_together() {
    let pairs = || {
        vec![Pair {
            primary: "ams1".into(),
            secondary: "fra1".into(),
        }]
    };
    let sites = |sites: &[Option<&'static str>]| Case {
        targets: sites.iter().map(|site| (Some("prod"), *site)).collect(),
        pairs: pairs(),
        ..Case::default()
    };
    check(sites(&[Some("ams1"), Some("lon1")]), &[]);
    check(sites(&[Some("ams1"), Some("fra1")]), &["pair"]);
    check(sites(&[Some("ams1"), None]), &["pair"]);
    check(sites(&[Some("lon1"), None]), &[]);
    check(
        Case {
            simulated: 4,
            ..Case::default()
        },
        &[],
    );
    check(
        Case {
            simulated: 1,
            ..Case::default()
        },
        &["simulated"],
    );
}

#[test]
fn plain_http_carries_no_secret_and_changes_no_production() {
    let http = |env, action: &str| {
        let steps = format!(
            "[{AGREE}, {{id: ask, act: {{http: {{{action}, expect_status: 200, timeout_seconds: 5}}}}}}, \
            {{id: wait, act: {{ssh: {{command: [id], timeout_seconds: 5}}}}, irreversible: true}}]"
        );
        Case {
            steps: Box::leak(steps.into_boxed_str()),
            targets: envs(&[env]),
            ..Case::default()
        }
    };
    check(http(Some("prod"), "method: GET, url: \"http://a/\""), &[]);
    let secret = "method: GET, headers: {authorization: {secret: \"env:TOKEN\"}}, url: ";
    check(http(Some("lab"), &format!("{secret}\"https://a/\"")), &[]);
    check(
        http(Some("lab"), &format!("{secret}\"http://a/\"")),
        &["plain_http"],
    );
    let change = "method: POST, url: \"http://a/\", expect_status: 200, timeout_seconds: 5}}, undo: {http: {method: GET, url: \"https://a/\"";
    check(http(Some("prod"), change), &["plain_http"]);
    check(http(Some("lab"), change), &[]);
}

#[test]
fn every_shipped_file_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy");
    let mut files: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lib.rego")
        .collect();
    files.sort();
    let built: Vec<&str> = BASELINE_MODULES.iter().map(|(path, _)| *path).collect();
    assert_eq!(files, built);
    assert!(
        baseline()
            .rules
            .iter()
            .all(|rule| rule.tests >= 2 && !rule.description.is_empty())
    );
}

const TEST: &str = "package qlrf.organisation.own_test\n\ntest_it if true\n";

fn module(path: &str, text: impl Into<String>) -> Module {
    Module {
        path: path.into(),
        text: text.into(),
    }
}

fn own(body: &str) -> Vec<Module> {
    let text = format!("package qlrf.organisation.own\n\n{body}\n");
    vec![module("own.rego", text), module("own_test.rego", TEST)]
}

fn refused(modules: Vec<Module>) -> Vec<Problem> {
    Bundle::compile(Source::Organisation, modules)
        .err()
        .expect("the bundle is refused")
}

/// The only denial of an organisation's rule on a plan that the baseline allows.
fn denial(body: &str) -> (Cause, String) {
    let bundle =
        Bundle::compile(Source::Organisation, own(body)).unwrap_or_else(|problems| panic!("{problems:?}"));
    let verdict: Verdict = decide(Some(&bundle), &Case::default().input());
    assert_eq!(verdict.bundle, Some(bundle.digest));
    let [denial] = &verdict.denials[..] else {
        panic!("{verdict:?}")
    };
    assert_eq!((denial.source, &denial.rule[..]), (Source::Organisation, "own"));
    (denial.cause, denial.reason.clone())
}

#[test]
fn an_organisation_adds_rules_and_takes_none_away() {
    let body = "import data.qlrf.lib\n\ndeny contains {\"reason\": sprintf(\"%s is asked on day %d\", [input.plan.title, input.now.local.weekday]), \
        \"remedy\": \"ask tomorrow\"} if {\n\tcount(lib.changes) == 1\n}";
    assert_eq!(
        denial(body),
        (Cause::Rule, "Restart is asked on day 7".to_owned())
    );
    let silent = own("deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if input.plan.title == \"Other\"");
    let silent = Bundle::compile(Source::Organisation, silent).ok().unwrap();
    let case = Case {
        window: None,
        ..Case::default()
    };
    let verdict = decide(Some(&silent), &case.input());
    assert_eq!(verdict.denials[0].rule, "maintenance_window");
    let foreign = "package qlrf.baseline.freeze\n\ndeny contains 1 if false\n";
    assert_eq!(
        refused(vec![module("freeze.rego", foreign)])[0].code,
        "bad_package"
    );
    let quoted = "package qlrf[\"organisation.own\"]\n\ndeny contains 1 if false\n";
    assert_eq!(
        refused(vec![module("own.rego", quoted), module("own_test.rego", TEST)])[0].code,
        "bad_package"
    );
}

#[test]
fn whatever_is_no_answer_denies() {
    let cases = [
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tto_number(input.plan.title) > 1\n}",
            Cause::Failed,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\t1 / (input.plan.risk_score - input.plan.risk_score) > 1\n}",
            Cause::Failed,
        ),
        (
            "two := 1 if input.plan.title\n\ntwo := 2 if input.plan.title == \"Restart\"\n\ndeny contains {\"reason\": \"a\", \"remedy\": \"b\"} if two == 3",
            Cause::Failed,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tsprintf(\"%\u{bd}d\", [1]) == input.plan.title\n}",
            Cause::Failed,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tcount(numbers.range(1, 1000000000)) == input.now.at\n}",
            Cause::Failed,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tsprintf(\"%999999999d\", [1]) == input.plan.title\n}",
            Cause::Failed,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tnot_there(1)\n}",
            Cause::Failed,
        ),
        (
            "deny := set() if input.plan.title == \"Sample\"",
            Cause::Undefined,
        ),
        (
            "deny := input.plan.title == \"Restart\" if input.plan.title == \"Restart\"\n\ndeny := set() if input.plan.title == \"Sample\"",
            Cause::Shape,
        ),
        (
            "deny contains \"no\" if input.plan.title == \"Restart\"",
            Cause::Shape,
        ),
        (
            "deny contains {\"reason\": \"a\"} if input.plan.title == \"Restart\"",
            Cause::Shape,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": 1} if input.plan.title == \"Restart\"",
            Cause::Shape,
        ),
        (
            "deny contains {\"reason\": \"\", \"remedy\": \"b\"} if input.plan.title == \"Restart\"",
            Cause::Shape,
        ),
        (
            "deny contains {\"reason\": \"a\", \"remedy\": \"b\", \"more\": 1} if input.plan.title == \"Restart\"",
            Cause::Shape,
        ),
        (
            "all := [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n\ndeny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tsome a in all\n\tsome b in all\n\tsome c in all\n\tsome d in all\n\tsome e in all\n\tsome f in all\n\ta + b + c + d + e + f == input.now.at\n}",
            Cause::Limit,
        ),
    ];
    for (body, cause) in cases {
        let (found, reason) = denial(body);
        assert_eq!(found, cause, "{body}: {reason}");
    }
}

#[test]
fn a_rule_with_many_reasons_names_some_and_counts_the_others() {
    let step = |number| {
        format!(
            "{{id: s{number}, act: {{ssh: {{command: [reboot], timeout_seconds: 5}}}}, irreversible: true}}"
        )
    };
    let steps: Vec<String> = (0..1_000).map(step).collect();
    let steps: &'static str = format!("[{}]", steps.join(", ")).leak();
    let case = Case {
        steps,
        ..Case::default()
    };
    let verdict = decide(None, &case.input());
    let own = |denial: &&Denial| denial.rule == "irreversible" && denial.cause == Cause::Rule;
    let reasons: Vec<&str> = verdict
        .denials
        .iter()
        .filter(own)
        .map(|denial| &denial.reason[..])
        .collect();
    assert_eq!(reasons.len(), 21, "{verdict:?}");
    assert!(
        reasons.contains(&"the rule denies it for 980 more reasons"),
        "{reasons:?}"
    );
    assert!(verdict.denials.iter().all(|denial| denial.cause == Cause::Rule));
}

#[test]
fn all_rules_of_a_bundle_have_one_limit_as_well() {
    let busy = "all := [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n\ndeny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Restart\"\n\tsome a in all\n\tsome b in all\n\tsome c in all\n\tsome d in all\n\tsome e in [1, 2, 3]\n\ta + b + c + d + e == input.now.at\n}";
    let modules = (0..40).flat_map(|number| {
        [
            module(
                &format!("r{number}.rego"),
                format!("package qlrf.organisation.r{number}\n\n{busy}\n"),
            ),
            module(
                &format!("r{number}_test.rego"),
                format!("package qlrf.organisation.r{number}_test\n\ntest_it if true\n"),
            ),
        ]
    });
    let bundle = Bundle::compile(Source::Organisation, modules.collect())
        .ok()
        .unwrap();
    let verdict = decide(Some(&bundle), &Case::default().input());
    assert!(verdict.denials.iter().all(|denial| denial.cause == Cause::Limit));
    let denied = verdict.denials.len();
    assert!((1..40).contains(&denied), "{denied}");
}

#[test]
fn a_limit_counts_steps_and_every_rule_has_its_own() {
    let busy = "all := [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n\ndeny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tsome a in all\n\tsome b in all\n\tsome c in all\n\tsome d in all\n\ta + b + c + d == input.now.at\n}";
    let modules = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
        .iter()
        .flat_map(|name| {
            [
                module(
                    &format!("{name}.rego"),
                    format!("package qlrf.organisation.{name}\n\n{busy}\n"),
                ),
                module(
                    &format!("{name}_test.rego"),
                    format!("package qlrf.organisation.{name}_test\n\ntest_it if true\n"),
                ),
            ]
        });
    let bundle = Bundle::compile(Source::Organisation, modules.collect())
        .ok()
        .unwrap();
    let verdict = decide(Some(&bundle), &Case::default().input());
    assert!(verdict.is_allowed(), "{verdict:?}");
}

#[test]
fn rules_that_rest_on_one_another_as_deep_as_a_bundle_goes_do_not_break_the_process() {
    let nested = |inner: String| (0..25).fold(inner, |inner, _| format!("f({inner})"));
    let mut body = String::from("f(x) := x\n\nr0 := input.now.at\n");
    for number in 1..400 {
        body.push_str(&format!(
            "\nr{number} := {}\n",
            nested(format!("r{}", number - 1))
        ));
    }
    body.push_str("\ndeny contains {\"reason\": sprintf(\"%d\", [r399]), \"remedy\": \"b\"}");
    assert_eq!(denial(&body), (Cause::Rule, NOW.unix_timestamp().to_string()));
}

#[test]
fn a_bundle_that_may_not_decide_is_refused_with_file_and_line() {
    let find = |modules, code: &str, path: &str, line: u32| {
        let problems = refused(modules);
        let found = problems
            .iter()
            .any(|problem| (problem.code, &problem.path[..], problem.line) == (code, path, line));
        assert!(found, "{code} {path}:{line} in {problems:?}");
    };
    let fine = "deny contains {\"reason\": \"a\", \"remedy\": \"b\"} if false";
    find(own("deny contains {\"reason\" if"), "unreadable", "own.rego", 3);
    find(
        own("deny contains x if x := unknown_function(1)"),
        "no_answer",
        "own.rego",
        3,
    );
    find(own("deny := false"), "no_answer", "own.rego", 3);
    find(own("deny := set() if false"), "no_answer", "own.rego", 3);
    find(
        own(
            "all := [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n\ndeny contains x if {\n\tsome a in all\n\tsome b in all\n\tsome c in all\n\tsome d in all\n\tsome e in all\n\tsome f in all\n\ta + b + c + d + e + f == 99\n\tx := 1\n}",
        ),
        "no_answer",
        "own.rego",
        5,
    );
    find(
        own("import data.qlrf.lib\n\nallow := true"),
        "no_rule",
        "own.rego",
        1,
    );
    find(vec![own(fine).remove(0)], "untested", "own.rego", 1);
    find(vec![own(fine).remove(1)], "empty_bundle", "own_test.rego", 1);
    find(Vec::new(), "empty_bundle", "", 0);
    let mut failing = own(fine);
    failing[1].text.push_str("\ntest_other if 1 == 2\n");
    find(failing.clone(), "test_failed", "own_test.rego", 5);
    failing[1].text = TEST.replace("if true", "if to_number(\"x\") == 1");
    find(failing, "test_failed", "own_test.rego", 3);
    for path in [
        "Own.rego",
        "../own.rego",
        "own",
        "a/own.rego",
        "own\u{0}.rego",
        ".rego",
        "1.rego",
    ] {
        assert_eq!(refused(vec![module(path, TEST)])[0].code, "bad_path", "{path}");
    }
    assert_eq!(
        refused(vec![own(fine).remove(0), own(fine).remove(0)])[0].code,
        "bad_path"
    );
    let long = vec![module("own.rego", "#".repeat(MODULE_BYTES_MAX + 1))];
    assert_eq!(refused(long)[0].code, "bundle_too_large");
    let many: Vec<Module> = (0..=MODULES_MAX)
        .map(|number| module(&format!("m{number}.rego"), TEST))
        .collect();
    assert_eq!(refused(many)[0].code, "bundle_too_large");
    let heavy: Vec<Module> = (0..9)
        .map(|number| module(&format!("m{number}.rego"), "#".repeat(BUNDLE_BYTES_MAX / 8)))
        .collect();
    assert_eq!(refused(heavy)[0].code, "bundle_too_large");
    let rules: String = (0..600).map(|number| format!("r{number} := 1\n")).collect();
    assert_eq!(
        refused(own(&format!("{rules}\n{fine}")))[0].code,
        "bundle_too_large"
    );
}
