//! Secrets that are kept elsewhere: who may name them, that they are fetched, and that they are found nowhere afterwards.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bao;
mod vault;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use bao::Bao;
use qlrf_connectors::grant::Grants;
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::perm::Role;
use qlrf_server::api::web::Web;
use qlrf_server::secret::Secret;
use qlrf_testkit::poll;
use serde_json::{Value, json};

use crate::process::{self, Process};
use crate::support::{TestClient, TestServer};

const CHECK: &str = "/api/v1/secrets/check";

async fn check(client: &TestClient, reference: &str) -> (bool, String) {
    let answer: Value = client.post(CHECK, &json!({ "reference": reference })).await.ok();
    (
        answer["ok"].as_bool().unwrap(),
        answer["finding"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn an_organisation_names_only_what_was_allowed_to_it() {
    let allowed = [
        "first=env:OF_FIRST",
        "second=env:OF_SECOND",
        "*=env:OF_ALL",
        "*=env:UNSET",
    ];
    let allowed = allowed.map(|text| Allowed::parse(text).unwrap()).to_vec();
    let variables = ["OF_FIRST", "OF_SECOND", "OF_ALL"].map(|name| (name.to_owned(), Secret::new("hunter2")));
    let grants = Grants {
        secrets: Arc::new(Secrets::new(allowed, BTreeMap::from(variables), None)),
        ..Grants::default()
    };
    let server = TestServer::start_granting(Web(&[]), grants).await;
    let first = server.client(Role::Admin).await;
    let second = server.client_of(server.second, Role::Admin, None).await;
    for (client, reference, expected) in [
        (&first, "env:OF_FIRST", "it can be fetched"),
        (&first, "env:OF_ALL", "it can be fetched"),
        (&second, "env:OF_ALL", "it can be fetched"),
        (&second, "env:OF_SECOND", "it can be fetched"),
        (&first, "env:OF_SECOND", "has not allowed"),
        (&second, "env:OF_FIRST", "has not allowed"),
        (&first, "env:PATH", "has not allowed"),
        (&first, "file:/etc/passwd", "has not allowed"),
        (&first, "vault:secret/a#b", "has not allowed"),
        (&first, "env:UNSET", "is not set"),
    ] {
        let (ok, finding) = check(client, reference).await;
        assert!(finding.contains(expected), "{reference}: {finding}");
        assert_eq!(ok, expected == "it can be fetched", "{reference}");
    }
    let body = json!({"reference": "hunter2"});
    let problem = first
        .post(CHECK, &body)
        .await
        .problem(400, "secret_reference_invalid");
    assert!(!problem.detail.contains("hunter2"), "{problem:?}");
    let engineer = server.client(Role::Engineer).await;
    engineer.post(CHECK, &body).await.problem(403, "forbidden");
    server
        .anonymous()
        .post(CHECK, &body)
        .await
        .problem(401, "unauthenticated");
}

/// One of each kind, and one that a person typed where a reference belongs.
const OF_ENVIRONMENT: &str = "spilled-from-the-environment";
const OF_FILE: &str = "spilled-from-a-file";
const OF_VAULT: &str = "spilled-from-vault";
const TYPED: &str = "spilled-by-a-person";

#[tokio::test]
async fn a_secret_is_found_in_no_table_log_answer_or_event() {
    let Some(bao) = Bao::start("a_secret_is_found_in_no_table_log_answer_or_event").await else {
        return;
    };
    bao.put("acme/edge", json!({"key": OF_VAULT})).await;
    let (role_id, secret_id) = bao.app_role(600).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("id");
    fs::write(&file, OF_FILE).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let folder = home.path().display().to_string();
    let log = home.path().join("log");

    let data = process::data_folder();
    let mut command = process::command(&data, "127.0.0.1:0");
    command
        .args([
            "--log",
            "trace",
            "--vault-addr",
            &bao.address,
            "--vault-auth",
            "approle",
        ])
        .args([
            "--vault-role",
            &role_id,
            "--vault-credential-file",
            secret_id.to_str().unwrap(),
        ])
        .args([
            "--allow-secret",
            "*=env:EDGE_KEY",
            "--allow-secret",
            "*=vault:secret/acme",
        ])
        .args(["--allow-secret", &format!("*=file:{folder}")])
        .env("EDGE_KEY", OF_ENVIRONMENT)
        .stderr(Stdio::from(fs::File::create(&log).unwrap()));
    let server = Process::spawn(&data, command).await;
    let mut answers = String::new();
    for reference in [
        "env:EDGE_KEY",
        "vault:secret/acme/edge#key",
        &format!("file:{folder}/id"),
    ] {
        let (ok, finding) = check(&server.client, reference).await;
        assert!(ok, "{reference}: {finding}");
        answers.push_str(&finding);
    }
    answers.push_str(&through_a_connector(&server.client).await);
    let typed = json!({ "reference": TYPED });
    answers.push_str(&server.client.post(CHECK, &typed).await.text());
    for path in ["audit?limit=100", "connectors"] {
        let answer = server.client.get(&format!("/api/v1/{path}")).await;
        answers.push_str(&answer.text());
    }
    server.stop().await;
    let tables = dump(data.path()).await;

    let secret_id = fs::read_to_string(&secret_id).unwrap();
    let log = fs::read_to_string(&log).unwrap();
    // The nets hold: what may be there is.
    assert!(log.contains("secrets/check") && tables.contains("secrets/check"));
    for (place, text) in [("a table", &tables), ("the log", &log), ("an answer", &answers)] {
        for spilled in [OF_ENVIRONMENT, OF_FILE, OF_VAULT, TYPED, secret_id.trim()] {
            assert!(!text.contains(spilled), "{spilled} is in {place}");
        }
    }
}

/// A connector that fetches secrets, tests and collects with them, and fails; and one with a secret typed into it.
async fn through_a_connector(client: &TestClient) -> String {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    let config = |key: &str, passphrase: &str| {
        json!({
            "hosts": [{"address": "192.0.0.8"}], "known_hosts": [format!("* {KEY}")],
            "key": key, "passphrase": passphrase,
        })
    };
    let connector = |config: Value| json!({"name": "edge", "kind": "ssh", "config": config});
    let typed = client
        .post("/api/v1/connectors", &connector(config(TYPED, "env:EDGE_KEY")))
        .await;
    let answers = typed.text();
    typed.problem(400, "connector_config_invalid");
    let mut sound = config("env:EDGE_KEY", "vault:secret/acme/edge#key");
    sound["hosts"] = json!([{"address": "10.255.255.1"}]);
    let made: Value = client.post("/api/v1/connectors", &connector(sound)).await.ok();
    let path = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    let tested: Value = client.post(&format!("{path}/test"), &json!({})).await.ok();
    assert!(tested.to_string().contains("no private key"), "{tested}");
    let queued: Value = client.post(&format!("{path}/sync"), &json!({})).await.ok();
    let sync = format!("/api/v1/syncs/{}", queued["id"].as_str().unwrap());
    let ended = poll(process::READY_MAX, || async {
        let sync: Value = client.get(&sync).await.ok();
        sync["ended_at"].is_string().then_some(sync)
    })
    .await;
    assert_eq!(ended["outcome"], "failed", "{ended}");
    answers + &tested.to_string() + &ended.to_string()
}

/// Every row of every table, as text.
async fn dump(data: &Path) -> String {
    use sqlx::Connection as _;
    let mut config = qlrf_store::embedded::Config::new(data, qlrf_testkit::search());
    config.durability = qlrf_store::embedded::Durability::Scratch;
    let server = qlrf_store::embedded::Server::start(config).await.unwrap();
    let options = server.superuser_options().database("qlrf");
    let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let mut out = String::new();
    for table in tables {
        let query = sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        let rows: Vec<Option<String>> = sqlx::query_scalar(query)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        out.extend(rows.into_iter().flatten());
    }
    drop(connection);
    server.stop().await.unwrap();
    out
}
