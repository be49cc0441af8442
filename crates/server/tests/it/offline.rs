//! Hosts that no route leads to: what they are is carried here in a signed bundle.

use qlrf_connectors::inventory::offline::bundle::{self, Facts, SigningKey};
use qlrf_core::asset::{Asset, AssetKind, AssetState, Platform};
use qlrf_core::perm::Role;
use qlrf_core::time::{Duration, Timestamp, now};
use reqwest::Method;
use serde_json::{Value, json};

use crate::inventory::running;
use crate::support::{Answer, TestClient, TestServer};

fn host(at: Timestamp, version: &str) -> Facts {
    let asset = Asset {
        name: "yard-01".to_owned(),
        state: AssetState::Running,
        ..Asset::new("4c4c4544", Platform::Local, AssetKind::Host)
    };
    Facts {
        asset: running(asset, &[("bash", version)]),
        collected_at: at,
    }
}

struct Yard {
    server: TestServer,
    client: TestClient,
    key: SigningKey,
    connector: String,
}

impl Yard {
    async fn new() -> Yard {
        let server = TestServer::start().await;
        let client = server.client(Role::Engineer).await;
        let (key, _) = SigningKey::generate().unwrap();
        let config = json!({ "keys": { "yard": key.public().to_string() }, "platform": "edge" });
        let body = json!({ "name": "yard", "kind": "offline", "config": config });
        let made: Value = client.post("/api/v1/connectors", &body).await.ok();
        let connector = made["id"].as_str().unwrap().to_owned();
        Yard {
            server,
            client,
            key,
            connector,
        }
    }

    async fn import(&self, facts: &Facts) -> Answer {
        self.import_bytes(bundle::write(facts, &self.key)).await
    }

    async fn import_bytes(&self, bytes: Vec<u8>) -> Answer {
        let path = format!("/api/v1/connectors/{}/facts", self.connector);
        let answer = self
            .client
            .request(Method::POST, &path)
            .body(bytes)
            .send()
            .await
            .unwrap();
        Answer {
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    async fn assets(&self) -> Value {
        self.client.get("/api/v1/assets?q=platform:edge").await.ok()
    }

    async fn rows(&self) -> (i64, i64) {
        let mut admin = self.server.db.admin().await;
        sqlx::query_as("SELECT (SELECT count(*) FROM asset_fact), (SELECT count(*) FROM asset_drift)")
            .fetch_one(&mut admin)
            .await
            .unwrap()
    }
}

fn code(answer: &Answer) -> String {
    answer.json::<Value>()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_bundle_is_as_old_as_it_says() {
    let yard = Yard::new().await;
    let seen = now() - Duration::days(3);
    let imported: Value = yard.import(&host(seen, "5.1-1")).await.ok();
    assert_eq!(
        (&imported["host"], &imported["signed_by"]),
        (&json!("yard-01"), &json!("yard"))
    );
    assert_eq!(imported["sync"]["outcome"], "complete");
    let assets = yard.assets().await;
    assert_eq!(
        (&assets["total"], &assets["items"][0]["packages"]),
        (&json!(1), &json!(1))
    );
    let coverage: Value = yard.client.get("/api/v1/coverage").await.ok();
    assert_eq!(
        coverage["items"][0]["completed_at"], imported["collected_at"],
        "{coverage}"
    );

    // The same facts a day later are newer and write no fact.
    let before = yard.rows().await;
    let again: Value = yard.import(&host(seen + Duration::days(1), "5.1-1")).await.ok();
    assert_eq!(yard.rows().await, before);
    let coverage: Value = yard.client.get("/api/v1/coverage").await.ok();
    assert_eq!(coverage["items"][0]["completed_at"], again["collected_at"]);

    // A scheduled collection has nothing to list, and takes nothing for gone or for new.
    let path = format!("/api/v1/connectors/{}/sync", yard.connector);
    yard.client.post(&path, &json!({})).await.ok::<Value>();
    assert_eq!(yard.assets().await["total"], 1);
}

#[tokio::test]
async fn what_cannot_be_trusted_changes_nothing() {
    let yard = Yard::new().await;
    let seen = now() - Duration::days(1);
    yard.import(&host(seen, "5.2-1")).await.ok::<Value>();
    let before = yard.rows().await;

    let older = yard.import(&host(seen - Duration::hours(1), "5.1-1")).await;
    assert_eq!(
        (older.status.as_u16(), code(&older)),
        (409, "bundle_older_than_held".to_owned())
    );
    let ahead = yard.import(&host(now() + Duration::days(1), "5.3-1")).await;
    assert_eq!(code(&ahead), "bundle_from_the_future");
    let (stranger, _) = SigningKey::generate().unwrap();
    let untrusted = yard
        .import_bytes(bundle::write(&host(now(), "6.0-1"), &stranger))
        .await;
    assert_eq!(
        (untrusted.status.as_u16(), code(&untrusted)),
        (400, "bundle_untrusted".to_owned())
    );
    for wrong in [&b""[..], b"{}", b"\0\xff", b"[1,2,3]"] {
        assert_eq!(code(&yard.import_bytes(wrong.to_vec()).await), "bundle_malformed");
    }
    let large = yard.import_bytes(vec![b' '; bundle::BYTES_MAX + 1]).await;
    assert_eq!(large.status.as_u16(), 413);
    assert_eq!(yard.rows().await, before);

    // Another kind of connector takes none, and another tenant's connector is not there.
    let sim = json!({ "name": "demo", "kind": "sim", "config": { "assets": 1 } });
    let sim: Value = yard.client.post("/api/v1/connectors", &sim).await.ok();
    let path = format!("/api/v1/connectors/{}/facts", sim["id"].as_str().unwrap());
    let answer = yard.client.post(&path, &json!({})).await;
    assert_eq!(code(&answer), "connector_not_offline");
    let other = yard.server.client_of(yard.server.second, Role::Admin, None).await;
    let path = format!("/api/v1/connectors/{}/facts", yard.connector);
    assert_eq!(other.post(&path, &json!({})).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn this_host_is_collected_without_a_server_and_imported_elsewhere() {
    let yard = Yard::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let qlrf = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_qlrf"))
            .args(args)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (key, out) = (path("key"), path("facts.bundle"));
    let (_, shown) = qlrf(&["collect", "--new-key", &key, "-o", "json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let (done, _) = qlrf(&["collect", "--key", &key, "--out", &out]);
    assert_eq!(done, Some(0));
    // Nothing that is there is written over.
    assert_eq!(qlrf(&["collect", "--new-key", &key]).0, Some(65));
    assert_eq!(qlrf(&["collect", "--key", &key, "--out", &out]).0, Some(65));
    assert_eq!(qlrf(&["collect", "--out", &out]).0, Some(64));

    let config = json!({ "config": { "keys": { "here": shown["public_key"] } } });
    let connector = format!("/api/v1/connectors/{}", yard.connector);
    yard.client.patch(&connector, &config).await.ok::<Value>();
    let server = yard.server.url("");
    let args = [
        "facts",
        "import",
        &out,
        "--connector",
        "yard",
        "--server",
        &server,
        "--token",
        yard.client.token(),
    ];
    let (done, shown) = tokio::task::block_in_place(|| qlrf(&args));
    assert_eq!(done, Some(0), "{shown}");
    assert!(shown.contains("here") && shown.contains("complete"), "{shown}");
    let assets: Value = yard.client.get("/api/v1/assets?q=platform:baremetal").await.ok();
    assert_eq!(assets["total"], 1);
}
