//! Lists of the fleet, page by page.

use std::collections::HashSet;

use qlrf_core::perm::Role;
use qlrf_server::api;
use serde_json::{Value, json};

use crate::inventory::{Estate, complete, host, hosts};
use crate::support::{TestClient, TestServer};

/// Ids in the order of a walk from page to page.
async fn walk(
    client: &TestClient,
    sort: &str,
    limit: usize,
    mut between: impl AsyncFnMut(usize),
) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for page in 0.. {
        let path = format!("/api/v1/assets?sort={sort}&limit={limit}{cursor}");
        let body: Value = client.get(&path).await.ok();
        let items = body["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        between(page).await;
    }
    seen
}

/// The sorts that the list of assets says it takes.
fn sorts() -> Vec<String> {
    let text = "name -name -differences -pending_security -drift_since drift_since -first_seen first_seen site -site \
                env -env platform -platform drift -drift family -family";
    text.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_in_any_order() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let config = json!({"assets": 45, "seed": 9, "as_of": "2026-05-01"});
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &config).await;
    crate::collector::collect_now(&estate).await;
    for sort in sorts() {
        let whole = walk(&client, &sort, 500, async |_| ()).await;
        let paged = walk(&client, &sort, 10, async |_| ()).await;
        assert_eq!(paged, whole, "{sort}");
        assert_eq!(whole.iter().collect::<HashSet<_>>().len(), 45, "{sort}");
    }
}

#[tokio::test]
async fn a_walk_shows_the_moment_that_it_began_at() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    estate.collect(vec![complete("a", hosts(0..30))]).await;
    let whole = walk(&client, "name", 500, async |_| ()).await;
    // Between pages: the row that the cursor stands on goes, others come and change their names.
    let walked = walk(&client, "name", 4, async |page| {
        let mut now = hosts(0..30);
        now.remove(page * 4 + 3);
        now[0].name = format!("zz {page}");
        now.extend(hosts(100 + page..101 + page));
        estate.collect_with(vec![complete("a", now)], true).await.unwrap();
    })
    .await;
    assert_eq!(walked, whole);

    // The system's clock was set back: what is recorded lies in the future of this process.
    sqlx::query("UPDATE fact_clock SET at = at + interval '1 hour'")
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    estate
        .collect_with(vec![complete("a", hosts(0..30))], true)
        .await
        .unwrap();
    let walked = walk(&client, "name", 4, async |_| ()).await;
    assert_eq!(walked.len(), 30, "every page shows what the first one showed");
}

#[tokio::test]
async fn names_of_any_length_can_be_paged_through() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let long = |n: usize| {
        let mut asset = host(&format!("h{n}"));
        asset.name = format!("{}{n}", "ä".repeat(32_000));
        asset
    };
    estate
        .collect(vec![complete("a", (0..6).map(long).collect())])
        .await;
    for sort in ["name", "-name"] {
        let walked = walk(&client, sort, 1, async |_| ()).await;
        assert_eq!(walked.iter().collect::<HashSet<_>>().len(), 6, "{sort}");
        assert_eq!(walked.len(), 6, "{sort}");
    }
}

#[tokio::test]
async fn a_hostile_query_is_refused_with_its_code() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let cases = [
        ("q=plattform:aws", "invalid_filter"),
        ("q=%22open", "invalid_filter"),
        ("cursor=AAAA", "invalid_cursor"),
        ("cursor=%00", "invalid_cursor"),
        ("sort=owner", "invalid_request"),
        ("limit=0", "invalid_request"),
        ("limit=99999999999999999999", "invalid_request"),
        ("as_of=yesterday", "invalid_as_of"),
        ("as_of=9999-01-01T00:00:00Z", "invalid_as_of"),
        ("qq=1", "invalid_request"),
    ];
    for (query, code) in cases {
        let answer = client.get(&format!("/api/v1/assets?{query}")).await;
        assert_eq!(
            answer.problem(answer.status.as_u16(), code).status,
            400,
            "{query}"
        );
    }
    assert!(
        api::routes()
            .declared()
            .iter()
            .any(|route| route.path == "/api/v1/assets")
    );
}
