//! `/policies`: the rules that plans are judged by, and what was decided.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::id::PlanId;
use qlrf_core::perm::Permission;
use qlrf_engines::policy::{Bundle, Problem as BundleProblem, baseline};
use qlrf_store::policy::{Decision, Filter, Version};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use super::etag::{self, IfMatch};
use super::types::page::{ListParams, PageBody};
use super::types::policy::*;
use super::types::problem::FieldProblem;
use super::{Json, List, ListFilter, Noun, Page, Path, Problem, Result, Routes};
use crate::app::policy::{self as app, Content, Judged, Question, Rejected};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "policy",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(
    policy_list,
    policy_bundle_set,
    policy_bundle_list,
    policy_bundle_view,
    policy_decision_list,
    policy_decide
))]
struct Doc;

fn routes(routes: &mut Routes) {
    let (read, write) = (Permission::PolicyRead, Permission::PolicyWrite);
    routes.get(read, "/policies", policy_list);
    routes.put(write, "/policies/bundle", policy_bundle_set);
    routes.get(read, "/policies/bundles", policy_bundle_list);
    routes.get(read, "/policies/bundles/{version}", policy_bundle_view);
    routes.get(read, "/policies/decisions", policy_decision_list);
    routes.post(read, "/policies/decide", policy_decide);
}

/// The rules that hold: the shipped ones and those of the organisation.
#[utoipa::path(get, path = "/api/v1/policies", tag = "policy", responses((status = 200, body = PolicyRules)))]
async fn policy_list(cx: OpCx) -> Result<impl IntoResponse> {
    rules_now(&cx).await
}

/// Saves the organisation's rules and freezes as the next version, which decides from now on. Refused while one of its
/// tests fails; the version of before stays in force then. The same again changes nothing. With `If-Match`, only in place
/// of what the caller read.
#[utoipa::path(
    put, path = "/api/v1/policies/bundle", tag = "policy", params(("If-Match" = Option<String>, Header)),
    request_body = NewPolicyBundle, responses((status = 200, body = PolicyRules))
)]
async fn policy_bundle_set(
    cx: OpCx,
    if_match: IfMatch,
    Json(new): Json<NewPolicyBundle>,
) -> Result<impl IntoResponse> {
    let content: Content = wire(&new);
    let check = |held: Option<_>| if_match.check(&tagged(held.map(bundle).as_ref()));
    app::save(&cx, content, check).await.map_err(rejected)?;
    rules_now(&cx).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFilter {}

impl ListFilter for VersionFilter {
    const SORTS: &'static [&'static str] = &["-version"];
}

/// Every version of the organisation's bundle, the newest first.
#[utoipa::path(
    get, path = "/api/v1/policies/bundles", tag = "policy", params(ListParams),
    responses((status = 200, body = PageBody<PolicyBundle>))
)]
async fn policy_bundle_list(cx: OpCx, list: List<VersionFilter>) -> Result<Page<PolicyBundle>> {
    let (rows, total) = app::history(&cx, list.as_of, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.0.version, bundle))
}

/// One version.
#[utoipa::path(
    get, path = "/api/v1/policies/bundles/{version}", tag = "policy", params(("version" = i32, Path)),
    responses((status = 200, body = PolicyBundle))
)]
async fn policy_bundle_view(cx: OpCx, Path(version): Path<i32>) -> Result<Json<PolicyBundle>> {
    Ok(Json(bundle(app::get(&cx, version).await?)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DecisionFilter {
    /// Decisions on this plan.
    plan: Option<Uuid>,
    allowed: Option<bool>,
}

impl ListFilter for DecisionFilter {
    const SORTS: &'static [&'static str] = &["-decided_at"];
}

/// What was decided when plans were made and checked, the newest first.
#[utoipa::path(
    get, path = "/api/v1/policies/decisions", tag = "policy", params(ListParams, DecisionFilter),
    responses((status = 200, body = PageBody<PolicyDecision>))
)]
async fn policy_decision_list(cx: OpCx, list: List<DecisionFilter>) -> Result<Page<PolicyDecision>> {
    let filter = Filter {
        plan: list.filter.plan,
        allowed: list.filter.allowed,
        until: list.as_of,
    };
    let (rows, total) = app::decisions(&cx, filter, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.id, decision))
}

/// Tries a decision out, on a plan or on an input of one's own. It is not written into the log of decisions.
#[utoipa::path(
    post, path = "/api/v1/policies/decide", tag = "policy", request_body = PolicyQuestion,
    responses((status = 200, body = PolicyVerdict))
)]
async fn policy_decide(cx: OpCx, Json(asked): Json<PolicyQuestion>) -> Result<Json<PolicyVerdict>> {
    let question = match (asked.plan, asked.input) {
        (Some(plan), None) => {
            cx.require(Permission::PlanRead)?;
            Question::Plan(PlanId::from_uuid(plan))
        }
        (None, Some(input)) => Question::Input(input),
        _ => {
            return Err(Problem::invalid_request(
                "exactly one of `plan` and `input` is wanted".to_owned(),
            ));
        }
    };
    Ok(Json(verdict(app::decide(&cx, question).await?)))
}

/// What the tag is of: all that rules are read from.
fn tagged(held: Option<&PolicyBundle>) -> (String, Option<&PolicyBundle>) {
    (baseline().digest.to_string(), held)
}

async fn rules_now(cx: &OpCx) -> Result<([(HeaderName, HeaderValue); 1], Json<PolicyRules>)> {
    let found = app::rules(cx).await?;
    let shipped = baseline();
    let (own, problem) = match found.own {
        None => (Vec::new(), None),
        Some(Ok(own)) => (rules(&own), None),
        Some(Err(problem)) => (Vec::new(), Some(problem.to_string())),
    };
    let held = found.held.map(bundle);
    let tag = etag::of(&tagged(held.as_ref()));
    let now = PolicyRules {
        baseline_digest: shipped.digest.to_string(),
        rules: [rules(shipped), own].concat(),
        bundle: held,
        bundle_problem: problem,
        etag: tag.to_str().unwrap_or_default().to_owned(),
    };
    Ok(([(header::ETAG, tag)], Json(now)))
}

fn rules(bundle: &Bundle) -> Vec<PolicyRule> {
    let rule = |rule: &qlrf_engines::policy::Rule| PolicyRule {
        source: bundle.source.name().to_owned(),
        name: rule.name.clone(),
        description: rule.description.clone(),
        path: rule.path.clone(),
        text: rule.text.clone(),
        tests: rule.tests,
    };
    bundle.rules.iter().map(rule).collect()
}

fn bundle((version, content): (Version, Content)) -> PolicyBundle {
    let new: NewPolicyBundle = wire(&content);
    PolicyBundle {
        version: version.version,
        saved_at: version.saved_at,
        author: version.author,
        modules: new.modules,
        freezes: new.freezes,
    }
}

/// What is stored and what is sent are written alike.
fn wire<T: DeserializeOwned>(value: &impl Serialize) -> T {
    let value = serde_json::to_value(value).expect("a bundle holds text, lists and moments");
    serde_json::from_value(value).expect("a bundle of the wire has the shape of the stored one")
}

pub fn verdict(judged: Judged) -> PolicyVerdict {
    let verdict = judged.verdict;
    PolicyVerdict {
        allowed: verdict.is_allowed(),
        decided_at: judged.at,
        baseline_digest: verdict.baseline.to_string(),
        bundle_version: judged.version,
        bundle_digest: verdict.bundle.map(|digest| digest.to_string()),
        input_digest: verdict.input.to_string(),
        denials: verdict
            .denials
            .into_iter()
            .map(|denial| PolicyDenial {
                source: denial.source.name().to_owned(),
                rule: denial.rule,
                cause: denial.cause.name().to_owned(),
                reason: denial.reason,
                remedy: denial.remedy,
            })
            .collect(),
    }
}

fn decision(decision: Decision) -> PolicyDecision {
    PolicyDecision {
        id: decision.id,
        plan_id: decision.plan_id,
        plan_title: decision.plan_title,
        plan_digest: decision.plan_digest.to_string(),
        asked: decision.asked,
        actor: decision.actor,
        verdict: verdict(Judged {
            at: decision.at,
            version: decision.bundle_version,
            verdict: decision.verdict,
        }),
    }
}

fn rejected(rejected: Rejected) -> Problem {
    let problems = match rejected {
        Rejected::Error(error) => return error.into(),
        Rejected::Problems(problems) => problems,
    };
    let count = match problems.len() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    };
    let detail = format!("the policy bundle has {count}, and the one of before stays in force");
    let error = Error::new(ErrorKind::Invalid, "invalid_policy_bundle", detail)
        .hint("`docs/policies.md` describes bundles; `qlrf policy test FOLDER` checks one without a server");
    let field = |problem: BundleProblem| FieldProblem {
        path: problem.path,
        detail: problem.message,
        line: (problem.line > 0).then_some(problem.line as usize),
        column: (problem.column > 0).then_some(problem.column as usize),
        pointer: None,
        code: Some(problem.code.to_owned()),
        hint: None,
    };
    Problem::from(error).fields(problems.into_iter().map(field).collect())
}
