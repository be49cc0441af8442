//! The golden images of a tenant, prepared for judging assets.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use qlrf_core::asset::Asset;
use qlrf_core::id::OrgId;
use qlrf_core::image::{Coordinate, ImageContract, ImagePlatform, LifecycleStatus};
use qlrf_core::time::Timestamp;
use qlrf_engines::drift::image_lag::{Family, FamilyVersion};
use qlrf_engines::drift::{Expected, ExpectedPackages};
use qlrf_engines::link::{CatalogueVersion, Link, Linker, Proof, Rule, Selector, Target, Unlinked};
use qlrf_store::image::{self, Image, LinkRule};
use qlrf_store::{Error, Result, TenantTx, content, judged};
use uuid::Uuid;

pub struct Catalogue {
    /// When the images behind this last changed.
    pub images_at: Option<Timestamp>,
    linker: Linker,
    families: HashMap<Arc<str>, FamilyEntry>,
    versions: HashMap<Uuid, VersionEntry>,
}

/// Reading a contract of hundreds of packages costs more than judging with it.
static KEPT: LazyLock<Mutex<HashMap<OrgId, Arc<Catalogue>>>> = LazyLock::new(Mutex::default);
const KEPT_MAX: usize = 4;

struct FamilyEntry {
    id: Uuid,
    versions: Family,
    ids: HashMap<Arc<str>, Uuid>,
}

struct VersionEntry {
    contract: ImageContract,
    package_set_id: Option<i32>,
}

/// What an asset is expected to be.
pub struct Expectation {
    pub family_id: Uuid,
    /// The version that the asset runs, where the link tells.
    pub running: Option<Uuid>,
    /// The version that it should run: the newest one in production.
    pub target: Option<Uuid>,
    /// The version whose contract it is compared with.
    pub contract_of: Uuid,
    pub expected: Expected,
}

impl Catalogue {
    /// Read again only when images changed since the last time: every change of them moves `images_at`.
    pub async fn load(tx: &mut TenantTx) -> Result<Arc<Catalogue>> {
        let (org, images_at) = (tx.org(), judged::progress(tx).await?.images_at);
        let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept()
            .get(&org)
            .filter(|known| known.images_at == images_at)
            .cloned();
        if let (Some(known), Some(_)) = (known, images_at) {
            return Ok(known);
        }
        let catalogue = Arc::new(Catalogue::load_with(tx, None).await?);
        let mut kept = kept();
        if kept.len() >= KEPT_MAX && !kept.contains_key(&org) {
            kept.clear();
        }
        kept.insert(org, catalogue.clone());
        Ok(catalogue)
    }

    /// With one more rule than is stored, to see what it would change.
    pub async fn load_with(tx: &mut TenantTx, more: Option<LinkRule>) -> Result<Catalogue> {
        let images_at = judged::progress(tx).await?.images_at;
        let images = image::list(tx).await?;
        let rules = image::list_rules(tx)
            .await?
            .into_iter()
            .chain(more)
            .map(rule)
            .collect::<Result<_>>()?;
        let mut catalogue = Catalogue {
            images_at,
            linker: Linker::default(),
            families: HashMap::new(),
            versions: HashMap::new(),
        };
        let mut coordinates: HashMap<Uuid, Vec<Coordinate>> = HashMap::new();
        for row in image::list_coordinates(tx).await? {
            coordinates
                .entry(row.image_id)
                .or_default()
                .push(coordinate(row)?);
        }
        let mut listed = Vec::new();
        for (family, images) in by_family(images) {
            catalogue.add_family(&family, images, &mut coordinates, &mut listed)?;
        }
        catalogue.linker = Linker::new(listed, rules);
        Ok(catalogue)
    }

    pub fn link(&self, asset: &Asset) -> Link {
        self.linker.link(asset)
    }

    pub fn linker(&self) -> &Linker {
        &self.linker
    }

    /// `None` when the link leads to no contract: the asset is then unmanaged.
    pub fn expectation(&self, link: &Link) -> Option<Expectation> {
        let Link::Linked { target, .. } = link else {
            return None;
        };
        let family = self.families.get(&target.family)?;
        let newest = family
            .versions
            .target()
            .and_then(|version| family.ids.get(&version.version[..]).copied());
        let running = target
            .version
            .as_ref()
            .and_then(|version| family.ids.get(version).copied());
        let contract_of = running.or(newest)?;
        let contract = &self.versions.get(&contract_of)?.contract;
        let lag = target
            .version
            .as_ref()
            .and_then(|version| family.versions.lag(version));
        let expected = Expected {
            services: contract.services.clone(),
            config: contract.config.clone(),
            lag,
        };
        Some(Expectation {
            family_id: family.id,
            running,
            target: newest,
            contract_of,
            expected,
        })
    }

    pub async fn packages(&self, tx: &mut TenantTx, image: Uuid) -> Result<ExpectedPackages> {
        let version = self
            .versions
            .get(&image)
            .ok_or_else(|| Error::Corrupt(format!("image {image} is gone")))?;
        let set = match version.package_set_id {
            Some(set_id) => Some(content::load_set(tx, set_id).await?),
            None => None,
        };
        Ok(ExpectedPackages::new(version.contract.packages.clone(), set))
    }

    fn add_family(
        &mut self,
        name: &str,
        images: Vec<Image>,
        coordinates: &mut HashMap<Uuid, Vec<Coordinate>>,
        listed: &mut Vec<CatalogueVersion>,
    ) -> Result<()> {
        let name: Arc<str> = name.into();
        let Some(first) = images.first() else {
            return Ok(());
        };
        let mut entry = FamilyEntry {
            id: first.family_id,
            versions: Family::default(),
            ids: HashMap::new(),
        };
        entry.versions = Family::new(images.iter().map(family_version).collect::<Result<Vec<_>>>()?);
        for image in images {
            let corrupt =
                |error| Error::Corrupt(format!("the contract of {name}:{}: {error}", image.version));
            let contract: ImageContract = serde_json::from_value(image.contract).map_err(corrupt)?;
            let version: Arc<str> = image.version.into();
            listed.push(CatalogueVersion {
                family: name.clone(),
                version: version.clone(),
                coordinates: coordinates.remove(&image.id).unwrap_or_default(),
                digests: contract.digests.clone(),
            });
            entry.ids.insert(version, image.id);
            self.versions.insert(
                image.id,
                VersionEntry {
                    contract,
                    package_set_id: image.package_set_id,
                },
            );
        }
        self.families.insert(name, entry);
        Ok(())
    }
}

/// Why an asset is linked as it is, or why it is not: one sentence.
pub fn proof(link: &Link) -> String {
    match link {
        Link::Linked { proof, .. } => linked(proof),
        Link::Ambiguous { candidates, proof } => {
            let candidates: Vec<String> = candidates.iter().map(target).collect();
            format!(
                "{} fits more than one image: {}",
                linked(proof),
                candidates.join(", ")
            )
        }
        Link::None { reason } => match reason {
            Unlinked::NothingKnown => {
                "no link rule fits, and it has no image reference and no family label".to_owned()
            }
            Unlinked::ReferenceNotRegistered { reference } => {
                format!("it was started from \"{reference}\", which no registered image version lists")
            }
            Unlinked::FamilyNotRegistered { family } => format!("the family \"{family}\" is not registered"),
            Unlinked::VersionNotRegistered { family, version } => {
                format!("\"{family}\" has no registered version \"{version}\"")
            }
        },
    }
}

fn linked(proof: &Proof) -> String {
    match proof {
        Proof::Rule { rules } => format!("link rule \"{}\"", rules.join("\", \"")),
        Proof::Coordinate {
            platform,
            region,
            reference,
        } => {
            let region = region
                .as_deref()
                .map(|region| format!(" in {region}"))
                .unwrap_or_default();
            format!("{} coordinate \"{reference}\"{region}", platform.name())
        }
        Proof::Digest { digest } => format!("digest {digest}"),
        Proof::Label { key, value } => format!("label {key}={value}"),
    }
}

pub fn target(target: &Target) -> String {
    match &target.version {
        Some(version) => format!("{}:{version}", target.family),
        None => target.family.to_string(),
    }
}

fn by_family(images: Vec<Image>) -> BTreeMap<String, Vec<Image>> {
    let mut families: BTreeMap<String, Vec<Image>> = BTreeMap::new();
    for image in images {
        families.entry(image.family.clone()).or_default().push(image);
    }
    families
}

fn family_version(image: &Image) -> Result<FamilyVersion> {
    let status = LifecycleStatus::parse(&image.status)
        .ok_or_else(|| Error::Corrupt(format!("an image status \"{}\"", image.status)))?;
    // A revoked version is not to be run any more, whatever its status says.
    let status = if image.revoked_at.is_some() {
        LifecycleStatus::Retired
    } else {
        status
    };
    Ok(FamilyVersion {
        version: image.version.clone(),
        status,
        published_at: image.published_at,
        withdrawn_at: image.revoked_at.or(image.retired_at).or(image.deprecated_at),
    })
}

fn coordinate(row: image::Coordinate) -> Result<Coordinate> {
    let platform = ImagePlatform::parse(&row.platform)
        .ok_or_else(|| Error::Corrupt(format!("an image platform \"{}\"", row.platform)))?;
    let region = Some(row.region).filter(|region| !region.is_empty());
    Ok(Coordinate {
        platform,
        region,
        reference: row.reference,
    })
}

fn rule(rule: LinkRule) -> Result<Rule> {
    let corrupt = |error| Error::Corrupt(format!("the selector of link rule \"{}\": {error}", rule.name));
    let selector: Selector = serde_json::from_value(rule.selector).map_err(corrupt)?;
    let target = Target {
        family: rule.family.into(),
        version: rule.version.map(Into::into),
    };
    Ok(Rule {
        name: rule.name,
        selector,
        target,
    })
}
