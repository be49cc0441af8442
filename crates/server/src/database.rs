//! The database of this process: the private one that it supervises, or a server that it is given.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use qlrf_store::embedded::{self, Config, Server};
use qlrf_store::{PgConnectOptions, Store, lease, org};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{self, StoreConfig};
use crate::roles::Stop;

/// How soon a private server that died is started again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub struct Database {
    store: Store,
    server: Option<Server>,
}

impl Database {
    pub async fn open(config: &StoreConfig, data_dir: &Path) -> anyhow::Result<Database> {
        if let Some(url) = &config.database_url {
            let store = Store::open(parse(url)?).await?;
            return Ok(Database { store, server: None });
        }
        let server = Server::start(Config::new(data_dir, config::postgres_search(config)))
            .await
            .map_err(public)?;
        let store = Store::open(server.options()).await?;
        // One process serves the folder, so whoever holds a lease is dead: its work goes on now, not when the lease ends.
        release_leases(&store).await?;
        Ok(Database {
            store,
            server: Some(server),
        })
    }

    /// For a command on the server's machine, while the server runs or not. It makes no installation where there is none.
    pub async fn open_beside(config: &StoreConfig, data_dir: &Path) -> anyhow::Result<Database> {
        if let Some(url) = &config.database_url {
            return Database::connect(parse(url)?).await;
        }
        if !embedded::has_cluster(data_dir).map_err(public)? {
            anyhow::bail!(
                "there is no installation in \"{}\"; name its folder with --data-dir or its database with --database-url",
                data_dir.display()
            );
        }
        match embedded::find_running(data_dir).await.map_err(public)? {
            Some(options) => Database::connect(options).await,
            None => Database::open(config, data_dir).await,
        }
    }

    /// The schema is the business of the server that runs.
    async fn connect(options: PgConnectOptions) -> anyhow::Result<Database> {
        let store = Store::connect(options);
        store.ping().await?;
        Ok(Database { store, server: None })
    }

    /// Stops a private server that this process started.
    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await;
        match self.server {
            Some(server) => server.stop().await.context("the private database did not stop"),
            None => Ok(()),
        }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Keeps a private server running until the answer is closed.
    pub fn supervise(self) -> Supervisor {
        let (sender, mut stop) = Stop::new();
        let task = tokio::spawn(async move {
            let Some(mut server) = self.server else {
                return Ok(());
            };
            while stop.sleep(LOOK_EVERY).await {
                match server.revive().await {
                    Ok(false) => {}
                    Ok(true) => tracing::warn!("the private database was gone and runs again"),
                    Err(error) => tracing::error!("the private database is gone and does not start: {error}"),
                }
            }
            server.stop().await.context("the private database did not stop")
        });
        Supervisor {
            sender,
            task,
            store: self.store,
        }
    }
}

/// The parser's error may quote the URL, and with it the password.
fn parse(url: &str) -> anyhow::Result<PgConnectOptions> {
    url.parse()
        .map_err(|_| anyhow::anyhow!("DATABASE_URL is not a PostgreSQL URL"))
}

/// Has a stop of its own: requests in progress need the database after the process was told to end.
pub struct Supervisor {
    sender: watch::Sender<bool>,
    task: JoinHandle<anyhow::Result<()>>,
    store: Store,
}

impl Supervisor {
    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await;
        // It has gone already when there is no server to watch.
        let _ = self.sender.send(true);
        self.task.await.context("the database's supervisor panicked")?
    }
}

async fn release_leases(store: &Store) -> qlrf_store::Result<()> {
    let mut tx = store.system("list organisations").await?;
    let orgs = org::list_all(&mut tx).await?;
    drop(tx);
    for org in orgs {
        let mut tx = store.tenant(org.id).await?;
        lease::release_all(&mut tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The hint belongs to what the operator reads.
fn public(error: qlrf_store::embedded::Error) -> anyhow::Error {
    let hint = error.hint();
    match hint {
        Some(hint) => anyhow::anyhow!("{error}\n{hint}"),
        None => error.into(),
    }
}
