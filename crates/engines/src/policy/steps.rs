//! The steps of a plan as rules see them: a list, each with the approvals that are given before it can begin.

use qlrf_core::plan::step::{Action, Node, Step};
use serde_json::Value;

use super::input::{ActionInput, Approval, StepInput};

pub(super) fn inputs(steps: &[Step]) -> Vec<StepInput> {
    let mut found = Vec::new();
    in_sequence(steps, Vec::new(), &mut found);
    found
}

/// Whoever comes later waits for the approvals of those before, those inside of groups included: a group ends when all
/// that is in it has ended.
fn in_sequence(steps: &[Step], mut given: Vec<Approval>, found: &mut Vec<StepInput>) -> Vec<Approval> {
    for step in steps {
        given = visit(step, given, found);
    }
    given
}

/// The approvals that are given once this step has ended.
fn visit(step: &Step, given: Vec<Approval>, found: &mut Vec<StepInput>) -> Vec<Approval> {
    found.push(input(step, given.clone()));
    match &step.node {
        Node::Sequence(steps) => in_sequence(steps, given, found),
        Node::Parallel(steps) => {
            let mut after = given.clone();
            for branch in steps {
                let ended = visit(branch, given.clone(), found);
                after.extend(ended.into_iter().skip(given.len()));
            }
            after
        }
        Node::Approval(approval) => {
            let approval = Approval {
                step: step.id.clone(),
                approvers: approval.approvers,
                role: approval.role.clone(),
            };
            given.into_iter().chain([approval]).collect()
        }
        Node::Wait(_) | Node::Gate(_) | Node::Act(_) => given,
    }
}

fn input(step: &Step, approvals: Vec<Approval>) -> StepInput {
    let action = step.node.action();
    let probe = match &step.node {
        Node::Gate(gate) => Some(&gate.probe),
        _ => None,
    };
    let actions = [("act", action), ("undo", step.undo.as_ref()), ("probe", probe)];
    StepInput {
        id: step.id.clone(),
        kind: step.node.kind().to_owned(),
        changes: action.is_some_and(Action::changes),
        irreversible: step.irreversible,
        on_each_target: matches!(action, Some(Action::Ssh(_))),
        approvals,
        actions: actions
            .into_iter()
            .filter_map(|(of, action)| Some((of, action?)))
            .map(|(of, action)| ActionInput {
                of: of.to_owned(),
                kind: action.kind().to_owned(),
                changes: action.changes(),
                parameters: parameters(action),
            })
            .collect(),
    }
}

/// Without the kind, which stands beside them.
fn parameters(action: &Action) -> Value {
    let mut action_json =
        serde_json::to_value(action).expect("an action holds text, whole numbers and lists");
    action_json[action.kind()].take()
}
