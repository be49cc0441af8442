//! Mapping rules from the document that somebody sends to the facts that everybody sees.

use qlrf_core::asset::{Asset as Observed, FAMILY_LABEL};
use qlrf_core::mapping::Field;
use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::api::types::asset::{Asset, AssetMoment, AssetSummary};
use qlrf_server::api::types::image::Image;
use qlrf_server::api::types::mapping::{MappingPreview, MappingRulesNow, MappingVersion};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::app::mapping;
use reqwest::Method;
use serde_json::Value;
use time::format_description::well_known::Rfc3339;

use crate::image::register;
use crate::inventory::{
    Estate, assert_consistent, believed, complete, count, host, hosts, report, rows_of, running,
};
use crate::support::{Answer, TestClient, TestServer, send};

const RULES: &str = "/api/v1/mapping-rules";

/// Rules that take the environment from a label, and the site from the name of some.
const TAGGED: &str = "apiVersion: ql-rf.io/v1
kind: MappingRules
rules:
  - name: stage
    when: {labels: {Stage: '*'}}
    set: {env: '${label:Stage}'}
  - name: hall
    when: {name: {regex: '(?<hall>hall-[0-9])'}}
    set: {site: '${hall}', criticality: high}
examples:
  - name: a stage
    given: {platform: aws, labels: {Stage: prod}}
    expect: {env: prod}
    unknown: [site]
";

struct Mapped {
    server: TestServer,
    estate: Estate,
    engineer: TestClient,
}

async fn start() -> Mapped {
    let server = TestServer::start().await;
    let store = server.app.store.clone();
    let estate = Estate::of_kind(&store, server.first.org, "sim", &serde_json::json!({})).await;
    let engineer = server.client(Role::Engineer).await;
    Mapped {
        server,
        estate,
        engineer,
    }
}

/// Of five hosts two have a stage, one of which says another environment of itself, and one is in a hall.
fn five() -> Vec<Observed> {
    let mut all = hosts(0..5);
    all[0].labels.insert("Stage".into(), "prod".into());
    all[1].labels.insert("Stage".into(), "dev".into());
    all[1].env = Some("said".into());
    all[2].name = "web-hall-7".into();
    all[3] = running(all[3].clone(), &[("bash", "5.2-1")]);
    all[4].env = Some("said".into());
    all
}

impl Mapped {
    async fn put(&self, document: &str) -> Answer {
        put(&self.engineer, document).await
    }

    async fn apply(&self) -> usize {
        mapping::apply(&self.estate.store, self.estate.org).await.unwrap()
    }

    async fn total(&self, q: &str) -> u64 {
        let path = format!("/api/v1/assets?q={q}");
        let page: PageBody<AssetSummary> = self.engineer.get(&path).await.ok();
        page.total
    }

    async fn named(&self, name: &str) -> Asset {
        let page: PageBody<AssetSummary> = self
            .engineer
            .get(&format!("/api/v1/assets?q=\"{name}\""))
            .await
            .ok();
        let id = page.items[0].id;
        self.engineer.get(&format!("/api/v1/assets/{id}")).await.ok()
    }
}

pub async fn put(client: &TestClient, document: &str) -> Answer {
    let request = client.request(Method::PUT, RULES);
    send(
        request
            .header("content-type", "application/yaml")
            .body(document.to_owned()),
    )
    .await
}

async fn preview(client: &TestClient, document: &str) -> Answer {
    let request = client.request(Method::POST, &format!("{RULES}/preview"));
    send(
        request
            .header("content-type", "application/yaml")
            .body(document.to_owned()),
    )
    .await
}

#[tokio::test]
async fn what_is_stored_is_mapped_again_and_what_was_believed_before_stays() {
    let mapped = start().await;
    let mut admin = mapped.server.db.admin().await;
    mapped.estate.collect(vec![complete("a", five())]).await;
    let before = now().format(&Rfc3339).unwrap();
    let saved: MappingRulesNow = mapped.put(TAGGED).await.ok();
    assert_eq!((saved.rules.version, saved.applied, saved.assets), (1, false, 5));
    assert_eq!(mapped.apply().await, 3);
    assert_consistent(&mut admin).await;
    assert_eq!(
        count(&mut admin, "asset_fact").await,
        8,
        "three facts were closed and three opened"
    );
    assert_eq!(count(&mut admin, "outbox WHERE type = 'asset.updated'").await, 3);
    for (q, assets) in [
        ("env:prod", 1),
        ("env:dev", 1),
        ("env:said", 1),
        ("site:hall-7", 1),
        ("criticality:high", 1),
        ("site:unknown", 4),
    ] {
        assert_eq!(mapped.total(q).await, assets, "{q}");
    }
    assert_eq!(
        mapped.total(&format!("env:said&as_of={before}")).await,
        2,
        "as it was believed then"
    );
    let asset = mapped.named("name of h00001").await;
    let wanted = serde_json::json!({"env": {"rule": "stage", "said": "said"}});
    assert_eq!(
        (&asset.facts["env"], &asset.facts["mapped_by"]),
        (&Value::from("dev"), &wanted)
    );
    let path = format!("/api/v1/assets/{}/history", asset.id);
    let history: Vec<AssetMoment> = mapped.engineer.get(&path).await.ok();
    assert_eq!(history.len(), 2);
    let now: MappingRulesNow = mapped.engineer.get(RULES).await.ok();
    assert!(now.applied);
    for field in &now.unmapped {
        assert_eq!(
            field.assets,
            mapped.total(&field.filter).await,
            "{}",
            field.filter
        );
    }

    // Taking the rules back gives what the connector had said, hash by hash.
    mapped
        .put("{apiVersion: ql-rf.io/v1, kind: MappingRules, rules: []}")
        .await
        .ok::<MappingRulesNow>();
    assert_eq!(mapped.apply().await, 3);
    assert_consistent(&mut admin).await;
    let returned = believed(&mut admin, mapped.estate.org).await;
    let other = Estate::new(&mapped.server.db, "plain").await;
    other.collect(vec![complete("a", five())]).await;
    assert_eq!(returned, believed(&mut admin, other.org).await);
}

#[tokio::test]
async fn a_collection_after_the_rules_finds_nothing_new_and_the_same_rules_write_nothing() {
    let mapped = start().await;
    let mut admin = mapped.server.db.admin().await;
    mapped.estate.collect(vec![complete("a", five())]).await;
    mapped.put(TAGGED).await.ok::<MappingRulesNow>();
    mapped.apply().await;
    let tables = ["asset_fact", "asset_drift", "asset", "mapping_rules"];
    let mut before = Vec::new();
    for table in tables {
        before.push(rows_of(&mut admin, table).await);
    }
    let again = mapped.estate.collect(vec![complete("a", five())]).await;
    assert_eq!((again.changed, again.unchanged), (0, 5));
    let saved: MappingRulesNow = mapped.put(TAGGED).await.ok();
    assert_eq!((saved.rules.version, saved.applied), (1, true));
    assert_eq!(mapped.apply().await, 0);
    // A worker that was killed before it could say that it was through.
    sqlx::query("UPDATE fact_clock SET mapping_applied = 0")
        .execute(&mut admin)
        .await
        .unwrap();
    assert_eq!(mapped.apply().await, 0);
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(rows_of(&mut admin, table).await, before, "{table}");
    }
    // A comment is a new version, and no reason to look at the assets.
    let noted: MappingRulesNow = mapped.put(&format!("# ours\n{TAGGED}")).await.ok();
    assert_eq!((noted.rules.version, noted.applied), (2, true));
    let mut fresh = five();
    fresh.push({
        let mut asset = host("new");
        asset.labels.insert("Stage".into(), "prod".into());
        asset
    });
    mapped.estate.collect(vec![complete("a", fresh)]).await;
    assert_eq!(
        mapped.total("env:prod").await,
        2,
        "what is collected is mapped at once"
    );
}

#[tokio::test]
async fn a_collection_that_began_with_other_rules_is_caught_up_with() {
    let mapped = start().await;
    let mut admin = mapped.server.db.admin().await;
    mapped.estate.collect(vec![complete("a", five())]).await;
    let lease = mapped.estate.lease().await;
    let mut ingest = mapped.estate.begin(&lease, false).await;
    let mut changed = five();
    changed[0].account = Some("moved".into());
    report(&mut ingest, complete("a", changed.clone())).await.unwrap();
    mapped.put(TAGGED).await.ok::<MappingRulesNow>();
    assert_eq!(mapped.apply().await, 3);
    ingest.finish().await.unwrap();
    lease
        .give_back(&mapped.estate.store, mapped.estate.org)
        .await
        .unwrap();
    let now: MappingRulesNow = mapped.engineer.get(RULES).await.ok();
    assert!(!now.applied, "the collection took back what the rules had set");
    assert!(mapped.apply().await > 0);
    assert_eq!(
        (mapped.total("env:prod").await, mapped.total("site:hall-7").await),
        (1, 1)
    );
    assert_consistent(&mut admin).await;
    let facts = rows_of(&mut admin, "asset_fact").await;
    let again = mapped.estate.collect(vec![complete("a", changed)]).await;
    assert_eq!((again.changed, again.unchanged), (0, 5));
    assert_eq!(rows_of(&mut admin, "asset_fact").await, facts);
}

#[tokio::test]
async fn more_assets_than_fit_into_one_batch_are_all_mapped() {
    let mapped = start().await;
    mapped.estate.collect(vec![complete("a", hosts(0..2_050))]).await;
    let all =
        "{apiVersion: ql-rf.io/v1, kind: MappingRules, rules: [{name: all, set: {owner: '${connector}'}}]}";
    mapped.put(all).await.ok::<MappingRulesNow>();
    assert_eq!(mapped.apply().await, 2_050);
    assert_eq!(mapped.total("owner:sim").await, 2_050);
}

#[tokio::test]
async fn a_preview_counts_what_would_change_and_saves_nothing() {
    let mapped = start().await;
    let mut admin = mapped.server.db.admin().await;
    mapped.estate.collect(vec![complete("a", five())]).await;
    let facts = rows_of(&mut admin, "asset_fact").await;
    let viewer = mapped.server.client(Role::Viewer).await;
    let told: MappingPreview = preview(&viewer, TAGGED).await.ok();
    assert_eq!((told.assets, told.changed, told.proof_only), (5, 3, 0));
    let env = told.fields.iter().find(|field| field.field == "env").unwrap();
    assert_eq!(
        (
            env.gained,
            env.changed,
            env.lost,
            env.unknown_before,
            env.unknown_after
        ),
        (1, 1, 0, 3, 2)
    );
    let reach: Vec<(&str, u64)> = told
        .rules
        .iter()
        .map(|rule| (&rule.name[..], rule.assets))
        .collect();
    assert_eq!(reach, [("stage", 2), ("hall", 1)]);
    let said = told
        .examples
        .iter()
        .find(|change| change.name == "name of h00001")
        .unwrap();
    assert!(said.simulated);
    let field = &said.fields[0];
    assert_eq!(
        (
            &field.field[..],
            field.before.as_deref(),
            field.after.as_deref(),
            field.rule.as_deref()
        ),
        ("env", Some("said"), Some("dev"), Some("stage"))
    );
    assert_eq!(rows_of(&mut admin, "asset_fact").await, facts);
    let now: MappingRulesNow = viewer.get(RULES).await.ok();
    assert_eq!((now.rules.version, now.rules.rules.len()), (0, 0));
    mapped.put(TAGGED).await.ok::<MappingRulesNow>();
    mapped.apply().await;
    let renamed: MappingPreview = preview(&viewer, &TAGGED.replace("name: stage", "name: tag"))
        .await
        .ok();
    assert_eq!((renamed.changed, renamed.proof_only), (0, 2));
    let empty: MappingPreview = preview(
        &viewer,
        "{apiVersion: ql-rf.io/v1, kind: MappingRules, rules: []}",
    )
    .await
    .ok();
    let env = empty.fields.iter().find(|field| field.field == "env").unwrap();
    assert_eq!((empty.changed, env.lost, env.changed), (3, 1, 1));
}

#[tokio::test]
async fn a_rule_may_say_which_image_family_an_asset_is_of() {
    let mapped = start().await;
    let mut admin = mapped.server.db.admin().await;
    let text = "schema: v1\nid: base\nversion: \"1\"\nos: {name: debian, version: \"12\"}\nbaseline_packages: [bash]\n";
    register(&mapped.engineer, "base:1", text).await.ok::<Image>();
    let production = serde_json::json!({"to": "production"});
    mapped
        .engineer
        .post("/api/v1/images/base:1/promote", &production)
        .await
        .ok::<Image>();
    mapped.estate.collect(vec![complete("a", five())]).await;
    let linked = "asset_drift WHERE upper_inf(recorded) AND family_id IS NOT NULL";
    assert_eq!(count(&mut admin, linked).await, 0);
    let rules = "{apiVersion: ql-rf.io/v1, kind: MappingRules, rules: [{name: b, when: {name: '*h0000?'}, set: {image_family: base}}]}";
    mapped.put(rules).await.ok::<MappingRulesNow>();
    assert_eq!(mapped.apply().await, 4);
    assert_eq!(count(&mut admin, linked).await, 4);
    let asset = mapped.named("name of h00003").await;
    assert_eq!(asset.facts["labels"][FAMILY_LABEL], "base");
    assert_eq!(asset.facts["mapped_by"][Field::ImageFamily.name()]["rule"], "b");
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn rules_are_refused_with_their_mistakes_and_changed_by_one_at_a_time() {
    let mapped = start().await;
    let viewer = mapped.server.client(Role::Viewer).await;
    put(&viewer, TAGGED).await.problem(403, "forbidden");
    let failing = TAGGED.replace("expect: {env: prod}", "expect: {env: dev}");
    for answer in [mapped.put(&failing).await, preview(&viewer, &failing).await] {
        let problem = answer.problem(400, "invalid_mapping");
        let error = &problem.errors[0];
        assert_eq!(
            (error.code.as_deref(), error.line),
            (Some("example_failed"), Some(13))
        );
        assert!(
            error.detail.contains("env should be \"dev\" and is \"prod\""),
            "{error:?}"
        );
    }
    let bare = mapped.engineer.request(Method::PUT, RULES).body(TAGGED);
    send(bare).await.problem(415, "unsupported_media_type");
    let read = mapped.engineer.get(RULES).await;
    let tag = read.header("etag").unwrap().to_owned();
    let guarded = async |document: &str| {
        let request = mapped
            .engineer
            .request(Method::PUT, RULES)
            .header("if-match", &tag);
        send(
            request
                .header("content-type", "application/json")
                .body(document.to_owned()),
        )
        .await
    };
    let json = r#"{"apiVersion": "ql-rf.io/v1", "kind": "MappingRules", "rules": [{"name": "a", "set": {"env": "x"}}]}"#;
    guarded(json).await.ok::<MappingRulesNow>();
    guarded(TAGGED).await.problem(412, "version_changed");
    mapped.put(TAGGED).await.ok::<MappingRulesNow>();
    let versions: PageBody<MappingVersion> = mapped.engineer.get(&format!("{RULES}/versions")).await.ok();
    let told: Vec<(i32, bool)> = versions
        .items
        .iter()
        .map(|v| (v.version, v.until.is_none()))
        .collect();
    assert_eq!(told, [(2, true), (1, false)]);
    assert!(versions.items[0].author.starts_with("token:"));
    let first: MappingRulesNow = viewer.get(&format!("{RULES}?version=1")).await.ok();
    assert_eq!(
        (
            first.rules.document.as_deref(),
            first.rules.rules[0].name.as_str()
        ),
        (Some(json), "a")
    );
    viewer
        .get(&format!("{RULES}?version=9"))
        .await
        .problem(404, "not_found");
    let other = mapped
        .server
        .client_of(mapped.server.second, Role::Admin, None)
        .await;
    let theirs: MappingRulesNow = other.get(RULES).await.ok();
    assert_eq!(theirs.rules.version, 0);
}
