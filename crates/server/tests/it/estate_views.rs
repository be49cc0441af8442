//! What helps to find things in a large estate: suggestions, facets, the global search, and exports.

use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::asset::{AssetGroup, AssetSummary};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::search::{Facets, FilterSuggestions, SearchResults};
use serde_json::Value;

use crate::drift::{ASSETS, estate};
use crate::support::{TestClient, TestServer};

async fn suggest(client: &TestClient, q: &str) -> FilterSuggestions {
    let q = q.replace(' ', "%20").replace('"', "%22");
    client.get(&format!("/api/v1/assets/suggest?q={q}")).await.ok()
}

async fn count(client: &TestClient, q: &str) -> u64 {
    let q = q.replace(' ', "%20").replace('"', "%22");
    let page: PageBody<AssetSummary> = client.get(&format!("/api/v1/assets?limit=1&q={q}")).await.ok();
    page.total
}

#[tokio::test]
async fn a_suggestion_says_how_many_assets_it_would_leave() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let keys = suggest(&admin, "-si").await;
    let inserts: Vec<&str> = keys.items.iter().map(|item| &item.insert[..]).collect();
    assert_eq!((keys.from, inserts), (0, vec!["-site:", "-simulated:"]));
    let context = "env:prod ";
    let values = suggest(&admin, &format!("{context}site:")).await;
    assert_eq!(values.from, context.len());
    assert_eq!(values.assets, count(&admin, "env:prod").await);
    assert!(!values.items.is_empty());
    for item in &values.items {
        let whole = format!("{context}{}", item.insert);
        assert_eq!(item.assets, Some(count(&admin, &whole).await), "{whole}");
    }
    let packages = suggest(&admin, "package:bash").await;
    let bash = packages.items.iter().find(|item| item.label == "bash").unwrap();
    assert_eq!(bash.assets, Some(count(&admin, "package:bash").await));
    let second = suggest(&admin, "env:prod,st").await;
    assert!(
        second
            .items
            .iter()
            .all(|item| item.insert.starts_with("env:prod,")),
        "{second:?}"
    );
    for q in ["colour:re", "a:b env:"] {
        let answer = admin
            .get(&format!("/api/v1/assets/suggest?q={}", q.replace(' ', "%20")))
            .await;
        answer.problem(400, "invalid_filter");
    }
    admin
        .get("/api/v1/assets/suggest?limit=0")
        .await
        .problem(400, "invalid_request");
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    assert_eq!(suggest(&stranger, "site:").await.items.len(), 0);
}

#[tokio::test]
async fn facets_are_the_groups_of_several_keys() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let found: Facets = admin
        .get("/api/v1/assets/facets?by=env,site&q=simulated:true&limit=100")
        .await
        .ok();
    assert_eq!((found.assets, found.facets.len()), (ASSETS, 2));
    for facet in &found.facets {
        let groups: Vec<AssetGroup> = admin
            .get(&format!("/api/v1/assets/groups?by={}", facet.by))
            .await
            .ok();
        let expected: Vec<_> = groups
            .iter()
            .map(|group| (group.value.clone(), group.assets))
            .collect();
        let shown: Vec<_> = facet
            .values
            .iter()
            .map(|value| (value.value.clone(), value.assets))
            .collect();
        assert_eq!(
            (facet.distinct as usize, shown),
            (expected.len(), expected),
            "{}",
            facet.by
        );
    }
    admin
        .get("/api/v1/assets/facets?by=name")
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn a_search_answers_what_the_caller_may_read() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let page: PageBody<AssetSummary> = admin.get("/api/v1/assets?limit=1&q=-site:unknown").await.ok();
    let asset = &page.items[0];
    let found: SearchResults = admin
        .get(&format!("/api/v1/search?q={}", asset.name.to_uppercase()))
        .await
        .ok();
    let first = &found.groups[0].items[0];
    assert_eq!((&first.id, first.simulated), (&asset.id.to_string(), true));
    let site = asset.site.clone().unwrap();
    let found: SearchResults = admin.get(&format!("/api/v1/search?q={site}&limit=1")).await.ok();
    let sites = found.groups.iter().find(|group| group.kind == "site").unwrap();
    assert_eq!(
        (&sites.items[0].id, sites.items[0].assets),
        (&site, Some(count(&admin, &format!("site:{site}")).await))
    );
    let scoped = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::AssetRead]))
        .await;
    let found: SearchResults = scoped.get("/api/v1/search?q=a").await.ok();
    let kinds: Vec<&str> = found.groups.iter().map(|group| &group.kind[..]).collect();
    assert_eq!(kinds, ["asset"]);
    for query in ["", "?q=", "?q=%20"] {
        admin
            .get(&format!("/api/v1/search{query}"))
            .await
            .problem(400, "invalid_request");
    }
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    let nothing: SearchResults = stranger.get("/api/v1/search?q=a").await.ok();
    assert!(nothing.groups.iter().all(|group| group.total == 0));
}

#[tokio::test]
async fn an_export_is_the_whole_list_in_both_forms() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    for (list, rows) in [("assets", ASSETS), ("drift", ASSETS)] {
        let csv = admin.get(&format!("/api/v1/{list}/export")).await;
        assert_eq!(csv.status, 200);
        assert!(
            csv.header("content-disposition")
                .unwrap()
                .contains(&format!("{list}.csv"))
        );
        let text = csv.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len() as u64, rows + 1);
        let column = lines[0].split(',').position(|name| name == "simulated").unwrap();
        assert_eq!(lines[1].split(',').nth(column), Some("true"));
        let ndjson = admin
            .get(&format!("/api/v1/{list}/export?format=ndjson&q=env:prod"))
            .await
            .text();
        let records: Vec<Value> = ndjson
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(records.len() as u64, count(&admin, "env:prod").await);
        assert!(records.iter().all(|record| record["env"] == "prod"));
    }
    let outdated = admin
        .get("/api/v1/drift/export?format=ndjson&state=outdated")
        .await
        .text();
    assert_eq!(
        outdated.lines().count() as u64,
        count(&admin, "drift:outdated").await
    );
    let empty = admin
        .get("/api/v1/vulnerabilities/export?sla=breached")
        .await
        .text();
    assert_eq!(
        empty.lines().count(),
        1,
        "without a feed there is the header alone"
    );
    for query in ["format=xml", "q=a:b", "colour=red"] {
        let answer = admin.get(&format!("/api/v1/assets/export?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    assert_eq!(
        stranger.get("/api/v1/assets/export").await.text().lines().count(),
        1
    );
}
