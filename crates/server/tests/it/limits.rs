use std::time::Duration;

use qlrf_core::perm::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{TestServer, send};

const TOKENS: &str = "/api/v1/rbac/tokens";

/// Sends bytes as they are and reads what comes back until the server closes or a second passes.
async fn raw(server: &TestServer, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may have answered and closed before it was all sent.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(Ok(n @ 1..)) = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut buffer)).await {
        answer.extend_from_slice(&buffer[..n]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_unread() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let name = "x".repeat(2 << 20);
    admin
        .post(TOKENS, &json!({"name": name, "role": "viewer"}))
        .await
        .problem(413, "body_too_large");
    let request = admin
        .request(reqwest::Method::POST, TOKENS)
        .header("content-type", "application/json");
    send(request.body("{\"name\": \"x\""))
        .await
        .problem(400, "invalid_request");
    let request = admin
        .request(reqwest::Method::POST, TOKENS)
        .header("content-type", "application/json");
    let deep = "[".repeat(100_000);
    send(request.body(deep)).await.problem(400, "invalid_request");
    let request = admin
        .request(reqwest::Method::POST, TOKENS)
        .header("content-type", "text/plain");
    send(request.body("{}"))
        .await
        .problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn only_our_own_names_are_answered() {
    let server = TestServer::start().await;
    let evil = raw(
        &server,
        "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"",
    )
    .await;
    assert!(evil.starts_with("HTTP/1.1 421 "), "{evil}");
    assert!(evil.contains("\"code\":\"wrong_host\""), "{evil}");
    for host in ["localhost:1", "127.0.0.1", "[::1]:9", "10.0.0.1"] {
        let head = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = raw(&server, &head, b"").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_head_above_the_limit_is_cut_off() {
    let server = TestServer::start().await;
    let head = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Filler: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    let answer = raw(&server, &head, b"").await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    let many = "X-A: 1\r\n".repeat(500);
    let answer = raw(
        &server,
        &format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"),
        b"",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn two_credentials_in_one_request_are_refused() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let twice = admin.request(reqwest::Method::GET, "/api/v1/users/me");
    let answer = send(twice.bearer_auth("qlrf_other")).await;
    answer.problem(400, "invalid_request");
}

#[tokio::test]
async fn wrong_credentials_run_out_of_attempts() {
    let server = TestServer::start().await;
    let guess = server.with_token("qlrf_wrong");
    let mut limited = None;
    for _ in 0..40 {
        let answer = guess.get("/api/v1/users/me").await;
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
        answer.problem(401, "unauthenticated");
    }
    let limited = limited.expect("guessing goes on for ever");
    limited.problem(429, "rate_limited");
    assert!(limited.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    let admin = server.client(Role::Admin).await;
    admin.get("/api/v1/users/me").await.ok::<serde_json::Value>();
}

#[tokio::test]
async fn every_answer_carries_security_headers_and_metrics_count_it() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/healthz").await;
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"));
    server.anonymous().get("/readyz").await.ok::<serde_json::Value>();
    let metrics = server.anonymous().get("/metrics").await.text();
    let counted = "qlrf_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}";
    assert!(metrics.contains(counted), "{metrics}");
    assert!(metrics.contains("qlrf_http_request_seconds_bucket"), "{metrics}");
}

#[tokio::test]
async fn an_actor_runs_out_of_requests_and_others_do_not() {
    let server = TestServer::start().await;
    let (busy, calm) = (
        server.client(Role::Viewer).await,
        server.client(Role::Viewer).await,
    );
    let mut limited = None;
    // More at once than the bucket holds, whatever it gains meanwhile.
    for _ in 0..40 {
        let asked = (0..50).map(|_| busy.get("/api/v1/users/me"));
        let answers = futures::future::join_all(asked).await;
        limited = answers.into_iter().find(|answer| answer.status != 200);
        if limited.is_some() {
            break;
        }
    }
    let limited = limited.expect("one actor may ask for ever");
    limited.problem(429, "rate_limited");
    let wait: u32 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    calm.get("/api/v1/users/me").await.ok::<serde_json::Value>();
}

#[tokio::test]
async fn exports_are_bounded_and_those_turned_away_may_come_again() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let paths = [
        "assets/export",
        "drift/export",
        "vulnerabilities/export",
        "audit/export",
    ];
    let all = server.app.exports.available_permits();
    let busy = server
        .app
        .exports
        .clone()
        .acquire_many_owned(all as u32)
        .await
        .unwrap();
    for path in paths {
        let path = format!("/api/v1/{path}");
        admin.get(&path).await.problem(503, "overloaded");
    }
    drop(busy);
    for path in paths {
        let answer = admin.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    assert_eq!(
        server.app.exports.available_permits(),
        all,
        "each gave its place back"
    );
}
