//! What is told of one machine: its sources with their proof, and what a person may say of them.

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind};
use qlrf_core::perm::Role;
use qlrf_core::resource::{Relation, RelationKind};
use qlrf_server::api::types::asset::{Asset as AssetBody, AssetPlace, AssetSummary, IdentityConflict};
use qlrf_server::api::types::page::PageBody;
use serde_json::{Value, json};

use crate::inventory::{assert_consistent, host};
use crate::machine::{INSTANCE, MACHINE, Three, UUID, bare, events, is, node, see, shape, vm};
use crate::support::{TestClient, TestServer};

/// The sources of an asset by the connector's name.
fn sources(asset: &AssetBody) -> BTreeMap<&str, uuid::Uuid> {
    asset
        .sources
        .iter()
        .map(|source| (&source.connector[..], source.id))
        .collect()
}

async fn only(client: &TestClient) -> AssetBody {
    let page: PageBody<AssetSummary> = client.get("/api/v1/assets").await.ok();
    assert_eq!(page.total, 1, "{:?}", page.items);
    client
        .get(&format!("/api/v1/assets/{}", page.items[0].id))
        .await
        .ok()
}

#[tokio::test]
async fn sources_and_proof_are_told_and_every_id_leads_to_the_machine() {
    let server = TestServer::start().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    see(&three.ssh, vec![bare("s1", "", MACHINE)]).await;
    let viewer = server.client(Role::Viewer).await;
    let before = only(&viewer).await;
    assert_eq!((before.sources.len(), before.sources[0].proof.len()), (1, 0));
    assert!(before.sources[0].fields.contains(&"software".to_owned()));
    let moment = qlrf_core::time::now();
    see(&three.cluster, vec![node("n1")]).await;
    see(&three.cloud, vec![vm("i-1", INSTANCE)]).await;
    let asset = only(&viewer).await;
    assert_eq!(asset.id, before.id, "the id under which it was known first");
    let names: Vec<&str> = asset.sources.iter().map(|source| &source.connector[..]).collect();
    assert_eq!(names, ["aws", "kubernetes", "ssh"]);
    let fields = |n: usize, field: &str| asset.sources[n].fields.iter().any(|f| f == field);
    assert!(fields(0, "account") && fields(0, "exposure") && fields(0, "name"));
    assert!(fields(2, "software") && !fields(2, "name"));
    let proof: Vec<(&str, &str)> = asset.sources[1]
        .proof
        .iter()
        .map(|p| (&p.kind[..], &p.value[..]))
        .collect();
    assert_eq!(proof, [("instance_id", INSTANCE), ("machine_id", MACHINE)]);
    assert_eq!(asset.facts["platform"], "aws");
    assert!(asset.package_set.is_some());
    for (name, id) in sources(&asset) {
        for rest in ["", "/packages", "/history", "/drift", "/vulnerabilities"] {
            let answer = viewer.get(&format!("/api/v1/assets/{id}{rest}")).await;
            assert!(answer.status.is_success(), "{name}{rest}: {}", answer.text());
        }
        let same: AssetBody = viewer.get(&format!("/api/v1/assets/{id}")).await.ok();
        assert_eq!(same.id, asset.id);
    }
    // As it was: one source, its own word.
    let text = moment
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    let past: AssetBody = viewer
        .get(&format!("/api/v1/assets/{}?as_of={text}", asset.id))
        .await
        .ok();
    assert_eq!(
        (past.sources.len(), &past.facts["platform"]),
        (1, &json!("baremetal"))
    );
    let page: PageBody<AssetSummary> = viewer.get(&format!("/api/v1/assets?as_of={text}")).await.ok();
    assert_eq!((page.total, page.items[0].native_id.as_str()), (1, "s1"));
}

#[tokio::test]
async fn a_person_splits_and_joins_and_the_split_stays() {
    let server = TestServer::start().await;
    let org = server.first.org;
    let mut admin = server.db.admin().await;
    let three = Three::new(&server.app.store, org).await;
    for (source, asset) in three.all() {
        see(source, vec![asset]).await;
    }
    let engineer = server.client(Role::Engineer).await;
    let merged = only(&engineer).await;
    let ssh = sources(&merged)["ssh"];
    let path = format!("/api/v1/assets/{}/split", merged.id);
    let body = |reason: &str| json!({"source": ssh, "reason": reason});
    engineer
        .post(&path, &body(" "))
        .await
        .problem(400, "invalid_reason");
    let hostile = "<script>alert(1)</script> \u{202e}ignore all previous instructions";
    let left: AssetPlace = engineer.post(&path, &body(hostile)).await.ok();
    assert_eq!(left.asset_id, merged.id);
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 2), is("s1", 0)]);
    let apart: AssetBody = engineer.get(&format!("/api/v1/assets/{ssh}")).await.ok();
    let split = apart.split.unwrap();
    assert_eq!((&split.reason[..], split.from_id), (hostile, merged.id));
    assert!(split.author.starts_with("token:"));
    assert!(apart.package_set.is_some());
    engineer
        .post(&path, &body("again"))
        .await
        .problem(409, "not_merged");
    let told = events(&mut admin, org, "asset.split").await;
    assert_eq!(
        (told.len(), &told[0]["asset_id"], &told[0]["by_person"]),
        (1, &json!(ssh), &json!(true))
    );
    // Sticky: whatever the sources say afterwards.
    see(&three.ssh, vec![]).await;
    see(&three.ssh, vec![bare("s1", UUID, MACHINE)]).await;
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 2), is("s1", 0)]);
    assert_consistent(&mut admin).await;
    let join = format!("/api/v1/assets/{ssh}/join");
    let joined: AssetPlace = engineer.post(&join, &json!({})).await.ok();
    assert_eq!(joined.asset_id, merged.id);
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 3)]);
    engineer.post(&join, &json!({})).await.problem(409, "not_split");
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn only_those_who_may_split_and_only_their_own() {
    let server = TestServer::start().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    for (source, asset) in three.all() {
        see(source, vec![asset]).await;
    }
    let merged = only(&server.client(Role::Viewer).await).await;
    let path = format!("/api/v1/assets/{}/split", merged.id);
    let body = json!({"source": sources(&merged)["ssh"], "reason": "not the same"});
    for role in [Role::Viewer, Role::Operator] {
        server
            .client(role)
            .await
            .post(&path, &body)
            .await
            .problem(403, "forbidden");
    }
    // Another organisation with the same machines: nothing crosses.
    let theirs = Three::new(&server.app.store, server.second.org).await;
    see(&theirs.cluster, vec![node("n1")]).await;
    let other = server.client_of(server.second, Role::Admin, None).await;
    other.post(&path, &body).await.problem(409, "not_merged");
    assert_eq!(only(&other).await.sources.len(), 1);
    let conflicts: Vec<IdentityConflict> = other.get("/api/v1/identity-conflicts").await.ok();
    assert!(conflicts.is_empty());
    assert_eq!(only(&server.client(Role::Admin).await).await.sources.len(), 3);
}

#[tokio::test]
async fn what_nobody_can_tell_is_told_on_both_assets() {
    let server = TestServer::start().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    see(&three.ssh, vec![bare("a", "", MACHINE), bare("b", "", MACHINE)]).await;
    see(&three.cluster, vec![node("<b>n1</b>")]).await;
    let viewer = server.client(Role::Viewer).await;
    let all: Vec<IdentityConflict> = viewer.get("/api/v1/identity-conflicts").await.ok();
    assert_eq!((all.len(), all[0].assets.len(), all[0].more), (1, 3, false));
    for asset in &all[0].assets {
        let one: AssetBody = viewer.get(&format!("/api/v1/assets/{}", asset.id)).await.ok();
        assert_eq!(one.conflicts.len(), 1, "{}", asset.name);
        assert_eq!(one.conflicts[0].reason, "twice_in_one_source");
    }
}

#[tokio::test]
async fn what_hangs_together_leads_to_the_machine() {
    let server = TestServer::start().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    let pod = Asset {
        kind: AssetKind::Container,
        relations: vec![Relation {
            relation: RelationKind::RunsOn,
            to: "n1".to_owned(),
        }],
        ..host("pod")
    };
    see(&three.ssh, vec![bare("s1", "", MACHINE)]).await;
    see(&three.cluster, vec![node("n1"), pod]).await;
    let viewer = server.client(Role::Viewer).await;
    let named = |name: &str| format!("/api/v1/assets?q=%22name of {name}%22");
    let machine: PageBody<AssetSummary> = viewer.get(&named("n1")).await.ok();
    let pod: PageBody<AssetSummary> = viewer.get(&named("pod")).await.ok();
    let related = async |id| {
        viewer
            .get(&format!("/api/v1/assets/{id}/relations"))
            .await
            .ok::<Value>()
    };
    let of_pod = related(pod.items[0].id).await;
    assert_eq!(
        of_pod["to"][0]["target"]["id"],
        json!(machine.items[0].id),
        "{of_pod}"
    );
    let of_machine = related(machine.items[0].id).await;
    assert_eq!(
        of_machine["from"][0]["origin"]["id"],
        json!(pod.items[0].id),
        "{of_machine}"
    );
}
