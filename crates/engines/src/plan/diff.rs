//! What makes one plan another than the one before.

use std::collections::BTreeMap;

use qlrf_core::id::AssetId;
use qlrf_core::plan::risk::FactorKind;
use qlrf_core::plan::step::{Node, Placed, walk};
use qlrf_core::plan::{Plan, Step, Target};
use serde::Serialize;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    Removed,
    Changed,
}

impl Change {
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
        }
    }
}

/// A field with what it said before and says after; `None` is not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    pub field: &'static str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetChange {
    pub asset_id: AssetId,
    pub name: String,
    pub change: Change,
    /// Of a changed one; empty when facts changed that a plan does not show.
    pub fields: Vec<FieldChange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepChange {
    pub id: String,
    pub change: Change,
    pub fields: Vec<FieldChange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorChange {
    pub factor: FactorKind,
    pub before: u32,
    pub after: u32,
    pub basis_before: String,
    pub basis_after: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In the order of their ids.
    pub targets: Vec<TargetChange>,
    /// In the order of the later plan; removed ones first.
    pub steps: Vec<StepChange>,
    /// Title, selection, limits, window and expectation.
    pub fields: Vec<FieldChange>,
    /// Scores of the whole risk.
    pub risk: (u32, u32),
    pub factors: Vec<FactorChange>,
}

impl Difference {
    /// Whether both would do the same to the same.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.steps.is_empty() && self.fields.is_empty() && self.factors.is_empty()
    }
}

/// Targets are given in the order of their ids.
pub fn compare(before: (&Plan, &[Target]), after: (&Plan, &[Target])) -> Difference {
    Difference {
        targets: targets(before.1, after.1),
        steps: steps(&before.0.steps, &after.0.steps),
        fields: plan_fields(before.0, after.0),
        risk: (before.0.risk.score, after.0.risk.score),
        factors: factors(before.0, after.0),
    }
}

fn targets(before: &[Target], after: &[Target]) -> Vec<TargetChange> {
    let by_id = |targets: &[Target]| -> BTreeMap<AssetId, Target> {
        targets
            .iter()
            .map(|target| (target.asset_id, target.clone()))
            .collect()
    };
    let (before, after) = (by_id(before), by_id(after));
    let change = |target: &Target, change, fields| TargetChange {
        asset_id: target.asset_id,
        name: target.name.clone(),
        change,
        fields,
    };
    let mut changes: Vec<TargetChange> = before
        .values()
        .filter(|target| !after.contains_key(&target.asset_id))
        .map(|target| change(target, Change::Removed, Vec::new()))
        .collect();
    for target in after.values() {
        match before.get(&target.asset_id) {
            None => changes.push(change(target, Change::Added, Vec::new())),
            Some(was) if was.fact.hash != target.fact.hash => {
                changes.push(change(target, Change::Changed, target_fields(was, target)));
            }
            Some(_) => {}
        }
    }
    changes.sort_by_key(|change| change.asset_id);
    changes
}

fn target_fields(before: &Target, after: &Target) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    field(&mut fields, "name", &before.name, &after.name);
    field(&mut fields, "platform", &before.platform, &after.platform);
    field(&mut fields, "site", &before.site, &after.site);
    field(&mut fields, "env", &before.env, &after.env);
    field(
        &mut fields,
        "criticality",
        &before.criticality,
        &after.criticality,
    );
    field(&mut fields, "simulated", &before.simulated, &after.simulated);
    fields
}

fn steps(before: &[Step], after: &[Step]) -> Vec<StepChange> {
    let by_id = |steps| -> BTreeMap<&str, Placed<'_>> {
        let placed = walk(steps).into_iter();
        placed.map(|placed| (&placed.step.id[..], placed)).collect()
    };
    let (known, kept) = (by_id(before), by_id(after));
    let removed = walk(before)
        .into_iter()
        .filter(|placed| !kept.contains_key(&placed.step.id[..]));
    let mut changes: Vec<StepChange> = removed
        .map(|placed| step_change(placed.step, Change::Removed, Vec::new()))
        .collect();
    for placed in walk(after) {
        match known.get(&placed.step.id[..]) {
            None => changes.push(step_change(placed.step, Change::Added, Vec::new())),
            Some(was) => {
                let fields = step_fields(was, &placed);
                if !fields.is_empty() {
                    changes.push(step_change(placed.step, Change::Changed, fields));
                }
            }
        }
    }
    changes
}

fn step_change(step: &Step, change: Change, fields: Vec<FieldChange>) -> StepChange {
    StepChange {
        id: step.id.clone(),
        change,
        fields,
    }
}

/// Of a group only what kind it is: its steps speak for themselves.
fn step_fields(before: &Placed<'_>, after: &Placed<'_>) -> Vec<FieldChange> {
    let own = |node: &Node| node.steps().is_empty().then(|| node.clone());
    let mut fields = Vec::new();
    field(&mut fields, "within", &before.within, &after.within);
    field(&mut fields, "position", &before.position, &after.position);
    let (before, after) = (before.step, after.step);
    field(&mut fields, "title", &before.title, &after.title);
    field(&mut fields, "kind", &before.node.kind(), &after.node.kind());
    field(&mut fields, "parameters", &own(&before.node), &own(&after.node));
    field(&mut fields, "undo", &before.undo, &after.undo);
    field(
        &mut fields,
        "irreversible",
        &before.irreversible,
        &after.irreversible,
    );
    fields
}

fn plan_fields(before: &Plan, after: &Plan) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    field(&mut fields, "title", &before.title, &after.title);
    field(&mut fields, "selection", &before.selection, &after.selection);
    field(&mut fields, "limits", &before.limits, &after.limits);
    field(&mut fields, "window", &before.window, &after.window);
    field(&mut fields, "expected", &before.expected, &after.expected);
    fields
}

fn factors(before: &Plan, after: &Plan) -> Vec<FactorChange> {
    let pairs = before.risk.factors.iter().zip(&after.risk.factors);
    let other = pairs.filter(|(before, after)| before != after);
    let change = other.map(|(before, after)| FactorChange {
        factor: after.factor,
        before: before.score,
        after: after.score,
        basis_before: before.basis.clone(),
        basis_after: after.basis.clone(),
    });
    change.collect()
}

fn field<T: Serialize>(fields: &mut Vec<FieldChange>, field: &'static str, before: &T, after: &T) {
    let value = |of: &T| match serde_json::to_value(of).expect("plans always serialise") {
        Value::Null => None,
        value => Some(value),
    };
    let (before, after) = (value(before), value(after));
    if before != after {
        fields.push(FieldChange { field, before, after });
    }
}
