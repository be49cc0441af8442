use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::grant::Grants;

fn parse(more: Value) -> Result<AzureConfig, String> {
    let mut config = json!({
        "tenant": "contoso.onmicrosoft.com", "client_id": "33333333-3333-3333-3333-333333333333", "client_secret": "env:SECRET",
    });
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    let grant = Grants::default().of("acme");
    let parsed = AzureConfig::parse(config, &grant.addresses);
    parsed
        .map(|(config, _)| config)
        .map_err(|error| error.to_string())
}

#[test]
fn the_role_allows_exactly_what_is_asked() {
    let role: Value = serde_json::from_str(KIND.permissions.unwrap()).unwrap();
    let actions = |field: &str| -> BTreeSet<String> {
        let actions = role[field].as_array().unwrap().iter();
        actions
            .map(|action| action.as_str().unwrap().to_owned())
            .collect()
    };
    let lists = check::LISTS.map(|(list, _)| list.action);
    let more = [
        SUBSCRIPTION.action,
        patch::GRAPH.action,
        certificate::VAULTS.action,
        // Resource Graph asks for the right to read each thing that it tells of.
        "Microsoft.Compute/virtualMachines/patchAssessmentResults/*",
    ];
    let asked: BTreeSet<String> = lists.into_iter().chain(more).map(str::to_owned).collect();
    assert_eq!(actions("Actions"), asked);
    let asked = BTreeSet::from([certificate::CERTIFICATES.action.to_owned()]);
    assert_eq!(actions("DataActions"), asked);
}

#[test]
fn the_documented_role_is_the_one_that_is_shown() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/connectors/azure.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains(KIND.permissions.unwrap().trim()),
        "docs/connectors/azure.md has another role"
    );
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    let id = "11111111-1111-1111-1111-111111111111";
    for (more, place, reason) in [
        (json!({"tenant": "../common"}), "tenant", "domains"),
        (json!({"client_id": "app"}), "client_id", "application id"),
        (json!({"client_secret": null}), "client_secret", "either"),
        (
            json!({"federated_token": "file:/token"}),
            "client_secret",
            "either",
        ),
        (json!({"tenant": null}), "tenant", "domains"),
        (json!({"client_id": null}), "client_id", "by its id"),
        (
            json!({"managed_identity": true}),
            "managed_identity",
            "takes the place",
        ),
        (
            json!({"client_secret": "k7Q8Q~word"}),
            "client_secret",
            "reference to a secret",
        ),
        (json!({"subscriptions": ["web"]}), "subscriptions[0]", "no id"),
        (json!({"subscriptions": [id, id]}), "subscriptions[1]", "twice"),
        (json!({"cloud": "germany"}), "cloud", "germany"),
        (json!({"requests_per_second": 0}), "requests_per_second", "1 to"),
        (
            json!({"endpoint": "https://user:word@example.org"}),
            "endpoint",
            "without an account",
        ),
        (
            json!({"endpoint": "https://169.254.169.254/{service}"}),
            "endpoint",
            "169.254.169.254",
        ),
    ] {
        let error = parse(more.clone()).expect_err("it is wrong");
        let error = ConfigError(error);
        let (at, said) = error.place().unwrap_or_else(|| panic!("{more}: {error}"));
        assert!(at == place && said.contains(reason), "{more}: {error}");
    }
    assert!(
        parse(json!({"no_such_key": 1}))
            .unwrap_err()
            .contains("no_such_key")
    );
}

#[test]
fn each_cloud_has_places_of_its_own() {
    for (cloud, login, resource, vault) in [
        (
            "public",
            "login.microsoftonline.com",
            "https://vault.azure.net",
            "keys.vault.azure.net",
        ),
        (
            "china",
            "login.chinacloudapi.cn",
            "https://vault.azure.cn",
            "keys.vault.azure.cn",
        ),
        (
            "us_government",
            "login.microsoftonline.us",
            "https://vault.usgovcloudapi.net",
            "keys.vault.usgovcloudapi.net",
        ),
    ] {
        let places = Places::of(&parse(json!({"cloud": cloud})).unwrap());
        assert_eq!(places.login().unwrap().host_str(), Some(login));
        assert_eq!(places.vault_resource(), resource);
        let uri = format!("https://{vault}:443/");
        assert_eq!(places.vault(&uri).unwrap().host_str(), Some(vault));
        for wrong in [
            "",
            "https://example.org/",
            "https://keys.example.org",
            "https://a.b.vault.azure.net",
        ] {
            assert!(places.vault(wrong).is_err(), "{wrong}");
        }
    }
}
