//! Hosts over SSH: bare metal and edge. Files are read over SFTP, and nothing on a host is changed.
//!
//! **Invariant:** each host is a scope of its own. One that cannot be reached, that is not the one it is taken for, or that
//! broke off half-way is *not listed*: what was known of it stays, with its age.

mod config;
mod known_hosts;
mod login;
mod remote;
mod session;
mod sftp;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream;
use qlrf_core::asset::{Asset, Criticality};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use tokio::runtime::Handle;

use super::host::{self, services};
use super::{Check, ConfigError, ConnectError, Inventory, Kind, Observed, Sink};
use crate::grant::Grant;
use config::{Checked, Proof, SshConfig};
use known_hosts::{KnownHosts, Wanted};
use login::{Agent, Credential};
use remote::Remote;
use session::{HostError, Means, Session, within};

pub const KIND: Kind = Kind {
    name: "ssh",
    title: "Hosts over SSH",
    summary: "Bare-metal and edge hosts, read over SFTP with an account that can change nothing.",
    simulated: false,
    permissions: None,
    watch: None,
    config_schema: || schemars::schema_for!(SshConfig).into(),
    build: |config, grant| Ok(Box::new(Ssh::new(SshConfig::parse(config)?, grant)?)),
};

/// Hosts that are read at a time.
const HOSTS_AT_ONCE: usize = 16;
/// For all of one host. A slow link moves some megabytes in it.
const HOST_TIME_MAX: Duration = Duration::from_secs(5 * 60);
/// Hosts that "test connection" tries.
const CHECK_HOSTS_MAX: usize = 50;
/// Below what the test as a whole may take.
const CHECK_TIME_MAX: Duration = Duration::from_secs(8);

pub struct Ssh {
    config: SshConfig,
    proof: Proof,
    wanted: Vec<Wanted>,
    jump: Option<Wanted>,
    known_hosts: Arc<KnownHosts>,
    grant: Grant,
}

/// What a collection shares among hosts.
struct Way {
    credential: Credential,
    jump: Option<Session>,
}

impl Ssh {
    fn new(checked: Checked, grant: Grant) -> Result<Ssh, ConfigError> {
        let wrong = |reason: String| ConfigError(format!("ssh: {reason}"));
        for reference in checked.proof.references() {
            grant
                .secrets
                .check(reference)
                .map_err(|error| wrong(error.to_string()))?;
        }
        for wanted in checked.wanted.iter().chain(&checked.jump) {
            grant
                .addresses
                .check(&wanted.host)
                .map_err(|error| wrong(error.to_string()))?;
        }
        Ok(Ssh {
            config: checked.config,
            proof: checked.proof,
            wanted: checked.wanted,
            jump: checked.jump,
            known_hosts: Arc::new(checked.known_hosts),
            grant,
        })
    }

    async fn credential(&self) -> Result<Credential, ConnectError> {
        let fetch = async |reference| {
            let fetched = self.grant.secrets.fetch(reference).await;
            fetched.map_err(|error| ConnectError::Unreadable(error.to_string()))
        };
        match &self.proof {
            Proof::Key {
                key,
                passphrase,
                certificate,
            } => {
                let key = fetch(key).await?;
                let passphrase = match passphrase {
                    Some(reference) => Some(fetch(reference).await?),
                    None => None,
                };
                Credential::of_key(&key, passphrase.as_ref(), certificate.as_deref())
                    .map_err(ConnectError::Unreadable)
            }
            Proof::Agent { socket, only } => Ok(Credential::Agent(Agent {
                secrets: self.grant.secrets.clone(),
                socket: socket.clone(),
                only: *only,
            })),
        }
    }

    async fn way(&self) -> Result<Way, ConnectError> {
        let credential = self.credential().await?;
        let Some(wanted) = &self.jump else {
            return Ok(Way {
                credential,
                jump: None,
            });
        };
        let user = self.config.jump.as_ref().and_then(|jump| jump.user.as_deref());
        let means = self.means(user, &credential);
        let jump = Session::open(wanted, &means, &self.grant.addresses).await;
        let jump = jump.map_err(|error| {
            ConnectError::Unreadable(format!("the jump host {} {error}", config::name(wanted)))
        })?;
        Ok(Way {
            credential,
            jump: Some(jump),
        })
    }

    fn means<'a>(&'a self, user: Option<&'a str>, credential: &'a Credential) -> Means<'a> {
        Means {
            user: user.unwrap_or(&self.config.user),
            credential,
            known_hosts: &self.known_hosts,
        }
    }

    async fn open(&self, at: usize, way: &Way) -> Result<Session, HostError> {
        let wanted = &self.wanted[at];
        let means = self.means(self.config.hosts[at].user.as_deref(), &way.credential);
        match &way.jump {
            Some(jump) => jump.open_behind(wanted, &means, &self.grant.addresses).await,
            None => Session::open(wanted, &means, &self.grant.addresses).await,
        }
    }

    /// All of one host, or why not.
    async fn read(&self, at: usize, way: &Way) -> Result<Observed, HostError> {
        let reading = async {
            let session = self.open(at, way).await?;
            let remote = Remote::new(session.sftp().await?, Handle::current());
            let look = move || look(&remote);
            let looked = tokio::task::spawn_blocking(look).await;
            let (mut asset, files) =
                looked.map_err(|error| HostError::Broken(format!("reading stopped: {error}")))??;
            asset.services = states(&session).await?;
            session.close().await;
            self.place(at, &mut asset);
            Ok(Observed {
                asset,
                files: Some(files),
            })
        };
        within(HOST_TIME_MAX, "reading", reading).await?
    }

    /// What a host cannot know of itself.
    fn place(&self, at: usize, asset: &mut Asset) {
        let (config, host) = (&self.config, &self.config.hosts[at]);
        asset.platform = config.platform.into();
        asset.site = host.site.clone().or_else(|| config.site.clone());
        asset.env = host.env.clone().or_else(|| config.env.clone());
        asset.project.clone_from(&config.project);
        asset.workload.clone_from(&config.workload);
        asset.owner.clone_from(&config.owner);
        asset.criticality = config.criticality.unwrap_or(Criticality::Unknown);
        // What the host says of itself is proved; a label of the same name is not.
        for (key, value) in &host.labels {
            asset.labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }

    fn scope(&self, at: usize) -> Scope {
        Scope {
            account: config::name(&self.wanted[at]),
            region: "-".to_owned(),
            kind: "host".to_owned(),
        }
    }

    /// One sentence about one host.
    async fn try_out(&self, at: usize, way: &Way) -> (bool, String) {
        let name = config::name(&self.wanted[at]);
        let trying = async {
            let session = self.open(at, way).await?;
            let remote = Remote::new(session.sftp().await?, Handle::current());
            let found = tokio::task::spawn_blocking(move || {
                let found = try_files(&remote);
                remote.check().map(|()| found)
            });
            let (ok, said) = found
                .await
                .map_err(|error| HostError::Broken(format!("reading stopped: {error}")))??;
            let services = match states(&session).await? {
                Some(states) => format!("the states of {} services can be read", states.len()),
                None => "service states are unknown: the account may not run systemctl".to_owned(),
            };
            session.close().await;
            Ok((ok, format!("{name}: {said}; {services}")))
        };
        match within(CHECK_TIME_MAX, "the test", trying).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) | Err(error) => (false, format!("{name} {error}")),
        }
    }
}

#[async_trait]
impl Inventory for Ssh {
    async fn check(&self) -> Result<Check, ConnectError> {
        let way = &self.way().await?;
        let count = self.wanted.len().min(CHECK_HOSTS_MAX);
        let mut tried: Vec<(usize, (bool, String))> = stream::iter(0..count)
            .map(|at| async move { (at, self.try_out(at, way).await) })
            .buffer_unordered(CHECK_HOSTS_MAX)
            .collect()
            .await;
        tried.sort_by_key(|(at, (ok, _))| (*ok, *at));
        let ok = tried.iter().all(|(_, (ok, _))| *ok);
        let mut findings: Vec<String> = tried.into_iter().map(|(_, (_, said))| said).collect();
        if count < self.wanted.len() {
            findings.push(format!(
                "the first {count} of {} hosts were tried",
                self.wanted.len()
            ));
        }
        Ok(Check { ok, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let way = &self.way().await?;
        let mut hosts = stream::iter(0..self.wanted.len())
            .map(|at| async move { (at, self.read(at, way).await) })
            .buffer_unordered(HOSTS_AT_ONCE);
        while let Some((at, read)) = hosts.next().await {
            let scope = self.scope(at);
            let outcome = match read {
                Ok(observed) => {
                    sink.assets(&scope, vec![observed]).await?;
                    ScopeOutcome::Complete
                }
                Err(error) => ScopeOutcome::Partial {
                    code: error.code().to_owned(),
                    detail: format!("{} {error}", config::name(&self.wanted[at])),
                },
            };
            sink.close(&scope, outcome).await?;
        }
        Ok(())
    }
}

/// Blocking. Everything that files say, and the package databases.
fn look(remote: &Remote) -> Result<(Asset, Arc<dyn qlrf_core::rootfs::RootFs>), HostError> {
    let hostname = host::word(remote, "proc/sys/kernel/hostname")
        .or_else(|| host::word(remote, "etc/hostname"))
        .unwrap_or_else(|| "localhost".to_owned());
    let asset = host::asset(remote, hostname);
    let files = remote.packages();
    let architecture = remote.architecture();
    // A file that could not be asked for looks like one that is not there.
    remote.check()?;
    let mut asset = asset.ok_or(HostError::Unidentified)?;
    if let Some(os) = &mut asset.os {
        os.architecture = architecture;
    }
    Ok((asset, files))
}

/// Blocking. What can be read, and exactly what cannot.
fn try_files(remote: &Remote) -> (bool, String) {
    let hostname = host::word(remote, "proc/sys/kernel/hostname").unwrap_or_else(|| "localhost".to_owned());
    let Some(asset) = host::asset(remote, hostname) else {
        return (false, HostError::Unidentified.to_string());
    };
    let os = asset
        .os
        .as_ref()
        .map_or("an unknown system", |os| os.name.as_str());
    let identity = &asset.labels["ql-rf.io/identity"];
    let mut said = format!("{} runs {os}; identified by {identity}", asset.name);
    match remote.package_database() {
        Ok(Some(path)) => said.push_str(&format!("; packages are read from /{path}")),
        Ok(None) => said.push_str("; no package database was found, so its packages stay unknown"),
        Err(error) => {
            said.push_str(&format!("; its packages stay unknown: {error}"));
            return (false, said);
        }
    }
    (true, said)
}

/// `None`: unknown. An account that is confined to SFTP runs no command.
async fn states(session: &Session) -> Result<Option<BTreeMap<String, String>>, HostError> {
    let Some(units) = session.run(services::UNITS).await? else {
        return Ok(None);
    };
    let files = session.run(services::UNIT_FILES).await?;
    Ok(files.and_then(|files| services::merged(&units, &files)))
}
