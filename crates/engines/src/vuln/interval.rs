//! The events of a range as intervals of versions, <https://ossf.github.io/osv-schema/#evaluation>.

use std::sync::Arc;

use qlrf_core::advisory::Event;
use qlrf_core::version::{Key, Scheme, VersionError};

/// Versions from `low` (`None`: the first one) up to `high`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    pub low: Option<Bound>,
    pub high: High,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum High {
    /// No end is known: every later version is affected.
    Open,
    /// The first version that is no longer affected.
    Fixed(Bound),
    /// The last version that is.
    LastAffected(Bound),
    /// The first version that the advisory does not speak of.
    Limit(Bound),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub key: Key,
    pub text: Arc<str>,
}

impl Interval {
    pub fn contains(&self, version: &Key) -> bool {
        self.low.as_ref().is_none_or(|low| low.key <= *version)
            && match &self.high {
                High::Open => true,
                High::Fixed(bound) | High::Limit(bound) => *version < bound.key,
                High::LastAffected(bound) => *version <= bound.key,
            }
    }
}

/// Events come in any order; a version that cannot be ordered makes the whole range undecidable.
pub fn intervals(scheme: Scheme, events: &[Event]) -> Result<Vec<Interval>, VersionError> {
    let bound = |text: &Arc<str>| {
        Ok(Bound {
            key: scheme.key(text)?,
            text: text.clone(),
        })
    };
    let mut points: Vec<(Option<Bound>, Turn)> = Vec::with_capacity(events.len());
    let mut limits = Vec::new();
    let mut unlimited = false;
    for event in events {
        match event {
            Event::Introduced(text) if &**text == "0" => points.push((None, Turn::On)),
            Event::Introduced(text) => points.push((Some(bound(text)?), Turn::On)),
            Event::Fixed(text) => points.push((Some(bound(text)?), Turn::Fixed)),
            Event::LastAffected(text) => points.push((Some(bound(text)?), Turn::LastAffected)),
            Event::Limit(text) if &**text == "*" => unlimited = true,
            Event::Limit(text) => limits.push(bound(text)?),
        }
    }
    let limit = limits
        .into_iter()
        .max_by(|a, b| a.key.cmp(&b.key))
        .filter(|_| !unlimited);
    points.sort_by(|(a, x), (b, y)| {
        let key = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.key.clone());
        (key(a), x).cmp(&(key(b), y))
    });
    Ok(sweep(points)
        .into_iter()
        .filter_map(|interval| capped(interval, limit.as_ref()))
        .collect())
}

/// In the order in which they are taken at one and the same version: what begins and ends there affects nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    On,
    Fixed,
    LastAffected,
}

fn sweep(points: Vec<(Option<Bound>, Turn)>) -> Vec<Interval> {
    let mut out = Vec::new();
    let mut open: Option<Option<Bound>> = None;
    for (bound, turn) in points {
        match (turn, bound) {
            (Turn::On, bound) => open = open.or(Some(bound)),
            (Turn::Fixed, Some(bound)) => {
                out.extend(open.take().map(|low| Interval {
                    low,
                    high: High::Fixed(bound),
                }));
            }
            (Turn::LastAffected, Some(bound)) => {
                out.extend(open.take().map(|low| Interval {
                    low,
                    high: High::LastAffected(bound),
                }));
            }
            // Only "introduced" has the bound before every version.
            (Turn::Fixed | Turn::LastAffected, None) => {}
        }
    }
    out.extend(open.map(|low| Interval {
        low,
        high: High::Open,
    }));
    out
}

/// Cuts an interval off at the limit, and drops it when nothing is left of it.
fn capped(mut interval: Interval, limit: Option<&Bound>) -> Option<Interval> {
    if let Some(limit) = limit {
        let beyond = match &interval.high {
            High::Open => true,
            High::Fixed(high) | High::Limit(high) => high.key > limit.key,
            High::LastAffected(high) => high.key >= limit.key,
        };
        if beyond {
            interval.high = High::Limit(limit.clone());
        }
    }
    let low = interval.low.as_ref().map(|low| &low.key);
    let empty = match &interval.high {
        High::Open => false,
        // How Debian's feed says that no version was ever affected.
        High::Fixed(high) if low.is_none() && &*high.text == "0" => true,
        High::Fixed(high) | High::Limit(high) => low.is_some_and(|low| *low >= high.key),
        High::LastAffected(high) => low.is_some_and(|low| *low > high.key),
    };
    (!empty).then_some(interval)
}
