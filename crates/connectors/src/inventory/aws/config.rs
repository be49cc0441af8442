//! What a tenant says of its AWS accounts.

use std::collections::BTreeSet;

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::ConfigError;
use super::super::endpoint;
use super::super::host::check_text;
use crate::address::Policy;
use crate::secret::Reference;

const ACCOUNTS_MAX: usize = 1_000;
const REGIONS_MAX: usize = 100;
const REGION_CHARS_MAX: usize = 32;
const RATE_MAX: u32 = 1_000;

/// Configuration of AWS accounts. It holds no secret: credentials are named by where they are kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwsConfig {
    /// Access key id of the credential to begin with: `env:NAME`, `file:/path` or `vault:mount/path#field`.
    #[serde(default)]
    pub access_key_id: Option<Reference>,
    /// Its secret access key, by reference as well.
    #[serde(default)]
    pub secret_access_key: Option<Reference>,
    /// Its session token, by reference, if it is a temporary one.
    #[serde(default)]
    pub session_token: Option<Reference>,
    /// In place of an access key: the role of the machine that the server runs on, where the operator allowed it.
    #[serde(default)]
    pub instance_role: bool,
    /// The accounts to read, e.g. `[{"account": "123456789012", "role_arn": "arn:aws:iam::123456789012:role/ql-rf",
    /// "external_id": "…"}]`. Left out: the credential's own account.
    #[serde(default)]
    pub accounts: Vec<AccountConfig>,
    /// The regions to read, e.g. `["eu-west-1"]`. Left out: all that are enabled in each account.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Where sessions are begun and the enabled regions are asked for.
    #[serde(default = "default_home")]
    pub home_region: String,
    /// Another place than AWS's own, such as private endpoints: `https://{service}.{region}.example.org`.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Most requests in a second, over all accounts and regions.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 1, max = RATE_MAX))]
    pub requests_per_second: u32,
    /// Read what Systems Manager Inventory knows of installed software: a request for each fifty packages of a machine.
    #[serde(default = "default_software")]
    pub software: bool,
}

/// The credential to begin with.
#[derive(Clone, Debug)]
pub enum Beginning {
    Key(Box<KeyReferences>),
    InstanceRole,
}

/// Where an access key is kept.
#[derive(Clone, Debug)]
pub struct KeyReferences {
    pub id: Reference,
    pub secret: Reference,
    pub token: Option<Reference>,
}

impl Beginning {
    /// Every reference to a secret.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let references = match self {
            Beginning::Key(key) => [Some(&key.id), Some(&key.secret), key.token.as_ref()],
            Beginning::InstanceRole => [None; 3],
        };
        references.into_iter().flatten()
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountConfig {
    /// Twelve digits.
    pub account: String,
    /// The role to assume there. Left out: the credential is of this account.
    pub role_arn: Option<String>,
    /// What the role's trust policy asks for.
    pub external_id: Option<String>,
}

fn default_home() -> String {
    "us-east-1".to_owned()
}

const fn default_rate() -> u32 {
    20
}

const fn default_software() -> bool {
    true
}

impl AwsConfig {
    pub fn parse(
        config: serde_json::Value,
        addresses: &Policy,
    ) -> Result<(AwsConfig, Beginning), ConfigError> {
        let config: AwsConfig = serde_json::from_value(config).map_err(|error| wrong(&error.to_string()))?;
        let beginning = config.beginning()?;
        config.check_accounts()?;
        config.check_regions()?;
        if !(1..=RATE_MAX).contains(&config.requests_per_second) {
            return Err(wrong(&format!("\"requests_per_second\" is 1 to {RATE_MAX}")));
        }
        if let Some(endpoint) = &config.endpoint {
            let url = place(endpoint, "ec2", &config.home_region).map_err(|reason| wrong(&reason))?;
            let host = url.host_str().unwrap_or_default();
            addresses.check(host).map_err(|error| wrong(&error.to_string()))?;
        }
        Ok((config, beginning))
    }

    fn beginning(&self) -> Result<Beginning, ConfigError> {
        match (&self.access_key_id, &self.secret_access_key, &self.session_token) {
            (None, None, None) if self.instance_role => Ok(Beginning::InstanceRole),
            (Some(id), Some(secret), token) if !self.instance_role => {
                Ok(Beginning::Key(Box::new(KeyReferences {
                    id: id.clone(),
                    secret: secret.clone(),
                    token: token.clone(),
                })))
            }
            _ => Err(ConfigError::at(
                "aws",
                "access_key_id",
                "it takes either \"access_key_id\" and \"secret_access_key\", or \"instance_role\" in their place",
            )),
        }
    }

    fn check_accounts(&self) -> Result<(), ConfigError> {
        if self.accounts.len() > ACCOUNTS_MAX {
            return Err(wrong(&format!(
                "\"accounts\" names at most {ACCOUNTS_MAX} accounts"
            )));
        }
        let mut seen = BTreeSet::new();
        for one in &self.accounts {
            let id = &one.account;
            if id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong(&format!("\"{id}\" is no account: it has twelve digits")));
            }
            if !seen.insert(id) {
                return Err(wrong(&format!("the account \"{id}\" is named twice")));
            }
            if let Some(role) = &one.role_arn {
                check_role(role, id)?;
                // Without it, any organisation that the machine's role is lent to could name another's role.
                if self.instance_role && one.external_id.is_none() {
                    return Err(wrong(&format!(
                        "the role of the account \"{id}\" needs an \"external_id\" where \"instance_role\" assumes it"
                    )));
                }
            }
            if let Some(external_id) = &one.external_id {
                check_text("external_id", external_id).map_err(|error| wrong(&error))?;
            }
        }
        Ok(())
    }

    fn check_regions(&self) -> Result<(), ConfigError> {
        if self.regions.len() > REGIONS_MAX {
            return Err(wrong(&format!("\"regions\" names at most {REGIONS_MAX} regions")));
        }
        let mut seen = BTreeSet::new();
        for region in &self.regions {
            if !seen.insert(region) {
                return Err(wrong(&format!("the region \"{region}\" is named twice")));
            }
        }
        match self
            .regions
            .iter()
            .chain([&self.home_region])
            .find(|name| !is_region(name))
        {
            Some(region) => Err(wrong(&format!("\"{region}\" is no region, such as eu-west-1"))),
            None => Ok(()),
        }
    }
}

/// It becomes part of a host's name.
pub fn is_region(name: &str) -> bool {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name.len() <= REGION_CHARS_MAX && name.bytes().all(sound)
}

/// `arn:PARTITION:iam::ACCOUNT:role/NAME`.
fn check_role(role: &str, account: &str) -> Result<(), ConfigError> {
    let parts: Vec<&str> = role.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", "", of, name] if name.starts_with("role/") => match of == account {
            true => check_text("role_arn", role).map_err(|error| wrong(&error)),
            false => Err(wrong(&format!(
                "the role \"{role}\" is not of account \"{account}\""
            ))),
        },
        _ => Err(wrong(&format!(
            "\"{role}\" is no role, such as arn:aws:iam::{account}:role/ql-rf"
        ))),
    }
}

/// Where a service of a region answers.
pub fn place(endpoint: &str, service: &str, region: &str) -> Result<Url, String> {
    endpoint::place(endpoint, &[("service", service), ("region", region)])
}

fn wrong(reason: &str) -> ConfigError {
    ConfigError(format!("aws: {reason}"))
}
