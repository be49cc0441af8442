//! Which golden image an asset belongs to.
//!
//! By precedence: an explicit rule, then a coordinate, then a digest, then labels. The first kind of proof that finds
//! anything decides. When it finds more than one image the answer is *ambiguous*, with the candidates; nothing is picked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub use qlrf_core::asset::FAMILY_LABEL;
use qlrf_core::asset::{Asset, Platform};
use qlrf_core::image::{Coordinate, ImagePlatform};
use serde::{Deserialize, Serialize};

pub const VERSION_LABEL: &str = "ql-rf.io/image-version";

/// One registered version, as far as linking needs it.
#[derive(Clone, Debug)]
pub struct CatalogueVersion {
    pub family: Arc<str>,
    pub version: Arc<str>,
    pub coordinates: Vec<Coordinate>,
    /// `sha256:…`
    pub digests: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    pub family: Arc<str>,
    /// None when only the family is known: the contract is that of its newest version, and no lag can be told.
    pub version: Option<Arc<str>>,
}

/// Assets that a rule is about: every condition that is given must hold. Text conditions are globs (`*`, `?`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selector {
    pub platforms: Vec<Platform>,
    pub account: Option<String>,
    pub region: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub name: Option<String>,
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    /// Shown as the proof.
    pub name: String,
    pub selector: Selector,
    pub target: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Names of the rules that agree.
    Rule {
        rules: Vec<String>,
    },
    Coordinate {
        platform: ImagePlatform,
        region: Option<String>,
        reference: String,
    },
    Digest {
        digest: String,
    },
    Label {
        key: &'static str,
        value: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    Linked {
        target: Target,
        proof: Proof,
    },
    /// More than one image fits, all by the same kind of proof.
    Ambiguous {
        candidates: Vec<Target>,
        proof: Proof,
    },
    None {
        reason: Unlinked,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// No rule fits, and the asset has neither an image reference nor a family label.
    NothingKnown,
    /// The asset was started from something that no registered version lists.
    ReferenceNotRegistered { reference: String },
    /// A rule or a label names a family that is not registered.
    FamilyNotRegistered { family: String },
    /// A rule or a label names a version that is not registered in a family that is.
    VersionNotRegistered { family: String, version: String },
}

/// A version that lists a reference, with the region that it is limited to.
type Listed = (Option<String>, Target);

/// A catalogue and its rules, prepared so that one asset costs a few lookups and one pass over the rules.
#[derive(Debug, Default)]
pub struct Linker {
    rules: Vec<Rule>,
    coordinates: HashMap<(ImagePlatform, Box<str>), Vec<Listed>>,
    digests: HashMap<String, BTreeSet<Target>>,
    families: HashMap<Arc<str>, HashSet<Arc<str>>>,
}

impl Linker {
    pub fn new(catalogue: impl IntoIterator<Item = CatalogueVersion>, rules: Vec<Rule>) -> Self {
        let mut linker = Self {
            rules,
            ..Self::default()
        };
        for entry in catalogue {
            let target = Target {
                family: entry.family.clone(),
                version: Some(entry.version.clone()),
            };
            for coordinate in entry.coordinates {
                let key = (
                    coordinate.platform,
                    normalize(coordinate.platform, &coordinate.reference).into(),
                );
                let listed = linker.coordinates.entry(key).or_default();
                listed.push((coordinate.region, target.clone()));
            }
            for digest in entry.digests {
                linker.digests.entry(digest).or_default().insert(target.clone());
            }
            linker
                .families
                .entry(entry.family)
                .or_default()
                .insert(entry.version);
        }
        linker
    }

    /// Registers a family that has no version yet, so that rules and labels may name it.
    pub fn add_family(&mut self, family: impl Into<Arc<str>>) {
        self.families.entry(family.into()).or_default();
    }

    pub fn link(&self, asset: &Asset) -> Link {
        self.by_rule(asset)
            .or_else(|| self.by_coordinate(asset))
            .or_else(|| self.by_digest(asset))
            .or_else(|| self.by_label(asset))
            .unwrap_or_else(|| Link::None {
                reason: match &asset.image_ref {
                    Some(reference) => Unlinked::ReferenceNotRegistered {
                        reference: reference.clone(),
                    },
                    None => Unlinked::NothingKnown,
                },
            })
    }

    /// Every family that could be linked by this reference, on whatever platform and in whatever region.
    pub fn families_of(&self, reference: &str) -> BTreeSet<&Arc<str>> {
        let listed = ImagePlatform::ALL.iter().flat_map(|platform| {
            let keys = coordinate_keys(*platform, reference);
            keys.filter_map(|key| self.coordinates.get(&(*platform, key.into())))
        });
        let by_digest = digest_of(reference).and_then(|digest| self.digests.get(digest));
        let listed = listed.flatten().map(|(_, target)| target);
        listed
            .chain(by_digest.into_iter().flatten())
            .map(|target| &target.family)
            .collect()
    }

    /// Rules that fit and name the same image agree; one that names a version makes one that names its family precise.
    fn by_rule(&self, asset: &Asset) -> Option<Link> {
        let fitting: Vec<&Rule> = self
            .rules
            .iter()
            .filter(|rule| rule.selector.fits(asset))
            .collect();
        let mut targets: BTreeSet<Target> = fitting.iter().map(|rule| rule.target.clone()).collect();
        let precise: HashSet<Arc<str>> = targets
            .iter()
            .filter(|t| t.version.is_some())
            .map(|t| t.family.clone())
            .collect();
        targets.retain(|target| target.version.is_some() || !precise.contains(&target.family));
        let rules = fitting.iter().map(|rule| rule.name.clone()).collect();
        self.decide(targets, Proof::Rule { rules })
    }

    fn by_coordinate(&self, asset: &Asset) -> Option<Link> {
        let reference = asset.image_ref.as_deref()?;
        for platform in ImagePlatform::ALL
            .iter()
            .filter(|platform| platform.serves(asset.platform))
        {
            for key in coordinate_keys(*platform, reference) {
                let listed = self.coordinates.get(&(*platform, key.as_str().into()));
                let here = listed.into_iter().flatten().filter(|(region, _)| {
                    region.is_none() || asset.region.is_none() || *region == asset.region
                });
                let targets = here.map(|(_, target)| target.clone()).collect();
                let region = asset.region.clone();
                let proof = Proof::Coordinate {
                    platform: *platform,
                    region,
                    reference: reference.to_owned(),
                };
                if let Some(link) = self.decide(targets, proof) {
                    return Some(link);
                }
            }
        }
        None
    }

    fn by_digest(&self, asset: &Asset) -> Option<Link> {
        let digest = digest_of(asset.image_ref.as_deref()?)?;
        self.decide(
            self.digests.get(digest)?.clone(),
            Proof::Digest {
                digest: digest.to_owned(),
            },
        )
    }

    fn by_label(&self, asset: &Asset) -> Option<Link> {
        let family = asset.labels.get(FAMILY_LABEL)?;
        let version = asset
            .labels
            .get(VERSION_LABEL)
            .map(|version| version.as_str().into());
        let target = Target {
            family: family.as_str().into(),
            version,
        };
        self.decide(
            BTreeSet::from([target]),
            Proof::Label {
                key: FAMILY_LABEL,
                value: family.clone(),
            },
        )
    }

    fn decide(&self, targets: BTreeSet<Target>, proof: Proof) -> Option<Link> {
        if targets.len() > 1 {
            return Some(Link::Ambiguous {
                candidates: targets.into_iter().collect(),
                proof,
            });
        }
        let target = targets.into_iter().next()?;
        let Some(versions) = self.families.get(&target.family) else {
            let family = target.family.to_string();
            return Some(Link::None {
                reason: Unlinked::FamilyNotRegistered { family },
            });
        };
        if let Some(version) = target
            .version
            .as_ref()
            .filter(|version| !versions.contains(*version))
        {
            let (family, version) = (target.family.to_string(), version.to_string());
            return Some(Link::None {
                reason: Unlinked::VersionNotRegistered { family, version },
            });
        }
        Some(Link::Linked { target, proof })
    }
}

impl Selector {
    pub fn fits(&self, asset: &Asset) -> bool {
        let holds = |pattern: &Option<String>, value: Option<&str>| match pattern {
            None => true,
            Some(pattern) => value.is_some_and(|value| glob(pattern, value)),
        };
        (self.platforms.is_empty() || self.platforms.contains(&asset.platform))
            && holds(&self.account, asset.account.as_deref())
            && holds(&self.region, asset.region.as_deref())
            && holds(&self.site, asset.site.as_deref())
            && holds(&self.env, asset.env.as_deref())
            && holds(&self.name, Some(&asset.name))
            && self
                .labels
                .iter()
                .all(|(k, p)| asset.labels.get(k).is_some_and(|value| glob(p, value)))
    }
}

/// `*` stands for any text, `?` for one character. Without recursion and without allocation; at worst the product of
/// both lengths.
pub fn glob(pattern: &str, text: &str) -> bool {
    let fixed = pattern.find(['*', '?']).unwrap_or(pattern.len());
    if fixed == pattern.len() {
        return pattern == text;
    }
    let Some(rest) = text.strip_prefix(&pattern[..fixed]) else {
        return false;
    };
    let (mut pattern, mut text) = (&pattern[fixed..], rest);
    // Where to go on when what follows the last `*` does not fit: one more character belongs to the `*`.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let (mut wanted, mut found) = (pattern.chars(), text.chars());
        match (wanted.next(), found.next()) {
            (Some('*'), _) => {
                pattern = wanted.as_str();
                retry = Some((pattern, text));
            }
            (None, None) => return true,
            (Some(p), Some(t)) if p == '?' || p == t => (pattern, text) = (wanted.as_str(), found.as_str()),
            _ => {
                let Some((after, from)) = retry else { return false };
                let mut from = from.chars();
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after, from.as_str());
                retry = Some((after, text));
            }
        }
    }
}

/// As what a reference may be registered.
fn coordinate_keys(platform: ImagePlatform, reference: &str) -> impl Iterator<Item = String> {
    let full = normalize(platform, reference);
    let short = full.find("galleries/").map(|at| full[at..].to_owned());
    [Some(full), short].into_iter().flatten()
}

fn digest_of(reference: &str) -> Option<&str> {
    Some(&reference[reference.rfind("sha256:")?..])
}

/// Azure ids have no case; Google writes one image as a URL or as the path in it.
fn normalize(platform: ImagePlatform, reference: &str) -> String {
    match platform {
        ImagePlatform::Azure => reference.to_lowercase(),
        ImagePlatform::Gcp => reference
            .find("projects/")
            .map_or(reference, |at| &reference[at..])
            .to_owned(),
        _ => reference.to_owned(),
    }
}
