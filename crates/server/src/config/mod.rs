//! Configuration: flags before environment before defaults, one struct per area, checked before a port opens.
//!
//! **Invariant:** the environment is read here and nowhere else.

mod connector;
mod feed;
mod http;
mod secret;
mod store;
mod telemetry;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use connector::ConnectorConfig;
pub use feed::{FeedConfig, Interval, Mirror};
pub use http::HttpConfig;
pub use secret::{SecretConfig, VaultAuth};
pub use store::StoreConfig;
pub use telemetry::{LogFormat, TelemetryConfig};

use crate::roles::RoleName;

/// `qlrf serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeConfig {
    #[command(flatten)]
    pub http: HttpConfig,
    #[command(flatten)]
    pub store: StoreConfig,
    #[command(flatten)]
    pub feed: FeedConfig,
    #[command(flatten)]
    pub connector: ConnectorConfig,
    #[command(flatten)]
    pub secret: SecretConfig,
    #[command(flatten)]
    pub telemetry: TelemetryConfig,
    /// What this process does; all of it by default.
    #[arg(long = "role", env = "QLRF_ROLE", value_delimiter = ',', value_enum, default_values_t = RoleName::ALL.to_vec())]
    pub roles: Vec<RoleName>,
}

/// Read by the scripts and tests around the binary, which may pass them on.
const FOREIGN_VARIABLES: &[&str] = &[CALLED_AS, "QLRF_BIN", "QLRF_PROFILE", "QLRF_TEST_DATABASE_URL"];

const CALLED_AS: &str = "QLRF_CALLED_AS";

/// Variables with our prefix that no option reads, sorted. A mistyped name must not go unnoticed.
#[allow(clippy::disallowed_methods, reason = "the environment is read here")]
pub fn unknown_variables(command: &clap::Command) -> Vec<String> {
    let mut known: BTreeSet<String> = FOREIGN_VARIABLES.iter().map(|name| (*name).to_owned()).collect();
    collect_variables(command, &mut known);
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<String> = set
        .filter(|name| name.starts_with("QLRF_") && !known.contains(name))
        .collect();
    unknown.sort();
    unknown
}

fn collect_variables(command: &clap::Command, known: &mut BTreeSet<String>) {
    let names = command
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str().map(str::to_owned));
    known.extend(names);
    for child in command.get_subcommands() {
        collect_variables(child, known);
    }
}

/// `$XDG_DATA_HOME/qlrf`, else `~/.local/share/qlrf`; `None` without a home.
#[allow(clippy::disallowed_methods, reason = "the environment is read here")]
pub fn default_data_dir() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("qlrf"))
}

/// What a person types to run this program: a launcher that is not on `PATH` says its own name.
#[allow(clippy::disallowed_methods, reason = "the environment is read here")]
pub fn called_as() -> String {
    std::env::var(CALLED_AS).unwrap_or_else(|_| "qlrf".to_owned())
}

/// Where the programs of the private PostgreSQL are looked for.
#[allow(clippy::disallowed_methods, reason = "the environment is read here")]
pub fn postgres_search(config: &StoreConfig) -> qlrf_store::embedded::Search {
    use qlrf_store::embedded::Search;
    match &config.pg_bin {
        Some(dir) => Search::Only(dir.clone()),
        None => Search::Usual {
            path: std::env::var_os("PATH"),
            more: Vec::new(),
        },
    }
}
