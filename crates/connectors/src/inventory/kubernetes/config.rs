//! What a tenant says of its cluster.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::ConfigError;
use super::super::host::check_text;
use crate::grant::Grant;
use crate::outbound;
use crate::secret::Reference;

/// Configuration of a Kubernetes cluster. It holds no secret: the credential is named by where it is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KubernetesConfig {
    /// Name of the cluster, e.g. `prod-eu1`. It stands for the account of all that is found in it.
    #[schemars(length(min = 1, max = 200))]
    pub cluster: String,
    /// Reference to the text of a kubeconfig: `env:NAME`, `file:/path` or `vault:mount/path#field`. Certificates, keys and
    /// tokens stand in it themselves, or come from a program that the operator of the server allowed; it names no files.
    #[serde(default)]
    pub kubeconfig: Option<Reference>,
    /// Context of the kubeconfig, where it is another one than its `current-context`.
    #[serde(default)]
    pub context: Option<String>,
    /// Without a kubeconfig: where the API server is, e.g. `https://10.0.0.1:6443`.
    #[serde(default)]
    pub server: Option<String>,
    /// Without a kubeconfig: who signs the certificate of the API server, in PEM; those whom the system trusts if left out.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// Without a kubeconfig: reference to the token of a service account.
    #[serde(default)]
    pub token: Option<Reference>,
    /// Also list the certificates of secrets of type `kubernetes.io/tls`. Their keys are thrown away as they arrive, but
    /// the account must be allowed to list secrets.
    #[serde(default = "default_certificates")]
    pub certificates: bool,
    /// Most requests in a second.
    #[serde(default = "default_requests_per_second")]
    #[schemars(range(min = 1, max = 100))]
    pub requests_per_second: u32,
}

const fn default_certificates() -> bool {
    true
}

const fn default_requests_per_second() -> u32 {
    20
}

/// How the API server is found and who asks it.
#[derive(Clone, Debug)]
pub enum Access {
    Kubeconfig {
        text: Reference,
        context: Option<String>,
    },
    Token {
        server: Url,
        roots: Option<Vec<u8>>,
        token: Reference,
    },
}

impl KubernetesConfig {
    pub fn parse(
        config: serde_json::Value,
        grant: &Grant,
    ) -> Result<(KubernetesConfig, Access), ConfigError> {
        let config: Self = serde_json::from_value(config).map_err(|error| wrong(&error.to_string()))?;
        check_text("cluster", &config.cluster).map_err(|error| wrong(&error))?;
        if config.cluster.is_empty() || config.cluster == "-" {
            return Err(wrong("\"cluster\" names the cluster"));
        }
        if !(1..=100).contains(&config.requests_per_second) {
            return Err(wrong("\"requests_per_second\" is 1 to 100"));
        }
        let access = config.access(grant)?;
        for reference in config.kubeconfig.iter().chain(&config.token) {
            let allowed = grant.secrets.check(reference);
            allowed.map_err(|error| wrong(&error.to_string()))?;
        }
        Ok((config, access))
    }

    fn access(&self, grant: &Grant) -> Result<Access, ConfigError> {
        let direct = self.server.is_some() || self.certificate_authority.is_some() || self.token.is_some();
        match (&self.kubeconfig, &self.server, &self.token) {
            (Some(text), ..) if !direct => Ok(Access::Kubeconfig {
                text: text.clone(),
                context: self.context.clone(),
            }),
            (None, Some(server), Some(token)) if self.context.is_none() => {
                let server = server_url(server).map_err(|reason| wrong(&reason))?;
                outbound::checked(&server, &grant.addresses).map_err(|error| wrong(&error.to_string()))?;
                Ok(Access::Token {
                    server,
                    roots: self.certificate_authority.clone().map(String::into_bytes),
                    token: token.clone(),
                })
            }
            _ => Err(wrong(
                "it takes either \"kubeconfig\" (and \"context\"), or \"server\" and \"token\" (and \"certificate_authority\")",
            )),
        }
    }
}

/// `https://host:port`, with a path where a gateway stands before it. Without the s it is for this machine only, as
/// `kubectl proxy` listens; whoever asks sees to that.
pub fn server_url(text: &str) -> Result<Url, String> {
    let shape = "the server is `https://HOST:PORT`, without a name or a question in it";
    let mut url: Url = text.parse().map_err(|_| shape.to_owned())?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() || !plain {
        return Err(shape.to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn wrong(reason: &str) -> ConfigError {
    ConfigError(format!("kubernetes: {reason}"))
}
