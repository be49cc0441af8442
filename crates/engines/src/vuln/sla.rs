//! The time in which a finding must be gone.

use qlrf_core::image;
use qlrf_core::time::{Duration, Timestamp};

use super::severity::Band;

/// How long a finding of each band may stay open. The default is the product's; an organisation sets others, and an image contract others again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sla {
    pub critical: Duration,
    pub high: Duration,
    pub medium: Duration,
    pub low: Duration,
}

impl Default for Sla {
    fn default() -> Self {
        Self {
            critical: Duration::hours(24),
            high: Duration::days(7),
            medium: Duration::days(30),
            low: Duration::days(90),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub due: Timestamp,
    /// Negative once it is late.
    pub left: Duration,
    pub state: State,
    /// The severity is not known, and the clock of *high* runs: an unknown finding is not a harmless one.
    pub assumed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    /// The last quarter of the time.
    DueSoon,
    Breached,
}

impl Sla {
    /// What a contract states replaces what the organisation says.
    pub fn overridden(self, contract: &image::Sla) -> Sla {
        let days = |stated: Option<u32>, own| stated.map_or(own, |days| Duration::days(days.into()));
        let critical = contract.critical_hours;
        Sla {
            critical: critical.map_or(self.critical, |hours| Duration::hours(hours.into())),
            high: days(contract.high_days, self.high),
            medium: days(contract.medium_days, self.medium),
            low: days(contract.low_days, self.low),
        }
    }

    /// Where both hold, the first that ends.
    pub fn shortest(self, other: Sla) -> Sla {
        Sla {
            critical: self.critical.min(other.critical),
            high: self.high.min(other.high),
            medium: self.medium.min(other.medium),
            low: self.low.min(other.low),
        }
    }

    /// `None` for [`Band::None`], which owes nothing.
    pub fn clock(&self, band: Option<Band>, since: Timestamp, now: Timestamp) -> Option<Clock> {
        let allowed = match band {
            Some(Band::None) => return None,
            Some(Band::Low) => self.low,
            Some(Band::Medium) => self.medium,
            Some(Band::High) | None => self.high,
            Some(Band::Critical) => self.critical,
        };
        let due = since.checked_add(allowed)?;
        let left = due - now;
        let state = match left {
            left if left <= Duration::ZERO => State::Breached,
            left if left <= allowed / 4 => State::DueSoon,
            _ => State::Running,
        };
        Some(Clock {
            due,
            left,
            state,
            assumed: band.is_none(),
        })
    }
}
