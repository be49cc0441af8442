//! What sites, environments and projects have in common on the wire.

use qlrf_core::error::Result as AppResult;
use serde::Deserialize;

use super::etag::{self, IfMatch};
use super::types::part::{Declared, Part};
use super::{List, ListFilter, Page, Result};
use crate::app::part::{Known, Spec, Word, words};
use crate::opcx::OpCx;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartFilter {
    /// In the filter language of assets.
    #[serde(default)]
    q: String,
}

impl ListFilter for PartFilter {
    const SORTS: &'static [&'static str] = &["name", "-assets"];
}

pub(super) async fn list<S: Spec>(cx: &OpCx, list: List<PartFilter>) -> Result<Page<Part<S>>> {
    let mut found = words::<S>(cx, &list.filter.q, list.moment()).await?;
    if list.sort == "-assets" {
        found.sort_by_key(|(_, assets, _)| std::cmp::Reverse(*assets));
    }
    list.page_of(found, |(word, ..)| word.clone(), part)
}

pub(super) fn part<S: Spec>((name, assets, known): Word<S>) -> Part<S> {
    Part {
        name,
        assets,
        declared: known.map(declared),
    }
}

pub(super) fn declared<S: Spec>(known: Known<S>) -> Declared<S> {
    let tag = etag::of(&known.version());
    Declared {
        id: known.id,
        etag: tag.to_str().unwrap_or_default().to_owned(),
        spec: known.spec,
        since: known.since,
        author: known.author,
    }
}

/// Fails when the caller knew another version of what is about to change.
pub(super) fn unchanged<S: Spec>(if_match: &IfMatch) -> impl FnOnce(&Known<S>) -> AppResult<()> + '_ {
    |known| if_match.check(&known.version())
}
