//! Plans: an ExecutionSpec and the facts of now make one immutable plan. Two plans are compared, and a plan with the facts
//! of later.

mod blast;
mod check;
pub mod diff;
mod document;
mod parameters;
mod risk;
mod shape;
pub mod stale;

use std::collections::BTreeMap;

use qlrf_core::plan::step::needs_targets;
use qlrf_core::plan::target::freeze;
use qlrf_core::plan::{
    DOCUMENT_BYTES_MAX, Expected, FORMAT, Limits, Parent, Plan, PlanKind, Selection, Step, TARGETS_MAX,
    Target, Window,
};
use qlrf_core::time::Timestamp;
use time::PrimitiveDateTime;

pub use self::document::{json_schema, parse};

/// Assets that are chosen one by one; more are chosen by a query.
pub const ASSETS_MAX: usize = 1_000;

/// What a person wrote down: what to do, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub title: String,
    pub selection: Option<Selection>,
    pub steps: Vec<Step>,
    pub limits: Limits,
    pub window: Option<Window>,
    pub expected: Expected,
}

impl Spec {
    /// What a plan was made of, to make another of it.
    pub fn of(plan: &Plan) -> Spec {
        Spec {
            title: plan.title.clone(),
            selection: plan.selection.clone(),
            steps: plan.steps.clone(),
            limits: plan.limits,
            window: plan.window.clone(),
            expected: plan.expected.clone(),
        }
    }
}

/// What an environment is for, as it was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Production,
    Staging,
    Test,
    Development,
}

/// What is known when the plan is made.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The chosen assets; in any order, each once.
    pub targets: Vec<Target>,
    /// Assets of the whole fleet.
    pub fleet: u64,
    /// Environments that are declared for a known use, by the word that assets carry.
    pub environments: BTreeMap<String, Use>,
    /// Of the targets, those that are as their image says, and those of which that is not known.
    pub current: u64,
    pub drift_unknown: u64,
    /// The window by the clocks of its own time zone.
    pub local_window: Option<(PrimitiveDateTime, PrimitiveDateTime)>,
}

/// Who asks for it, and when.
#[derive(Clone, Debug)]
pub struct Asked {
    pub author: String,
    pub planned_at: Timestamp,
    pub facts_as_of: Timestamp,
    pub parent: Option<Parent>,
}

/// A plan, and its targets in the order of their ids.
#[derive(Clone, Debug)]
pub struct Planned {
    pub plan: Plan,
    /// Its canonical JSON.
    pub document: String,
    pub targets: Vec<Target>,
    /// The canonical JSON of each.
    pub target_documents: Vec<String>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Steps act on targets, and there is none.
    NoTargets,
    /// Targets are chosen, and no step acts on any.
    NothingToDo,
    TooManyTargets(usize),
    TooLong(usize),
    WindowOver,
}

pub fn make(spec: Spec, mut facts: Facts, asked: Asked) -> Result<Planned, Refusal> {
    let acts = needs_targets(&spec.steps);
    match facts.targets.len() {
        0 if acts || spec.selection.is_some() => return Err(Refusal::NoTargets),
        1.. if !acts => return Err(Refusal::NothingToDo),
        found if found > TARGETS_MAX => return Err(Refusal::TooManyTargets(found)),
        _ => {}
    }
    if spec
        .window
        .as_ref()
        .is_some_and(|window| window.ends_at <= asked.planned_at)
    {
        return Err(Refusal::WindowOver);
    }
    facts.targets.sort_by_key(|target| target.asset_id);
    let target_documents: Vec<String> = facts.targets.iter().map(Target::canonical).collect();
    let plan = Plan {
        format: FORMAT,
        kind: PlanKind::Exec,
        author: asked.author,
        planned_at: asked.planned_at,
        facts_as_of: asked.facts_as_of,
        parent: asked.parent,
        targets: freeze(target_documents.iter().map(String::as_str)),
        blast: blast::radius(&facts.targets),
        risk: risk::weigh(&spec, &facts),
        title: spec.title,
        selection: spec.selection,
        steps: spec.steps,
        limits: spec.limits,
        window: spec.window,
        expected: spec.expected,
    };
    let document = plan.canonical();
    if document.len() > DOCUMENT_BYTES_MAX {
        return Err(Refusal::TooLong(document.len()));
    }
    Ok(Planned {
        plan,
        document,
        targets: facts.targets,
        target_documents,
    })
}
