//! How bad a vulnerability is in itself: the CVSS base score and its band.

use std::str::FromStr;

use qlrf_core::advisory::{Severity, SeverityKind};

/// The qualitative scale, <https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    None,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// 0.0 to 10.0.
    pub value: f64,
    /// The CVSS standard that it follows: `2.0`, `3.0`, `3.1` or `4.0`.
    pub standard: &'static str,
}

impl Band {
    pub fn name(self) -> &'static str {
        match self {
            Band::None => "none",
            Band::Low => "low",
            Band::Medium => "medium",
            Band::High => "high",
            Band::Critical => "critical",
        }
    }

    pub fn of_score(value: f64) -> Band {
        match value {
            v if v >= 9.0 => Band::Critical,
            v if v >= 7.0 => Band::High,
            v if v >= 4.0 => Band::Medium,
            v if v > 0.0 => Band::Low,
            _ => Band::None,
        }
    }

    /// A publisher's word. `None` for words that rate nothing (`not yet assigned`, `end-of-life`).
    pub fn of_rating(word: &str) -> Option<Band> {
        Some(match word {
            "critical" => Band::Critical,
            "important" | "high" => Band::High,
            "moderate" | "medium" => Band::Medium,
            "low" | "minor" => Band::Low,
            "unimportant" | "negligible" | "none" => Band::None,
            _ => return None,
        })
    }
}

/// The base score by the newest standard among the vectors; `None` when no vector can be read, which is *unknown* and
/// not zero.
pub fn score(vectors: &[Severity]) -> Option<Score> {
    let newest_first = [SeverityKind::CvssV4, SeverityKind::CvssV3, SeverityKind::CvssV2];
    newest_first
        .iter()
        .find_map(|kind| vectors.iter().filter(|v| v.kind == *kind).find_map(score_one))
}

/// The metrics of the base group; threat, temporal and environmental ones are the business of whoever runs the asset.
const BASE_V2: &[&str] = &["AV", "AC", "Au", "C", "I", "A"];
const BASE_V3: &[&str] = &["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const BASE_V4: &[&str] = &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

fn score_one(severity: &Severity) -> Option<Score> {
    let text = &*severity.score;
    let (value, standard) = match severity.kind {
        SeverityKind::CvssV2 => {
            let vector = cvss::v2::Vector::from_str(&base(text, BASE_V2)?).ok()?;
            (vector.score().value(), "2.0")
        }
        SeverityKind::CvssV3 => {
            let standard = if text.starts_with("CVSS:3.0/") {
                "3.0"
            } else {
                "3.1"
            };
            let vector =
                cvss::v3::Vector::from_str(&format!("CVSS:{standard}/{}", base(text, BASE_V3)?)).ok()?;
            (vector.score().value(), standard)
        }
        SeverityKind::CvssV4 => {
            let vector = cvss::v4::Vector::from_str(&format!("CVSS:4.0/{}", base(text, BASE_V4)?)).ok()?;
            (vector.score().value(), "4.0")
        }
        SeverityKind::Other(_) => return None,
    };
    (0.0..=10.0).contains(&value).then_some(Score { value, standard })
}

/// The base metrics of a vector; `None` unless each is there exactly once.
fn base(text: &str, metrics: &[&str]) -> Option<String> {
    let of = |part: &&str| {
        part.split_once(':')
            .is_some_and(|(metric, _)| metrics.contains(&metric))
    };
    let parts: Vec<&str> = text.split('/').filter(of).collect();
    (parts.len() == metrics.len()).then(|| parts.join("/"))
}
