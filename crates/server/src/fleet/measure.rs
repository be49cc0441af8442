//! What is worked out of an asset at a moment instead of being carried by it, and can be filtered by all the same:
//! whatever a figure counts, a filter lists.

use qlrf_core::time::Timestamp;
use qlrf_engines::drift::{AgeBand, AgeLimits};
use roaring::RoaringBitmap;

use super::{Fleet, Vulnerability};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How long a newer version of its image is out.
    Lag,
    /// Security updates that its own package manager would install.
    Updates,
    /// Known vulnerabilities.
    Findings,
    /// How old the last complete listing of its scope is.
    Freshness,
    /// How the last listing of its scope ended.
    Listed,
}

/// How far an asset's version stood behind the newest of its family when it was judged: what an age is told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Behind {
    /// `None`: it is not linked to a version whose place in its family is known.
    pub versions: Option<i32>,
    /// When the first newer version came out.
    pub since: Option<Timestamp>,
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
    pub fn add(&mut self, lag: Lag, assets: u64) {
        let place = match lag {
            Lag::Unknown => &mut self.unknown,
            Lag::Newest => &mut self.newest,
            Lag::Undated => &mut self.undated,
            Lag::Behind(AgeBand::Fresh) => &mut self.fresh,
            Lag::Behind(AgeBand::Warning) => &mut self.warning,
            Lag::Behind(AgeBand::Critical) => &mut self.critical,
        };
        *place += assets;
    }

    pub fn behind(&self) -> u64 {
        self.undated + self.fresh + self.warning + self.critical
    }
}

impl Behind {
    pub const UNKNOWN: Behind = Behind {
        versions: None,
        since: None,
    };

    pub fn lag(self, at: Timestamp) -> Lag {
        match (self.versions, self.since) {
            (None, _) => Lag::Unknown,
            (Some(..=0), _) => Lag::Newest,
            (Some(_), None) => Lag::Undated,
            (Some(_), Some(since)) => Lag::Behind(AgeLimits::default().band(since, at)),
        }
    }

    /// Whole days, where it is known since when.
    pub fn days(self, at: Timestamp) -> Option<i64> {
        Some((at - self.since?).whole_days().max(0))
    }
}

impl Lag {
    fn word(self) -> &'static str {
        match self {
            Lag::Unknown => "unknown",
            Lag::Newest => "newest",
            Lag::Undated => "undated",
            Lag::Behind(AgeBand::Fresh) => "fresh",
            Lag::Behind(AgeBand::Warning) => "warning",
            Lag::Behind(AgeBand::Critical) => "critical",
        }
    }
}

fn updates_word(pending: Option<i32>) -> &'static str {
    match pending {
        None => "unknown",
        Some(0) => "none",
        Some(_) => "due",
    }
}

impl Measure {
    pub const ALL: [Measure; 5] = [
        Measure::Lag,
        Measure::Updates,
        Measure::Findings,
        Measure::Freshness,
        Measure::Listed,
    ];

    /// As written in a filter: `lag:critical`.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Lag => "lag",
            Measure::Updates => "updates",
            Measure::Findings => "findings",
            Measure::Freshness => "freshness",
            Measure::Listed => "listed",
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
            Measure::Freshness => &["fresh", "stale", "unknown"],
            Measure::Listed => &["complete", "partial", "never"],
        }
    }

    /// Live assets with this value at a moment.
    pub fn having(self, value: &str, fleet: &Fleet, at: Timestamp) -> RoaringBitmap {
        match self {
            Measure::Lag => {
                let behind = fleet.by_behind(fleet.live());
                union(behind.filter(|(behind, _)| behind.lag(at).word() == value))
            }
            Measure::Updates => {
                let updates = fleet.by_updates(fleet.live());
                union(updates.filter(|(pending, _)| updates_word(*pending) == value))
            }
            Measure::Findings => findings(value, fleet),
            Measure::Freshness => fleet.of_freshness(value),
            Measure::Listed => fleet.listed(value),
        }
    }
}

fn union<K>(groups: impl Iterator<Item = (K, RoaringBitmap)>) -> RoaringBitmap {
    groups.fold(RoaringBitmap::new(), |all, (_, some)| all | some)
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
        "none" => fleet.judged() - with(&|_| true),
        _ => fleet.live() - fleet.judged(),
    }
}
