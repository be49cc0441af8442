//! `qlrf audit`: the trail of changes, and its proof.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::{FutureExt as _, StreamExt as _};
use qlrf_core::time::now;
use reqwest::Method;

use super::audit_file::verify_file;
use super::printer::relative;
use super::{Cli, Failure, Noun, Result, Table};
use crate::api::types::audit::{AuditEntry, AuditVerdict};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "audit",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List changes, newest first
    List {
        /// Only this actor, as listed
        #[arg(long)]
        actor: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Recompute the chain of hashes and name the first row that was tampered with
    Verify {
        /// A sequence number written down earlier; with --expect-hash it proves that the tail was not cut off
        #[arg(long, requires = "expect_hash")]
        expect_seq: Option<i64>,
        #[arg(long, requires = "expect_seq")]
        expect_hash: Option<String>,
        /// An export to verify here, without a server
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Write the whole trail as JSON lines, which `verify --file` proves anywhere
    Export {
        /// Where to; by default to standard output
        #[arg(long)]
        file: Option<PathBuf>,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Trail of every change"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::List { actor, limit } => list(cli, actor, limit).await,
        Verb::Verify {
            expect_seq,
            expect_hash,
            file,
        } => {
            let verdict = match file {
                Some(file) => verify_file(&file, expect_seq, expect_hash.as_deref())?,
                None => ask(cli, expect_seq, expect_hash).await?,
            };
            tell(cli, &verdict)
        }
        Verb::Export { file } => export(cli, file.as_deref()).await,
    }
}

async fn list(cli: &Cli, actor: Option<String>, limit: usize) -> Result<()> {
    let query: Vec<(&str, String)> = actor.map(|actor| ("actor", actor)).into_iter().collect();
    let page: PageBody<AuditEntry> = cli.client()?.list("/audit", &query, limit).await?;
    cli.printer.show(&page, |page| {
        let mut table = Table::new(
            &["seq", "when", "actor", "what", "status"],
            "Nothing was changed yet",
        );
        for entry in &page.items {
            let status = match entry.status {
                Some(status) => status.to_string(),
                None => entry.phase.clone(),
            };
            table.row(vec![
                entry.seq.to_string(),
                relative(entry.at, now()),
                entry.actor.clone(),
                format!("{} {}", entry.method, entry.path),
                status,
            ]);
        }
        table
    });
    Ok(())
}

async fn ask(cli: &Cli, seq: Option<i64>, hash: Option<String>) -> Result<AuditVerdict> {
    let mut query = Vec::new();
    query.extend(seq.map(|seq| ("expect_seq", seq.to_string())));
    query.extend(hash.map(|hash| ("expect_hash", hash)));
    cli.client()?.get("/audit/verify", &query).await
}

fn tell(cli: &Cli, verdict: &AuditVerdict) -> Result<()> {
    cli.printer.show(verdict, |verdict| {
        let (rows, hash) = (
            verdict.rows.unwrap_or(0),
            verdict.head_hash.clone().unwrap_or_default(),
        );
        match verdict.intact {
            true => Table::fields(&[
                ("verdict", "● intact".to_owned()),
                ("rows", rows.to_string()),
                ("head", hash),
            ]),
            false => Table::fields(&[
                ("verdict", "◆ broken".to_owned()),
                ("first broken row", verdict.broken_seq.unwrap_or(0).to_string()),
                ("reason", verdict.reason.clone().unwrap_or_default()),
            ]),
        }
    });
    match verdict.intact {
        true => Ok(()),
        false => Err(Failure::other("the audit trail is not what was written")
            .hint("compare with a backup from before; rows up to the broken one still hold")),
    }
}

/// A trail of many years over a slow line.
const EXPORT_TIME_MAX: Duration = Duration::from_secs(60 * 60);

async fn export(cli: &Cli, file: Option<&Path>) -> Result<()> {
    let client = cli.client()?;
    let request = client
        .request(Method::GET, "/audit/export")
        .timeout(EXPORT_TIME_MAX);
    let answer = client.send_raw(request).await?;
    let unwritable = |error: std::io::Error| Failure::other(format!("the export cannot be written: {error}"));
    let mut out: Box<dyn std::io::Write + Send> = match file {
        Some(file) => Box::new(std::fs::File::create_new(file).map_err(unwritable)?),
        None => Box::new(std::io::stdout()),
    };
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| {
            Failure::unavailable(format!("the export broke off: {error}"))
                .hint("what is written is not the whole trail")
        })?;
        out.write_all(&piece).map_err(unwritable)?;
    }
    out.flush().map_err(unwritable)
}
