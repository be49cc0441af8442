//! The command line: `qlrf <noun> <verb>`, a thin client of the API.
//!
//! A new noun is one file here and one line in [`NOUNS`].
//!
//! Exit codes follow sysexits(3): 0 done, 1 failed, 64 wrong usage or configuration, 65 refused input, 66 not found,
//! 69 the server cannot be reached, 70 a defect of the server, 75 try again later, 77 not permitted.

mod admin;
mod asset;
mod asset_identity;
mod audit;
mod audit_file;
pub mod client;
mod collect;
mod completion;
mod connector;
mod coverage;
mod drift;
mod environment;
mod export;
pub mod facts;
mod failure;
mod feed;
mod figure;
pub mod generated;
mod image;
mod image_coordinate;
mod image_view;
mod link_rule;
pub mod local;
mod mapping;
mod org;
mod overview;
mod part;
mod plan;
mod plan_view;
mod policy;
pub mod printer;
mod progress;
mod project;
mod reference;
mod resource;
mod resource_image;
mod saved_view;
mod sbom;
mod scan;
mod secret;
mod sign_in_link;
mod site;
mod status;
mod token;
mod vuln;
mod whoami;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use futures::future::BoxFuture;
use qlrf_core::perm::Role;

pub use client::Client;
pub use failure::{Failure, Result};
pub use printer::{Printer, Table};

use crate::config::{self, ServeConfig};
use crate::{serve, telemetry};

/// One resource on the command line.
pub struct Noun {
    pub name: &'static str,
    /// Adds its verbs and arguments to a command of this name.
    pub command: fn(Command) -> Command,
    pub run: for<'a> fn(&'a Cli, &'a ArgMatches) -> BoxFuture<'a, Result<()>>,
}

/// Every noun, in the order of `qlrf --help`.
pub const NOUNS: &[Noun] = &[
    status::NOUN,
    overview::NOUN,
    asset::NOUN,
    connector::NOUN,
    coverage::NOUN,
    secret::NOUN,
    vuln::NOUN,
    feed::NOUN,
    scan::NOUN,
    collect::NOUN,
    facts::NOUN,
    resource::NOUN,
    sbom::NOUN,
    image::NOUN,
    link_rule::NOUN,
    mapping::NOUN,
    drift::NOUN,
    site::NOUN,
    environment::NOUN,
    project::NOUN,
    plan::NOUN,
    saved_view::NOUN,
    policy::NOUN,
    whoami::NOUN,
    sign_in_link::NOUN,
    org::NOUN,
    token::NOUN,
    audit::NOUN,
    admin::NOUN,
    completion::NOUN,
    export::NOUN,
    generated::NOUN,
];

/// What every noun gets.
pub struct Cli {
    pub printer: Printer,
    globals: Globals,
}

/// Options that may stand anywhere on the line.
#[derive(Clone, Debug, clap::Args)]
pub struct Globals {
    /// URL of the server; by default the one that runs on this machine.
    #[arg(long, global = true, env = "QLRF_SERVER")]
    server: Option<String>,
    /// API token; by default the one that the server on this machine left for its user.
    #[arg(long, global = true, env = "QLRF_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Form of the output.
    #[arg(long, short, global = true, value_enum, default_value = "table")]
    output: printer::Format,
    /// Data folder of the server on this machine. Default: `$XDG_DATA_HOME/qlrf` or `~/.local/share/qlrf`.
    #[arg(long, global = true, env = "QLRF_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

impl Cli {
    /// Connects to the server that was named, or to the one on this machine.
    pub fn client(&self) -> Result<Client> {
        let explicit = (self.globals.server.clone(), self.globals.token.clone());
        if let (Some(server), Some(token)) = explicit {
            return Client::new(&server, &token);
        }
        let local = local::LocalAccess::load(&self.data_dir()?)?;
        let server = explicit.0.as_deref().unwrap_or(&local.url);
        // The local token is for the local server only and is never sent anywhere else.
        match explicit.1 {
            Some(token) => Client::new(server, &token),
            None if server.trim_end_matches('/') == local.url => Client::new(server, &local.token),
            None => Err(Failure::usage("a server was named, but no token for it")
                .hint("add --token or set QLRF_TOKEN")),
        }
    }

    pub fn data_dir(&self) -> Result<PathBuf> {
        self.globals
            .data_dir
            .clone()
            .or_else(config::default_data_dir)
            .ok_or_else(|| {
                Failure::usage("there is no home folder")
                    .hint("say where data lives with --data-dir or QLRF_DATA_DIR")
            })
    }
}

pub(crate) fn parse_role(text: &str) -> std::result::Result<Role, String> {
    Role::parse(text).ok_or_else(|| "it takes viewer, operator, engineer or admin".to_owned())
}

/// The whole command line; also what completion is made from.
pub fn command() -> Command {
    // The struct's own documentation is for developers.
    let serve = ServeConfig::augment_args(Command::new("serve"))
        .about("Run the server")
        .long_about(None);
    let root = Command::new("qlrf")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Control tower for mixed estates: observe, judge, plan, act, prove")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve);
    let nouns = NOUNS.iter().map(|noun| (noun.command)(Command::new(noun.name)));
    Globals::augment_args(root).subcommands(nouns)
}

pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong {
                ExitCode::from(failure::USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let globals = Globals::from_arg_matches(&matches).expect("clap checked the arguments");
    let printer = Printer::new(globals.output);
    let cli = Cli { printer, globals };
    match block_on(&cli, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli.printer.failure(&failure);
            ExitCode::from(failure.exit)
        }
    }
}

fn block_on(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let unknown = config::unknown_variables(&command());
    if !unknown.is_empty() {
        let detail = format!("no option reads the environment variable {}", unknown.join(", "));
        return Err(
            Failure::usage(detail).hint("correct its name or unset it; `qlrf serve --help` lists them")
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("threads could not be started: {error}")))?;
    runtime.block_on(dispatch(cli, matches))
}

async fn dispatch(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let (name, matches) = matches.subcommand().expect("clap demands a subcommand");
    if name == "serve" {
        return run_server(cli, matches).await;
    }
    let noun = NOUNS
        .iter()
        .find(|noun| noun.name == name)
        .expect("every subcommand is in NOUNS");
    (noun.run)(cli, matches).await
}

async fn run_server(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let config = ServeConfig::from_arg_matches(matches).expect("clap checked the arguments");
    let data_dir = cli.data_dir()?;
    let telemetry =
        telemetry::init(&config.telemetry).map_err(|error| Failure::usage(format!("{error:#}")))?;
    let outcome = serve::run(config, &data_dir, &cli.printer).await;
    drop(telemetry);
    outcome.map_err(|error| Failure::other(format!("{error:#}")))
}
