//! A connection to one host: to an address that was judged, from a host whose key was checked, as a user who may log in.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::client::{self, Handle};
use russh::keys::PublicKeyOrCertificate;
use russh::{ChannelMsg, ChannelStream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::known_hosts::{KnownHosts, Wanted};
use super::login::Credential;
use super::sftp::{Sftp, SftpError};
use crate::address::{AddressError, Policy};

const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
const LOGIN_TIME_MAX: Duration = Duration::from_secs(10);
const COMMAND_TIME_MAX: Duration = Duration::from_secs(30);
const OUTPUT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A peer that is silent for so long is gone: edge links break without saying so.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Why a host was not read. Its assets stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("{0}")]
    Address(#[from] AddressError),
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    #[error("is not trusted: {0}")]
    Key(String),
    #[error("does not let \"{user}\" in with {with}")]
    Login { user: String, with: &'static str },
    #[error("was not asked: the SSH agent cannot be used: {0}")]
    Agent(String),
    #[error("gives no files over SFTP: {0}")]
    Files(String),
    #[error("did not finish {0} in time")]
    TimedOut(&'static str),
    #[error("broke off: {0}")]
    Broken(String),
    #[error("has no stable identity: no machine id, no DMI product UUID and no SSH host key can be read")]
    Unidentified,
}

impl HostError {
    /// Stable; stands in the coverage ledger.
    pub fn code(&self) -> &'static str {
        match self {
            HostError::Address(_) => "address_refused",
            HostError::Unreachable(_) => "host_unreachable",
            HostError::Key(_) => "host_key_refused",
            HostError::Login { .. } => "login_refused",
            HostError::Agent(_) => "ssh_agent_unavailable",
            HostError::Files(_) => "files_refused",
            HostError::TimedOut(_) => "host_timed_out",
            HostError::Broken(_) => "connection_broken",
            HostError::Unidentified => "host_unidentified",
        }
    }
}

pub struct Session {
    handle: Handle<Client>,
}

/// What a session is made with.
pub struct Means<'a> {
    pub user: &'a str,
    pub credential: &'a Credential,
    pub known_hosts: &'a Arc<KnownHosts>,
}

struct Client {
    known_hosts: Arc<KnownHosts>,
    wanted: Wanted,
    /// Why the host's key was refused.
    refusal: Arc<Mutex<Option<String>>>,
}

impl client::Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let judged = self.known_hosts.judge(&self.wanted, shown);
        let trusted = judged.is_ok();
        *self.refusal.lock().expect("nothing panics while it is locked") = judged.err();
        Ok(trusted)
    }
}

impl Session {
    /// Connects straight to the host.
    pub async fn open(wanted: &Wanted, means: &Means<'_>, policy: &Policy) -> Result<Session, HostError> {
        let addresses = policy.resolve(&wanted.host, wanted.port).await?;
        let mut failed = HostError::TimedOut("connecting");
        for address in addresses {
            match tokio::time::timeout(CONNECT_TIME_MAX, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Many small questions: none may wait for the next.
                    let _ = stream.set_nodelay(true);
                    return Session::over(stream, wanted, means).await;
                }
                Ok(Err(error)) => failed = HostError::Unreachable(error.to_string()),
                Err(_) => failed = HostError::TimedOut("connecting"),
            }
        }
        Err(failed)
    }

    /// Connects to a host behind this one, which resolves its name.
    pub async fn open_behind(
        &self,
        wanted: &Wanted,
        means: &Means<'_>,
        policy: &Policy,
    ) -> Result<Session, HostError> {
        policy.check(&wanted.host)?;
        let opening =
            self.handle
                .channel_open_direct_tcpip(&wanted.host, u32::from(wanted.port), "127.0.0.1", 0);
        let opened = within(CONNECT_TIME_MAX, "connecting", opening).await?;
        let channel =
            opened.map_err(|error| HostError::Unreachable(format!("through the jump host: {error}")))?;
        Session::over(channel.into_stream(), wanted, means).await
    }

    async fn over<S>(stream: S, wanted: &Wanted, means: &Means<'_>) -> Result<Session, HostError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let refusal = Arc::default();
        let client = Client {
            known_hosts: means.known_hosts.clone(),
            wanted: wanted.clone(),
            refusal: Arc::clone(&refusal),
        };
        let config = client::Config {
            preferred: means.known_hosts.preferred(wanted),
            inactivity_timeout: Some(SILENCE_MAX),
            ..client::Config::default()
        };
        let connecting = client::connect_stream(Arc::new(config), stream, client);
        let connected = within(LOGIN_TIME_MAX, "the handshake", connecting).await?;
        let handle = connected.map_err(|error| {
            match refusal.lock().expect("nothing panics while it is locked").take() {
                Some(reason) => HostError::Key(reason),
                None => HostError::Broken(error.to_string()),
            }
        })?;
        let mut session = Session { handle };
        let login = means.credential.log_in(&mut session.handle, means.user);
        within(LOGIN_TIME_MAX, "the login", login).await??;
        Ok(session)
    }

    pub async fn sftp(&self) -> Result<Sftp<ChannelStream<client::Msg>>, HostError> {
        let broken = |error: russh::Error| HostError::Broken(error.to_string());
        let beginning = async {
            let mut channel = self.handle.channel_open_session().await.map_err(broken)?;
            channel.request_subsystem(true, "sftp").await.map_err(broken)?;
            loop {
                match channel.wait().await {
                    Some(ChannelMsg::Success) => break,
                    Some(ChannelMsg::Failure) | None => {
                        return Err(HostError::Files("its sshd has no \"Subsystem sftp\"".to_owned()));
                    }
                    Some(_) => {}
                }
            }
            Sftp::begin(channel.into_stream())
                .await
                .map_err(|error| match error {
                    SftpError::Broken(reason) => HostError::Files(reason),
                    other => HostError::Files(other.to_string()),
                })
        };
        within(LOGIN_TIME_MAX, "opening SFTP", beginning).await?
    }

    /// What a fixed command prints; `None` where the account may run none, or it failed.
    pub async fn run(&self, command: &'static str) -> Result<Option<String>, HostError> {
        let output = within(COMMAND_TIME_MAX, "systemctl", self.output(command)).await?;
        // A line that broke says nothing of what the account may do.
        match self.handle.is_closed() {
            true => Err(HostError::Broken("the connection was closed".to_owned())),
            false => Ok(output),
        }
    }

    async fn output(&self, command: &'static str) -> Option<String> {
        let mut channel = self.handle.channel_open_session().await.ok()?;
        channel.exec(true, command).await.ok()?;
        // An account that is confined to SFTP gets its server instead of the command: it ends with its input.
        channel.eof().await.ok()?;
        let (mut output, mut code) = (Vec::new(), None);
        while let Some(message) = channel.wait().await {
            match message {
                ChannelMsg::Data { data } if output.len() + data.len() <= OUTPUT_BYTES_MAX => {
                    output.extend_from_slice(&data);
                }
                ChannelMsg::Data { .. } | ChannelMsg::Failure => return None,
                ChannelMsg::ExitStatus { exit_status } => code = Some(exit_status),
                _ => {}
            }
        }
        (code == Some(0)).then(|| String::from_utf8(output).ok())?
    }

    /// Says goodbye; without it the host would wait for more.
    pub async fn close(self) {
        let goodbye = self.handle.disconnect(russh::Disconnect::ByApplication, "", "en");
        let _ = tokio::time::timeout(Duration::from_secs(1), goodbye).await;
    }
}

pub async fn within<T>(
    time_max: Duration,
    what: &'static str,
    work: impl Future<Output = T>,
) -> Result<T, HostError> {
    tokio::time::timeout(time_max, work)
        .await
        .map_err(|_| HostError::TimedOut(what))
}
