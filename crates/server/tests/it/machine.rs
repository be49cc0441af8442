//! One machine, however many sources see it.

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, AssetState, Exposure, Platform};
use qlrf_core::id::OrgId;
use qlrf_core::identity::IdentityKind;
use qlrf_core::perm::Role;
use qlrf_core::resource::{Relation, RelationKind};
use qlrf_server::api::types::asset::{Asset as AssetBody, AssetPlace, AssetSummary, IdentityConflict};
use qlrf_server::api::types::page::PageBody;
use qlrf_testkit::TestDb;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::inventory::{Estate, assert_consistent, complete, count, host, partial, report, rows_of, running};
use crate::support::{TestClient, TestServer};

pub const INSTANCE: &str = "aws:i-1";
const UUID: &str = "4c4c4544-0042-3510-8054-b7c04f564433";
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

    fn all(&self) -> [(&Estate, Asset); 3] {
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
async fn machines(admin: &mut PgConnection, org: OrgId) -> Vec<(String, i64, String)> {
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

async fn shape(admin: &mut PgConnection, org: OrgId) -> Vec<(String, i64)> {
    let all = machines(admin, org).await.into_iter();
    all.map(|(id, sources, _)| (id, sources)).collect()
}

fn is(id: &str, sources: i64) -> (String, i64) {
    (id.to_owned(), sources)
}

async fn events(admin: &mut PgConnection, org: OrgId, kind: &str) -> Vec<Value> {
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
