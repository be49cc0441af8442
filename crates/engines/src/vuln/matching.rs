//! Which advisories a package is exposed to.

use qlrf_core::package::Package;
use qlrf_core::version::Key;

use super::index::{AdvisoryHead, End, Entry, Group, Index, slice};
use super::names::{self, Channel};
use super::severity::Band;

/// An advisory that holds for a package. All texts are as the advisory publishes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'i> {
    pub advisory: &'i AdvisoryHead,
    pub matched_by: MatchedBy,
    /// `None`: since the first version.
    pub introduced: Option<&'i str>,
    pub fix: Fix<'i>,
    /// Where the fix comes from.
    pub channel: Channel,
    /// CVSS base score for this package.
    pub score: Option<f64>,
    /// Of the score, else of the publisher's word; `None` is unknown.
    pub band: Option<Band>,
    /// The distribution's word for this package.
    pub urgency: Option<&'i str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// The package's own name and version.
    Binary,
    /// The source package that it was built from, and that one's version.
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix<'i> {
    /// The first version that is no longer affected.
    Version(&'i str),
    /// Some version after this last affected one.
    After(&'i str),
    /// None is known.
    None,
}

impl Fix<'_> {
    pub fn is_available(self) -> bool {
        self != Fix::None
    }
}

/// Something that could not be decided. Never to be shown as "not affected".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'i> {
    pub code: ProblemCode,
    /// The advisory in question; `None` when it is all of those that name the package.
    pub advisory: Option<&'i str>,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemCode {
    /// The package's version has no place in the order of its ecosystem.
    PackageVersion,
    /// A version in the advisory has none.
    AdvisoryVersion,
    /// The order of this ecosystem's versions is not known here.
    UnknownScheme,
    /// The package names its distribution but not the release.
    UnknownRelease,
}

impl ProblemCode {
    pub fn name(self) -> &'static str {
        match self {
            ProblemCode::PackageVersion => "package_version_unreadable",
            ProblemCode::AdvisoryVersion => "advisory_version_unreadable",
            ProblemCode::UnknownScheme => "version_order_unknown",
            ProblemCode::UnknownRelease => "release_unknown",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matched<'i> {
    /// By advisory id, one for each advisory.
    pub matches: Vec<Match<'i>>,
    pub problems: Vec<Problem<'i>>,
}

impl Index {
    pub fn matches(&self, package: &Package) -> Matched<'_> {
        let mut out = Matched::default();
        if names::lacks_release(&package.ecosystem) {
            out.problems.push(Problem {
                code: ProblemCode::UnknownRelease,
                advisory: None,
                detail: format!("{:?} does not say which release", package.ecosystem.0),
            });
            return out;
        }
        let (shelf, _) = names::shelf(&package.ecosystem);
        for (name, version, by) in names::looked_up(package) {
            self.look_up(&shelf, &name, &Asked { package, version, by }, &mut out);
        }
        settle(&mut out);
        out
    }

    fn look_up<'i>(&'i self, shelf: &str, name: &str, asked: &Asked, out: &mut Matched<'i>) {
        for group in self.groups(shelf, name) {
            let Some(scheme) = group.scheme else {
                self.listed_by_text(group, asked, out);
                self.undecided(group, asked, out);
                continue;
            };
            match scheme.key(asked.version) {
                Ok(key) => {
                    self.affecting(group, &key, asked, out);
                    self.undecided(group, asked, out);
                }
                Err(error) => out.problems.push(Problem {
                    code: ProblemCode::PackageVersion,
                    advisory: None,
                    detail: format!("{name}: {error}"),
                }),
            }
        }
    }

    fn affecting<'i>(&'i self, group: &Group, version: &Key, asked: &Asked, out: &mut Matched<'i>) {
        let (entries, version) = (slice(&self.entries, &group.entries), version.as_bytes());
        let first = out.matches.len();
        let mut past = entries.len();
        for (at, entry) in entries.iter().enumerate() {
            let high = self.bytes(entry.high);
            let within = match entry.end {
                End::Open => true,
                End::LastAffected | End::Listed => version <= high,
                End::Fixed | End::Limit => version < high,
            };
            if !within {
                past = at;
                break;
            }
            if self.bytes(entry.low) <= version {
                out.matches.push(self.found(entry, asked));
            }
        }
        if out.matches.len() == first {
            return;
        }
        // Errata list every rebuild of a module as a fix of its own; the build that one of them names is fixed, although
        // it sorts before the fix of a later platform.
        let named = entries[past..]
            .iter()
            .take_while(|entry| self.bytes(entry.high) == version);
        for entry in named.filter(|entry| entry.end == End::Fixed) {
            let id = &self.heads[entry.advisory as usize].id;
            let mut at = 0;
            out.matches.retain(|found| {
                at += 1;
                at <= first || found.advisory.id != *id
            });
        }
    }

    fn listed_by_text<'i>(&'i self, group: &Group, asked: &Asked, out: &mut Matched<'i>) {
        let entries = slice(&self.entries, &group.entries);
        let text = asked.version.as_bytes();
        let first = entries.partition_point(|entry| self.bytes(entry.high) > text);
        let equal = entries[first..]
            .iter()
            .take_while(|entry| self.bytes(entry.high) == text);
        out.matches.extend(equal.map(|entry| self.found(entry, asked)));
    }

    fn undecided<'i>(&'i self, group: &Group, asked: &Asked, out: &mut Matched<'i>) {
        for one in slice(&self.undecided, &group.undecided) {
            let id = &*self.heads[one.advisory as usize].id;
            let (code, detail) = match self.text(one.version) {
                Some(version) => (
                    ProblemCode::AdvisoryVersion,
                    format!("{id} names the version {version:?}"),
                ),
                None => (
                    ProblemCode::UnknownScheme,
                    format!(
                        "{id} names a range of versions of {:?}",
                        asked.package.ecosystem.family()
                    ),
                ),
            };
            out.problems.push(Problem {
                code,
                advisory: Some(id),
                detail,
            });
        }
    }

    fn found(&self, entry: &Entry, asked: &Asked) -> Match<'_> {
        let advisory = &self.heads[entry.advisory as usize];
        let score = if entry.score.is_nan() {
            advisory.score.map(|score| score.value)
        } else {
            // One decimal, as CVSS defines it: 7.5 and not 7.5000001.
            Some((f64::from(entry.score) * 10.0).round() / 10.0)
        };
        let urgency = self.text(entry.urgency);
        let word = || {
            urgency
                .and_then(Band::of_rating)
                .or_else(|| Band::of_rating(advisory.rating.as_deref()?))
        };
        Match {
            advisory,
            matched_by: asked.by,
            introduced: self.text(entry.introduced),
            fix: match (entry.end, self.text(entry.end_text)) {
                (End::Fixed | End::Listed, Some(text)) => Fix::Version(text),
                (End::LastAffected, Some(text)) => Fix::After(text),
                _ => Fix::None,
            },
            channel: entry.channel,
            score,
            band: score.map(Band::of_score).or_else(word),
            urgency,
        }
    }
}

struct Asked<'a> {
    package: &'a Package,
    version: &'a str,
    by: MatchedBy,
}

/// One match an advisory: of several intervals the one that ends first, which is the nearest fix. A doubt about an
/// advisory that matches anyway is none.
fn settle(out: &mut Matched<'_>) {
    let Matched { matches, problems } = out;
    // Within an advisory they came latest end first; a fix goes before none.
    matches.reverse();
    matches.sort_by(|a, b| {
        let rank = |found: &Match| matches!(found.fix, Fix::None);
        a.advisory.id.cmp(&b.advisory.id).then(rank(a).cmp(&rank(b)))
    });
    matches.dedup_by(|later, kept| later.advisory.id == kept.advisory.id);
    problems.retain(|problem| {
        problem.advisory.is_none_or(|id| {
            matches
                .binary_search_by(|found| (*found.advisory.id).cmp(id))
                .is_err()
        })
    });
    problems.dedup();
}
