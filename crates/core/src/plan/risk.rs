//! Risk: eight weighted factors. What is not known counts as the worst, and says so.

use serde::{Deserialize, Serialize};

/// The worst that a factor, and all of them together, can be.
pub const SCORE_MAX: u32 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    Environment,
    Scope,
    History,
    ChangeSize,
    Timing,
    Dependencies,
    Drift,
    Rollback,
}

impl FactorKind {
    pub const ALL: [FactorKind; 8] = [
        FactorKind::Environment,
        FactorKind::Scope,
        FactorKind::History,
        FactorKind::ChangeSize,
        FactorKind::Timing,
        FactorKind::Dependencies,
        FactorKind::Drift,
        FactorKind::Rollback,
    ];

    pub fn name(self) -> &'static str {
        match self {
            FactorKind::Environment => "environment",
            FactorKind::Scope => "scope",
            FactorKind::History => "history",
            FactorKind::ChangeSize => "change_size",
            FactorKind::Timing => "timing",
            FactorKind::Dependencies => "dependencies",
            FactorKind::Drift => "drift",
            FactorKind::Rollback => "rollback",
        }
    }

    /// In percent of the whole; all of them are 100.
    pub fn weight(self) -> u32 {
        match self {
            FactorKind::Environment => 20,
            FactorKind::Scope | FactorKind::History | FactorKind::ChangeSize => 15,
            FactorKind::Timing | FactorKind::Dependencies | FactorKind::Drift => 10,
            FactorKind::Rollback => 5,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    pub factor: FactorKind,
    /// In percent.
    pub weight: u32,
    /// From 0 to [`SCORE_MAX`].
    pub score: u32,
    /// Whether all that it rests on is known.
    pub known: bool,
    /// What it rests on.
    pub basis: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    pub fn of(score: u32) -> Level {
        match score {
            0..25 => Level::Low,
            25..50 => Level::Medium,
            50..75 => Level::High,
            _ => Level::Critical,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
            Level::Critical => "critical",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// From 0 to [`SCORE_MAX`], rounded up.
    pub score: u32,
    pub level: Level,
    /// Each of [`FactorKind::ALL`], in that order.
    pub factors: Vec<Factor>,
}

impl Factor {
    pub fn known(factor: FactorKind, score: u32, basis: impl Into<String>) -> Factor {
        Factor {
            factor,
            weight: factor.weight(),
            score: score.min(SCORE_MAX),
            known: true,
            basis: basis.into(),
        }
    }

    /// Counts as the worst.
    pub fn unknown(factor: FactorKind, basis: impl Into<String>) -> Factor {
        Factor {
            known: false,
            ..Factor::known(factor, SCORE_MAX, basis)
        }
    }
}

impl Risk {
    /// `of` is asked for each factor once.
    pub fn weigh(of: impl Fn(FactorKind) -> Factor) -> Risk {
        let factors: Vec<Factor> = FactorKind::ALL.into_iter().map(of).collect();
        let weighted: u32 = factors.iter().map(|factor| factor.score * factor.weight).sum();
        let score = weighted.div_ceil(100);
        Risk {
            score,
            level: Level::of(score),
            factors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_make_a_whole_and_levels_begin_where_they_are_said_to() {
        let sum: u32 = FactorKind::ALL.iter().map(|kind| kind.weight()).sum();
        assert_eq!(sum, 100);
        let levels = [
            (24, "low"),
            (25, "medium"),
            (49, "medium"),
            (50, "high"),
            (74, "high"),
            (75, "critical"),
        ];
        for (score, level) in levels {
            assert_eq!(Level::of(score).name(), level, "{score}");
        }
        let worst = Risk::weigh(|kind| Factor::unknown(kind, "nothing is known"));
        assert_eq!((worst.score, worst.level), (100, Level::Critical));
        let one = Risk::weigh(|kind| Factor::known(kind, u32::from(kind == FactorKind::Rollback), ""));
        assert_eq!(one.score, 1, "a fraction is never rounded away");
    }
}
