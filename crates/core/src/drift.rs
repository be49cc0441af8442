//! Drift: an asset compared with the golden image that it should run.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftState {
    /// Runs the newest published version and nothing differs from its contract.
    Current,
    /// Behind: an older image version, or packages older than the contract's.
    Outdated,
    /// Newer than the contract: patched in place, or built from an unpublished version.
    Ahead,
    /// No golden image is linked to it.
    Unmanaged,
    /// Linked, but its software inventory is not known. Never counted as good.
    Unknown,
}

impl DriftState {
    pub const ALL: &[DriftState] = &[
        DriftState::Current,
        DriftState::Outdated,
        DriftState::Ahead,
        DriftState::Unmanaged,
        DriftState::Unknown,
    ];

    pub fn name(self) -> &'static str {
        match self {
            DriftState::Current => "current",
            DriftState::Outdated => "outdated",
            DriftState::Ahead => "ahead",
            DriftState::Unmanaged => "unmanaged",
            DriftState::Unknown => "unknown",
        }
    }
}
