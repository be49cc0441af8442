//! What is remembered of an object under watch: enough to tell whether what is collected of it became another. A node that
//! says every few minutes that it is alive changes nothing, and nor does a status that nobody reads.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::api::Resource;
use super::model::Versioned;
use super::{certificate, node, workload};

/// A kind of object that is collected.
#[derive(Clone, Copy)]
pub enum Watched {
    Node,
    Pod,
    /// With the word for its kind.
    Controller(&'static str, Resource),
    Certificate,
}

/// Of one object. Two different ones look the same once in 2⁶⁴; the next full list sees what was missed by that.
pub struct Mark {
    pub object: u64,
    /// `None`: it is there, and nothing is collected of it.
    pub content: Option<u64>,
}

impl Watched {
    pub fn resource(self) -> Resource {
        match self {
            Watched::Node => node::NODES,
            Watched::Pod => workload::PODS,
            Watched::Controller(_, resource) => resource,
            Watched::Certificate => certificate::SECRETS,
        }
    }

    /// `None`: what is collected cannot be read from it either, and the collection says so.
    pub fn mark(self, json: &RawValue, cluster: &str) -> Option<Mark> {
        let object = object(&read::<Versioned>(json)?.metadata.uid);
        let content = match self {
            Watched::Node => Some(of_text(&node::asset(read(json)?, cluster))),
            Watched::Certificate => Some(of_text(&certificate::resource(read(json)?, cluster))),
            Watched::Controller(kind, _) => Some(of_kept(&workload::controller(kind, read(json)?))),
            Watched::Pod => workload::pod(read(json)?).as_ref().map(of_kept),
        };
        Some(Mark { object, content })
    }
}

pub fn object(uid: &str) -> u64 {
    hash(|hasher| uid.hash(hasher))
}

fn read<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Option<T> {
    serde_json::from_str(json.get()).ok()
}

fn of_kept(kept: &workload::Kept) -> u64 {
    hash(|hasher| kept.content(hasher))
}

fn of_text(found: &impl Serialize) -> u64 {
    let text = serde_json::to_vec(found).expect("facts are written as JSON wherever they go");
    hash(|hasher| text.hash(hasher))
}

fn hash(feed: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    feed(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn mark(watched: Watched, object: &Value) -> Option<u64> {
        let text = RawValue::from_string(object.to_string()).unwrap();
        watched.mark(&text, "k1").unwrap().content
    }

    fn with(object: &Value, pointer: &str, value: Value) -> Value {
        let mut changed = object.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    }

    #[test]
    fn a_heartbeat_is_no_change_and_a_node_that_fell_silent_is_one() {
        let node = json!({
            "metadata": {"name": "n1", "uid": "u1", "resourceVersion": "7", "annotations": {"a": "1"}, "labels": {"pool": "blue"}},
            "status": {
                "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}],
                "images": [{"names": ["a"]}], "nodeInfo": {"kubeletVersion": "v1.31.0"},
            },
        });
        let known = mark(Watched::Node, &node);
        for (pointer, value, same) in [
            ("/metadata/resourceVersion", json!("8"), true),
            ("/metadata/annotations/a", json!("2"), true),
            (
                "/status/conditions/0/lastHeartbeatTime",
                json!("2026-01-01T00:05:00Z"),
                true,
            ),
            ("/status/images", json!([]), true),
            ("/status/conditions/0/status", json!("Unknown"), false),
            ("/metadata/labels/pool", json!("green"), false),
            ("/status/nodeInfo/kubeletVersion", json!("v1.32.0"), false),
        ] {
            let seen = mark(Watched::Node, &with(&node, pointer, value));
            assert_eq!(seen == known, same, "{pointer}");
        }
    }

    #[test]
    fn of_a_pod_that_is_kept_only_what_it_runs_counts() {
        let pod = json!({
            "metadata": {"name": "p", "uid": "u1", "labels": {"app": "web"}, "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": "u2", "controller": true},
            ]},
            "spec": {"containers": [{"name": "main", "image": "r/web:1"}]},
            "status": {
                "phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}],
                "containerStatuses": [{"name": "main", "imageID": ""}],
            },
        });
        let known = mark(Watched::Pod, &pod);
        assert!(known.is_some());
        let changed = |pointer, value| mark(Watched::Pod, &with(&pod, pointer, value));
        assert_eq!(changed("/status/conditions/0/status", json!("True")), known);
        assert_eq!(changed("/status/phase", json!("Running")), known);
        let id = format!("r/web@sha256:{}", "ab".repeat(32));
        assert_ne!(changed("/status/containerStatuses/0/imageID", json!(id)), known);
        assert_eq!(changed("/status/phase", json!("Succeeded")), None);
        let alone = with(&pod, "/metadata/ownerReferences", json!([]));
        let ready = with(&alone, "/status/conditions/0/status", json!("True"));
        assert_ne!(mark(Watched::Pod, &alone), mark(Watched::Pod, &ready));
    }
}
