//! The parts that people divide an estate into. An asset belongs to the part whose name it carries.

use serde::{Deserialize, Serialize};

use crate::event::EventType;
use crate::mapping::Field;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    Site,
    Environment,
    Project,
}

impl PartKind {
    pub fn name(self) -> &'static str {
        match self {
            PartKind::Site => "site",
            PartKind::Environment => "environment",
            PartKind::Project => "project",
        }
    }

    /// Where the API lists them.
    pub fn plural(self) -> &'static str {
        match self {
            PartKind::Site => "sites",
            PartKind::Environment => "environments",
            PartKind::Project => "projects",
        }
    }

    /// What an asset says to belong to it.
    pub fn field(self) -> Field {
        match self {
            PartKind::Site => Field::Site,
            PartKind::Environment => Field::Env,
            PartKind::Project => Field::Project,
        }
    }

    pub fn event(self) -> EventType {
        match self {
            PartKind::Site => EventType::SiteChanged,
            PartKind::Environment => EventType::EnvironmentChanged,
            PartKind::Project => EventType::ProjectChanged,
        }
    }
}

/// Which of two sites carries the work, and which one takes it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairRole {
    Primary,
    Secondary,
}

impl PairRole {
    pub fn name(self) -> &'static str {
        match self {
            PairRole::Primary => "primary",
            PairRole::Secondary => "secondary",
        }
    }

    pub fn parse(name: &str) -> Option<PairRole> {
        [PairRole::Primary, PairRole::Secondary]
            .into_iter()
            .find(|role| role.name() == name)
    }

    pub fn other(self) -> PairRole {
        match self {
            PairRole::Primary => PairRole::Secondary,
            PairRole::Secondary => PairRole::Primary,
        }
    }
}
