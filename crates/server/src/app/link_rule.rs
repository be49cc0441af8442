//! Link rules: which assets belong to which image, where the platform does not say it.

use std::collections::BTreeMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_engines::link::{Link, Selector};
use qlrf_store::image::{self, LinkRule};
use qlrf_store::{asset, clock};
use uuid::Uuid;

use super::catalogue::Catalogue;
use super::drift::read_document;
use crate::opcx::OpCx;

/// More than anybody can oversee; each costs every asset a comparison.
const RULES_MAX: usize = 1_000;
const NAME_CHARS_MAX: usize = 100;
/// Globs are compared with every asset: their length is bounded.
const TEXT_CHARS_MAX: usize = 256;
const LABELS_MAX: usize = 32;
const BATCH_ASSETS: i64 = 2_000;
const EXAMPLES_MAX: usize = 5;

pub struct NewRule {
    pub name: String,
    pub selector: Selector,
    pub family: String,
    pub version: Option<String>,
    pub position: i32,
}

/// By position, then name.
pub async fn list(cx: &OpCx) -> Result<Vec<LinkRule>> {
    let mut tx = cx.tenant().await?;
    Ok(image::list_rules(&mut tx).await?)
}

pub async fn create(cx: &OpCx, new: NewRule) -> Result<LinkRule> {
    let rule = checked(new)?;
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    check_target(&mut tx, &rule).await?;
    if image::list_rules(&mut tx).await?.len() >= RULES_MAX {
        let detail = format!("there are {RULES_MAX} link rules, which is as many as there may be");
        return Err(Error::new(ErrorKind::Conflict, "too_many_link_rules", detail)
            .hint("remove one that is not needed"));
    }
    if !image::create_rule(&mut tx, &rule).await? {
        let detail = format!("there is a link rule \"{}\"", rule.name);
        return Err(Error::new(ErrorKind::Conflict, "link_rule_exists", detail)
            .hint("choose another name, or remove the rule that has it"));
    }
    clock::mark_images(&mut tx, at).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(rule)
}

pub async fn delete(cx: &OpCx, id: Uuid) -> Result<LinkRule> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let rules = image::list_rules(&mut tx).await?;
    let rule = rules.into_iter().find(|rule| rule.id == id).ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no link rule \"{id}\""),
        )
    })?;
    image::delete_rule(&mut tx, id).await?;
    clock::mark_images(&mut tx, at).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(rule)
}

#[derive(Debug, Default)]
pub struct Preview {
    pub assets: u64,
    pub fits: u64,
    /// From → to: how many, and the names of a few.
    pub changes: BTreeMap<Change, (u64, Vec<String>)>,
}

/// The image that an asset is linked to before and after; `None` is no link.
type Change = (Option<String>, Option<String>);

/// What a rule would change, over every asset there is. Nothing is saved.
pub async fn preview(cx: &OpCx, new: NewRule) -> Result<Preview> {
    let rule = checked(new)?;
    let mut tx = cx.store().snapshot(cx.org()).await?;
    check_target(&mut tx, &rule).await?;
    let selector: Selector = serde_json::from_value(rule.selector.clone()).map_err(|error| {
        Error::new(ErrorKind::Internal, "internal", "a selector was not kept").internal(error)
    })?;
    let before = Catalogue::load(&mut tx).await?;
    let after = Catalogue::load_with(&mut tx, Some(rule)).await?;
    let mut preview = Preview::default();
    let mut last = None;
    loop {
        let documents = asset::list_documents(&mut tx, last, BATCH_ASSETS).await?;
        let Some((id, _, _)) = documents.last() else {
            return Ok(preview);
        };
        last = Some(AssetId::from_uuid(*id));
        for document in documents {
            let (_, _, asset, _) = read_document(document)?;
            preview.assets += 1;
            preview.fits += u64::from(selector.fits(&asset));
            let (from, to) = (name(&before.link(&asset)), name(&after.link(&asset)));
            if from != to {
                let change = preview.changes.entry((from, to)).or_default();
                change.0 += 1;
                if change.1.len() < EXAMPLES_MAX {
                    change.1.push(asset.name);
                }
            }
        }
    }
}

fn name(link: &Link) -> Option<String> {
    match link {
        Link::Linked { target, .. } => Some(super::catalogue::target(target)),
        Link::Ambiguous { .. } => Some("ambiguous".to_owned()),
        Link::None { .. } => None,
    }
}

fn checked(new: NewRule) -> Result<LinkRule> {
    let name = new.name.trim();
    check_text("the rule's name", name, NAME_CHARS_MAX)?;
    check_text("the family", &new.family, TEXT_CHARS_MAX)?;
    if let Some(version) = &new.version {
        check_text("the version", version, TEXT_CHARS_MAX)?;
    }
    check_selector(&new.selector)?;
    Ok(LinkRule {
        id: Uuid::now_v7(),
        position: new.position,
        name: name.to_owned(),
        selector: serde_json::to_value(&new.selector).expect("a selector holds text alone"),
        family: new.family,
        version: new.version,
    })
}

fn check_selector(selector: &Selector) -> Result<()> {
    let conditions = [
        ("account", &selector.account),
        ("region", &selector.region),
        ("site", &selector.site),
        ("env", &selector.env),
        ("name", &selector.name),
    ];
    for (what, pattern) in conditions {
        if let Some(pattern) = pattern {
            check_text(what, pattern, TEXT_CHARS_MAX)?;
        }
    }
    if selector.labels.len() > LABELS_MAX {
        return Err(invalid(format!("a selector has at most {LABELS_MAX} labels")));
    }
    for (key, pattern) in &selector.labels {
        check_text("a label", key, TEXT_CHARS_MAX)?;
        check_text("a label's value", pattern, TEXT_CHARS_MAX)?;
    }
    let empty = selector.platforms.is_empty()
        && selector.labels.is_empty()
        && conditions.iter().all(|(_, pattern)| pattern.is_none());
    if empty {
        return Err(
            invalid("the selector has no condition".to_owned()).hint("write name: \"*\" to mean every asset")
        );
    }
    Ok(())
}

fn check_text(what: &str, text: &str, most: usize) -> Result<()> {
    let length = text.chars().count();
    if length == 0 || length > most || text.chars().any(char::is_control) {
        return Err(invalid(format!("{what} is 1 to {most} printable characters")));
    }
    Ok(())
}

/// A rule to nowhere would make its assets unmanaged without a word.
async fn check_target(tx: &mut qlrf_store::TenantTx, rule: &LinkRule) -> Result<()> {
    let versions = image::list_of_family(tx, &rule.family).await?;
    if versions.is_empty() {
        return Err(
            invalid(format!("the family \"{}\" is not registered", rule.family))
                .hint("register one of its versions first: `qlrf image register FILE`"),
        );
    }
    match &rule.version {
        Some(version) if !versions.iter().any(|known| known.version == *version) => Err(invalid(format!(
            "\"{}\" has no registered version \"{version}\"",
            rule.family
        ))
        .hint("leave the version out to link to the family")),
        _ => Ok(()),
    }
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_link_rule", detail)
}
