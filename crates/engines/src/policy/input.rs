//! What rules are given: a plan as they can judge it, and what is known around it. There is no clock in Rego and nothing
//! to ask; all that a rule knows stands here.

use std::collections::BTreeMap;

use qlrf_core::plan::{Plan, Target, digest};
use qlrf_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::PrimitiveDateTime;

use super::steps;
use crate::plan::Use;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub plan: Subject,
    /// Who asks: `person:ada`.
    pub actor: String,
    pub now: Now,
    pub targets: Targets,
    /// Of the targets, each environment once.
    pub environments: Vec<Environment>,
    /// Of the targets, each site once.
    pub sites: Vec<Site>,
    /// Every declared pair, whether the plan touches it or not.
    pub pairs: Vec<Pair>,
    pub limits: Limits,
    pub window: Option<Window>,
    pub freezes: Vec<Freeze>,
    /// Every step, a group before what is in it.
    pub steps: Vec<StepInput>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub digest: String,
    pub kind: String,
    pub title: String,
    pub author: String,
    pub risk_score: u32,
    pub risk_level: String,
}

/// A moment by the clocks of the window's zone, or of UTC without a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Now {
    /// Seconds since 1970, as every moment here.
    pub at: i64,
    pub time_zone: String,
    pub local: LocalTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalTime {
    /// From 1, a Monday, to 7.
    pub weekday: u8,
    /// Since midnight.
    pub minute: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    pub total: u32,
    pub simulated: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentUse {
    Production,
    Staging,
    Test,
    Development,
    /// Undeclared, declared as something else, or no environment at all.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    pub name: Option<String>,
    #[serde(rename = "use")]
    pub used: EnvironmentUse,
    pub targets: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub name: Option<String>,
    pub targets: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub primary: String,
    pub secondary: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub batch: u32,
    pub max_unavailable: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub time_zone: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub starts: LocalTime,
    pub ends: LocalTime,
}

/// A time in which an organisation changes nothing that is there for `uses`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    pub name: String,
    pub from: i64,
    /// The first second that is free again.
    pub until: i64,
    pub uses: Vec<EnvironmentUse>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    pub id: String,
    /// `sequence`, `ssh`, …
    pub kind: String,
    pub changes: bool,
    pub irreversible: bool,
    /// Changes each target on its own, as many at a time as the limits allow.
    pub on_each_target: bool,
    /// Those that are given before it can begin.
    pub approvals: Vec<Approval>,
    /// What it does, what takes it back, what it looks at.
    pub actions: Vec<ActionInput>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub step: String,
    pub approvers: u32,
    pub role: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionInput {
    /// `act`, `undo` or `probe`.
    pub of: String,
    pub kind: String,
    pub changes: bool,
    pub parameters: Value,
}

/// What is known around a plan.
#[derive(Clone, Debug)]
pub struct Around {
    pub actor: String,
    pub now: Timestamp,
    pub local_now: PrimitiveDateTime,
    /// The window by the clocks of its own zone.
    pub local_window: Option<(PrimitiveDateTime, PrimitiveDateTime)>,
    pub environments: BTreeMap<String, Use>,
    pub pairs: Vec<Pair>,
    pub freezes: Vec<Freeze>,
}

impl Input {
    /// Nobody's plan, for rules to be tried out on.
    pub(super) fn sample() -> Input {
        let local = LocalTime {
            weekday: 1,
            minute: 0,
        };
        Input {
            plan: Subject {
                digest: String::new(),
                kind: "exec".to_owned(),
                title: "Sample".to_owned(),
                author: "person:sample".to_owned(),
                risk_score: 0,
                risk_level: "low".to_owned(),
            },
            actor: "person:sample".to_owned(),
            now: Now {
                at: 0,
                time_zone: "UTC".to_owned(),
                local,
            },
            targets: Targets {
                total: 1,
                simulated: 0,
            },
            environments: vec![Environment {
                name: None,
                used: EnvironmentUse::Unknown,
                targets: 1,
            }],
            sites: vec![Site {
                name: None,
                targets: 1,
            }],
            pairs: vec![Pair {
                primary: "a".to_owned(),
                secondary: "b".to_owned(),
            }],
            limits: Limits {
                batch: 1,
                max_unavailable: 1,
            },
            window: Some(Window {
                time_zone: "UTC".to_owned(),
                starts_at: 0,
                ends_at: 60,
                starts: local,
                ends: local,
            }),
            freezes: Vec::new(),
            steps: vec![StepInput {
                id: "step".to_owned(),
                kind: "ssh".to_owned(),
                changes: true,
                irreversible: true,
                on_each_target: true,
                approvals: Vec::new(),
                actions: Vec::new(),
            }],
        }
    }

    pub fn of(plan: &Plan, targets: &[Target], around: Around) -> Input {
        let time_zone = match &plan.window {
            Some(window) => window.time_zone.clone(),
            None => "UTC".to_owned(),
        };
        let used = |name: &Option<String>| {
            let known = name.as_ref().and_then(|name| around.environments.get(name));
            known.map_or(EnvironmentUse::Unknown, |known| (*known).into())
        };
        let local = around.local_window;
        let window = plan.window.as_ref().zip(local);
        Input {
            plan: Subject {
                digest: digest(&plan.canonical()).to_string(),
                kind: plan.kind.name().to_owned(),
                title: plan.title.clone(),
                author: plan.author.clone(),
                risk_score: plan.risk.score,
                risk_level: plan.risk.level.name().to_owned(),
            },
            actor: around.actor,
            now: Now {
                at: around.now.unix_timestamp(),
                time_zone,
                local: around.local_now.into(),
            },
            targets: Targets {
                total: plan.targets.total,
                simulated: plan.blast.simulated,
            },
            environments: count(targets, |target| &target.env)
                .map(|(name, targets)| Environment {
                    used: used(&name),
                    name,
                    targets,
                })
                .collect(),
            sites: count(targets, |target| &target.site)
                .map(|(name, targets)| Site { name, targets })
                .collect(),
            pairs: around.pairs,
            limits: Limits {
                batch: plan.limits.batch,
                max_unavailable: plan.limits.max_unavailable,
            },
            window: window.map(|(window, (starts, ends))| Window {
                time_zone: window.time_zone.clone(),
                starts_at: window.starts_at.unix_timestamp(),
                ends_at: window.ends_at.unix_timestamp(),
                starts: starts.into(),
                ends: ends.into(),
            }),
            freezes: around.freezes,
            steps: steps::inputs(&plan.steps),
        }
    }
}

fn count<'t>(
    targets: &'t [Target],
    of: fn(&'t Target) -> &'t Option<String>,
) -> impl Iterator<Item = (Option<String>, u32)> {
    let mut counts = BTreeMap::<Option<String>, u32>::new();
    for target in targets {
        *counts.entry(of(target).clone()).or_default() += 1;
    }
    counts.into_iter()
}

impl From<Use> for EnvironmentUse {
    fn from(used: Use) -> EnvironmentUse {
        match used {
            Use::Production => EnvironmentUse::Production,
            Use::Staging => EnvironmentUse::Staging,
            Use::Test => EnvironmentUse::Test,
            Use::Development => EnvironmentUse::Development,
        }
    }
}

impl From<PrimitiveDateTime> for LocalTime {
    fn from(at: PrimitiveDateTime) -> LocalTime {
        LocalTime {
            weekday: at.weekday().number_from_monday(),
            minute: u16::from(at.hour()) * 60 + u16::from(at.minute()),
        }
    }
}
