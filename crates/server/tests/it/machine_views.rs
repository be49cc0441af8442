//! What lists and the first page tell of machines that several sources see.

use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::attention::{Attention, AttentionItem};
use qlrf_server::api::types::page::PageBody;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::inventory::Estate;
use crate::machine::{INSTANCE, MACHINE, Three, bare, node, see, vm};
use crate::support::{TestClient, TestServer};

async fn found(client: &TestClient, query: &str) -> u64 {
    let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?{query}")).await.ok();
    page.total
}

#[tokio::test]
async fn a_machine_is_found_by_each_of_its_sources_and_counts_once() {
    let server = TestServer::start().await;
    let (store, org) = (&server.app.store, server.first.org);
    let three = Three::new(store, org).await;
    let viewer = server.client(Role::Viewer).await;
    see(&three.ssh, vec![bare("s1", "", MACHINE)]).await;
    assert_eq!(found(&viewer, "q=connector:ssh").await, 1);
    let alone = now().format(&Rfc3339).unwrap();
    see(&three.cluster, vec![node("n1")]).await;
    see(&three.cloud, vec![vm("i-1", INSTANCE)]).await;
    for name in ["aws", "kubernetes", "ssh"] {
        assert_eq!(found(&viewer, &format!("q=connector:{name}")).await, 1, "{name}");
        assert_eq!(found(&viewer, &format!("q=-connector:{name}")).await, 0, "{name}");
    }
    assert_eq!(found(&viewer, "q=connector:aws,ssh").await, 1);
    let groups: Value = viewer.get("/api/v1/assets/groups?by=connector").await.ok();
    let counts: Vec<&Value> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| &group["assets"])
        .collect();
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!(found(&viewer, &format!("q=connector:aws&as_of={alone}")).await, 0);
    // One that says nothing new: what is believed of the machine stays, and who sees it changes.
    let local = Estate::of_kind(store, org, "local", &json!({})).await;
    see(&local, vec![bare("s1", "", MACHINE)]).await;
    assert_eq!(found(&viewer, "q=connector:local").await, 1);
    see(&local, vec![]).await;
    assert_eq!(found(&viewer, "q=connector:local").await, 0);
    see(&three.cloud, vec![]).await;
    assert_eq!(
        (
            found(&viewer, "q=connector:aws").await,
            found(&viewer, "q=connector:ssh").await
        ),
        (0, 1)
    );
}

async fn conflicts(client: &TestClient) -> (Option<u64>, Vec<AttentionItem>) {
    let all: Attention = client.get("/api/v1/overview/attention").await.ok();
    let total = all.totals.iter().find(|total| total.kind == "identity_conflict");
    let items = all
        .items
        .into_iter()
        .filter(|item| item.kind == "identity_conflict");
    (total.unwrap().total, items.collect())
}

#[tokio::test]
async fn a_conflict_of_identity_needs_attention_until_it_is_resolved() {
    let server = TestServer::start().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    let viewer = server.client(Role::Viewer).await;
    assert_eq!(conflicts(&viewer).await.0, Some(0));
    see(&three.ssh, vec![bare("a", "", MACHINE), bare("b", "", MACHINE)]).await;
    let (total, items) = conflicts(&viewer).await;
    assert_eq!((total, items.len()), (Some(1), 1));
    assert_eq!(items[0].title, format!("machine id {MACHINE}"));
    assert_eq!(
        items[0].why,
        "claimed by 2 assets, and joins none: one source knows several machines with it"
    );
    assert_eq!(items[0].about.as_deref(), Some("name of a, name of b"));
    assert_eq!((&items[0].level[..], items[0].since.is_some()), ("warning", true));
    let other = server.client_of(server.second, Role::Viewer, None).await;
    assert_eq!(conflicts(&other).await.0, Some(0));
    see(&three.ssh, vec![bare("a", "", MACHINE)]).await;
    assert_eq!(conflicts(&viewer).await.0, Some(0));
}
