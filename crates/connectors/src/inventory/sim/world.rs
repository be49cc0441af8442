//! The lay of the simulated land: sites in pairs, projects, and how the estate is cut into scopes.

use qlrf_core::asset::{AssetKind, Criticality, Platform};
use qlrf_core::coverage::Scope;

use super::roll::Roll;

/// Small enough that a changed asset makes a sync look at few others.
pub const SCOPE_ASSETS_AIM: u64 = 100;

pub struct Site {
    pub name: &'static str,
    /// Both halves of a pair carry the same one.
    pub pair: &'static str,
    pub dr: bool,
    pub aws: &'static str,
    pub azure: &'static str,
    pub gcp: &'static str,
    /// How late this site patches, in per cent of the usual.
    pub lag_percent: u64,
}

pub const SITES: &[Site] = &[
    site(
        "fra1",
        "eu",
        false,
        ["eu-central-1", "germanywestcentral", "europe-west3"],
        100,
    ),
    site(
        "ams1",
        "eu",
        true,
        ["eu-west-1", "westeurope", "europe-west4"],
        120,
    ),
    site("iad1", "us", false, ["us-east-1", "eastus", "us-east4"], 100),
    // The story of this estate: one recovery site that everybody forgets to patch.
    site("pdx1", "us", true, ["us-west-2", "westus2", "us-west1"], 350),
    site(
        "sin1",
        "apac",
        false,
        ["ap-southeast-1", "southeastasia", "asia-southeast1"],
        110,
    ),
    site(
        "syd1",
        "apac",
        true,
        ["ap-southeast-2", "australiaeast", "australia-southeast1"],
        130,
    ),
];
/// Its edge gateway does not reach all of its hosts.
const HALF_REACHED_SITE: usize = 5;

const fn site(
    name: &'static str,
    pair: &'static str,
    dr: bool,
    regions: [&'static str; 3],
    lag_percent: u64,
) -> Site {
    Site {
        name,
        pair,
        dr,
        aws: regions[0],
        azure: regions[1],
        gcp: regions[2],
        lag_percent,
    }
}

pub struct Workload {
    pub name: &'static str,
    pub project: &'static str,
    pub owner: &'static str,
    pub criticality: Criticality,
}

pub const WORKLOADS: &[Workload] = &[
    workload("payments", "commerce", "team-payments", Criticality::Critical),
    workload("checkout", "commerce", "team-storefront", Criticality::Critical),
    workload("catalogue", "commerce", "team-storefront", Criticality::High),
    workload("ledger", "finance", "team-ledger", Criticality::Critical),
    workload("invoicing", "finance", "team-ledger", Criticality::High),
    workload("identity", "platform", "team-identity", Criticality::Critical),
    workload("telemetry", "platform", "team-observability", Criticality::Medium),
    workload("build", "platform", "team-delivery", Criticality::Low),
    workload("reporting", "analytics", "team-data", Criticality::Medium),
    workload("search", "analytics", "team-data", Criticality::High),
];

const fn workload(
    name: &'static str,
    project: &'static str,
    owner: &'static str,
    criticality: Criticality,
) -> Workload {
    Workload {
        name,
        project,
        owner,
        criticality,
    }
}

/// One account in one region, and the assets numbered `first..end` in it.
pub struct Cell {
    pub number: u64,
    pub platform: Platform,
    pub kind: AssetKind,
    pub site: &'static Site,
    pub env: &'static str,
    pub scope: Scope,
    pub first: u64,
    pub end: u64,
    /// Its lister gave up before the end.
    pub half_reached: bool,
    pub roll: Roll,
}

/// How many scopes an estate of that size has: each platform gets one before any gets a second.
pub fn cells(assets: u64) -> u64 {
    assets
        .div_ceil(SCOPE_ASSETS_AIM)
        .max(assets.min(PLATFORMS_FIRST.len() as u64))
}

pub fn cell(seed: u64, assets: u64, number: u64) -> Cell {
    let roll = Roll::new(seed).part(number);
    let mut dice = roll.part(0);
    let platform = match PLATFORMS_FIRST.get(number as usize) {
        Some(platform) => *platform,
        None => *dice.pick(PLATFORMS_OFTEN),
    };
    let rolled_site = dice.below(SITES.len() as u64) as usize;
    // The first edge scope is at the site that is told about, so that every estate of seven or more has the story.
    let first_edge = number as usize + 1 == PLATFORMS_FIRST.len();
    let site = if first_edge {
        HALF_REACHED_SITE
    } else {
        rolled_site
    };
    let env = *dice.pick(&["prod", "prod", "prod", "stage", "dev"]);
    let count = cells(assets);
    Cell {
        number,
        platform,
        kind: kind_of(platform),
        site: &SITES[site],
        env,
        scope: scope(platform, &SITES[site], env, number, dice.next()),
        first: (u128::from(assets) * u128::from(number) / u128::from(count)) as u64,
        end: (u128::from(assets) * (u128::from(number) + 1) / u128::from(count)) as u64,
        half_reached: platform == Platform::Edge && site == HALF_REACHED_SITE,
        roll,
    }
}

const PLATFORMS_FIRST: &[Platform] = &[
    Platform::Aws,
    Platform::Azure,
    Platform::Gcp,
    Platform::Vsphere,
    Platform::Kubernetes,
    Platform::Baremetal,
    Platform::Edge,
];

/// Twenty faces: 30 % AWS, 20 % Azure, 15 % vSphere, 15 % Kubernetes, 10 % GCP, 5 % each bare metal and edge.
const PLATFORMS_OFTEN: &[Platform] = &[
    Platform::Aws,
    Platform::Aws,
    Platform::Aws,
    Platform::Aws,
    Platform::Aws,
    Platform::Aws,
    Platform::Azure,
    Platform::Azure,
    Platform::Azure,
    Platform::Azure,
    Platform::Vsphere,
    Platform::Vsphere,
    Platform::Vsphere,
    Platform::Kubernetes,
    Platform::Kubernetes,
    Platform::Kubernetes,
    Platform::Gcp,
    Platform::Gcp,
    Platform::Baremetal,
    Platform::Edge,
];

fn kind_of(platform: Platform) -> AssetKind {
    match platform {
        Platform::Kubernetes => AssetKind::KubernetesNode,
        Platform::Baremetal => AssetKind::PhysicalHost,
        Platform::Edge | Platform::Local | Platform::Oci => AssetKind::Host,
        Platform::Aws | Platform::Azure | Platform::Gcp | Platform::Vsphere => AssetKind::VirtualMachine,
    }
}

fn scope(platform: Platform, site: &Site, env: &str, number: u64, id: u64) -> Scope {
    let (account, region) = match platform {
        // The running number keeps accounts apart; the rest only looks like the platform's own.
        Platform::Aws => (format!("{:05}{number:07}", id % 90_000 + 10_000), site.aws),
        Platform::Azure => (subscription(id, number), site.azure),
        Platform::Gcp => (format!("acme-{env}-{number:07}"), site.gcp),
        Platform::Vsphere => (format!("vcenter-{number:07}.{}.example", site.name), site.name),
        Platform::Kubernetes => (format!("k8s-{env}-{number:07}"), site.name),
        Platform::Baremetal | Platform::Edge | Platform::Local | Platform::Oci => {
            (format!("{env}-{number:07}"), site.name)
        }
    };
    let kind = match kind_of(platform) {
        AssetKind::KubernetesNode => "kubernetes_node",
        AssetKind::PhysicalHost => "physical_host",
        AssetKind::VirtualMachine => "virtual_machine",
        AssetKind::Container | AssetKind::Host => "host",
    };
    Scope {
        account,
        region: region.to_owned(),
        kind: kind.to_owned(),
    }
}

fn subscription(id: u64, number: u64) -> String {
    format!(
        "{:08x}-{:04x}-4000-8000-{number:012x}",
        (id >> 32) as u32,
        id as u16
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_hold_every_asset_once() {
        for assets in [1, 6, 7, 99, 700, 701, 10_000, 1_000_000] {
            let mut next = 0;
            for number in 0..cells(assets) {
                let cell = cell(3, assets, number);
                assert_eq!(cell.first, next);
                assert!(
                    cell.end > cell.first && cell.end - cell.first <= SCOPE_ASSETS_AIM,
                    "{assets}"
                );
                next = cell.end;
            }
            assert_eq!(next, assets);
        }
    }

    #[test]
    fn six_sites_make_three_pairs_of_one_primary_and_one_recovery_site() {
        for site in SITES {
            let pair: Vec<&Site> = SITES.iter().filter(|other| other.pair == site.pair).collect();
            assert_eq!(
                (pair.len(), pair.iter().filter(|s| s.dr).count()),
                (2, 1),
                "{}",
                site.name
            );
        }
    }
}
