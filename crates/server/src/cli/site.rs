//! `qlrf site`: where the estate is, how each place does, and what people say of it.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::part::PairRole;

use super::drift::coverage;
use super::part::{self, EditArgs, ListArgs, Texts, one_of, set, shown, standing};
use super::{Cli, Noun, Result, Table};
use crate::api::types::drift::{Site, Sites};
use crate::api::types::part::{SitePair, SitePairSet, SiteSpec};

pub const NOUN: Noun = Noun {
    name: "site",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const KINDS: [&str; 4] = ["cloud_region", "datacentre", "edge", "other"];

#[derive(Subcommand)]
enum Verb {
    /// Sites × environments: coverage of each, what is declared, and which are pairs
    List(ListArgs),
    /// One site, declared or not, with the assets that carry it
    Show { name: String },
    /// Declare one; no asset changes
    Create {
        /// The word that assets carry
        name: String,
        #[arg(long, value_parser = KINDS, default_value = "other")]
        kind: String,
        #[command(flatten)]
        texts: Texts,
        #[command(flatten)]
        whereabouts: Whereabouts,
    },
    /// Change what is given; empty text removes
    Edit {
        #[command(flatten)]
        edit: EditArgs,
        #[arg(long, value_parser = KINDS)]
        kind: Option<String>,
        #[command(flatten)]
        whereabouts: Whereabouts,
    },
    /// Assets keep the word, undeclared; a pair that it is in ends
    Delete { name: String },
    /// Say that two declared sites stand in for each other
    Pair {
        /// Carries the work
        primary: String,
        /// Takes it over
        secondary: String,
    },
    /// End the pair that a site is in
    Unpair { name: String },
}

#[derive(Args)]
struct Whereabouts {
    /// A town or an address
    #[arg(long)]
    location: Option<String>,
    /// By its name in the IANA database, such as Europe/Amsterdam
    #[arg(long)]
    time_zone: Option<String>,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Sites: where the estate is, and how each place does"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::List(args) => {
            let sites: Sites = cli.client()?.get("/sites", &args.query()).await?;
            cli.printer.show(&sites, table);
            Ok(())
        }
        Verb::Show { name } => show(cli, &name).await,
        Verb::Create {
            name,
            kind,
            texts,
            whereabouts,
        } => {
            let spec = SiteSpec {
                name,
                title: texts.title,
                description: texts.description,
                kind: one_of(&kind),
                location: whereabouts.location,
                time_zone: whereabouts.time_zone,
            };
            part::create(cli, &spec).await
        }
        Verb::Edit {
            edit,
            kind,
            whereabouts,
        } => {
            let change = |spec: &mut SiteSpec| {
                spec.name = edit.rename.unwrap_or_else(|| edit.name.clone());
                set(&mut spec.title, edit.texts.title);
                set(&mut spec.description, edit.texts.description);
                set(&mut spec.location, whereabouts.location);
                set(&mut spec.time_zone, whereabouts.time_zone);
                spec.kind = kind.map_or(spec.kind, |kind| one_of(&kind));
            };
            part::edit(cli, &edit.name.clone(), change).await
        }
        Verb::Delete { name } => part::delete::<SiteSpec>(cli, &name).await,
        Verb::Pair { primary, secondary } => pair(cli, &primary, secondary).await,
        Verb::Unpair { name } => {
            let ended: SitePair = cli
                .client()?
                .delete(&format!("{}/pair", part::path::<SiteSpec>(&name)))
                .await?;
            cli.printer.show(&ended, |ended| {
                Table::fields(&[("site", name.clone()), ("was", partner(ended))])
            });
            Ok(())
        }
    }
}

async fn show(cli: &Cli, name: &str) -> Result<()> {
    let site: Site = cli.client()?.get(&part::path::<SiteSpec>(name), &[]).await?;
    cli.printer.show(&site, |site| {
        let mut fields = vec![
            ("site", shown(site.site.as_deref())),
            ("assets", site.tally.total.to_string()),
            ("coverage", coverage(&site.tally)),
            (
                "pair",
                site.pair.as_ref().map_or_else(|| "none".to_owned(), partner),
            ),
        ];
        if let Some(declared) = &site.declared {
            fields.push(("kind", part::words(&declared.spec.kind)));
            fields.push((
                "time zone",
                declared.spec.time_zone.clone().unwrap_or_else(|| "–".to_owned()),
            ));
        }
        fields.extend(part::declaration(site.declared.as_ref()));
        Table::fields(&fields)
    });
    Ok(())
}

async fn pair(cli: &Cli, primary: &str, secondary: String) -> Result<()> {
    let wanted = SitePairSet {
        with: secondary,
        role: PairRole::Primary,
    };
    let path = format!("{}/pair", part::path::<SiteSpec>(primary));
    let pair: SitePair = cli.client()?.put(&path, &wanted).await?;
    cli.printer.show(&pair, |pair| {
        Table::fields(&[("site", primary.to_owned()), ("is", partner(pair))])
    });
    Ok(())
}

/// `primary of fra1`.
fn partner(pair: &SitePair) -> String {
    format!("{} of {}", pair.role.name(), pair.with)
}

fn table(sites: &Sites) -> Table {
    let environments: Vec<String> = sites
        .environments
        .iter()
        .map(|env| shown(env.value.as_deref()))
        .collect();
    let mut headings = vec!["site", "declared as", "pair", "all"];
    headings.extend(environments.iter().map(String::as_str));
    let mut table = Table::new(
        &headings,
        "no assets; `qlrf connector list` shows what is connected",
    );
    let none = || "–".to_owned();
    for site in &sites.sites {
        let kind = site
            .declared
            .as_ref()
            .map(|declared| part::words(&declared.spec.kind));
        let mut row = vec![
            shown(site.site.as_deref()),
            standing(site.site.as_deref(), kind),
            site.pair.as_ref().map_or_else(none, partner),
            if site.tally.total == 0 {
                "0 assets".to_owned()
            } else {
                coverage(&site.tally)
            },
        ];
        for env in &sites.environments {
            let cell = site.environments.iter().find(|cell| cell.value == env.value);
            row.push(cell.map_or_else(none, |cell| coverage(&cell.tally)));
        }
        table.row(row);
    }
    table
}
