use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::grant::Grants;

fn config(more: Value) -> Value {
    let mut config = json!({"access_key_id": "env:ID", "secret_access_key": "env:SECRET"});
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    config
}

fn parse(more: Value) -> Result<AwsConfig, String> {
    let grant = Grants::default().of("acme");
    let parsed = AwsConfig::parse(config(more), &grant.addresses);
    parsed
        .map(|(config, _)| config)
        .map_err(|error| error.to_string())
}

#[test]
fn the_policy_allows_exactly_what_is_asked() {
    let policy: Value = serde_json::from_str(KIND.permissions.unwrap()).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    let allowed: BTreeSet<String> = actions
        .iter()
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    let asked = check::requests(&parse(json!({})).unwrap());
    let asked: BTreeSet<String> = asked.iter().map(api::Request::permission).collect();
    assert_eq!(allowed, asked);
}

#[test]
fn the_documented_policy_is_the_one_that_is_shown() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/connectors/aws.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains(KIND.permissions.unwrap().trim()),
        "docs/connectors/aws.md has another policy"
    );
}

#[test]
fn a_wrong_configuration_is_refused_with_its_reason() {
    let account = |role: &str| json!({"accounts": [{"account": "123456789012", "role_arn": role}]});
    for (more, reason) in [
        (json!({"accounts": [{"account": "1234"}]}), "twelve digits"),
        (
            json!({"accounts": [{"account": "123456789012"}, {"account": "123456789012"}]}),
            "named twice",
        ),
        (account("arn:aws:iam::999999999999:role/x"), "is not of account"),
        (account("arn:aws:iam::123456789012:user/x"), "is no role"),
        (json!({"regions": ["eu-west-1.evil.example/"]}), "is no region"),
        (json!({"regions": ["eu-west-1", "eu-west-1"]}), "named twice"),
        (json!({"requests_per_second": 0}), "requests_per_second"),
        (
            json!({"endpoint": "https://user:word@example.org"}),
            "without an account or a question",
        ),
        (json!({"endpoint": "https://169.254.169.254"}), "169.254.169.254"),
        (json!({"access_key_id": "AKIAEXAMPLE"}), "reference to a secret"),
        (json!({"access_key_id": null}), "either"),
        (json!({"instance_role": true}), "either"),
        (json!({"no_such_key": 1}), "no_such_key"),
    ] {
        let error = parse(more.clone())
            .err()
            .unwrap_or_else(|| panic!("{more} was taken"));
        assert!(error.contains(reason), "{more}: {error}");
    }
    let chinese = parse(json!({"regions": ["cn-north-1"], "home_region": "cn-north-1"}));
    assert!(chinese.is_ok());
}
