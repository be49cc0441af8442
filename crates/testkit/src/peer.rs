//! Real counterparts that tests talk to. A missing one makes its tests skip, and each says so by name.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Client;

use crate::poll::poll;

const READY_MAX: Duration = Duration::from_secs(30);

/// Looks where `scripts/setup.sh` installs, then where Debian packages do. `None` was told to whoever runs the test.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so by name")]
pub fn peer(program: &str, test: &str) -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let installed = repository.join(".cache/peers/bin").join(program);
    let places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(|folder| Path::new(folder).join(program));
    let found = std::iter::once(installed)
        .chain(places)
        .find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {test} (no {program})");
    }
    found
}

/// A program that serves HTTP on a port that it is given as its argument. It ends with this.
pub(crate) struct PeerServer {
    child: Child,
    pub client: Client,
    pub url: String,
}

impl PeerServer {
    /// `ready`: a path that it answers. `None` was told to whoever runs the test.
    pub async fn start(
        program: &str,
        variables: &[(&str, &str)],
        ready: &str,
        test: &str,
    ) -> Option<PeerServer> {
        let found = peer(program, test)?;
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let child = Command::new(found)
            .arg(port.to_string())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let server = PeerServer {
            child,
            client: Client::new(),
            url: format!("http://127.0.0.1:{port}"),
        };
        poll(READY_MAX, || {
            let asking = server.client.get(format!("{}{ready}", server.url)).send();
            async move { asking.await.ok() }
        })
        .await;
        Some(server)
    }
}

impl Drop for PeerServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
