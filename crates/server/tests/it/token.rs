use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::api::types::token::{Token, TokenCreated};
use serde_json::json;

use crate::support::TestServer;

const TOKENS: &str = "/api/v1/rbac/tokens";

#[tokio::test]
async fn a_token_works_until_it_is_revoked() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let created: TokenCreated = admin
        .post(TOKENS, &json!({"name": "ci", "role": "admin"}))
        .await
        .ok();
    assert!(created.secret.starts_with("qlrf_"));
    let ci = server.with_token(&created.secret);
    let path = format!("{TOKENS}/{}", created.token.id);
    let seen: Token = ci.get(&path).await.ok();
    assert_eq!(seen.name, "ci");
    assert!(seen.last_used_at.is_some());
    let revoked: Token = admin.delete(&path).await.ok();
    assert!(revoked.revoked_at.is_some());
    ci.get(&path).await.problem(401, "unauthenticated");
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT secret_hash FROM api_token")
        .fetch_all(&mut server.db.admin().await)
        .await
        .unwrap();
    assert!(
        stored
            .iter()
            .all(|hash| hash.len() == 32 && hash != created.secret.as_bytes())
    );
}

#[tokio::test]
async fn nobody_hands_out_more_than_they_hold() {
    let server = TestServer::start().await;
    let narrow = server
        .client_of(server.first, Role::Admin, Some(vec![Permission::TokenManage]))
        .await;
    narrow
        .post(TOKENS, &json!({"name": "wide", "role": "admin"}))
        .await
        .problem(403, "token_above_own_role");
    let scoped = json!({"name": "same", "role": "admin", "scopes": ["token:manage"]});
    narrow.post(TOKENS, &scoped).await.ok::<TokenCreated>();
    // The role alone would allow it; the scope does not, and without the right to read there is nothing there.
    narrow.get("/api/v1/audit").await.problem(404, "not_found");
}

#[tokio::test]
async fn wrong_input_is_told_by_field_and_code() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let problem = admin
        .post(TOKENS, &json!({"name": "x", "role": "king"}))
        .await
        .problem(400, "invalid_request");
    assert_eq!(problem.errors[0].path, "role");
    admin
        .post(TOKENS, &json!({"name": "x", "role": "viewer", "rule": 1}))
        .await
        .problem(400, "invalid_request");
    admin
        .post(TOKENS, &json!({"name": " ", "role": "viewer"}))
        .await
        .problem(400, "invalid_token");
    admin
        .post(TOKENS, &json!({"name": "x", "role": "viewer", "scopes": ["x:y"]}))
        .await
        .problem(400, "invalid_token");
    admin
        .get(&format!("{TOKENS}/zzz"))
        .await
        .problem(404, "not_found");
    admin
        .get(&format!("{TOKENS}?colour=red"))
        .await
        .problem(400, "invalid_request");
    admin.get("/api/v1/nothing").await.problem(404, "not_found");
    admin
        .patch(TOKENS, &json!({}))
        .await
        .problem(405, "method_not_allowed");
}

#[tokio::test]
async fn pages_walk_the_whole_list_once() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for n in 0..4 {
        admin
            .post(TOKENS, &json!({"name": format!("t{n}"), "role": "viewer"}))
            .await
            .ok::<TokenCreated>();
    }
    let mut seen = Vec::new();
    let mut path = format!("{TOKENS}?limit=2&sort=created_at");
    loop {
        let page: PageBody<Token> = admin.get(&path).await.ok();
        assert_eq!(page.total, 5);
        seen.extend(page.items.into_iter().map(|token| token.name));
        let Some(cursor) = page.next_cursor else { break };
        path = format!("{TOKENS}?limit=2&sort=created_at&cursor={cursor}");
    }
    assert_eq!(seen, ["test admin", "t0", "t1", "t2", "t3"]);
    admin
        .get(&format!("{TOKENS}?cursor=AAAA"))
        .await
        .problem(400, "invalid_cursor");
    let other = server.client_of(server.second, Role::Admin, None).await;
    let stolen = path.split_once('?').unwrap().1;
    other
        .get(&format!("{TOKENS}?{stolen}"))
        .await
        .problem(400, "invalid_cursor");
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let created: TokenCreated = admin
        .post(TOKENS, &json!({"name": "x", "role": "viewer"}))
        .await
        .ok();
    for path in [format!("{TOKENS}/{}", created.token.id), TOKENS.to_owned()] {
        // The first use of the admin's token has been noted by now; later ones within the minute are not.
        let first = admin.get(&path).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = crate::support::send(
            admin
                .request(reqwest::Method::GET, &path)
                .header("if-none-match", &tag),
        )
        .await;
        assert_eq!(again.status, 304, "{path}");
        assert!(again.body.is_empty());
    }
}
