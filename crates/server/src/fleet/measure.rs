//! What is worked out of an asset at a moment instead of being carried by it, and can be filtered by all the same:
//! whatever a figure counts, a filter lists.

use qlrf_core::time::Timestamp;
use qlrf_engines::drift::{AgeBand, AgeLimits};
use roaring::RoaringBitmap;

use super::{Fleet, Row, Vulnerability};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How long a newer version of its image is out.
    Lag,
    /// Security updates that its own package manager would install.
    Updates,
    /// Known vulnerabilities.
    Findings,
}

/// How far an asset is behind the newest published version of its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It is not linked to a version whose place in its family is known.
    Unknown,
    Newest,
    /// Behind, since nobody knows when.
    Undated,
    Behind(AgeBand),
}

/// How many assets are how far behind: every asset is in one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lags {
    pub unknown: u64,
    pub newest: u64,
    pub undated: u64,
    pub fresh: u64,
    pub warning: u64,
    pub critical: u64,
}

impl Lags {
    pub fn add(&mut self, lag: Lag) {
        let place = match lag {
            Lag::Unknown => &mut self.unknown,
            Lag::Newest => &mut self.newest,
            Lag::Undated => &mut self.undated,
            Lag::Behind(AgeBand::Fresh) => &mut self.fresh,
            Lag::Behind(AgeBand::Warning) => &mut self.warning,
            Lag::Behind(AgeBand::Critical) => &mut self.critical,
        };
        *place += 1;
    }

    pub fn behind(&self) -> u64 {
        self.undated + self.fresh + self.warning + self.critical
    }
}

impl Row {
    pub fn lag(&self, at: Timestamp) -> Lag {
        match (self.versions_behind, self.superseded_at) {
            (None, _) => Lag::Unknown,
            (Some(..=0), _) => Lag::Newest,
            (Some(_), None) => Lag::Undated,
            (Some(_), Some(since)) => Lag::Behind(AgeLimits::default().band(since, at)),
        }
    }

    fn lag_word(&self, at: Timestamp) -> &'static str {
        match self.lag(at) {
            Lag::Unknown => "unknown",
            Lag::Newest => "newest",
            Lag::Undated => "undated",
            Lag::Behind(AgeBand::Fresh) => "fresh",
            Lag::Behind(AgeBand::Warning) => "warning",
            Lag::Behind(AgeBand::Critical) => "critical",
        }
    }

    fn updates_word(&self) -> &'static str {
        match self.pending_security {
            None => "unknown",
            Some(0) => "none",
            Some(_) => "due",
        }
    }
}

impl Measure {
    pub const ALL: [Measure; 3] = [Measure::Lag, Measure::Updates, Measure::Findings];

    /// As written in a filter: `lag:critical`.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Lag => "lag",
            Measure::Updates => "updates",
            Measure::Findings => "findings",
        }
    }

    pub fn parse(name: &str) -> Option<Measure> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    pub fn values(self) -> &'static [&'static str] {
        match self {
            Measure::Lag => &["newest", "fresh", "warning", "critical", "undated", "unknown"],
            Measure::Updates => &["due", "none", "unknown"],
            Measure::Findings => &["open", "exploited", "none", "unknown"],
        }
    }

    /// Live assets with this value at a moment.
    pub fn having(self, value: &str, fleet: &Fleet, at: Timestamp) -> RoaringBitmap {
        let rows = |wanted: &dyn Fn(&Row) -> bool| {
            let rows = fleet.iter().filter(|(_, row)| wanted(row));
            rows.map(|(ordinal, _)| ordinal).collect()
        };
        match self {
            Measure::Lag => rows(&|row| row.lag_word(at) == value),
            Measure::Updates => rows(&|row| row.updates_word() == value),
            Measure::Findings => findings(value, fleet),
        }
    }
}

fn findings(value: &str, fleet: &Fleet) -> RoaringBitmap {
    let known = &fleet.vulnerabilities;
    let with = |wanted: &dyn Fn(&Vulnerability) -> bool| {
        let found = known.iter().filter(|vulnerability| wanted(vulnerability));
        found.fold(RoaringBitmap::new(), |all, vulnerability| {
            all | &vulnerability.assets
        })
    };
    match value {
        "open" => with(&|_| true),
        "exploited" => with(&|vulnerability| vulnerability.kev.is_some()),
        "none" => known.judged() - with(&|_| true),
        _ => fleet.live() - known.judged(),
    }
}
