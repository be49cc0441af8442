//! Starting, adopting, readying and stopping the server process.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{At, Error, Result};
use super::process::{self, PidFile};
use super::{Config, Durability, cluster, log, rundir};

/// How often a state is asked for while it is awaited.
const POLL: Duration = Duration::from_millis(10);
/// A crash recovery reports itself as progress for at most this long.
const RECOVERY_MAX: Duration = Duration::from_secs(30 * 60);
/// Children of a server that was killed end by themselves, a moment after it.
const ORPHANS_TIME_MAX: Duration = Duration::from_secs(15);
/// A fast shutdown writes one checkpoint.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Postmaster {
    pid: u32,
    /// Ours to reap; an adopted server has another parent.
    child: Option<Child>,
    run_dir: PathBuf,
    port: u16,
    /// Set once the server is stopped or let go.
    released: bool,
}

/// Nothing may serve the files before the last child of a server that was killed is gone.
pub(super) async fn start(
    binaries: &Binaries,
    account: &Account,
    cluster: &Path,
    config: &Config,
) -> Result<Postmaster> {
    let deadline = Instant::now() + ORPHANS_TIME_MAX;
    loop {
        match launch(binaries, account, cluster, config).await {
            Err(Error::StartFailed(text)) if log::is_still_in_use(&text) && Instant::now() < deadline => {
                tokio::time::sleep(POLL).await;
            }
            started => return started,
        }
    }
}

async fn launch(
    binaries: &Binaries,
    account: &Account,
    cluster: &Path,
    config: &Config,
) -> Result<Postmaster> {
    use std::os::unix::process::CommandExt;
    let run_dir = rundir::prepare(config.run_dir.as_deref(), &config.data_dir, account)?;
    rundir::clear_stale_lock(&run_dir)?;
    cluster::write_access_rules(cluster, account)?;
    let log_path = super::log_path(&config.data_dir);
    let log = log::open(&log_path)?;
    let log_start = log.metadata().at("read", &log_path)?.len();
    let mut command = account.command(&binaries.dir.join("postgres"));
    command.arg("-D").arg(cluster).current_dir(cluster);
    for setting in settings(cluster, &run_dir, config.durability) {
        command.arg("-c").arg(setting);
    }
    command.stdout(log.try_clone().at("open", &log_path)?).stderr(log);
    // Its own process group: Ctrl-C on the terminal reaches qlrf, which stops the server in order.
    let child = command
        .process_group(0)
        .spawn()
        .at("run PostgreSQL in", cluster)?;
    let mut postmaster = Postmaster {
        pid: child.id(),
        child: Some(child),
        run_dir,
        port: rundir::PORT,
        released: false,
    };
    match postmaster.ready(cluster, config.start_timeout).await {
        Ok(()) => Ok(postmaster),
        Err(error) => {
            let text = log::tail_since(&log_path, log_start);
            Err(match error {
                Error::StartTimedOut { seconds, .. } => Error::StartTimedOut { seconds, log: text },
                _ if log::is_disk_full(&text) => Error::DiskFull(text),
                Error::StartFailed(reason) if text.is_empty() => Error::StartFailed(reason),
                Error::StartFailed(_) => Error::StartFailed(text),
                other => other,
            })
        }
    }
}

/// Takes over the server that the pid file names, if it lives and serves exactly this cluster.
pub(super) async fn adopt(cluster: &Path, config: &Config) -> Result<Option<Postmaster>> {
    let deadline = Instant::now() + config.start_timeout;
    // A server that comes up has not written its socket folder yet; one that goes down soon has no pid file.
    while let Some(file) = PidFile::read(cluster)? {
        if !process::is_postgres(file.pid) {
            process::retire_pid_file(cluster)?;
            return Ok(None);
        }
        if let (Some(run_dir), Some(port)) = (file.socket_dir, file.port) {
            let mut running = Postmaster {
                pid: file.pid,
                child: None,
                run_dir,
                port,
                released: false,
            };
            let ready = running.ready(cluster, config.start_timeout).await;
            match ready {
                Ok(()) => return Ok(Some(running)),
                // It stopped while we asked: look again.
                Err(_) if !running.is_running() => running.forget(),
                Err(error) => {
                    running.forget();
                    let reason = error.to_string();
                    return Err(Error::Foreign {
                        data: cluster.to_owned(),
                        pid: file.pid,
                        reason,
                    });
                }
            }
        }
        if Instant::now() > deadline {
            let seconds = config.start_timeout.as_secs();
            return Err(Error::StartTimedOut {
                seconds,
                log: format!("process {} never got ready", file.pid),
            });
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(None)
}

fn settings(cluster: &Path, run_dir: &Path, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("port={}", rundir::PORT),
        format!("unix_socket_directories={}", quoted(run_dir)),
        "unix_socket_permissions=0700".to_owned(),
        format!("hba_file={}", cluster.join("qlrf_hba.conf").display()),
        format!("ident_file={}", cluster.join("qlrf_ident.conf").display()),
        "logging_collector=off".to_owned(),
        "log_destination=stderr".to_owned(),
    ];
    let synced = match durability {
        Durability::Synced => ["fsync=on", "full_page_writes=on"].as_slice(),
        // Many short tests at once need more sessions than one product.
        Durability::Scratch => &[
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "max_connections=300",
        ],
    };
    settings.extend(synced.iter().map(|setting| (*setting).to_owned()));
    settings
}

/// The setting is a list; a folder with a comma or a space needs quotes.
fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('"', "\"\""))
}

impl Postmaster {
    pub fn pid(&self) -> u32 {
        self.pid
    }

    pub fn options(&self, role: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.run_dir)
            .port(self.port)
            .username(role)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    pub fn is_running(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => process::is_postgres(self.pid),
        }
    }

    /// Asks until the server answers, and that it serves this very cluster.
    async fn ready(&mut self, cluster: &Path, timeout: Duration) -> Result<()> {
        let begun = Instant::now();
        let mut deadline = begun + timeout;
        loop {
            match self.connect().await {
                Ok(connection) => return serves(connection, cluster).await,
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("57P03") => {
                    // "the database system is starting up": it reads its log, which is progress.
                    deadline = (Instant::now() + timeout).min(begun + RECOVERY_MAX);
                }
                Err(sqlx::Error::Io(_)) => {}
                Err(error) => return Err(Error::StartFailed(error.to_string())),
            }
            if !self.is_running() {
                return Err(Error::StartFailed("the process ended".into()));
            }
            if Instant::now() > deadline {
                return Err(Error::StartTimedOut {
                    seconds: timeout.as_secs(),
                    log: String::new(),
                });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn connect(&self) -> sqlx::Result<PgConnection> {
        self.options(cluster::SUPERUSER, "postgres").connect().await
    }

    /// The role and the database of the application, if this is the first start that gets so far.
    pub async fn prepare_database(&self) -> Result<()> {
        let refused = |error: sqlx::Error| Error::Prepare(error.to_string());
        let mut connection = self.connect().await.map_err(refused)?;
        let (role, database): (bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND NOT rolinherit), \
                    EXISTS (SELECT FROM pg_database WHERE datname = $2)",
        )
        .bind(cluster::OWNER)
        .bind(cluster::DATABASE)
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
        if !role {
            self.create_owner().await.map_err(refused)?;
        }
        crate::migrate::create_roles(&mut connection, Some(cluster::OWNER))
            .await
            .map_err(|error| Error::Prepare(error.to_string()))?;
        if !database {
            let create = format!("CREATE DATABASE {} OWNER {}", cluster::DATABASE, cluster::OWNER);
            sqlx::query(AssertSqlSafe(create))
                .execute(&mut connection)
                .await
                .map_err(refused)?;
        }
        connection.close().await.map_err(refused)
    }

    /// NOINHERIT: a policy for a role serves whoever inherits it, and the owner shall see no rows that way. What it
    /// would inherit as the database's owner, the schema, it gets by name, in the template of all databases.
    async fn create_owner(&self) -> sqlx::Result<()> {
        let mut template = self.options(cluster::SUPERUSER, "template1").connect().await?;
        let create = format!(
            "DO $$ BEGIN CREATE ROLE {0} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
             ALTER ROLE {0} NOINHERIT; ALTER SCHEMA public OWNER TO {0}",
            cluster::OWNER
        );
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&mut template)
            .await?;
        template.close().await
    }

    /// Does not stop the server when this handle goes.
    pub fn forget(&mut self) {
        self.released = true;
    }

    pub async fn stop(&mut self) -> Result<()> {
        self.released = true;
        for stop in [process::stop_fast, process::stop_now] {
            stop(self.pid);
            let deadline = Instant::now() + STOP_TIMEOUT;
            while Instant::now() < deadline {
                if !self.is_running() {
                    return Ok(());
                }
                tokio::time::sleep(POLL).await;
            }
        }
        Err(Error::StopTimedOut {
            pid: self.pid,
            seconds: 2 * STOP_TIMEOUT.as_secs(),
        })
    }
}

impl Drop for Postmaster {
    /// The way out when an error or a panic skips `stop`: the child must not stay behind.
    #[allow(
        clippy::disallowed_methods,
        reason = "drop cannot await, and waits for the end of the process, not for time"
    )]
    fn drop(&mut self) {
        if self.released {
            return;
        }
        process::stop_fast(self.pid);
        let deadline = Instant::now() + STOP_TIMEOUT;
        while self.is_running() {
            if Instant::now() > deadline {
                process::stop_now(self.pid);
                return;
            }
            std::thread::sleep(POLL);
        }
    }
}

async fn serves(mut connection: PgConnection, cluster: &Path) -> Result<()> {
    let refused = |error: sqlx::Error| Error::StartFailed(error.to_string());
    let row = sqlx::query("SHOW data_directory")
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
    let served: String = row.try_get(0).map_err(refused)?;
    connection.close().await.map_err(refused)?;
    if Path::new(&served) == cluster {
        return Ok(());
    }
    Err(Error::StartFailed(format!(
        "the server behind the socket serves `{served}`"
    )))
}
