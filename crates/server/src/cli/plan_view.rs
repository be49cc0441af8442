//! Plans as tables.

use qlrf_core::time::now;
use serde_json::Value;

use super::policy::denials;
use super::printer::relative;
use super::{Cli, Table};
use crate::api::types::plan::{
    PlanDifference, PlanFieldChange, PlanRiskFactor, PlanShare, PlanStep, PlanSummary, PlanTarget, PlanView,
};

const UNKNOWN: &str = "◌ unknown";

pub fn list(plans: &[PlanSummary]) -> Table {
    let headings = ["title", "kind", "targets", "risk", "author", "made", "id"];
    let mut table = Table::new(
        &headings,
        "There are no plans. Write a specification (docs/plans.md), then: qlrf plan create FILE",
    );
    for plan in plans {
        table.row(vec![
            plan.title.clone(),
            plan.kind.clone(),
            counted(plan),
            risk(plan),
            plan.author.clone(),
            relative(plan.created_at, now()),
            plan.id.to_string(),
        ]);
    }
    table
}

fn counted(plan: &PlanSummary) -> String {
    match plan.simulated_targets {
        0 => plan.targets.to_string(),
        simulated => format!("{} (▒ {simulated} simulated)", plan.targets),
    }
}

fn risk(plan: &PlanSummary) -> String {
    format!("{} {}", plan.risk_score, plan.risk_level)
}

/// All of one plan.
pub fn show(cli: &Cli, plan: &PlanView) {
    cli.printer.show(plan, fields);
    if !cli.printer.is_table() {
        return;
    }
    cli.printer.table(&steps(&plan.plan_steps));
    cli.printer.table(&factors(&plan.risk_factors));
    cli.printer.table(&denials(&plan.verdict.denials));
    let stale = &plan.staleness;
    if stale.stale {
        for target in &stale.examples {
            cli.printer.line(&format!("◔ {} {}", target.name, target.reason));
        }
        cli.printer.note(&format!(
            "stale: {} targets changed and {} gone since; plan it again: qlrf plan replan {}",
            stale.changed, stale.gone, plan.summary.id
        ));
    }
}

fn fields(plan: &PlanView) -> Table {
    let summary = &plan.summary;
    let parent = summary
        .parent_id
        .map_or_else(|| "–".to_owned(), |id| id.to_string());
    let window = plan.window.as_ref().map_or_else(
        || "none: at any time".to_owned(),
        |window| {
            format!(
                "{} to {} ({})",
                window.starts_at, window.ends_at, window.time_zone
            )
        },
    );
    let expected = &plan.expected;
    let minutes = expected.minutes.map_or_else(
        || UNKNOWN.to_owned(),
        |minutes| format!("{minutes} min ({})", expected.minutes_source),
    );
    let cost = match (expected.cost, &expected.currency) {
        (Some(cost), Some(currency)) => format!("{cost} {currency} ({})", expected.cost_source),
        _ => UNKNOWN.to_owned(),
    };
    let blast = &plan.blast_radius;
    Table::fields(&[
        ("title", summary.title.clone()),
        ("id", summary.id.to_string()),
        ("digest", summary.digest.clone()),
        ("author", summary.author.clone()),
        ("made", summary.created_at.to_string()),
        ("parent", parent),
        ("targets", counted(summary)),
        ("facts as of", plan.facts_as_of.to_string()),
        ("environments", shares(&blast.environments)),
        ("sites", shares(&blast.sites)),
        ("platforms", shares(&blast.platforms)),
        ("criticality", shares(&blast.criticalities)),
        (
            "limits",
            format!(
                "{} at a time, {} out of service",
                plan.limits.batch, plan.limits.max_unavailable
            ),
        ),
        ("window", window),
        ("takes", minutes),
        ("costs", cost),
        ("risk", risk(summary)),
    ])
}

fn shares(shares: &[PlanShare]) -> String {
    let share =
        |share: &PlanShare| format!("{} {}", share.value.as_deref().unwrap_or(UNKNOWN), share.targets);
    match shares.is_empty() {
        true => "–".to_owned(),
        false => shares.iter().map(share).collect::<Vec<_>>().join(", "),
    }
}

fn steps(steps: &[PlanStep]) -> Table {
    let mut table = Table::new(
        &["step", "kind", "on", "parameters", "undo"],
        "There are no steps.",
    );
    for step in steps {
        let indent = "  ".repeat(step.depth as usize);
        let name = step.title.as_deref().unwrap_or(&step.id);
        let undo = match (&step.undo, step.irreversible) {
            (Some(undo), _) => format!("{} {}", undo.kind, undo.parameters),
            (None, true) => "▲ cannot be taken back".to_owned(),
            (None, false) => "–".to_owned(),
        };
        table.row(vec![
            format!("{indent}{name}"),
            step.kind.clone(),
            if step.on_targets { "each target" } else { "–" }.to_owned(),
            step.parameters.as_ref().map(Value::to_string).unwrap_or_default(),
            undo,
        ]);
    }
    table
}

fn factors(factors: &[PlanRiskFactor]) -> Table {
    let mut table = Table::new(&["risk factor", "weight", "score", "because"], "");
    for factor in factors {
        let basis = match factor.known {
            true => factor.basis.clone(),
            false => format!("◌ {}", factor.basis),
        };
        table.row(vec![
            factor.factor.replace('_', " "),
            format!("{} %", factor.weight),
            factor.score.to_string(),
            basis,
        ]);
    }
    table
}

pub fn targets(targets: &[PlanTarget]) -> Table {
    let headings = ["name", "platform", "site", "env", "criticality", "fact", "asset"];
    let mut table = Table::new(&headings, "The plan acts on no assets.");
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
    for target in targets {
        let mark = if target.simulated { " ▒ simulated" } else { "" };
        table.row(vec![
            format!("{}{mark}", target.name),
            target.platform.clone(),
            known(&target.site),
            known(&target.env),
            known(&target.criticality),
            target.fact_hash.chars().take(12).collect(),
            target.asset_id.to_string(),
        ]);
    }
    table
}

pub fn difference(found: &PlanDifference) -> Table {
    let mut table = Table::new(
        &["what", "change", "before", "after"],
        "Both would do the same to the same.",
    );
    let text = |value: &Option<Value>| match value {
        None => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let mut row = |what: String, change: &str, field: Option<&PlanFieldChange>| {
        let (before, after) = field.map_or_else(Default::default, |field| {
            (text(&field.before), text(&field.after))
        });
        table.row(vec![what, change.to_owned(), before, after]);
    };
    for field in &found.fields {
        row(field.field.clone(), "changed", Some(field));
    }
    let steps = found
        .steps
        .iter()
        .map(|step| ("step", &step.id, &step.change, &step.fields));
    let targets = found
        .targets
        .iter()
        .map(|target| ("target", &target.name, &target.change, &target.fields));
    for (noun, name, change, fields) in steps.chain(targets) {
        match fields.is_empty() {
            true => row(format!("{noun} {name}"), change, None),
            false => fields
                .iter()
                .for_each(|field| row(format!("{noun} {name}: {}", field.field), change, Some(field))),
        }
    }
    for factor in &found.factors {
        let said = |score: u32, basis: &str| Some(Value::String(format!("{score}: {basis}")));
        let field = PlanFieldChange {
            field: factor.factor.clone(),
            before: said(factor.before, &factor.basis_before),
            after: said(factor.after, &factor.basis_after),
        };
        row(
            format!("risk: {}", factor.factor.replace('_', " ")),
            "changed",
            Some(&field),
        );
    }
    table
}
