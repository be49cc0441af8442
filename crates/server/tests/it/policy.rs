//! Policy over the API: what denies a plan, what an organisation adds, and what is written down of it.

use std::collections::BTreeMap;

use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::plan::PlanView;
use qlrf_server::api::types::policy::{PolicyBundle, PolicyDecision, PolicyRules, PolicyVerdict};
use qlrf_server::api::types::problem::ProblemDetails;
use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use time::format_description::well_known::Rfc3339;

use crate::inventory::{Estate, complete, hosts};
use crate::support::{Answer, TestClient, TestServer, send};

const PLANS: &str = "/api/v1/plans";
const POLICIES: &str = "/api/v1/policies";

/// The rule that `docs/policies.md` shows, with its test.
const FRIDAY: &str = "# Nobody changes anything on a Friday afternoon.\npackage qlrf.organisation.friday\n\nimport data.qlrf.lib\n\ndeny contains {\n\t\"reason\": sprintf(\"the window starts on a Friday at minute %d of the day\", [input.window.starts.minute]),\n\t\"remedy\": \"choose a window from Monday to Thursday\",\n} if {\n\tcount(lib.changes) > 0\n\tinput.window.starts.weekday == 5\n\tinput.window.starts.minute >= 12 * 60\n}\n";
const FRIDAY_TEST: &str = "package qlrf.organisation.friday_test\n\nimport data.qlrf.organisation.friday\n\nplan(weekday) := {\"steps\": [{\"id\": \"a\", \"changes\": true}], \"window\": {\"starts\": {\"weekday\": weekday, \"minute\": 780}}}\n\ntest_friday if count(friday.deny) == 1 with input as plan(5)\n\ntest_thursday if count(friday.deny) == 0 with input as plan(4)\n";

async fn start() -> (TestServer, TestClient) {
    let server = TestServer::start().await;
    let mut fleet = hosts(0..4);
    for host in &mut fleet {
        host.env = Some("prod".into());
        host.site = Some("ams".into());
    }
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    estate.collect(vec![complete("all", fleet)]).await;
    let admin = server.client(Role::Admin).await;
    (server, admin)
}

/// In the year 2099, a Friday from 14:00 to 16:00 by the clocks of Amsterdam; two people agree before it begins.
fn agreed(title: &str) -> String {
    format!(
        "apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata: {{title: {title}}}\nspec:\n  targets: {{query: 'env:prod'}}\n  \
         window: {{time_zone: Europe/Amsterdam, starts_at: \"2099-01-02T13:00:00Z\", ends_at: \"2099-01-02T15:00:00Z\"}}\n  steps:\n  \
         - {{id: agree, approval: {{approvers: 2, role: engineer, expires_minutes: 60}}}}\n  \
         - {{id: a, act: {{ssh: {{command: [reboot], timeout_seconds: 5}}}}, irreversible: true}}\n"
    )
}

async fn plan(client: &TestClient, document: String) -> PlanView {
    let request = client
        .request(Method::POST, PLANS)
        .header(header::CONTENT_TYPE, "application/yaml");
    let answer = send(request.body(document)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn put(client: &TestClient, modules: &[(&str, &str)], freezes: Value) -> Answer {
    let modules: BTreeMap<&str, &str> = modules.iter().copied().collect();
    let body = json!({"modules": modules, "freezes": freezes});
    send(
        client
            .request(Method::PUT, &format!("{POLICIES}/bundle"))
            .json(&body),
    )
    .await
}

async fn decisions(client: &TestClient, query: &str) -> PageBody<PolicyDecision> {
    client.get(&format!("{POLICIES}/decisions{query}")).await.ok()
}

fn rules(verdict: &PolicyVerdict) -> Vec<&str> {
    verdict.denials.iter().map(|denial| &denial.rule[..]).collect()
}

const FRIDAYS: &[(&str, &str)] = &[("friday.rego", FRIDAY), ("friday_test.rego", FRIDAY_TEST)];

#[tokio::test]
async fn a_plan_is_judged_when_it_is_made_and_by_the_rules_of_now_when_it_is_read() {
    let (_server, admin) = start().await;
    let bare = agreed("Reboot").replace(
        "  - {id: agree, approval: {approvers: 2, role: engineer, expires_minutes: 60}}\n",
        "",
    );
    let denied = plan(&admin, bare).await;
    assert_eq!(
        rules(&denied.verdict),
        ["irreversible", "production_approval"],
        "{:?}",
        denied.verdict
    );
    assert!(!denied.verdict.allowed);
    assert!(
        denied
            .verdict
            .denials
            .iter()
            .all(|denial| !denial.reason.is_empty() && !denial.remedy.is_empty())
    );
    let allowed = plan(&admin, agreed("Reboot")).await;
    assert!(allowed.verdict.allowed, "{:?}", allowed.verdict);
    let log = decisions(&admin, "").await;
    assert_eq!(log.total, 2);
    assert_eq!(log.items[0].plan_digest, allowed.summary.digest);
    assert_eq!(log.items[0].plan_title, "Reboot");
    assert_eq!(
        (&log.items[1].asked[..], log.items[1].verdict.allowed),
        ("created", false)
    );
    assert_eq!(log.items[1].verdict.denials, denied.verdict.denials);

    let saved: PolicyRules = put(&admin, FRIDAYS, json!([])).await.ok();
    assert_eq!(
        saved.rules.last().map(|rule| (&rule.name[..], rule.tests)),
        Some(("friday", 2))
    );
    let id = allowed.summary.id;
    let now: PlanView = admin.get(&format!("{PLANS}/{id}")).await.ok();
    assert_eq!(
        rules(&now.verdict),
        ["friday"],
        "by the clocks of the window it is afternoon"
    );
    assert_eq!(
        (now.verdict.bundle_version, &now.verdict.denials[0].source[..]),
        (Some(1), "organisation")
    );
    assert_eq!(
        decisions(&admin, "").await.total,
        2,
        "reading writes nothing down"
    );
    let checked: PolicyVerdict = admin.post(&format!("{PLANS}/{id}/check"), &json!({})).await.ok();
    assert!(!checked.allowed);
    let log = decisions(&admin, &format!("?plan={id}&allowed=false")).await;
    assert_eq!(log.items.len(), 1);
    assert_eq!(
        (&log.items[0].asked[..], log.items[0].verdict.bundle_version),
        ("checked", Some(1))
    );
    assert_eq!(log.items[0].verdict.bundle_digest, now.verdict.bundle_digest);
}

#[tokio::test]
async fn a_broken_bundle_is_refused_and_the_one_of_before_stays_in_force() {
    let (_server, admin) = start().await;
    put(&admin, FRIDAYS, json!([])).await.ok::<PolicyRules>();
    let again: PolicyRules = put(&admin, FRIDAYS, json!([])).await.ok();
    assert_eq!(
        again.bundle.map(|bundle| bundle.version),
        Some(1),
        "the same again is no version"
    );
    let failing = FRIDAY_TEST.replace("plan(4)", "plan(5)");
    let cases: [(&str, &str, &str, Option<usize>); 5] = [
        ("friday_test.rego", &failing, "test_failed", Some(9)),
        (
            "friday_test.rego",
            "package qlrf.organisation.friday_test\n\ntest_it if",
            "unreadable",
            Some(3),
        ),
        (
            "friday_test.rego",
            "package qlrf.baseline.freeze\n\ndeny contains 1 if false",
            "bad_package",
            Some(1),
        ),
        ("../friday_test.rego", FRIDAY_TEST, "bad_path", None),
        ("FRIDAY\u{0}.rego", FRIDAY_TEST, "bad_path", None),
    ];
    for (path, text, code, line) in cases {
        let refused = put(&admin, &[("friday.rego", FRIDAY), (path, text)], json!([])).await;
        let problem: ProblemDetails = refused.problem(400, "invalid_policy_bundle");
        let error = problem
            .errors
            .iter()
            .find(|error| error.code.as_deref() == Some(code));
        assert_eq!(
            error.map(|error| error.line),
            Some(line),
            "{path}: {:?}",
            problem.errors
        );
    }
    let long = format!("{FRIDAY}{}", "#".repeat(64 << 10));
    put(&admin, &[("friday.rego", &long)], json!([]))
        .await
        .problem(400, "invalid_policy_bundle");
    let day = |from: &str, until: &str, uses: Value| json!([{"name": "x", "from": from, "until": until, "uses": uses}]);
    for freezes in [
        day(
            "2099-01-02T00:00:00Z",
            "2099-01-02T00:00:00Z",
            json!(["production"]),
        ),
        day("2099-01-02T00:00:00Z", "2099-01-03T00:00:00Z", json!([])),
    ] {
        put(&admin, FRIDAYS, freezes)
            .await
            .problem(400, "invalid_policy_bundle");
    }
    let versions: PageBody<PolicyBundle> = admin.get(&format!("{POLICIES}/bundles")).await.ok();
    assert_eq!(versions.total, 1);
    assert_eq!(rules(&plan(&admin, agreed("Reboot")).await.verdict), ["friday"]);
    let thursday = FRIDAY.replace("weekday == 5", "weekday == 4");
    let test = "package qlrf.organisation.friday_test\n\ntest_it if true\n";
    let modules = [("friday.rego", &thursday[..]), ("friday_test.rego", test)];
    put(&admin, &modules, json!([])).await.ok::<PolicyRules>();
    let verdict = plan(&admin, agreed("Reboot")).await.verdict;
    assert!(
        verdict.allowed,
        "the version of before decides no more: {verdict:?}"
    );
}

#[tokio::test]
async fn freezes_hold_without_rules_and_rules_that_fail_deny() {
    let (_server, admin) = start().await;
    let freeze = json!([{"name": "new year", "from": "2099-01-02T14:59:59Z", "until": "2099-02-01T00:00:00Z", "uses": ["production"]}]);
    put(&admin, &[], freeze).await.ok::<PolicyRules>();
    let made = plan(&admin, agreed("Reboot")).await;
    assert_eq!(
        rules(&made.verdict),
        ["freeze"],
        "an undeclared environment counts as production"
    );
    assert!(made.verdict.denials[0].reason.contains("new year"));
    let broken = "package qlrf.organisation.own\n\ndeny contains {\"reason\": \"a\", \"remedy\": \"b\"} if {\n\tinput.plan.title == \"Break\"\n\tto_number(input.plan.title) > 1\n}\n";
    let test = "package qlrf.organisation.own_test\n\ntest_it if true\n";
    put(
        &admin,
        &[("own.rego", broken), ("own_test.rego", test)],
        json!([]),
    )
    .await
    .ok::<PolicyRules>();
    assert!(plan(&admin, agreed("Reboot")).await.verdict.allowed);
    let verdict = plan(&admin, agreed("Break")).await.verdict;
    assert_eq!(
        (rules(&verdict), &verdict.denials[0].cause[..]),
        (vec!["own"], "failed")
    );
    put(&admin, &[], json!([])).await.ok::<PolicyRules>();
    assert!(plan(&admin, agreed("Break")).await.verdict.allowed);
    let second: PolicyBundle = admin.get(&format!("{POLICIES}/bundles/2")).await.ok();
    assert_eq!(second.modules["own.rego"], broken);
    admin
        .get(&format!("{POLICIES}/bundles/9"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_somebody_else_saved_meanwhile_is_not_written_over() {
    let (_server, admin) = start().await;
    let read: PolicyRules = admin.get(POLICIES).await.ok();
    let save = |tag: String, modules: &'static [(&'static str, &'static str)]| {
        let modules: BTreeMap<&str, &str> = modules.iter().copied().collect();
        let request = admin.request(Method::PUT, &format!("{POLICIES}/bundle"));
        send(
            request
                .header(header::IF_MATCH, tag)
                .json(&json!({"modules": modules})),
        )
    };
    let saved: PolicyRules = save(read.etag.clone(), FRIDAYS).await.ok();
    save(read.etag, &[]).await.problem(412, "version_changed");
    let first: PageBody<PolicyBundle> = admin.get(&format!("{POLICIES}/bundles")).await.ok();
    save(saved.etag, &[]).await.ok::<PolicyRules>();
    let versions: PageBody<PolicyBundle> = admin.get(&format!("{POLICIES}/bundles")).await.ok();
    let numbers: Vec<i32> = versions.items.iter().map(|bundle| bundle.version).collect();
    assert_eq!((numbers, versions.total), (vec![2, 1], 2));
    let past = &first.as_of.format(&Rfc3339).unwrap();
    let past: PageBody<PolicyBundle> = admin.get(&format!("{POLICIES}/bundles?as_of={past}")).await.ok();
    assert_eq!((past.items[0].version, past.total), (1, 1));
}

#[tokio::test]
async fn a_decision_is_tried_out_without_being_written_down() {
    let (_server, admin) = start().await;
    let id = plan(&admin, agreed("Reboot")).await.summary.id;
    let decide = format!("{POLICIES}/decide");
    let verdict: PolicyVerdict = admin.post(&decide, &json!({"plan": id})).await.ok();
    assert!(verdict.allowed);
    let local = json!({"weekday": 1, "minute": 0});
    let mut input = json!({
        "plan": {"digest": "", "kind": "exec", "title": "t", "author": "a", "risk_score": 0, "risk_level": "low"},
        "actor": "a", "now": {"at": 0, "time_zone": "UTC", "local": local}, "targets": {"total": 2, "simulated": 1},
        "environments": [{"name": "lab", "use": "test", "targets": 2}], "sites": [], "pairs": [],
        "limits": {"batch": 1, "max_unavailable": 1}, "window": null, "freezes": [], "steps": []
    });
    let verdict: PolicyVerdict = admin.post(&decide, &json!({"input": input})).await.ok();
    assert_eq!(rules(&verdict), ["simulated"]);
    input["environments"][0]["use"] = json!("prod");
    admin
        .post(&decide, &json!({"input": input}))
        .await
        .problem(400, "invalid_policy_input");
    admin
        .post(&decide, &json!({"input": {}}))
        .await
        .problem(400, "invalid_policy_input");
    admin
        .post(&decide, &json!({}))
        .await
        .problem(400, "invalid_request");
    assert_eq!(
        decisions(&admin, "").await.total,
        1,
        "that of the plan when it was made"
    );
}

#[tokio::test]
async fn a_tenant_sees_its_own_and_a_decision_is_never_changed() {
    let (server, admin) = start().await;
    put(&admin, FRIDAYS, json!([])).await.ok::<PolicyRules>();
    let id = plan(&admin, agreed("Reboot")).await.summary.id;
    let other = server.client_of(server.second, Role::Admin, None).await;
    let seen: PolicyRules = other.get(POLICIES).await.ok();
    assert!(seen.bundle.is_none() && seen.rules.iter().all(|rule| rule.source == "baseline"));
    assert_eq!(decisions(&other, "").await.total, 0);
    other
        .get(&format!("{POLICIES}/bundles/1"))
        .await
        .problem(404, "not_found");
    other
        .post(&format!("{POLICIES}/decide"), &json!({"plan": id}))
        .await
        .problem(404, "not_found");
    other
        .post(&format!("{PLANS}/{id}/check"), &json!({}))
        .await
        .problem(404, "not_found");
    let engineer = server.client(Role::Engineer).await;
    put(&engineer, &[], json!([])).await.problem(403, "forbidden");
    let viewer = server.client(Role::Viewer).await;
    viewer
        .post(&format!("{PLANS}/{id}/check"), &json!({}))
        .await
        .problem(403, "forbidden");
    let blind = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::PolicyRead]))
        .await;
    blind
        .post(&format!("{POLICIES}/decide"), &json!({"plan": id}))
        .await
        .problem(404, "not_found");
    let mut owner = server.db.admin().await;
    for statement in [
        "DELETE FROM policy_decision",
        "UPDATE policy_decision SET denials = '[]'",
        "DELETE FROM policy_bundle",
        "UPDATE policy_bundle SET document = '{}'",
    ] {
        let as_role = format!("BEGIN; SET LOCAL ROLE qlrf_app; {statement}");
        let refused = sqlx::raw_sql(AssertSqlSafe(as_role)).execute(&mut owner).await;
        let refused = refused.expect_err(statement);
        let code = refused.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    }
}
