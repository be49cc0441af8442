//! `qlrf environment`: what assets are for, from development to production.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;

use super::part::{self, EditArgs, ListArgs, Texts, one_of, set};
use super::{Cli, Noun, Result};
use crate::api::types::part::EnvironmentSpec;

pub const NOUN: Noun = Noun {
    name: "environment",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const KINDS: [&str; 5] = ["production", "staging", "test", "development", "other"];

#[derive(Subcommand)]
enum Verb {
    /// Every environment that is declared or that an asset carries
    List(ListArgs),
    /// One environment, declared or not, with the assets that carry it
    Show { name: String },
    /// Declare one; no asset changes
    Create {
        /// The word that assets carry
        name: String,
        /// What it is for, whatever its name
        #[arg(long, value_parser = KINDS, default_value = "other")]
        kind: String,
        #[command(flatten)]
        texts: Texts,
    },
    /// Change what is given; empty text removes
    Edit {
        #[command(flatten)]
        edit: EditArgs,
        #[arg(long, value_parser = KINDS)]
        kind: Option<String>,
    },
    /// Assets keep the word, undeclared
    Delete { name: String },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Environments: what assets are for"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::List(args) => part::list::<EnvironmentSpec>(cli, args, |spec| part::words(&spec.kind)).await,
        Verb::Show { name } => part::show::<EnvironmentSpec>(cli, &name).await,
        Verb::Create { name, kind, texts } => {
            let spec = EnvironmentSpec {
                name,
                title: texts.title,
                description: texts.description,
                kind: one_of(&kind),
            };
            part::create(cli, &spec).await
        }
        Verb::Edit { edit, kind } => {
            let change = |spec: &mut EnvironmentSpec| {
                spec.name = edit.rename.unwrap_or_else(|| edit.name.clone());
                set(&mut spec.title, edit.texts.title);
                set(&mut spec.description, edit.texts.description);
                spec.kind = kind.map_or(spec.kind, |kind| one_of(&kind));
            };
            part::edit(cli, &edit.name.clone(), change).await
        }
        Verb::Delete { name } => part::delete::<EnvironmentSpec>(cli, &name).await,
    }
}
