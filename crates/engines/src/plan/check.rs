//! What a shape cannot say of an ExecutionSpec: what belongs together, and what excludes one another.

use std::collections::HashSet;

use qlrf_core::contract::node::{Node, Value};
use qlrf_core::contract::problem::{Problems, quote};
use qlrf_core::contract::shape::parse_time;
use qlrf_core::id::AssetId;
use qlrf_core::plan::{LEVELS_MAX, STEPS_MAX};
use qlrf_core::time::Duration;

use super::document::{Place, read_action};
use super::parameters;

const NODES: &[&str] = &["sequence", "parallel", "wait", "gate", "approval", "act"];
/// A window is for one change, and not a licence for a season.
const WINDOW_MAX: Duration = Duration::days(31);

pub(super) fn check(root: &Node, problems: &mut Problems) {
    let root = Place::root(root);
    let Some(spec) = root.get("spec") else { return };
    let mut checker = Checker {
        problems,
        ids: HashSet::new(),
        steps: 0,
    };
    if let Some(targets) = spec.get("targets") {
        checker.targets(&targets);
    }
    if let Some(steps) = spec.get("steps") {
        checker.steps(&steps, 1);
        if checker.steps > STEPS_MAX {
            let message = format!(
                "{} steps, more than the {STEPS_MAX} that a plan has",
                checker.steps
            );
            checker.report(&steps, "too_many_steps", message, "make several plans of it");
        }
    }
    if let Some(limits) = spec.get("limits") {
        checker.limits(&limits);
    }
    if let Some(window) = spec.get("window") {
        checker.window(&window);
    }
    if let Some(currency) = spec
        .get("expected")
        .and_then(|expected| expected.get("cost"))
        .and_then(|cost| cost.get("currency"))
    {
        let code = currency.text();
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("{} is no currency", quote(code));
            checker.report(
                &currency,
                "bad_value",
                message,
                "write three capital letters, as in EUR",
            );
        }
    }
}

struct Checker<'p, 'd> {
    problems: &'p mut Problems,
    ids: HashSet<&'d str>,
    steps: usize,
}

impl<'d> Checker<'_, 'd> {
    fn report(&mut self, place: &Place<'_>, code: &'static str, message: impl Into<String>, hint: &str) {
        self.problems.push(place.problem(code, message, hint));
    }

    /// The one of these keys that is there; anything else is told.
    fn one_of(&mut self, place: &Place<'d>, keys: &[&'static str]) -> Option<(&'static str, Place<'d>)> {
        let mut found = keys.iter().filter_map(|key| Some((*key, place.get(key)?)));
        let (first, second) = (found.next(), found.next());
        if first.is_none() || second.is_some() {
            let message = format!("exactly one of {} is wanted here", keys.join(", "));
            self.report(place, "one_wanted", message, "");
            return None;
        }
        first
    }

    fn targets(&mut self, targets: &Place<'d>) {
        let Some(("assets", assets)) = self.one_of(targets, &["query", "assets"]) else {
            return;
        };
        if assets.node.items().is_empty() {
            self.report(&assets, "empty_list", "no asset is named", "");
        }
        for asset in assets.items() {
            if asset.text().parse::<AssetId>().is_err() {
                let message = format!("{} is no id of an asset", quote(asset.text()));
                self.report(
                    &asset,
                    "bad_value",
                    message,
                    "`qlrf asset list -o json` shows ids",
                );
            }
        }
    }

    fn steps(&mut self, steps: &Place<'d>, level: usize) {
        if steps.node.items().is_empty() {
            self.report(steps, "empty_list", "there is no step here", "");
        }
        if level > LEVELS_MAX {
            let message = format!("steps stand more than {LEVELS_MAX} levels deep");
            self.report(steps, "nested_too_deep", message, "");
            return;
        }
        for step in steps.items() {
            self.steps += 1;
            self.step(&step, level);
        }
    }

    fn step(&mut self, step: &Place<'d>, level: usize) {
        if let Some(id) = step.get("id")
            && !self.ids.insert(id.text())
        {
            let message = format!("another step has the id {}", quote(id.text()));
            self.report(&id, "duplicate_id", message, "");
        }
        let changes = match self.one_of(step, NODES) {
            None => return,
            Some(("sequence" | "parallel", steps)) => {
                self.steps(&steps, level + 1);
                false
            }
            Some(("act", action)) => self.action(&action),
            Some(("gate", gate)) => {
                self.gate(&gate);
                false
            }
            Some(_) => false,
        };
        self.undo(step, changes);
    }

    /// Whether it may change something.
    fn action(&mut self, action: &Place<'d>) -> bool {
        let Some((kind, given)) = self.one_of(action, parameters::ACTIONS) else {
            return false;
        };
        parameters::check(kind, &given, self.problems);
        changes(action)
    }

    fn gate(&mut self, gate: &Place<'d>) {
        let Some(probe) = gate.get("probe") else { return };
        if let Some((kind, given)) = self.one_of(&probe, parameters::PROBES) {
            parameters::check(kind, &given, self.problems);
            if changes(&probe) {
                let message = "a gate only looks, and this request changes something";
                self.report(&given, "probe_changes", message, "use GET or HEAD");
            }
        }
        let count = |key: &str| gate.get(key).map_or("0", |place| place.text()).parse::<f64>();
        if let (Ok(samples), Ok(failures)) = (count("samples"), count("failures_max"))
            && failures >= samples
        {
            let message = "a gate that lets every sample fail decides nothing";
            self.report(
                gate,
                "gate_open",
                message,
                "`failures_max` is less than `samples`",
            );
        }
    }

    /// Whoever changes something says how it is taken back, or that it cannot be.
    fn undo(&mut self, step: &Place<'d>, changes: bool) {
        let undo = step.get("undo");
        let irreversible = step
            .get("irreversible")
            .filter(|place| place.node.value == Value::Flag(true));
        if let Some(undo) = &undo {
            self.action(undo);
        }
        match (changes, undo, irreversible) {
            (true, None, None) => self.report(
                step,
                "undo_missing",
                "this step changes something and does not say how that is taken back",
                "give it an `undo`, or say `irreversible: true`",
            ),
            (true, Some(undo), Some(_)) => self.report(
                &undo,
                "undo_contradicts",
                "a step that cannot be taken back has no undo",
                "leave one of the two out",
            ),
            (false, Some(place), _) | (false, None, Some(place)) => self.report(
                &place,
                "nothing_to_undo",
                "this step changes nothing that could be taken back",
                "leave it out",
            ),
            _ => {}
        }
    }

    fn limits(&mut self, limits: &Place<'d>) {
        let number = |key: &str| limits.get(key)?.text().parse::<f64>().ok();
        if let (Some(batch), Some(most)) = (number("batch"), number("max_unavailable"))
            && batch > most
        {
            let message = "a batch is larger than what may be out of service at once";
            self.report(
                limits,
                "batch_above_limit",
                message,
                "`batch` is at most `max_unavailable`",
            );
        }
    }

    fn window(&mut self, window: &Place<'d>) {
        let moment = |key: &str| window.get(key).and_then(|place| parse_time(place.text()));
        let (Some(starts), Some(ends)) = (moment("starts_at"), moment("ends_at")) else {
            return;
        };
        if ends <= starts {
            self.report(window, "window_empty", "the window ends before it starts", "");
        } else if ends - starts > WINDOW_MAX {
            let message = format!("the window is longer than {} days", WINDOW_MAX.whole_days());
            self.report(window, "window_too_long", message, "");
        }
    }
}

/// What cannot be read yet has a problem of its own; until then it counts as one that changes something.
fn changes(action: &Place<'_>) -> bool {
    read_action(action).is_none_or(|action| action.changes())
}
