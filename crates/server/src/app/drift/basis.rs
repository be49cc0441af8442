//! What judgements rest on, and which assets a difference of it concerns.

use std::collections::{BTreeMap, HashMap, HashSet};

use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::time::Timestamp;
use qlrf_engines::link::{Linker, Selector};
use qlrf_store::asset::word;
use qlrf_store::image::{self, Coordinate, LinkRule, Summary};
use qlrf_store::judged::{Basis, Concern, Condition, Family, Rule};
use qlrf_store::{Error, Result, TenantTx, judged};
use serde_json::Value;
use uuid::Uuid;

/// Names the rules of judging: another name, and every asset is judged again when images change next.
const JUDGING: &str = "judging/1";

/// The images and link rules as they are.
pub struct Current {
    pub basis: Basis,
    names: HashMap<Uuid, String>,
    rules: Vec<LinkRule>,
}

impl Current {
    pub async fn load(tx: &mut TenantTx) -> Result<Current> {
        let mut coordinates: HashMap<Uuid, Vec<Coordinate>> = HashMap::new();
        for row in image::list_coordinates(tx).await? {
            coordinates.entry(row.image_id).or_default().push(row);
        }
        let mut families: BTreeMap<Uuid, Vec<Summary>> = BTreeMap::new();
        for summary in image::list_summaries(tx).await? {
            families.entry(summary.family_id).or_default().push(summary);
        }
        let rules = image::list_rules(tx).await?;
        let mut current = Current {
            basis: Basis::default(),
            names: HashMap::new(),
            rules,
        };
        for (id, mut images) in families {
            images.sort_by_key(|image| image.id);
            current.names.insert(id, images[0].family.clone());
            let family = Family {
                digest: family_digest(&images, &coordinates),
                images: images.iter().map(|image| image.id).collect(),
            };
            current.basis.families.insert(id, family);
        }
        for rule in &current.rules {
            let (digest, selector) = (rule_digest(rule), rule.selector.clone());
            current.basis.rules.insert(rule.id, Rule { digest, selector });
        }
        Ok(current)
    }

    /// Which assets may be judged otherwise now than they were by `before`. `linker` is that of these images.
    pub async fn concern(&self, tx: &mut TenantTx, before: &Basis, linker: &Linker) -> Result<Concern> {
        let (before_families, now) = (&before.families, &self.basis.families);
        let touched = differing(before_families, now, |a, b| a.digest == b.digest);
        let names: HashSet<&str> = touched
            .iter()
            .filter_map(|id| Some(&self.names.get(id)?[..]))
            .collect();
        let lost = |(id, family): (&Uuid, &Family)| {
            let still = now.get(id).map_or(&[][..], |family| &family.images);
            family.images.iter().any(|image| !still.contains(image))
        };
        let mut references = Vec::new();
        if !names.is_empty() {
            references = judged::list_references(tx).await?;
            references.retain(|reference| {
                let families = linker.families_of(reference);
                families.iter().any(|family| names.contains(&family[..]))
            });
        }
        let changed_rules = differing(&before.rules, &self.basis.rules, |a, b| a.digest == b.digest);
        let gone_or_as_it_was = changed_rules
            .iter()
            .filter_map(|id| Some(&before.rules.get(id)?.selector));
        let is_concerned =
            |rule: &&LinkRule| changed_rules.contains(&rule.id) || names.contains(&rule.family[..]);
        let as_it_is = self.rules.iter().filter(is_concerned).map(|rule| &rule.selector);
        Ok(Concern {
            // A version that is gone may have made a link ambiguous; nothing tells any more for which assets.
            unlinked: before_families.iter().any(lost),
            labels: names.iter().map(ToString::to_string).collect(),
            conditions: gone_or_as_it_was
                .chain(as_it_is)
                .map(condition)
                .collect::<Result<_>>()?,
            references,
            since: None,
            families: touched.into_iter().collect(),
        })
    }
}

/// What is only on one side, or not the same on both.
fn differing<T>(a: &HashMap<Uuid, T>, b: &HashMap<Uuid, T>, same: fn(&T, &T) -> bool) -> HashSet<Uuid> {
    let ids: HashSet<&Uuid> = a.keys().chain(b.keys()).collect();
    let differs = |id: &&&Uuid| !matches!((a.get(**id), b.get(**id)), (Some(a), Some(b)) if same(a, b));
    ids.iter().filter(differs).map(|id| **id).collect()
}

/// Over everything that linking and judging read of a family.
fn family_digest(images: &[Summary], coordinates: &HashMap<Uuid, Vec<Coordinate>>) -> Digest {
    let mut hasher = Hasher::new(JUDGING);
    let number = |at: Option<Timestamp>| {
        at.map_or(i128::MIN, Timestamp::unix_timestamp_nanos)
            .to_le_bytes()
    };
    for image in images {
        hasher.field(image.id.as_bytes());
        hasher.field(image.family.as_bytes());
        hasher.field(image.version.as_bytes());
        hasher.field(image.status.as_bytes());
        hasher.field(&image.contract_digest);
        hasher.field(&image.package_set_id.unwrap_or(-1).to_le_bytes());
        for at in [
            image.published_at,
            image.deprecated_at,
            image.retired_at,
            image.revoked_at,
        ] {
            hasher.field(&number(at));
        }
        for coordinate in coordinates.get(&image.id).into_iter().flatten() {
            hasher.field(coordinate.platform.as_bytes());
            hasher.field(coordinate.region.as_bytes());
            hasher.field(coordinate.reference.as_bytes());
        }
    }
    hasher.finish()
}

fn rule_digest(rule: &LinkRule) -> Digest {
    let mut hasher = Hasher::new(JUDGING);
    hasher.field(rule.name.as_bytes());
    hasher.field(rule.selector.to_string().as_bytes());
    hasher.field(rule.family.as_bytes());
    hasher.field(rule.version.as_deref().unwrap_or_default().as_bytes());
    hasher.finish()
}

fn condition(selector: &Value) -> Result<Condition> {
    let corrupt = |error| Error::Corrupt(format!("the selector of a link rule: {error}"));
    let selector: Selector = serde_json::from_value(selector.clone()).map_err(corrupt)?;
    let like = |glob: Option<String>| glob.as_deref().map(like_pattern);
    Ok(Condition {
        platforms: selector.platforms.into_iter().map(word).collect(),
        account: like(selector.account),
        region: like(selector.region),
        site: like(selector.site),
        env: like(selector.env),
        name: like(selector.name),
        labels: selector
            .labels
            .into_iter()
            .map(|(key, glob)| (key, like_pattern(&glob)))
            .collect(),
    })
}

/// The pattern of SQL's `LIKE` that means the same as a glob.
fn like_pattern(glob: &str) -> String {
    let mut pattern = String::with_capacity(glob.len());
    for c in glob.chars() {
        match c {
            '*' => pattern.push('%'),
            '?' => pattern.push('_'),
            '%' | '_' | '\\' => pattern.extend(['\\', c]),
            other => pattern.push(other),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::like_pattern;

    #[test]
    fn only_stars_and_question_marks_stand_for_anything() {
        assert_eq!(like_pattern("web-*?"), "web-%_");
        assert_eq!(like_pattern(r"50%_\*"), r"50\%\_\\%");
    }
}
