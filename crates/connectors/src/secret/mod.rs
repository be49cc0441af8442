//! Secrets by reference. A connector's configuration says where a secret is kept; the secret is fetched when it is needed,
//! and kept nowhere.
//!
//! **Invariant:** an organisation reaches only what the operator of the server allowed to it, by name. Nothing is allowed
//! by default, for a reference reads with the rights of the server.

mod allowed;
mod reference;
mod socket;
pub mod vault;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use allowed::{Allowed, Place};
use qlrf_core::secret::Secret;
pub use reference::{NotAReference, Reference};
pub(crate) use reference::{absolute, variable};
use tokio::net::UnixStream;

use crate::folder::{Rules, read_text};

/// Private keys and key files of clouds have a few kilobytes. Others have no access; reading by the group is how containers are
/// given secrets.
const SECRET_FILE: Rules = Rules {
    bytes_max: 64 * 1024,
    mode_refused: 0o027,
    mode_needed: 0,
};

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error(
        "the operator of the server has not allowed \"{0}\" to this organisation; see `qlrf serve --allow-secret`"
    )]
    NotAllowed(Reference),
    #[error("\"env:{0}\" is not set, or empty, in the environment of the server")]
    NotSet(String),
    #[error("\"file:{}\" {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error("\"{0}\" cannot be fetched: the server was not told of a Vault; see `qlrf serve --vault-addr`")]
    NoVault(Reference),
    #[error("\"{reference}\" cannot be fetched: {reason}")]
    Vault { reference: Reference, reason: String },
}

/// What the operator of the server allows, and the means to fetch it.
#[derive(Default)]
pub struct Secrets {
    allowed: Vec<Allowed>,
    /// Of the environment, what is allowed to anybody.
    variables: BTreeMap<String, Secret>,
    vault: Option<vault::Vault>,
}

impl Secrets {
    pub fn new(
        allowed: Vec<Allowed>,
        variables: BTreeMap<String, Secret>,
        vault: Option<vault::Vault>,
    ) -> Secrets {
        Secrets {
            allowed,
            variables,
            vault,
        }
    }

    /// Names of the variables that somebody may name.
    pub fn variables_of(allowed: &[Allowed]) -> impl Iterator<Item = &str> {
        allowed.iter().filter_map(|allowed| match &allowed.place {
            Place::Variable(name) => Some(name.as_str()),
            _ => None,
        })
    }

    fn place(&self, org: &str, reference: &Reference) -> Option<&Place> {
        let of = self.allowed.iter().filter(|allowed| allowed.is_of(org));
        of.map(|allowed| &allowed.place)
            .find(|place| place.holds(reference))
    }
}

/// The secrets that one organisation may name.
#[derive(Clone)]
pub struct OrgSecrets {
    all: Arc<Secrets>,
    /// By its short name, which never changes.
    org: Arc<str>,
}

impl OrgSecrets {
    pub fn new(all: Arc<Secrets>, org: &str) -> OrgSecrets {
        OrgSecrets { all, org: org.into() }
    }

    /// May it be named? Whether it is there only [`OrgSecrets::fetch`] tells.
    pub fn check(&self, reference: &Reference) -> Result<(), SecretError> {
        self.place(reference).map(drop)
    }

    pub async fn fetch(&self, reference: &Reference) -> Result<Secret, SecretError> {
        let place = self.place(reference)?;
        match (reference, place) {
            (Reference::Env(name), _) => {
                let value = self.all.variables.get(name);
                let value = value.filter(|value| !value.expose().is_empty());
                value.cloned().ok_or_else(|| SecretError::NotSet(name.clone()))
            }
            (Reference::File(path), Place::Folder(folder)) => {
                let read = read_text(folder, path, SECRET_FILE).await;
                read.map(Secret::new).map_err(|reason| SecretError::File {
                    path: path.clone(),
                    reason,
                })
            }
            (Reference::Vault { mount, path, field }, _) => {
                let vault = self.all.vault.as_ref();
                let vault = vault.ok_or_else(|| SecretError::NoVault(reference.clone()))?;
                vault
                    .fetch(mount, path, field)
                    .await
                    .map_err(|reason| SecretError::Vault {
                        reference: reference.clone(),
                        reason,
                    })
            }
            (Reference::File(_), _) => Err(SecretError::NotAllowed(reference.clone())),
        }
    }

    /// Reaches what uses secrets for us and never gives them away, such as an SSH agent.
    pub async fn connect(&self, reference: &Reference) -> Result<UnixStream, SecretError> {
        let (Reference::File(path), Place::Folder(folder)) = (reference, self.place(reference)?) else {
            return Err(SecretError::NotAllowed(reference.clone()));
        };
        let failed = |reason| SecretError::File {
            path: path.clone(),
            reason,
        };
        socket::connect(folder, path).await.map_err(failed)
    }

    fn place(&self, reference: &Reference) -> Result<&Place, SecretError> {
        self.all
            .place(&self.org, reference)
            .ok_or_else(|| SecretError::NotAllowed(reference.clone()))
    }
}
