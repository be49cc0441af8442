//! Sites, environments and projects as things that people declare, beside what assets say.

use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::drift::{Site, Sites};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::part::{Declared, EnvironmentSpec, Part, ProjectSpec, SitePair, SiteSpec};
use reqwest::Method;
use serde_json::{Value, json};

use crate::inventory::{Estate, complete, hosts};
use crate::site_pair::pair;
use crate::support::{Answer, TestClient, TestServer, send};

pub const SITES: &str = "/api/v1/sites";
const ENVIRONMENTS: &str = "/api/v1/environments";
pub const PROJECTS: &str = "/api/v1/projects";

/// Of four hosts three are at `ams`, two of them in `prod` and one in `dev`; the fourth says nothing of itself.
pub async fn start() -> (TestServer, TestClient) {
    let server = TestServer::start().await;
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &json!({})).await;
    let mut all = hosts(0..4);
    for (host, env) in all.iter_mut().zip(["prod", "prod", "dev"]) {
        host.site = Some("ams".into());
        host.env = Some(env.into());
        host.project = Some("shop".into());
    }
    estate.collect(vec![complete("all", all)]).await;
    let engineer = server.client(Role::Engineer).await;
    (server, engineer)
}

pub async fn put(client: &TestClient, path: &str, body: &Value, tag: Option<&str>) -> Answer {
    let mut request = client.request(Method::PUT, path).json(body);
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    send(request).await
}

pub async fn site(client: &TestClient, name: &str) -> Site {
    client.get(&format!("{SITES}/{name}")).await.ok()
}

pub async fn declare(client: &TestClient, name: &str) -> Declared<SiteSpec> {
    let body = json!({"name": name, "kind": "datacentre"});
    let answer = client.post(SITES, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// Name, assets, and whether it is declared.
async fn environments(client: &TestClient, query: &str) -> Vec<(Option<String>, u64, bool)> {
    let page: PageBody<Part<EnvironmentSpec>> = client.get(&format!("{ENVIRONMENTS}{query}")).await.ok();
    let row = |part: Part<EnvironmentSpec>| (part.name, part.assets, part.declared.is_some());
    page.items.into_iter().map(row).collect()
}

fn row(name: &str, assets: u64, declared: bool) -> (Option<String>, u64, bool) {
    (Some(name.to_owned()), assets, declared)
}

#[tokio::test]
async fn words_of_assets_and_what_is_declared_are_told_together() {
    let (_server, engineer) = start().await;
    let unknown = (None, 1, false);
    let words = vec![row("dev", 1, false), row("prod", 2, false), unknown.clone()];
    assert_eq!(environments(&engineer, "").await, words);
    for (name, kind) in [("prod", "production"), ("dr", "other")] {
        let answer = engineer
            .post(ENVIRONMENTS, &json!({"name": name, "kind": kind}))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let all = vec![
        row("dev", 1, false),
        row("dr", 0, true),
        row("prod", 2, true),
        unknown,
    ];
    assert_eq!(environments(&engineer, "").await, all);
    let largest: Vec<u64> = environments(&engineer, "?sort=-assets")
        .await
        .iter()
        .map(|part| part.1)
        .collect();
    assert_eq!(largest, [2, 1, 1, 0]);
    let filtered = vec![row("dev", 1, false), row("dr", 0, true), row("prod", 0, true)];
    assert_eq!(
        environments(&engineer, "?q=env:dev").await,
        filtered,
        "within a filter"
    );
    let first: PageBody<Part<EnvironmentSpec>> = engineer.get(&format!("{ENVIRONMENTS}?limit=3")).await.ok();
    let rest = format!("{ENVIRONMENTS}?limit=3&cursor={}", first.next_cursor.unwrap());
    let rest: PageBody<Part<EnvironmentSpec>> = engineer.get(&rest).await.ok();
    assert_eq!((first.items.len(), rest.items.len(), rest.total), (3, 1, 4));
    let one: Part<EnvironmentSpec> = engineer.get(&format!("{ENVIRONMENTS}/prod")).await.ok();
    assert_eq!(one.assets, 2);
    engineer
        .get(&format!("{ENVIRONMENTS}/nowhere"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_declared_site_stands_in_the_map_with_or_without_assets() {
    let (_server, engineer) = start().await;
    let before: Sites = engineer.get(SITES).await.ok();
    declare(&engineer, "ams").await;
    declare(&engineer, "empty hall").await;
    let sites: Sites = engineer.get(SITES).await.ok();
    assert_eq!(sites.environments.len(), before.environments.len());
    let total = |sites: &Sites| sites.sites.iter().map(|site| site.tally.total).sum::<u64>();
    assert_eq!(
        (total(&sites), total(&before)),
        (4, 4),
        "nothing that is declared counts as an asset"
    );
    let rows: Vec<_> = sites
        .sites
        .iter()
        .map(|site| (site.site.as_deref(), site.tally.total, site.declared.is_some()))
        .collect();
    for wanted in [
        (Some("ams"), 3, true),
        (None, 1, false),
        (Some("empty hall"), 0, true),
    ] {
        assert!(rows.contains(&wanted), "{wanted:?} is missing in {rows:?}");
    }
    let empty = site(&engineer, "empty%20hall").await;
    assert_eq!(
        (empty.tally.total, empty.tally.coverage_percent),
        (0, None),
        "nothing is no success"
    );
}

#[tokio::test]
async fn another_name_and_a_deletion_leave_the_words_of_assets_alone() {
    let (_server, engineer) = start().await;
    let shop = json!({"name": "shop", "owner": "payments", "contact": "#payments"});
    engineer.post(PROJECTS, &shop).await.ok::<Declared<ProjectSpec>>();
    let shop: Part<ProjectSpec> = engineer.get(&format!("{PROJECTS}/shop")).await.ok();
    let id = shop.declared.unwrap().id;
    let renamed = put(
        &engineer,
        &format!("{PROJECTS}/shop"),
        &json!({"name": "store"}),
        None,
    )
    .await;
    let renamed: Declared<ProjectSpec> = renamed.ok();
    assert_eq!(
        (renamed.id, renamed.spec.owner),
        (id, None),
        "all of it is said anew"
    );
    let page: PageBody<Part<ProjectSpec>> = engineer.get(PROJECTS).await.ok();
    let rows: Vec<_> = page
        .items
        .iter()
        .map(|p| (p.name.as_deref(), p.assets, p.declared.is_some()))
        .collect();
    assert_eq!(
        rows,
        [
            (Some("shop"), 3, false),
            (Some("store"), 0, true),
            (None, 1, false)
        ]
    );
    engineer
        .delete(&format!("{PROJECTS}/store"))
        .await
        .ok::<Declared<ProjectSpec>>();
    engineer
        .delete(&format!("{PROJECTS}/store"))
        .await
        .problem(404, "not_found");
    engineer
        .delete(&format!("{PROJECTS}/shop"))
        .await
        .problem(404, "not_found");
    let page: PageBody<Part<ProjectSpec>> = engineer.get(PROJECTS).await.ok();
    assert_eq!(page.items[0].assets, 3);
    assert_eq!(page.total, 2);
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let (_server, engineer) = start().await;
    let first = declare(&engineer, "ams").await;
    let path = format!("{SITES}/ams");
    let titled = |title: &str| json!({"name": "ams", "kind": "datacentre", "title": title});
    assert_eq!(site(&engineer, "ams").await.declared.unwrap(), first);
    let second: Declared<SiteSpec> = put(&engineer, &path, &titled("one"), Some(&first.etag))
        .await
        .ok();
    put(&engineer, &path, &titled("two"), Some(&first.etag))
        .await
        .problem(412, "version_changed");
    let delete = |tag: &str| {
        engineer
            .request(Method::DELETE, &path)
            .header("if-match", tag.to_owned())
    };
    send(delete(&first.etag)).await.problem(412, "version_changed");
    let same: Declared<SiteSpec> = put(&engineer, &path, &titled("one"), Some(&second.etag))
        .await
        .ok();
    assert_eq!(same, second, "the same again is no new version");
    send(delete(&second.etag)).await.ok::<Declared<SiteSpec>>();
    let (first, second) = (titled("one"), titled("two"));
    let (one, other) = tokio::join!(engineer.post(SITES, &first), engineer.post(SITES, &second));
    let (won, lost) = if one.status == 201 {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!(won.status, 201);
    assert_eq!(lost.problem(409, "already_declared").errors[0].path, "name");
    let request = || {
        engineer
            .request(Method::POST, SITES)
            .header("idempotency-key", "once")
            .json(&json!({"name": "fra", "kind": "edge"}))
    };
    let (first, again) = (send(request()).await, send(request()).await);
    assert_eq!((first.status.as_u16(), again.text()), (201, first.text()));
}

#[tokio::test]
async fn names_that_could_not_be_addressed_are_refused_with_their_field() {
    let (_server, engineer) = start().await;
    let long = "x".repeat(257);
    for name in [
        "",
        " ",
        " ams",
        "ams ",
        "a\u{1b}[31m",
        "a\nb",
        "unknown",
        ".",
        "..",
        &long,
    ] {
        let answer = engineer.post(SITES, &json!({"name": name, "kind": "edge"})).await;
        assert_eq!(
            answer.problem(400, "invalid_declaration").errors[0].path,
            "name",
            "{name:?}"
        );
    }
    for (field, value) in [
        ("title", "\u{7}".to_owned()),
        ("location", "x".repeat(201)),
        ("description", "x".repeat(2_001)),
        ("time_zone", "Mars/Olympus".to_owned()),
        ("time_zone", "'; DROP TABLE site_pair; --".to_owned()),
    ] {
        let mut body = json!({"name": "ams", "kind": "edge"});
        body[field] = value.into();
        let problem = engineer
            .post(SITES, &body)
            .await
            .problem(400, "invalid_declaration");
        assert_eq!(problem.errors[0].path, field);
    }
    for body in [
        json!({"kind": "edge"}),
        json!({"name": "ams", "kind": "moon"}),
        json!({"name": "ams", "kind": "edge", "timezone": "UTC"}),
    ] {
        engineer.post(SITES, &body).await.problem(400, "invalid_request");
    }
    let hostile = "<img src=x> ../%2e'; DROP TABLE org; -- \u{202e}?#";
    let body = json!({"name": hostile, "kind": "edge", "time_zone": "Europe/Amsterdam"});
    assert_eq!(engineer.post(SITES, &body).await.status, 201);
    let path = format!("{SITES}/{}", qlrf_server::cli::client::segment(hostile));
    let found: Site = engineer.get(&path).await.ok();
    assert_eq!(found.site.as_deref(), Some(hostile));
    engineer.delete(&path).await.ok::<Declared<SiteSpec>>();
}

#[tokio::test]
async fn who_may_read_and_who_may_declare() {
    let (server, engineer) = start().await;
    declare(&engineer, "ams").await;
    declare(&engineer, "fra").await;
    pair(&engineer, "ams", "fra", "primary").await.ok::<SitePair>();
    let operator = server.client(Role::Operator).await;
    for (path, body) in [
        (SITES, json!({"name": "x", "kind": "edge"})),
        (ENVIRONMENTS, json!({"name": "x", "kind": "test"})),
        (PROJECTS, json!({"name": "x"})),
    ] {
        assert_eq!(operator.get(path).await.status, 200);
        operator.post(path, &body).await.problem(403, "forbidden");
    }
    operator
        .delete(&format!("{SITES}/ams"))
        .await
        .problem(403, "forbidden");
    pair(&operator, "ams", "fra", "secondary")
        .await
        .problem(403, "forbidden");
    let blind = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::TokenManage]))
        .await;
    assert_eq!(blind.get(ENVIRONMENTS).await.status, 404);

    let stranger = server.client_of(server.second, Role::Admin, None).await;
    let theirs: Sites = stranger.get(SITES).await.ok();
    assert!(theirs.sites.is_empty());
    stranger
        .get(&format!("{SITES}/ams"))
        .await
        .problem(404, "not_found");
    stranger
        .delete(&format!("{SITES}/ams"))
        .await
        .problem(404, "not_found");
    stranger
        .delete(&format!("{SITES}/ams/pair"))
        .await
        .problem(404, "not_found");
    let own = declare(&stranger, "ams").await;
    assert_ne!(
        Some(own.id),
        site(&engineer, "ams").await.declared.map(|site| site.id)
    );
    pair(&stranger, "ams", "fra", "primary")
        .await
        .problem(404, "not_found");
    assert_eq!(site(&engineer, "ams").await.pair.unwrap().with, "fra");
}
