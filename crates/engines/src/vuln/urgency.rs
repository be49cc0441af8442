//! In which order findings deserve attention.
//!
//! `score = 100 × Σ weight × value`, each value between 0 and 1:
//!
//! | factor | weight | value |
//! |---|---|---|
//! | CVSS | 0.30 | base score ÷ 10 |
//! | EPSS | 0.25 | `1 + log10(p) / 3`, so that 0.1 % is 0, 1 % is ⅓, 10 % is ⅔ and certainty is 1 |
//! | KEV | 0.20 | 1 when exploitation is known |
//! | exposure | 0.10 | internet 1, internal ½, isolated 0 |
//! | criticality | 0.10 | critical 1, high ¾, medium ½, low ¼ |
//! | fleet share | 0.05 | square root of the affected share: the first percent counts most |
//!
//! Known exploitation supersedes the estimate of it (<https://www.first.org/epss/faq>): EPSS then counts as 1, and the
//! score is at least [`KEV_FLOOR`]. An unknown input counts as [`ASSUMED`], lowers the confidence by its weight, and
//! widens the range in which the score would lie if it were known.
//!
//! A [`Level`] says in a word how soon somebody has to act: critical from 70, high from 50, medium from 30. A score that
//! is more assumption than knowledge has none.

/// Severity is the one input that nearly every advisory has, so it leads.
pub const WEIGHT_CVSS: f64 = 0.30;
/// Most vulnerabilities are never exploited; the estimate tells those apart that may be.
pub const WEIGHT_EPSS: f64 = 0.25;
/// Evidence instead of an estimate; together with EPSS it outweighs severity.
pub const WEIGHT_KEV: f64 = 0.20;
/// Who can reach it.
pub const WEIGHT_EXPOSURE: f64 = 0.10;
/// What is lost.
pub const WEIGHT_CRITICALITY: f64 = 0.10;
/// How much work and how much surface; it breaks ties rather than decides.
pub const WEIGHT_FLEET: f64 = 0.05;

/// What is exploited in the wild never ranks below this, however little else is known.
pub const KEV_FLOOR: f64 = 70.0;
/// The middle: neither safe nor the worst.
pub const ASSUMED: f64 = 0.5;

/// From which score on something is at least that urgent. Whatever is exploited is critical.
const CRITICAL_FROM: f64 = KEV_FLOOR;
const HIGH_FROM: f64 = 50.0;
const MEDIUM_FROM: f64 = 30.0;
/// With less of the weight known than this, a score says nothing: an unrated vulnerability without estimate or catalogue
/// would always lie in the middle.
const CONFIDENCE_MIN: f64 = 0.5;
/// Sums of weights are not exact.
const ROUNDING: f64 = 1e-9;

/// How soon somebody has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Critical, Level::High, Level::Medium, Level::Low];

    pub fn name(self) -> &'static str {
        match self {
            Level::Critical => "critical",
            Level::High => "high",
            Level::Medium => "medium",
            Level::Low => "low",
        }
    }

    pub fn parse(name: &str) -> Option<Level> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// `None` everywhere is *unknown*, not "no" and not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Input {
    /// Base score, 0 to 10.
    pub cvss: Option<f64>,
    /// Probability, 0 to 1.
    pub epss: Option<f64>,
    /// Listed in the catalogue of known exploited vulnerabilities; unknown when there is no catalogue or no CVE.
    pub exploited: Option<bool>,
    pub exposure: Option<Exposure>,
    pub criticality: Option<Criticality>,
    /// Affected share of the fleet, 0 to 1.
    pub fleet_share: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    Internet,
    Internal,
    Isolated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criticality {
    Critical,
    High,
    Medium,
    Low,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Urgency {
    /// 0 to 100.
    pub score: f64,
    /// The score if every unknown input turned out harmless, and if it turned out as bad as can be.
    pub range: (f64, f64),
    /// The weight of what is known, 0 to 1.
    pub confidence: f64,
    pub parts: Vec<Part>,
    /// [`KEV_FLOOR`] lifted the score above the sum of its parts.
    pub lifted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// `cvss`, `epss`, `kev`, `exposure`, `criticality` or `fleet_share`.
    pub factor: &'static str,
    pub weight: f64,
    /// 0 to 1; `None` is unknown.
    pub value: Option<f64>,
    /// What it adds to the score.
    pub points: f64,
    /// Counts as 1 because exploitation is known.
    pub superseded: bool,
}

impl Urgency {
    /// `None`: too little is known. What is exploited is urgent whatever else is unknown.
    pub fn level(&self) -> Option<Level> {
        if self.confidence + ROUNDING < CONFIDENCE_MIN && !self.exploited() {
            return None;
        }
        Some(match self.score {
            score if score >= CRITICAL_FROM => Level::Critical,
            score if score >= HIGH_FROM => Level::High,
            score if score >= MEDIUM_FROM => Level::Medium,
            _ => Level::Low,
        })
    }

    fn exploited(&self) -> bool {
        self.parts.iter().any(|part| part.superseded)
    }
}

pub fn urgency(input: &Input) -> Urgency {
    let exploited = input.exploited == Some(true);
    let epss = if exploited {
        Some(1.0)
    } else {
        sane(input.epss, 1.0).map(epss_value)
    };
    let parts = [
        part(
            "cvss",
            WEIGHT_CVSS,
            sane(input.cvss, 10.0).map(|score| score / 10.0),
        ),
        Part {
            superseded: exploited,
            ..part("epss", WEIGHT_EPSS, epss)
        },
        part(
            "kev",
            WEIGHT_KEV,
            input.exploited.map(|listed| if listed { 1.0 } else { 0.0 }),
        ),
        part("exposure", WEIGHT_EXPOSURE, input.exposure.map(exposure_value)),
        part(
            "criticality",
            WEIGHT_CRITICALITY,
            input.criticality.map(criticality_value),
        ),
        part(
            "fleet_share",
            WEIGHT_FLEET,
            sane(input.fleet_share, 1.0).map(f64::sqrt),
        ),
    ];
    let sum = |unknown: f64| {
        100.0
            * parts
                .iter()
                .map(|p| p.weight * p.value.unwrap_or(unknown))
                .sum::<f64>()
    };
    let floor = |score: f64| if exploited { score.max(KEV_FLOOR) } else { score };
    // An unknown catalogue entry could still turn out to be one.
    let worst = if input.exploited.is_none() {
        sum(1.0).max(KEV_FLOOR)
    } else {
        sum(1.0)
    };
    Urgency {
        score: floor(sum(ASSUMED)),
        range: (floor(sum(0.0)), floor(worst)),
        confidence: parts.iter().filter(|p| p.value.is_some()).map(|p| p.weight).sum(),
        lifted: exploited && sum(ASSUMED) < KEV_FLOOR,
        parts: parts.to_vec(),
    }
}

fn part(factor: &'static str, weight: f64, value: Option<f64>) -> Part {
    Part {
        factor,
        weight,
        value,
        points: 100.0 * weight * value.unwrap_or(ASSUMED),
        superseded: false,
    }
}

/// A number that is none, or that lies outside its scale, says nothing.
fn sane(value: Option<f64>, most: f64) -> Option<f64> {
    value.filter(|v| (0.0..=most).contains(v))
}

fn epss_value(probability: f64) -> f64 {
    if probability <= 0.0 {
        return 0.0;
    }
    (1.0 + probability.log10() / 3.0).clamp(0.0, 1.0)
}

fn exposure_value(exposure: Exposure) -> f64 {
    match exposure {
        Exposure::Internet => 1.0,
        Exposure::Internal => 0.5,
        Exposure::Isolated => 0.0,
    }
}

fn criticality_value(criticality: Criticality) -> f64 {
    match criticality {
        Criticality::Critical => 1.0,
        Criticality::High => 0.75,
        Criticality::Medium => 0.5,
        Criticality::Low => 0.25,
    }
}
