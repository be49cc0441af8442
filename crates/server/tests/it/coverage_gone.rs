//! A scope whose provider says that it is there no longer: it leaves the ledger when nothing is in it, and is told of the past.

use qlrf_connectors::inventory::Sink as _;
use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::app::ingest::Tally;
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use crate::coverage::{assets, scopes, summary};
use crate::inventory::{Estate, complete, hosts, report, scope};
use crate::support::{TestClient, TestServer};

/// A collection that comes across ten machines, and is told that a scope is gone.
async fn collect(estate: &Estate, gone: &str, confirm: bool) -> Tally {
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, confirm).await;
    report(&mut ingest, complete("stays", hosts(0..10)))
        .await
        .unwrap();
    ingest.retire(&scope(gone)).await.unwrap();
    let tally = ingest.finish().await.unwrap();
    lease.give_back(&estate.store, estate.org).await.unwrap();
    tally
}

/// Names of the scopes that are listed, which are as many as are counted.
async fn listed(client: &TestClient, query: &str) -> Vec<String> {
    let page = scopes(client, query).await;
    assert_eq!(page.total, page.items.len() as u64);
    let mut names: Vec<String> = page.items.into_iter().map(|scope| scope.account).collect();
    names.sort();
    names
}

async fn known(estate: &Estate) -> Vec<String> {
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    let known = ingest.recall_scopes().await.unwrap();
    lease.give_back(&estate.store, estate.org).await.unwrap();
    let mut names: Vec<String> = known.into_iter().map(|scope| scope.account).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_scope_that_is_gone_is_counted_no_more_and_told_when_asked_for() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let client = server.client(Role::Viewer).await;
    let all = vec![complete("goes", hosts(20..22)), complete("stays", hosts(0..10))];
    estate.collect(all).await;
    let then = now().format(&Rfc3339).unwrap();
    assert_eq!(listed(&client, "").await, ["goes", "stays"]);
    let tally = collect(&estate, "goes", false).await;
    assert_eq!((tally.removed, tally.held_back), (2, 0));
    assert_eq!(listed(&client, "").await, ["stays"]);
    let gone = scopes(&client, "state=gone").await.items.remove(0);
    assert_eq!(
        (gone.account.as_str(), gone.code, gone.assets_now),
        ("goes", None, 0)
    );
    assert_eq!(listed(&client, &format!("id={}", gone.id)).await, ["goes"]);
    let counted = summary(&client).await;
    let (of, each) = (counted.scopes, &counted.connectors[0]);
    assert_eq!((of.total, of.complete, of.unlisted, each.scopes), (1, 1, 0, 1));
    assert_eq!(counted.codes.len(), 0);
    assert_eq!(known(&estate).await, ["stays"]);
    let past = client.get(&format!("/api/v1/assets?as_of={then}")).await;
    assert_eq!(past.ok::<serde_json::Value>()["total"], 12);
    // Nothing is told of it, and nothing changes; then it is there again.
    estate.collect(vec![complete("stays", hosts(0..10))]).await;
    assert_eq!(listed(&client, "state=gone").await, ["goes"]);
    let back = vec![complete("goes", hosts(20..21)), complete("stays", hosts(0..10))];
    estate.collect(back).await;
    assert_eq!(listed(&client, "state=complete").await, ["goes", "stays"]);
    assert_eq!(assets(&client, &format!("scope:{}", gone.id)).await, 1);
    // Silence proves nothing.
    estate.collect(vec![complete("stays", hosts(0..10))]).await;
    assert_eq!(listed(&client, "state=unlisted").await, ["goes"]);
    assert_eq!(assets(&client, &format!("scope:{}", gone.id)).await, 1);
}

#[tokio::test]
async fn a_scope_stays_for_as_long_as_what_was_in_it_is_held_back() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let client = server.client(Role::Viewer).await;
    let all = vec![complete("goes", hosts(20..25)), complete("stays", hosts(0..10))];
    estate.collect(all).await;
    for _ in 0..2 {
        let tally = collect(&estate, "goes", false).await;
        assert_eq!((tally.removed, tally.held_back), (0, 5));
        assert_eq!(listed(&client, "").await, ["goes", "stays"]);
        assert_eq!(known(&estate).await, ["goes", "stays"]);
    }
    let tally = collect(&estate, "goes", true).await;
    assert_eq!((tally.removed, tally.held_back), (5, 0));
    assert_eq!(listed(&client, "").await, ["stays"]);
    assert_eq!(listed(&client, "state=gone").await, ["goes"]);
}

#[tokio::test]
async fn a_scope_is_there_again_with_the_first_that_is_written_of_it() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let client = server.client(Role::Viewer).await;
    let all = vec![complete("goes", hosts(20..22)), complete("stays", hosts(0..10))];
    estate.collect(all).await;
    collect(&estate, "goes", false).await;
    assert_eq!(listed(&client, "").await, ["stays"]);
    // As many as are written before the collection ends, which then never does.
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    let many = complete("goes", hosts(1_000..11_000));
    report(&mut ingest, many).await.unwrap();
    drop(ingest);
    lease.give_back(&estate.store, estate.org).await.unwrap();
    assert_eq!(listed(&client, "").await, ["goes", "stays"]);
    let there = scopes(&client, "").await.items.remove(0);
    assert_eq!((there.account.as_str(), there.assets_now), ("goes", 10_000));
}

#[tokio::test]
async fn what_was_never_listed_is_not_told_to_be_gone() {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let client = server.client(Role::Viewer).await;
    collect(&estate, "never", false).await;
    assert_eq!(listed(&client, "").await, ["stays"]);
    assert_eq!(listed(&client, "state=gone").await, [""; 0]);
    assert_eq!(known(&estate).await, ["stays"]);
}
