use qlrf_core::perm::Role;
use qlrf_server::api::types::audit::{AuditEntry, AuditVerdict};
use qlrf_server::api::types::page::PageBody;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::support::{TestClient, TestServer};

const TOKENS: &str = "/api/v1/rbac/tokens";

async fn make_token(client: &TestClient, name: &str) {
    client
        .post(TOKENS, &json!({"name": name, "role": "viewer"}))
        .await
        .ok::<serde_json::Value>();
}

async fn verify(client: &TestClient, query: &str) -> AuditVerdict {
    client.get(&format!("/api/v1/audit/verify{query}")).await.ok()
}

async fn tamper(server: &TestServer, statement: String) {
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn every_change_leaves_its_trace_also_a_refused_one() {
    let server = TestServer::start().await;
    let (admin, viewer) = (
        server.client(Role::Admin).await,
        server.client(Role::Viewer).await,
    );
    make_token(&admin, "a").await;
    viewer
        .patch("/api/v1/organization", &json!({"name": "mine"}))
        .await
        .problem(403, "forbidden");
    viewer
        .delete(&format!("{TOKENS}/{}", server.first.admin))
        .await
        .problem(404, "not_found");
    let trail: PageBody<AuditEntry> = admin.get("/api/v1/audit").await.ok();
    let seen: Vec<_> = trail
        .items
        .iter()
        .map(|e| (e.method.as_str(), e.phase.as_str(), e.status))
        .collect();
    assert_eq!(
        seen,
        [
            ("DELETE", "end", Some(404)),
            ("DELETE", "begin", None),
            ("PATCH", "end", Some(403)),
            ("PATCH", "begin", None),
            ("POST", "end", Some(201)),
            ("POST", "begin", None),
        ]
    );
    assert!(trail.items[0].actor.starts_with("token:test viewer ("));
    assert_eq!(trail.items[4].request_id, trail.items[5].request_id);
}

#[tokio::test]
async fn tampering_is_named_by_its_row() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for n in 0..3 {
        make_token(&admin, &format!("t{n}")).await;
    }
    let head = verify(&admin, "").await;
    assert!(head.intact);
    assert_eq!(head.rows, Some(6));
    tamper(
        &server,
        "UPDATE audit SET actor = 'person:other' WHERE seq = 4".into(),
    )
    .await;
    let broken = verify(&admin, "").await;
    assert_eq!((broken.intact, broken.broken_seq), (false, Some(4)));
    tamper(&server, "DELETE FROM audit WHERE seq = 2".into()).await;
    assert_eq!(verify(&admin, "").await.broken_seq, Some(2));
}

#[tokio::test]
async fn a_cut_tail_shows_against_a_remembered_head() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    make_token(&admin, "a").await;
    make_token(&admin, "b").await;
    let head = verify(&admin, "").await;
    let remembered = format!(
        "?expect_seq={}&expect_hash={}",
        head.rows.unwrap(),
        head.head_hash.unwrap()
    );
    make_token(&admin, "c").await;
    assert!(
        verify(&admin, &remembered).await.intact,
        "a longer chain still contains the head"
    );
    tamper(&server, "DELETE FROM audit WHERE seq > 3".into()).await;
    assert!(
        verify(&admin, "").await.intact,
        "without the head a cut tail cannot be seen"
    );
    assert_eq!(verify(&admin, &remembered).await.broken_seq, Some(4));
    admin
        .get("/api/v1/audit/verify?expect_seq=3")
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn parallel_changes_keep_one_chain() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let calls = (0..16).map(|n| {
        let admin = admin.clone();
        tokio::spawn(async move { make_token(&admin, &format!("t{n}")).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    let verdict = verify(&admin, "").await;
    assert_eq!((verdict.intact, verdict.rows), (true, Some(32)));
}

#[tokio::test]
async fn a_change_that_cannot_be_recorded_is_refused() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    tamper(&server, "REVOKE INSERT ON audit FROM qlrf_app".into()).await;
    let body = json!({"name": "unseen", "role": "viewer"});
    admin.post(TOKENS, &body).await.problem(503, "audit_unavailable");
    assert!(!admin.get(TOKENS).await.text().contains("unseen"));
}
