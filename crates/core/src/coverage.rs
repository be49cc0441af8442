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

/// Codes of partial scopes that say: the provider, the host or the operator does not allow it. What a provider refuses for another
/// reason, and a key or certificate that is another one, is no matter of granting something.
pub const PERMISSION_GAPS: [&str; 9] = [
    "address_refused",
    "credential_expired",
    "credential_refused",
    "files_refused",
    "login_refused",
    "permission_missing",
    "program_refused",
    "service_disabled",
    "token_realm_refused",
];

/// Whether somebody has to grant something before this scope can be listed.
pub fn is_permission_gap(code: &str) -> bool {
    PERMISSION_GAPS.contains(&code)
}
