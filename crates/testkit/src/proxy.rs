//! A stretch of line between a client and the database that a test can cut.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use sqlx::postgres::PgConnectOptions;
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;

/// Forwards a private socket to the database. While cut, it drops every connection, old and new.
pub struct Proxy {
    dir: tempfile::TempDir,
    options: PgConnectOptions,
    connected: Arc<watch::Sender<bool>>,
    accept: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub async fn start(upstream: PgConnectOptions) -> Result<Proxy> {
        let dir = tempfile::Builder::new()
            .prefix("qlrf-proxy")
            .tempdir()
            .context("create the folder of the proxy")?;
        let listener = UnixListener::bind(dir.path().join(".s.PGSQL.5432")).context("bind the proxy")?;
        let options = upstream.clone().socket(dir.path()).port(5432);
        let (connected, _) = watch::channel(true);
        let connected = Arc::new(connected);
        let accept = tokio::spawn(accept(listener, Upstream::of(&upstream), Arc::clone(&connected)));
        Ok(Proxy {
            dir,
            options,
            connected,
            accept,
        })
    }

    /// As the upstream's, but through the proxy.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    pub fn socket_dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn cut(&self) {
        self.connected.send_replace(false);
    }

    pub fn restore(&self) {
        self.connected.send_replace(true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accept.abort();
        self.connected.send_replace(false);
    }
}

#[derive(Clone)]
enum Upstream {
    Unix(PathBuf),
    Tcp(String, u16),
}

impl Upstream {
    fn of(options: &PgConnectOptions) -> Upstream {
        match options.get_socket() {
            Some(dir) => Upstream::Unix(dir.join(format!(".s.PGSQL.{}", options.get_port()))),
            None => Upstream::Tcp(options.get_host().to_owned(), options.get_port()),
        }
    }

    async fn forward(&self, mut client: UnixStream) -> std::io::Result<()> {
        match self {
            Upstream::Unix(path) => {
                let mut server = UnixStream::connect(path).await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await?;
            }
            Upstream::Tcp(host, port) => {
                let mut server = TcpStream::connect((host.as_str(), *port)).await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await?;
            }
        }
        Ok(())
    }
}

async fn accept(listener: UnixListener, upstream: Upstream, connected: Arc<watch::Sender<bool>>) {
    while let Ok((client, _)) = listener.accept().await {
        let upstream = upstream.clone();
        let mut connected = connected.subscribe();
        if !*connected.borrow_and_update() {
            continue;
        }
        tokio::spawn(async move {
            tokio::select! {
                // A broken line looks the same to the client however it broke.
                _ = upstream.forward(client) => {}
                _ = connected.wait_for(|connected| !connected) => {}
            }
        });
    }
}
