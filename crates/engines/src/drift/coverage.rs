//! How much of an estate runs what it should, with its denominator.

use std::collections::BTreeMap;

use qlrf_core::drift::DriftState;

/// Assets by state. Covered are the *current* ones alone; every asset is in the denominator, so that what is unknown or
/// unmanaged never makes the figure better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub current: u64,
    pub outdated: u64,
    pub ahead: u64,
    pub unmanaged: u64,
    pub unknown: u64,
}

impl Tally {
    pub fn add(&mut self, state: DriftState) {
        self.add_many(state, 1);
    }

    pub fn add_many(&mut self, state: DriftState, count: u64) {
        let slot = match state {
            DriftState::Current => &mut self.current,
            DriftState::Outdated => &mut self.outdated,
            DriftState::Ahead => &mut self.ahead,
            DriftState::Unmanaged => &mut self.unmanaged,
            DriftState::Unknown => &mut self.unknown,
        };
        *slot += count;
    }

    pub fn merge(&mut self, other: &Tally) {
        for state in DriftState::ALL {
            self.add_many(*state, other.of(*state));
        }
    }

    pub fn of(&self, state: DriftState) -> u64 {
        match state {
            DriftState::Current => self.current,
            DriftState::Outdated => self.outdated,
            DriftState::Ahead => self.ahead,
            DriftState::Unmanaged => self.unmanaged,
            DriftState::Unknown => self.unknown,
        }
    }

    pub fn total(&self) -> u64 {
        DriftState::ALL.iter().map(|state| self.of(*state)).sum()
    }

    /// Covered of all, in percent from 0 to 100. None when there is nothing: no assets is not good and not bad.
    pub fn coverage_percent(&self) -> Option<f64> {
        let total = self.total();
        (total > 0).then(|| self.current as f64 * 100.0 / total as f64)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rag {
    Healthy,
    Warning,
    Critical,
    /// Nothing to measure.
    Unknown,
}

/// From which coverage on a figure is healthy or only a warning, in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RagLimits {
    pub healthy_percent: f64,
    pub warning_percent: f64,
}

impl Default for RagLimits {
    fn default() -> Self {
        Self {
            healthy_percent: 90.0,
            warning_percent: 70.0,
        }
    }
}

impl RagLimits {
    pub fn judge(&self, tally: &Tally) -> Rag {
        match tally.coverage_percent() {
            None => Rag::Unknown,
            Some(percent) if percent >= self.healthy_percent => Rag::Healthy,
            Some(percent) if percent >= self.warning_percent => Rag::Warning,
            Some(_) => Rag::Critical,
        }
    }
}

/// Rows × columns of a heat map. A cell without assets is not there: it is drawn as empty, not as zero percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatMap<R, C> {
    pub rows: Vec<(R, Tally)>,
    pub columns: Vec<(C, Tally)>,
    pub cells: BTreeMap<(R, C), Tally>,
}

impl<R: Ord + Clone, C: Ord + Clone> HeatMap<R, C> {
    pub fn of(cells: impl IntoIterator<Item = ((R, C), Tally)>) -> HeatMap<R, C> {
        let cells: BTreeMap<(R, C), Tally> = cells.into_iter().collect();
        let (mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new());
        for ((row, column), tally) in &cells {
            rows.entry(row.clone())
                .or_insert_with(Tally::default)
                .merge(tally);
            columns
                .entry(column.clone())
                .or_insert_with(Tally::default)
                .merge(tally);
        }
        HeatMap {
            rows: rows.into_iter().collect(),
            columns: columns.into_iter().collect(),
            cells,
        }
    }
}
