//! One machine, however many sources see it.

use qlrf_core::asset::{Asset, AssetKind, AssetState, Exposure, Platform};
use qlrf_core::id::OrgId;
use qlrf_core::identity::IdentityKind;
use qlrf_core::perm::Role;
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::page::PageBody;
use qlrf_testkit::TestDb;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::inventory::{Estate, assert_consistent, complete, count, host, partial, report, rows_of, running};
use crate::support::TestServer;

pub const INSTANCE: &str = "aws:i-1";
pub const UUID: &str = "4c4c4544-0042-3510-8054-b7c04f564433";
pub const MACHINE: &str = "0123456789abcdef0123456789abcdef";

/// Three sources of one organisation.
pub struct Three {
    pub cloud: Estate,
    pub cluster: Estate,
    pub ssh: Estate,
}

impl Three {
    pub async fn new(store: &qlrf_store::Store, org: OrgId) -> Three {
        let none = json!({});
        Three {
            cloud: Estate::of_kind(store, org, "aws", &none).await,
            cluster: Estate::of_kind(store, org, "kubernetes", &none).await,
            ssh: Estate::of_kind(store, org, "ssh", &none).await,
        }
    }

    pub fn all(&self) -> [(&Estate, Asset); 3] {
        [
            (&self.cloud, vm("i-1", INSTANCE)),
            (&self.cluster, node("n1")),
            (&self.ssh, bare("s1", "", MACHINE)),
        ]
    }
}

fn claiming(mut asset: Asset, claims: [(IdentityKind, &str); 3]) -> Asset {
    let given = claims.into_iter().filter(|(_, value)| !value.is_empty());
    asset.identities = given.map(|(kind, value)| (kind, value.to_owned())).collect();
    asset
}

pub fn vm(id: &str, instance: &str) -> Asset {
    let asset = Asset {
        platform: Platform::Aws,
        account: Some("111122223333".to_owned()),
        exposure: Exposure::Internet,
        ..host(id)
    };
    claims(asset, instance, "", "")
}

fn claims(asset: Asset, instance: &str, uuid: &str, machine: &str) -> Asset {
    let all = [
        (IdentityKind::InstanceId, instance),
        (IdentityKind::ProductUuid, uuid),
        (IdentityKind::MachineId, machine),
    ];
    claiming(asset, all)
}

pub fn node(id: &str) -> Asset {
    let asset = Asset {
        platform: Platform::Kubernetes,
        kind: AssetKind::KubernetesNode,
        ..host(id)
    };
    claims(asset, INSTANCE, UUID, MACHINE)
}

pub fn bare(id: &str, uuid: &str, machine: &str) -> Asset {
    let asset = Asset {
        platform: Platform::Baremetal,
        kind: AssetKind::Host,
        state: AssetState::Unknown,
        ..running(host(id), &[("bash", "5.2-1")])
    };
    claims(asset, "", uuid, machine)
}

pub async fn see(source: &Estate, assets: Vec<Asset>) {
    source
        .collect_with(vec![complete("all", assets)], true)
        .await
        .unwrap();
}

/// What counts now: the native id that leads, the sources, the hash of the fact.
pub async fn machines(admin: &mut PgConnection, org: OrgId) -> Vec<(String, i64, String)> {
    sqlx::query_as(
        "SELECT f.document ->> 'native_id',
                (SELECT count(*) FROM sighting s WHERE s.machine_id = f.asset_id AND s.closed_at IS NULL),
                encode(f.fact_hash, 'hex')
         FROM asset_fact f WHERE f.org_id = $1 AND f.closed_at IS NULL ORDER BY 1, 3",
    )
    .bind(org.as_uuid())
    .fetch_all(admin)
    .await
    .unwrap()
}

pub async fn shape(admin: &mut PgConnection, org: OrgId) -> Vec<(String, i64)> {
    let all = machines(admin, org).await.into_iter();
    all.map(|(id, sources, _)| (id, sources)).collect()
}

pub fn is(id: &str, sources: i64) -> (String, i64) {
    (id.to_owned(), sources)
}

pub async fn events(admin: &mut PgConnection, org: OrgId, kind: &str) -> Vec<Value> {
    sqlx::query_scalar("SELECT data FROM outbox WHERE org_id = $1 AND type = $2 ORDER BY id")
        .bind(org.as_uuid())
        .bind(kind)
        .fetch_all(admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_order_in_which_sources_come_changes_nothing() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let mut found = Vec::new();
    for (n, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        .iter()
        .enumerate()
    {
        let org = db.org(&format!("org-{n}")).await;
        let three = Three::new(db.store(), org).await;
        for at in order {
            let (source, asset) = three.all()[*at].clone();
            see(source, vec![asset]).await;
        }
        assert_consistent(&mut admin).await;
        found.push(machines(&mut admin, org).await);
        let merged = events(&mut admin, org, "asset.merged").await;
        assert_eq!(merged.len(), 2, "{merged:?}");
        assert!(events(&mut admin, org, "asset.removed").await.is_empty());
    }
    assert_eq!(found[0].len(), 1, "{:?}", found[0]);
    assert_eq!((&found[0][0].0[..], found[0][0].1), ("i-1", 3));
    assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
}

#[tokio::test]
async fn a_machine_that_another_source_still_sees_is_not_removed() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("acme").await;
    let three = Three::new(db.store(), org).await;
    for (source, asset) in three.all() {
        see(source, vec![asset]).await;
    }
    let id = "SELECT asset_id FROM asset_fact WHERE closed_at IS NULL";
    let first: uuid::Uuid = sqlx::query_scalar(id).fetch_one(&mut admin).await.unwrap();
    // The source that saw it first lets go of it, and the one that leads.
    see(&three.cloud, vec![]).await;
    assert_eq!(shape(&mut admin, org).await, [is("n1", 2)]);
    see(&three.cluster, vec![]).await;
    assert_eq!(shape(&mut admin, org).await, [is("s1", 1)]);
    assert_consistent(&mut admin).await;
    let still: uuid::Uuid = sqlx::query_scalar(id).fetch_one(&mut admin).await.unwrap();
    assert_eq!(still, first, "its id is the same whoever sees it");
    assert!(events(&mut admin, org, "asset.removed").await.is_empty());
    // A partial listing proves nothing.
    let nothing = vec![partial("all", vec![])];
    three.ssh.collect_with(nothing, true).await.unwrap();
    assert_eq!(shape(&mut admin, org).await, [is("s1", 1)]);
    see(&three.ssh, vec![]).await;
    assert!(machines(&mut admin, org).await.is_empty());
    assert_eq!(
        events(&mut admin, org, "asset.removed").await,
        [json!({"asset_id": first})]
    );
    assert_eq!(count(&mut admin, "asset_identity").await, 0);
    // And back again, each by what it says.
    see(&three.ssh, vec![bare("s1", "", MACHINE)]).await;
    see(&three.cloud, vec![vm("i-1", INSTANCE)]).await;
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 0), is("s1", 0)]);
    see(&three.cluster, vec![node("n1")]).await;
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 3)]);
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn a_collection_that_sees_the_same_again_writes_nothing() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("acme").await;
    let three = Three::new(db.store(), org).await;
    for (source, asset) in three.all() {
        see(source, vec![asset]).await;
    }
    let tables = ["asset", "asset_fact", "asset_drift", "asset_identity", "sighting"];
    let mut before = Vec::new();
    for table in tables {
        before.push(rows_of(&mut admin, table).await);
    }
    for (source, asset) in three.all() {
        let tally = source.collect(vec![complete("all", vec![asset.clone()])]).await;
        assert_eq!((tally.unchanged, tally.changed, tally.added), (1, 0, 0));
        // Read as a whole, and still the same: a scope without its digest.
        sqlx::query("UPDATE scope SET digest = NULL")
            .execute(&mut admin)
            .await
            .unwrap();
        let tally = source.collect(vec![complete("all", vec![asset])]).await;
        assert_eq!((tally.unchanged, tally.changed, tally.added), (1, 0, 0));
    }
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(rows_of(&mut admin, table).await, before, "{table}");
    }
}

#[tokio::test]
async fn an_estate_that_one_source_sees_has_no_sightings() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let estate = Estate::new(&db, "acme").await;
    let assets = |name: &str| {
        let named = |n: usize| Asset {
            name: name.to_owned(),
            ..vm(&format!("i-{n}"), &format!("aws:i-{n}"))
        };
        (0..50).map(named).collect::<Vec<_>>()
    };
    see(&estate, assets("a")).await;
    assert_eq!(count(&mut admin, "asset_identity").await, 50);
    let claims = rows_of(&mut admin, "asset_identity").await;
    see(&estate, assets("b")).await;
    assert_eq!(
        rows_of(&mut admin, "asset_identity").await,
        claims,
        "a changed fact claims the same"
    );
    assert_eq!(count(&mut admin, "sighting").await, 0);
    assert_eq!(count(&mut admin, "asset_fact WHERE merged").await, 0);
    assert_eq!(count(&mut admin, "asset_fact").await, 100);
    assert_eq!(count(&mut admin, "outbox WHERE type LIKE 'asset.%'").await, 100);
}

#[tokio::test]
async fn clones_stay_apart_and_are_told() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("acme").await;
    let three = Three::new(db.store(), org).await;
    see(&three.ssh, vec![bare("a", "", MACHINE), bare("b", "", MACHINE)]).await;
    see(&three.cluster, vec![node("n1")]).await;
    assert_eq!(machines(&mut admin, org).await.len(), 3);
    let reason = "SELECT reason FROM identity_conflict";
    let told: String = sqlx::query_scalar(reason).fetch_one(&mut admin).await.unwrap();
    assert_eq!(told, "twice_in_one_source");
    // One of them is proved by something stronger: that one joins, the other does not.
    see(&three.ssh, vec![bare("a", UUID, MACHINE), bare("b", "", MACHINE)]).await;
    assert_eq!(shape(&mut admin, org).await, [is("b", 0), is("n1", 2)]);
    // The clone got a machine-id of its own, and what was ambiguous is not any more.
    let other = "f".repeat(31) + "1";
    see(&three.ssh, vec![bare("a", "", MACHINE), bare("b", "", &other)]).await;
    assert_eq!(shape(&mut admin, org).await, [is("b", 0), is("n1", 2)]);
    assert_eq!(count(&mut admin, "identity_conflict").await, 0);
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn what_too_many_claim_joins_nobody_from_then_on() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("acme").await;
    let three = Three::new(db.store(), org).await;
    see(&three.cluster, vec![node("n1")]).await;
    see(&three.cloud, vec![claims(vm("x", ""), "", "", MACHINE)]).await;
    assert_eq!(shape(&mut admin, org).await, [is("x", 2)]);
    let clones = |n: usize| {
        (0..n)
            .map(|n| bare(&format!("c{n:02}"), "", MACHINE))
            .collect::<Vec<_>>()
    };
    see(&three.ssh, clones(20)).await;
    assert_eq!(machines(&mut admin, org).await.len(), 22);
    let told: Vec<String> = sqlx::query_scalar("SELECT reason FROM identity_conflict")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(told, ["too_many"]);
    assert_consistent(&mut admin).await;
    see(&three.ssh, clones(0)).await;
    assert_eq!(shape(&mut admin, org).await, [is("x", 2)]);
    assert_eq!(count(&mut admin, "identity_conflict").await, 0);
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn a_collection_that_dies_leaves_the_machine_of_before() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("acme").await;
    let three = Three::new(db.store(), org).await;
    see(&three.cloud, vec![vm("i-1", INSTANCE)]).await;
    // Each statement of the write may be the last one.
    for table in [
        "asset_identity",
        "sighting",
        "asset_fact",
        "outbox",
        "asset_drift",
    ] {
        let before = machines(&mut admin, org).await;
        let guard = format!(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the connection broke'; END $$;
             CREATE TRIGGER die BEFORE INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION die();"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(guard))
            .execute(&mut admin)
            .await
            .unwrap();
        let lease = three.cluster.lease().await;
        let mut ingest = three.cluster.begin(&lease, false).await;
        let told = report(&mut ingest, complete("all", vec![node("n1")])).await;
        assert!(
            told.is_err() || ingest.finish().await.is_err(),
            "{table} was written"
        );
        lease.give_back(&three.cluster.store, org).await.unwrap();
        let lift = format!("DROP TRIGGER die ON {table}; DROP FUNCTION die();");
        sqlx::raw_sql(sqlx::AssertSqlSafe(lift))
            .execute(&mut admin)
            .await
            .unwrap();
        assert_eq!(machines(&mut admin, org).await, before, "{table}");
        assert_eq!(count(&mut admin, "sighting").await, 0);
        assert_eq!(count(&mut admin, "asset_identity").await, 1);
        assert_consistent(&mut admin).await;
    }
    see(&three.cluster, vec![node("n1")]).await;
    assert_eq!(shape(&mut admin, org).await, [is("i-1", 2)]);
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn a_deleted_connector_takes_its_word_along_and_no_machine() {
    let server = TestServer::start().await;
    let mut admin = server.db.admin().await;
    let three = Three::new(&server.app.store, server.first.org).await;
    for (source, asset) in three.all() {
        see(source, vec![asset]).await;
    }
    let client = server.client(Role::Admin).await;
    let path = format!("/api/v1/connectors/{}", three.cloud.connector);
    assert!(client.delete(&path).await.status.is_success());
    assert_eq!(shape(&mut admin, server.first.org).await, [is("n1", 2)]);
    let page: PageBody<AssetSummary> = client.get("/api/v1/assets").await.ok();
    assert_eq!(
        (page.total, page.items[0].connector.as_deref()),
        (1, Some("kubernetes"))
    );
    assert_consistent(&mut admin).await;
}

/// Whatever the sources say one after the other, what counts in the end is what they say in the end.
#[tokio::test]
async fn a_long_history_ends_where_a_short_one_does() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let org = db.org("long").await;
    let long = Three::new(db.store(), org).await;
    let mut dice = 7_u64;
    let mut roll = move |sides: u64| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let mut last: [Vec<Asset>; 3] = Default::default();
    for _ in 0..60 {
        let at = roll(3) as usize;
        let mut word = |letter: &str| match roll(4) {
            0 => String::new(),
            n => format!("{letter}{n}"),
        };
        let mut assets = Vec::new();
        for n in 0..4 {
            let (i, u, m) = (word("i"), word("u"), word("m"));
            let asset = match at {
                0 => claims(vm(&format!("v{n}"), ""), &i, "", &m),
                1 => claims(node(&format!("n{n}")), &i, &u, &m),
                _ => claims(bare(&format!("s{n}"), "", ""), "", &u, &m),
            };
            if word("x").len() > 1 {
                assets.push(asset);
            }
        }
        let source = [&long.cloud, &long.cluster, &long.ssh][at];
        see(source, assets.clone()).await;
        last[at] = assets;
        assert_consistent(&mut admin).await;
    }
    let again = db.org("short").await;
    let short = Three::new(db.store(), again).await;
    for (source, assets) in [&short.ssh, &short.cloud, &short.cluster]
        .into_iter()
        .zip([2, 0, 1])
    {
        see(source, last[assets].clone()).await;
    }
    assert_eq!(machines(&mut admin, org).await, machines(&mut admin, again).await);
    let conflicts =
        "SELECT kind || ' ' || value || ' ' || reason FROM identity_conflict WHERE org_id = $1 ORDER BY 1";
    let mut told = Vec::new();
    for org in [org, again] {
        let all: Vec<String> = sqlx::query_scalar(conflicts)
            .bind(org.as_uuid())
            .fetch_all(&mut admin)
            .await
            .unwrap();
        told.push(all);
    }
    assert_eq!(told[0], told[1]);
}
