//! The golden images of the simulated estate: families, published versions, and the full package set of each.
//!
//! Package names, versions and their dates are facts from the distributions' public changelogs (see the head of each
//! table), so that real advisory feeds find in the simulated estate what they would find in a real one.

mod family;
mod table;

use std::sync::Arc;

use qlrf_core::package::{Package, PackageSet};
use qlrf_core::time::{Date, Duration};

pub use family::{
    ALMA_APP, ALMA_DB, ALPINE_EDGE, DEBIAN_DB, DEBIAN_K8S, DEBIAN_WEB, FAMILIES, Family, UBUNTU_APP,
    UBUNTU_K8S,
};
pub use table::parse_day;
use table::{Row, ecosystem, rows_of};

/// Days between two versions of a family. Eight weeks, so that about one asset in a hundred changes on a day.
pub const PUBLISH_EVERY_DAYS: i32 = 56;
/// When somebody was at the asset: late enough that the distribution has moved on since the image.
const HAND_PATCHED_AFTER_DAYS: i64 = 42;
/// Packages that stay one version behind on such an asset, at most.
const HELD_BACK: u32 = 2;
pub const VERSIONS_PER_FAMILY: usize = 10;

pub struct Image {
    pub family: usize,
    pub version: String,
    pub published: Date,
    pub packages: Arc<PackageSet>,
}

/// Everything published up to a day.
pub struct Catalogue {
    day: Date,
    /// By family, oldest version first.
    images: Vec<Vec<Image>>,
}

/// How one asset's packages differ from the image it was started from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deviation {
    /// Somebody upgraded packages in place.
    HandPatched,
    /// Somebody installed a package that the image does not have, and held others back for it.
    Stray,
}

impl Catalogue {
    pub fn new(day: Date) -> Self {
        let images = (0..FAMILIES.len()).map(|family| published(family, day)).collect();
        Self { day, images }
    }

    pub fn family(&self, family: usize) -> &[Image] {
        &self.images[family]
    }

    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.images.iter().flatten()
    }

    /// The image's packages after somebody was at the asset by hand. `salt` chooses what they did.
    pub fn deviate(&self, image: &Image, deviation: Deviation, salt: u64) -> Arc<PackageSet> {
        let family = &FAMILIES[image.family];
        if deviation == Deviation::HandPatched {
            let until = (image.published + Duration::days(HAND_PATCHED_AFTER_DAYS)).min(self.day);
            let rows: Vec<&Row> = rows_of(family)
                .filter(|r| r.at(until) > r.at(image.published))
                .collect();
            if !rows.is_empty() {
                let chosen = |i: usize| (salt >> (i % 60)) & 1 == 1 || i as u64 == salt % rows.len() as u64;
                let patched: Vec<&Row> = rows
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| chosen(*i))
                    .map(|(_, row)| *row)
                    .collect();
                return Arc::new(PackageSet::new(package_list(family, |row| {
                    let moved = patched.iter().any(|other| std::ptr::eq(*other, row));
                    row.at(if moved { until } else { image.published })
                })));
            }
        }
        let (name, version) = family.strays[(salt % family.strays.len() as u64) as usize];
        let rows: Vec<&Row> = rows_of(family)
            .filter(|row| row.at(image.published) > 0)
            .collect();
        let held: Vec<&Row> = (0..HELD_BACK)
            .filter_map(|i| {
                rows.get((salt >> (16 * i + 8)) as usize % rows.len().max(1))
                    .copied()
            })
            .collect();
        let mut packages = package_list(family, |row| {
            let step = row.at(image.published);
            if held.iter().any(|other| std::ptr::eq(*other, row)) {
                step - 1
            } else {
                step
            }
        });
        packages.push(Package {
            ecosystem: ecosystem(family),
            name: name.into(),
            version: version.into(),
            arch: family.default_arch.into(),
            source_name: name.into(),
            source_version: version.into(),
            licenses: Vec::new(),
        });
        Arc::new(PackageSet::new(packages))
    }
}

fn published(family: usize, day: Date) -> Vec<Image> {
    // Families publish on different days, so that the estate does not change in one jump.
    let offset = family as i32 * (PUBLISH_EVERY_DAYS / FAMILIES.len() as i32);
    let since = (day.to_julian_day() - offset).rem_euclid(PUBLISH_EVERY_DAYS);
    (0..VERSIONS_PER_FAMILY as i32)
        .rev()
        .map(|age| day - Duration::days(i64::from(since + age * PUBLISH_EVERY_DAYS)))
        .map(|published| Image {
            family,
            version: format!(
                "{}.{:02}.{:02}",
                published.year(),
                published.month() as u8,
                published.day()
            ),
            published,
            packages: Arc::new(PackageSet::new(package_list(&FAMILIES[family], |row| {
                row.at(published)
            }))),
        })
        .collect()
}

/// `step` says which entry of its history each source package is at.
fn package_list(family: &Family, step: impl Fn(&Row) -> usize) -> Vec<Package> {
    let ecosystem = ecosystem(family);
    let mut packages = Vec::new();
    for row in rows_of(family) {
        let step = step(row);
        let (_, version) = &row.history[step];
        for binary in &row.binaries {
            packages.push(Package {
                ecosystem: ecosystem.clone(),
                name: binary.name.clone(),
                version: binary.versions[step].clone(),
                arch: binary.arch.clone(),
                source_name: row.source.clone(),
                source_version: version.clone(),
                licenses: Vec::new(),
            });
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Date {
        parse_day("2026-11-21").unwrap()
    }

    #[test]
    fn every_image_has_a_full_set_and_versions_move_on() {
        let catalogue = Catalogue::new(day());
        for (index, family) in FAMILIES.iter().enumerate() {
            let images = catalogue.family(index);
            assert_eq!(images.len(), VERSIONS_PER_FAMILY);
            for image in images {
                let count = image.packages.packages().len();
                assert!(
                    (150..=400).contains(&count),
                    "{} {} has {count}",
                    family.name,
                    image.version
                );
                assert!(
                    image
                        .packages
                        .packages()
                        .iter()
                        .all(|p| &*p.ecosystem.0 == family.ecosystem)
                );
            }
            assert_ne!(
                images[0].packages.digest(),
                images[VERSIONS_PER_FAMILY - 1].packages.digest()
            );
        }
    }

    #[test]
    fn names_repeat_in_no_set() {
        for image in Catalogue::new(day()).images() {
            let mut names: Vec<_> = image.packages.packages().iter().map(|p| &p.name).collect();
            let all = names.len();
            names.dedup();
            assert_eq!(all, names.len(), "{}", FAMILIES[image.family].name);
        }
    }

    #[test]
    fn a_signed_kernel_and_a_binary_rebuild_are_written_as_debian_writes_them() {
        let catalogue = Catalogue::new(day());
        let set = &catalogue.family(DEBIAN_WEB)[VERSIONS_PER_FAMILY - 1].packages;
        let kernel = set
            .packages()
            .iter()
            .find(|p| &*p.name == "linux-image-cloud-amd64")
            .unwrap();
        assert!(
            kernel.source_version.contains('+') && kernel.version.contains('-'),
            "{kernel:?}"
        );
        let bash = set.packages().iter().find(|p| &*p.name == "bash").unwrap();
        assert!(
            bash.version.contains("+b") && !bash.source_version.contains("+b"),
            "{bash:?}"
        );
    }
}
