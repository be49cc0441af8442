//! Workloads and what they run. A pod belongs to the controller at the end of its chain of owners: pod → replica set →
//! deployment, pod → job → cron job. A pod that nobody known keeps stands for itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use qlrf_core::resource::{self, Facts, Relation, RelationKind, RunningImage};

use super::api::Resource;
use super::model::{Container, Controller, Meta, Owner, Pod, PodSpec};

pub const PODS: Resource = core("pods");
const POD: &str = "Pod";

/// What keeps pods: the word for it, and how it is listed.
pub const CONTROLLERS: &[(&str, Resource)] = &[
    ("Deployment", apps("deployments")),
    ("StatefulSet", apps("statefulsets")),
    ("DaemonSet", apps("daemonsets")),
    ("ReplicaSet", apps("replicasets")),
    ("Job", batch("jobs", &["v1"])),
    ("CronJob", batch("cronjobs", &["v1", "v1beta1"])),
];
/// The chain is two long; a longer one would be a circle.
const OWNERS_MAX: usize = 4;

const fn core(plural: &'static str) -> Resource {
    Resource {
        group: "",
        versions: &["v1"],
        plural,
        selector: None,
    }
}

const fn apps(plural: &'static str) -> Resource {
    Resource {
        group: "apps",
        ..core(plural)
    }
}

const fn batch(plural: &'static str, versions: &'static [&'static str]) -> Resource {
    Resource {
        group: "batch",
        versions,
        ..core(plural)
    }
}

/// A controller or a pod, reduced to what is kept of it.
#[derive(Hash)]
pub struct Kept {
    kind: &'static str,
    uid: String,
    name: String,
    namespace: Option<String>,
    labels: BTreeMap<String, String>,
    controller: Option<String>,
    /// The controller is of a kind that is listed.
    controlled: bool,
    replicas: Option<u64>,
    ready: Option<u64>,
    /// Of a controller what its template asks for, of a pod what runs.
    images: BTreeSet<RunningImage>,
}

pub fn controller(kind: &'static str, from: Controller) -> Kept {
    let Controller {
        metadata,
        spec,
        status,
    } = from;
    let template = spec
        .template
        .or(spec.job_template.and_then(|job| job.spec.template));
    let (replicas, ready) = match kind {
        "DaemonSet" => (status.desired_number_scheduled, status.number_ready),
        "Job" => (spec.parallelism, Some(status.active.count())),
        "CronJob" => (None, Some(status.active.count())),
        // The server leaves a zero out.
        _ => (spec.replicas, Some(status.ready_replicas.unwrap_or_default())),
    };
    let images = template
        .map(|template| asked_for(&template.spec))
        .unwrap_or_default();
    kept(kind, metadata, replicas, ready, images)
}

/// `None`: it has ended, and runs nothing.
pub fn pod(from: Pod) -> Option<Kept> {
    if matches!(from.status.phase.as_str(), "Succeeded" | "Failed") {
        return None;
    }
    let ready = from.status.conditions.iter();
    let ready = ready.filter(|condition| condition.kind == "Ready" && condition.status == "True");
    let ready = Some(ready.count().min(1) as u64);
    let images = running(&from);
    Some(kept(POD, from.metadata, Some(1), ready, images))
}

fn kept(
    kind: &'static str,
    meta: Meta,
    replicas: Option<u64>,
    ready: Option<u64>,
    images: BTreeSet<RunningImage>,
) -> Kept {
    let controller = meta.controller();
    Kept {
        kind,
        controlled: controller.is_some_and(is_listed),
        controller: controller.map(|owner| owner.uid.clone()),
        uid: meta.uid,
        name: meta.name,
        namespace: meta.namespace,
        labels: meta.labels,
        replicas,
        ready,
        images,
    }
}

fn is_listed(owner: &Owner) -> bool {
    let group = owner.api_version.split('/').next();
    CONTROLLERS
        .iter()
        .any(|(kind, resource)| owner.kind == *kind && group == Some(resource.group))
}

/// Containers, and the initial ones that go on running (sidecars).
fn lasting(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    let sidecars = spec.init_containers.iter();
    let sidecars = sidecars.filter(|container| container.restart_policy.as_deref() == Some("Always"));
    spec.containers.iter().chain(sidecars)
}

fn asked_for(spec: &PodSpec) -> BTreeSet<RunningImage> {
    let images = lasting(spec).map(|container| RunningImage {
        reference: container.image.clone(),
        digest: None,
    });
    images.collect()
}

fn running(pod: &Pod) -> BTreeSet<RunningImage> {
    let statuses = pod
        .status
        .container_statuses
        .iter()
        .chain(&pod.status.init_container_statuses);
    let ids: HashMap<&str, &str> = statuses
        .map(|status| (status.name.as_str(), status.image_id.as_str()))
        .collect();
    let images = lasting(&pod.spec).map(|container| RunningImage {
        reference: container.image.clone(),
        digest: ids.get(container.name.as_str()).and_then(|id| digest(id)),
    });
    images.collect()
}

/// `docker-pullable://registry/app@sha256:…`, `registry/app@sha256:…`. A digest without a repository is that of a
/// configuration which no registry knows, and is not taken.
fn digest(image_id: &str) -> Option<String> {
    let (_, digest) = image_id.rsplit_once('@')?;
    let hex = digest.strip_prefix("sha256:")?;
    let whole = hex.len() == 64
        && hex
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    whole.then(|| digest.to_owned())
}

/// Pods give what runs to whoever keeps them.
pub fn gathered(controllers: Vec<Kept>, pods: Vec<Kept>) -> Vec<Kept> {
    let owners: HashMap<String, Option<String>> = controllers
        .iter()
        .map(|kept| (kept.uid.clone(), kept.controller.clone()))
        .collect();
    let mut runs: HashMap<String, BTreeSet<RunningImage>> = HashMap::new();
    let mut alone = Vec::new();
    for pod in pods {
        match top(&owners, pod.controller.as_deref()) {
            Some(owner) => runs.entry(owner.to_owned()).or_default().extend(pod.images),
            // Its controller went away between the two lists, and it goes too.
            None if pod.controlled => {}
            None => alone.push(pod),
        }
    }
    // What another one keeps is its tool and not a workload of its own.
    let kept = controllers
        .into_iter()
        .filter(|kept| top(&owners, kept.controller.as_deref()).is_none());
    let mut all: Vec<Kept> = kept.collect();
    for workload in &mut all {
        if let Some(images) = runs.remove(&workload.uid) {
            workload.images = images;
        }
    }
    all.extend(alone);
    all
}

/// The last known one of a chain of owners.
fn top<'a>(owners: &'a HashMap<String, Option<String>>, first: Option<&'a str>) -> Option<&'a str> {
    let known = |uid: &&str| owners.contains_key(*uid);
    let mut found = first.filter(known)?;
    for _ in 0..OWNERS_MAX {
        match owners[found].as_deref().filter(known) {
            Some(next) => found = next,
            None => break,
        }
    }
    Some(found)
}

impl Kept {
    /// Equal for two states of one object that make no difference to what is collected: of a pod that somebody keeps,
    /// only its images are taken.
    pub fn content(&self, hasher: &mut impl Hasher) {
        match self.kind == POD && self.controlled {
            true => (&self.controller, &self.images).hash(hasher),
            false => self.hash(hasher),
        }
    }

    pub fn resource(self, cluster: &str) -> resource::Resource {
        let facts = resource::Workload {
            workload: self.kind.to_owned(),
            namespace: self.namespace.clone(),
            replicas: self.replicas,
            ready: self.ready,
            images: self.images.into_iter().collect(),
        };
        super::resource(
            cluster,
            self.uid,
            self.name,
            self.namespace,
            self.labels,
            Facts::Workload(facts),
            vec![Relation {
                relation: RelationKind::MemberOf,
                to: cluster.to_owned(),
            }],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_that_a_registry_knows_is_one() {
        let hex = "ab".repeat(32);
        for text in [
            "docker-pullable://r.example.org/app@sha256:",
            "r.example.org:5000/app@sha256:",
        ] {
            assert_eq!(digest(&format!("{text}{hex}")), Some(format!("sha256:{hex}")));
        }
        for text in [
            format!("sha256:{hex}"),
            format!("docker://sha256:{hex}"),
            "app@sha256:AB".to_owned(),
            format!("app@sha512:{hex}"),
            String::new(),
        ] {
            assert_eq!(digest(&text), None, "{text}");
        }
    }

    #[test]
    fn a_circle_of_owners_ends() {
        let owners = HashMap::from([
            ("a".to_owned(), Some("b".to_owned())),
            ("b".to_owned(), Some("a".to_owned())),
        ]);
        assert!(top(&owners, Some("a")).is_some());
        assert_eq!(top(&owners, Some("c")), None);
    }
}
