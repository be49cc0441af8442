//! What no single finding says: how far the estate is behind its images, and what is not known of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use qlrf_core::drift::DriftState;
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::AgeBand;
use roaring::RoaringBitmap;

use super::{Kind, OF_KIND_MAX, Question};
use crate::api::types::attention::AttentionItem;
use crate::fleet::{Dimension, Lag, term};

pub(super) fn kinds(question: &Question) -> [Kind; 4] {
    [
        behind(question),
        updates(question),
        in_state(
            question,
            DriftState::Unmanaged,
            "unmanaged",
            "Assets without a golden image",
            "no contract describes what they run",
        ),
        in_state(
            question,
            DriftState::Unknown,
            "drift_unknown",
            "Assets whose drift is not known",
            "they could not be compared with an image",
        ),
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
    let fleet = &question.scope.fleet;
    let mut families: BTreeMap<&str, Late> = BTreeMap::new();
    for (behind, assets) in fleet.by_behind(&question.scope.assets) {
        if behind.lag(question.at()) != Lag::Behind(AgeBand::Critical) {
            continue;
        }
        for (symbol, assets) in fleet.group_by(&assets, Dimension::Family) {
            let Some(family) = fleet.symbols.word(symbol) else {
                continue;
            };
            let late = families.entry(family).or_default();
            late.assets |= assets;
            late.versions = late.versions.max(behind.versions.unwrap_or(0));
            late.since = match (late.since, behind.since) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
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
    let (mut due, mut answered, mut updates) = (RoaringBitmap::new(), 0, 0);
    for (pending, assets) in question.scope.fleet.by_updates(&question.scope.assets) {
        let Some(pending) = pending else { continue };
        answered += assets.len();
        updates += u64::from(pending.unsigned_abs()) * assets.len();
        if pending > 0 {
            due |= assets;
        }
    }
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

/// Assets in a drift state of which nothing can be said.
fn in_state(question: &Question, state: DriftState, name: &'static str, title: &str, why: &str) -> Kind {
    let assets = question.scope.fleet.in_state(state) & &question.scope.assets;
    let filter = term("drift", state.name());
    one(question, name, "unknown", title, why.to_owned(), &assets, &filter)
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
