//! A second tenant with the same estate sees nothing of the first one's, in any table and through any route.

use qlrf_core::perm::Role;
use qlrf_server::api;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use crate::inventory::{Estate, complete, count, host, running};
use crate::support::{Tenant, TestClient, TestServer};

/// In every word of the first tenant that could show up somewhere.
pub const MARK: &str = "zebrafish";

/// The same native ids and packages for both; words of its own for each.
pub async fn fill(server: &TestServer, tenant: Tenant, mark: &str) {
    let config = json!({"assets": 5});
    let estate = Estate::of_kind(&server.app.store, tenant.org, "sim", &config).await;
    let assets = (0..12).map(|n| {
        let mut asset = host(&format!("shared-{n}"));
        asset.name = format!("{mark} {n}");
        asset.site = Some(format!("{mark}-site"));
        asset.owner = Some(mark.to_owned());
        asset.labels.insert("team".to_owned(), mark.to_owned());
        running(asset, &[("bash", "5.2-1"), (mark, "1.0")])
    });
    estate.collect(vec![complete(mark, assets.collect())]).await;
    let admin = server.client_of(tenant, Role::Admin, None).await;
    let name = format!("{mark} token");
    let token = admin
        .post("/api/v1/rbac/tokens", &json!({"name": name, "role": "viewer"}))
        .await;
    assert!(token.status.is_success(), "{}", token.text());
    let view = json!({"name": format!("{mark} view"), "address": "/fleet", "shared": true});
    let saved = admin.post("/api/v1/saved-views", &view).await;
    assert!(saved.status.is_success(), "{}", saved.text());
    let connector = json!({"name": format!("{mark} sim"), "kind": "sim", "config": {"assets": 3}});
    let created = admin.post("/api/v1/connectors", &connector).await;
    assert!(created.status.is_success(), "{}", created.text());
    let id = created.json::<Value>()["id"].as_str().unwrap().to_owned();
    let asked = admin
        .post(&format!("/api/v1/connectors/{id}/sync"), &json!({}))
        .await;
    assert!(asked.status.is_success(), "{}", asked.text());
}

/// Every id of the first tenant, whatever it is of.
async fn ids(admin: &mut PgConnection, tenant: Tenant) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'uuid' AND table_name IN
               (SELECT table_name FROM information_schema.columns WHERE column_name = 'org_id')",
    )
    .fetch_all(&mut *admin)
    .await
    .unwrap();
    let mut all = vec![tenant.org.to_string(), tenant.admin.to_string()];
    for table in tables {
        let sql = format!("SELECT id::text FROM {table} WHERE org_id = $1 LIMIT 3");
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(tenant.org.as_uuid())
            .fetch_all(&mut *admin)
            .await
            .unwrap();
        all.extend(ids);
    }
    all
}

/// Every declared path that answers at once, with each id in turn.
fn paths(ids: &[String]) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for route in api::routes().declared() {
        // Streams are walked by their own test.
        if route.method != Method::GET || route.time_max.is_none() {
            continue;
        }
        if !route.path.contains('{') {
            let query = if route.path.ends_with("/groups") {
                "?by=site"
            } else {
                ""
            };
            all.push((format!("{}{query}", route.path), None));
            continue;
        }
        for id in ids {
            let parts = route
                .path
                .split('/')
                .map(|part| if part.starts_with('{') { id } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let query = if path.ends_with("/diff") {
                "?from=2020-01-01T00:00:00Z"
            } else {
                ""
            };
            all.push((format!("{path}{query}"), Some(id.clone())));
        }
    }
    all
}

#[tokio::test]
async fn no_route_shows_another_tenants_words_or_ids() {
    let server = TestServer::start().await;
    fill(&server, server.first, MARK).await;
    fill(&server, server.second, "otter").await;
    let mut admin = server.db.admin().await;
    let ids = ids(&mut admin, server.first).await;
    assert!(ids.len() > 8, "{ids:?}");
    let first = server.client_of(server.first, Role::Admin, None).await;
    let second = server.client_of(server.second, Role::Admin, None).await;
    let (mut walked, mut telling) = (0, 0);
    for (path, asked) in paths(&ids) {
        walked += 1;
        telling += usize::from(tells(&first, &path, MARK).await);
        let answer = second.get(&path).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
        let text = answer.text();
        assert!(!text.contains(MARK), "{path}: {text}");
        for id in ids.iter().filter(|id| Some(*id) != asked.as_ref()) {
            assert!(!text.contains(&id[..]), "{path} names {id}: {text}");
        }
        if let (true, Some(id)) = (answer.status.is_success(), asked) {
            assert!(!text.contains(&id), "{path} answers about {id}: {text}");
        }
    }
    // The walk would prove nothing if the first tenant did not see its own words this way.
    assert!(
        telling >= 9,
        "{telling} of {walked} paths tell the first tenant its own words"
    );
}

async fn tells(client: &TestClient, path: &str, mark: &str) -> bool {
    client.get(path).await.text().contains(mark)
}

#[tokio::test]
async fn no_tenant_table_shows_a_row_of_another_tenant() {
    let server = TestServer::start().await;
    fill(&server, server.first, MARK).await;
    let mut admin = server.db.admin().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname = 'org_id'",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    let mut filled = Vec::new();
    let mut second = server.db.options().connect().await.unwrap();
    for table in &tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE org_id = $1");
        let mine = server.first.org.as_uuid();
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .bind(mine)
            .fetch_one(&mut admin)
            .await
            .unwrap();
        if rows > 0 {
            filled.push(&table[..]);
        }
        let begin = format!(
            "BEGIN; SET LOCAL ROLE qlrf_app; SET LOCAL qlrf.org = '{}'",
            server.second.org
        );
        sqlx::raw_sql(AssertSqlSafe(begin))
            .execute(&mut second)
            .await
            .unwrap();
        // A table that this role may not even read shows nothing either.
        let seen: i64 = match sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(mine)
            .fetch_one(&mut second)
            .await
        {
            Ok(seen) => seen,
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => 0,
            Err(error) => panic!("{table}: {error}"),
        };
        assert_eq!(seen, 0, "{table}");
        sqlx::raw_sql("ROLLBACK").execute(&mut second).await.unwrap();
    }
    for table in [
        "asset",
        "asset_fact",
        "asset_drift",
        "scope",
        "sync",
        "connector",
        "outbox",
        "api_token",
        "audit",
        "lease",
    ] {
        assert!(
            filled.contains(&table),
            "{table} is empty; the test proves nothing about it: {filled:?}"
        );
    }
}

/// Packages are stored once; who runs them is nobody else's business.
#[tokio::test]
async fn the_same_package_set_is_shared_and_says_nothing() {
    let server = TestServer::start().await;
    fill(&server, server.first, MARK).await;
    let second = server.client_of(server.second, Role::Admin, None).await;
    for q in [
        "package:bash",
        "package:zebrafish",
        "zebrafish",
        "site:zebrafish-site",
    ] {
        let page: Value = second.get(&format!("/api/v1/assets?q={q}")).await.ok();
        assert_eq!(page["total"], 0, "{q}");
    }
    fill(&server, server.second, MARK).await;
    let of_hosts = "package_set s JOIN package p ON p.id = ANY (s.package_ids) WHERE p.name = 'zebrafish'";
    let sets = count(&mut server.db.admin().await, of_hosts).await;
    assert_eq!(sets, 1, "equal content is stored once");
    let page: Value = second
        .get("/api/v1/assets?q=package:zebrafish&limit=500")
        .await
        .ok();
    assert_eq!(page["total"], 12);
}

/// Handlers are given a context, and a context opens transactions of its own tenant only.
#[test]
fn no_handler_opens_a_transaction_across_tenants() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let mut folders = vec![source];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            read += 1;
            // Signing in has no tenant yet.
            let exempt = path.ends_with("auth.rs");
            assert!(
                exempt || !(text.contains("SystemTx") || text.contains(".system(\"")),
                "{}",
                path.display()
            );
        }
    }
    assert!(read > 10);
}
