//! What Google leaves out, refuses, or is not asked for because nobody switched it on.

use qlrf_core::coverage::ScopeOutcome;
use qlrf_testkit::Reply;
use serde_json::{Value, json};

use super::site::{ACCOUNT, PROJECTS, Site, ZONES, config, permissions, says};
use super::{build, collect};
use crate::suite;

/// Of one zone nothing is said, in either form that Google has for it. What is known of it must stay as it is.
#[tokio::test]
async fn a_zone_that_was_left_out_is_not_listed_and_the_others_are() {
    let Some(site) = Site::start("a_zone_that_was_left_out_is_not_listed_and_the_others_are").await else {
        return;
    };
    let whole = collect(site.config(), site.grant()).await;
    let away = format!("zones/{}", ZONES[0]);
    for form in ["warnings", "unreachables"] {
        site.gcp
            .faults(json!({"unreachable": {"shop-prod": [away]}, "form": form}))
            .await;
        let seen = collect(site.config(), site.grant()).await;
        let mut machines = seen
            .closed
            .iter()
            .filter(|(scope, _)| scope.kind == "virtual_machine");
        assert!(
            machines.all(|(scope, outcome)| {
                let left_out = scope.account == "shop-prod" && scope.region == ZONES[0];
                (*outcome != ScopeOutcome::Complete) == left_out
            }),
            "{form}: {:?}",
            seen.closed
        );
        suite::assert_complete_is_complete(&seen, &whole, form);
        let failed = suite::partial(&seen);
        let told = |kind: &str| {
            failed.iter().any(|(scope, code, detail)| {
                scope.kind == kind && code == "provider_incomplete" && detail.contains(&away)
            })
        };
        // Disks are listed for the project as a whole, and so are the images that its machines use.
        assert!(
            told("virtual_machine") && told("volume") && told("machine_image"),
            "{failed:?}"
        );
        assert!(seen.facts.len() < whole.facts.len() && !seen.facts.is_empty());
    }
    site.gcp.assert_published().await;
}

/// An API that nobody switched on tells nothing, and is told by name; what does not rest on it is listed.
#[tokio::test]
async fn an_api_that_is_off_is_named_and_what_it_tells_is_unknown() {
    let Some(site) = Site::start("an_api_that_is_off_is_named_and_what_it_tells_is_unknown").await else {
        return;
    };
    let off = ["osconfig.googleapis.com", "certificatemanager.googleapis.com"];
    let machine_of = json!({"number": "100", "zones": [ZONES[0]], "disabled": off, "instances": {
        format!("zones/{}", ZONES[0]): [{"name": "alone", "id": "1", "status": "RUNNING"}],
    }});
    let no_compute = json!({"number": "101", "zones": [ZONES[0]], "disabled": ["compute.googleapis.com"]});
    site.gcp
        .seed(json!({"projects": {"shop-prod": machine_of, "shop-test": no_compute}}))
        .await;
    let seen = collect(site.config(), site.grant()).await;
    let failed: Vec<String> = suite::partial(&seen)
        .iter()
        .map(|(scope, code, detail)| {
            let named = detail.contains("googleapis.com has not been used");
            format!("{} {} {code} {named}", scope.account, scope.kind)
        })
        .collect();
    assert_eq!(
        failed,
        [
            "- machine_image service_disabled true",
            "shop-prod certificate service_disabled true",
            "shop-prod os_inventory service_disabled true",
            "shop-prod vulnerability_report service_disabled true",
            "shop-test project service_disabled true",
        ]
    );
    let alone = seen.machine("alone");
    assert_eq!((&alone["os"], &alone["confidence"]), (&Value::Null, &Value::Null));
    let check = build(site.config(), site.grant()).check().await.unwrap();
    let named = |service: &str| check.findings.iter().any(|finding| finding.contains(service));
    assert!(!check.ok && off.iter().all(|service| named(service)), "{check:?}");
    site.gcp.assert_published().await;
}

/// What may not be read is unknown. What could not be read this time must not replace what is known.
#[tokio::test]
async fn details_that_are_refused_are_unknown_and_those_that_are_lost_hold_machines_back() {
    let Some(site) = Site::start("details_that_are_refused_are_unknown_of_gcp").await else {
        return;
    };
    let (proxy, whole) = (site.proxy().await, collect(site.config(), site.grant()).await);
    let details = [
        "/inventory?",
        "/inventories?",
        "/vulnerabilityReports?",
        "/global/firewalls?",
    ];
    for detail in details {
        proxy.rule(move |asked| match asked.target.contains(detail) {
            true => says(403, "PERMISSION_DENIED", "forbidden"),
            false => Reply::Forward,
        });
        let seen = collect(config(proxy.url()), site.grant()).await;
        let failed = suite::partial(&seen);
        assert_eq!(failed.len(), PROJECTS.len(), "{detail}: {failed:?}");
        assert!(
            failed
                .iter()
                .all(|(_, code, text)| code == "permission_missing" && !text.contains("PRIVATE KEY")),
            "{failed:?}"
        );
        assert_eq!(seen.facts.len(), whole.facts.len(), "{detail}");
        assert_ne!(seen.facts, whole.facts, "{detail}: something is unknown");

        proxy.rule(move |asked| match asked.target.contains(detail) {
            true => says(400, "INTERNAL", "backendError"),
            false => Reply::Forward,
        });
        let seen = collect(config(proxy.url()), site.grant()).await;
        assert!(seen.facts.is_empty(), "{detail}: {:?}", seen.facts.keys());
        suite::assert_complete_is_complete(&seen, &whole, detail);
        assert!(!seen.resources.is_empty(), "what needs no details is listed");
    }
}

/// Only what is missing is named, by the role's own words.
#[tokio::test]
async fn a_missing_permission_is_named_by_the_check_and_by_the_ledger() {
    let Some(site) = Site::start("a_missing_permission_is_named_by_the_check_and_by_the_ledger").await else {
        return;
    };
    let whole = build(site.config(), site.grant()).check().await.unwrap();
    assert!(
        whole.ok && whole.findings.iter().all(|finding| finding.contains(ACCOUNT)),
        "{whole:?}"
    );
    for missing in permissions() {
        let role: Vec<&str> = permissions()
            .into_iter()
            .filter(|each| *each != missing)
            .collect();
        site.gcp.seed(json!({"roles": {ACCOUNT: role}})).await;
        let projects = json!({"projects": PROJECTS});
        let config = super::with(
            site.config(),
            if missing.starts_with("resourcemanager") {
                json!({})
            } else {
                projects
            },
        );
        let check = build(config.clone(), site.grant()).check().await.unwrap();
        assert!(!check.ok, "{missing}: {check:?}");
        if missing.starts_with("resourcemanager") {
            // Without it no project is seen, and none is told from none.
            assert!(check.findings[0].contains("sees no project"), "{check:?}");
            continue;
        }
        let lacking = check
            .findings
            .iter()
            .filter(|finding| !finding.contains("we are"));
        let lacking: Vec<&String> = lacking.collect();
        assert!(
            lacking.len() == PROJECTS.len() && lacking.iter().all(|finding| finding.contains(missing)),
            "{missing}: {check:?}"
        );
        let failed = suite::partial(&collect(config, site.grant()).await);
        let told = failed
            .iter()
            .any(|(_, code, detail)| code == "permission_missing" && detail.contains(missing));
        assert!(told, "{missing}: {failed:?}");
    }
    site.gcp.assert_published().await;
}

/// Google's two ways to say it, while everything is asked.
#[tokio::test]
async fn slower_is_obeyed_and_nothing_is_lost() {
    let Some(site) = Site::start("slower_is_obeyed_and_nothing_is_lost").await else {
        return;
    };
    let whole = collect(site.config(), site.grant()).await;
    site.gcp.faults(json!({"slower_every": 3})).await;
    let seen = collect(site.config(), site.grant()).await;
    assert_eq!(
        (suite::partial(&seen), seen.facts, seen.resources),
        (vec![], whole.facts, whole.resources)
    );
}
