//! Services and settings of a contract against what was observed.

use std::collections::BTreeMap;

use qlrf_core::drift::{Unverified, UnverifiedWhy, ValueDifference};
use qlrf_core::image::ServiceExpectation;

/// The list of units is complete when it is known at all: a unit that is not in it does not exist.
pub fn services(
    expected: &BTreeMap<String, ServiceExpectation>,
    actual: Option<&BTreeMap<String, String>>,
    unverified: &mut Vec<Unverified>,
) -> Vec<ValueDifference> {
    let mut differences = Vec::new();
    for (unit, expectation) in expected {
        let seen = actual.map(|units| {
            units
                .get(unit)
                .or_else(|| units.get(&format!("{unit}.service")))
                .map(String::as_str)
        });
        match seen.map(|state| holds(*expectation, state)) {
            Some(Some(true)) => {}
            Some(Some(false)) => differences.push(ValueDifference {
                name: format!("service {unit}"),
                expected: expectation.name().into(),
                actual: seen.flatten().unwrap_or("no such unit").to_owned(),
            }),
            None | Some(None) => unverified.push(Unverified {
                what: format!("service:{unit}"),
                why: UnverifiedWhy::NotObserved,
            }),
        }
    }
    differences
}

/// None when the observed words do not say. One unit may have several words: `running enabled`.
fn holds(expectation: ServiceExpectation, state: Option<&str>) -> Option<bool> {
    let Some(state) = state else {
        return Some(!matches!(
            expectation,
            ServiceExpectation::Running | ServiceExpectation::Enabled
        ));
    };
    let words: Vec<String> = state
        .split([' ', ',', '/'])
        .filter(|w| !w.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let any = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let running = any(&["running", "active"]);
    let not_running = any(&["stopped", "inactive", "dead", "failed", "exited"]);
    let barred = any(&["disabled", "masked"]);
    match expectation {
        ServiceExpectation::Absent => Some(false),
        ServiceExpectation::Running if running => Some(true),
        ServiceExpectation::Running if not_running || barred => Some(false),
        ServiceExpectation::Stopped if running => Some(false),
        ServiceExpectation::Stopped if not_running || barred => Some(true),
        ServiceExpectation::Enabled if any(&["enabled", "static"]) => Some(true),
        ServiceExpectation::Enabled if barred => Some(false),
        ServiceExpectation::Disabled if running || any(&["enabled"]) => Some(false),
        ServiceExpectation::Disabled if barred => Some(true),
        _ => None,
    }
}

/// A setting that was not read is unknown, also when others were.
pub fn config(
    expected: &BTreeMap<String, String>,
    actual: Option<&BTreeMap<String, String>>,
    unverified: &mut Vec<Unverified>,
) -> Vec<ValueDifference> {
    let mut differences = Vec::new();
    for (key, wanted) in expected {
        match actual.and_then(|settings| setting(settings, key)) {
            None => unverified.push(Unverified {
                what: key.clone(),
                why: UnverifiedWhy::NotObserved,
            }),
            Some(found) if same_value(key, wanted, found) => {}
            Some(found) => differences.push(ValueDifference {
                name: key.clone(),
                expected: wanted.clone(),
                actual: found.to_owned(),
            }),
        }
    }
    differences
}

/// Keywords of `sshd_config` have no case (sshd_config(5)), and `sshd -T` prints them in lower case.
fn setting<'a>(settings: &'a BTreeMap<String, String>, key: &str) -> Option<&'a str> {
    let exact = settings.get(key);
    let found = exact.or_else(|| {
        let folded = key
            .starts_with("sshd:")
            .then(|| settings.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)));
        folded.flatten().map(|(_, value)| value)
    });
    found.map(String::as_str)
}

/// The kernel separates the numbers of a setting by tabs, people by spaces; `sshd` says `yes` in any case.
fn same_value(key: &str, a: &str, b: &str) -> bool {
    let mut words = (a.split_whitespace(), b.split_whitespace());
    let folded = key.starts_with("sshd:");
    loop {
        match (words.0.next(), words.1.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || (folded && a.eq_ignore_ascii_case(b)) => {}
            _ => return false,
        }
    }
}
