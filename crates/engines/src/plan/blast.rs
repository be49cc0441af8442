//! Blast radius: the targets by what they are.

use std::collections::BTreeMap;

use qlrf_core::plan::{BlastRadius, Share, Target};
use serde::Serialize;
use serde_json::Value;

pub(super) fn radius(targets: &[Target]) -> BlastRadius {
    let simulated = targets.iter().filter(|target| target.simulated).count();
    BlastRadius {
        sites: shares(targets, |target| target.site.clone()),
        environments: shares(targets, |target| target.env.clone()),
        platforms: shares(targets, |target| word(target.platform)),
        criticalities: shares(targets, |target| target.criticality.known().map(str::to_owned)),
        simulated: u32::try_from(simulated).unwrap_or(u32::MAX),
    }
}

fn shares(targets: &[Target], of: impl Fn(&Target) -> Option<String>) -> Vec<Share> {
    let mut counts = BTreeMap::<Option<String>, u32>::new();
    for target in targets {
        *counts.entry(of(target)).or_default() += 1;
    }
    let mut shares: Vec<Share> = counts
        .into_iter()
        .map(|(value, targets)| Share { value, targets })
        .collect();
    shares.sort_by(|a, b| b.targets.cmp(&a.targets).then_with(|| a.value.cmp(&b.value)));
    shares
}

fn word(value: impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Some(word),
        _ => None,
    }
}
