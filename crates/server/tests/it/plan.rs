//! Plans over the API: frozen when they are made, told when their facts are old, and never changed by anybody.

use qlrf_core::asset::{Asset, Criticality};
use qlrf_core::digest::Digest;
use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::plan::{PlanDifference, PlanRiskFactor, PlanSummary, PlanTarget, PlanView};
use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::inventory::{Estate, complete, hosts};
use crate::support::{Answer, TestClient, TestServer, send};

const PLANS: &str = "/api/v1/plans";
const REBOOT: &str =
    "[{id: a, title: Reboot, act: {ssh: {command: [reboot], timeout_seconds: 5}}, irreversible: true}]";

/// Of six hosts four are in `prod` and one in `dev`; nothing is known of the last.
fn fleet() -> Vec<Asset> {
    let mut all = hosts(0..6);
    for (host, env) in all.iter_mut().zip(["prod", "prod", "prod", "prod", "dev"]) {
        host.env = Some(env.into());
        host.site = Some("ams".into());
        host.criticality = Criticality::High;
    }
    all
}

async fn start() -> (TestServer, TestClient, Estate) {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    estate.collect(vec![complete("all", fleet())]).await;
    let operator = server.client(Role::Operator).await;
    (server, operator, estate)
}

fn document(spec: &str) -> String {
    format!("apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata: {{title: Reboot}}\nspec: {spec}\n")
}

fn query(q: &str) -> String {
    document(&format!("{{targets: {{query: '{q}'}}, steps: {REBOOT}}}"))
}

async fn post(client: &TestClient, body: String, key: Option<&str>) -> Answer {
    let mut request = client
        .request(Method::POST, PLANS)
        .header(header::CONTENT_TYPE, "application/yaml");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    send(request.body(body)).await
}

async fn plan(client: &TestClient, q: &str) -> PlanView {
    let answer = post(client, query(q), None).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn view(client: &TestClient, id: Uuid) -> PlanView {
    client.get(&format!("{PLANS}/{id}")).await.ok()
}

async fn targets(client: &TestClient, id: Uuid) -> Vec<PlanTarget> {
    let page: PageBody<PlanTarget> = client.get(&format!("{PLANS}/{id}/targets")).await.ok();
    page.items
}

fn factor<'a>(plan: &'a PlanView, name: &str) -> &'a PlanRiskFactor {
    let found = plan.risk_factors.iter().find(|factor| factor.factor == name);
    found.unwrap()
}

#[tokio::test]
async fn a_plan_freezes_what_a_query_finds_and_says_what_it_rests_on() {
    let (server, operator, _estate) = start().await;
    let engineer = server.client(Role::Engineer).await;
    let declared = engineer
        .post(
            "/api/v1/environments",
            &json!({"name": "prod", "kind": "production"}),
        )
        .await;
    assert_eq!(declared.status, 201, "{}", declared.text());
    let plan = plan(&operator, "env:prod").await;
    assert_eq!((plan.summary.targets, plan.summary.simulated_targets), (4, 4));
    assert_eq!(
        plan.summary.digest,
        Digest::of(plan.document.as_bytes()).to_string()
    );
    assert!(
        plan.summary.author.starts_with("token:test operator"),
        "{}",
        plan.summary.author
    );
    assert!(!plan.staleness.stale);
    let environment = factor(&plan, "environment");
    assert_eq!(
        (environment.score, environment.known),
        (100, true),
        "{environment:?}"
    );
    let history = factor(&plan, "history");
    assert_eq!((history.score, history.known), (100, false), "{history:?}");
    let drift = factor(&plan, "drift");
    assert_eq!(
        (drift.score, drift.known),
        (100, true),
        "no image speaks of any of them: {drift:?}"
    );
    let whole: u32 = plan.risk_factors.iter().map(|f| f.weight * f.score).sum();
    assert_eq!(plan.summary.risk_score, whole.div_ceil(100));
    let frozen = targets(&operator, plan.summary.id).await;
    assert_eq!(frozen.len(), 4);
    assert!(frozen.iter().all(|target| target.env.as_deref() == Some("prod")));
    let page: PageBody<PlanTarget> = operator
        .get(&format!("{PLANS}/{}/targets?limit=3", plan.summary.id))
        .await
        .ok();
    let rest = format!(
        "{PLANS}/{}/targets?limit=3&cursor={}",
        plan.summary.id,
        page.next_cursor.unwrap()
    );
    let rest: PageBody<PlanTarget> = operator.get(&rest).await.ok();
    assert_eq!((page.items.len(), rest.items.len(), rest.total), (3, 1, 4));
    assert_eq!(plan.plan_steps[0].kind, "ssh");
    assert!(plan.plan_steps[0].on_targets && plan.plan_steps[0].changes && plan.plan_steps[0].irreversible);
}

#[tokio::test]
async fn a_plan_is_stale_once_a_fact_changed_and_its_child_is_not() {
    let (_server, operator, estate) = start().await;
    let first = plan(&operator, "env:prod").await;
    let mut changed = fleet();
    changed[0].site = Some("fra".into());
    changed[1].env = Some("dev".into());
    changed[5].name = "of no plan".into();
    changed.remove(2);
    estate
        .collect_with(vec![complete("all", changed)], true)
        .await
        .unwrap();
    let now = view(&operator, first.summary.id).await;
    assert_eq!(
        (now.staleness.changed, now.staleness.gone),
        (2, 1),
        "{:?}",
        now.staleness
    );
    assert!(now.staleness.stale);
    assert_eq!(now.staleness.examples.len(), 3);
    assert_eq!(now.document, first.document, "the plan itself is what it was");
    let child: PlanView = operator
        .post(&format!("{PLANS}/{}/replan", first.summary.id), &json!({}))
        .await
        .ok();
    assert_eq!(child.summary.parent_id, Some(first.summary.id));
    assert!(!child.staleness.stale);
    assert_eq!(child.summary.targets, 2);
    let parent = view(&operator, first.summary.id).await;
    assert_eq!(parent.children, 1);
    let diff = format!("{PLANS}/{}/diff?with={}", child.summary.id, first.summary.id);
    let diff: PlanDifference = operator.get(&diff).await.ok();
    assert_eq!(
        (diff.targets_added, diff.targets_removed, diff.targets_changed),
        (0, 2, 1)
    );
    let moved = diff
        .targets
        .iter()
        .find(|target| target.change == "changed")
        .unwrap();
    assert_eq!(moved.fields.len(), 1);
    assert_eq!(
        (
            moved.fields[0].field.as_str(),
            moved.fields[0].before.clone(),
            moved.fields[0].after.clone()
        ),
        ("site", Some(json!("ams")), Some(json!("fra")))
    );
    assert!(diff.steps.is_empty() && diff.fields.is_empty() && !diff.same);
    // Facts that are as they were again are the same facts.
    estate
        .collect_with(vec![complete("all", fleet())], true)
        .await
        .unwrap();
    assert!(!view(&operator, first.summary.id).await.staleness.stale);
    assert!(view(&operator, child.summary.id).await.staleness.stale);
}

#[tokio::test]
async fn nobody_changes_a_plan_and_one_that_was_tampered_with_is_not_shown() {
    let (server, operator, _estate) = start().await;
    let id = plan(&operator, "env:prod").await.summary.id;
    for statement in [
        "UPDATE plan SET document = document",
        "DELETE FROM plan",
        "UPDATE plan_target SET document = document",
        "DELETE FROM plan_target",
        "TRUNCATE plan_target",
    ] {
        for role in ["qlrf_app", "qlrf_system"] {
            let mut connection = server.db.admin().await;
            let as_role = format!(
                "SET ROLE {role}; SET qlrf.org = '{}'; {statement}",
                server.first.org
            );
            let refused = sqlx::raw_sql(AssertSqlSafe(as_role))
                .execute(&mut connection)
                .await;
            let refused = refused.expect_err(statement);
            let code = refused.as_database_error().and_then(|error| error.code());
            assert_eq!(code.as_deref(), Some("42501"), "{role}: {statement}: {refused}");
        }
    }
    let mut owner = server.db.admin().await;
    let other = "UPDATE plan SET document = replace(document, 'Reboot', 'Remove')";
    let refused = sqlx::raw_sql(other).execute(&mut owner).await.unwrap_err();
    let constraint = refused.as_database_error().and_then(|error| error.constraint());
    assert_eq!(
        constraint,
        Some("plan_digest"),
        "not even their owner, without another digest"
    );
    let more = "INSERT INTO plan_target (org_id, plan_id, asset_id, document)
                SELECT org_id, plan_id, gen_random_uuid(), document FROM plan_target LIMIT 1";
    sqlx::raw_sql(more).execute(&mut owner).await.unwrap();
    operator
        .get(&format!("{PLANS}/{id}"))
        .await
        .problem(500, "internal");
    let replan = operator.post(&format!("{PLANS}/{id}/replan"), &json!({})).await;
    replan.problem(500, "internal");
}

#[tokio::test]
async fn reading_and_planning_are_permissions_and_a_tenant_sees_its_own() {
    let (server, operator, _estate) = start().await;
    let id = plan(&operator, "env:prod").await.summary.id;
    let viewer = server.client(Role::Viewer).await;
    assert_eq!(view(&viewer, id).await.summary.id, id);
    post(&viewer, query("env:prod"), None)
        .await
        .problem(403, "forbidden");
    let again = viewer.post(&format!("{PLANS}/{id}/replan"), &json!({})).await;
    again.problem(403, "forbidden");
    let blind = vec![Permission::PlanRead, Permission::PlanCreate];
    let blind = server.client_of(server.first, Role::Admin, Some(blind)).await;
    post(&blind, query("env:prod"), None)
        .await
        .problem(404, "not_found");
    let other = server.client_of(server.second, Role::Admin, None).await;
    for path in ["", "/targets", &format!("/diff?with={id}")[..]] {
        other
            .get(&format!("{PLANS}/{id}{path}"))
            .await
            .problem(404, "not_found");
    }
    let taken = other.post(&format!("{PLANS}/{id}/replan"), &json!({})).await;
    taken.problem(404, "not_found");
    let page: PageBody<PlanSummary> = other.get(PLANS).await.ok();
    assert_eq!((page.items.len(), page.total), (0, 0));
    post(&other, query("env:prod"), None)
        .await
        .problem(400, "plan_without_targets");
    let asset = targets(&operator, id).await[0].asset_id;
    let named = document(&format!("{{targets: {{assets: ['{asset}']}}, steps: {REBOOT}}}"));
    post(&other, named.clone(), None)
        .await
        .problem(400, "plan_asset_unknown");
    let own: PlanView = post(&operator, named, None).await.ok();
    assert_eq!(own.summary.targets, 1);
}

#[tokio::test]
async fn a_list_is_paged_and_filtered() {
    let (_server, operator, _estate) = start().await;
    let prod = plan(&operator, "env:prod").await;
    let dev = plan(&operator, "env:dev").await;
    let child: PlanView = operator
        .post(&format!("{PLANS}/{}/replan", prod.summary.id), &json!({}))
        .await
        .ok();
    let ids = |page: PageBody<PlanSummary>| -> Vec<Uuid> { page.items.iter().map(|plan| plan.id).collect() };
    let all = [child.summary.id, dev.summary.id, prod.summary.id];
    assert_eq!(ids(operator.get(PLANS).await.ok()), all);
    let first: PageBody<PlanSummary> = operator.get(&format!("{PLANS}?limit=2")).await.ok();
    let rest = format!("{PLANS}?limit=2&cursor={}", first.next_cursor.clone().unwrap());
    assert_eq!((first.items.len(), first.total), (2, 3));
    assert_eq!(ids(operator.get(&rest).await.ok()), all[2..]);
    let asset = targets(&operator, dev.summary.id).await[0].asset_id;
    let of = |q: String| format!("{PLANS}?{q}");
    assert_eq!(
        ids(operator.get(&of(format!("asset={asset}"))).await.ok()),
        all[1..2]
    );
    let parent = of(format!("parent={}", prod.summary.id));
    assert_eq!(ids(operator.get(&parent).await.ok()), all[..1]);
    assert!(ids(operator.get(&of("author=person:nobody".into())).await.ok()).is_empty());
    assert_eq!(ids(operator.get(&of("kind=exec".into())).await.ok()).len(), 3);
    operator
        .get(&of("kind=drill".into()))
        .await
        .problem(400, "invalid_request");
    operator
        .get(&of("autor=x".into()))
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn a_repeated_request_makes_one_plan() {
    let (_server, operator, _estate) = start().await;
    let first: PlanView = post(&operator, query("env:prod"), Some("k")).await.ok();
    let again = post(&operator, query("env:prod"), Some("k")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok::<PlanView>().summary.id, first.summary.id);
    let page: PageBody<PlanSummary> = operator.get(PLANS).await.ok();
    assert_eq!(page.total, 1);
}

#[tokio::test]
async fn what_cannot_be_planned_is_told_with_its_place() {
    let (_server, operator, _estate) = start().await;
    let wrong = document("\n  steps:\n    - id: a\n      act:\n        shell: {command: reboot}");
    let problem = post(&operator, wrong, None)
        .await
        .problem(400, "invalid_execution_spec");
    let first = &problem.errors[0];
    assert_eq!((first.line, first.column), (Some(8), Some(9)), "{problem:?}");
    assert_eq!(first.pointer.as_deref(), Some("/spec/steps/0/act/shell"));
    let cases = [
        (query("plattform:aws"), "invalid_filter"),
        (query("env:nowhere"), "plan_without_targets"),
        (
            document("{targets: {query: 'env:prod'}, steps: [{id: a, wait: {seconds: 1}}]}"),
            "plan_without_work",
        ),
        (
            document(&format!(
                "{{targets: {{query: 'env:prod'}}, steps: {REBOOT}, window: {{time_zone: Europe/Atlantis, \
                 starts_at: 2099-05-01T10:00:00Z, ends_at: 2099-05-01T12:00:00Z}}}}"
            )),
            "plan_time_zone_unknown",
        ),
        (
            document(&format!(
                "{{targets: {{query: 'env:prod'}}, steps: {REBOOT}, window: {{time_zone: Europe/Amsterdam, \
                 starts_at: 2020-05-01T10:00:00Z, ends_at: 2020-05-01T12:00:00Z}}}}"
            )),
            "plan_window_over",
        ),
    ];
    for (body, code) in cases {
        post(&operator, body, None).await.problem(400, code);
    }
    let page: PageBody<PlanSummary> = operator.get(PLANS).await.ok();
    assert_eq!(page.total, 0, "what was refused left nothing behind");
}

#[tokio::test]
async fn a_window_is_judged_where_it_is() {
    let (_server, operator, _estate) = start().await;
    // A Monday morning at nine in Tokyo is past midnight in London.
    let mut scores = Vec::new();
    for zone in ["Asia/Tokyo", "Europe/London"] {
        let window =
            format!("{{time_zone: {zone}, starts_at: 2099-01-05T00:00:00Z, ends_at: 2099-01-05T02:00:00Z}}");
        let spec = format!("{{targets: {{query: 'env:prod'}}, steps: {REBOOT}, window: {window}}}");
        let plan: PlanView = post(&operator, document(&spec), None).await.ok();
        scores.push(factor(&plan, "timing").score);
    }
    assert_eq!(scores, [70, 20]);
}

#[tokio::test]
async fn names_of_any_kind_are_frozen_as_they_are() {
    let (server, operator, estate) = start().await;
    let name = "'; DROP TABLE plan; --<script>\u{202e}\u{1f480}\\\"{}$1 \u{fffd}";
    let mut all = fleet();
    all[0].name = name.to_owned();
    all[0].site = Some("\u{202e}sma \"x\"".into());
    estate.collect(vec![complete("all", all)]).await;
    let made = plan(&operator, "env:prod").await;
    let frozen = targets(&operator, made.summary.id).await;
    let fleet: Value = operator.get("/api/v1/assets?limit=500").await.ok();
    let shown = |name: &str| {
        fleet["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["name"] == name)
    };
    assert!(frozen.iter().all(|target| shown(&target.name)));
    assert!(
        frozen
            .iter()
            .any(|target| target.name.contains("DROP TABLE plan"))
    );
    assert!(!view(&operator, made.summary.id).await.staleness.stale);
    drop(server);
}

#[tokio::test]
async fn a_plan_is_an_event_in_the_transaction_that_made_it() {
    let (server, operator, _estate) = start().await;
    let made = plan(&operator, "env:prod").await;
    let mut admin = server.db.admin().await;
    let data: Vec<Value> = sqlx::query_scalar("SELECT data FROM outbox WHERE type = 'plan.created'")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(data.len(), 1);
    assert_eq!(data[0]["digest"], json!(made.summary.digest));
    assert_eq!(data[0]["targets"], json!(4));
    let schema = include_str!("../../../../contracts/events/plan.created.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(
        jsonschema::is_valid(&schema["properties"]["data"], &data[0]),
        "{}",
        data[0]
    );
}
