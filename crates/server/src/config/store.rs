use std::path::PathBuf;

/// The database.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreConfig {
    /// A PostgreSQL server to use instead of the private one below the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Folder of the PostgreSQL programs for the private database; by default PATH and the usual places.
    #[arg(long, env = "QLRF_PG_BIN")]
    pub pg_bin: Option<PathBuf>,
}
