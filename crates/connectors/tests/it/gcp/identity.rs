//! The service account that is attached to the server's own machine: only where the operator allowed it.

use std::sync::Arc;

use qlrf_connectors::grant::{Grant, Grants, Whom};
use qlrf_connectors::inventory::find_kind;
use qlrf_connectors::outbound::MetadataService;
use serde_json::{Value, json};

use super::site::{ACCOUNT, Site, config, grant, grants, lists_machines};
use super::{build, collect, with};
use crate::suite;

fn attached(endpoint: &str) -> Value {
    with(
        config(endpoint),
        json!({"credential": {"kind": "attached_service_account"}}),
    )
}

fn lending(to: &str, service: &str) -> Grant {
    Grants {
        instance: Arc::new([Whom::parse(to).unwrap()]),
        metadata: MetadataService::at(service.parse().unwrap()),
        ..grants("")
    }
    .of("test")
}

#[tokio::test]
async fn an_attached_service_account_reads_what_its_key_would() {
    let Some(site) = Site::start("an_attached_service_account_reads_what_its_key_would").await else {
        return;
    };
    let whole = collect(site.config(), site.grant()).await;
    let (proxy, metadata) = (site.proxy().await, site.proxy().await);
    site.gcp.seed(json!({ "attached": ACCOUNT })).await;
    // Its token ends under way.
    let mut ended = None;
    proxy.rule(move |asked| {
        if ended.is_none() && lists_machines(asked) {
            ended = Some(asked.header("authorization").to_owned());
        }
        if ended.as_deref() == Some(asked.header("authorization")) {
            asked
                .headers
                .insert("authorization", "Bearer ya29.old".parse().unwrap());
        }
        qlrf_testkit::Reply::Forward
    });
    let seen = collect(attached(proxy.url()), lending("test", metadata.url())).await;
    assert_eq!(
        (suite::partial(&seen), &seen.facts, &seen.resources),
        (vec![], &whole.facts, &whole.resources)
    );
    assert_eq!(metadata.requests(), 2, "one token after the other");
    let check = build(attached(&site.gcp.url), lending("*", metadata.url()));
    let check = check.check().await.unwrap();
    assert!(check.ok, "{:?}", check.findings);
    assert!(
        check.findings.join("\n").contains(ACCOUNT),
        "{:?}",
        check.findings
    );
    site.gcp.assert_published().await;
}

#[tokio::test]
async fn a_machine_without_an_account_or_of_another_cloud_gives_none() {
    let Some(site) = Site::start("a_machine_without_an_account_or_of_another_cloud_gives_none").await else {
        return;
    };
    let metadata = site.proxy().await;
    let lent = || lending("test", metadata.url());
    let kind = find_kind("gcp").unwrap();
    for grant in [grant(""), lending("other", metadata.url())] {
        let said = (kind.build)(attached(&site.gcp.url), grant)
            .err()
            .unwrap()
            .to_string();
        assert!(
            said.contains("`credential`") && said.contains("--allow-instance-identity"),
            "{said}"
        );
    }
    // The token is Google's to see and nobody else's.
    for (endpoint, is_taken) in [
        ("https://{service}-prod.p.googleapis.com", true),
        ("https://{service}.example.org", false),
        ("https://{service}.googleapis.com.example.org", false),
        ("https://evilgoogleapis.com", false),
    ] {
        let built = (kind.build)(attached(endpoint), lending("test", metadata.url()));
        assert_eq!(built.is_ok(), is_taken, "{endpoint}");
    }
    assert_eq!(metadata.requests(), 0, "without permission nothing is asked");
    for (flavor, said) in [
        ("Google", "not found"),
        ("Other", "no metadata service of Google"),
    ] {
        site.gcp.faults(json!({ "flavor": flavor })).await;
        let failed = suite::partial(&collect(attached(&site.gcp.url), lent()).await);
        assert!(!failed.is_empty());
        for (_, code, detail) in failed {
            assert_eq!(code, "instance_identity_unavailable", "{detail}");
            assert!(detail.contains(said), "{detail}");
        }
        let check = build(attached(&site.gcp.url), lent()).check().await.unwrap();
        assert!(!check.ok, "{:?}", check.findings);
    }
}
