use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::out::Failure as _;
use super::*;
use crate::grant::Grants;
use crate::outbound::Answer;

fn config(more: Value) -> Value {
    let mut config = json!({"credential": {"kind": "key_file", "key": "env:KEY"}});
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    config
}

/// Whether the text is sound is told before whether the organisation may name it.
fn parse(more: Value) -> String {
    let grant = Grants::default().of("acme");
    match GcpConfig::parse(config(more), &grant) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn api() -> Api {
    let grant = Grants::default().of("acme");
    let places = Places::new(None).unwrap();
    let credential: config::Credential =
        serde_json::from_value(config(json!({}))["credential"].clone()).unwrap();
    let source = Source {
        secrets: grant.secrets.clone(),
        credential,
        places: places.clone(),
        instance: Instance::new(&grant).unwrap(),
    };
    let outbound = Outbound::new(&grant, Options::default()).unwrap();
    Api {
        rest: Rest::new(outbound, Box::new(source)),
        places,
    }
}

#[test]
fn the_role_allows_exactly_what_is_asked() {
    let role: Value = serde_saphyr::from_str(KIND.permissions.unwrap()).unwrap();
    let allowed: BTreeSet<&str> = role["includedPermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap())
        .collect();
    let config: GcpConfig = serde_json::from_value(config(json!({}))).unwrap();
    let asked = check::questions(&api(), &config, "shop-prod");
    let asked: BTreeSet<&str> = asked.iter().map(|question| question.action).collect();
    assert_eq!(allowed, asked);
}

/// As the published descriptions of the services have it (`rootUrl`, `servicePath`).
#[test]
fn each_service_is_asked_where_google_has_it() {
    let config: GcpConfig = serde_json::from_value(config(json!({}))).unwrap();
    for question in check::questions(&api(), &config, "shop-prod") {
        let root = match question.action.split('.').next().unwrap() {
            "compute" => "https://compute.googleapis.com/compute/v1/projects/",
            "osconfig" => "https://osconfig.googleapis.com/v1/projects/",
            "certificatemanager" => "https://certificatemanager.googleapis.com/v1/projects/",
            "resourcemanager" => "https://cloudresourcemanager.googleapis.com/v3/projects",
            other => panic!("{other}"),
        };
        assert!(question.url.as_str().starts_with(root), "{}", question.url);
    }
    let places = Places::new(None).unwrap();
    for (service, path, url) in [
        (
            Service::OAuth,
            vec!["token"],
            "https://oauth2.googleapis.com/token",
        ),
        (
            Service::Sts,
            vec!["v1", "token"],
            "https://sts.googleapis.com/v1/token",
        ),
        (
            Service::IamCredentials,
            vec!["v1", "a/b?c"],
            "https://iamcredentials.googleapis.com/v1/a%2Fb%3Fc",
        ),
    ] {
        assert_eq!(places.url(service, &path).as_str(), url);
    }
}

#[test]
fn the_documented_role_is_the_one_that_is_shown() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/connectors/gcp.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains(KIND.permissions.unwrap().trim()),
        "docs/connectors/gcp.md has another role"
    );
}

#[test]
fn a_wrong_configuration_is_refused_with_its_reason() {
    let federation = |more: Value| {
        let mut credential = json!({
            "kind": "federation", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
            "subject_token": "env:TOKEN",
        });
        credential
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "credential": credential })
    };
    for (more, reason) in [
        (json!({"projects": ["Shop"]}), "`projects[0]`: \"Shop\" is no id"),
        (json!({"projects": ["shop/../../x"]}), "is no id"),
        (
            json!({"projects": ["shop-prod", "shop-prod"]}),
            "`projects[1]`: \"shop-prod\" is named twice",
        ),
        (json!({"requests_per_second": 0}), "requests_per_second"),
        (
            json!({"endpoint": "https://user:word@example.org"}),
            "without an account or a question",
        ),
        (json!({"endpoint": "https://169.254.169.254"}), "169.254.169.254"),
        (
            json!({"endpoint": "http://{service}.example.org"}),
            "reached over https",
        ),
        (
            json!({"credential": {"kind": "key_file", "key": "{\"private_key\": \"x\"}"}}),
            "reference to a secret",
        ),
        (
            json!({"credential": {"kind": "metadata_server"}}),
            "metadata_server",
        ),
        (
            federation(json!({"audience": "//evil.example/pool"})),
            "`credential.audience`",
        ),
        (
            federation(json!({"service_account": "a/b@c"})),
            "`credential.service_account`",
        ),
        (
            federation(json!({"subject_token_type": "a b"})),
            "`credential.subject_token_type`",
        ),
        (json!({"no_such_key": 1}), "no_such_key"),
        // Sound, and not allowed to this organisation.
        (json!({}), "has not allowed \"env:KEY\""),
        (
            federation(json!({"service_account": "a@p.iam.gserviceaccount.com"})),
            "has not allowed \"env:TOKEN\"",
        ),
        (
            json!({"projects": ["example.org:shop"], "endpoint": "https://{service}-x.p.googleapis.com"}),
            "has not allowed",
        ),
    ] {
        let said = parse(more.clone());
        assert!(said.contains(reason), "{more}: {said}");
    }
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status: reqwest::StatusCode::from_u16(status).unwrap(),
        headers: reqwest::header::HeaderMap::new(),
        body: body.to_string().into_bytes(),
    }
}

#[test]
fn slower_is_not_taken_for_forbidden() {
    let said = |list: &str, reason: &str| json!({"error": {"code": 403, "message": "m", list: [{"reason": reason}]}});
    for (body, slower) in [
        (said("errors", "rateLimitExceeded"), true),
        (said("errors", "userRateLimitExceeded"), true),
        (said("details", "RATE_LIMIT_EXCEEDED"), true),
        (said("errors", "forbidden"), false),
        (said("details", "SERVICE_DISABLED"), false),
        (json!({}), false),
    ] {
        assert_eq!(is_throttled(&answer(403, &body)), slower, "{body}");
        assert!(!is_throttled(&answer(200, &body)));
    }
}

#[test]
fn an_api_that_is_off_is_no_missing_permission() {
    let off = json!({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "m", "details": [{"reason": "SERVICE_DISABLED"}]}});
    let refused = super::super::rest::read::<Value>("a.b.list", &answer(403, &off)).unwrap_err();
    assert_eq!(refused.code(), "service_disabled");
    // What it would tell stays unknown until somebody acts, as with a permission.
    assert!(GcpError::from(refused).is_permission());
}
