//! One simulated asset, out of its number alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_core::asset::{Asset, AssetState, Confidence, Criticality, Exposure, Os, Platform, Software};
use qlrf_core::package::PackageSet;
use qlrf_core::time::{Date, Duration};

use super::catalogue::{
    ALMA_APP, ALMA_DB, ALPINE_EDGE, Catalogue, DEBIAN_DB, DEBIAN_K8S, DEBIAN_WEB, Deviation, FAMILIES, Image,
    UBUNTU_APP, UBUNTU_K8S,
};
use super::contract::coordinate;
use super::roll::{Roll, unique};
use super::world::{Cell, WORKLOADS, Workload};

/// What all assets of one scope share.
pub struct Maker<'a> {
    seed: u64,
    day: Date,
    catalogue: &'a Catalogue,
    cell: &'a Cell,
    /// The hand-made package set of this scope: the image it grew out of, and what became of it. One per scope keeps
    /// distinct sets near one in a hundred assets, which is what real estates of this kind have.
    odd: Option<(&'a Image, Arc<PackageSet>)>,
}

/// In a thousand assets: how many are of which sort. The rest runs what its image says.
const UNMANAGED_PER_MILLE: u64 = 30;
const UNKNOWN_PER_MILLE: u64 = 25;
const ODD_PER_MILLE: u64 = 30;
const SERVICE_DOWN_PER_MILLE: u64 = 8;
const ROOT_LOGIN_PER_MILLE: u64 = 12;
/// Of a half-reached site, one host in this many does not answer.
const UNREACHED_ONE_IN: u64 = 3;

#[derive(PartialEq)]
enum Sort {
    Unmanaged,
    Unknown,
    Odd,
    Plain,
}

impl<'a> Maker<'a> {
    pub fn new(seed: u64, day: Date, catalogue: &'a Catalogue, cell: &'a Cell) -> Self {
        let mut maker = Self {
            seed,
            day,
            catalogue,
            cell,
            odd: None,
        };
        if (cell.first..cell.end).any(|number| sort(&mut maker.roll(number)) == Sort::Odd) {
            let mut dice = cell.roll.part(1);
            let family = maker.family(Tier::of(cell.platform, &mut dice), &mut dice);
            let image = maker.image(family, maker.lag_days(&mut dice), 0);
            let deviation = *dice.pick(&[Deviation::HandPatched, Deviation::Stray]);
            maker.odd = Some((image, catalogue.deviate(image, deviation, dice.next())));
        }
        maker
    }

    pub fn make(&self, number: u64) -> Asset {
        let cell = self.cell;
        let mut dice = self.roll(number);
        let sort = sort(&mut dice);
        let workload = &WORKLOADS[dice.below(WORKLOADS.len() as u64) as usize];
        let tier = Tier::of(cell.platform, &mut dice);
        let family = self.family(tier, &mut dice);
        let lag = self.lag_days(&mut dice);
        let salt = dice.next();
        let odd = self.odd.as_ref().filter(|_| sort == Sort::Odd);
        let image = odd.map_or_else(|| self.image(family, lag, salt), |(image, _)| *image);
        let packages = odd.map_or(&image.packages, |(_, set)| set);
        let unreached = cell.half_reached && (number - cell.first).is_multiple_of(UNREACHED_ONE_IN);
        let known = !unreached && sort != Sort::Unknown;
        let managed = sort != Sort::Unmanaged;
        let name = format!("{}-{}-{}-{number:06}", cell.site.name, workload.name, tier.name());
        // Those who never moved were there from the start.
        let arrived = image.published + Duration::days(lag);
        let launched = if arrived <= self.day {
            arrived
        } else {
            image.published
        };
        let native_id = self.native_id(number, &name);
        Asset {
            name,
            account: Some(cell.scope.account.clone()),
            region: Some(cell.scope.region.clone()),
            site: Some(cell.site.name.to_owned()),
            env: Some(cell.env.to_owned()),
            project: Some(workload.project.to_owned()),
            workload: Some(workload.name.to_owned()),
            owner: Some(workload.owner.to_owned()),
            image_ref: managed.then(|| coordinate(image, cell.platform, &cell.scope.region)),
            os: Some(os(image)),
            state: if unreached {
                AssetState::Unknown
            } else {
                AssetState::Running
            },
            labels: self.labels(tier, managed.then_some(image)),
            criticality: self.criticality(workload),
            exposure: self.exposure(tier),
            services: known.then(|| services(image, &mut dice)),
            config: known.then(|| config(&mut dice)),
            software: known.then(|| Software {
                confidence: self.confidence(),
                packages: packages.clone(),
            }),
            launched_at: Some(launched.midnight().assume_utc()),
            simulated: true,
            // Pending updates stay unknown: what a package manager on the asset would say is not simulated.
            ..Asset::new(native_id, cell.platform, cell.kind)
        }
    }

    fn roll(&self, number: u64) -> Roll {
        self.cell.roll.part(2 + number)
    }

    fn family(&self, tier: Tier, dice: &mut Roll) -> usize {
        match tier {
            Tier::Web => DEBIAN_WEB,
            Tier::App => *dice.pick(&[UBUNTU_APP, ALMA_APP]),
            Tier::Db => *dice.pick(&[DEBIAN_DB, ALMA_DB]),
            // A cluster is of one make.
            Tier::Node => [DEBIAN_K8S, UBUNTU_K8S][(self.cell.number % 2) as usize],
            Tier::Gateway => ALPINE_EDGE,
        }
    }

    /// Days from the publication of an image to the day that this asset runs it.
    fn lag_days(&self, dice: &mut Roll) -> i64 {
        // Ventiles of a right-skewed distribution with median 10: most within a fortnight, a few never in a year.
        const VENTILES: [u64; 20] = [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 20, 25, 32, 45, 90, 400,
        ];
        let base = dice.pick(&VENTILES) * 100 + dice.below(100);
        let env = match self.cell.env {
            "prod" => 110,
            "stage" => 90,
            _ => 70,
        };
        let platform = match self.cell.platform {
            Platform::Kubernetes => 60,
            Platform::Vsphere => 130,
            Platform::Baremetal => 150,
            Platform::Edge => 200,
            Platform::Aws | Platform::Azure | Platform::Gcp | Platform::Local | Platform::Oci => 90,
        };
        (base * env * platform * self.cell.site.lag_percent / 100_000_000) as i64
    }

    /// The newest version that this asset has had the time to move to; the oldest kept one for those who never do.
    fn image(&self, family: usize, lag: i64, salt: u64) -> &'a Image {
        let images = self.catalogue.family(family);
        let arrived = |image: &&Image| {
            // A few days more or less each time: nobody patches on the exact day.
            let jitter = (salt ^ image.published.to_julian_day() as u64) % 3;
            image.published + Duration::days(lag + jitter as i64) <= self.day
        };
        images.iter().rev().find(arrived).unwrap_or(&images[0])
    }

    fn native_id(&self, number: u64, name: &str) -> String {
        let id = unique(self.seed, number);
        match self.cell.platform {
            Platform::Aws => format!("i-0{id:016x}"),
            Platform::Azure => format!(
                "/subscriptions/{}/resourceGroups/sim/providers/Microsoft.Compute/virtualMachines/{name}",
                self.cell.scope.account
            ),
            Platform::Gcp => format!("{id}"),
            Platform::Vsphere | Platform::Kubernetes => {
                format!(
                    "{:08x}-{:04x}-4000-8000-{:012x}",
                    (id >> 32) as u32,
                    (id >> 16) as u16,
                    id
                )
            }
            Platform::Baremetal | Platform::Edge | Platform::Local | Platform::Oci => format!("{id:032x}"),
        }
    }

    fn labels(&self, tier: Tier, image: Option<&Image>) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::from([
            ("ql-rf.io/dr-pair".to_owned(), self.cell.site.pair.to_owned()),
            (
                "ql-rf.io/dr-role".to_owned(),
                if self.cell.site.dr { "dr" } else { "primary" }.to_owned(),
            ),
            ("ql-rf.io/simulated".to_owned(), "true".to_owned()),
            ("tier".to_owned(), tier.name().to_owned()),
        ]);
        if let Some(image) = image {
            labels.insert(
                "ql-rf.io/image-family".to_owned(),
                FAMILIES[image.family].name.to_owned(),
            );
        }
        labels
    }

    fn criticality(&self, workload: &Workload) -> Criticality {
        if self.cell.env == "dev" {
            Criticality::Low
        } else {
            workload.criticality
        }
    }

    fn exposure(&self, tier: Tier) -> Exposure {
        match (tier, self.cell.env) {
            (Tier::Web, "prod") | (Tier::Gateway, _) => Exposure::Internet,
            _ => Exposure::Internal,
        }
    }

    fn confidence(&self) -> Confidence {
        match self.cell.platform {
            Platform::Aws | Platform::Azure | Platform::Gcp => Confidence::Reported,
            Platform::Kubernetes | Platform::Oci => Confidence::Inferred,
            Platform::Vsphere | Platform::Baremetal | Platform::Edge | Platform::Local => {
                Confidence::Observed
            }
        }
    }
}

fn sort(dice: &mut Roll) -> Sort {
    match dice.below(1000) {
        roll if roll < UNMANAGED_PER_MILLE => Sort::Unmanaged,
        roll if roll < UNMANAGED_PER_MILLE + UNKNOWN_PER_MILLE => Sort::Unknown,
        roll if roll < UNMANAGED_PER_MILLE + UNKNOWN_PER_MILLE + ODD_PER_MILLE => Sort::Odd,
        _ => Sort::Plain,
    }
}

#[derive(Clone, Copy)]
enum Tier {
    Web,
    App,
    Db,
    Node,
    Gateway,
}

impl Tier {
    fn of(platform: Platform, dice: &mut Roll) -> Self {
        match platform {
            Platform::Kubernetes => Tier::Node,
            Platform::Edge => Tier::Gateway,
            Platform::Baremetal => Tier::Db,
            _ => *dice.pick(&[Tier::Web, Tier::Web, Tier::App, Tier::App, Tier::Db]),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Tier::Web => "web",
            Tier::App => "app",
            Tier::Db => "db",
            Tier::Node => "node",
            Tier::Gateway => "gateway",
        }
    }
}

fn os(image: &Image) -> Os {
    let family = &FAMILIES[image.family];
    Os {
        id: family.os_id.to_owned(),
        version: family.os_version.to_owned(),
        name: family.os_name.to_owned(),
        kernel: Some(family.kernel.to_owned()),
        architecture: Some("x86_64".to_owned()),
    }
}

fn services(image: &Image, dice: &mut Roll) -> BTreeMap<String, String> {
    let names = FAMILIES[image.family].services;
    let down = (dice.below(1000) < SERVICE_DOWN_PER_MILLE).then(|| dice.pick(names));
    let state = |name: &&str| if down == Some(name) { "stopped" } else { "running" };
    names
        .iter()
        .map(|name| ((*name).to_owned(), state(name).to_owned()))
        .collect()
}

fn config(dice: &mut Roll) -> BTreeMap<String, String> {
    let root_login = if dice.below(1000) < ROOT_LOGIN_PER_MILLE {
        "yes"
    } else {
        "no"
    };
    BTreeMap::from([
        ("sshd:PasswordAuthentication".to_owned(), "no".to_owned()),
        ("sshd:PermitRootLogin".to_owned(), root_login.to_owned()),
        ("sysctl:kernel.randomize_va_space".to_owned(), "2".to_owned()),
    ])
}
