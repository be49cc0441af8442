//! Drift: what an asset has, against what its golden image promises.
//!
//! The costly part, packages, depends on the package set and the image version alone: [`diff_packages`] is called once
//! for each distinct pair and its answer shared by every asset that has it. [`evaluate`] then combines per asset.
//!
//! State, first that applies:
//! 1. *unmanaged*: no image is linked;
//! 2. *outdated*: the image version is behind or withdrawn, or anything expected does not hold;
//! 3. *unknown*: software was not observed, or anything expected could not be compared;
//! 4. *ahead*: the image version is unpublished, or a package is newer or extra;
//! 5. *current*.

pub mod coverage;
pub mod image_lag;
mod names;
pub mod packages;
pub mod quality;
pub mod rank;
mod settings;
pub mod trend;

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_core::drift::{
    DriftSeverity, DriftState, ImageLag, PackageChange, Standing, Unverified, UnverifiedWhy, ValueDifference,
};
use qlrf_core::image::ServiceExpectation;
use qlrf_core::time::Timestamp;

pub use packages::{Compare, ExpectedPackages, PackageDiff, by_ecosystem, diff_packages};

/// What the image that an asset should run promises, packages aside.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub services: BTreeMap<String, ServiceExpectation>,
    pub config: BTreeMap<String, String>,
    /// None when the link names a family and no version: the lag is then not assessed, the contract is.
    pub lag: Option<ImageLag>,
}

/// What was seen of the asset. Each None is *not observed*.
#[derive(Clone, Debug, Default)]
pub struct Actual<'a> {
    /// The answer of [`diff_packages`] for the asset's package set, which must have been observed for there to be one.
    pub packages: Option<Arc<PackageDiff>>,
    pub services: Option<&'a BTreeMap<String, String>>,
    pub config: Option<&'a BTreeMap<String, String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    pub state: DriftState,
    pub lag: Option<ImageLag>,
    pub packages: Option<Arc<PackageDiff>>,
    pub services: Vec<ValueDifference>,
    pub config: Vec<ValueDifference>,
    /// Services and settings that could not be compared; those of packages are in [`Drift::packages`].
    pub unverified: Vec<Unverified>,
}

/// Compares one asset. `expected` is None when no image is linked to it.
pub fn evaluate(expected: Option<&Expected>, actual: &Actual<'_>) -> Drift {
    let Some(expected) = expected else {
        return Drift {
            state: DriftState::Unmanaged,
            lag: None,
            packages: None,
            services: Vec::new(),
            config: Vec::new(),
            unverified: Vec::new(),
        };
    };
    let mut unverified = Vec::new();
    let services = settings::services(&expected.services, actual.services, &mut unverified);
    let config = settings::config(&expected.config, actual.config, &mut unverified);
    if actual.packages.is_none() {
        unverified.push(Unverified {
            what: "software".into(),
            why: UnverifiedWhy::NotObserved,
        });
    }
    let mut drift = Drift {
        state: DriftState::Unknown,
        lag: expected.lag.clone(),
        packages: actual.packages.clone(),
        services,
        config,
        unverified,
    };
    drift.state = state(&drift);
    drift
}

fn state(drift: &Drift) -> DriftState {
    let standing = drift.lag.as_ref().map(|lag| lag.standing);
    let packages = drift.packages.as_deref();
    let behind = matches!(standing, Some(Standing::Behind | Standing::Withdrawn))
        || !drift.services.is_empty()
        || !drift.config.is_empty()
        || packages.is_some_and(PackageDiff::is_behind);
    if behind {
        DriftState::Outdated
    } else if !drift.unverified.is_empty() || packages.is_none_or(|diff| !diff.unverified.is_empty()) {
        DriftState::Unknown
    } else if standing == Some(Standing::Unpublished)
        || packages.is_some_and(|diff| !diff.differences.is_empty())
    {
        DriftState::Ahead
    } else {
        DriftState::Current
    }
}

/// When an image lag starts to matter. Defaults: more than 14 days warns, more than 30 is critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeLimits {
    pub warning_days: i64,
    pub critical_days: i64,
}

impl Default for AgeLimits {
    fn default() -> Self {
        Self {
            warning_days: 14,
            critical_days: 30,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeBand {
    Fresh,
    Warning,
    Critical,
}

impl AgeLimits {
    /// A moment in the future is fresh. Whole days count: 14 days and 23 hours is 14 days.
    pub fn band(&self, superseded_at: Timestamp, now: Timestamp) -> AgeBand {
        match (now - superseded_at).whole_days() {
            days if days > self.critical_days => AgeBand::Critical,
            days if days > self.warning_days => AgeBand::Warning,
            _ => AgeBand::Fresh,
        }
    }
}

impl Drift {
    /// The worst of its differences, each by the rule at its [`DriftSeverity`].
    pub fn severity(&self, now: Timestamp, limits: &AgeLimits) -> DriftSeverity {
        let values = !self.services.is_empty() || !self.config.is_empty();
        let packages = self
            .packages
            .iter()
            .flat_map(|diff| &diff.differences)
            .map(|d| match d.change {
                PackageChange::Forbidden => DriftSeverity::Critical,
                PackageChange::Missing | PackageChange::Older => DriftSeverity::High,
                PackageChange::Newer | PackageChange::Extra => DriftSeverity::Low,
            });
        let lag = self
            .lag
            .as_ref()
            .map(|lag| match (lag.standing, lag.superseded_at) {
                (Standing::Newest, _) => DriftSeverity::None,
                (Standing::Unpublished, _) => DriftSeverity::Low,
                (Standing::Withdrawn, _) => DriftSeverity::Critical,
                (Standing::Behind, None) => DriftSeverity::Medium,
                (Standing::Behind, Some(at)) => match limits.band(at, now) {
                    AgeBand::Fresh => DriftSeverity::Medium,
                    AgeBand::Warning => DriftSeverity::High,
                    AgeBand::Critical => DriftSeverity::Critical,
                },
            });
        let values = values.then_some(DriftSeverity::Medium);
        packages.chain(lag).chain(values).max().unwrap_or_default()
    }

    /// One sentence for each difference, the image lag first.
    pub fn sentences(&self, family: &str, version: &str) -> Vec<String> {
        let image = format!("{family} {version}");
        let lag = self.lag.as_ref().and_then(|lag| lag.explain(family));
        let packages = self
            .packages
            .iter()
            .flat_map(|diff| &diff.differences)
            .map(|d| d.explain(&image));
        let values = self
            .services
            .iter()
            .chain(&self.config)
            .map(|d| d.explain(&image));
        lag.into_iter().chain(packages).chain(values).collect()
    }
}
