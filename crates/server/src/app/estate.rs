//! Counts over the estate: by dimension, and as a whole.

use qlrf_engines::drift::coverage::{Rag, RagLimits, Tally};

use crate::api::types::asset::{AssetGroup, DriftTally};
use crate::fleet::{Bound, Dimension, Fleet, Ordinal, Row};

/// Assets by the values of a dimension; the largest group first, then by value.
pub fn group(fleet: &Fleet, filter: &Bound, by: Dimension) -> Vec<AssetGroup> {
    let groups = fleet.group_by(filter, [by]);
    let mut out: Vec<AssetGroup> = groups
        .into_iter()
        .map(|([symbol], members)| {
            let rows = members.iter().filter_map(|ordinal| fleet.row(*ordinal));
            AssetGroup {
                value: fleet.symbols.word(symbol).map(ToString::to_string),
                assets: members.len() as u64,
                simulated: rows.clone().filter(|row| row.simulated).count() as u64,
                drift: view_tally(&tally(rows)),
            }
        })
        .collect();
    out.sort_by(|a, b| b.assets.cmp(&a.assets).then_with(|| a.value.cmp(&b.value)));
    out
}

/// Drift states of some assets. One without a judgement counts as unknown.
pub fn tally<'a>(rows: impl Iterator<Item = &'a Row>) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        tally.add(row.drift);
    }
    tally
}

/// The same by ordinal.
pub fn tally_of(fleet: &Fleet, members: impl Iterator<Item = Ordinal>) -> Tally {
    tally(members.filter_map(|ordinal| fleet.row(ordinal)))
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
