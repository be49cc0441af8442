//! What no single finding says: how far the estate is behind its images, and what is not known of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use qlrf_core::drift::DriftState;
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::AgeBand;
use roaring::RoaringBitmap;

use super::{Kind, OF_KIND_MAX, Question};
use crate::api::types::attention::AttentionItem;
use crate::fleet::{Dimension, Lag, Row, term};

pub(super) fn kinds(question: &Question) -> [Kind; 4] {
    [
        behind(question),
        updates(question),
        unmanaged(question),
        unknown(question),
    ]
}

/// Assets of one family whose version is behind for too long.
#[derive(Default)]
struct Late {
    assets: RoaringBitmap,
    since: Option<Timestamp>,
    versions: i32,
}

fn behind(question: &Question) -> Kind {
    let at = question.at();
    let mut families: BTreeMap<&str, Late> = BTreeMap::new();
    for (ordinal, row) in rows(question).filter(|(_, row)| row.lag(at) == Lag::Behind(AgeBand::Critical)) {
        let Some(family) = question.scope.fleet.word(row, Dimension::Family) else {
            continue;
        };
        let late = families.entry(family).or_default();
        late.assets.insert(ordinal);
        late.versions = late.versions.max(row.versions_behind.unwrap_or(0));
        late.since = match (late.since, row.superseded_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    let mut families: Vec<(&str, Late)> = families.into_iter().collect();
    families.sort_by_key(|(_, late)| Reverse(late.assets.len()));
    let item = |(family, late): &(&str, Late)| {
        let own = format!("{} lag:critical", term("family", family));
        let versions = if late.versions == 1 { "version" } else { "versions" };
        AttentionItem {
            title: (*family).to_owned(),
            why: format!("behind for more than 30 d, at most {} {versions}", late.versions),
            since: late.since,
            resource: "drift".to_owned(),
            ..question.about("image_behind", "critical", &late.assets, own)
        }
    };
    Kind {
        name: "image_behind",
        total: Some(families.len() as u64),
        items: families.iter().take(OF_KIND_MAX).map(item).collect(),
    }
}

fn updates(question: &Question) -> Kind {
    let due = picked(question, |row| {
        row.pending_security.is_some_and(|pending| pending > 0)
    });
    let answered = picked(question, |row| row.pending_security.is_some()).len();
    let pending = rows(question).filter_map(|(_, row)| row.pending_security);
    let updates: u64 = pending.map(|pending| u64::from(pending.unsigned_abs())).sum();
    let why = format!(
        "{updates} updates on {} of {answered} assets whose package manager answered",
        due.len()
    );
    one(
        question,
        "updates_due",
        "warning",
        "Security updates are due",
        why,
        &due,
        "updates:due",
    )
}

fn unmanaged(question: &Question) -> Kind {
    let assets = picked(question, |row| row.drift == DriftState::Unmanaged);
    let why = "no contract describes what they run".to_owned();
    let title = "Assets without a golden image";
    one(
        question,
        "unmanaged",
        "unknown",
        title,
        why,
        &assets,
        "drift:unmanaged",
    )
}

fn unknown(question: &Question) -> Kind {
    let assets = picked(question, |row| row.drift == DriftState::Unknown);
    let why = "they could not be compared with an image".to_owned();
    let title = "Assets whose drift is not known";
    one(
        question,
        "drift_unknown",
        "unknown",
        title,
        why,
        &assets,
        "drift:unknown",
    )
}

/// A kind of one item, which is there when it is about any asset.
fn one(
    question: &Question,
    name: &'static str,
    level: &str,
    title: &str,
    why: String,
    assets: &RoaringBitmap,
    filter: &str,
) -> Kind {
    let item = AttentionItem {
        title: title.to_owned(),
        why,
        resource: "assets".to_owned(),
        ..question.about(name, level, assets, filter.to_owned())
    };
    let is_there = !assets.is_empty();
    Kind {
        name,
        items: Vec::from_iter(is_there.then_some(item)),
        total: Some(u64::from(is_there)),
    }
}

fn rows<'a>(question: &'a Question) -> impl Iterator<Item = (u32, &'a Row)> {
    let scope = &question.scope;
    let row = |ordinal| Some((ordinal, scope.fleet.row(ordinal)?));
    scope.assets.iter().filter_map(row)
}

fn picked(question: &Question, wanted: impl Fn(&Row) -> bool) -> RoaringBitmap {
    let found = rows(question).filter(|(_, row)| wanted(row));
    found.map(|(ordinal, _)| ordinal).collect()
}
