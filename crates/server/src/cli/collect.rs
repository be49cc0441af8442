//! `qlrf collect`: reads this host into a signed bundle, for hosts that no route leads to. Needs no server.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use futures::FutureExt as _;
use qlrf_connectors::grant::Grants;
use qlrf_connectors::inventory::offline::bundle::{self, Facts, SigningKey};
use qlrf_connectors::inventory::{ConnectError, Observed, Sink, local};
use qlrf_core::asset::{Asset, Confidence, Software};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::Resource;
use qlrf_core::secret::Secret;
use qlrf_core::time::now;
use qlrf_engines::sbom;

use super::{Cli, Failure, Noun, Result, Table};

pub const NOUN: Noun = Noun {
    name: "collect",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const OWNER_ONLY: u32 = 0o600;

#[derive(clap::Args)]
struct Collect {
    /// Write the bundle here
    #[arg(long, required_unless_present = "new_key", requires = "key")]
    out: Option<PathBuf>,
    /// Sign with this key
    #[arg(long)]
    key: Option<PathBuf>,
    /// Make a key, write it here and print what the server has to trust
    #[arg(long, conflicts_with_all = ["out", "key"])]
    new_key: Option<PathBuf>,
    /// Where the host's file system is seen; with another folder than `/` no command is run
    #[arg(long, default_value = "/")]
    root: String,
}

fn command(command: Command) -> Command {
    Collect::augment_args(
        command.about("Read this host into a signed bundle, to be imported elsewhere; needs no server"),
    )
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let collect = Collect::from_arg_matches(matches).expect("clap checked the arguments");
    match (collect.new_key, collect.out, collect.key) {
        (Some(path), ..) => new_key(cli, &path),
        (None, Some(out), Some(key)) => write_bundle(cli, &out, &key, &collect.root).await,
        _ => unreachable!("clap demands a key with a bundle"),
    }
}

fn new_key(cli: &Cli, path: &Path) -> Result<()> {
    let (key, text) = SigningKey::generate().map_err(Failure::other)?;
    write_new(path, text.expose().as_bytes())?;
    let fields = [
        ("key", path.display().to_string()),
        ("public key", key.public().to_string()),
    ];
    let shown = serde_json::json!({ "key": path, "public_key": key.public().to_string() });
    cli.printer.show(&shown, |_| Table::fields(&fields));
    cli.printer
        .note("keep the key on the host; give the public key to the connector that takes its bundles");
    Ok(())
}

async fn write_bundle(cli: &Cli, out: &Path, key: &Path, root: &str) -> Result<()> {
    let unreadable = |reason: String| Failure::data(format!("the key \"{}\": {reason}", key.display()));
    let text = std::fs::read_to_string(key).map_err(|error| unreadable(error.to_string()))?;
    let key = SigningKey::parse(&Secret::new(text)).map_err(unreadable)?;
    let asset = read_host(root).await?;
    let packages = asset
        .software
        .as_ref()
        .map(|software| software.packages.packages().len());
    let (name, facts) = (
        asset.name.clone(),
        Facts {
            asset,
            collected_at: now(),
        },
    );
    let bytes = bundle::write(&facts, &key);
    write_new(out, &bytes)?;
    let packages = packages.map_or("unknown".to_owned(), |count| count.to_string());
    let shown =
        serde_json::json!({ "host": name, "bundle": out, "bytes": bytes.len(), "packages": packages });
    let fields = [
        ("host", name),
        ("packages", packages),
        ("bundle", format!("{} ({} bytes)", out.display(), bytes.len())),
    ];
    cli.printer.show(&shown, |_| Table::fields(&fields));
    cli.printer
        .note("carry it over: `qlrf facts import PATH --connector NAME`");
    Ok(())
}

/// A file that is there already is left alone: it may be a key in use, or the bundle of another host.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed =
        |error: std::io::Error| Failure::data(format!("\"{}\" cannot be written: {error}", path.display()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path)
        .map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

async fn read_host(root: &str) -> Result<Asset> {
    let build = local::KIND.build;
    let local = build(
        serde_json::json!({ "root": root }),
        Grants::default().of("collect"),
    )
    .map_err(|error| Failure::data(error.to_string()))?;
    let mut kept = Kept(None);
    local
        .collect(&mut kept)
        .await
        .map_err(|error| Failure::data(error.to_string()))?;
    let observed = kept
        .0
        .ok_or_else(|| Failure::data("this host could not be read"))?;
    tokio::task::spawn_blocking(move || with_software(observed))
        .await
        .map_err(|error| Failure::other(format!("reading stopped: {error}")))
}

/// Half a package database would make the other half look missing: then the software is not known.
fn with_software(observed: Observed) -> Asset {
    let Observed { mut asset, files } = observed;
    let inventory = files
        .map(|files| sbom::read(&*files))
        .filter(sbom::Inventory::is_whole);
    if let Some(inventory) = inventory {
        asset.software = Some(Software {
            confidence: Confidence::Observed,
            packages: std::sync::Arc::new(inventory.packages),
        });
    }
    asset
}

struct Kept(Option<Observed>);

#[async_trait]
impl Sink for Kept {
    async fn assets(&mut self, _: &Scope, assets: Vec<Observed>) -> std::result::Result<(), ConnectError> {
        self.0 = assets.into_iter().next();
        Ok(())
    }

    async fn resources(&mut self, _: &Scope, _: Vec<Resource>) -> std::result::Result<(), ConnectError> {
        Ok(())
    }

    async fn close(&mut self, _: &Scope, _: ScopeOutcome) -> std::result::Result<(), ConnectError> {
        Ok(())
    }
}
