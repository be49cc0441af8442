//! `qlrf completion`: what a shell needs to complete this command line.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use futures::FutureExt as _;

use super::{Cli, Noun, Result};

pub const NOUN: Noun = Noun {
    name: "completion",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

fn command(command: Command) -> Command {
    command
        .about("Print the completion script of a shell")
        .after_help("bash: source <(qlrf completion bash)")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_parser(value_parser!(Shell)),
        )
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let shell = *matches.get_one::<Shell>("shell").expect("clap demands it");
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "qlrf", &mut script);
    cli.printer.line(&String::from_utf8_lossy(&script));
    Ok(())
}
