//! Hosts over SSH: bare metal and edge. Files are read over SFTP, and nothing on a host is changed.
//!
//! **Invariant:** each host is a scope of its own. One that cannot be reached, that is not the one it is taken for, or that
//! broke off half-way is *not listed*: what was known of it stays, with its age.

mod config;
mod known_hosts;
mod login;
mod remote;
mod roster;
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
use config::{Checked, HostConfig, Proof, SshConfig};
use known_hosts::{KnownHosts, Wanted};
use login::{Agent, Credential};
use remote::Remote;
use roster::{Roster, Target};
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
    jump: Option<Wanted>,
    /// The hosts of the form.
    listed: Roster,
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
        let listed = Roster::of_form(&checked.config.hosts, &checked.known_hosts, &grant.addresses)?;
        for reference in checked.proof.references() {
            grant
                .secrets
                .check(reference)
                .map_err(|error| wrong(error.to_string()))?;
        }
        if let Some(jump) = &checked.jump {
            let allowed = grant.addresses.check(&jump.host);
            allowed.map_err(|error| wrong(error.to_string()))?;
        }
        if let Some(path) = &checked.config.hosts_file {
            roster::folder_of(path, &grant.host_folders)?;
        }
        Ok(Ssh {
            config: checked.config,
            proof: checked.proof,
            jump: checked.jump,
            listed,
            known_hosts: Arc::new(checked.known_hosts),
            grant,
        })
    }

    /// All hosts, as the file says now.
    async fn targets(&self) -> Result<Vec<Target>, ConnectError> {
        let mut roster = self.listed.clone();
        if let Some(path) = &self.config.hosts_file {
            let added = roster.add_file(path, &self.known_hosts, &self.grant).await;
            added.map_err(|reason| ConnectError::Refused {
                code: "hosts_file_invalid",
                detail: format!("the hosts file \"{}\" {reason}", path.display()),
            })?;
        }
        Ok(roster.targets)
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

    async fn open(&self, target: &Target, way: &Way) -> Result<Session, HostError> {
        let wanted = &target.wanted;
        let means = self.means(target.host.user.as_deref(), &way.credential);
        match &way.jump {
            Some(jump) => jump.open_behind(wanted, &means, &self.grant.addresses).await,
            None => Session::open(wanted, &means, &self.grant.addresses).await,
        }
    }

    /// All of one host, or why not.
    async fn read(&self, target: &Target, way: &Way) -> Result<Observed, HostError> {
        let reading = async {
            let session = self.open(target, way).await?;
            let remote = Remote::new(session.sftp().await?, Handle::current());
            let look = move || look(&remote);
            let looked = tokio::task::spawn_blocking(look).await;
            let (mut asset, files) =
                looked.map_err(|error| HostError::Broken(format!("reading stopped: {error}")))??;
            asset.services = states(&session).await?;
            session.close().await;
            self.place(&target.host, &mut asset);
            Ok(Observed {
                asset,
                files: Some(files),
            })
        };
        within(HOST_TIME_MAX, "reading", reading).await?
    }

    /// What a host cannot know of itself.
    fn place(&self, host: &HostConfig, asset: &mut Asset) {
        let config = &self.config;
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

    /// One sentence about one host.
    async fn try_out(&self, target: &Target, way: &Way) -> (bool, String) {
        let name = config::name(&target.wanted);
        let trying = async {
            let session = self.open(target, way).await?;
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
        let targets = &self.targets().await?;
        let way = &self.way().await?;
        let count = targets.len().min(CHECK_HOSTS_MAX);
        let mut tried: Vec<(usize, (bool, String))> = stream::iter(0..count)
            .map(|at| async move { (at, self.try_out(&targets[at], way).await) })
            .buffer_unordered(CHECK_HOSTS_MAX)
            .collect()
            .await;
        tried.sort_by_key(|(at, (ok, _))| (*ok, *at));
        let ok = tried.iter().all(|(_, (ok, _))| *ok);
        let mut findings: Vec<String> = tried.into_iter().map(|(_, (_, said))| said).collect();
        if count < targets.len() {
            findings.push(format!("the first {count} of {} hosts were tried", targets.len()));
        }
        Ok(Check { ok, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let targets = &self.targets().await?;
        let way = &self.way().await?;
        let mut hosts = stream::iter(0..targets.len())
            .map(|at| async move { (&targets[at], self.read(&targets[at], way).await) })
            .buffer_unordered(HOSTS_AT_ONCE);
        while let Some((target, read)) = hosts.next().await {
            let name = config::name(&target.wanted);
            let scope = Scope {
                account: name.clone(),
                region: "-".to_owned(),
                kind: "host".to_owned(),
            };
            let outcome = match read {
                Ok(observed) => {
                    sink.assets(&scope, vec![observed]).await?;
                    ScopeOutcome::Complete
                }
                Err(error) => ScopeOutcome::Partial {
                    code: error.code().to_owned(),
                    detail: format!("{name} {error}"),
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
