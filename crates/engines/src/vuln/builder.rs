//! Turns advisories into an [`Index`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use qlrf_core::advisory::{Advisory, Affected, RangeKind};
use qlrf_core::time::Timestamp;
use qlrf_core::version::{Key, Scheme};

use super::index::{AdvisoryHead, Compiled, End, Entry, Group, Index, Span, Undecided};
use super::interval::{High, Interval, intervals};
use super::names::{self, Channel};
use super::severity;

/// Takes advisories one at a time, so that the caller need not hold them all.
#[derive(Default)]
pub struct Builder {
    heads: Vec<AdvisoryHead>,
    /// Which head stands for an id; `None` when the last word on it was a withdrawal.
    newest: HashMap<Arc<str>, (Timestamp, Option<u32>)>,
    pending: BTreeMap<(Box<str>, Box<str>), Pendings>,
    arena: Vec<u8>,
    interned: HashMap<Box<[u8]>, Span>,
    withdrawn: usize,
    superseded: usize,
    without_release: usize,
    commits_only: usize,
    undecided: usize,
}

type Pendings = BTreeMap<Option<Scheme>, Pending>;

#[derive(Default)]
struct Pending {
    entries: Vec<Entry>,
    undecided: Vec<Undecided>,
}

impl Builder {
    pub fn add(&mut self, advisory: &Advisory) {
        if let Some((modified, _)) = self.newest.get(&advisory.id) {
            self.superseded += 1;
            if *modified >= advisory.modified {
                return;
            }
        }
        if advisory.withdrawn.is_some() {
            self.withdrawn += 1;
            self.newest.insert(advisory.id.clone(), (advisory.modified, None));
            return;
        }
        let ordinal =
            u32::try_from(self.heads.len()).expect("four thousand million advisories do not fit in memory");
        self.newest
            .insert(advisory.id.clone(), (advisory.modified, Some(ordinal)));
        self.heads.push(AdvisoryHead {
            id: advisory.id.clone(),
            cves: advisory.cves(),
            summary: advisory.summary.clone(),
            modified: advisory.modified,
            score: severity::score(&advisory.severity),
            rating: advisory.rating.clone(),
        });
        for affected in &advisory.affected {
            self.add_affected(ordinal, affected);
        }
    }

    pub fn finish(mut self) -> Compiled {
        let mut index = Index {
            arena: std::mem::take(&mut self.arena),
            ..Index::default()
        };
        self.interned = HashMap::new();
        let place = self.standing(&mut index);
        for ((shelf, name), groups) in std::mem::take(&mut self.pending) {
            let first = count(&index.groups);
            for (scheme, pending) in groups {
                index.push_group(scheme, pending, &place);
            }
            let range = first..count(&index.groups);
            if !range.is_empty() {
                index.shelves.entry(shelf).or_default().insert(name, range);
            }
        }
        Compiled {
            index,
            withdrawn: self.withdrawn,
            superseded: self.superseded,
            without_release: self.without_release,
            commits_only: self.commits_only,
            undecided: self.undecided,
        }
    }

    /// Moves the heads that stand into the index; returns the new place of each, `None` for those that do not stand.
    fn standing(&mut self, index: &mut Index) -> Vec<Option<u32>> {
        let heads = std::mem::take(&mut self.heads);
        let newest = &self.newest;
        let mut place = Vec::with_capacity(heads.len());
        for (ordinal, head) in heads.into_iter().enumerate() {
            let stands = newest[&head.id]
                .1
                .is_some_and(|newest| newest as usize == ordinal);
            place.push(stands.then(|| count(&index.heads)));
            if stands {
                index.heads.push(head);
            }
        }
        place
    }

    fn add_affected(&mut self, advisory: u32, affected: &Affected) {
        if names::lacks_release(&affected.ecosystem) {
            self.without_release += 1;
            return;
        }
        let (shelf, channel) = names::shelf(&affected.ecosystem);
        let own = Scheme::of(&affected.ecosystem);
        let template = Entry {
            advisory,
            end: End::Open,
            channel,
            score: severity::score(&affected.severity).map_or(f32::NAN, |score| score.value as f32),
            low: Span::default(),
            high: Span::default(),
            introduced: Span::default(),
            end_text: Span::default(),
            urgency: self.intern(affected.urgency.as_deref().unwrap_or_default().as_bytes()),
        };
        let mut groups: Pendings = BTreeMap::new();
        let mut ordered: Vec<Interval> = Vec::new();
        let mut ranges = 0;
        for range in affected
            .ranges
            .iter()
            .filter(|range| range.kind != RangeKind::Git)
        {
            ranges += 1;
            // A range that says SEMVER is ordered by it whatever the ecosystem.
            let scheme = if range.kind == RangeKind::Semver {
                Some(Scheme::Semver)
            } else {
                own
            };
            let group = groups.entry(scheme).or_default();
            match scheme.map(|scheme| intervals(scheme, &range.events)) {
                Some(Ok(found)) => {
                    group
                        .entries
                        .extend(found.iter().map(|interval| self.entry(&template, interval)));
                    ordered.extend(found);
                }
                Some(Err(error)) => {
                    let version = self.intern(error.text.as_bytes());
                    group.undecided.push(Undecided { advisory, version });
                }
                None => group.undecided.push(Undecided {
                    advisory,
                    version: Span::default(),
                }),
            }
        }
        if ranges == 0 && affected.versions.is_empty() {
            self.commits_only += 1;
        }
        let listed_by = own.or_else(|| groups.keys().next().copied().flatten());
        self.add_listed(affected, &template, listed_by, &ordered, &mut groups);
        self.undecided += usize::from(groups.values().any(|group| !group.undecided.is_empty()));
        let name = names::normalise(&affected.ecosystem, &affected.package);
        let known = self.pending.entry((shelf.into(), name.into())).or_default();
        for (scheme, group) in groups {
            let pending = known.entry(scheme).or_default();
            pending.entries.extend(group.entries);
            pending.undecided.extend(group.undecided);
        }
    }

    /// Listed versions that no interval covers already.
    fn add_listed(
        &mut self,
        affected: &Affected,
        template: &Entry,
        scheme: Option<Scheme>,
        ordered: &[Interval],
        groups: &mut Pendings,
    ) {
        for text in &affected.versions {
            let key = scheme.map(|scheme| scheme.key(text));
            let group = match &key {
                Some(Ok(key)) if ordered.iter().any(|interval| interval.contains(key)) => continue,
                Some(Ok(_)) => groups.entry(scheme).or_default(),
                // A version without a place in the order can still be recognised by its text.
                Some(Err(_)) | None => groups.entry(None).or_default(),
            };
            let (bytes, fix) = match &key {
                Some(Ok(key)) => (key.as_bytes(), next_fix(ordered, key)),
                _ => (text.as_bytes(), None),
            };
            let at = self.intern(bytes);
            group.entries.push(Entry {
                end: End::Listed,
                low: at,
                high: at,
                introduced: self.intern(text.as_bytes()),
                end_text: self.intern(fix.unwrap_or_default().as_bytes()),
                ..*template
            });
        }
    }

    fn entry(&mut self, template: &Entry, interval: &Interval) -> Entry {
        let mut entry = *template;
        if let Some(low) = &interval.low {
            entry.low = self.intern(low.key.as_bytes());
            entry.introduced = self.intern(low.text.as_bytes());
        }
        let (end, bound) = match &interval.high {
            High::Open => (End::Open, None),
            High::Fixed(bound) => (End::Fixed, Some(bound)),
            High::LastAffected(bound) => (End::LastAffected, Some(bound)),
            High::Limit(bound) => (End::Limit, Some(bound)),
        };
        entry.end = end;
        if let Some(bound) = bound {
            entry.high = self.intern(bound.key.as_bytes());
            entry.end_text = self.intern(bound.text.as_bytes());
        }
        entry
    }

    fn intern(&mut self, bytes: &[u8]) -> Span {
        if bytes.is_empty() {
            return Span::default();
        }
        if let Some(span) = self.interned.get(bytes) {
            return *span;
        }
        let start =
            u32::try_from(self.arena.len()).expect("distinct versions of all feeds are far below 4 GiB");
        let span = Span {
            start,
            len: u32::try_from(bytes.len()).expect("a version has at most 1024 bytes"),
        };
        self.arena.extend_from_slice(bytes);
        self.interned.insert(bytes.into(), span);
        span
    }
}

impl Index {
    fn push_group(&mut self, scheme: Option<Scheme>, mut pending: Pending, place: &[Option<u32>]) {
        pending
            .entries
            .retain_mut(|entry| match place[entry.advisory as usize] {
                Some(ordinal) => {
                    entry.advisory = ordinal;
                    true
                }
                None => false,
            });
        pending
            .undecided
            .retain_mut(|one| match place[one.advisory as usize] {
                Some(ordinal) => {
                    one.advisory = ordinal;
                    true
                }
                None => false,
            });
        // What an advisory says of the open archive goes before what it says of a subscription.
        let open: HashSet<u32> = pending
            .entries
            .iter()
            .filter(|e| e.channel == Channel::Main)
            .map(|e| e.advisory)
            .collect();
        pending
            .entries
            .retain(|e| e.channel == Channel::Main || !open.contains(&e.advisory));
        pending.entries.sort_by(|a, b| {
            let is_bounded = |entry: &Entry| entry.end != End::Open;
            (is_bounded(a).cmp(&is_bounded(b)))
                .then_with(|| self.bytes(b.high).cmp(self.bytes(a.high)))
                .then_with(|| a.end.cmp(&b.end))
                .then_with(|| a.advisory.cmp(&b.advisory))
        });
        if pending.entries.is_empty() && pending.undecided.is_empty() {
            return;
        }
        let (first, unsure) = (count(&self.entries), count(&self.undecided));
        self.entries.extend(pending.entries);
        self.undecided.extend(pending.undecided);
        self.groups.push(Group {
            scheme,
            entries: first..count(&self.entries),
            undecided: unsure..count(&self.undecided),
        });
    }
}

/// The first fix after a version that is affected without lying in an interval.
fn next_fix<'a>(ordered: &'a [Interval], version: &Key) -> Option<&'a str> {
    let fixes = ordered.iter().filter_map(|interval| match &interval.high {
        High::Fixed(bound) if bound.key > *version => Some(bound),
        _ => None,
    });
    fixes.min_by(|a, b| a.key.cmp(&b.key)).map(|bound| &*bound.text)
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("four thousand million entries do not fit in memory")
}
