//! The golden images of the simulated estate: families, published versions, and the full package set of each.
//!
//! Package names, versions and their dates are facts from the distributions' public changelogs (see the head of each
//! table), so that real advisory feeds find in the simulated estate what they would find in a real one.

use std::sync::{Arc, OnceLock};

use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::time::{Date, Duration};

/// Days between two versions of a family. Eight weeks, so that about one asset in a hundred changes on a day.
pub const PUBLISH_EVERY_DAYS: i32 = 56;
/// When somebody was at the asset: late enough that the distribution has moved on since the image.
const HAND_PATCHED_AFTER_DAYS: i64 = 42;
/// Packages that stay one version behind on such an asset, at most.
const HELD_BACK: u32 = 2;
pub const VERSIONS_PER_FAMILY: usize = 10;

pub struct Family {
    pub name: &'static str,
    pub os_id: &'static str,
    pub os_name: &'static str,
    pub os_version: &'static str,
    pub kernel: &'static str,
    pub ecosystem: &'static str,
    default_arch: &'static str,
    table: usize,
    roles: [&'static str; 2],
    pub services: &'static [&'static str],
    /// Real packages that nobody ordered: name and version.
    strays: &'static [(&'static str, &'static str)],
}

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

fn ecosystem(family: &Family) -> Ecosystem {
    static NAMES: OnceLock<Vec<Ecosystem>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        TABLES
            .iter()
            .map(|table| Ecosystem::new(table.ecosystem))
            .collect()
    });
    names[family.table].clone()
}

fn rows_of(family: &Family) -> impl Iterator<Item = &'static Row> {
    static ROWS: OnceLock<Vec<Vec<Row>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        TABLES
            .iter()
            .map(|t| t.text.lines().filter_map(|l| row(t, l)).collect())
            .collect()
    });
    let roles = family.roles;
    rows[family.table]
        .iter()
        .filter(move |row| row.roles.iter().any(|role| roles.contains(role)))
}

/// One source package and what is built from it.
struct Row {
    source: Arc<str>,
    roles: Vec<&'static str>,
    binaries: Vec<Binary>,
    /// Source versions with the day they became available, oldest first; never empty.
    history: Vec<(Date, Arc<str>)>,
}

struct Binary {
    name: Arc<str>,
    arch: Arc<str>,
    /// Beside [`Row::history`].
    versions: Vec<Arc<str>>,
}

impl Row {
    /// The step of the history that was current on that day.
    fn at(&self, day: Date) -> usize {
        self.history
            .iter()
            .rposition(|(since, _)| *since <= day)
            .unwrap_or(0)
    }
}

fn row(table: &Table, line: &'static str) -> Option<Row> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let (source, roles, binaries, history) =
        (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let history: Vec<(Date, Arc<str>)> = history
        .split(' ')
        .map(|step| parse_step(step).expect("a test reads every line of every table"))
        .collect();
    let binaries = binaries
        .split(' ')
        .map(|word| binary(table, source, word, &history))
        .collect();
    Some(Row {
        source: source.into(),
        roles: roles.split(',').collect(),
        binaries,
        history,
    })
}

fn parse_step(step: &str) -> Option<(Date, Arc<str>)> {
    let (day, version) = step.split_once('=')?;
    Some((parse_day(day)?, version.into()))
}

/// `2026-11-21`.
pub fn parse_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn binary(table: &Table, source: &str, word: &str, history: &[(Date, Arc<str>)]) -> Binary {
    let (word, arch) = word.split_once('/').unwrap_or((word, table.default_arch));
    let arch = if arch == "all" { "all" } else { arch };
    let (name, suffix) = word.split_once('*').unwrap_or((word, ""));
    // Debian signs its kernels in a source package of its own, whose version has a plus where the kernel's has a dash.
    let signed = source.starts_with("linux-signed");
    let versions = history
        .iter()
        .enumerate()
        .map(
            |(step, (_, version))| match (signed, step == 0 && !suffix.is_empty()) {
                (true, _) => version.replacen('+', "-", 1).into(),
                // A binary rebuild belongs to the version it was made from; later versions start without one.
                (false, true) => format!("{version}{suffix}").into(),
                (false, false) => version.clone(),
            },
        )
        .collect();
    Binary {
        name: name.into(),
        arch: arch.into(),
        versions,
    }
}

struct Table {
    ecosystem: &'static str,
    default_arch: &'static str,
    text: &'static str,
}

const TABLES: &[Table] = &[
    Table {
        ecosystem: "Debian:12",
        default_arch: "amd64",
        text: include_str!("data/debian12.tsv"),
    },
    Table {
        ecosystem: "Ubuntu:22.04:LTS",
        default_arch: "amd64",
        text: include_str!("data/ubuntu2204.tsv"),
    },
    Table {
        ecosystem: "AlmaLinux:9",
        default_arch: "x86_64",
        text: include_str!("data/alma9.tsv"),
    },
    Table {
        ecosystem: "Alpine:v3.19",
        default_arch: "x86_64",
        text: include_str!("data/alpine319.tsv"),
    },
];

pub const DEBIAN_WEB: usize = 0;
pub const DEBIAN_DB: usize = 1;
pub const DEBIAN_K8S: usize = 2;
pub const UBUNTU_APP: usize = 3;
pub const UBUNTU_K8S: usize = 4;
pub const ALMA_APP: usize = 5;
pub const ALMA_DB: usize = 6;
pub const ALPINE_EDGE: usize = 7;

pub const FAMILIES: &[Family] = &[
    debian(
        "debian-web",
        "web",
        &["cron", "nginx", "php8.2-fpm", "rsyslog", "ssh"],
    ),
    debian("debian-db", "db", &["cron", "postgresql", "rsyslog", "ssh"]),
    debian(
        "debian-k8s-node",
        "k8s",
        &["containerd", "kubelet", "rsyslog", "ssh"],
    ),
    ubuntu(
        "ubuntu-app",
        "app",
        &["cron", "nginx", "redis-server", "rsyslog", "ssh"],
    ),
    ubuntu(
        "ubuntu-k8s-node",
        "k8s",
        &["containerd", "kubelet", "rsyslog", "ssh"],
    ),
    alma(
        "alma-app",
        "app",
        &["chronyd", "crond", "httpd", "rsyslog", "sshd"],
    ),
    alma(
        "alma-db",
        "db",
        &["chronyd", "crond", "postgresql", "rsyslog", "sshd"],
    ),
    Family {
        name: "alpine-edge-gateway",
        os_id: "alpine",
        os_name: "Alpine Linux v3.19",
        os_version: "3.19",
        kernel: "6.6-lts",
        ecosystem: "Alpine:v3.19",
        default_arch: "x86_64",
        table: 3,
        roles: ["base", "gw"],
        services: &["chronyd", "haproxy", "mosquitto", "nginx", "sshd"],
        strays: &[
            ("htop", "3.2.2-r1"),
            ("nmap", "7.94-r0"),
            ("tmux", "3.3a_git20230428-r2"),
        ],
    },
];

const fn debian(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "debian",
        os_name: "Debian GNU/Linux 12 (bookworm)",
        os_version: "12",
        kernel: "6.1-cloud-amd64",
        ecosystem: "Debian:12",
        default_arch: "amd64",
        table: 0,
        roles: ["base", role],
        services,
        strays: &[
            ("htop", "3.2.2-2"),
            ("nmap", "7.93+dfsg1-1"),
            ("telnetd", "0.17+2.4-2"),
            ("tmux", "3.3a-3"),
        ],
    }
}

const fn ubuntu(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "ubuntu",
        os_name: "Ubuntu 22.04 LTS",
        os_version: "22.04",
        kernel: "5.15-generic",
        ecosystem: "Ubuntu:22.04:LTS",
        default_arch: "amd64",
        table: 1,
        roles: ["base", role],
        services,
        strays: &[
            ("htop", "3.0.5-7build2"),
            ("telnetd", "0.17-44build1"),
            ("tmux", "3.2a-4build1"),
        ],
    }
}

const fn alma(name: &'static str, role: &'static str, services: &'static [&'static str]) -> Family {
    Family {
        name,
        os_id: "almalinux",
        os_name: "AlmaLinux 9",
        os_version: "9",
        kernel: "5.14-el9",
        ecosystem: "AlmaLinux:9",
        default_arch: "x86_64",
        table: 2,
        roles: ["base", role],
        services,
        strays: &[
            ("nmap-ncat", "3:7.92-1.el9"),
            ("telnet", "1:0.17-85.el9"),
            ("tmux", "3.2a-5.el9"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Date {
        parse_day("2026-11-21").unwrap()
    }

    #[test]
    fn every_line_of_every_table_reads_with_rising_dates() {
        for table in TABLES {
            let lines = table.text.lines().filter(|line| !line.starts_with('#'));
            for line in lines {
                let row = row(table, line).unwrap_or_else(|| panic!("{}: {line}", table.ecosystem));
                assert!(!row.binaries.is_empty() && !row.history.is_empty(), "{line}");
                assert!(
                    row.history
                        .windows(2)
                        .all(|w| w[0].0 < w[1].0 && w[0].1 != w[1].1),
                    "{line}"
                );
            }
        }
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
