//! The role of the server's own machine, by the second version of EC2's metadata service: only where the operator allowed it.

use std::sync::Arc;

use qlrf_connectors::grant::{Grant, Grants, Whom};
use qlrf_connectors::inventory::find_kind;
use qlrf_connectors::outbound::MetadataService;
use qlrf_testkit::{Asked, HttpProxy, Reply};
use serde_json::{Value, json};

use super::site::{SECRET, Site, grant, grants};
use super::{collect, with};
use crate::suite;

const SESSION: &str = "AQAEAHh0cy1zZXNzaW9u";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

fn lending(to: &str, service: &str) -> Grant {
    Grants {
        instance: Arc::new([Whom::parse(to).unwrap()]),
        metadata: MetadataService::at(service.parse().unwrap()),
        ..grants()
    }
    .of("test")
}

fn of_the_machine(config: Value) -> Value {
    let neither = json!({"access_key_id": null, "secret_access_key": null, "instance_role": true});
    with(config, neither)
}

/// As EC2 answers machines whose role is this.
fn answer(asked: &Asked, role: Option<&str>) -> Reply {
    let says = |text: &str| Reply::say(200, "text/plain", text);
    let begins = asked.method == "PUT" && asked.header("x-aws-ec2-metadata-token-ttl-seconds") == "60";
    let below = asked.target.strip_prefix(ROLES);
    match (below, role) {
        _ if !asked.header("x-forwarded-for").is_empty() => Reply::say(403, "text/plain", ""),
        _ if asked.target == "/latest/api/token" && begins => says(SESSION),
        _ if asked.header("x-aws-ec2-metadata-token") != SESSION => Reply::say(401, "text/plain", ""),
        (Some(""), Some(role)) => says(role),
        (Some(name), Some(role)) if name == role => says(
            &json!({
                "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-11-22T10:00:00Z", "AccessKeyId": "AKIAEXAMPLE",
                "SecretAccessKey": SECRET, "Token": "IQoJb3JpZ2luX2Vj", "Expiration": "2099-11-22T16:00:00Z",
            })
            .to_string(),
        ),
        _ => Reply::say(404, "text/plain", ""),
    }
}

async fn metadata(site: &Site, role: Option<&'static str>) -> HttpProxy {
    let service = site.proxy().await;
    service.rule(move |asked| answer(asked, role));
    service
}

#[tokio::test]
async fn the_role_of_the_machine_reads_what_a_key_would() {
    let Some(site) = Site::start("the_role_of_the_machine_reads_what_a_key_would").await else {
        return;
    };
    let whole = collect(site.config()).await;
    let service = metadata(&site, Some("ql-rf+server")).await;
    // What is signed with the keys of a machine shows their session.
    let proxy = site.proxy().await;
    proxy.rule(
        |asked| match asked.header("x-amz-security-token") == "IQoJb3JpZ2luX2Vj" {
            true => Reply::Forward,
            false => Reply::Cut,
        },
    );
    let config = with(of_the_machine(site.config()), json!({"endpoint": proxy.url()}));
    let inventory = (find_kind("aws").unwrap().build)(config, lending("test", service.url())).unwrap();
    let seen = suite::collect(&*inventory).await;
    assert_eq!(
        (suite::partial(&seen), &seen.facts),
        (suite::partial(&whole), &whole.facts)
    );
    assert_eq!(service.requests(), 3, "a session, a name and the keys");
}

#[tokio::test]
async fn without_a_role_or_without_permission_there_are_no_keys() {
    let Some(site) = Site::start("without_a_role_or_without_permission_there_are_no_keys").await else {
        return;
    };
    let kind = find_kind("aws").unwrap();
    let service = metadata(&site, None).await;
    for grant in [grant(), lending("other", service.url())] {
        let said = (kind.build)(of_the_machine(site.config()), grant)
            .err()
            .unwrap()
            .to_string();
        assert!(
            said.contains("`instance_role`") && said.contains("--allow-instance-identity"),
            "{said}"
        );
    }
    assert_eq!(service.requests(), 0, "without permission nothing is asked");
    for role in [None, Some("../../latest/user-data"), Some("")] {
        let service = metadata(&site, role).await;
        let inventory = (kind.build)(of_the_machine(site.config()), lending("test", service.url())).unwrap();
        let failed = suite::partial(&suite::collect(&*inventory).await);
        assert!(!failed.is_empty());
        for (_, code, detail) in failed {
            assert_eq!(code, "instance_identity_unavailable", "{detail}");
        }
        assert_eq!(service.requests(), 2, "nothing is asked for a name that is none");
    }
}
