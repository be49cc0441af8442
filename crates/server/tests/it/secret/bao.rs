//! A real OpenBao in development mode: in memory, unsealed, on a free port of the loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qlrf_testkit::{peer, poll};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

const READY_MAX: Duration = Duration::from_secs(30);
const ROOT_TOKEN: &str = "root-of-the-test";

pub struct Bao {
    pub address: String,
    _child: Child,
    http: reqwest::Client,
    home: TempDir,
}

impl Bao {
    /// `None`: it is not installed.
    pub async fn start(test: &str) -> Option<Bao> {
        let program = peer("bao", test)?;
        let home = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(program)
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={ROOT_TOKEN}"))
            .arg(format!("-dev-listen-address={free}"))
            .env("HOME", home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let bao = Bao {
            address: format!("http://{free}"),
            _child: child,
            http: reqwest::Client::new(),
            home,
        };
        poll(READY_MAX, || async {
            let health = bao
                .http
                .get(format!("{}/v1/sys/health", bao.address))
                .send()
                .await;
            health.ok()?.status().is_success().then_some(())
        })
        .await;
        bao.policy("secret/data/acme/*").await;
        Some(bao)
    }

    /// What the server under test may read.
    async fn policy(&self, path: &str) {
        let policy = format!("path \"{path}\" {{ capabilities = [\"read\"] }}");
        self.ask(Method::PUT, "sys/policies/acl/qlrf", json!({ "policy": policy }))
            .await;
    }

    pub async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/v1/{path}", self.address);
        let request = self.http.request(method, url).header("X-Vault-Token", ROOT_TOKEN);
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success() || status == 404, "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn put(&self, path: &str, fields: Value) {
        self.ask(
            Method::POST,
            &format!("secret/data/{path}"),
            json!({ "data": fields }),
        )
        .await;
    }

    /// A role whose tokens live so long; the answer is its id and a file with a secret id.
    pub async fn app_role(&self, ttl_s: u32) -> (String, PathBuf) {
        self.ask(Method::POST, "sys/auth/approle", json!({"type": "approle"}))
            .await;
        let role = json!({"token_policies": ["qlrf"], "token_ttl": ttl_s, "token_max_ttl": 3_600});
        self.ask(Method::POST, "auth/approle/role/qlrf", role).await;
        let id = self
            .ask(Method::GET, "auth/approle/role/qlrf/role-id", json!({}))
            .await;
        let secret = self
            .ask(Method::POST, "auth/approle/role/qlrf/secret-id", json!({}))
            .await;
        let secret = secret["data"]["secret_id"].as_str().unwrap();
        (
            id["data"]["role_id"].as_str().unwrap().to_owned(),
            self.file("secret-id", secret),
        )
    }

    /// A method that takes signed tokens, mounted as `mount`, and a file with such a token. The key is one of its own
    /// transit engine, as an issuer of tokens would have one.
    pub async fn jwt(&self, mount: &str) -> PathBuf {
        self.ask(Method::POST, &format!("sys/auth/{mount}"), json!({"type": "jwt"}))
            .await;
        self.ask(
            Method::POST,
            &format!("sys/mounts/transit-{mount}"),
            json!({"type": "transit"}),
        )
        .await;
        self.ask(
            Method::POST,
            &format!("transit-{mount}/keys/issuer"),
            json!({"type": "rsa-2048"}),
        )
        .await;
        let key = self
            .ask(Method::GET, &format!("transit-{mount}/keys/issuer"), json!({}))
            .await;
        let key = key["data"]["keys"]["1"]["public_key"]
            .as_str()
            .unwrap()
            .to_owned();
        let config = json!({"jwt_validation_pubkeys": [key]});
        self.ask(Method::POST, &format!("auth/{mount}/config"), config)
            .await;
        let role = json!({
            "role_type": "jwt", "user_claim": "sub", "bound_subject": "qlrf", "bound_audiences": ["bao"],
            "token_policies": ["qlrf"],
        });
        self.ask(Method::POST, &format!("auth/{mount}/role/qlrf"), role)
            .await;
        let now = qlrf_core::time::now().unix_timestamp();
        let claims = json!({"sub": "qlrf", "aud": "bao", "iat": now, "exp": now + 600});
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({"alg": "RS256", "typ": "JWT"})), part(claims));
        let input = base64::engine::general_purpose::STANDARD.encode(&signed);
        let body = json!({"input": input, "signature_algorithm": "pkcs1v15", "marshaling_algorithm": "jws"});
        let signature = self
            .ask(
                Method::POST,
                &format!("transit-{mount}/sign/issuer/sha2-256"),
                body,
            )
            .await;
        let signature = signature["data"]["signature"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned();
        self.file("jwt", &format!("{signed}.{signature}"))
    }

    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// What is known of the tokens that the role made.
    pub async fn tokens(&self) -> Vec<Value> {
        let method = Method::from_bytes(b"LIST").unwrap();
        let all = self.ask(method, "auth/token/accessors", json!({})).await;
        let mut out = Vec::new();
        for accessor in all["data"]["keys"].as_array().cloned().unwrap_or_default() {
            let body = json!({ "accessor": accessor });
            let token = self.ask(Method::POST, "auth/token/lookup-accessor", body).await;
            if token["data"]["policies"].to_string().contains("qlrf") {
                out.push(token["data"].clone());
            }
        }
        out
    }
}
