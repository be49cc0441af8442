//! `qlrf saved-view`: pages of the control tower by a name.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;

use super::printer::relative;
use super::{Cli, Client, Failure, Noun, Result, Table};
use crate::api::types::page::PageBody;
use crate::api::types::saved_view::{SavedView, SavedViewSave};
use crate::fleet::in_quotes;

pub const NOUN: Noun = Noun {
    name: "saved-view",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const VIEWS_SHOWN_MAX: usize = 10_000;

#[derive(Subcommand)]
enum Verb {
    /// List the views that are shared, and your own
    List,
    /// Keep a page of the control tower by a name; your view of that name is replaced
    Save {
        name: String,
        /// Path and query, as the browser shows them: `/fleet?q=platform:aws`
        address: String,
        /// Show it to everybody of the organisation
        #[arg(long)]
        shared: bool,
    },
    /// Delete a view of yours, or one that is shared
    Delete {
        /// Id or name
        view: String,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Saved views: pages of the control tower by a name"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List => {
            let page: PageBody<SavedView> = load(&client).await?;
            cli.printer.show(&page, |page| table(&page.items));
        }
        Verb::Save {
            name,
            address,
            shared,
        } => {
            let body = SavedViewSave {
                name,
                address,
                shared,
            };
            let saved: SavedView = client.post("/saved-views", &body).await?;
            cli.printer
                .show(&saved, |saved| table(std::slice::from_ref(saved)));
            if !shared {
                cli.printer.note(&format!(
                    "Only {} sees it; --shared shows it to everybody.",
                    saved.author
                ));
            }
        }
        Verb::Delete { view } => {
            let id = find(&client, &view).await?.id;
            let deleted: SavedView = client.delete(&format!("/saved-views/{id}")).await?;
            cli.printer
                .show(&deleted, |deleted| table(std::slice::from_ref(deleted)));
        }
    }
    Ok(())
}

async fn load(client: &Client) -> Result<PageBody<SavedView>> {
    client.list("/saved-views", &[], VIEWS_SHOWN_MAX).await
}

/// By id or name; one's own before those of others.
async fn find(client: &Client, wanted: &str) -> Result<SavedView> {
    let all = load(client).await?.items.into_iter();
    let mut found: Vec<SavedView> = all
        .filter(|view| view.name == wanted || view.id.to_string() == wanted)
        .collect();
    found.sort_by_key(|view| !view.own);
    let several = found.len() > 1 && !found[0].own;
    match found.into_iter().next() {
        Some(_) if several => Err(
            Failure::usage(format!("several people share a view \"{wanted}\""))
                .hint("name it by its id: `qlrf saved-view list`"),
        ),
        Some(view) => Ok(view),
        None => Err(Failure::usage(format!("there is no view \"{wanted}\""))
            .hint("`qlrf saved-view list` shows them")),
    }
}

/// What a view of the fleet asks for.
pub struct FleetView {
    pub filter: String,
    pub sort: Option<String>,
}

/// The question of a view of the page *Fleet*, within its scope.
pub async fn fleet(client: &Client, wanted: &str) -> Result<FleetView> {
    let view = find(client, wanted).await?;
    let (path, query) = view.address.split_once('?').unwrap_or((&view.address, ""));
    if path != "/fleet" {
        return Err(Failure::usage(format!("the view \"{}\" is of {path}", view.name))
            .hint("a list of assets takes views of /fleet"));
    }
    let (mut terms, mut sort) = (Vec::new(), None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "q" => terms.push(value.into_owned()),
            "project" | "env" => terms.push(format!("{key}:{}", in_quotes(&value))),
            "sort" => sort = Some(value.into_owned()),
            _ => {}
        }
    }
    Ok(FleetView {
        filter: terms.join(" "),
        sort,
    })
}

fn table(views: &[SavedView]) -> Table {
    let mut table = Table::new(
        &["name", "address", "seen by", "author", "changed", "id"],
        "There is no saved view yet. Keep one: qlrf saved-view save NAME '/fleet?q=platform:aws'",
    );
    for view in views {
        let readers = if view.shared { "everybody" } else { "its author" };
        table.row(vec![
            view.name.clone(),
            view.address.clone(),
            readers.to_owned(),
            view.author.clone(),
            relative(view.changed_at, now()),
            view.id.to_string(),
        ]);
    }
    table
}
