//! What an estate holds besides assets: taken in by the rules of assets, and shown with what it hangs together with.

use std::collections::BTreeMap;

use qlrf_connectors::inventory::Sink as _;
use qlrf_core::asset::{Asset, Platform};
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::perm::Role;
use qlrf_core::resource::{Certificate, Facts, Relation, RelationKind, Resource, ScalingGroup};
use qlrf_server::app::ingest::Tally;
use qlrf_testkit::TestDb;
use serde_json::Value;
use sqlx::PgConnection;

use crate::coverage::grow_older;
use crate::inventory::{Estate, complete, host, partial, report, scope};
use crate::support::{TestClient, TestServer};

fn resource(native_id: &str, facts: Facts) -> Resource {
    Resource {
        native_id: native_id.to_owned(),
        platform: Platform::Aws,
        name: format!("name of {native_id}"),
        account: Some("111122223333".to_owned()),
        region: Some("eu-west-1".to_owned()),
        labels: BTreeMap::new(),
        facts,
        relations: Vec::new(),
        simulated: true,
    }
}

fn certificate(native_id: &str, subject: &str) -> Resource {
    let facts = Facts::Certificate(Certificate {
        subject: subject.to_owned(),
        ..Certificate::default()
    });
    resource(native_id, facts)
}

fn certificates(ids: std::ops::Range<usize>) -> Vec<Resource> {
    ids.map(|id| certificate(&format!("c{id}"), "CN=example.org"))
        .collect()
}

fn member_of(mut asset: Asset, group: &str) -> Asset {
    asset.relations = vec![Relation {
        relation: RelationKind::MemberOf,
        to: group.to_owned(),
    }];
    asset
}

/// One scope of nothing but resources.
async fn collect(estate: &Estate, resources: Vec<Resource>, outcome: ScopeOutcome, confirm: bool) -> Tally {
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, confirm).await;
    ingest.resources(&scope("a"), resources).await.unwrap();
    ingest.close(&scope("a"), outcome).await.unwrap();
    let tally = ingest.finish().await.unwrap();
    lease.give_back(&estate.store, estate.org).await.unwrap();
    tally
}

fn figures(tally: &Tally) -> (i32, i32, i32, i32) {
    (
        tally.resources_added,
        tally.resources_changed,
        tally.resources_removed,
        tally.held_back,
    )
}

fn incomplete() -> ScopeOutcome {
    partial("a", Vec::new()).outcome
}

async fn rows(admin: &mut PgConnection) -> (i64, i64) {
    sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE upper_inf(recorded)) FROM resource")
        .fetch_one(admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn resources_follow_the_rules_of_assets() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let whole = ScopeOutcome::Complete;

    let first = collect(&estate, certificates(0..10), whole.clone(), false).await;
    assert_eq!(figures(&first), (10, 0, 0, 0));
    let again = collect(&estate, certificates(0..10), whole.clone(), false).await;
    assert_eq!(
        (figures(&again), rows(&mut admin).await),
        ((0, 0, 0, 0), (10, 10))
    );

    let mut changed = certificates(0..10);
    changed[3] = certificate("c3", "CN=other.example.org");
    let changed = collect(&estate, changed, whole.clone(), false).await;
    assert_eq!(
        (figures(&changed), rows(&mut admin).await),
        ((0, 1, 0, 0), (11, 10))
    );

    // What a part of a listing leaves out is not gone.
    let part = collect(&estate, certificates(0..2), incomplete(), false).await;
    assert_eq!((figures(&part), rows(&mut admin).await), ((0, 0, 0, 0), (11, 10)));
    // One of ten is; most of them at once need a person's word.
    let fewer = collect(&estate, certificates(0..9), whole.clone(), false).await;
    assert_eq!((figures(&fewer), rows(&mut admin).await.1), ((0, 1, 1, 0), 9));
    let shrunk = collect(&estate, certificates(0..1), whole.clone(), false).await;
    assert_eq!((figures(&shrunk), rows(&mut admin).await.1), ((0, 0, 0, 8), 9));
    let confirmed = collect(&estate, certificates(0..1), whole.clone(), true).await;
    assert_eq!((figures(&confirmed), rows(&mut admin).await.1), ((0, 0, 8, 0), 1));
    // One that comes back is the one it was.
    let back = collect(&estate, certificates(0..2), whole, false).await;
    assert_eq!((figures(&back), rows(&mut admin).await.1), ((1, 0, 0, 0), 2));
    let ids: i64 = sqlx::query_scalar("SELECT count(DISTINCT id) FROM resource WHERE native_id = 'c1'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(ids, 1);
}

#[tokio::test]
async fn what_cannot_be_stored_is_told_and_what_is_listed_twice_counts_once() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let hostile = vec![
        certificate("nul", "CN=\0<script>"),
        certificate("", "CN=without id"),
        certificate("twice", "CN=first"),
        certificate("twice", "CN=second"),
    ];
    let tally = collect(&estate, hostile, ScopeOutcome::Complete, false).await;
    assert_eq!((tally.resources_added, tally.problems), (2, 3));
    let mut admin = db.admin().await;
    let subjects: Vec<String> =
        sqlx::query_scalar("SELECT document #>> '{facts,subject}' FROM resource ORDER BY native_id")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    assert_eq!(subjects, ["CN=\u{fffd}<script>", "CN=first"]);
}

async fn get(client: &TestClient, path: &str) -> Value {
    client.get(&format!("/api/v1{path}")).await.ok()
}

#[tokio::test]
async fn both_ends_of_a_relation_show_it() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &serde_json::json!({})).await;
    let group = resource("asg-1", Facts::ScalingGroup(ScalingGroup::default()));
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    report(
        &mut ingest,
        complete(
            "hosts",
            vec![member_of(host("i-1"), "asg-1"), member_of(host("i-2"), "asg-9")],
        ),
    )
    .await
    .unwrap();
    ingest.resources(&scope("groups"), vec![group]).await.unwrap();
    ingest
        .close(&scope("groups"), ScopeOutcome::Complete)
        .await
        .unwrap();
    ingest.finish().await.unwrap();
    lease.give_back(&estate.store, estate.org).await.unwrap();

    let listed = get(&viewer, "/resources?kind=scaling_group&word=NAME%20OF").await;
    let id = listed["items"][0]["id"].as_str().unwrap();
    let shown = get(&viewer, &format!("/resources/{id}")).await;
    let members = |shown: &Value| {
        let from = shown["relations"]["from"].as_array().unwrap().clone();
        from.iter()
            .map(|end| (end["relation"].clone(), end["origin"]["name"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(members(&shown), [("member_of".into(), "name of i-1".into())]);
    let assets = get(&viewer, "/assets?q=i-1").await;
    let asset = assets["items"][0]["id"].as_str().unwrap();
    let relations = get(&viewer, &format!("/assets/{asset}/relations")).await;
    assert_eq!(relations["to"][0]["target"]["id"], id);

    // The machine leaves its group.
    estate
        .collect(vec![complete(
            "hosts",
            vec![host("i-1"), member_of(host("i-2"), "asg-9")],
        )])
        .await;
    assert_eq!(members(&get(&viewer, &format!("/resources/{id}")).await), []);
    let summary = get(&viewer, "/resources/summary").await;
    assert_eq!(
        summary,
        serde_json::json!([{ "kind": "scaling_group", "resources": 1 }])
    );
}

#[tokio::test]
async fn a_resource_says_where_it_belongs_and_how_old_it_is() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &serde_json::json!({})).await;
    let mut shop = certificate("c-1", "CN=shop");
    shop.labels.insert("ql-rf.io/namespace".into(), "shop".into());
    collect(
        &estate,
        vec![shop, certificate("c-2", "CN=other")],
        ScopeOutcome::Complete,
        false,
    )
    .await;
    let told = async || {
        let listed = get(&engineer, "/resources").await;
        let items = listed["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| (item["mapped"].clone(), item["freshness"].clone()))
            .collect::<Vec<_>>()
    };
    let nothing = serde_json::json!({});
    assert_eq!(
        told().await,
        [
            (nothing.clone(), "fresh".into()),
            (nothing.clone(), "fresh".into())
        ]
    );
    let before = engineer.get("/api/v1/resources").await.json::<Value>()["as_of"].clone();

    let rules = "apiVersion: ql-rf.io/v1\nkind: MappingRules\nrules:\n- name: shop\n  when: {labels: {ql-rf.io/namespace: shop}}\n  set: {env: prod}\n";
    assert_eq!(crate::mapping::put(&engineer, rules).await.status, 200);
    grow_older(&server, 30).await;
    let shop = serde_json::json!({ "env": { "value": "prod", "rule": "shop" } });
    assert_eq!(
        told().await,
        [(shop.clone(), "stale".into()), (nothing.clone(), "stale".into())]
    );
    let id = get(&engineer, "/resources?word=c-1").await["items"][0]["id"].clone();
    let one = get(&engineer, &format!("/resources/{}", id.as_str().unwrap())).await;
    assert_eq!((&one["mapped"], &one["freshness"]), (&shop, &"stale".into()));
    let then = get(
        &engineer,
        &format!("/resources?as_of={}", before.as_str().unwrap()),
    )
    .await;
    assert_eq!(
        then["items"][0]["mapped"], nothing,
        "those rules did not hold then"
    );
}
