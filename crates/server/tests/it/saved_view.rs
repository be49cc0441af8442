use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::saved_view::SavedView;
use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

const VIEWS: &str = "/api/v1/saved-views";

async fn save(client: &TestClient, name: &str, address: &str, shared: bool) -> SavedView {
    let body = json!({"name": name, "address": address, "shared": shared});
    client.post(VIEWS, &body).await.ok()
}

async fn seen(client: &TestClient) -> Vec<(String, String, bool)> {
    let page: PageBody<SavedView> = client.get(VIEWS).await.ok();
    let views = page.items.into_iter();
    views.map(|view| (view.name, view.address, view.own)).collect()
}

fn row(name: &str, address: &str, own: bool) -> (String, String, bool) {
    (name.to_owned(), address.to_owned(), own)
}

#[tokio::test]
async fn a_view_is_its_authors_alone_until_it_is_shared() {
    let server = TestServer::start().await;
    let (one, other) = (
        server.client(Role::Operator).await,
        server.client(Role::Viewer).await,
    );
    let kept = save(&one, " EU ", "/fleet?q=region:eu-west-1", false).await;
    assert_eq!(seen(&one).await, [row("EU", "/fleet?q=region:eu-west-1", true)]);
    assert_eq!(seen(&other).await, []);
    other
        .delete(&format!("{VIEWS}/{}", kept.id))
        .await
        .problem(404, "not_found");

    // Saved again by the same name it is the same view.
    let again = save(&one, "EU", "/fleet?q=region:eu-north-1", true).await;
    assert_eq!(again.id, kept.id);
    assert_eq!(
        seen(&other).await,
        [row("EU", "/fleet?q=region:eu-north-1", false)]
    );
    other
        .delete(&format!("{VIEWS}/{}", kept.id))
        .await
        .problem(403, "forbidden");

    // A view of the same name of somebody else is another one.
    save(&other, "EU", "/drift", false).await;
    assert_eq!(seen(&other).await.len(), 2);
    assert_eq!(seen(&one).await, [row("EU", "/fleet?q=region:eu-north-1", true)]);

    let third = server.client(Role::Operator).await;
    let gone: SavedView = third.delete(&format!("{VIEWS}/{}", kept.id)).await.ok();
    assert_eq!((gone.id, gone.own), (kept.id, false));
    assert_eq!(seen(&one).await, []);
}

#[tokio::test]
async fn sharing_needs_its_permission_and_so_does_keeping() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    let shared = json!({"name": "a", "address": "/", "shared": true});
    viewer.post(VIEWS, &shared).await.problem(403, "forbidden");
    assert_eq!(seen(&viewer).await, []);
    let reader = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::ViewRead]))
        .await;
    let own = json!({"name": "a", "address": "/"});
    reader.post(VIEWS, &own).await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_address_leads_nowhere_else() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let long = format!("/fleet?q={}", "a".repeat(4096));
    for address in [
        "",
        "fleet",
        "https://example.org/fleet",
        "//example.org",
        "/\\example.org",
        "/..//example.org",
        "/\t/example.org",
        "javascript:alert(1)",
        &long,
    ] {
        let body = json!({"name": "a", "address": address});
        client.post(VIEWS, &body).await.problem(400, "invalid_saved_view");
    }
    for name in ["", "  ", "a\nb", &"a".repeat(101)] {
        let body = json!({"name": name, "address": "/"});
        client.post(VIEWS, &body).await.problem(400, "invalid_saved_view");
    }
    assert_eq!(seen(&client).await, []);
    let kept = save(&client, "\u{202e}<b>", "/fleet/../drift?q=<a>#x", false).await;
    assert_eq!(kept.address, "/drift?q=%3Ca%3E");
}

#[tokio::test]
async fn one_keeps_a_bounded_number_of_views() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    save(&client, "first", "/", false).await;
    sqlx::query(
        "INSERT INTO saved_view (org_id, id, author, name, address, shared, changed_at)
         SELECT org_id, gen_random_uuid(), author, 'n' || n, address, shared, changed_at
         FROM saved_view, generate_series(1, 199) n",
    )
    .execute(&mut server.db.admin().await)
    .await
    .unwrap();
    let more = json!({"name": "one more", "address": "/"});
    client
        .post(VIEWS, &more)
        .await
        .problem(409, "too_many_saved_views");
    assert_eq!(save(&client, "first", "/drift", false).await.address, "/drift");
    save(&server.client(Role::Viewer).await, "of another", "/", false).await;
}

#[tokio::test]
async fn a_member_who_leaves_takes_along_what_nobody_else_saw() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let member: Value = admin
        .post(
            "/api/v1/rbac/members",
            &json!({"login": "mara", "role": "viewer"}),
        )
        .await
        .ok();
    save(&admin, "model", "/", false).await;
    for (author, name, shared) in [("person:mara", "own", false), ("person:mara", "shared", true)] {
        sqlx::query(
            "INSERT INTO saved_view (org_id, id, author, name, address, shared, changed_at)
             SELECT org_id, gen_random_uuid(), $1, $2, '/', $3, changed_at FROM saved_view WHERE name = 'model'",
        )
        .bind(author)
        .bind(name)
        .bind(shared)
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    }
    let path = format!("/api/v1/rbac/members/{}", member["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).await.status, 204);
    let left: Vec<String> = sqlx::query_scalar("SELECT name FROM saved_view ORDER BY name")
        .fetch_all(&mut server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(left, ["model", "shared"]);
}
