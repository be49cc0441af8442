//! What a tenant says of its Azure subscriptions.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{ConfigError, instance, read_config};
use super::cloud::{Cloud, Places};
use crate::address::Policy;
use crate::secret::Reference;

const KIND: &str = "azure";
const SUBSCRIPTIONS_MAX: usize = 1_000;
const TENANT_CHARS_MAX: usize = 253;
const RATE_MAX: u32 = 1_000;

/// Configuration of Azure subscriptions. It holds no secret: credentials are named by where they are kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureConfig {
    /// Directory (tenant) of the application: its id, or a domain such as `contoso.onmicrosoft.com`.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Application (client) id of the account to sign in as. With a managed identity: of which one, where the machine has several.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Its client secret: `env:NAME`, `file:/path` or `vault:mount/path#field`.
    #[serde(default)]
    pub client_secret: Option<Reference>,
    /// In place of a client secret, for workload identity: a token of an issuer that the application trusts, e.g.
    /// `file:/var/run/secrets/azure/tokens/azure-identity-token`. Read anew for each sign-in.
    #[serde(default)]
    pub federated_token: Option<Reference>,
    /// In place of an application: the managed identity of the machine that the server runs on, where the operator allowed it.
    #[serde(default)]
    pub managed_identity: bool,
    /// Ids of the subscriptions to read. Left out: all that the account sees.
    #[serde(default)]
    pub subscriptions: Vec<String>,
    /// `public`, `china` or `us_government`.
    #[serde(default)]
    pub cloud: Cloud,
    /// Another way to Azure, such as a gateway: `https://azure.example.org/{service}`, where the word in braces becomes `login`,
    /// `management`, or `NAME.vault` for each Key Vault.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Read the certificates of Key Vaults, never their keys: a request for each certificate.
    #[serde(default = "default_certificates")]
    pub certificates: bool,
    /// Most requests in a second, over all subscriptions.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 1, max = RATE_MAX))]
    pub requests_per_second: u32,
}

const fn default_certificates() -> bool {
    true
}

const fn default_rate() -> u32 {
    10
}

/// Who signs in.
#[derive(Clone, Debug)]
pub enum SignIn {
    Application {
        tenant: String,
        client_id: String,
        proof: Proof,
    },
    ManagedIdentity {
        client_id: Option<String>,
    },
}

/// How the application proves who it is.
#[derive(Clone, Debug)]
pub enum Proof {
    Secret(Reference),
    Assertion(Reference),
}

impl Proof {
    pub fn reference(&self) -> &Reference {
        match self {
            Proof::Secret(reference) | Proof::Assertion(reference) => reference,
        }
    }
}

impl AzureConfig {
    pub fn parse(
        config: serde_json::Value,
        addresses: &Policy,
    ) -> Result<(AzureConfig, SignIn), ConfigError> {
        let config: AzureConfig = read_config(KIND, config)?;
        let sign_in = config.sign_in()?;
        if !(1..=RATE_MAX).contains(&config.requests_per_second) {
            return Err(wrong("requests_per_second", &format!("it is 1 to {RATE_MAX}")));
        }
        config.check_subscriptions()?;
        let places = Places::of(&config);
        let login = places.login().map_err(|reason| wrong("endpoint", &reason))?;
        let allowed = addresses.check(login.host_str().unwrap_or_default());
        allowed.map_err(|error| wrong("endpoint", &error.to_string()))?;
        if config.managed_identity && config.endpoint.is_some() {
            instance::check_endpoint(KIND, &login, None)?;
        }
        Ok((config, sign_in))
    }

    fn sign_in(&self) -> Result<SignIn, ConfigError> {
        let client_id = self.client_id.clone();
        if client_id.as_deref().is_some_and(|id| !is_guid(id)) {
            let reason = "it is an application id, such as 00000000-0000-0000-0000-000000000000";
            return Err(wrong("client_id", reason));
        }
        if self.managed_identity {
            let of_an_application =
                self.tenant.is_some() || self.client_secret.is_some() || self.federated_token.is_some();
            if of_an_application {
                let reason = "it takes the place of an application: of its `tenant`, `client_secret` and `federated_token`";
                return Err(wrong("managed_identity", reason));
            }
            return Ok(SignIn::ManagedIdentity { client_id });
        }
        Ok(SignIn::Application {
            tenant: self.tenant()?,
            client_id: client_id.ok_or_else(|| wrong("client_id", "an application signs in by its id"))?,
            proof: self.proof()?,
        })
    }

    fn tenant(&self) -> Result<String, ConfigError> {
        let domain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        let sound = |name: &&String| (1..=TENANT_CHARS_MAX).contains(&name.len()) && name.bytes().all(domain);
        let tenant = self.tenant.as_ref().filter(sound).cloned();
        tenant.ok_or_else(|| wrong("tenant", "it is the id of a tenant, or one of its domains"))
    }

    fn proof(&self) -> Result<Proof, ConfigError> {
        match (self.client_secret.clone(), self.federated_token.clone()) {
            (Some(secret), None) => Ok(Proof::Secret(secret)),
            (None, Some(token)) => Ok(Proof::Assertion(token)),
            _ => Err(wrong(
                "client_secret",
                "it takes either \"client_secret\" or \"federated_token\", or \"managed_identity\" in place of an application",
            )),
        }
    }

    fn check_subscriptions(&self) -> Result<(), ConfigError> {
        if self.subscriptions.len() > SUBSCRIPTIONS_MAX {
            let reason = format!("it names at most {SUBSCRIPTIONS_MAX} subscriptions");
            return Err(wrong("subscriptions", &reason));
        }
        let mut seen = BTreeSet::new();
        for (n, id) in self.subscriptions.iter().enumerate() {
            let place = format!("subscriptions[{n}]");
            if !is_guid(id) {
                return Err(wrong(&place, &format!("\"{id}\" is no id of a subscription")));
            }
            if !seen.insert(id.to_ascii_lowercase()) {
                return Err(wrong(
                    &place,
                    &format!("the subscription \"{id}\" is named twice"),
                ));
            }
        }
        Ok(())
    }
}

/// It becomes part of a path.
pub fn is_guid(text: &str) -> bool {
    let at = |(n, b): (usize, u8)| match n {
        8 | 13 | 18 | 23 => b == b'-',
        _ => b.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(at)
}

fn wrong(place: &str, reason: &str) -> ConfigError {
    ConfigError::at(KIND, place, reason)
}
