//! Nodes: the machines of a cluster, with all by which another source may know them.

use qlrf_core::asset::{Asset, AssetKind, AssetState, Platform};
use qlrf_core::identity::{self, IdentityKind};
use qlrf_core::resource::{Relation, RelationKind};

use super::super::os_name;
use super::api::Resource;
use super::model::Node;

pub const NODES: Resource = Resource {
    group: "",
    versions: &["v1"],
    plural: "nodes",
    selector: None,
};

/// Well-known label (kubernetes.io/docs/reference/labels-annotations-taints).
const REGION: &str = "topology.kubernetes.io/region";

pub fn asset(node: Node, cluster: &str) -> Asset {
    let info = node.status.node_info;
    let mut asset = Asset::new(node.metadata.uid, Platform::Kubernetes, AssetKind::KubernetesNode);
    asset.name = node.metadata.name;
    asset.account = Some(cluster.to_owned());
    asset.region = node.metadata.labels.get(REGION).cloned();
    asset.labels = node.metadata.labels;
    for (label, value) in [
        ("ql-rf.io/kubelet", info.kubelet_version),
        ("ql-rf.io/container-runtime", info.container_runtime_version),
        ("ql-rf.io/provider-id", node.spec.provider_id.clone()),
    ] {
        if !value.is_empty() {
            asset.labels.insert(label.to_owned(), value);
        }
    }
    asset.os = os_name::os(&info.os_image).map(|mut os| {
        os.kernel = Some(info.kernel_version).filter(|kernel| !kernel.is_empty());
        os.architecture = os_name::architecture(&info.architecture);
        if os.id.is_empty() && info.operating_system == "windows" {
            os.id = info.operating_system;
        }
        os
    });
    let ready = node.status.conditions.iter();
    let ready = ready.filter(|condition| condition.kind == "Ready");
    asset.state = match ready.map(|condition| condition.status.as_str()).next() {
        Some("True") => AssetState::Running,
        // Its kubelet is silent or unwell, which tells nothing of the machine.
        _ => AssetState::Unknown,
    };
    asset.identities = [
        (
            IdentityKind::InstanceId,
            identity::instance_id(&node.spec.provider_id),
        ),
        (
            IdentityKind::ProductUuid,
            identity::product_uuid(&info.system_uuid),
        ),
        (IdentityKind::MachineId, identity::machine_id(&info.machine_id)),
    ]
    .into_iter()
    .filter_map(|(kind, value)| Some((kind, value?)))
    .collect();
    asset.relations = vec![Relation {
        relation: RelationKind::MemberOf,
        to: cluster.to_owned(),
    }];
    asset
}
