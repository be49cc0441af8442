//! How old what is known may be. Facts are confirmed by each complete listing of their scope; without one they grow old.

use crate::time::{Duration, Timestamp};

/// What age makes of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freshness {
    Fresh,
    /// Older than an organisation wants it, and still the best that is known.
    Stale,
    /// So old that it proves nothing good any more.
    Unknown,
}

impl Freshness {
    pub const ALL: [Freshness; 3] = [Freshness::Fresh, Freshness::Stale, Freshness::Unknown];

    pub fn name(self) -> &'static str {
        match self {
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
            Freshness::Unknown => "unknown",
        }
    }
}

/// How old the last complete listing may be, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Older is stale.
    pub stale_hours: i32,
    /// Older is unknown.
    pub unknown_hours: i32,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            stale_hours: 24,
            unknown_hours: 7 * 24,
        }
    }
}

impl Budget {
    /// The last moment at which it is fresh, and the last one at which it is known.
    pub fn ends(self, completed_at: Timestamp) -> [Timestamp; 2] {
        [self.stale_hours, self.unknown_hours].map(|hours| completed_at + Duration::hours(hours.into()))
    }

    /// Of what was last listed completely then; `None` is never.
    pub fn judge(self, completed_at: Option<Timestamp>, at: Timestamp) -> Freshness {
        let Some(completed_at) = completed_at else {
            return Freshness::Unknown;
        };
        let [fresh_until, known_until] = self.ends(completed_at);
        match at {
            at if at <= fresh_until => Freshness::Fresh,
            at if at <= known_until => Freshness::Stale,
            _ => Freshness::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_is_as_old_as_its_budget_is_still_within_it() {
        let (budget, listed) = (Budget::default(), datetime!(2026-01-01 00:00 UTC));
        for (at, expected) in [
            (datetime!(2026-01-02 00:00 UTC), Freshness::Fresh),
            (datetime!(2026-01-02 00:00:01 UTC), Freshness::Stale),
            (datetime!(2026-01-08 00:00 UTC), Freshness::Stale),
            (datetime!(2026-01-08 00:00:01 UTC), Freshness::Unknown),
        ] {
            assert_eq!(budget.judge(Some(listed), at), expected, "{at}");
        }
        assert_eq!(budget.judge(None, listed), Freshness::Unknown, "never listed");
    }
}
