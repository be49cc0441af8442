//! Policy: rules in Rego over a plan and what is known around it. A rule gives reasons to deny, each with a remedy; a plan
//! that no rule denies is allowed.
//!
//! It fails closed: a rule that ends with an error, takes too long, has no value or one of another shape denies.

mod baseline;
mod bundle;
mod input;
mod machine;
mod rule;
mod steps;

use qlrf_core::contract::canonical;
use qlrf_core::digest::Digest;
use qlrf_core::policy::{Cause, Denial, Verdict};

pub use self::baseline::{MODULES as BASELINE_MODULES, baseline};
pub use self::bundle::{
    BUNDLE_BYTES_MAX, Bundle, MODULE_BYTES_MAX, MODULES_MAX, Module, PATH_MAX, Problem, RULES_MAX, Rule,
};
pub use self::input::{Approval, Around, EnvironmentUse, Freeze, Input, Pair};
pub use self::machine::{BUNDLE_STEPS_MAX, STEPS_MAX};
pub use self::rule::DENIALS_MAX;

/// Canonical JSON of an input. A plan of thousands of steps with files in their parameters is less.
pub const INPUT_BYTES_MAX: usize = 8 << 20;

/// Asks every rule, those of the organisation on top of the shipped ones.
pub fn decide(organisation: Option<&Bundle>, input: &Input) -> Verdict {
    let baseline = baseline();
    let value = serde_json::to_value(input).expect("an input holds text, whole numbers and lists");
    let text = canonical::to_string(&value);
    let bundles = || [Some(baseline), organisation].into_iter().flatten();
    let mut denials: Vec<Denial> = match text.len() > INPUT_BYTES_MAX {
        true => bundles()
            .flat_map(|bundle| too_large(bundle, text.len()))
            .collect(),
        false => bundles().flat_map(|bundle| bundle.ask(&text)).collect(),
    };
    denials.sort();
    Verdict {
        baseline: baseline.digest,
        bundle: organisation.map(|bundle| bundle.digest),
        input: Digest::of(text.as_bytes()),
        denials,
    }
}

fn too_large(bundle: &Bundle, bytes: usize) -> impl Iterator<Item = Denial> {
    bundle.rules.iter().map(move |rule| Denial {
        source: bundle.source,
        rule: rule.name.clone(),
        cause: Cause::TooLarge,
        reason: format!("the plan gives rules {bytes} bytes to judge, and they take {INPUT_BYTES_MAX}"),
        remedy: "make several plans of it".to_owned(),
    })
}
