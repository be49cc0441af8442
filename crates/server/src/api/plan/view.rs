//! Plans as wire types.

use std::collections::HashMap;

use qlrf_core::id::AssetId;
use qlrf_core::plan::step::{Action, Node, Placed, walk};
use qlrf_core::plan::{Share, Target};
use qlrf_engines::plan::diff::{Change, Difference, FieldChange};
use qlrf_engines::plan::stale::Reason;
use qlrf_store::plan::Listed;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::api::policy::verdict;
use crate::api::types::plan::*;
use crate::app::plan::Standing;

/// Enough to see what happened; the rest is counted.
const EXAMPLES_MAX: usize = 10;
const CHANGES_MAX: usize = 100;
const DECLARED: &str = "declared";
const UNKNOWN: &str = "unknown";

pub fn summary(plan: &Listed) -> PlanSummary {
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    PlanSummary {
        id: plan.id,
        digest: plan.digest.clone(),
        kind: plan.kind.clone(),
        title: plan.title.clone(),
        author: plan.author.clone(),
        created_at: plan.created_at,
        parent_id: plan.parent_id,
        targets: count(plan.targets),
        simulated_targets: count(plan.simulated),
        risk_score: count(plan.risk_score),
        risk_level: plan.risk_level.clone(),
    }
}

pub fn plan(standing: Standing) -> PlanView {
    let Standing {
        found,
        stale,
        children,
        judged,
    } = standing;
    let plan = &found.stored.plan;
    let expected = &plan.expected;
    let source = |known: bool| if known { DECLARED } else { UNKNOWN }.to_owned();
    let factors = plan.risk.factors.iter();
    PlanView {
        summary: summary(&found.stored.listed),
        document: found.stored.document.clone(),
        facts_as_of: plan.facts_as_of,
        query: match &plan.selection {
            Some(qlrf_core::plan::Selection::Query(query)) => Some(query.clone()),
            _ => None,
        },
        plan_steps: walk(&plan.steps).iter().map(step).collect(),
        limits: PlanLimits {
            batch: plan.limits.batch,
            max_unavailable: plan.limits.max_unavailable,
        },
        window: plan.window.as_ref().map(|window| PlanWindow {
            time_zone: window.time_zone.clone(),
            starts_at: window.starts_at,
            ends_at: window.ends_at,
        }),
        expected: PlanExpected {
            minutes: expected.minutes,
            minutes_source: source(expected.minutes.is_some()),
            cost: expected.cost.as_ref().map(|cost| cost.amount),
            currency: expected.cost.as_ref().map(|cost| cost.currency.clone()),
            cost_source: source(expected.cost.is_some()),
        },
        blast_radius: PlanBlastRadius {
            sites: shares(&plan.blast.sites),
            environments: shares(&plan.blast.environments),
            platforms: shares(&plan.blast.platforms),
            criticalities: shares(&plan.blast.criticalities),
        },
        risk_factors: factors
            .map(|factor| PlanRiskFactor {
                factor: factor.factor.name().to_owned(),
                weight: factor.weight,
                score: factor.score,
                known: factor.known,
                basis: factor.basis.clone(),
            })
            .collect(),
        staleness: staleness(&found.targets, &stale),
        children,
        verdict: verdict(judged),
    }
}

fn shares(shares: &[Share]) -> Vec<PlanShare> {
    let share = |share: &Share| PlanShare {
        value: share.value.clone(),
        targets: share.targets,
    };
    shares.iter().map(share).collect()
}

fn step(placed: &Placed<'_>) -> PlanStep {
    let step = placed.step;
    let action = step.node.action();
    let parameters = match &step.node {
        Node::Sequence(_) | Node::Parallel(_) => None,
        Node::Wait(wait) => Some(json(wait)),
        Node::Gate(gate) => Some(json(gate)),
        Node::Approval(approval) => Some(json(approval)),
        Node::Act(action) => Some(parameters_of(action)),
    };
    PlanStep {
        id: step.id.clone(),
        title: step.title.clone(),
        kind: step.node.kind().to_owned(),
        depth: u32::try_from(placed.depth).unwrap_or(u32::MAX),
        within: placed.within.map(str::to_owned),
        parameters,
        on_targets: action.is_some_and(Action::needs_targets),
        changes: action.is_some_and(Action::changes),
        undo: step.undo.as_ref().map(|undo| PlanUndo {
            kind: undo.kind().to_owned(),
            parameters: parameters_of(undo),
        }),
        irreversible: step.irreversible,
    }
}

/// Without the kind, which stands beside them.
fn parameters_of(action: &Action) -> Value {
    json(action)[action.kind()].take()
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("plans always serialise")
}

fn staleness(targets: &[Target], stale: &[(AssetId, Reason)]) -> PlanStaleness {
    let count = |wanted: Reason| stale.iter().filter(|(_, reason)| *reason == wanted).count() as u64;
    let names: HashMap<AssetId, &str> = targets
        .iter()
        .map(|target| (target.asset_id, &target.name[..]))
        .collect();
    let examples = stale.iter().take(EXAMPLES_MAX);
    PlanStaleness {
        stale: !stale.is_empty(),
        changed: count(Reason::Changed),
        gone: count(Reason::Gone),
        examples: examples
            .map(|(id, reason)| PlanStaleTarget {
                asset_id: id.as_uuid(),
                name: names.get(id).copied().unwrap_or_default().to_owned(),
                reason: reason.name().to_owned(),
            })
            .collect(),
    }
}

pub fn target(target: Target) -> PlanTarget {
    let platform = json(&target.platform).as_str().unwrap_or_default().to_owned();
    PlanTarget {
        asset_id: target.asset_id.as_uuid(),
        name: target.name,
        platform,
        site: target.site,
        env: target.env,
        criticality: target.criticality.known().map(str::to_owned),
        simulated: target.simulated,
        fact_hash: target.fact.hash.to_string(),
        fact_recorded: target.fact.recorded,
    }
}

pub fn difference(with: Uuid, found: Difference) -> PlanDifference {
    let count = |wanted: Change| {
        let targets = found.targets.iter().filter(|target| target.change == wanted);
        targets.count() as u64
    };
    PlanDifference {
        with,
        targets_added: count(Change::Added),
        targets_removed: count(Change::Removed),
        targets_changed: count(Change::Changed),
        risk_score_before: found.risk.0,
        risk_score_after: found.risk.1,
        same: found.is_empty(),
        targets: found
            .targets
            .into_iter()
            .take(CHANGES_MAX)
            .map(|target| PlanTargetChange {
                asset_id: target.asset_id.as_uuid(),
                name: target.name,
                change: target.change.name().to_owned(),
                fields: fields(target.fields),
            })
            .collect(),
        steps: found
            .steps
            .into_iter()
            .map(|step| PlanStepChange {
                id: step.id,
                change: step.change.name().to_owned(),
                fields: fields(step.fields),
            })
            .collect(),
        fields: fields(found.fields),
        factors: found
            .factors
            .into_iter()
            .map(|factor| PlanFactorChange {
                factor: factor.factor.name().to_owned(),
                before: factor.before,
                after: factor.after,
                basis_before: factor.basis_before,
                basis_after: factor.basis_after,
            })
            .collect(),
    }
}

fn fields(fields: Vec<FieldChange>) -> Vec<PlanFieldChange> {
    let change = |field: FieldChange| PlanFieldChange {
        field: field.field.to_owned(),
        before: field.before,
        after: field.after,
    };
    fields.into_iter().map(change).collect()
}
