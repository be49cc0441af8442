//! One request to Vault: bounded in time and size, never redirected, and silent about bodies.

use std::fmt;
use std::time::Duration;

use qlrf_core::secret::Secret;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Method, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::address;
use crate::outbound::innermost;

const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
const REQUEST_TIME_MAX: Duration = Duration::from_secs(10);
/// A secret has 64 KiB at most, and may share its path with others.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Where Vault is.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://vault.example.org:8200`; http only to this machine.
    pub address: Url,
    pub namespace: Option<String>,
    /// Certificates in PEM that sign Vault's own, besides those that the system trusts.
    pub ca_pem: Option<Vec<u8>>,
}

pub(super) struct Http {
    client: Client,
    address: Url,
    namespace: Option<HeaderValue>,
}

pub(super) enum Failure {
    Status(StatusCode),
    Transport(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Status(StatusCode::SERVICE_UNAVAILABLE) => f.write_str("Vault is sealed or not ready"),
            Failure::Status(status) if status.is_redirection() => {
                f.write_str("Vault sends on to another address; name the active node or a load balancer")
            }
            Failure::Status(status) => write!(f, "Vault answered {status}"),
            Failure::Transport(reason) => f.write_str(reason),
        }
    }
}

impl Http {
    pub fn new(config: &Config) -> Result<Http, String> {
        check_address(&config.address)?;
        let namespace = config.namespace.as_deref().map(HeaderValue::from_str);
        let namespace = namespace
            .transpose()
            .map_err(|_| "the namespace is no header value".to_owned())?;
        let mut builder = Client::builder()
            .user_agent(concat!("qlrf/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIME_MAX)
            .timeout(REQUEST_TIME_MAX)
            // A redirect would carry the token along.
            .redirect(Policy::none());
        if let Some(pem) = &config.ca_pem {
            let bundle = Certificate::from_pem_bundle(pem);
            for certificate in bundle.map_err(|error| format!("its certificates cannot be read: {error}"))? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        Ok(Http {
            client: builder
                .build()
                .map_err(|error| format!("no client for http: {error}"))?,
            address: config.address.clone(),
            namespace,
        })
    }

    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        segments: &[&str],
        token: Option<&Secret>,
        body: Option<serde_json::Value>,
    ) -> Result<T, Failure> {
        let mut url = self.address.clone();
        url.path_segments_mut()
            .expect("the address was checked to be http")
            .pop_if_empty()
            .push("v1")
            .extend(segments);
        let mut request = self.client.request(method, url);
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(token.expose())
                .map_err(|_| Failure::Transport("the token is no header value".into()))?;
            value.set_sensitive(true);
            request = request.header("X-Vault-Token", value);
        }
        if let Some(namespace) = &self.namespace {
            request = request.header("X-Vault-Namespace", namespace.clone());
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let mut response = request.send().await.map_err(|error| transport(&error))?;
        if response.status() != StatusCode::OK {
            return Err(Failure::Status(response.status()));
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            if answer.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(Failure::Transport(format!(
                    "Vault's answer has more than {ANSWER_BYTES_MAX} bytes"
                )));
            }
            answer.extend_from_slice(&chunk);
        }
        // What is wrong with it is not repeated: the parser quotes values.
        serde_json::from_slice(&answer)
            .map_err(|_| Failure::Transport("the answer is not one of Vault".to_owned()))
    }
}

/// A token travels over TLS, or stays on this machine.
fn check_address(address: &Url) -> Result<(), String> {
    let host = address.host_str().ok_or("it names no host")?;
    let is_loopback = address::is_this_machine(host);
    match address.scheme() {
        "https" => Ok(()),
        "http" if is_loopback => Ok(()),
        _ => Err("Vault is reached over https; http is for this machine only".into()),
    }
}

fn transport(error: &reqwest::Error) -> Failure {
    let what = match error {
        error if error.is_timeout() => "Vault did not answer in time",
        error if error.is_connect() => "Vault cannot be reached",
        _ => "the connection to Vault broke",
    };
    let cause = innermost(error).map_or_else(String::new, |cause| format!(": {cause}"));
    Failure::Transport(format!("{what}{cause}"))
}

#[cfg(test)]
mod tests {
    use super::check_address;

    #[test]
    fn a_token_does_not_travel_in_the_clear() {
        for (address, sound) in [
            ("https://vault.example.org", true),
            ("http://127.0.0.1:8200", true),
            ("http://[::1]:8200", true),
            ("http://localhost:8200", true),
            ("http://vault.example.org", false),
            ("http://10.0.0.1:8200", false),
            ("ftp://127.0.0.1", false),
            ("unix:/run/vault", false),
        ] {
            assert_eq!(
                check_address(&address.parse().unwrap()).is_ok(),
                sound,
                "{address}"
            );
        }
    }
}
