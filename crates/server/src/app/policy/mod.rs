//! Policy: what the shipped rules and those of the organisation say of a plan, and the organisation's bundle.

mod bundle;
mod judge;
mod shelf;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::PlanId;
use qlrf_core::plan::digest;
use qlrf_core::policy::Verdict;
use qlrf_core::time::Timestamp;
use qlrf_engines::policy::Input;
use qlrf_store::TenantTx;
use qlrf_store::policy::{self as store, Asked, Decision, Filter, NewDecision};
use serde_json::Value;
use uuid::Uuid;

pub use self::bundle::{Content, Rejected, get, held, history, rules, save};
pub use self::judge::{Case, of_plan};
pub use self::shelf::{Shelf, compile};
use crate::app::plan::Found;
use crate::opcx::OpCx;

/// A verdict, by which version of the organisation's bundle and when.
#[derive(Clone, Debug)]
pub struct Judged {
    pub at: Timestamp,
    pub version: Option<i32>,
    pub verdict: Verdict,
}

/// Judges a plan and writes the decision down, in the transaction that is given.
pub async fn record(cx: &OpCx, tx: &mut TenantTx, id: PlanId, found: &Found, asked: Asked) -> Result<Judged> {
    let judged = of_plan(cx, tx, found).await?.judge(cx).await?;
    let decision = NewDecision {
        at: judged.at,
        actor: &cx.actor().to_string(),
        asked,
        plan: id,
        plan_digest: digest(&found.stored.document),
        bundle_version: judged.version,
        verdict: &judged.verdict,
    };
    store::record(tx, decision).await?;
    Ok(judged)
}

/// Asks the rules of now about a plan, and writes down what they said.
pub async fn check(cx: &OpCx, id: PlanId) -> Result<Judged> {
    let mut tx = cx.tenant().await?;
    let found = crate::app::plan::load(&mut tx, id).await?;
    let judged = record(cx, &mut tx, id, &found, Asked::Checked).await?;
    tx.commit().await?;
    Ok(judged)
}

/// What is tried out is not written down.
pub enum Question {
    Plan(PlanId),
    /// As rules are given it.
    Input(Value),
}

pub async fn decide(cx: &OpCx, question: Question) -> Result<Judged> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let case = match question {
        Question::Plan(id) => {
            let found = crate::app::plan::load(&mut tx, id).await?;
            of_plan(cx, &mut tx, &found).await?
        }
        Question::Input(value) => {
            let input: Input = serde_json::from_value(value).map_err(|error| {
                Error::new(
                    ErrorKind::Invalid,
                    "invalid_policy_input",
                    format!("the input is not what rules are given: {error}"),
                )
                .hint("`docs/policies.md` lists all of it")
            })?;
            judge::of_input(&mut tx, input).await?
        }
    };
    drop(tx);
    case.judge(cx).await
}

/// What was decided, the newest first.
pub async fn decisions(
    cx: &OpCx,
    filter: Filter,
    after: Option<Uuid>,
    limit: u32,
) -> Result<(Vec<Decision>, u64)> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let rows = store::list_decisions(&mut tx, filter, after, limit).await?;
    let total = store::count_decisions(&mut tx, filter).await?;
    Ok((rows, total))
}
