//! What a tenant says of its hosts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use qlrf_core::asset::{Criticality, Platform};
use russh::keys::ssh_key::{Fingerprint, HashAlg};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::host::{CriticalityName, check_text};
use super::super::{ConfigError, read_config};
use super::known_hosts::{self, KnownHosts, Wanted};
use crate::secret::Reference;

pub const HOSTS_MAX: usize = 10_000;
pub const LABELS_MAX: usize = 64;
const LINES_MAX: usize = 50_000;

/// Configuration of hosts over SSH. It holds no secret: the key is named by where it is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SshConfig {
    /// The hosts, e.g. `[{"address": "10.20.0.7", "site": "fra1"}]`.
    #[serde(default)]
    pub hosts: Vec<HostConfig>,
    /// A file on the machine of the server with more hosts, one in each line: `/etc/qlrf/hosts/acme/edge`. It is read at each
    /// sync, from a folder that the operator of the server allowed.
    #[serde(default)]
    pub hosts_file: Option<PathBuf>,
    /// Account on the hosts. It needs no rights but to log in.
    #[serde(default = "default_user")]
    pub user: String,
    /// Private key, in OpenSSH's form: `env:NAME`, `file:/path` or `vault:mount/path#field`. It takes this or `agent`.
    #[serde(default)]
    pub key: Option<Reference>,
    /// Passphrase of the key, if it has one.
    #[serde(default)]
    pub passphrase: Option<Reference>,
    /// Certificate of the key, if an authority signed one: the line of `id_…-cert.pub`.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Socket of an SSH agent on the machine of the server, which signs in place of a key: `file:/run/qlrf/agent.sock`.
    #[serde(default)]
    pub agent: Option<Reference>,
    /// Fingerprint of the one key of the agent to use: `SHA256:…`. Left out: the first six are offered.
    #[serde(default)]
    pub agent_key: Option<String>,
    /// Lines of known_hosts: keys of hosts, and authorities after `@cert-authority`. A host that none of them names needs a
    /// fingerprint of its own; no host is trusted because it answers.
    #[serde(default)]
    pub known_hosts: Vec<String>,
    /// A host through which all others are reached, e.g. `{"address": "jump.example.org", "user": "qlrf"}`.
    #[serde(default)]
    pub jump: Option<JumpConfig>,
    /// `baremetal` or `edge`.
    #[serde(default)]
    pub platform: PlatformName,
    /// Site of hosts that name none.
    #[schemars(length(max = 200))]
    pub site: Option<String>,
    /// Environment of hosts that name none: `prod`, `stage`, `dev`.
    #[schemars(length(max = 200))]
    pub env: Option<String>,
    /// Project that the hosts belong to.
    #[schemars(length(max = 200))]
    pub project: Option<String>,
    /// Workload that they run.
    #[schemars(length(max = 200))]
    pub workload: Option<String>,
    /// Team or person who answers for them.
    #[schemars(length(max = 200))]
    pub owner: Option<String>,
    /// `low`, `medium`, `high`, `critical`; unknown if left out.
    #[serde(default)]
    #[schemars(with = "Option<CriticalityName>")]
    pub criticality: Option<Criticality>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostConfig {
    /// Name or address.
    pub address: String,
    #[serde(default = "default_port")]
    pub port: u16,
    /// Account, where it is another one.
    pub user: Option<String>,
    /// Of the host's key, as `ssh-keygen -lf` prints it: `SHA256:…`.
    pub fingerprint: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JumpConfig {
    /// Name or address.
    pub address: String,
    #[serde(default = "default_port")]
    pub port: u16,
    /// Account, where it is another one than on the hosts.
    pub user: Option<String>,
    /// Of the jump host's key: `SHA256:…`.
    pub fingerprint: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlatformName {
    #[default]
    Baremetal,
    Edge,
}

impl From<PlatformName> for Platform {
    fn from(name: PlatformName) -> Platform {
        match name {
            PlatformName::Baremetal => Platform::Baremetal,
            PlatformName::Edge => Platform::Edge,
        }
    }
}

fn default_user() -> String {
    "qlrf".to_owned()
}

pub const fn default_port() -> u16 {
    22
}

/// What was checked.
pub struct Checked {
    pub config: SshConfig,
    pub proof: Proof,
    pub known_hosts: KnownHosts,
    pub jump: Option<Wanted>,
}

/// How we prove to hosts who we are.
pub enum Proof {
    Key {
        key: Reference,
        passphrase: Option<Reference>,
        certificate: Option<String>,
    },
    Agent {
        socket: Reference,
        only: Option<Fingerprint>,
    },
}

impl Proof {
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let (first, second) = match self {
            Proof::Key { key, passphrase, .. } => (key, passphrase.as_ref()),
            Proof::Agent { socket, .. } => (socket, None),
        };
        std::iter::once(first).chain(second)
    }
}

impl SshConfig {
    pub fn parse(config: serde_json::Value) -> Result<Checked, ConfigError> {
        let config: Self = read_config("ssh", config)?;
        config.check_sizes()?;
        config.check_texts()?;
        let proof = config.proof()?;
        let known_hosts =
            KnownHosts::parse(&config.known_hosts).map_err(|error| wrong("known_hosts", &error))?;
        let jump = config.jump.as_ref();
        let jump = jump
            .map(|jump| {
                target(
                    (&known_hosts, "jump"),
                    &jump.address,
                    jump.port,
                    jump.fingerprint.as_deref(),
                )
            })
            .transpose()?;
        Ok(Checked {
            config,
            proof,
            known_hosts,
            jump,
        })
    }

    fn proof(&self) -> Result<Proof, ConfigError> {
        let of_a_key = self.passphrase.is_some() || self.certificate.is_some();
        match (&self.key, &self.agent) {
            (Some(key), None) if self.agent_key.is_none() => Ok(Proof::Key {
                key: key.clone(),
                passphrase: self.passphrase.clone(),
                certificate: self.certificate.clone(),
            }),
            (Some(_), None) => Err(wrong(
                "agent_key",
                "it names a key of an `agent`, and there is none",
            )),
            (None, Some(_)) if of_a_key => Err(wrong(
                "agent",
                "an agent holds its keys and certificates itself: `passphrase` and `certificate` belong to a `key`",
            )),
            (None, Some(socket @ Reference::File(_))) => Ok(Proof::Agent {
                socket: socket.clone(),
                only: self.agent_key.as_deref().map(agent_key).transpose()?,
            }),
            (None, Some(_)) => Err(wrong(
                "agent",
                "it takes the path of a socket: `file:/run/qlrf/agent.sock`",
            )),
            (Some(_), Some(_)) => Err(wrong("agent", "it takes the place of `key`: one of the two")),
            (None, None) => Err(wrong("key", "it takes a `key`, or an `agent` that holds one")),
        }
    }

    fn check_sizes(&self) -> Result<(), ConfigError> {
        if (self.hosts.is_empty() && self.hosts_file.is_none()) || self.hosts.len() > HOSTS_MAX {
            return Err(wrong(
                "hosts",
                &format!("it names 1 to {HOSTS_MAX} hosts, or none beside a `hosts_file`"),
            ));
        }
        if self.known_hosts.len() > LINES_MAX {
            return Err(wrong("known_hosts", &format!("it has at most {LINES_MAX} lines")));
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), ConfigError> {
        let texts = [
            ("user", Some(&self.user)),
            ("site", self.site.as_ref()),
            ("env", self.env.as_ref()),
            ("project", self.project.as_ref()),
            ("workload", self.workload.as_ref()),
            ("owner", self.owner.as_ref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                check_text(name, text).map_err(|error| wrong(name, &error))?;
            }
        }
        Ok(())
    }
}

fn agent_key(text: &str) -> Result<Fingerprint, ConfigError> {
    let read = known_hosts::fingerprint(text).filter(|read| read.algorithm() == HashAlg::Sha256);
    read.ok_or_else(|| {
        wrong(
            "agent_key",
            "it is the fingerprint of a key, `SHA256:…`, as `ssh-add -l` prints it",
        )
    })
}

pub fn target(
    (known, place): (&KnownHosts, &str),
    host: &str,
    port: u16,
    fingerprint: Option<&str>,
) -> Result<Wanted, ConfigError> {
    let fingerprint = fingerprint.map(|text| {
        known_hosts::fingerprint(text).ok_or_else(|| {
            wrong(
                &format!("{place}.fingerprint"),
                &format!("the fingerprint of \"{host}\" is not `SHA256:…`"),
            )
        })
    });
    let wanted = Wanted {
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port,
        fingerprint: fingerprint.transpose()?,
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if wanted.host.is_empty() || !wanted.host.chars().all(sound) {
        let reason = format!("\"{host}\" is no name or address of a host");
        return Err(wrong(&format!("{place}.address"), &reason));
    }
    if !known.knows(&wanted) {
        let reason = format!(
            "nothing is known of the key of \"{}\": add its line to \"known_hosts\" (`ssh-keyscan`, compared with \
             what its console shows) or its \"fingerprint\"",
            name(&wanted)
        );
        return Err(wrong(&format!("{place}.address"), &reason));
    }
    Ok(wanted)
}

/// As people write it.
pub fn name(wanted: &Wanted) -> String {
    match (wanted.host.contains(':'), wanted.port) {
        (false, 22) => wanted.host.clone(),
        (false, port) => format!("{}:{port}", wanted.host),
        (true, port) => format!("[{}]:{port}", wanted.host),
    }
}

pub fn wrong(place: &str, reason: &str) -> ConfigError {
    ConfigError::at("ssh", place, reason)
}
