//! An asset: one thing that runs, or could run, somewhere, normalised across platforms.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::{Digest, Hasher};
use crate::identity::Identities;
use crate::mapping::MappedBy;
use crate::package::PackageSet;
use crate::resource::Relation;
use crate::time::Timestamp;

/// The label by which an asset names the golden image family that it is of.
pub const FAMILY_LABEL: &str = "ql-rf.io/image-family";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    Aws,
    Azure,
    Gcp,
    Vsphere,
    Kubernetes,
    /// A registry of container images: it holds resources, and no asset runs in it.
    Oci,
    Baremetal,
    Edge,
    /// The host that the fabric itself runs on, read without any credential.
    Local,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    VirtualMachine,
    PhysicalHost,
    KubernetesNode,
    Container,
    Host,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetState {
    Running,
    Stopped,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    Internet,
    Internal,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    Low,
    Medium,
    High,
    Critical,
    Unknown,
}

/// From os-release(5) and uname(2), or what a provider's API says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Os {
    /// `ID` of os-release: `debian`, `ubuntu`, `almalinux`, `windows`.
    pub id: String,
    pub version: String,
    pub name: String,
    pub kernel: Option<String>,
    /// As `uname -m` says: `x86_64`, `aarch64`.
    pub architecture: Option<String>,
}

/// How the software inventory of an asset was learned, from the surest to the least sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read from the asset's own package databases.
    Observed,
    /// Reported by an agent or a provider's inventory.
    Reported,
    /// Taken from the SBOM of the image it was started from.
    Inferred,
}

/// A newer version that the asset's own package manager knows of and would install.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PendingUpdate {
    pub name: String,
    pub arch: String,
    pub installed: String,
    pub candidate: String,
    /// From an archive that the package manager itself labels as security.
    pub security: bool,
}

/// What can be known of installed software. `None` in [`Asset::software`] means *unknown*, never *nothing installed*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Software {
    pub confidence: Confidence,
    pub packages: Arc<PackageSet>,
}

/// Installed software that is stored: as much of it as a fact needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installed {
    pub confidence: Confidence,
    pub packages: Digest,
    pub set_id: i32,
}

/// The facts of one asset at one moment. Everything here is part of the fact's hash; volatile fields (uptime, last
/// seen) are not here at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The provider's own id, unique within connector and kind: `i-0abc…`, a machine id, a pod uid.
    pub native_id: String,
    pub platform: Platform,
    pub kind: AssetKind,
    pub name: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub project: Option<String>,
    pub workload: Option<String>,
    pub owner: Option<String>,
    /// What the provider says it was started from: an AMI id, a template name, an OCI reference.
    pub image_ref: Option<String>,
    pub os: Option<Os>,
    pub state: AssetState,
    pub labels: BTreeMap<String, String>,
    pub criticality: Criticality,
    pub exposure: Exposure,
    /// Unit name → state (`running`, `stopped`, `disabled`), for the expectations of an image contract. `None` is unknown.
    pub services: Option<BTreeMap<String, String>>,
    /// Setting → value as read (`sysctl:net.ipv4.ip_forward`, `sshd:PermitRootLogin`). `None` is unknown.
    pub config: Option<BTreeMap<String, String>>,
    /// Stored once per distinct set and not part of the document.
    #[serde(skip)]
    pub software: Option<Software>,
    /// `None` when the package manager's lists are absent or unreadable: pending updates are then unknown.
    pub pending_updates: Option<Vec<PendingUpdate>>,
    /// When the operating system was started from the image, where the platform says so.
    #[serde(with = "::time::serde::rfc3339::option")]
    pub launched_at: Option<Timestamp>,
    /// Made by the simulator. Shown on every screen and carried into every export.
    pub simulated: bool,
    /// The fields above that mapping rules set. Left out when there are none: the facts are then as without any rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mapped_by: MappedBy,
    /// By what another source may know the same machine.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub identities: Identities,
    /// Sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
}

impl Asset {
    /// One of which nothing else is known.
    pub fn new(native_id: impl Into<String>, platform: Platform, kind: AssetKind) -> Asset {
        let native_id = native_id.into();
        Asset {
            name: native_id.clone(),
            native_id,
            platform,
            kind,
            account: None,
            region: None,
            site: None,
            env: None,
            project: None,
            workload: None,
            owner: None,
            image_ref: None,
            os: None,
            state: AssetState::Unknown,
            labels: BTreeMap::new(),
            criticality: Criticality::Unknown,
            exposure: Exposure::Unknown,
            services: None,
            config: None,
            software: None,
            pending_updates: None,
            launched_at: None,
            simulated: false,
            mapped_by: BTreeMap::new(),
            identities: Identities::new(),
            relations: Vec::new(),
        }
    }

    /// Hash of every fact. Two observations with the same hash are the same fact and write nothing.
    pub fn fact_hash(&self) -> Digest {
        self.fact().1
    }

    /// The text of [`Asset::document`] and the hash of every fact, for whoever needs both.
    pub fn fact(&self) -> (String, Digest) {
        let software = self.software.as_ref();
        let known = software.map(|software| (software.confidence, software.packages.digest()));
        self.fact_with(known)
    }

    /// As [`Asset::fact`], of software that is not at hand: its confidence and its digest tell all that a fact needs.
    pub fn fact_with(&self, software: Option<(Confidence, Digest)>) -> (String, Digest) {
        let (confidence, packages) = software.unzip();
        // serde_json keeps the keys of a value in order, so that equal facts are equal bytes.
        let document = self.document_with(confidence).to_string();
        let mut hasher = Hasher::new("asset/1");
        hasher.field(document.as_bytes());
        if let Some(packages) = packages {
            hasher.field(&packages.0);
        }
        (document, hasher.finish())
    }

    /// The facts as one JSON document: what is stored, and what is hashed. Of the software it says the confidence only.
    pub fn document(&self) -> Value {
        self.document_with(self.software.as_ref().map(|software| software.confidence))
    }

    fn document_with(&self, confidence: Option<Confidence>) -> Value {
        let mut document = serde_json::to_value(self).expect("asset facts always serialise");
        document["confidence"] = serde_json::json!(confidence);
        document
    }

    /// Reads what [`Asset::document`] wrote; the software is left out.
    pub fn from_document(document: Value) -> Result<Asset, serde_json::Error> {
        serde_json::from_value(document)
    }
}
