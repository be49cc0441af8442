//! What is read of the API's objects (kubernetes.io/docs/reference/kubernetes-api); the rest is dropped as it arrives.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct List<T> {
    #[serde(default)]
    pub metadata: ListMeta,
    /// `null` where there is none. What has no items at all is no list.
    #[serde(deserialize_with = "or_empty")]
    pub items: Vec<T>,
}

#[derive(Default, Deserialize)]
pub struct ListMeta {
    #[serde(default, rename = "continue")]
    pub next: String,
    #[serde(default, rename = "resourceVersion")]
    pub resource_version: String,
}

/// One line of a watch.
#[derive(Deserialize)]
pub struct Event<'a> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    #[serde(borrow)]
    pub object: &'a RawValue,
}

/// Of any object, a bookmark among them.
#[derive(Deserialize)]
pub struct Versioned {
    pub metadata: VersionedMeta,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionedMeta {
    /// The moment of its last change.
    #[serde(default)]
    pub resource_version: String,
    /// A bookmark has none.
    #[serde(default)]
    pub uid: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    pub name: String,
    #[serde(default)]
    pub namespace: Option<String>,
    pub uid: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub owner_references: Vec<Owner>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    pub api_version: String,
    pub kind: String,
    pub uid: String,
    #[serde(default)]
    pub controller: bool,
}

impl Meta {
    pub fn controller(&self) -> Option<&Owner> {
        self.owner_references.iter().find(|owner| owner.controller)
    }
}

#[derive(Deserialize)]
pub struct Node {
    pub metadata: Meta,
    #[serde(default)]
    pub spec: NodeSpec,
    #[serde(default)]
    pub status: NodeStatus,
}

#[derive(Default, Deserialize)]
pub struct NodeSpec {
    #[serde(default, rename = "providerID")]
    pub provider_id: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    #[serde(default, deserialize_with = "or_empty")]
    pub conditions: Vec<Condition>,
    #[serde(default)]
    pub node_info: NodeInfo,
}

#[derive(Deserialize)]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeInfo {
    #[serde(rename = "machineID")]
    pub machine_id: String,
    #[serde(rename = "systemUUID")]
    pub system_uuid: String,
    pub kernel_version: String,
    pub os_image: String,
    pub container_runtime_version: String,
    pub kubelet_version: String,
    pub operating_system: String,
    pub architecture: String,
}

/// Deployment, stateful set, daemon set, replica set, job, cron job: each says its numbers in words of its own.
#[derive(Deserialize)]
pub struct Controller {
    pub metadata: Meta,
    #[serde(default)]
    pub spec: ControllerSpec,
    #[serde(default)]
    pub status: ControllerStatus,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ControllerSpec {
    pub replicas: Option<u64>,
    pub parallelism: Option<u64>,
    pub template: Option<Template>,
    pub job_template: Option<JobTemplate>,
}

#[derive(Deserialize)]
pub struct JobTemplate {
    #[serde(default)]
    pub spec: JobTemplateSpec,
}

#[derive(Default, Deserialize)]
pub struct JobTemplateSpec {
    pub template: Option<Template>,
}

#[derive(Deserialize)]
pub struct Template {
    #[serde(default)]
    pub spec: PodSpec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ControllerStatus {
    pub ready_replicas: Option<u64>,
    pub desired_number_scheduled: Option<u64>,
    pub number_ready: Option<u64>,
    pub active: Active,
}

/// A count for a job, references for a cron job.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Active {
    Count(u64),
    Jobs(Vec<serde::de::IgnoredAny>),
    Null(()),
}

impl Default for Active {
    fn default() -> Active {
        Active::Null(())
    }
}

impl Active {
    pub fn count(&self) -> u64 {
        match self {
            Active::Count(count) => *count,
            Active::Jobs(jobs) => jobs.len() as u64,
            Active::Null(()) => 0,
        }
    }
}

#[derive(Deserialize)]
pub struct Pod {
    pub metadata: Meta,
    #[serde(default)]
    pub spec: PodSpec,
    #[serde(default)]
    pub status: PodStatus,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    #[serde(deserialize_with = "or_empty")]
    pub containers: Vec<Container>,
    #[serde(deserialize_with = "or_empty")]
    pub init_containers: Vec<Container>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    pub name: String,
    #[serde(default)]
    pub image: String,
    #[serde(default)]
    pub restart_policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    pub phase: String,
    #[serde(deserialize_with = "or_empty")]
    pub conditions: Vec<Condition>,
    #[serde(deserialize_with = "or_empty")]
    pub container_statuses: Vec<ContainerStatus>,
    #[serde(deserialize_with = "or_empty")]
    pub init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Deserialize)]
pub struct ContainerStatus {
    pub name: String,
    #[serde(default, rename = "imageID")]
    pub image_id: String,
}

/// A secret of type `kubernetes.io/tls`. There is no field for its key, so that none is ever kept.
#[derive(Deserialize)]
pub struct TlsSecret {
    pub metadata: Meta,
    #[serde(default, deserialize_with = "or_empty")]
    pub data: TlsData,
}

#[derive(Default, Deserialize)]
pub struct TlsData {
    #[serde(default, rename = "tls.crt")]
    pub certificate: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    pub git_version: String,
}

#[derive(Deserialize)]
pub struct Review {
    pub status: ReviewStatus,
}

#[derive(Deserialize)]
pub struct ReviewStatus {
    pub allowed: bool,
}

/// The server is written in a language in which an empty list may be `null`.
fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
