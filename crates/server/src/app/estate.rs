//! Counts over the estate: by dimension, and as a whole.

use qlrf_core::time::Timestamp;
use qlrf_engines::drift::coverage::{Rag, RagLimits, Tally};
use roaring::RoaringBitmap;

use crate::api::types::asset::{AssetGroup, DriftTally};
use crate::fleet::{Dimension, Fleet, Measure};

/// Some assets by the values of a dimension; the largest group first, then by value.
pub fn group(fleet: &Fleet, assets: &RoaringBitmap, by: Dimension) -> Vec<AssetGroup> {
    let simulated = fleet.simulated();
    let groups = fleet.group_by(assets, by);
    let mut out: Vec<AssetGroup> = groups
        .map(|(symbol, members)| AssetGroup {
            value: fleet.symbols.word(symbol).map(ToString::to_string),
            assets: members.len(),
            simulated: members.intersection_len(&simulated),
            drift: view_tally(&fleet.tally(&members)),
        })
        .collect();
    out.sort_by(|a, b| b.assets.cmp(&a.assets).then_with(|| a.value.cmp(&b.value)));
    out
}

/// Some assets by what is worked out of them at a moment; values that none has are left out.
pub fn group_measured(
    fleet: &Fleet,
    assets: &RoaringBitmap,
    measure: Measure,
    at: Timestamp,
) -> Vec<AssetGroup> {
    let simulated = fleet.simulated();
    let group = |value: &&'static str| {
        let members = measure.having(value, fleet, at) & assets;
        AssetGroup {
            value: (*value != "unknown").then(|| (*value).to_owned()),
            assets: members.len(),
            simulated: members.intersection_len(&simulated),
            drift: view_tally(&fleet.tally(&members)),
        }
    };
    let groups = measure.values().iter().map(group);
    let mut out: Vec<AssetGroup> = groups.filter(|group| group.assets > 0).collect();
    out.sort_by(|a, b| b.assets.cmp(&a.assets).then_with(|| a.value.cmp(&b.value)));
    out
}

/// Assets by the values of a dimension, the largest first.
pub fn count_by(fleet: &Fleet, assets: &RoaringBitmap, by: Dimension) -> Vec<(Option<String>, u64)> {
    let word = |symbol| fleet.symbols.word(symbol).map(ToString::to_string);
    let counts = fleet.count_by(assets, by);
    let mut counts: Vec<_> = counts.map(|(symbol, count)| (word(symbol), count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

pub fn view_tally(tally: &Tally) -> DriftTally {
    let rag = match RagLimits::default().judge(tally) {
        Rag::Healthy => "healthy",
        Rag::Warning => "warning",
        Rag::Critical => "critical",
        Rag::Unknown => "unknown",
    };
    DriftTally {
        current: tally.current,
        outdated: tally.outdated,
        ahead: tally.ahead,
        unmanaged: tally.unmanaged,
        unknown: tally.unknown,
        total: tally.total(),
        coverage_percent: tally.coverage_percent(),
        rag: rag.to_owned(),
    }
}
