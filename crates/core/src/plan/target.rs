//! A target: an asset as it was when the plan was made.

use serde::{Deserialize, Serialize};

use super::{Frozen, canonical_text};
use crate::asset::{Criticality, Platform};
use crate::digest::Digest;
use crate::id::AssetId;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub asset_id: AssetId,
    pub name: String,
    pub platform: Platform,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    pub criticality: Criticality,
    pub simulated: bool,
    pub fact: FactVersion,
}

/// Which fact a target was taken from. Equal hashes are the same fact, whenever it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactVersion {
    pub hash: Digest,
    #[serde(with = "::time::serde::rfc3339")]
    pub recorded: Timestamp,
}

impl Target {
    /// Canonical JSON: what is stored of it.
    pub fn canonical(&self) -> String {
        canonical_text(self)
    }
}

/// Names a list of targets by their canonical JSON, which stands in the order of their ids.
pub fn freeze<'a>(canonical: impl ExactSizeIterator<Item = &'a str>) -> Frozen {
    let total = u32::try_from(canonical.len()).expect("there are at most TARGETS_MAX of them");
    let mut list = String::from("[");
    for (index, target) in canonical.enumerate() {
        if index > 0 {
            list.push(',');
        }
        list.push_str(target);
    }
    list.push(']');
    Frozen {
        total,
        digest: Digest::of(list.as_bytes()),
    }
}
