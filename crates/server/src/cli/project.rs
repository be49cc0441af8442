//! `qlrf project`: what assets belong to, and who answers for it.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;

use super::part::{self, EditArgs, ListArgs, Texts, set};
use super::{Cli, Noun, Result};
use crate::api::types::part::ProjectSpec;

pub const NOUN: Noun = Noun {
    name: "project",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Every project that is declared or that an asset carries
    List(ListArgs),
    /// One project, declared or not, with the assets that carry it
    Show { name: String },
    /// Declare one; no asset changes
    Create {
        /// The word that assets carry
        name: String,
        #[command(flatten)]
        texts: Texts,
        #[command(flatten)]
        people: People,
    },
    /// Change what is given; empty text removes
    Edit {
        #[command(flatten)]
        edit: EditArgs,
        #[command(flatten)]
        people: People,
    },
    /// Assets keep the word, undeclared
    Delete { name: String },
}

#[derive(Args)]
struct People {
    /// The person or team that answers for it
    #[arg(long)]
    owner: Option<String>,
    /// How to reach them
    #[arg(long)]
    contact: Option<String>,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Projects: what assets belong to, and who answers for it"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::List(args) => part::list::<ProjectSpec>(cli, args, owned).await,
        Verb::Show { name } => part::show::<ProjectSpec>(cli, &name).await,
        Verb::Create { name, texts, people } => {
            let spec = ProjectSpec {
                name,
                title: texts.title,
                description: texts.description,
                owner: people.owner,
                contact: people.contact,
            };
            part::create(cli, &spec).await
        }
        Verb::Edit { edit, people } => {
            let change = |spec: &mut ProjectSpec| {
                spec.name = edit.rename.unwrap_or_else(|| edit.name.clone());
                set(&mut spec.title, edit.texts.title);
                set(&mut spec.description, edit.texts.description);
                set(&mut spec.owner, people.owner);
                set(&mut spec.contact, people.contact);
            };
            part::edit(cli, &edit.name.clone(), change).await
        }
        Verb::Delete { name } => part::delete::<ProjectSpec>(cli, &name).await,
    }
}

fn owned(spec: &ProjectSpec) -> String {
    match &spec.owner {
        Some(owner) => format!("of {owner}"),
        None => "without an owner".to_owned(),
    }
}
