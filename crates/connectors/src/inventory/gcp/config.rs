//! What a tenant says of its GCP projects.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{ConfigError, instance, read_config};
use super::api::Places;
use crate::grant::Grant;
use crate::outbound;
use crate::secret::Reference;

const PROJECTS_MAX: usize = 1_000;
const RATE_MAX: u32 = 1_000;
const TEXT_CHARS_MAX: usize = 200;
/// Of Google's APIs, on whatever way they are reached.
const DOMAIN: &str = "googleapis.com";
const POOLS: &str = "//iam.googleapis.com/";

/// Configuration of GCP projects. It holds no secret: credentials are named by where they are kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GcpConfig {
    /// Who asks.
    pub credential: Credential,
    /// The projects to read, by their ids, e.g. `["shop-prod"]`. Left out: all active ones that the account sees.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Another place than Google's own, such as Private Service Connect: `https://{service}-prod.p.googleapis.com`.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Most requests in a second, over all projects.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 1, max = RATE_MAX))]
    pub requests_per_second: u32,
    /// Read what VM Manager knows of installed software and available updates: a request for each machine that has its agent.
    #[serde(default = "default_software")]
    pub software: bool,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Credential {
    /// The key file of a service account.
    KeyFile {
        /// Reference to the text of the file: `env:NAME`, `file:/path` or `vault:mount/path#field`.
        key: Reference,
    },
    /// Workload identity federation: a token of another issuer is exchanged for one of Google's.
    Federation {
        /// The provider of the pool, e.g.
        /// `//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ql-rf/providers/vault`.
        #[schemars(length(max = TEXT_CHARS_MAX))]
        audience: String,
        /// Reference to the other issuer's token.
        subject_token: Reference,
        /// Of what type that is.
        #[serde(default = "default_token_type")]
        #[schemars(length(max = TEXT_CHARS_MAX))]
        subject_token_type: String,
        /// The service account to act as, e.g. `ql-rf@shop-prod.iam.gserviceaccount.com`. Left out: the federated identity itself.
        #[serde(default)]
        #[schemars(length(max = TEXT_CHARS_MAX))]
        service_account: Option<String>,
    },
    /// The service account that is attached to the machine that the server runs on, where the operator allowed it.
    AttachedServiceAccount {},
}

const fn default_rate() -> u32 {
    20
}

const fn default_software() -> bool {
    true
}

fn default_token_type() -> String {
    "urn:ietf:params:oauth:token-type:jwt".to_owned()
}

impl GcpConfig {
    pub fn parse(config: serde_json::Value, grant: &Grant) -> Result<(GcpConfig, Places), ConfigError> {
        let config: GcpConfig = read_config("gcp", config)?;
        config.check_projects()?;
        config.credential.check()?;
        if !(1..=RATE_MAX).contains(&config.requests_per_second) {
            return Err(at("requests_per_second", &format!("it is 1 to {RATE_MAX}")));
        }
        let places = Places::new(config.endpoint.as_deref()).map_err(|reason| at("endpoint", &reason))?;
        for url in places.all() {
            let checked = outbound::checked(url, &grant.addresses);
            checked.map_err(|error| at("endpoint", &error.to_string()))?;
        }
        match config.credential.reference() {
            Some(reference) => {
                let allowed = grant.secrets.check(reference);
                allowed.map_err(|error| at("credential", &error.to_string()))?;
            }
            None => {
                instance::check("gcp", "credential", grant)?;
                for url in places.all() {
                    instance::check_endpoint("gcp", url, Some(DOMAIN))?;
                }
            }
        }
        Ok((config, places))
    }

    fn check_projects(&self) -> Result<(), ConfigError> {
        if self.projects.len() > PROJECTS_MAX {
            return Err(at(
                "projects",
                &format!("it names at most {PROJECTS_MAX} projects"),
            ));
        }
        let mut seen = BTreeSet::new();
        for (index, id) in self.projects.iter().enumerate() {
            let here = |reason: &str| at(&format!("projects[{index}]"), reason);
            if !is_project(id) {
                return Err(here(&format!(
                    "\"{id}\" is no id of a project, such as shop-prod"
                )));
            }
            if !seen.insert(id) {
                return Err(here(&format!("\"{id}\" is named twice")));
            }
        }
        Ok(())
    }
}

impl Credential {
    pub fn reference(&self) -> Option<&Reference> {
        match self {
            Credential::KeyFile { key } => Some(key),
            Credential::Federation { subject_token, .. } => Some(subject_token),
            Credential::AttachedServiceAccount {} => None,
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let Credential::Federation {
            audience,
            subject_token_type,
            service_account,
            ..
        } = self
        else {
            return Ok(());
        };
        let plain = |text: &str| {
            let sound = |c: char| c.is_ascii_alphanumeric() || "/:._-".contains(c);
            text.len() <= TEXT_CHARS_MAX && text.chars().all(sound)
        };
        if !audience.starts_with(POOLS) || !plain(audience) {
            return Err(at(
                "credential.audience",
                &format!("it begins with {POOLS} and names a provider of a pool"),
            ));
        }
        if subject_token_type.is_empty() || !plain(subject_token_type) {
            return Err(at("credential.subject_token_type", "it is a URN, as of RFC 8693"));
        }
        match service_account.as_deref().filter(|email| !is_email(email)) {
            Some(email) => Err(at(
                "credential.service_account",
                &format!(
                    "\"{email}\" is no service account, such as ql-rf@shop-prod.iam.gserviceaccount.com"
                ),
            )),
            None => Ok(()),
        }
    }
}

/// It becomes part of a path. Older ones begin with a domain: `example.org:shop`.
pub fn is_project(id: &str) -> bool {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:".contains(&b);
    let begins = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    begins && (4..=TEXT_CHARS_MAX).contains(&id.len()) && id.bytes().all(sound)
}

fn is_email(text: &str) -> bool {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
    let parts = text.split_once('@');
    text.len() <= TEXT_CHARS_MAX
        && parts.is_some_and(|(name, domain)| {
            let given = !name.is_empty() && !domain.is_empty();
            given && name.bytes().chain(domain.bytes()).all(sound)
        })
}

fn at(path: &str, reason: &str) -> ConfigError {
    ConfigError::at("gcp", path, reason)
}
