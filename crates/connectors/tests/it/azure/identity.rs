//! The managed identity of the server's own machine, against a metadata service that takes what Azure's takes: only where the
//! operator allowed it, and nowhere else than there.

use std::sync::Arc;

use qlrf_connectors::grant::{Grant, Grants, Whom};
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_connectors::outbound::MetadataService;
use qlrf_testkit::{HttpProxy, Reply};
use serde_json::{Value, json};

use super::site::{self, config, grants, peer, proxy};
use super::{furnished, nothing_broken};
use crate::suite;

const FIRST: &str = "44444444-4444-4444-4444-444444444444";
const SECOND: &str = "55555555-5555-5555-5555-555555555555";

fn managed(url: &str, client_id: Option<&str>) -> Value {
    let mut config = config(url);
    let object = config.as_object_mut().unwrap();
    object.retain(|key, _| !["tenant", "client_id", "client_secret"].contains(&key.as_str()));
    object.insert("managed_identity".to_owned(), json!(true));
    object.extend(client_id.map(|id| ("client_id".to_owned(), json!(id))));
    config
}

fn lending(to: &str, service: &str) -> Grant {
    Grants {
        instance: Arc::new([Whom::parse(to).unwrap()]),
        metadata: MetadataService::at(service.parse().unwrap()),
        ..grants()
    }
    .of("test")
}

fn build(config: Value, grant: Grant) -> Box<dyn Inventory> {
    (find_kind("azure").unwrap().build)(config, grant).unwrap()
}

async fn failures(config: Value, grant: Grant) -> Vec<(String, String)> {
    let seen = suite::collect(&*build(config, grant)).await;
    let failed = suite::partial(&seen).into_iter();
    failed.map(|(_, code, detail)| (code, detail)).collect()
}

#[tokio::test]
async fn a_managed_identity_signs_in() {
    let Some(peer) = furnished("a_managed_identity_signs_in").await else {
        return;
    };
    let whole = super::collect(config(peer.url())).await;
    let metadata = proxy(&peer).await;
    peer.set(&json!({"identities": [FIRST]})).await;
    for to in ["test", "*"] {
        let inventory = build(managed(peer.url(), None), lending(to, metadata.url()));
        let seen = suite::collect(&*inventory).await;
        assert_eq!(suite::partial(&seen), suite::partial(&whole));
        assert_eq!((&seen.facts, &seen.resources), (&whole.facts, &whole.resources));
    }
    // One token for the management API and one for vaults, each time.
    assert_eq!(metadata.requests(), 4);
    nothing_broken(&peer).await;
}

#[tokio::test]
async fn a_token_is_renewed_and_of_several_identities_the_named_one_is_used() {
    let test = "a_token_is_renewed_and_of_several_identities_the_named_one_is_used";
    let Some(peer) = furnished(test).await else {
        return;
    };
    let metadata = proxy(&peer).await;
    // More than there are requests at a time, so that nobody's second try is too late as well.
    peer.set(&json!({"identities": [FIRST, SECOND], "token_uses": 20}))
        .await;
    let grant = || lending("test", metadata.url());
    assert_eq!(failures(managed(peer.url(), Some(SECOND)), grant()).await, vec![]);
    let asked = metadata.requests();
    assert!(asked > 2, "{asked} tokens were enough");
    nothing_broken(&peer).await;
    let failed = failures(managed(peer.url(), None), grant()).await;
    assert!(
        failed
            .iter()
            .all(|(code, detail)| code == "instance_identity_unavailable"
                && detail.contains("Identity not found"))
            && !failed.is_empty(),
        "{failed:?}"
    );
    let check = build(managed(peer.url(), None), grant()).check().await.unwrap();
    assert!(!check.ok && check.findings.join("\n").contains("Identity not found"));
}

#[tokio::test]
async fn without_permission_nothing_is_asked() {
    let Some(peer) = peer("without_permission_nothing_is_asked").await else {
        return;
    };
    let metadata = proxy(&peer).await;
    let kind = find_kind("azure").unwrap();
    let refused = |config: Value, grant: Grant| (kind.build)(config, grant).err().unwrap().to_string();
    for grant in [site::grant(), lending("other", metadata.url())] {
        let said = refused(managed(peer.url(), None), grant);
        assert!(
            said.contains("`managed_identity`") && said.contains("--allow-instance-identity"),
            "{said}"
        );
    }
    // With the permission, no configuration names the service itself.
    let lent = || lending("test", metadata.url());
    for more in [
        json!({"endpoint": "http://169.254.169.254/{service}"}),
        json!({"endpoint": "https://azure.example.org/{service}"}),
        json!({"endpoint": "https://{service}.azure.example.org"}),
        json!({"endpoint": "https://localhost.example.org/{service}"}),
        json!({"metadata": metadata.url()}),
        json!({"tenant": "contoso.onmicrosoft.com"}),
    ] {
        let mut config = managed(peer.url(), None);
        let more = more.as_object().unwrap().clone();
        config.as_object_mut().unwrap().extend(more);
        refused(config, lent());
    }
    assert_eq!(metadata.requests(), 0);
}

#[tokio::test]
async fn what_is_no_metadata_service_gives_no_identity() {
    let Some(peer) = peer("what_is_no_metadata_service_gives_no_identity").await else {
        return;
    };
    let (metadata, elsewhere) = (proxy(&peer).await, proxy(&peer).await);
    let away = Reply::Say {
        status: 302,
        headers: vec![("location", elsewhere.url().to_owned())],
        body: String::new(),
    };
    let says = |body: Value| Reply::say(200, "application/json", body.to_string());
    for (reply, said) in [
        (away, "302"),
        (Reply::Cut, "reached"),
        (says(json!({})), "is no credential"),
        (
            says(json!({"access_token": "hunter2", "expires_on": "soon"})),
            "is no time",
        ),
        (says(json!("x".repeat(1 << 20))), "more than"),
        (Reply::say(404, "text/html", "<html>"), "404"),
    ] {
        metadata.rule(move |_| reply.clone());
        assert_gives_none(&peer, &metadata, said).await;
    }
    assert_eq!(elsewhere.requests(), 0);
    let absent = lending("test", "http://127.0.0.1:1");
    let failed = failures(managed(peer.url(), None), absent).await;
    assert!(
        failed
            .iter()
            .all(|(code, _)| code == "instance_identity_unavailable"),
        "{failed:?}"
    );
}

async fn assert_gives_none(peer: &qlrf_testkit::AzurePeer, metadata: &HttpProxy, said: &str) {
    let failed = failures(managed(peer.url(), None), lending("test", metadata.url())).await;
    assert!(!failed.is_empty(), "{said}");
    for (code, detail) in failed {
        assert_eq!(code, "instance_identity_unavailable", "{detail}");
        assert!(detail.contains(said) && !detail.contains("hunter2"), "{detail}");
    }
}
