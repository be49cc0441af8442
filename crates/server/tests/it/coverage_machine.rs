//! How old a machine is that several sources see: as old as what the one says that leads, in lists, counts and trends alike.

use std::collections::BTreeSet;

use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::page::PageBody;
use qlrf_store::freshness;
use serde_json::json;

use crate::coverage::{grow_older, summary};
use crate::inventory::{Estate, host};
use crate::machine::{INSTANCE, bare, node, see, vm};
use crate::support::{TestClient, TestServer};

/// Beyond the week after which nothing is proved any more.
const OLD_HOURS: i64 = 8 * 24;

struct Two {
    server: TestServer,
    client: TestClient,
    cloud: Estate,
    cluster: Estate,
}

impl Two {
    /// One machine that both see, and one that each sees alone.
    async fn new() -> Two {
        let server = TestServer::start().await;
        let (store, org) = (&server.app.store, server.first.org);
        let cloud = Estate::of_kind(store, org, "aws", &json!({})).await;
        let cluster = Estate::of_kind(store, org, "kubernetes", &json!({})).await;
        let client = server.client(Role::Viewer).await;
        let two = Two {
            server,
            client,
            cloud,
            cluster,
        };
        two.list_cloud().await;
        two.list_cluster().await;
        two
    }

    async fn list_cloud(&self) {
        see(&self.cloud, vec![vm("i-1", INSTANCE), host("i-alone")]).await;
    }

    async fn list_cluster(&self) {
        see(&self.cluster, vec![node("n1"), bare("n-alone", "", "")]).await;
    }

    async fn list(&self, query: &str) -> Vec<AssetSummary> {
        let page: PageBody<AssetSummary> = self.client.get(&format!("/api/v1/assets?{query}")).await.ok();
        page.items
    }

    /// Names of what is unknown by age, as the fleet finds them; trends and the summary count the same of what there is.
    async fn unknown(&self) -> BTreeSet<String> {
        let ids = |assets: &[AssetSummary]| assets.iter().map(|asset| asset.id).collect::<BTreeSet<_>>();
        let (all, old) = (self.list("").await, self.list("q=freshness:unknown").await);
        let found = ids(&old);
        let mut tx = self.server.app.store.tenant(self.server.first.org).await.unwrap();
        let told = freshness::list_unknown(&mut tx, &[now()]).await.unwrap();
        // It names the parts of a machine as well, of which nothing is told but by the machine.
        let told: BTreeSet<_> = told.into_keys().collect();
        assert_eq!(&told & &ids(&all), found);
        let figures = summary(&self.client).await.assets;
        assert_eq!((figures.total, figures.unknown), (3, found.len() as u64));
        old.into_iter().map(|asset| asset.name).collect()
    }
}

fn names<const N: usize>(ids: [&str; N]) -> BTreeSet<String> {
    ids.map(|id| format!("name of {id}")).into()
}

#[tokio::test]
async fn a_machine_is_as_old_as_its_leading_source() {
    let two = Two::new().await;
    let both = two.unknown().await;
    assert_eq!(both, names([]));
    grow_older(&two.server, OLD_HOURS).await;
    assert_eq!(two.unknown().await, names(["i-1", "i-alone", "n-alone"]));
    two.list_cluster().await;
    assert_eq!(
        two.unknown().await,
        names(["i-1", "i-alone"]),
        "the one that leads is old"
    );
    two.list_cloud().await;
    assert_eq!(two.unknown().await, names([]));
    grow_older(&two.server, OLD_HOURS).await;
    two.list_cloud().await;
    assert_eq!(
        two.unknown().await,
        names(["n-alone"]),
        "the one that leads is new"
    );
}
