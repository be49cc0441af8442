use std::path::PathBuf;

/// Where state lives.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreConfig {
    /// Folder of the private database and of `cli.json`. Default: `$XDG_DATA_HOME/qlrf` or `~/.local/share/qlrf`.
    #[arg(long, env = "QLRF_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// A PostgreSQL server to use instead of the private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl StoreConfig {
    /// `None` when neither a flag nor the environment says where data may live.
    pub fn data_dir(&self) -> Option<PathBuf> {
        self.data_dir.clone().or_else(super::default_data_dir)
    }
}
