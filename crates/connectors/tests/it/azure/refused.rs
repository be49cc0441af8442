//! What Azure refuses, and what must not be believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use qlrf_testkit::{Asked, Reply};
use serde_json::json;

use super::furnish::id;
use super::site::{ASSERTION, DATA, SECRET, WEB, config, federated, lists, proxy, says, seed};
use super::{build, collect, furnished, nothing_broken, role};
use crate::suite;

/// Each action of the role but the patches', whose lack Azure does not tell: without it something is missing, and it is named.
#[tokio::test]
async fn each_permission_that_is_missing_is_named() {
    let Some(peer) = furnished("each_permission_that_is_missing_is_named").await else {
        return;
    };
    let config = config(peer.url());
    let check = build(config.clone()).check().await.unwrap();
    assert!(check.ok, "{check:?}");
    let whole = role();
    for field in ["Actions", "DataActions"] {
        let actions = whole[field].as_array().unwrap();
        for action in actions.iter().map(|action| action.as_str().unwrap()) {
            let mut less = whole.clone();
            less[field].as_array_mut().unwrap().retain(|one| one != action);
            peer.set(&json!({"role": less})).await;
            let check = build(config.clone()).check().await.unwrap();
            let seen = collect(config.clone()).await;
            let partial = suite::partial(&seen);
            if action.ends_with('*') {
                assert!(check.ok && partial.is_empty(), "{action}: {check:?} {partial:?}");
                assert!(
                    seen.machine("open")
                        .pointer("/labels/ql-rf.io~1azure-patch-missing")
                        .is_none()
                );
                continue;
            }
            let named = |text: &String| text.contains(action);
            assert!(
                !check.ok && check.findings.iter().any(named),
                "{action}: {check:?}"
            );
            let told = |code: &str, detail: &String| code == "permission_missing" && named(detail);
            assert!(
                partial.iter().any(|(_, code, detail)| told(code, detail)),
                "{action}: {partial:?}"
            );
        }
    }
    nothing_broken(&peer).await;
}

/// In the middle of lists, which go on where they were.
#[tokio::test]
async fn an_expired_token_is_renewed() {
    let Some(peer) = furnished("an_expired_token_is_renewed").await else {
        return;
    };
    let whole = collect(config(peer.url())).await;
    let proxy = proxy(&peer).await;
    let signed_in = Arc::new(AtomicU32::new(0));
    let counted = signed_in.clone();
    proxy.rule(move |asked| {
        counted.fetch_add(u32::from(asked.target.starts_with("/login/")), Ordering::Relaxed);
        Reply::Forward
    });
    // More than there are requests at a time, so that nobody's second try is too late as well.
    peer.set(&json!({"token_uses": 20})).await;
    let seen = collect(config(proxy.url())).await;
    assert_eq!(
        (suite::partial(&seen), seen.facts, seen.resources),
        (vec![], whole.facts, whole.resources)
    );
    let signed_in = signed_in.load(Ordering::Relaxed);
    assert!(signed_in > 2, "{signed_in} tokens were enough");
}

#[tokio::test]
async fn whoever_cannot_sign_in_is_told_why_and_sees_nothing() {
    let Some(peer) = furnished("whoever_cannot_sign_in_is_told_why_and_sees_nothing").await else {
        return;
    };
    let right = config(peer.url());
    assert_eq!(suite::partial(&collect(federated(right.clone())).await), []);
    for (field, value, said) in [
        (
            "tenant",
            "elsewhere.example.org",
            "AADSTS90002: Tenant 'elsewhere.example.org' not found.",
        ),
        (
            "client_secret",
            "env:WRONG",
            "AADSTS7000215: Invalid client secret provided.",
        ),
    ] {
        let mut wrong = right.clone();
        wrong[field] = json!(value);
        let check = build(wrong.clone()).check().await.unwrap();
        assert!(
            !check.ok && check.findings.iter().all(|finding| finding.ends_with(said)),
            "{check:?}"
        );
        let seen = collect(wrong).await;
        let partial = suite::partial(&seen);
        assert_eq!(partial.len(), 2, "{partial:?}");
        for (scope, code, detail) in partial {
            assert_eq!((&*scope.kind, &*code), ("account", "credential_refused"));
            assert!(
                detail.ends_with(said) && !detail.contains(SECRET) && !detail.contains(ASSERTION),
                "{detail}"
            );
        }
        assert!(seen.facts.is_empty() && seen.resources.is_empty());
    }
}

#[tokio::test]
async fn subscriptions_are_found_and_one_that_is_refused_harms_no_other() {
    let Some(peer) = furnished("subscriptions_are_found").await else {
        return;
    };
    seed(&peer).await;
    let named = config(peer.url());
    let mut found = named.clone();
    found["subscriptions"] = json!([]);
    let (named, seen) = (collect(named).await, collect(found.clone()).await);
    assert_eq!((&seen.facts, &seen.resources), (&named.facts, &named.resources));
    let proxy = proxy(&peer).await;
    found["endpoint"] = json!(format!("{}/{{service}}", proxy.url()));
    proxy.rule(|asked| match lists(asked, &format!("/subscriptions/{DATA}")) {
        true => says(401, "InvalidAuthenticationTokenTenant"),
        false => Reply::Forward,
    });
    let seen = collect(found.clone()).await;
    let partial = suite::partial(&seen);
    let of: Vec<(&str, &str)> = partial
        .iter()
        .map(|(scope, code, _)| (&*scope.account, &**code))
        .collect();
    assert_eq!(of, [(DATA, "credential_refused")], "{partial:?}");
    assert!(seen.facts.keys().all(|(_, id)| id.contains(WEB)) && !seen.facts.is_empty());
    proxy.rule(|asked| match lists(asked, "/subscriptions") {
        true => Reply::say(200, "application/json", r#"{"value": []}"#),
        false => Reply::Forward,
    });
    let none = suite::partial(&collect(found).await);
    assert!(
        none.iter()
            .all(|(scope, code, _)| scope.account == "-" && code == "credential_refused"),
        "{none:?}"
    );
    assert_eq!(none.len(), 1);
    nothing_broken(&peer).await;
}

/// What may not be read is unknown. What could not be read this time must not replace what is known.
#[tokio::test]
async fn details_that_are_refused_are_unknown_and_those_that_are_lost_hold_machines_back() {
    let Some(peer) = furnished("details_that_are_refused_are_unknown").await else {
        return;
    };
    let proxy = proxy(&peer).await;
    let is_detail = |asked: &Asked| {
        lists(asked, "/networkInterfaces") || lists(asked, "/Microsoft.ResourceGraph/resources")
    };
    proxy.rule(move |asked| match is_detail(asked) {
        true => says(403, "AuthorizationFailed"),
        false => Reply::Forward,
    });
    let seen = collect(config(proxy.url())).await;
    let partial = suite::partial(&seen);
    let of_web: Vec<(&str, &str)> = partial
        .iter()
        .filter(|(scope, ..)| scope.account == WEB)
        .map(|(scope, code, _)| (&*scope.kind, &**code))
        .collect();
    let missing = "permission_missing";
    assert_eq!(
        of_web,
        [("network_interface", missing), ("patch_assessment", missing)]
    );
    assert_eq!(seen.machine("open")["exposure"], "unknown");
    assert_eq!(seen.resource("public_address", "open").get("relations"), None);

    proxy.rule(move |asked| match is_detail(asked) {
        true => says(400, "BadRequest"),
        false => Reply::Forward,
    });
    let seen = collect(config(proxy.url())).await;
    assert!(seen.facts.is_empty(), "{:?}", seen.facts.keys());
    let partial = suite::partial(&seen);
    for kind in ["virtual_machine", "public_address"] {
        let held = partial
            .iter()
            .any(|(scope, code, _)| scope.kind == kind && code == "provider_refused");
        assert!(held, "{kind}: {partial:?}");
    }
    assert_eq!(
        seen.resource("volume", "system")["name"],
        "system",
        "what needs no details is listed"
    );
}

/// A token for vaults goes to no host that is none; and Resource Graph must tell as much as it counts.
#[tokio::test]
async fn answers_that_mislead_are_not_followed() {
    let Some(peer) = furnished("answers_that_mislead_are_not_followed").await else {
        return;
    };
    let elsewhere = json!({
        "id": id("Microsoft.KeyVault/vaults/keys"), "name": "keys", "location": "westeurope", "properties": {
            "tenantId": "t", "sku": {"family": "A", "name": "standard"}, "vaultUri": "https://vault.azure.net.example.org/",
        },
    });
    peer.put(&[elsewhere]).await;
    let proxy = proxy(&peer).await;
    proxy.rule(|asked| {
        assert!(!asked.target.contains("vault/"), "{} was asked", asked.target);
        match lists(asked, "/Microsoft.ResourceGraph/resources") {
            true => Reply::say(
                200,
                "application/json",
                r#"{"totalRecords": 2, "count": 0, "resultTruncated": "true", "data": []}"#,
            ),
            false => Reply::Forward,
        }
    });
    let seen = collect(config(proxy.url())).await;
    let partial = suite::partial(&seen);
    for kind in ["certificate", "patch_assessment", "virtual_machine"] {
        let told = partial
            .iter()
            .any(|(scope, code, _)| scope.kind == kind && code == "answer_unreadable");
        assert!(told, "{kind}: {partial:?}");
    }
}
