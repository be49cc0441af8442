//! Whether the facts that a plan was made from still hold.

use std::collections::HashMap;

use qlrf_core::digest::Digest;
use qlrf_core::id::AssetId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its facts are others than when the plan was made.
    Changed,
    /// It is not seen any more.
    Gone,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Reason::Changed => "changed",
            Reason::Gone => "gone",
        }
    }
}

/// The frozen targets that do not hold, in their order. An asset that a query would choose by now makes nothing stale: it
/// is no target.
pub fn compare(frozen: &[(AssetId, Digest)], current: &HashMap<AssetId, Digest>) -> Vec<(AssetId, Reason)> {
    let reason = |(id, hash): &(AssetId, Digest)| match current.get(id) {
        Some(now) if now == hash => None,
        Some(_) => Some((*id, Reason::Changed)),
        None => Some((*id, Reason::Gone)),
    };
    frozen.iter().filter_map(reason).collect()
}
