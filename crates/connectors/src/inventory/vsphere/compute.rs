//! What machines run on: ESXi hosts and their clusters.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Cluster, Facts, Hypervisor, Relation, RelationKind, Resource};

use super::machine::Place;
use super::soap::{Object, Wanted};

pub const HOSTS: Wanted = Wanted {
    kind: "HostSystem",
    properties: &["name", "parent", "config.product"],
};
pub const CLUSTERS: Wanted = Wanted {
    kind: "ClusterComputeResource",
    properties: &["name"],
};

pub fn host(host: &Object, place: &Place<'_>) -> Resource {
    let product = |part: &str| {
        let text = host
            .get("config.product")
            .map(|product| product.text_at(part).to_owned());
        text.filter(|text| !text.is_empty())
    };
    let facts = Facts::Hypervisor(Hypervisor {
        product: product("name"),
        version: product("version"),
        build: product("build"),
    });
    // The parent of a host that stands alone is a resource that stands for just this host.
    let parent = host.get("parent").filter(|parent| parent.kind == CLUSTERS.kind);
    let relations = parent.map(|cluster| Relation {
        relation: RelationKind::MemberOf,
        to: cluster.text.clone(),
    });
    resource(host, place, facts, relations.into_iter().collect())
}

pub fn cluster(cluster: &Object, place: &Place<'_>) -> Resource {
    resource(cluster, place, Facts::Cluster(Cluster::default()), Vec::new())
}

fn resource(object: &Object, place: &Place<'_>, facts: Facts, relations: Vec<Relation>) -> Resource {
    Resource {
        native_id: object.id.clone(),
        platform: Platform::Vsphere,
        name: object.text("name").unwrap_or_else(|| object.id.clone()),
        account: Some(place.vcenter.to_owned()),
        region: Some(place.datacenter.to_owned()),
        labels: BTreeMap::new(),
        facts,
        relations,
        simulated: false,
    }
}
