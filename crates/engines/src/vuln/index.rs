//! Advisories compiled for lookup: (ecosystem and release, name) → intervals of versions, latest end first.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use qlrf_core::advisory::Advisory;
use qlrf_core::time::Timestamp;
use qlrf_core::version::Scheme;

use super::builder::Builder;
use super::names::Channel;
use super::severity::Score;

/// What a finding shows of an advisory without asking the store.
#[derive(Clone, Debug, PartialEq)]
pub struct AdvisoryHead {
    pub id: Arc<str>,
    pub cves: Vec<Arc<str>>,
    pub summary: Arc<str>,
    pub modified: Timestamp,
    pub score: Option<Score>,
    /// The publisher's word.
    pub rating: Option<Arc<str>>,
}

/// All of it lies in a few flat vectors; texts and keys are stored once however often they occur.
#[derive(Default)]
pub struct Index {
    pub(super) heads: Vec<AdvisoryHead>,
    pub(super) shelves: HashMap<Box<str>, HashMap<Box<str>, Range<u32>>>,
    pub(super) groups: Vec<Group>,
    pub(super) entries: Vec<Entry>,
    pub(super) undecided: Vec<Undecided>,
    pub(super) arena: Vec<u8>,
}

/// The entries of one package name that are ordered by one scheme.
pub(super) struct Group {
    /// `None`: the ecosystem has no known order, and only listed versions match, by their text.
    pub scheme: Option<Scheme>,
    /// By end, latest first, so that what affects a version is a prefix.
    pub entries: Range<u32>,
    pub undecided: Range<u32>,
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub advisory: u32,
    pub end: End,
    pub channel: Channel,
    /// Overrides the advisory's score; NaN when it does not.
    pub score: f32,
    /// Keys (or texts, without a scheme); an empty low bound is before everything.
    pub low: Span,
    pub high: Span,
    /// As published.
    pub introduced: Span,
    /// The fixed or last affected version as published; empty when there is none.
    pub end_text: Span,
    pub urgency: Span,
}

/// In the order in which entries with the same high key are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Open,
    LastAffected,
    /// Exactly one version, from the advisory's list.
    Listed,
    Fixed,
    Limit,
}

/// An advisory that names the package but whose versions cannot be ordered.
#[derive(Clone, Copy)]
pub(super) struct Undecided {
    pub advisory: u32,
    /// The version that could not be ordered; empty when the ecosystem has no order.
    pub version: Span,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Span {
    pub start: u32,
    pub len: u32,
}

/// An index and what was left out of it.
pub struct Compiled {
    pub index: Index,
    pub withdrawn: usize,
    /// Older records of an id that came more than once.
    pub superseded: usize,
    /// Packages named without the release of their distribution: their versions mean nothing.
    pub without_release: usize,
    /// Packages of which only commits are known.
    pub commits_only: usize,
    /// Packages with a version that cannot be ordered; matching reports them as unknown.
    pub undecided: usize,
}

impl Index {
    /// Of several records with one id the one that was modified last counts, as OSV wants it.
    pub fn compile<'a>(advisories: impl IntoIterator<Item = &'a Advisory>) -> Compiled {
        let mut builder = Builder::default();
        for advisory in advisories {
            builder.add(advisory);
        }
        builder.finish()
    }

    /// The number of advisories that stand.
    pub fn advisories(&self) -> usize {
        self.heads.len()
    }

    /// The number of (package, interval) entries.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn groups(&self, shelf: &str, name: &str) -> &[Group] {
        let found = self.shelves.get(shelf).and_then(|names| names.get(name));
        found.map_or(&[], |range| slice(&self.groups, range))
    }

    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        &self.arena[span.start as usize..][..span.len as usize]
    }

    /// `None` for the empty span, which stands for "not given".
    pub(super) fn text(&self, span: Span) -> Option<&str> {
        if span.len == 0 {
            return None;
        }
        Some(std::str::from_utf8(self.bytes(span)).expect("texts were strings when they were stored"))
    }
}

pub(super) fn slice<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    &all[range.start as usize..range.end as usize]
}
