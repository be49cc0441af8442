//! Where an asset belongs and who answers for it, from what its connector says of it.
//!
//! Rules are looked at in their order; for each field the first rule that fits the asset and has a value for it decides.
//! A field that no rule decides stays as the connector said. The answer names the rule behind each field.
//!
//! Rules see what the *connector* said and never what a rule made of it, so the order of rules is the only thing that
//! one rule can know of another, and the same rules give the same answer however often they are applied.

mod compile;
mod document;
mod example;
mod pattern;
mod shape;
mod template;

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, FAMILY_LABEL, Platform};
use qlrf_core::mapping::{Field, Mapped};
use qlrf_core::resource::Resource;
use serde::{Deserialize, Serialize};

use self::compile::Compiled;
pub use self::document::{Parsed, json_schema, parse};
pub use self::example::{Difference, Example, Given};
pub use self::pattern::Pattern;

/// Each costs every asset a comparison, and a regular expression some memory in every collector.
pub const RULES_MAX: usize = 200;
pub const EXAMPLES_MAX: usize = 500;
/// What a rule sets; longer values are not taken, for a part of a name is another name.
pub const VALUE_CHARS_MAX: usize = 256;

/// Rules with the examples that prove them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub examples: Vec<Example>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Shown as the proof of what it sets.
    pub name: String,
    /// All that are given must hold; none at all holds for every asset.
    #[serde(default)]
    pub when: Conditions,
    /// Text with `${…}` in it: a group of the rule's regular expression, `${label:KEY}`, or a fact by its name.
    pub set: BTreeMap<Field, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<AssetKind>,
    /// One for each fact of text.
    #[serde(flatten)]
    pub texts: BTreeMap<Fact, Pattern>,
    /// By key; an asset without the label does not fit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Pattern>,
}

/// A text that a connector says of an asset. Those that rules set are here as the connector said them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Name,
    /// The name that the connector has here.
    Connector,
    Account,
    Region,
    Site,
    Env,
    Project,
    Workload,
    Owner,
}

impl Fact {
    pub const ALL: [Fact; 9] = [
        Fact::Name,
        Fact::Connector,
        Fact::Account,
        Fact::Region,
        Fact::Site,
        Fact::Env,
        Fact::Project,
        Fact::Workload,
        Fact::Owner,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Fact::Name => "name",
            Fact::Connector => "connector",
            Fact::Account => "account",
            Fact::Region => "region",
            Fact::Site => "site",
            Fact::Env => "env",
            Fact::Project => "project",
            Fact::Workload => "workload",
            Fact::Owner => "owner",
        }
    }

    fn of<'a>(self, seen: Seen<'a>) -> Option<&'a str> {
        match self {
            Fact::Name => Some(seen.name),
            Fact::Connector => Some(seen.connector),
            Fact::Account => seen.account,
            Fact::Region => seen.region,
            Fact::Site => seen.said(Field::Site),
            Fact::Env => seen.said(Field::Env),
            Fact::Project => seen.said(Field::Project),
            Fact::Workload => seen.said(Field::Workload),
            Fact::Owner => seen.said(Field::Owner),
        }
    }
}

/// An asset or a resource as its connector said it is.
#[derive(Clone, Copy)]
struct Seen<'a> {
    name: &'a str,
    connector: &'a str,
    platform: Platform,
    account: Option<&'a str>,
    region: Option<&'a str>,
    labels: &'a BTreeMap<String, String>,
    /// A resource is of no kind of asset, and nothing is said of where it belongs.
    asset: Option<&'a Asset>,
}

impl<'a> Seen<'a> {
    fn asset(asset: &'a Asset, connector: &'a str) -> Seen<'a> {
        Seen {
            name: &asset.name,
            connector,
            platform: asset.platform,
            account: asset.account.as_deref(),
            region: asset.region.as_deref(),
            labels: &asset.labels,
            asset: Some(asset),
        }
    }

    fn resource(resource: &'a Resource, connector: &'a str) -> Seen<'a> {
        Seen {
            name: &resource.name,
            connector,
            platform: resource.platform,
            account: resource.account.as_deref(),
            region: resource.region.as_deref(),
            labels: &resource.labels,
            asset: None,
        }
    }

    fn is_any(self, kinds: &[AssetKind]) -> bool {
        self.asset.is_some_and(|asset| kinds.contains(&asset.kind))
    }

    fn said(self, field: Field) -> Option<&'a str> {
        field.said(self.asset?)
    }

    fn label(self, key: &str) -> Option<&'a str> {
        match key {
            FAMILY_LABEL => self.said(Field::ImageFamily),
            _ => self.labels.get(key).map(String::as_str),
        }
    }
}

/// What rules say of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub value: String,
    pub rule: String,
}

/// Rules, ready to be applied.
#[derive(Debug, Default)]
pub struct Mapper {
    rules: Vec<Compiled>,
}

impl Mapper {
    /// Whether it leaves every asset as its connector said.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the rules say; a field that is missing stays as the connector said.
    pub fn find(&self, asset: &Asset, connector: &str) -> BTreeMap<Field, Assignment> {
        self.assign(Seen::asset(asset, connector))
    }

    /// Where a resource belongs. It is told whenever it is read: nothing is judged by it, so nothing of it is stored.
    pub fn find_of_resource(&self, resource: &Resource, connector: &str) -> BTreeMap<Field, Assignment> {
        let mut found = self.assign(Seen::resource(resource, connector));
        // Golden images are of machines.
        found.remove(&Field::ImageFamily);
        found
    }

    fn assign(&self, seen: Seen<'_>) -> BTreeMap<Field, Assignment> {
        let mut found = BTreeMap::new();
        for rule in &self.rules {
            if rule.fields().all(|field| found.contains_key(&field)) {
                continue;
            }
            let Some(fit) = rule.fit(seen) else { continue };
            for (field, value) in rule.values(seen, &fit) {
                let assignment = || Assignment {
                    value,
                    rule: rule.name.clone(),
                };
                found.entry(field).or_insert_with(assignment);
            }
        }
        found
    }

    /// Applies the rules, and takes back what other rules had set. Says whether anything is other than before.
    pub fn map(&self, asset: &mut Asset, connector: &str) -> bool {
        if self.is_empty() && asset.mapped_by.is_empty() {
            return false;
        }
        let found = self.find(asset, connector);
        let before = std::mem::take(&mut asset.mapped_by);
        let mut changed = false;
        let mut mapped_by = BTreeMap::new();
        for field in Field::ALL {
            let (had, wanted) = (before.get(&field), found.get(&field));
            if had.is_none() && wanted.is_none() {
                continue;
            }
            let said = match had {
                Some(mapped) => mapped.said.clone(),
                None => field.get(asset).map(str::to_owned),
            };
            let value = wanted.map_or_else(|| said.clone(), |wanted| Some(wanted.value.clone()));
            let rule = wanted.map(|wanted| wanted.rule.clone());
            changed |= field.get(asset) != value.as_deref() || had.map(|had| &had.rule) != rule.as_ref();
            field.put(asset, value);
            mapped_by.extend(rule.map(|rule| (field, Mapped { rule, said })));
        }
        asset.mapped_by = mapped_by;
        changed
    }
}
