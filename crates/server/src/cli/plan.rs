//! `qlrf plan`: what is to be changed, on which frozen targets, and what that risks.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::contract::node::DOCUMENT_BYTES_MAX;
use qlrf_engines::plan::parse;
use reqwest::{Method, header};
use serde_json::json;
use uuid::Uuid;

use super::image::{mistaken, read};
use super::plan_view::{difference, list, show, targets};
use super::policy::show_verdict;
use super::{Cli, Noun, Result};
use crate::api::types::page::PageBody;
use crate::api::types::plan::{PlanDifference, PlanSummary, PlanTarget, PlanView};
use crate::api::types::policy::PolicyVerdict;

pub const NOUN: Noun = Noun {
    name: "plan",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Make a plan out of an execution spec and the facts of now; no asset changes
    Create {
        /// YAML or JSON; `-` reads standard input
        file: PathBuf,
    },
    /// List plans, the newest first
    List {
        /// Only plans of this kind: exec
        #[arg(long)]
        kind: Option<String>,
        /// Only plans of this author, as listed
        #[arg(long)]
        author: Option<String>,
        /// Only plans with this asset among their targets
        #[arg(long)]
        asset: Option<Uuid>,
        /// Only plans that take the place of this one
        #[arg(long)]
        parent: Option<Uuid>,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one with its steps, its risk factor by factor, and whether its facts still hold
    Show {
        id: Uuid,
        /// Print the canonical JSON that the digest is of
        #[arg(long)]
        document: bool,
    },
    /// List the frozen targets of one
    Targets {
        id: Uuid,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show what makes a plan another than one of before; than its parent if none is named
    Diff {
        id: Uuid,
        /// The plan of before
        with: Option<Uuid>,
    },
    /// Plan the same again from the facts of now; the plan of before stays as it is
    Replan { id: Uuid },
    /// Ask the rules of now about one, and write down what they say
    Check { id: Uuid },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(
        command.about("Plans: what is to be changed, on which targets, and what that risks"),
    )
    .subcommand_required(true)
    .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::Create { file } => show(cli, &create(cli, &file).await?),
        Verb::List {
            kind,
            author,
            asset,
            parent,
            limit,
        } => {
            let id = |id: Option<Uuid>| id.map(|id| id.to_string());
            let asked = [
                ("kind", kind),
                ("author", author),
                ("asset", id(asset)),
                ("parent", id(parent)),
            ];
            let query: Vec<(&str, String)> = asked
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            let page: PageBody<PlanSummary> = cli.client()?.list("/plans", &query, limit).await?;
            cli.printer.show(&page, |page| list(&page.items));
        }
        Verb::Show { id, document } => {
            let plan: PlanView = cli.client()?.get(&format!("/plans/{id}"), &[]).await?;
            match document {
                true => cli.printer.line(&plan.document),
                false => show(cli, &plan),
            }
        }
        Verb::Targets { id, limit } => {
            let path = format!("/plans/{id}/targets");
            let page: PageBody<PlanTarget> = cli.client()?.list(&path, &[], limit).await?;
            cli.printer.show(&page, |page| targets(&page.items));
        }
        Verb::Diff { id, with } => diff(cli, id, with).await?,
        Verb::Replan { id } => {
            let path = format!("/plans/{id}/replan");
            let plan: PlanView = cli.client()?.post(&path, &json!({})).await?;
            show(cli, &plan);
        }
        Verb::Check { id } => {
            let path = format!("/plans/{id}/check");
            let verdict: PolicyVerdict = cli.client()?.post(&path, &json!({})).await?;
            show_verdict(cli, &verdict);
        }
    }
    Ok(())
}

/// Read and checked here, so that mistakes are told with their place even without a server.
async fn create(cli: &Cli, file: &Path) -> Result<PlanView> {
    let bytes = read(file, DOCUMENT_BYTES_MAX)?;
    if let Err(problems) = parse(&bytes) {
        let mut failure =
            mistaken(file, &problems).hint("correct them; docs/plans.md describes execution specs");
        failure.code = Some("invalid_execution_spec".to_owned());
        return Err(failure);
    }
    let client = cli.client()?;
    let request = client
        .request(Method::POST, "/plans")
        .header(header::CONTENT_TYPE, "application/yaml")
        .body(bytes);
    client.send(request).await
}

async fn diff(cli: &Cli, id: Uuid, with: Option<Uuid>) -> Result<()> {
    let client = cli.client()?;
    let with = match with {
        Some(with) => with,
        None => {
            let plan: PlanView = client.get(&format!("/plans/{id}"), &[]).await?;
            plan.summary.parent_id.ok_or_else(|| {
                super::Failure::usage("this plan takes the place of none")
                    .hint("name the plan to compare it with")
            })?
        }
    };
    let query = [("with", with.to_string())];
    let found: PlanDifference = client.get(&format!("/plans/{id}/diff"), &query).await?;
    cli.printer.show(&found, difference);
    if cli.printer.is_table() {
        cli.printer.note(&format!(
            "targets: {} added, {} removed, {} changed; risk {} → {}",
            found.targets_added,
            found.targets_removed,
            found.targets_changed,
            found.risk_score_before,
            found.risk_score_after
        ));
    }
    Ok(())
}
