//! Machines that may be counted twice, or taken for one another: what they say of themselves contradicts itself.

use qlrf_core::error::Result;
use qlrf_store::identity;

use super::{Kind, OF_KIND_MAX};
use crate::api::types::asset::because;
use crate::api::types::attention::AttentionItem;
use crate::app::machine::{self, Contradiction};
use crate::opcx::OpCx;

const NAMES_MAX: usize = 3;

pub(super) async fn conflicts(cx: &OpCx) -> Result<Kind> {
    let total = identity::count_conflicts(&mut cx.tenant().await?).await?;
    let newest = match total {
        0 => Vec::new(),
        _ => machine::conflicts(cx, None, OF_KIND_MAX as i64).await?,
    };
    Ok(Kind {
        name: "identity_conflict",
        items: newest.iter().map(item).collect(),
        total: Some(total),
    })
}

fn item(found: &Contradiction) -> AttentionItem {
    let (kind, value) = &found.conflict.claim;
    let more = if found.more { "more than " } else { "" };
    AttentionItem {
        kind: "identity_conflict".to_owned(),
        level: "warning".to_owned(),
        title: format!("{} {value}", qlrf_store::asset::word(*kind).replace('_', " ")),
        about: names(found),
        why: format!(
            "claimed by {more}{} assets, and joins none: {}",
            found.claimants.len(),
            because(&found.conflict.reason)
        ),
        since: Some(found.conflict.since),
        resource: "identity-conflicts".to_owned(),
        ..AttentionItem::default()
    }
}

fn names(found: &Contradiction) -> Option<String> {
    let names = found
        .claimants
        .iter()
        .take(NAMES_MAX)
        .map(|claimant| &claimant.name[..]);
    Some(names.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
}
