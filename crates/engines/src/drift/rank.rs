//! Top offenders: what to look at first.

use std::cmp::Reverse;

use qlrf_core::drift::DriftSeverity;
use qlrf_core::time::Timestamp;

use super::coverage::Tally;

/// An asset with the figures that it is ranked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offender<K> {
    pub key: K,
    pub severity: DriftSeverity,
    /// Since when its image version is behind.
    pub superseded_at: Option<Timestamp>,
    pub differences: usize,
}

/// Worst severity first, then the longest behind, then the most differences, then the key, so that two calls agree.
/// Assets without a difference are left out.
pub fn top_offenders<K: Ord>(items: impl IntoIterator<Item = Offender<K>>, count: usize) -> Vec<Offender<K>> {
    let offends = |item: &Offender<K>| item.severity > DriftSeverity::None;
    let mut items: Vec<_> = items.into_iter().filter(offends).collect();
    items.sort_by(|a, b| {
        let age = |item: &Offender<K>| (item.superseded_at.is_none(), item.superseded_at);
        let rank = |item: &Offender<K>| (Reverse(item.severity), age(item), Reverse(item.differences));
        rank(a).cmp(&rank(b)).then_with(|| a.key.cmp(&b.key))
    });
    items.truncate(count);
    items
}

/// Groups (families, sites, owners) with the most outdated assets first, then the most unknown ones, then by key.
pub fn top_groups<K: Ord>(groups: impl IntoIterator<Item = (K, Tally)>, count: usize) -> Vec<(K, Tally)> {
    let mut groups: Vec<_> = groups
        .into_iter()
        .filter(|(_, tally)| tally.outdated + tally.unknown > 0)
        .collect();
    groups.sort_by(|(a, x), (b, y)| {
        (y.outdated, y.unknown)
            .cmp(&(x.outdated, x.unknown))
            .then_with(|| a.cmp(b))
    });
    groups.truncate(count);
    groups
}
