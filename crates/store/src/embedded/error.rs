//! Why the private server does not run: one variant per thing that a person can do something about.

use std::path::{Path, PathBuf};

use qlrf_core::error::{Error as PublicError, ErrorKind};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no usable PostgreSQL {least} or newer was found; looked in {searched}")]
    NotFound { least: u32, searched: String },
    #[error(
        "the data folder `{}` was written by PostgreSQL {cluster}, but the binaries found are of {found}",
        .data.display()
    )]
    VersionMismatch {
        data: PathBuf,
        cluster: u32,
        found: String,
    },
    #[error("another qlrf process uses the data folder `{}`", .0.display())]
    InUse(PathBuf),
    #[error("a server with process id {pid} runs on `{}` and does not let qlrf in: {reason}", .data.display())]
    Foreign { data: PathBuf, pid: u32, reason: String },
    #[error("`{}` is not empty and holds no PostgreSQL data", .0.display())]
    NotACluster(PathBuf),
    #[error("no account to run PostgreSQL as: it refuses root, and none of {0} exists")]
    NoAccount(String),
    #[error("the account `{account}`, as which PostgreSQL runs, may not enter `{}`", .folder.display())]
    Unreachable { account: String, folder: PathBuf },
    #[error("the socket path `{}` is longer than the {limit} bytes that the system allows", .path.display())]
    SocketPathTooLong { path: PathBuf, limit: usize },
    #[error("`{}` exists and is not a private folder of the account that PostgreSQL runs as", .0.display())]
    UnsafeRunDir(PathBuf),
    #[error("could not {action} `{}`: {source}", .path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the disk is full: {0}")]
    DiskFull(String),
    #[error("initdb failed: {0}")]
    InitFailed(String),
    #[error("PostgreSQL did not start: {0}")]
    StartFailed(String),
    #[error("PostgreSQL did not accept connections within {seconds} s: {log}")]
    StartTimedOut { seconds: u64, log: String },
    #[error("PostgreSQL (process {pid}) did not stop within {seconds} s")]
    StopTimedOut { pid: u32, seconds: u64 },
    #[error("the new server refused to prepare the database: {0}")]
    Prepare(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Stable; each has a page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotFound { .. } => "postgres_not_found",
            Error::VersionMismatch { .. } => "postgres_version_mismatch",
            Error::InUse(_) => "data_folder_in_use",
            Error::Foreign { .. } => "postgres_foreign_server",
            Error::NotACluster(_) => "data_folder_not_a_cluster",
            Error::NoAccount(_) => "postgres_no_account",
            Error::Unreachable { .. } => "data_folder_unreachable",
            Error::SocketPathTooLong { .. } => "socket_path_too_long",
            Error::UnsafeRunDir(_) => "socket_folder_unsafe",
            Error::Io { source, .. } if is_disk_full(source) => "disk_full",
            Error::Io { .. } => "data_folder_unusable",
            Error::DiskFull(_) => "disk_full",
            Error::InitFailed(_) => "postgres_init_failed",
            Error::StartFailed(_) => "postgres_start_failed",
            Error::StartTimedOut { .. } => "postgres_start_timeout",
            Error::StopTimedOut { .. } => "postgres_stop_timeout",
            Error::Prepare(_) => "postgres_prepare_failed",
        }
    }

    /// The next action, where one is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Error::NotFound { .. } => "install it (Debian and Ubuntu: `apt-get install postgresql`; macOS: \
                `brew install postgresql@17`), name its folder with `QLRF_PG_BIN`, or give `DATABASE_URL` of a running server"
                .into(),
            Error::VersionMismatch { data, cluster, .. } => format!(
                "install PostgreSQL {cluster} beside the other, or move the data with `pg_upgrade`; \
                 qlrf changes nothing in `{}`",
                data.display()
            ),
            Error::InUse(_) => "stop the other process, or choose another data folder".into(),
            Error::Foreign { .. } => "stop that server, or choose another data folder".into(),
            Error::NotACluster(path) => {
                format!("move the content of `{}` away; qlrf deletes nothing there", path.display())
            }
            Error::NoAccount(_) => "create one: `useradd --system --no-create-home qlrf`, or start qlrf as an ordinary user".into(),
            Error::Unreachable { folder, .. } => format!(
                "choose a data folder elsewhere, for example `/var/lib/qlrf`, or allow passage with `chmod o+x {}`",
                folder.display()
            ),
            Error::SocketPathTooLong { .. } => "choose a shorter folder for the socket".into(),
            Error::UnsafeRunDir(path) => format!("look at who made `{}`, then remove it", path.display()),
            Error::Io { source, .. } if is_disk_full(source) => "free some space, then start again; nothing is lost".into(),
            Error::Io { .. } => "give the user that starts qlrf the right to write there, or choose another data folder".into(),
            Error::DiskFull(_) => "free some space, then start again; nothing is lost".into(),
            Error::StartTimedOut { .. } => "a recovery after a crash can take long: start again and it goes on".into(),
            _ => return None,
        })
    }
}

impl From<Error> for PublicError {
    fn from(error: Error) -> Self {
        let mut public = PublicError::new(ErrorKind::Unavailable, error.code(), error.to_string());
        if let Some(hint) = error.hint() {
            public = public.hint(hint);
        }
        public
    }
}

/// Names what was attempted on what.
pub(super) trait At<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Io {
            action,
            path: path.to_owned(),
            source,
        })
    }
}

fn is_disk_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    )
}
