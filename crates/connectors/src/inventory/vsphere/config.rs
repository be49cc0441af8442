//! What a tenant says of its vCenter.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::ConfigError;
use super::super::host::check_text;
use crate::grant::Grant;
use crate::outbound;
use crate::secret::Reference;

/// Configuration of a vCenter. It holds no secret: the password is named by where it is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VsphereConfig {
    /// Where the vCenter is, e.g. `https://vcenter.example.org`.
    pub server: String,
    /// Name of the vCenter: the account of all that is found in it. The host of `server` if left out.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub name: Option<String>,
    /// Account with the role *Read-only*, e.g. `ql-rf@vsphere.local`.
    #[schemars(length(min = 1, max = 200))]
    pub user: String,
    /// Reference to its password: `env:NAME`, `file:/path` or `vault:mount/path#field`.
    pub password: Reference,
    /// Who signs the certificate of the vCenter, in PEM; those whom the system trusts if left out.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// Also read tags and content libraries, which have an API of their own.
    #[serde(default = "default_tags")]
    pub tags_and_libraries: bool,
    /// Most requests in a second.
    #[serde(default = "default_requests_per_second")]
    #[schemars(range(min = 1, max = 100))]
    pub requests_per_second: u32,
}

const fn default_tags() -> bool {
    true
}

const fn default_requests_per_second() -> u32 {
    10
}

impl VsphereConfig {
    /// The configuration and the root of all that is asked.
    pub fn parse(config: serde_json::Value, grant: &Grant) -> Result<(VsphereConfig, Url), ConfigError> {
        let mut config: Self = serde_json::from_value(config).map_err(|error| wrong(&error.to_string()))?;
        let shape = "\"server\" is `https://HOST`, without a name, a path or a question in it";
        let url: Url = config.server.parse().map_err(|_| wrong(shape))?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let Some(host) = url.host_str().filter(|_| plain && url.path() == "/") else {
            return Err(wrong(shape));
        };
        outbound::checked(&url, &grant.addresses).map_err(|error| wrong(&error.to_string()))?;
        let name = config.name.take().unwrap_or_else(|| host.to_owned());
        for (what, text) in [("name", &name), ("user", &config.user)] {
            check_text(what, text).map_err(|error| wrong(&error))?;
        }
        if name.is_empty() || name == "-" || config.user.is_empty() {
            return Err(wrong("\"name\" and \"user\" are not empty"));
        }
        config.name = Some(name);
        if !(1..=100).contains(&config.requests_per_second) {
            return Err(wrong("\"requests_per_second\" is 1 to 100"));
        }
        let allowed = grant.secrets.check(&config.password);
        allowed.map_err(|error| wrong(&error.to_string()))?;
        Ok((config, url))
    }
}

fn wrong(reason: &str) -> ConfigError {
    ConfigError(format!("vsphere: {reason}"))
}
