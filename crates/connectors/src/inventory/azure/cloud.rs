//! Where the parts of Azure answer. Its sovereign clouds have names of their own
//! (<https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>).

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::endpoint;
use super::config::AzureConfig;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    #[default]
    Public,
    China,
    UsGovernment,
}

struct Hosts {
    login: &'static str,
    management: &'static str,
    /// What the name of a Key Vault is followed by.
    vault: &'static str,
}

impl Cloud {
    const fn hosts(self) -> Hosts {
        match self {
            Cloud::Public => Hosts {
                login: "login.microsoftonline.com",
                management: "management.azure.com",
                vault: "vault.azure.net",
            },
            Cloud::China => Hosts {
                login: "login.chinacloudapi.cn",
                management: "management.chinacloudapi.cn",
                vault: "vault.azure.cn",
            },
            Cloud::UsGovernment => Hosts {
                login: "login.microsoftonline.us",
                management: "management.usgovcloudapi.net",
                vault: "vault.usgovcloudapi.net",
            },
        }
    }
}

#[derive(Clone)]
pub struct Places {
    cloud: Cloud,
    endpoint: Option<String>,
}

impl Places {
    pub fn of(config: &AzureConfig) -> Places {
        Places {
            cloud: config.cloud,
            endpoint: config.endpoint.clone(),
        }
    }

    pub fn login(&self) -> Result<Url, String> {
        self.place("login", self.cloud.hosts().login)
    }

    pub fn management(&self) -> Result<Url, String> {
        self.place("management", self.cloud.hosts().management)
    }

    /// Of a vault that calls itself by `uri`. A token goes to no host that is not of Key Vault.
    pub fn vault(&self, uri: &str) -> Result<Url, String> {
        let suffix = self.cloud.hosts().vault;
        let url = Url::parse(uri).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let name = host
            .strip_suffix(suffix)
            .and_then(|name| name.strip_suffix('.'))
            .filter(|name| !name.is_empty() && !name.contains('.'));
        match name {
            Some(name) => self.place(&format!("{name}.vault"), host),
            None => Err(format!("\"{uri}\" is no vault of {suffix}")),
        }
    }

    /// What a token for the management API is asked for.
    pub fn management_resource(&self) -> String {
        format!("https://{}", self.cloud.hosts().management)
    }

    /// What a token for all Key Vaults is asked for.
    pub fn vault_resource(&self) -> String {
        format!("https://{}", self.cloud.hosts().vault)
    }

    fn place(&self, service: &str, host: &str) -> Result<Url, String> {
        match &self.endpoint {
            Some(endpoint) => endpoint::base(endpoint, &[("service", service)]),
            None => endpoint::base(&format!("https://{host}"), &[]),
        }
    }
}
