//! `qlrf export`: a whole list as CSV or NDJSON, written as it comes.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, Command, FromArgMatches as _, ValueEnum};
use futures::FutureExt as _;
use reqwest::Method;

use super::{Cli, Failure, Noun, Result};

pub const NOUN: Noun = Noun {
    name: "export",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

/// A million lines over a slow line.
const EXPORT_TIME_MAX: Duration = Duration::from_secs(60 * 60);

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Assets,
    Drift,
    Vulnerabilities,
}

#[derive(Args)]
struct Wanted {
    what: What,
    /// Filter language of assets, e.g. `platform:aws -drift:current`
    filter: Vec<String>,
    /// csv or ndjson
    #[arg(long = "as", default_value = "csv", value_parser = ["csv", "ndjson"])]
    form: String,
    /// As believed at this moment (RFC 3339)
    #[arg(long)]
    as_of: Option<String>,
    /// File to write; it must not exist. Standard output when left out
    #[arg(long)]
    out: Option<PathBuf>,
}

fn command(command: Command) -> Command {
    Wanted::augment_args(command.about("Write a whole list as CSV or NDJSON"))
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let wanted = Wanted::from_arg_matches(matches).expect("clap checked the arguments");
    let list = match wanted.what {
        What::Assets => "assets",
        What::Drift => "drift",
        What::Vulnerabilities => "vulnerabilities",
    };
    let mut query = vec![("format", wanted.form)];
    if !wanted.filter.is_empty() {
        query.push(("q", wanted.filter.join(" ")));
    }
    query.extend(wanted.as_of.map(|at| ("as_of", at)));
    let query = serde_urlencoded::to_string(query).expect("pairs of text always encode");
    let client = cli.client()?;
    let request = client.request(Method::GET, &format!("/{list}/export?{query}"));
    let mut response = client.send_raw(request.timeout(EXPORT_TIME_MAX)).await?;
    let mut out: Box<dyn Write + Send> = match &wanted.out {
        None => Box::new(std::io::stdout()),
        Some(path) => {
            let made = std::fs::File::create_new(path);
            let file = made.map_err(|error| {
                Failure::other(format!("\"{}\" cannot be written: {error}", path.display()))
            })?;
            Box::new(file)
        }
    };
    let broken = |error: std::io::Error| Failure::other(format!("the export cannot be written: {error}"));
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| Failure::unavailable(format!("the answer broke off: {error}")))?;
        match chunk {
            Some(bytes) => out.write_all(&bytes).map_err(broken)?,
            None => return out.flush().map_err(broken),
        }
    }
}
