//! Examples travel with the rules: what a made-up asset must become.

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, Criticality, Platform};
use qlrf_core::mapping::Field;
use serde::{Deserialize, Serialize};

use super::{Fact, Mapper};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    pub name: String,
    pub given: Given,
    /// Fields with the value that they must have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expect: BTreeMap<Field, String>,
    /// Fields that must stay unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Field>,
}

/// What a connector would say of the asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub platform: Platform,
    #[serde(default = "usual_kind")]
    pub kind: AssetKind,
    #[serde(default)]
    pub criticality: Option<String>,
    #[serde(flatten)]
    pub texts: BTreeMap<Fact, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

fn usual_kind() -> AssetKind {
    AssetKind::VirtualMachine
}

/// One field that came out other than an example says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: Field,
    pub expected: Option<String>,
    pub found: Option<String>,
    /// That set what was found; `None` when no rule did.
    pub rule: Option<String>,
}

impl Example {
    pub fn differences(&self, mapper: &Mapper) -> Vec<Difference> {
        let mut asset = self.given.asset();
        let text = |fact| self.given.texts.get(&fact).map_or("", String::as_str);
        mapper.map(&mut asset, text(Fact::Connector));
        let expected = self.expect.iter().map(|(field, value)| (*field, Some(value)));
        let unknown = self.unknown.iter().map(|field| (*field, None));
        let differs = |(field, expected): (Field, Option<&String>)| {
            let found = field.get(&asset);
            (found != expected.map(String::as_str)).then(|| Difference {
                field,
                expected: expected.cloned(),
                found: found.map(str::to_owned),
                rule: asset.mapped_by.get(&field).map(|mapped| mapped.rule.clone()),
            })
        };
        expected.chain(unknown).filter_map(differs).collect()
    }
}

impl Given {
    fn asset(&self) -> Asset {
        let text = |fact| self.texts.get(&fact).cloned();
        Asset {
            name: text(Fact::Name).unwrap_or_default(),
            account: text(Fact::Account),
            region: text(Fact::Region),
            site: text(Fact::Site),
            env: text(Fact::Env),
            project: text(Fact::Project),
            workload: text(Fact::Workload),
            owner: text(Fact::Owner),
            labels: self.labels.clone(),
            criticality: self
                .criticality
                .as_deref()
                .and_then(Criticality::parse)
                .unwrap_or(Criticality::Unknown),
            ..Asset::new(String::new(), self.platform, self.kind)
        }
    }
}

impl Difference {
    pub fn message(&self) -> String {
        let shown = |value: &Option<String>| match value {
            Some(value) => format!("\"{value}\""),
            None => "unknown".to_owned(),
        };
        let rule = match &self.rule {
            Some(rule) => format!("from the rule \"{rule}\""),
            None => "as no rule sets it".to_owned(),
        };
        let (field, expected, found) = (self.field.name(), shown(&self.expected), shown(&self.found));
        format!("{field} should be {expected} and is {found}, {rule}")
    }
}
