//! What mapping rules make of an asset: its place, what it is for, and who answers for it.
//!
//! What the connector said is kept beside what a rule set, so that other rules can be applied later without asking the
//! connector again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::asset::{Asset, Criticality, FAMILY_LABEL};

/// What a rule may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Site,
    Env,
    Project,
    Workload,
    Owner,
    Criticality,
    /// The golden image family, as the label [`FAMILY_LABEL`].
    ImageFamily,
}

/// A field that a rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    pub rule: String,
    /// What the connector said; `None` when it said nothing.
    pub said: Option<String>,
}

/// By field; one that is missing is as the connector said.
pub type MappedBy = BTreeMap<Field, Mapped>;

impl Field {
    pub const ALL: [Field; 7] = [
        Field::Site,
        Field::Env,
        Field::Project,
        Field::Workload,
        Field::Owner,
        Field::Criticality,
        Field::ImageFamily,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Field::Site => "site",
            Field::Env => "env",
            Field::Project => "project",
            Field::Workload => "workload",
            Field::Owner => "owner",
            Field::Criticality => "criticality",
            Field::ImageFamily => "image_family",
        }
    }

    pub fn parse(name: &str) -> Option<Field> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The value of now; `None` is unknown.
    pub fn get(self, asset: &Asset) -> Option<&str> {
        match self {
            Field::Site => asset.site.as_deref(),
            Field::Env => asset.env.as_deref(),
            Field::Project => asset.project.as_deref(),
            Field::Workload => asset.workload.as_deref(),
            Field::Owner => asset.owner.as_deref(),
            Field::Criticality => asset.criticality.known(),
            Field::ImageFamily => asset.labels.get(FAMILY_LABEL).map(String::as_str),
        }
    }

    /// What the connector said, whatever rules made of it.
    pub fn said(self, asset: &Asset) -> Option<&str> {
        match asset.mapped_by.get(&self) {
            Some(mapped) => mapped.said.as_deref(),
            None => self.get(asset),
        }
    }

    /// A word that is no criticality leaves it unknown.
    pub fn put(self, asset: &mut Asset, value: Option<String>) {
        match self {
            Field::Site => asset.site = value,
            Field::Env => asset.env = value,
            Field::Project => asset.project = value,
            Field::Workload => asset.workload = value,
            Field::Owner => asset.owner = value,
            Field::Criticality => {
                let known = value.as_deref().and_then(Criticality::parse);
                asset.criticality = known.unwrap_or(Criticality::Unknown);
            }
            Field::ImageFamily => match value {
                Some(value) => {
                    asset.labels.insert(FAMILY_LABEL.to_owned(), value);
                }
                None => {
                    asset.labels.remove(FAMILY_LABEL);
                }
            },
        }
    }
}

impl Criticality {
    const KNOWN: [(&'static str, Criticality); 4] = [
        ("low", Criticality::Low),
        ("medium", Criticality::Medium),
        ("high", Criticality::High),
        ("critical", Criticality::Critical),
    ];

    pub fn parse(word: &str) -> Option<Criticality> {
        let found = Self::KNOWN.into_iter().find(|(known, _)| *known == word);
        found.map(|(_, criticality)| criticality)
    }

    /// Its word; `None` when it is unknown.
    pub fn known(self) -> Option<&'static str> {
        let found = Self::KNOWN.into_iter().find(|(_, known)| *known == self);
        found.map(|(word, _)| word)
    }
}
