//! The eight factors of a plan's risk, each with the facts that it rests on.

use std::collections::BTreeSet;

use qlrf_core::plan::risk::{Factor, FactorKind, Risk, SCORE_MAX};
use qlrf_core::plan::step::{Action, Placed, walk};
use time::{Duration, PrimitiveDateTime, Weekday};

use super::{Facts, Spec, Use};

/// People are at work from the first to before the second, Monday to Friday.
const OFFICE_HOURS: (u8, u8) = (8, 18);

pub(super) fn weigh(spec: &Spec, facts: &Facts) -> Risk {
    let steps = walk(&spec.steps);
    Risk::weigh(|kind| match kind {
        FactorKind::Environment => environment(facts),
        FactorKind::Scope => scope(facts),
        FactorKind::History => Factor::unknown(kind, "no change like it has been run and recorded"),
        FactorKind::ChangeSize => change_size(&steps),
        FactorKind::Timing => timing(facts),
        FactorKind::Dependencies => {
            Factor::unknown(kind, "which services depend on the targets is not recorded")
        }
        FactorKind::Drift => drift(facts),
        FactorKind::Rollback => rollback(&steps),
    })
}

fn no_targets(kind: FactorKind) -> Factor {
    Factor::unknown(
        kind,
        "the plan names no targets, and what its steps touch is not known",
    )
}

/// The worst environment that a target is in.
fn environment(facts: &Facts) -> Factor {
    let kind = FactorKind::Environment;
    if facts.targets.is_empty() {
        return no_targets(kind);
    }
    let words: BTreeSet<Option<&str>> = facts.targets.iter().map(|target| target.env.as_deref()).collect();
    if words.contains(&None) {
        let without = facts.targets.iter().filter(|target| target.env.is_none()).count();
        return Factor::unknown(
            kind,
            format!("the environment of {} is not known", targets(without)),
        );
    }
    let mut worst = (0, String::new());
    for word in words.into_iter().flatten() {
        let (score, use_of) = match facts.environments.get(word) {
            None => {
                return Factor::unknown(
                    kind,
                    format!("what the environment \"{word}\" is for is not declared"),
                );
            }
            Some(Use::Production) => (100, "production"),
            Some(Use::Staging) => (50, "staging"),
            Some(Use::Test) => (20, "test"),
            Some(Use::Development) => (10, "development"),
        };
        if score > worst.0 {
            worst = (score, format!("\"{word}\" is declared for {use_of}"));
        }
    }
    Factor::known(kind, worst.0, worst.1)
}

/// The worse of how many, and how large a part of the fleet.
fn scope(facts: &Facts) -> Factor {
    let count = facts.targets.len();
    if count == 0 {
        return no_targets(FactorKind::Scope);
    }
    let by_count = match count {
        0..=1 => 5,
        2..=10 => 20,
        11..=100 => 40,
        101..=1_000 => 70,
        _ => 100,
    };
    let part = (count as u64 * 100).div_ceil(facts.fleet.max(1)).min(100);
    let by_part = match part {
        0..=5 => 0,
        6..=20 => 40,
        21..=50 => 70,
        _ => 100,
    };
    let basis = format!("{} of a fleet of {} ({part} %)", targets(count), facts.fleet);
    Factor::known(FactorKind::Scope, by_count.max(by_part), basis)
}

fn change_size(steps: &[Placed<'_>]) -> Factor {
    let kind = FactorKind::ChangeSize;
    let actions = steps.iter().filter_map(|placed| placed.step.node.action());
    let changing: Vec<&Action> = actions.filter(|action| action.changes()).collect();
    if let Some(opaque) = changing.iter().find(|action| action.is_opaque()) {
        let basis = format!(
            "what a {} step changes is known only once it has planned",
            opaque.kind()
        );
        return Factor::unknown(kind, basis);
    }
    let score = match changing.len() {
        0 => 0,
        1 => 20,
        2..=5 => 40,
        6..=20 => 70,
        _ => 100,
    };
    let steps = match changing.len() {
        1 => "1 step changes something".to_owned(),
        many => format!("{many} steps change something"),
    };
    Factor::known(kind, score, steps)
}

fn timing(facts: &Facts) -> Factor {
    let kind = FactorKind::Timing;
    match facts.local_window {
        None => Factor::unknown(kind, "there is no window: it may be run at any time"),
        Some((starts, ends)) if touches_office_hours(starts, ends) => {
            Factor::known(kind, 70, "the window touches office hours")
        }
        Some(_) => Factor::known(kind, 20, "the window is outside office hours"),
    }
}

fn touches_office_hours(starts: PrimitiveDateTime, ends: PrimitiveDateTime) -> bool {
    let mut day = starts.date();
    while day <= ends.date() {
        let works = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let begin = day.midnight() + Duration::hours(OFFICE_HOURS.0.into());
        let end = day.midnight() + Duration::hours(OFFICE_HOURS.1.into());
        if works && starts < end && begin < ends {
            return true;
        }
        match day.next_day() {
            Some(next) => day = next,
            None => return true,
        }
    }
    false
}

/// The part of the targets that are not as their image says. One of which that is not known counts among them.
fn drift(facts: &Facts) -> Factor {
    let count = facts.targets.len() as u64;
    if count == 0 {
        return no_targets(FactorKind::Drift);
    }
    let off = count.saturating_sub(facts.current);
    let score = u32::try_from((off * u64::from(SCORE_MAX)).div_ceil(count)).unwrap_or(SCORE_MAX);
    let mut basis = format!("{} of {count} targets are as their image says", facts.current);
    if facts.drift_unknown > 0 {
        basis.push_str(&format!("; of {} it is not known", facts.drift_unknown));
    }
    Factor {
        known: facts.drift_unknown == 0,
        ..Factor::known(FactorKind::Drift, score, basis)
    }
}

fn rollback(steps: &[Placed<'_>]) -> Factor {
    let irreversible = steps.iter().filter(|placed| placed.step.irreversible).count();
    let undone = steps.iter().filter(|placed| placed.step.undo.is_some()).count();
    let kind = FactorKind::Rollback;
    match irreversible {
        0 if undone == 0 => Factor::known(kind, 0, "nothing has to be taken back"),
        0 => Factor::known(kind, 0, "every change says how it is taken back"),
        1 => Factor::known(kind, 100, "1 step cannot be taken back"),
        many => Factor::known(kind, 100, format!("{many} steps cannot be taken back")),
    }
}

fn targets(count: usize) -> String {
    match count {
        1 => "1 target".to_owned(),
        many => format!("{many} targets"),
    }
}
