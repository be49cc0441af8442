//! Golden images: families, versions, and the model that every form of the image contract is read into.
//!
//! The model is what is stored, hashed and compared. The documents that describe it are read by
//! [`crate::contract::image`]; nothing outside that module knows which form an image was written in.

mod expect;
mod version;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::asset::Platform;
use crate::digest::{Digest, Hasher};
use crate::time::Timestamp;

pub use expect::{Constraint, PackageExpectation, ServiceExpectation};
pub use version::{VersionKey, compare_versions};

/// What one version of a golden image promises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageContract {
    pub family: String,
    /// As written, quoted or not: `1.10` stays `1.10`. Ordered by [`compare_versions`].
    pub version: String,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub os: ImageOs,
    pub compliance: Compliance,
    pub lifecycle: Lifecycle,
    /// Where this version can be started from. Sorted, without repeats.
    pub coordinates: Vec<Coordinate>,
    /// `sha256:…` of container manifests that are this version.
    pub digests: Vec<String>,
    /// The platform blocks as written, for those who build and publish (accounts to share with, keys, folders).
    pub platforms: BTreeMap<String, Value>,
    pub build: Build,
    /// The blocks of `spec.windows` as written; none for other systems.
    pub windows: Option<BTreeMap<String, Value>>,
    /// Sorted, without repeats.
    pub packages: Vec<PackageExpectation>,
    /// Unit name without `.service` → what is expected of it.
    pub services: BTreeMap<String, ServiceExpectation>,
    /// Setting → expected value, with the keys of [`crate::asset::Asset::config`].
    pub config: BTreeMap<String, String>,
    pub checks: Vec<ImageCheck>,
    pub patch_policy: Option<PatchPolicy>,
    pub sla: Option<Sla>,
    /// Statements that are carried and shown but compared with nothing, by the key path they were written under.
    pub declared: BTreeMap<String, Value>,
}

impl ImageContract {
    /// One line of JSON in the canonical form of RFC 8785: the same model always gives the same bytes.
    pub fn canonical_json(&self) -> String {
        let document = serde_json::to_value(self).expect("a contract holds only values that JSON can say");
        crate::contract::canonical::to_string(&document)
    }

    /// Address of this content. Two documents that mean the same have the same digest, whatever their form.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new("image-contract/1");
        hasher.field(self.canonical_json().as_bytes());
        hasher.finish()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageOs {
    pub name: String,
    pub version: String,
    pub architecture: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compliance {
    pub cis_level: Option<u8>,
    pub frameworks: Vec<String>,
    pub signed: Option<bool>,
    pub signature_key_ref: Option<String>,
    pub sbom_required: Option<bool>,
    pub sbom_url: Option<String>,
    pub provenance_required: Option<bool>,
    pub slsa_level: Option<u8>,
    pub attestations: Vec<Attestation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    pub kind: String,
    pub url: Option<String>,
    /// As the document claims. A claim is not a verification.
    pub passed: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleStatus {
    #[default]
    Draft,
    Testing,
    Production,
    Deprecated,
    Retired,
}

impl LifecycleStatus {
    pub const ALL: &[LifecycleStatus] = &[
        LifecycleStatus::Draft,
        LifecycleStatus::Testing,
        LifecycleStatus::Production,
        LifecycleStatus::Deprecated,
        LifecycleStatus::Retired,
    ];

    pub fn name(self) -> &'static str {
        match self {
            LifecycleStatus::Draft => "draft",
            LifecycleStatus::Testing => "testing",
            LifecycleStatus::Production => "production",
            LifecycleStatus::Deprecated => "deprecated",
            LifecycleStatus::Retired => "retired",
        }
    }

    pub fn parse(name: &str) -> Option<LifecycleStatus> {
        Self::ALL.iter().copied().find(|status| status.name() == name)
    }
}

/// Times are UTC; each is none until it happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    pub status: LifecycleStatus,
    #[serde(with = "time::serde::rfc3339::option")]
    pub created_at: Option<Timestamp>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub promoted_at: Option<Timestamp>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub deprecated_at: Option<Timestamp>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub retired_at: Option<Timestamp>,
    pub retention_days: Option<u32>,
}

/// What a coordinate belongs to. Not [`Platform`]: a container image runs on several platforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImagePlatform {
    Aws,
    Azure,
    Gcp,
    Vsphere,
    Oci,
    Kubernetes,
    Baremetal,
}

impl ImagePlatform {
    pub const ALL: &[ImagePlatform] = &[
        ImagePlatform::Aws,
        ImagePlatform::Azure,
        ImagePlatform::Gcp,
        ImagePlatform::Vsphere,
        ImagePlatform::Oci,
        ImagePlatform::Kubernetes,
        ImagePlatform::Baremetal,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ImagePlatform::Aws => "aws",
            ImagePlatform::Azure => "azure",
            ImagePlatform::Gcp => "gcp",
            ImagePlatform::Vsphere => "vsphere",
            ImagePlatform::Oci => "oci",
            ImagePlatform::Kubernetes => "kubernetes",
            ImagePlatform::Baremetal => "baremetal",
        }
    }

    pub fn parse(name: &str) -> Option<ImagePlatform> {
        Self::ALL.iter().copied().find(|platform| platform.name() == name)
    }

    /// Whether an asset of `platform` can have been started from here. Container images run anywhere.
    pub fn serves(self, platform: Platform) -> bool {
        match self {
            ImagePlatform::Oci => true,
            ImagePlatform::Aws => platform == Platform::Aws,
            ImagePlatform::Azure => platform == Platform::Azure,
            ImagePlatform::Gcp => platform == Platform::Gcp,
            ImagePlatform::Vsphere => platform == Platform::Vsphere,
            ImagePlatform::Kubernetes => platform == Platform::Kubernetes,
            ImagePlatform::Baremetal => {
                matches!(platform, Platform::Baremetal | Platform::Edge | Platform::Local)
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Coordinate {
    pub platform: ImagePlatform,
    /// Region or datacenter; none where the reference means the same thing everywhere on the platform.
    pub region: Option<String>,
    /// The provider's own name of it: an AMI id, a gallery version id, `projects/…/global/images/…`, a template name,
    /// a repository with its tag.
    pub reference: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    pub packer_template: Option<String>,
    pub source_image: Option<String>,
    pub build_number: Option<String>,
    pub git_commit: Option<String>,
    pub ci_pipeline_url: Option<String>,
}

/// A check that a build runs against the image: kind (`inspec`, `goss`, `script`, `custom`) and what to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageCheck {
    pub kind: String,
    pub reference: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchPolicy {
    pub default: Option<String>,
    pub emergency_hotfix_ttl_hours: Option<u32>,
}

/// Time allowed from the moment a vulnerability is known to its fix; none leaves the organisation's own value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    pub critical_hours: Option<u32>,
    pub high_days: Option<u32>,
    pub medium_days: Option<u32>,
    pub low_days: Option<u32>,
}
