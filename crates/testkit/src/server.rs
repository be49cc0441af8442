//! The server that the test databases live on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use qlrf_store::embedded::{Config, Durability, Error, Search, Server};
use sqlx::postgres::PgConnectOptions;

/// Names a server to use instead of the shared one.
const URL_VARIABLE: &str = "QLRF_TEST_DATABASE_URL";

/// Connects to the server as a user who may create databases, starting the shared server when it does not run.
pub async fn admin_options() -> Result<PgConnectOptions> {
    if let Some(url) = explicit_url() {
        return url
            .parse()
            .with_context(|| format!("{URL_VARIABLE} is not a PostgreSQL URL"));
    }
    let shared = scratch_dir().join("testkit");
    match start_shared(&shared).await {
        Err(error) if is_unreachable(&error) => {
            // `target` lies where the account of the server may not go, such as below /root.
            let digest = qlrf_core::digest::Digest::of(shared.as_os_str().as_encoded_bytes()).to_string();
            let elsewhere = PathBuf::from("/var/tmp").join(format!("qlrf-testkit-{}", &digest[..16]));
            start_shared(&elsewhere).await
        }
        other => other,
    }
}

/// A server of its own for a test that stops, kills or restarts it. Cheap in disk safety, like the shared one.
pub async fn private_server(data_dir: &Path) -> Result<Server> {
    let mut config = Config::new(data_dir, search());
    config.durability = Durability::Scratch;
    Ok(Server::start(config).await?)
}

/// Where tests find PostgreSQL: as the product does, with the set-up step's cache beside the repository.
#[allow(
    clippy::disallowed_methods,
    reason = "tests have no configuration layer that could hand the value in"
)]
pub fn search() -> Search {
    if let Some(dir) = std::env::var_os("QLRF_PG_BIN") {
        return Search::Only(dir.into());
    }
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let more = qlrf_store::embedded::wheel_dirs(&repository.join(".cache/postgres"));
    Search::Usual {
        path: std::env::var_os("PATH"),
        more,
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests have no configuration layer that could hand the value in"
)]
fn explicit_url() -> Option<String> {
    std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty())
}

async fn start_shared(dir: &Path) -> Result<PgConnectOptions> {
    fs::create_dir_all(dir).with_context(|| format!("create `{}`", dir.display()))?;
    // Test processes take turns; each lets go of the server without stopping it.
    let lock = fs::File::create(dir.join("turn.lock")).context("create the lock of the shared server")?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    let server = private_server(dir)
        .await
        .context("start the shared test server")?;
    let options = server.superuser_options();
    server.leave_running();
    drop(lock);
    Ok(options)
}

fn is_unreachable(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<Error>(), Some(Error::Unreachable { .. }))
}

/// `target`, seen from the running test at `target/<profile>/deps/<name>`.
fn scratch_dir() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    match exe
        .ancestors()
        .find(|dir| dir.ends_with("deps") || dir.ends_with("examples"))
    {
        Some(deps) => deps.ancestors().nth(2).unwrap_or(deps).to_owned(),
        None => std::env::temp_dir(),
    }
}
