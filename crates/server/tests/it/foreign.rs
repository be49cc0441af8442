//! Every operation of the store, asked by another tenant with ids that exist: it finds nothing and changes nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, ConnectorId, ImageVersionId, OrgId, SavedViewId, SyncId, TokenId, UserId};
use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_store::{
    TenantTx, asset, connector, drift, fleet, image, lease, ledger, listing, member, saved_view, scope, sync,
    token,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::support::{Tenant, TestServer};
use crate::tenancy::{MARK, fill};

/// One id of each noun of the first tenant.
struct Ids {
    asset: AssetId,
    connector: ConnectorId,
    sync: SyncId,
    scope: i64,
    token: TokenId,
    secret: Digest,
    view: SavedViewId,
    member: UserId,
    image: ImageVersionId,
    rule: Uuid,
}

async fn one(admin: &mut PgConnection, org: OrgId, table: &str) -> Uuid {
    sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT id FROM {table} WHERE org_id = $1 LIMIT 1"
    )))
    .bind(org.as_uuid())
    .fetch_one(admin)
    .await
    .unwrap()
}

async fn add_image(tx: &mut TenantTx) -> (ImageVersionId, Uuid) {
    let (id, contract) = (ImageVersionId::generate(), json!({}));
    let family_id = image::get_or_create_family(tx, MARK, now()).await.unwrap();
    let new = image::NewImage {
        id,
        family_id,
        version: "1.0.0",
        status: "draft",
        contract_form: "flat",
        contract_digest: Digest::of(b"contract"),
        contract: &contract,
        contract_text: MARK,
        package_set_id: None,
        simulated: false,
        created_at: now(),
        published_at: None,
        deprecated_at: None,
        retired_at: None,
    };
    assert!(image::create(tx, &new).await.unwrap());
    let rule = image::LinkRule {
        id: Uuid::now_v7(),
        position: 1,
        name: MARK.to_owned(),
        selector: json!({}),
        family: MARK.to_owned(),
        version: None,
    };
    assert!(image::create_rule(tx, &rule).await.unwrap());
    (id, rule.id)
}

async fn ids(server: &TestServer, tenant: Tenant) -> Ids {
    let mut tx = server.app.store.tenant(tenant.org).await.unwrap();
    let (image, rule) = add_image(&mut tx).await;
    assert_eq!(
        lease::acquire(&mut tx, MARK, "them", std::time::Duration::from_secs(600))
            .await
            .unwrap(),
        Some(1)
    );
    tx.commit().await.unwrap();
    let mut admin = server.db.admin().await;
    let scope = sqlx::query_scalar("SELECT id FROM scope WHERE org_id = $1 LIMIT 1")
        .bind(tenant.org.as_uuid())
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let token = one(&mut admin, tenant.org, "api_token").await;
    let secret: Vec<u8> = sqlx::query_scalar("SELECT secret_hash FROM api_token WHERE id = $1")
        .bind(token)
        .fetch_one(&mut admin)
        .await
        .unwrap();
    Ids {
        asset: AssetId::from_uuid(one(&mut admin, tenant.org, "asset").await),
        connector: ConnectorId::from_uuid(one(&mut admin, tenant.org, "connector").await),
        sync: SyncId::from_uuid(one(&mut admin, tenant.org, "sync").await),
        scope,
        token: TokenId::from_uuid(token),
        secret: Digest(secret.try_into().unwrap()),
        view: SavedViewId::from_uuid(one(&mut admin, tenant.org, "saved_view").await),
        member: tenant.admin,
        image,
        rule,
    }
}

/// Everything that the database holds of a tenant, as text.
async fn held(admin: &mut PgConnection, org: OrgId) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'org_id' ORDER BY 1",
    )
    .fetch_all(&mut *admin)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sql = format!(
            "SELECT COALESCE(string_agg(t::text, '\n' ORDER BY t::text), '') FROM {table} t WHERE org_id = $1"
        );
        let rows = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(org.as_uuid())
            .fetch_one(&mut *admin)
            .await
            .unwrap();
        all.push((table, rows));
    }
    all
}

/// Facts, drift and what collects them.
async fn find_estate(tx: &mut TenantTx, ids: &Ids) -> usize {
    let mut seen = 0;
    seen += usize::from(asset::find(tx, ids.asset, None).await.unwrap().is_some());
    seen += asset::history(tx, ids.asset, 9).await.unwrap().len();
    seen += asset::list_of_connector(tx, ids.connector).await.unwrap().len();
    seen += asset::count_of_connector(tx, ids.connector).await.unwrap();
    let listings = listing::load(tx, &[ids.scope]).await.unwrap();
    let nothing = listing::Listing::default();
    seen += listings.values().filter(|held| **held != nothing).count();
    fleet::each_of(tx, &[ids.asset.as_uuid()], |_| seen += 1)
        .await
        .unwrap();
    seen += usize::from(drift::find(tx, ids.asset, None).await.unwrap().is_some());
    seen += drift::find_current(tx, &[ids.asset]).await.unwrap().len();
    seen += drift::history(tx, ids.asset, 9).await.unwrap().len();
    seen += usize::from(connector::find(tx, ids.connector).await.unwrap().is_some());
    seen += usize::from(sync::find(tx, ids.sync).await.unwrap().is_some());
    seen += sync::list(tx, ids.connector, None, None, 9).await.unwrap().len();
    let clock = ledger::Clock {
        at: now(),
        budget: Default::default(),
    };
    let all = ledger::Which::default();
    seen += ledger::list(tx, clock, &all, ledger::Order::WORST, None, 9)
        .await
        .unwrap()
        .len();
    seen + scope::remembered(tx, ids.connector).await.unwrap().len()
}

/// Images, members, tokens.
async fn find_rest(tx: &mut TenantTx, ids: &Ids) -> usize {
    let mut seen = 0;
    seen += usize::from(image::find(tx, ids.image).await.unwrap().is_some());
    seen += usize::from(image::find_by_name(tx, MARK, "1.0.0").await.unwrap().is_some());
    seen += usize::from(image::find_digest(tx, ids.image).await.unwrap().is_some());
    seen += usize::from(image::find_contract_text(tx, ids.image).await.unwrap().is_some());
    seen += image::list_of_family(tx, MARK).await.unwrap().len();
    seen += image::list_rules(tx).await.unwrap().len();
    seen += usize::from(token::find(tx, ids.token).await.unwrap().is_some());
    seen + usize::from(member::find(tx, ids.member).await.unwrap().is_some())
}

/// Each answers that there is nothing, where it answers at all.
async fn change_all(tx: &mut TenantTx, ids: &Ids) {
    let at = now();
    asset::close_facts(tx, at, &[ids.asset]).await.unwrap();
    asset::move_scope(tx, now(), &[(ids.asset, ids.scope)])
        .await
        .unwrap();
    drift::close(tx, at, &[ids.asset.as_uuid()]).await.unwrap();
    scope::forget(tx, &[ids.scope]).await.unwrap();
    let change = connector::Change::default();
    assert!(!connector::change(tx, ids.connector, 1, &change).await.unwrap());
    assert!(!connector::delete(tx, ids.connector).await.unwrap());
    assert!(sync::start_next(tx, ids.connector, at).await.unwrap().is_none());
    assert!(
        !image::set_status(tx, ids.image, 1, "production", at)
            .await
            .unwrap()
    );
    assert!(!image::revoke(tx, ids.image, 1, "no", at).await.unwrap());
    assert!(!image::delete_draft(tx, ids.image).await.unwrap());
    assert!(!image::delete_rule(tx, ids.rule).await.unwrap());
    assert!(token::revoke(tx, ids.token, at).await.unwrap().is_none());
    assert!(!token::revoke_secret(tx, ids.secret, at).await.unwrap());
    saved_view::delete(tx, ids.view).await.unwrap();
    member::set_role(tx, ids.member, Role::Viewer).await.unwrap();
    assert!(!lease::release(tx, MARK, 1).await.unwrap());
}

#[tokio::test]
async fn an_operation_with_another_tenants_ids_finds_and_changes_nothing() {
    let server = TestServer::start().await;
    fill(&server, server.first, MARK).await;
    let ids = ids(&server, server.first).await;
    let mut own = server.app.store.tenant(server.first.org).await.unwrap();
    // The walk would prove nothing about an operation that finds nothing for anybody.
    assert!(find_estate(&mut own, &ids).await >= 14 && find_rest(&mut own, &ids).await == 8);
    drop(own);
    let mut admin = server.db.admin().await;
    let before = held(&mut admin, server.first.org).await;
    assert!(
        before.iter().filter(|(_, rows)| !rows.is_empty()).count() > 12,
        "{before:?}"
    );
    let mut tx = server.app.store.tenant(server.second.org).await.unwrap();
    assert_eq!(find_estate(&mut tx, &ids).await, 0);
    assert_eq!(find_rest(&mut tx, &ids).await, 0);
    change_all(&mut tx, &ids).await;
    tx.commit().await.unwrap();
    assert_eq!(held(&mut admin, server.first.org).await, before);
}
