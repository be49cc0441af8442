//! The product as people start it: a process of its own, with its own data folder and private database.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use qlrf_testkit::poll;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::TestClient;

/// Below the time between two heartbeats of a stream and below what requests get to finish.
pub const STOP_MAX: Duration = Duration::from_secs(12);
pub const READY_MAX: Duration = Duration::from_secs(30);

pub struct Process {
    pub child: Child,
    pub client: TestClient,
    pub address: SocketAddr,
}

impl Process {
    pub async fn start(data: &TempDir, listen: &str) -> Process {
        let mut command = command(data, listen);
        command.stderr(Stdio::null());
        Process::spawn(data, command).await
    }

    /// Waits until it lets the command line of its machine in.
    pub async fn spawn(data: &TempDir, mut command: Command) -> Process {
        let file = data.path().join("cli.json");
        let read = || serde_json::from_slice::<Value>(&std::fs::read(&file).ok()?).ok();
        let before = read();
        let child = command.spawn().unwrap();
        let access = poll(READY_MAX, || async {
            read().filter(|now| before.as_ref() != Some(now))
        })
        .await;
        let url = access["url"].as_str().unwrap();
        Process {
            child,
            client: TestClient::at(url, access["token"].as_str().unwrap()),
            address: url.strip_prefix("http://").unwrap().parse().unwrap(),
        }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = nix::unistd::Pid::from_raw(self.child.id().unwrap().cast_signed());
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    pub async fn stop(mut self) {
        self.signal(Signal::SIGTERM);
        let ended = tokio::time::timeout(STOP_MAX, self.child.wait()).await;
        assert!(ended.unwrap().unwrap().success());
    }

    pub async fn get(&self, path: &str) -> Value {
        self.client.get(path).await.ok()
    }
}

pub fn command(data: &TempDir, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qlrf"));
    command
        .args(["serve", "--listen", listen, "--data-dir"])
        .arg(data.path())
        .env_remove("DATABASE_URL")
        // Nothing here calls out.
        .env("QLRF_FEED_INTERVAL", "off")
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

pub fn data_folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder.prefix("qlrf-it").tempdir_in("/tmp").unwrap()
}
