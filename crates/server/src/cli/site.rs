//! `qlrf site`: where the estate is, and how each place does.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;

use super::drift::coverage;
use super::{Cli, Noun, Result, Table};
use crate::api::types::drift::Sites;

pub const NOUN: Noun = Noun {
    name: "site",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Sites × environments: coverage of each
    List {
        /// Filter language of assets
        filter: Vec<String>,
        /// As believed at this moment (RFC 3339)
        #[arg(long)]
        as_of: Option<String>,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Sites: where the estate is, and how each place does"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let Verb::List { filter, as_of } = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let query: Vec<(&str, String)> = [("q", Some(filter.join(" "))), ("as_of", as_of)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let sites: Sites = cli.client()?.get("/sites", &query).await?;
    cli.printer.show(&sites, table);
    Ok(())
}

fn table(sites: &Sites) -> Table {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "◌ unknown".to_owned());
    let environments: Vec<String> = sites.environments.iter().map(|env| shown(&env.value)).collect();
    let mut headings = vec!["site", "all"];
    headings.extend(environments.iter().map(String::as_str));
    let mut table = Table::new(
        &headings,
        "no assets; `qlrf connector list` shows what is connected",
    );
    for site in &sites.sites {
        let mut row = vec![shown(&site.site), coverage(&site.tally)];
        for env in &sites.environments {
            let cell = site.environments.iter().find(|cell| cell.value == env.value);
            row.push(cell.map_or_else(|| "–".to_owned(), |cell| coverage(&cell.tally)));
        }
        table.row(row);
    }
    table
}
