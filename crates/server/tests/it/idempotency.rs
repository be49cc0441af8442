use qlrf_core::perm::Role;
use qlrf_server::api::types::member::Member;
use serde_json::{Value, json};

use crate::support::{Answer, TestClient, TestServer, send};

const MEMBERS: &str = "/api/v1/rbac/members";

async fn add(client: &TestClient, key: &str, login: &str) -> Answer {
    let request = client
        .request(reqwest::Method::POST, MEMBERS)
        .header("idempotency-key", key);
    send(request.json(&json!({"login": login, "role": "viewer"}))).await
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let first = add(&admin, "k1", "ann").await;
    let again = add(&admin, "k1", "ann").await;
    assert_eq!(first.ok::<Member>().id, again.ok::<Member>().id);
    assert_eq!(again.status, 201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    add(&admin, "k1", "bob")
        .await
        .problem(409, "idempotency_key_reused");
    let other = server.client(Role::Admin).await;
    add(&other, "k1", "ann")
        .await
        .problem(409, "idempotency_key_reused");
    add(&admin, "k2", "ann").await.problem(409, "login_taken");
    add(&admin, "", "ann").await.problem(400, "invalid_request");
}

#[tokio::test]
async fn concurrent_repeats_do_the_work_once() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let admin = admin.clone();
            tokio::spawn(async move { add(&admin, "k", "ann").await })
        })
        .collect();
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status.as_u16() {
            201 => {}
            409 => {
                let problem = answer.problem(409, "idempotency_in_progress");
                assert!(problem.hint.is_some());
                assert_eq!(answer.header("retry-after"), Some("1"));
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    let members: Value = admin.get(MEMBERS).await.ok();
    assert_eq!(members["total"], 2);
}

#[tokio::test]
async fn a_crash_in_between_is_told_and_not_repeated() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    add(&admin, "k", "ann").await.ok::<Member>();
    // As a process leaves it that dies after the work and before its answer was kept.
    let died = "UPDATE idempotency_key SET status = NULL, created_at = created_at - interval '1 hour'";
    sqlx::query(died)
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    let problem = add(&admin, "k", "ann")
        .await
        .problem(409, "idempotency_outcome_unknown");
    assert!(problem.hint.unwrap().contains("audit request"));
}

#[tokio::test]
async fn a_secret_is_not_kept_for_a_repeat() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let make = || {
        let request = admin
            .request(reqwest::Method::POST, "/api/v1/rbac/tokens")
            .header("idempotency-key", "k");
        send(request.json(&json!({"name": "x", "role": "viewer"})))
    };
    let created: Value = make().await.ok();
    make().await.problem(409, "idempotency_answer_gone");
    let stored: Vec<Option<Vec<u8>>> = sqlx::query_scalar("SELECT body FROM idempotency_key")
        .fetch_all(&mut server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(stored, [None]);
    assert!(created["secret"].is_string());
}
