//! `qlrf audit`: the trail of changes, and its proof.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;

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
        } => verify(cli, expect_seq, expect_hash).await,
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

async fn verify(cli: &Cli, seq: Option<i64>, hash: Option<String>) -> Result<()> {
    let mut query = Vec::new();
    query.extend(seq.map(|seq| ("expect_seq", seq.to_string())));
    query.extend(hash.map(|hash| ("expect_hash", hash)));
    let verdict: AuditVerdict = cli.client()?.get("/audit/verify", &query).await?;
    cli.printer.show(&verdict, |verdict| {
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
