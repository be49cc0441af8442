//! Secrets out of a real OpenBao, and what a server that only says it is one can do to us.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use qlrf_connectors::secret::vault::{Auth, Config, Vault};
use qlrf_connectors::secret::{Allowed, OrgSecrets, Reference, Secrets};
use qlrf_testkit::poll;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::bao::Bao;

const LONG_S: u32 = 600;

fn secrets(address: &str, auth: Auth) -> OrgSecrets {
    let config = Config {
        address: address.parse().unwrap(),
        namespace: None,
        ca_pem: None,
    };
    let allowed = Allowed::parse("acme=vault:secret").unwrap();
    let vault = Vault::new(&config, auth).unwrap();
    OrgSecrets::new(
        Arc::new(Secrets::new(vec![allowed], BTreeMap::new(), Some(vault))),
        "acme",
    )
}

async fn fetch(secrets: &OrgSecrets, reference: &str) -> Result<String, String> {
    let fetched = secrets.fetch(&Reference::parse(reference).unwrap()).await;
    fetched
        .map(|secret| secret.expose().to_owned())
        .map_err(|error| error.to_string())
}

async fn app_role(bao: &Bao, ttl_s: u32) -> OrgSecrets {
    let (role_id, secret_id) = bao.app_role(ttl_s).await;
    let auth = Auth::AppRole {
        mount: "approle".into(),
        role_id,
        secret_id,
    };
    secrets(&bao.address, auth)
}

#[tokio::test]
async fn a_field_is_fetched_and_what_is_missing_is_said() {
    let Some(bao) = Bao::start("a_field_is_fetched_and_what_is_missing_is_said").await else {
        return;
    };
    bao.put("acme/edge", json!({"key": "hunter2", "number": 5})).await;
    bao.put("acme/old", json!({"key": "hunter2"})).await;
    bao.ask(Method::DELETE, "secret/data/acme/old", json!({})).await;
    bao.put("other/edge", json!({"key": "hunter2"})).await;
    let secrets = app_role(&bao, LONG_S).await;
    assert_eq!(
        fetch(&secrets, "vault:secret/acme/edge#key").await.unwrap(),
        "hunter2"
    );
    for (reference, reason) in [
        ("vault:secret/acme/edge#nothing", "there is no field \"nothing\""),
        ("vault:secret/acme/edge#number", "holds no text"),
        ("vault:secret/acme/nothing#key", "there is no such secret"),
        ("vault:secret/acme/old#key", "there is no such secret"),
        ("vault:secret/other/edge#key", "may not read it"),
        ("vault:kv/acme/edge#key", "has not allowed"),
        ("env:PATH", "has not allowed"),
    ] {
        let refused = fetch(&secrets, reference).await.unwrap_err();
        assert!(
            refused.contains(reason) && !refused.contains("hunter2"),
            "{reference}: {refused}"
        );
    }
    bao.ask(Method::PUT, "sys/seal", json!({})).await;
    let refused = fetch(&secrets, "vault:secret/acme/edge#key").await.unwrap_err();
    assert!(refused.contains("sealed"), "{refused}");
}

#[tokio::test]
async fn the_server_logs_in_with_signed_tokens_and_with_a_token_of_a_file() {
    let test = "the_server_logs_in_with_signed_tokens_and_with_a_token_of_a_file";
    let Some(bao) = Bao::start(test).await else { return };
    bao.put("acme/edge", json!({"key": "hunter2"})).await;
    for mount in ["jwt", "kubernetes"] {
        let jwt = bao.jwt(mount).await;
        let auth = |role: &str| Auth::Jwt {
            mount: mount.into(),
            role: role.into(),
            jwt: jwt.clone(),
        };
        let sound = secrets(&bao.address, auth("qlrf"));
        assert_eq!(
            fetch(&sound, "vault:secret/acme/edge#key").await.unwrap(),
            "hunter2"
        );
        let unknown = secrets(&bao.address, auth("nobody"));
        let refused = fetch(&unknown, "vault:secret/acme/edge#key").await.unwrap_err();
        assert!(refused.contains("does not let the server in"), "{refused}");
    }
    let made = bao
        .ask(Method::POST, "auth/token/create", json!({"policies": ["qlrf"]}))
        .await;
    let file = bao.file("token", "not-a-token");
    let of_file = secrets(&bao.address, Auth::TokenFile(file));
    assert!(fetch(&of_file, "vault:secret/acme/edge#key").await.is_err());
    // Whoever keeps it alive replaces it; nothing has to be started again.
    bao.file("token", made["auth"]["client_token"].as_str().unwrap());
    assert_eq!(
        fetch(&of_file, "vault:secret/acme/edge#key").await.unwrap(),
        "hunter2"
    );
}

#[tokio::test]
async fn a_token_is_kept_renewed_and_replaced_when_it_was_taken_away() {
    let test = "a_token_is_kept_renewed_and_replaced_when_it_was_taken_away";
    let Some(bao) = Bao::start(test).await else { return };
    bao.put("acme/edge", json!({"key": "hunter2"})).await;
    let secrets = app_role(&bao, 6).await;
    let (secrets, bao) = (&secrets, &bao);
    // Longer than it would live: it is renewed on the way, and one login was enough.
    poll(Duration::from_secs(30), || async {
        assert_eq!(
            fetch(secrets, "vault:secret/acme/edge#key").await.unwrap(),
            "hunter2"
        );
        let tokens = bao.tokens().await;
        assert_eq!(tokens.len(), 1, "{tokens:?}");
        (!tokens[0]["last_renewal"].is_null()).then_some(())
    })
    .await;
    let accessor = bao.tokens().await[0]["accessor"].clone();
    bao.ask(
        Method::POST,
        "auth/token/revoke-accessor",
        json!({ "accessor": accessor }),
    )
    .await;
    assert_eq!(
        fetch(secrets, "vault:secret/acme/edge#key").await.unwrap(),
        "hunter2"
    );
    assert_ne!(bao.tokens().await[0]["accessor"], accessor);
}

/// Answers every request with this.
async fn pretender(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
        }
    });
    address
}

#[tokio::test]
async fn answers_of_a_pretender_are_bounded_not_followed_and_not_repeated() {
    let home = tempfile::tempdir().unwrap();
    let token = home.path().join("token");
    std::fs::write(&token, "hunter2").unwrap();
    let answer = |head: &str, body: &[u8]| {
        let mut answer = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
        answer.extend_from_slice(body);
        answer
    };
    let elsewhere = pretender(answer(
        "200 OK",
        br#"{"data":{"data":{"key":"of another host"}}}"#,
    ))
    .await;
    let redirect = format!("307 Temporary Redirect\r\nLocation: {elsewhere}/v1/secret/data/acme");
    for (answer, reason) in [
        (answer(&redirect, b""), "sends on to another address"),
        (answer("200 OK", &vec![b' '; 3 << 20]), "has more than"),
        (
            answer("200 OK", br#"{"data":{"data":"spilled"}}"#),
            "is not one of Vault",
        ),
        (
            answer("403 spilled", br#"{"errors":["spilled"]}"#),
            "may not read it",
        ),
        (Vec::new(), "the connection to Vault broke"),
    ] {
        let secrets = secrets(&pretender(answer).await, Auth::TokenFile(token.clone()));
        let refused = fetch(&secrets, "vault:secret/acme/edge#key").await.unwrap_err();
        assert!(
            refused.contains(reason) && !refused.contains("spilled"),
            "{refused}"
        );
        assert!(!refused.contains("hunter2"), "{refused}");
    }
}
