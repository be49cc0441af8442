//! Coverage: which parts of an estate a collection listed completely.
//!
//! Only an asset that is missing from a *complete* scope may be considered gone.

use serde::{Deserialize, Serialize};

/// The unit of listing: one connector can prove or fail to prove each scope on its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// Account, subscription, project, vCenter, cluster or host group; `-` where the platform has none.
    pub account: String,
    /// Region, location, datacenter; `-` where the platform has none.
    pub region: String,
    /// What was listed, e.g. `virtual_machine`.
    pub kind: String,
}

/// How the listing of one scope ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum ScopeOutcome {
    /// Every page was read: what is absent does not exist there.
    Complete,
    /// Some of it was read. Nothing may be concluded from absence.
    Partial { code: String, detail: String },
}

/// Codes of partial scopes that say: the provider, the host or the operator does not allow it. As patterns of SQL's LIKE,
/// for the ledger is searched by them; a connector names its codes accordingly.
pub const PERMISSION_GAPS: [&str; 3] = ["%\\_refused", "%\\_denied", "permission\\_%"];

/// Whether somebody has to grant something before this scope can be listed.
pub fn is_permission_gap(code: &str) -> bool {
    code.ends_with("_refused") || code.ends_with("_denied") || code.starts_with("permission_")
}
