//! What an estate holds besides assets: the images that machines and containers are started from, the groups and clusters that keep them,
//! certificates, volumes, addresses. A resource never counts as an asset: nothing is patched in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::asset::{Os, Platform};
use crate::container::ContainerImage;
use crate::digest::{Digest, Hasher};
use crate::time::Timestamp;

/// The facts of one resource at one moment. As with an asset, nothing volatile is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The provider's own id, unique within connector and kind: `ami-0abc…`, an ARN, a uid.
    pub native_id: String,
    pub platform: Platform,
    pub name: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub labels: BTreeMap<String, String>,
    #[serde(flatten)]
    pub facts: Facts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Made by the simulator.
    pub simulated: bool,
}

/// How an asset or a resource hangs together with another one of the same connector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Relation {
    pub relation: RelationKind,
    /// The native id of the other one.
    pub to: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// A machine of its scaling group, a workload of its cluster.
    MemberOf,
    /// A container on its node, a virtual machine on its hypervisor.
    RunsOn,
    /// A machine from its image or template.
    StartedFrom,
    /// A volume or an address to its machine.
    AttachedTo,
    /// A load balancer, a workload or a listener to its certificate.
    Uses,
    /// An image index to the images of its platforms.
    Contains,
    /// A workload to an image, by the digest that both know it by; whichever connectors list the two.
    Runs,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "facts")]
pub enum Facts {
    /// AMI, managed image, gallery version, template, library item.
    MachineImage(MachineImage),
    /// Manifest of a repository in a registry.
    ContainerImage(ContainerImage),
    /// Auto Scaling group, virtual machine scale set, managed instance group.
    ScalingGroup(ScalingGroup),
    Certificate(Certificate),
    Volume(Volume),
    /// An address by which the internet reaches something.
    PublicAddress(PublicAddress),
    /// Deployment, stateful set, daemon set, job.
    Workload(Workload),
    /// Of hypervisors or of Kubernetes nodes.
    Cluster(Cluster),
    Hypervisor(Hypervisor),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineImage {
    pub os: Option<Os>,
    /// Who made it, where that is another account.
    pub owner: Option<String>,
    /// Anybody may start it.
    pub public: Option<bool>,
    /// `sha256:…`, where the platform addresses images by content.
    pub digest: Option<String>,
    pub architecture: Option<String>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub created_at: Option<Timestamp>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub deprecated_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingGroup {
    pub min: Option<u64>,
    pub max: Option<u64>,
    pub desired: Option<u64>,
    /// What a new machine of it is started from.
    pub image_ref: Option<String>,
}

/// Public parts of an X.509 certificate (RFC 5280). A private key is never asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: Option<String>,
    pub dns_names: Vec<String>,
    /// Hexadecimal.
    pub serial: Option<String>,
    /// SHA-256 of the DER encoding in hexadecimal, where the certificate itself was seen.
    pub fingerprint: Option<String>,
    pub key_algorithm: Option<String>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub not_before: Option<Timestamp>,
    #[serde(with = "::time::serde::rfc3339::option")]
    pub not_after: Option<Timestamp>,
    /// As the provider says: `issued`, `pending_validation`.
    pub status: Option<String>,
    /// What shows it to others, as the provider names it. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    pub bytes: Option<u64>,
    /// `gp3`, `Premium_LRS`.
    pub class: Option<String>,
    pub encrypted: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAddress {
    pub address: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod`.
    pub workload: String,
    pub namespace: Option<String>,
    pub replicas: Option<u64>,
    pub ready: Option<u64>,
    /// What its containers run now, each once.
    pub images: Vec<RunningImage>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunningImage {
    /// As it was asked for: `registry.example.org/app:1.4`.
    pub reference: String,
    /// `sha256:…`, once one was pulled.
    pub digest: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypervisor {
    /// `VMware ESXi`.
    pub product: Option<String>,
    pub version: Option<String>,
    pub build: Option<String>,
}

impl Facts {
    /// As the API and the store call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Facts::MachineImage(_) => "machine_image",
            Facts::ContainerImage(_) => "container_image",
            Facts::ScalingGroup(_) => "scaling_group",
            Facts::Certificate(_) => "certificate",
            Facts::Volume(_) => "volume",
            Facts::PublicAddress(_) => "public_address",
            Facts::Workload(_) => "workload",
            Facts::Cluster(_) => "cluster",
            Facts::Hypervisor(_) => "hypervisor",
        }
    }
}

impl Facts {
    /// What is known of it, without its kind.
    pub fn fields(&self) -> serde_json::Value {
        let mut facts = serde_json::to_value(self).expect("resource facts always serialise");
        facts["facts"].take()
    }
}

impl Facts {
    /// Digests of images that it is, holds or runs.
    pub fn image_digests(&self) -> Vec<(ImageRole, &str)> {
        match self {
            Facts::ContainerImage(image) => {
                let held = image.manifest.platforms.iter();
                let held = held.map(|held| (ImageRole::Holds, &held.digest[..]));
                std::iter::once((ImageRole::Is, &image.digest[..]))
                    .chain(held)
                    .collect()
            }
            Facts::Workload(workload) => {
                let digests = workload.images.iter().filter_map(|image| image.digest.as_deref());
                digests.map(|digest| (ImageRole::Runs, digest)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What something has to do with the image of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageRole {
    Is,
    /// An index, one of its platforms.
    Holds,
    Runs,
}

impl Resource {
    /// The facts as one JSON document, and the hash of every fact.
    pub fn fact(&self) -> (String, Digest) {
        // serde_json keeps the keys of a value in order, so that equal facts are equal bytes.
        let document = serde_json::to_value(self)
            .expect("resource facts always serialise")
            .to_string();
        let mut hasher = Hasher::new("resource/1");
        hasher.field(document.as_bytes());
        (document, hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_of_a_resource_reads_back() {
        let resource = Resource {
            native_id: "arn:aws:acm:eu-west-1:123456789012:certificate/x".into(),
            platform: Platform::Aws,
            name: "example.org".into(),
            account: Some("123456789012".into()),
            region: Some("eu-west-1".into()),
            labels: BTreeMap::new(),
            facts: Facts::Certificate(Certificate {
                subject: "CN=example.org".into(),
                ..Certificate::default()
            }),
            relations: vec![Relation {
                relation: RelationKind::Uses,
                to: "lb".into(),
            }],
            simulated: false,
        };
        let (document, _) = resource.fact();
        let value: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert_eq!(value["kind"], resource.facts.kind());
        assert_eq!(serde_json::from_value::<Resource>(value).unwrap(), resource);
    }
}
