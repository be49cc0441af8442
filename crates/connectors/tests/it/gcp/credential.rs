//! Key files and workload identity, and who tries to have them shown elsewhere.

use qlrf_testkit::{HttpProxy, Reply};
use serde_json::{Value, json};

use super::site::{ACCOUNT, MACHINES, PROJECTS, Site, config, grant, lists_machines, permissions};
use super::{build, collect, with};
use crate::suite;

const AUDIENCE: &str =
    "//iam.googleapis.com/projects/100/locations/global/workloadIdentityPools/ql-rf/providers/vault";

#[tokio::test]
async fn a_token_whose_time_is_over_is_renewed() {
    let Some(site) = Site::start("a_token_whose_time_is_over_is_renewed").await else {
        return;
    };
    let whole = collect(site.config(), site.grant()).await;
    let proxy = site.proxy().await;
    // Its time ends when machines are listed first; only another one is taken from then on.
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
        Reply::Forward
    });
    let seen = collect(config(proxy.url()), site.grant()).await;
    assert_eq!(
        (suite::partial(&seen), &seen.facts, &seen.resources),
        (vec![], &whole.facts, &whole.resources)
    );
    site.gcp.assert_published().await;
}

#[tokio::test]
async fn a_federated_identity_acts_as_a_service_account_or_as_itself() {
    let Some(site) = Site::start("a_federated_identity_acts_as_a_service_account_or_as_itself").await else {
        return;
    };
    let token = site.gcp.subject_token(AUDIENCE).await;
    let credential = |more: Value| {
        let federation = json!({"kind": "federation", "audience": AUDIENCE, "subject_token": "env:KEY"});
        with(site.config(), json!({"credential": with(federation, more)}))
    };
    let acting = credential(json!({"service_account": ACCOUNT}));
    let may = |federated: &[&str]| json!({"roles": {ACCOUNT: permissions(), "federated": federated}});
    site.gcp.seed(may(&["iam.serviceAccounts.getAccessToken"])).await;
    let all = PROJECTS.len() * MACHINES;
    let seen = collect(acting.clone(), grant(&token)).await;
    assert_eq!((suite::partial(&seen), seen.facts.len()), (vec![], all));
    // What the pool's identity may not do is named.
    site.gcp.seed(may(&[])).await;
    let check = build(acting.clone(), grant(&token)).check().await.unwrap();
    let said = check.findings.join("\n");
    assert!(
        !check.ok && said.contains("iam.serviceAccounts.getAccessToken"),
        "{said}"
    );
    let failed = suite::partial(&collect(acting, grant(&token)).await);
    assert!(
        failed.iter().any(|(_, code, _)| code == "permission_missing"),
        "{failed:?}"
    );
    // Itself, with the role.
    site.gcp.seed(may(&permissions())).await;
    let seen = collect(credential(json!({})), grant(&token)).await;
    assert_eq!((suite::partial(&seen), seen.facts.len()), (vec![], all));
    // A token that the pool does not take.
    let failed = suite::partial(&collect(credential(json!({})), grant("other")).await);
    assert!(
        failed
            .iter()
            .all(|(_, code, detail)| code == "credential_refused" && detail.contains("invalid_grant")),
        "{failed:?}"
    );
    site.gcp.assert_published().await;
}

/// Whoever writes a key file does not decide where our signature goes.
#[tokio::test]
async fn a_key_file_does_not_decide_where_it_is_shown() {
    let Some(site) = Site::start("a_key_file_does_not_decide_where_it_is_shown").await else {
        return;
    };
    let thief = HttpProxy::start("http://127.0.0.1:1", reqwest::Client::new())
        .await
        .unwrap();
    for elsewhere in [
        format!("{}/token", thief.url()),
        "https://oauth2.googleapis.com.evil.example/token".to_owned(),
        "https://oauth2.googleapis.com@evil.example/token".to_owned(),
        "http://169.254.169.254/token".to_owned(),
        String::new(),
    ] {
        let mut key: Value = serde_json::from_str(&site.key_file).unwrap();
        key["token_uri"] = json!(elsewhere);
        let seen = collect(site.config(), grant(&key.to_string())).await;
        let failed = suite::partial(&seen);
        assert!(seen.facts.is_empty() && !failed.is_empty());
        assert!(
            failed.iter().all(|(_, code, detail)| {
                code == "credential_refused"
                    && detail.contains("which is neither Google's")
                    && !detail.contains("PRIVATE")
            }),
            "{elsewhere}: {failed:?}"
        );
    }
    assert_eq!(thief.requests(), 0);
}

/// What is wrong with a key is told, and the key is not.
#[tokio::test]
async fn a_key_that_is_none_or_not_known_is_refused_without_being_repeated() {
    let Some(site) = Site::start("a_key_that_is_none_or_not_known_is_refused").await else {
        return;
    };
    let with_key = |change: fn(&mut Value)| {
        let mut key: Value = serde_json::from_str(&site.key_file).unwrap();
        change(&mut key);
        key.to_string()
    };
    for (text, said) in [
        ("hunter2".to_owned(), "is not that of a service account"),
        (
            r#"{"private_key": ["hunter2"]}"#.to_owned(),
            "is not that of a service account",
        ),
        (
            with_key(|key| key["private_key"] = json!("hunter2")),
            "holds no private key",
        ),
        (
            with_key(|key| {
                key["private_key"] =
                    json!("-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n");
            }),
            "holds no RSA key",
        ),
        (
            with_key(|key| key["private_key_id"] = json!("0")),
            "account not found",
        ),
        (
            with_key(|key| key["client_email"] = json!("other@x")),
            "account not found",
        ),
    ] {
        let check = build(site.config(), grant(&text)).check().await.unwrap();
        let findings = check.findings.join("\n");
        assert!(!check.ok && findings.contains(said), "{said}: {findings}");
        assert!(
            !findings.contains("hunter2") && !findings.contains("PRIVATE"),
            "{findings}"
        );
    }
}
