//! A private PostgreSQL below a data folder, for installations that bring no server of their own.
//!
//! **Invariants:** the server listens on a socket in a private folder and never on a network; nothing here deletes,
//! upgrades or rewrites data; a folder is served by one qlrf process at a time.
//!
//! A qlrf that is killed leaves its server running. The next start finds it through the pid file and goes on with it;
//! a server that was killed too recovers from its own log.
//!
//! ```text
//! <data>/postgres        the cluster, owned by the account that the server runs as
//! <data>/postgres.log    what the server says
//! <data>/postgres.lock   held by the qlrf process that serves the folder; the kernel releases it at its death
//! <data>/run             the socket, unless the path is too long for one
//! ```

mod account;
mod binaries;
mod cluster;
mod error;
mod log;
mod postmaster;
mod process;
mod rundir;

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

pub use binaries::{LEAST_MAJOR, Search, wheel_dirs};
pub use error::{Error, Result};

use account::Account;
use error::At;
use postmaster::Postmaster;

#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub search: Search,
    /// For the socket; `None` chooses.
    pub run_dir: Option<PathBuf>,
    /// Without progress for this long, a start has failed. A recovery after a crash counts as progress.
    pub start_timeout: Duration,
    pub durability: Durability,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on disk when it is acknowledged.
    Synced,
    /// For tests: a crash of the machine may destroy the cluster.
    Scratch,
}

/// A running server. Dropping it stops the server.
#[derive(Debug)]
pub struct Server {
    postmaster: Postmaster,
    config: Config,
    origin: Origin,
    /// Released with the last handle: by drop, or by the kernel.
    _lock: fs::File,
}

/// How the server came to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The cluster was made by this start.
    Created,
    Started,
    /// It ran already, left by a qlrf that did not stop it.
    Adopted,
}

pub const START_TIMEOUT: Duration = Duration::from_secs(60);

impl Config {
    pub fn new(data_dir: impl Into<PathBuf>, search: Search) -> Config {
        let data_dir = data_dir.into();
        Config {
            data_dir,
            search,
            run_dir: None,
            start_timeout: START_TIMEOUT,
            durability: Durability::Synced,
        }
    }
}

impl Server {
    /// Starts the server of `config.data_dir`, making a cluster when there is none, or takes over the one that runs.
    pub async fn start(mut config: Config) -> Result<Server> {
        make_data_dir(&config.data_dir)?;
        config.data_dir = fs::canonicalize(&config.data_dir).at("resolve", &config.data_dir)?;
        let lock = lock(&config.data_dir)?;
        let (postmaster, origin) = run(&config).await?;
        Ok(Server {
            postmaster,
            config,
            origin,
            _lock: lock,
        })
    }

    /// Connects as the owner of the application's database, which is no superuser.
    pub fn options(&self) -> PgConnectOptions {
        self.postmaster.options(cluster::OWNER, cluster::DATABASE)
    }

    /// Connects as the superuser: for backups and for the databases of tests, never for requests.
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.postmaster.options(cluster::SUPERUSER, "postgres")
    }

    pub fn origin(&self) -> Origin {
        self.origin
    }

    pub fn pid(&self) -> u32 {
        self.postmaster.pid()
    }

    pub fn log_path(&self) -> PathBuf {
        log_path(&self.config.data_dir)
    }

    /// Starts the server again if it is gone (killed, out of memory) and says whether it had to.
    pub async fn revive(&mut self) -> Result<bool> {
        if self.postmaster.is_running() {
            return Ok(false);
        }
        let (postmaster, _) = run(&self.config).await?;
        self.postmaster = postmaster;
        Ok(true)
    }

    /// Ends the sessions, writes a checkpoint, stops the server.
    pub async fn stop(mut self) -> Result<()> {
        self.postmaster.stop().await
    }

    /// Lets go without stopping, for a server that several short processes share.
    pub fn leave_running(mut self) {
        self.postmaster.forget();
    }
}

/// How to reach the server of a data folder that another process serves; `None` when it does not run.
pub async fn find_running(data_dir: &Path) -> Result<Option<PgConnectOptions>> {
    let cluster = data_dir.join("postgres");
    let config = Config::new(data_dir, Search::Only(PathBuf::new()));
    let Some(mut running) = postmaster::adopt(&cluster, &config).await? else {
        return Ok(None);
    };
    let options = running.options(cluster::OWNER, cluster::DATABASE);
    // It is not ours to stop.
    running.forget();
    Ok(Some(options))
}

/// Whether a cluster was ever made in this data folder.
pub fn has_cluster(data_dir: &Path) -> Result<bool> {
    Ok(cluster::major(&data_dir.join("postgres"))?.is_some())
}

async fn run(config: &Config) -> Result<(Postmaster, Origin)> {
    let cluster = config.data_dir.join("postgres");
    let account = Account::choose(&cluster)?;
    account.can_enter(&config.data_dir)?;
    let major = cluster::major(&cluster)?;
    let (postmaster, origin) = match postmaster::adopt(&cluster, config).await? {
        Some(running) => (running, Origin::Adopted),
        None => {
            let wanted = major.map(|major| (cluster.as_path(), major));
            let binaries = binaries::find(&config.search, &account, wanted)?;
            if major.is_none() {
                cluster::init(&binaries, &account, &cluster).await?;
            }
            let origin = if major.is_none() {
                Origin::Created
            } else {
                Origin::Started
            };
            (
                postmaster::start(&binaries, &account, &cluster, config).await?,
                origin,
            )
        }
    };
    postmaster.prepare_database().await?;
    Ok((postmaster, origin))
}

/// Others may pass through, because the account of the server must; what is inside has its own rights.
fn make_data_dir(dir: &Path) -> Result<()> {
    let mode = if nix::unistd::Uid::effective().is_root() {
        0o711
    } else {
        0o700
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(dir)
        .at("create the data folder", dir)
}

/// The lock belongs to the open file and goes with the process, however that ends; children do not inherit it.
fn lock(data_dir: &Path) -> Result<fs::File> {
    let path = data_dir.join("postgres.lock");
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .at("open the lock file", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::InUse(data_dir.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(error).at("lock", &path),
    }
}

fn log_path(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres.log")
}
