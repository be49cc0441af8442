//! What a tenant says of its registry.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::host::check_text;
use super::super::{ConfigError, read_config};
use super::name::is_repository;
use crate::grant::Grant;
use crate::outbound;
use crate::secret::Reference;

const KIND: &str = "oci";

/// Configuration of a registry. It holds no secret: the password is named by where it is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OciConfig {
    /// Where the registry is, e.g. `https://registry.example.org`.
    pub server: String,
    /// Name of the registry: the account of all that is found in it. The host of `server` if left out.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub name: Option<String>,
    /// Account that may pull. Without one the registry is asked as anybody.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub user: Option<String>,
    /// Reference to its password or access token: `env:NAME`, `file:/path` or `vault:mount/path#field`.
    #[serde(default)]
    pub password: Option<Reference>,
    /// Who gives tokens for the registry where that is another host, e.g. `https://auth.example.org`. User and password go
    /// there and to the registry, and nowhere else.
    #[serde(default)]
    pub token_server: Option<String>,
    /// Who signs the registry's certificate, in PEM; those whom the system trusts if left out.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// Repositories to list, e.g. `golden/base`. If left out the registry's catalogue is asked, which not every one has.
    #[serde(default)]
    #[schemars(length(max = 10_000))]
    pub repositories: Vec<String>,
    /// Also read the packages that images hold. Each layer is pulled once for it.
    #[serde(default = "default_software")]
    pub software: bool,
    /// Most tags of one repository; one with more is not listed whole.
    #[serde(default = "default_tags_max")]
    #[schemars(range(min = 1, max = 100_000))]
    pub tags_max: usize,
    /// Largest image of which packages are read: all its layers together, compressed, in MiB.
    #[serde(default = "default_image_mib_max")]
    #[schemars(range(min = 1, max = 65_536))]
    pub image_mib_max: u64,
    /// Minutes of one collection in which packages of new images are read; the rest is left for the next one.
    #[serde(default = "default_software_minutes_max")]
    #[schemars(range(min = 1, max = 1_440))]
    pub software_minutes_max: u64,
    /// Most requests in a second.
    #[serde(default = "default_requests_per_second")]
    #[schemars(range(min = 1, max = 1_000))]
    pub requests_per_second: u32,
}

const fn default_software() -> bool {
    true
}

const fn default_tags_max() -> usize {
    2_000
}

const fn default_image_mib_max() -> u64 {
    4_096
}

const fn default_software_minutes_max() -> u64 {
    60
}

const fn default_requests_per_second() -> u32 {
    20
}

/// Where the registry is, and where its tokens come from.
#[derive(Clone, Debug)]
pub struct Places {
    pub registry: Url,
    pub tokens: Option<Url>,
}

impl OciConfig {
    pub fn parse(config: serde_json::Value, grant: &Grant) -> Result<(OciConfig, Places), ConfigError> {
        let mut config: Self = read_config(KIND, config)?;
        let registry = place("server", &config.server, grant)?;
        let tokens = config.token_server.as_deref();
        let tokens = tokens
            .map(|text| place("token_server", text, grant))
            .transpose()?;
        let name = config.name.take();
        let name = name.unwrap_or_else(|| registry.host_str().unwrap_or_default().to_owned());
        check_text("name", &name).map_err(|error| at("name", &error))?;
        if name.is_empty() || name == "-" {
            return Err(at("name", "it names the registry"));
        }
        config.name = Some(name);
        config.check(grant)?;
        Ok((config, Places { registry, tokens }))
    }

    fn check(&self, grant: &Grant) -> Result<(), ConfigError> {
        match (&self.user, &self.password) {
            (None, None) => {}
            (Some(user), Some(password)) => {
                // RFC 7617, 2: the first colon ends the name.
                if user.is_empty() || user.contains(':') || user.chars().any(char::is_control) {
                    return Err(at("user", "it is not empty and has no colon"));
                }
                let allowed = grant.secrets.check(password);
                allowed.map_err(|error| at("password", &error.to_string()))?;
            }
            (Some(_), None) => return Err(at("password", "a user has a password")),
            (None, Some(_)) => return Err(at("user", "a password is that of a user")),
        }
        for (number, repository) in self.repositories.iter().enumerate() {
            if !is_repository(repository) {
                let path = format!("repositories[{number}]");
                return Err(at(&path, "it takes a name such as `golden/base`, without a tag"));
            }
        }
        for (path, value, most) in [
            ("tags_max", self.tags_max as u64, 100_000),
            ("image_mib_max", self.image_mib_max, 65_536),
            ("software_minutes_max", self.software_minutes_max, 1_440),
            ("requests_per_second", u64::from(self.requests_per_second), 1_000),
        ] {
            if !(1..=most).contains(&value) {
                return Err(at(path, &format!("it is 1 to {most}")));
            }
        }
        Ok(())
    }

    pub fn image_bytes_max(&self) -> u64 {
        self.image_mib_max << 20
    }
}

fn place(path: &str, text: &str, grant: &Grant) -> Result<Url, ConfigError> {
    let shape = "it is `https://HOST`, without a name, a path or a question in it";
    let url: Url = text.parse().map_err(|_| at(path, shape))?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain || url.path() != "/" || url.host_str().is_none() {
        return Err(at(path, shape));
    }
    outbound::checked(&url, &grant.addresses).map_err(|error| at(path, &error.to_string()))?;
    Ok(url)
}

fn at(path: &str, reason: &str) -> ConfigError {
    ConfigError::at(KIND, path, reason)
}
