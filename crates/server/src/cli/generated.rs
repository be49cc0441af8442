//! `qlrf generated`, for developers alone: the checked-in files that are made from this program, as JSON from path to
//! text. `cargo xtask gen` writes them.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command};
use futures::FutureExt as _;

use super::{Cli, Noun, Result, reference};
use crate::api::openapi;

pub const NOUN: Noun = Noun {
    name: "generated",
    command: |command: Command| {
        command
            .hide(true)
            .about("Print the files that are generated from this program")
    },
    run: |cli, matches| run(cli, matches).boxed(),
};

/// One file, one line: its path from the root of the repository, and its text.
pub fn files() -> BTreeMap<&'static str, String> {
    let mapping = format!("{:#}\n", qlrf_engines::mapping::json_schema());
    let execution = format!("{:#}\n", qlrf_engines::plan::json_schema());
    BTreeMap::from([
        ("contracts/mapping/rules.schema.json", mapping),
        ("contracts/plan/execution.schema.json", execution),
        ("docs/generated/cli.md", reference::markdown()),
        ("docs/generated/routes.txt", openapi::matrix()),
        ("openapi/qlrf.json", openapi::document_json()),
    ])
}

async fn run(cli: &Cli, _: &ArgMatches) -> Result<()> {
    cli.printer.json(&files());
    Ok(())
}
