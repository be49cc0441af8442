//! How a vulnerability stands in this estate: how urgent it is here, and why.

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_core::advisory::is_cve;
use qlrf_engines::vuln::urgency::{Criticality, Exposure, Input, Level, Urgency, urgency};
use roaring::RoaringBitmap;

use super::{Dimension, Fleet, Vulnerabilities, Vulnerability};

/// The words that facts know, the worst first.
pub const EXPOSURES: [(Exposure, &str); 2] =
    [(Exposure::Internet, "internet"), (Exposure::Internal, "internal")];
pub const CRITICALITIES: [(Criticality, &str); 4] = [
    (Criticality::Critical, "critical"),
    (Criticality::High, "high"),
    (Criticality::Medium, "medium"),
    (Criticality::Low, "low"),
];

#[derive(Clone, Debug)]
pub struct Standing {
    pub urgency: Urgency,
    /// Affected assets that the simulator made up.
    pub simulated: u64,
}

/// How many vulnerabilities are how urgent.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub struct UrgencyCounts {
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    pub low: u64,
    /// Less than half of what makes them urgent is known.
    pub unknown: u64,
}

impl UrgencyCounts {
    pub fn add(&mut self, level: Option<Level>) {
        let place = match level {
            Some(Level::Critical) => &mut self.critical,
            Some(Level::High) => &mut self.high,
            Some(Level::Medium) => &mut self.medium,
            Some(Level::Low) => &mut self.low,
            None => &mut self.unknown,
        };
        *place += 1;
    }
}

/// Assets by what makes a vulnerability worse on them, the worst first.
struct Ground {
    exposure: [(Exposure, RoaringBitmap); EXPOSURES.len()],
    criticality: [(Criticality, RoaringBitmap); CRITICALITIES.len()],
    simulated: RoaringBitmap,
    assets: u64,
}

impl Fleet {
    /// Of every vulnerability, computed once for a view.
    pub fn standings(&self) -> &HashMap<Arc<str>, Standing> {
        self.vulnerabilities.standings.get_or_init(|| {
            let ground = self.ground();
            let stand = |v: &Vulnerability| (v.id.clone(), self.stand(v, &ground));
            self.vulnerabilities.iter().map(stand).collect()
        })
    }

    fn ground(&self) -> Ground {
        Ground {
            exposure: EXPOSURES.map(|(value, word)| (value, self.having_word(Dimension::Exposure, word))),
            criticality: CRITICALITIES
                .map(|(value, word)| (value, self.having_word(Dimension::Criticality, word))),
            simulated: self.simulated(),
            assets: self.live().len(),
        }
    }

    fn stand(&self, vulnerability: &Vulnerability, ground: &Ground) -> Standing {
        let input = Input {
            // The worst that is known of any affected asset; unknown when it is known of none.
            exposure: worst(&ground.exposure, &vulnerability.assets),
            criticality: worst(&ground.criticality, &vulnerability.assets),
            fleet_share: (ground.assets > 0)
                .then(|| vulnerability.assets.len() as f64 / ground.assets as f64),
            ..self.vulnerabilities.told_of(vulnerability)
        };
        Standing {
            urgency: urgency(&input),
            simulated: vulnerability.assets.intersection_len(&ground.simulated),
        }
    }
}

impl Vulnerabilities {
    /// What feeds tell of it, whatever runs it.
    pub(super) fn told_of(&self, vulnerability: &Vulnerability) -> Input {
        let is_listable = self.has_kev && is_cve(&vulnerability.id);
        Input {
            cvss: vulnerability.cvss().map(|(score, _)| rounded(score)),
            epss: vulnerability.epss.as_ref().map(|epss| f64::from(epss.score)),
            exploited: is_listable.then_some(vulnerability.kev.is_some()),
            ..Input::default()
        }
    }
}

fn worst<T: Copy>(worst_first: &[(T, RoaringBitmap)], assets: &RoaringBitmap) -> Option<T> {
    let found = worst_first.iter().find(|(_, having)| !having.is_disjoint(assets));
    found.map(|(value, _)| *value)
}

/// One decimal, as CVSS defines it: 9.8 and not 9.800000190734863.
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10.0).round() / 10.0
}
