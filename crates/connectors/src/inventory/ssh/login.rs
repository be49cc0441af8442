//! What proves to a host who we are: a key that we hold, or an agent that signs with keys that it never gives away.

use std::fmt;
use std::sync::Arc;

use qlrf_core::secret::Secret;
use russh::client::{AuthResult, Handle, Handler};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::ssh_key::Fingerprint;
use russh::keys::{Algorithm, Certificate, HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use tokio::net::UnixStream;

use super::session::HostError;
use crate::secret::{OrgSecrets, Reference};

/// sshd ends the connection after six that it does not take (`MaxAuthTries`).
const OFFERED_MAX: usize = 6;

#[derive(Clone)]
pub enum Credential {
    Key {
        key: Arc<PrivateKey>,
        certificate: Option<Box<Certificate>>,
    },
    Agent(Agent),
}

#[derive(Clone)]
pub struct Agent {
    pub secrets: OrgSecrets,
    pub socket: Reference,
    /// Of its keys only this one.
    pub only: Option<Fingerprint>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Credential {
    /// The text of an error says nothing of the key.
    pub fn of_key(
        key: &Secret,
        passphrase: Option<&Secret>,
        certificate: Option<&str>,
    ) -> Result<Credential, String> {
        let key = russh::keys::decode_secret_key(key.expose(), passphrase.map(Secret::expose));
        let key = key.map_err(|_| {
            "\"key\" is no private key that can be read, or its passphrase is wrong or missing".to_owned()
        })?;
        let certificate = certificate.map(|text| Certificate::from_openssh(text).map(Box::new));
        let certificate = certificate.transpose();
        Ok(Credential::Key {
            key: Arc::new(key),
            certificate: certificate.map_err(|_| "\"certificate\" is no OpenSSH certificate".to_owned())?,
        })
    }

    pub async fn log_in<H: Handler>(&self, handle: &mut Handle<H>, user: &str) -> Result<(), HostError> {
        let taken = match self {
            Credential::Key { key, certificate } => {
                with_key(handle, user, key, certificate.as_deref()).await?
            }
            Credential::Agent(agent) => agent.log_in(handle, user).await?,
        };
        match taken {
            true => Ok(()),
            false => Err(HostError::Login {
                user: user.to_owned(),
                with: match self {
                    Credential::Key { .. } => "this key",
                    Credential::Agent(_) => "a key of the agent",
                },
            }),
        }
    }
}

fn broken(error: impl fmt::Display) -> HostError {
    HostError::Broken(error.to_string())
}

async fn with_key<H: Handler>(
    handle: &mut Handle<H>,
    user: &str,
    key: &Arc<PrivateKey>,
    certificate: Option<&Certificate>,
) -> Result<bool, HostError> {
    let outcome = match certificate {
        Some(certificate) => {
            let certificate = certificate.clone();
            handle
                .authenticate_openssh_cert(user, key.clone(), certificate)
                .await
        }
        None => {
            let hash = hash(handle, key.algorithm()).await?;
            let key = PrivateKeyWithHashAlg::new(key.clone(), hash);
            handle.authenticate_publickey(user, key).await
        }
    };
    Ok(matches!(outcome.map_err(broken)?, AuthResult::Success))
}

/// The best that the host understands, for keys that leave a choice.
async fn hash<H: Handler>(handle: &Handle<H>, algorithm: Algorithm) -> Result<Option<HashAlg>, HostError> {
    match algorithm.is_rsa() {
        true => {
            let best = handle.best_supported_rsa_hash().await.map_err(broken)?;
            Ok(best.flatten().or(Some(HashAlg::Sha512)))
        }
        false => Ok(None),
    }
}

impl Agent {
    /// One key after another, until the host takes one.
    async fn log_in<H: Handler>(&self, handle: &mut Handle<H>, user: &str) -> Result<bool, HostError> {
        let unavailable = |reason: String| HostError::Agent(reason);
        let stream = self.secrets.connect(&self.socket).await;
        let stream = stream.map_err(|error| unavailable(error.to_string()))?;
        let mut agent = AgentClient::connect(stream);
        let identities = agent.request_identities().await;
        let identities = identities.map_err(|error| unavailable(format!("it tells no keys: {error}")))?;
        let offered = identities.into_iter().filter(|identity| self.is_wanted(identity));
        let offered: Vec<AgentIdentity> = offered.take(OFFERED_MAX).collect();
        if offered.is_empty() {
            return Err(unavailable(match self.only {
                Some(_) => "it does not hold the key \"agent_key\"".to_owned(),
                None => "it holds no key".to_owned(),
            }));
        }
        for identity in offered {
            if offer(handle, user, identity, &mut agent).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_wanted(&self, identity: &AgentIdentity) -> bool {
        let fingerprint = match identity {
            AgentIdentity::PublicKey { key, .. } => key.fingerprint(HashAlg::Sha256),
            AgentIdentity::Certificate { certificate, .. } => {
                certificate.public_key().fingerprint(HashAlg::Sha256)
            }
        };
        self.only.as_ref().is_none_or(|only| *only == fingerprint)
    }
}

async fn offer<H: Handler>(
    handle: &mut Handle<H>,
    user: &str,
    identity: AgentIdentity,
    agent: &mut AgentClient<UnixStream>,
) -> Result<bool, HostError> {
    let outcome = match identity {
        AgentIdentity::PublicKey { key, .. } => {
            let hash = hash(handle, key.algorithm()).await?;
            handle.authenticate_publickey_with(user, key, hash, agent).await
        }
        AgentIdentity::Certificate { certificate, .. } => {
            let hash = hash(handle, certificate.algorithm()).await?;
            handle
                .authenticate_certificate_with(user, certificate, hash, agent)
                .await
        }
    };
    Ok(matches!(outcome.map_err(broken)?, AuthResult::Success))
}
