//! A seeded estate that does not exist: for demos, tests and measurements. Everything it reports is marked `simulated`.
//!
//! **Invariant:** the facts are a function of seed, size and day. The clock is read once, and only for the day.

mod catalogue;
mod contract;
mod make;
mod resources;
mod roll;
mod world;

use std::sync::Arc;

use async_trait::async_trait;
use qlrf_core::asset::Asset;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::package::PackageSet;
use qlrf_core::time::{Date, Duration};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, ConfigError, ConnectError, Inventory, Kind, Observed, Sink, read_config};
use catalogue::{Catalogue, FAMILIES};
use make::Maker;

pub const KIND: Kind = Kind {
    name: "sim",
    title: "Simulated estate",
    summary: "A made-up estate of any size, the same for the same seed, to try the product with.",
    simulated: true,
    permissions: None,
    watch: None,
    config_schema: || schemars::schema_for!(SimConfig).into(),
    build: |config, _| Ok(Box::new(Sim::new(SimConfig::parse(config)?)?)),
};

const ASSETS_MAX: u64 = 1_000_000;
/// Ten years either way; the package histories hold less.
const DAY_MAX: i32 = 3_650;

/// Configuration of the simulated estate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimConfig {
    /// How many assets the estate has: 1 to 1 000 000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub assets: u64,
    /// Another seed is another estate of the same kind.
    pub seed: u64,
    /// The day on which the estate is looked at, as `2026-11-21`. Today (UTC) if left out, so that every look on one
    /// day sees the same.
    pub as_of: Option<String>,
    /// Days to move that day on (or back, if negative): assets get patched meanwhile. −3650 to 3650.
    #[schemars(range(min = -3650, max = 3650))]
    pub day: i32,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            assets: 10_000,
            seed: 1,
            as_of: None,
            day: 0,
        }
    }
}

impl SimConfig {
    pub fn parse(config: serde_json::Value) -> Result<Self, ConfigError> {
        read_config("sim", config)
    }

    /// The day that the estate is seen on, as far as it does not depend on the clock.
    fn checked(&self) -> Result<Option<Date>, ConfigError> {
        if !(1..=ASSETS_MAX).contains(&self.assets) {
            let message = format!(
                "sim: \"assets\" is {}, allowed are 1 to {ASSETS_MAX}",
                self.assets
            );
            return Err(ConfigError(message));
        }
        if !(-DAY_MAX..=DAY_MAX).contains(&self.day) {
            let message = format!(
                "sim: \"day\" is {}, allowed are -{DAY_MAX} to {DAY_MAX}",
                self.day
            );
            return Err(ConfigError(message));
        }
        let Some(text) = &self.as_of else { return Ok(None) };
        match catalogue::parse_day(text).filter(|day| (2000..2100).contains(&day.year())) {
            Some(day) => Ok(Some(day)),
            None => Err(ConfigError(format!(
                "sim: \"as_of\" is {text:?}, not a day such as \"2026-11-21\""
            ))),
        }
    }
}

/// One version of a simulated golden image, ready to be registered.
pub struct SimImage {
    pub family: &'static str,
    pub version: String,
    pub published: Date,
    /// Form A of the image contract, YAML.
    pub document: String,
}

/// The contract documents of every golden image of that estate on its day: family by family, oldest version first.
pub fn images(config: &SimConfig) -> Result<Vec<SimImage>, ConfigError> {
    let catalogue = Catalogue::new(Sim::new(config.clone())?.day());
    let one = |image: &catalogue::Image, age| SimImage {
        family: FAMILIES[image.family].name,
        version: image.version.clone(),
        published: image.published,
        document: contract::document(image, age),
    };
    let families = (0..FAMILIES.len()).map(|family| catalogue.family(family));
    Ok(families
        .flat_map(|images| {
            images
                .iter()
                .enumerate()
                .map(|(i, m)| one(m, images.len() - 1 - i))
        })
        .collect())
}

/// The full package set of one image version, in the order of [`images`].
pub struct SimImagePackages {
    pub family: &'static str,
    pub version: String,
    pub packages: Arc<PackageSet>,
}

pub fn image_packages(config: &SimConfig) -> Result<Vec<SimImagePackages>, ConfigError> {
    let catalogue = Catalogue::new(Sim::new(config.clone())?.day());
    let one = |image: &catalogue::Image| SimImagePackages {
        family: FAMILIES[image.family].name,
        version: image.version.clone(),
        packages: image.packages.clone(),
    };
    Ok(catalogue.images().map(one).collect())
}

#[derive(Debug)]
pub struct Sim {
    config: SimConfig,
    as_of: Option<Date>,
}

impl Sim {
    pub fn new(config: SimConfig) -> Result<Self, ConfigError> {
        let as_of = config.checked()?;
        Ok(Self { config, as_of })
    }

    fn day(&self) -> Date {
        let from = self.as_of.unwrap_or_else(|| qlrf_core::time::now().date());
        from + Duration::days(i64::from(self.config.day))
    }

    fn cell(&self, number: u64) -> world::Cell {
        world::cell(self.config.seed, self.config.assets, number)
    }
}

#[async_trait]
impl Inventory for Sim {
    async fn check(&self) -> Result<Check, ConnectError> {
        let scopes = world::cells(self.config.assets);
        let finding = format!(
            "a simulated estate of {} assets in {scopes} scopes at {} sites as of {}; none of it exists",
            self.config.assets,
            world::SITES.len(),
            self.day()
        );
        Ok(Check {
            ok: true,
            findings: vec![finding],
        })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let day = self.day();
        let catalogue = Catalogue::new(day);
        for number in 0..world::cells(self.config.assets) {
            let cell = self.cell(number);
            let maker = Maker::new(self.config.seed, day, &catalogue, &cell);
            let assets: Vec<Asset> = (cell.first..cell.end).map(|number| maker.make(number)).collect();
            let outcome = outcome(&cell, &assets);
            let observed = assets
                .into_iter()
                .map(|asset| Observed { asset, files: None })
                .collect();
            sink.assets(&cell.scope, observed).await?;
            sink.close(&cell.scope, outcome).await?;
            // A sink that never waits must not keep a whole estate on one turn of the runtime.
            tokio::task::yield_now().await;
        }
        for (scope, resources) in resources::scopes(day) {
            sink.resources(&scope, resources).await?;
            sink.close(&scope, ScopeOutcome::Complete).await?;
        }
        Ok(())
    }
}

fn outcome(cell: &world::Cell, assets: &[Asset]) -> ScopeOutcome {
    if !cell.half_reached {
        return ScopeOutcome::Complete;
    }
    let silent = assets
        .iter()
        .filter(|asset| asset.state == qlrf_core::asset::AssetState::Unknown)
        .count();
    ScopeOutcome::Partial {
        code: "site_partly_unreachable".to_owned(),
        detail: format!(
            "{silent} of {} known hosts at {} did not answer",
            assets.len(),
            cell.site.name
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use qlrf_core::digest::Digest;

    use super::*;

    fn estate(assets: u64, seed: u64, day: i32) -> Vec<Asset> {
        let as_of = Some("2026-11-01".to_owned());
        let sim = Sim::new(SimConfig {
            assets,
            seed,
            as_of,
            day,
        })
        .unwrap();
        let catalogue = Catalogue::new(sim.day());
        let cells = (0..world::cells(assets)).map(|number| sim.cell(number));
        cells
            .flat_map(|cell| {
                let maker = Maker::new(seed, sim.day(), &catalogue, &cell);
                (cell.first..cell.end).map(|n| maker.make(n)).collect::<Vec<_>>()
            })
            .collect()
    }

    fn hashes(assets: &[Asset]) -> HashMap<String, Digest> {
        assets
            .iter()
            .map(|asset| (asset.native_id.clone(), asset.fact_hash()))
            .collect()
    }

    #[test]
    fn a_seed_is_an_estate_and_another_seed_is_another() {
        let first = hashes(&estate(500, 1, 0));
        assert_eq!(first, hashes(&estate(500, 1, 0)));
        assert!(
            hashes(&estate(500, 2, 0))
                .keys()
                .all(|id| !first.contains_key(id))
        );
    }

    #[test]
    fn about_one_asset_in_a_hundred_changes_on_a_day() {
        let mut before = hashes(&estate(3_000, 1, 0));
        let mut changed = 0;
        for day in 1..=14 {
            let after = hashes(&estate(3_000, 1, day));
            assert_eq!(after.len(), before.len());
            changed += after.iter().filter(|(id, hash)| before[*id] != **hash).count();
            before = after;
        }
        let percent = changed as f64 / (14.0 * 30.0);
        assert!((0.4..2.5).contains(&percent), "{percent} % a day");
    }

    #[test]
    fn the_estate_has_the_shape_that_is_documented() {
        let assets = estate(10_000, 1, 0);
        let share = |of: &dyn Fn(&Asset) -> bool| assets.iter().filter(|a| of(a)).count() as f64 / 100.0;
        assert!(
            assets
                .iter()
                .all(|a| a.simulated && a.labels["ql-rf.io/simulated"] == "true")
        );
        assert!(
            (1.0..6.0).contains(&share(&|a| a.image_ref.is_none())),
            "unmanaged"
        );
        assert!((1.0..8.0).contains(&share(&|a| a.software.is_none())), "unknown");
        let sets: HashSet<Digest> = assets
            .iter()
            .filter_map(|a| a.software.as_ref())
            .map(|s| s.packages.digest())
            .collect();
        assert!((100..=220).contains(&sets.len()), "{} distinct sets", sets.len());
        let platforms: HashSet<_> = assets.iter().map(|a| a.platform).collect();
        let sites: HashSet<_> = assets.iter().map(|a| a.site.clone()).collect();
        assert_eq!((platforms.len(), sites.len()), (7, 6));
    }

    #[test]
    fn the_forgotten_recovery_site_runs_older_images_than_its_primary() {
        let assets = estate(10_000, 1, 0);
        let newest: HashSet<String> = image_refs_of_newest();
        let current = |site: &str| {
            let here: Vec<_> = assets
                .iter()
                .filter(|a| a.site.as_deref() == Some(site))
                .collect();
            let fresh = here
                .iter()
                .filter(|a| a.image_ref.as_ref().is_some_and(|r| newest.contains(r)))
                .count();
            fresh as f64 / here.len() as f64
        };
        assert!(
            current("iad1") > current("pdx1") + 0.15,
            "{} {}",
            current("iad1"),
            current("pdx1")
        );
    }

    fn image_refs_of_newest() -> HashSet<String> {
        let config = SimConfig {
            as_of: Some("2026-11-01".to_owned()),
            ..SimConfig::default()
        };
        let catalogue = Catalogue::new(Sim::new(config).unwrap().day());
        let newest = (0..FAMILIES.len()).map(|family| catalogue.family(family).last().unwrap());
        newest
            .flat_map(|image| {
                estate_platforms().into_iter().flat_map(move |platform| {
                    world::SITES
                        .iter()
                        .map(move |site| contract::coordinate(image, platform, site.aws))
                })
            })
            .collect()
    }

    fn estate_platforms() -> Vec<qlrf_core::asset::Platform> {
        (0..7)
            .map(|number| world::cell(1, 700, number).platform)
            .collect()
    }

    #[test]
    fn every_image_reference_is_a_coordinate_of_a_document() {
        let config = SimConfig {
            as_of: Some("2026-11-01".to_owned()),
            ..SimConfig::default()
        };
        let documents: String = images(&config)
            .unwrap()
            .into_iter()
            .map(|image| image.document)
            .collect();
        let references: HashSet<String> = estate(2_000, 1, 0)
            .into_iter()
            .filter_map(|a| a.image_ref)
            .collect();
        for reference in references.iter().filter(|r| !r.starts_with("/subscriptions/")) {
            let written = reference.rsplit('/').next().unwrap();
            assert!(documents.contains(written), "{reference}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_config_is_said() {
        let says = |json: serde_json::Value| {
            (KIND.build)(json, crate::grant::Grants::default().of("test"))
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        assert!(says(serde_json::json!({"assets": 0})).contains("\"assets\" is 0, allowed are 1 to 1000000"));
        assert!(says(serde_json::json!({"assets": 1_000_001})).contains("1000001"));
        assert!(says(serde_json::json!({"asets": 1})).contains("unknown field `asets`"));
        assert!(says(serde_json::json!({"as_of": "21.11.2026"})).contains("not a day"));
        assert!(says(serde_json::json!({"as_of": "+026-1\u{1}-21"})).contains("not a day"));
        assert!(says(serde_json::json!({"day": i32::MIN})).contains("\"day\""));
        assert_eq!(says(serde_json::json!({})), "");
    }
}
