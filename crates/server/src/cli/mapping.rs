//! `qlrf mapping`: how tags, labels, accounts and names become site, environment, owner and the rest.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::contract::node::DOCUMENT_BYTES_MAX;
use qlrf_core::time::now;
use qlrf_engines::mapping::{Parsed, parse};
use reqwest::{Method, header};
use serde_json::{Value, json};

use super::image::{mistaken, read};
use super::printer::relative;
use super::{Cli, Noun, Result, Table};
use crate::api::types::mapping::{
    MappingAssetChange, MappingFieldCounts, MappingPreview, MappingRule, MappingRulesNow,
};

pub const NOUN: Noun = Noun {
    name: "mapping",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Show the rules that hold, and what is still unmapped
    Show {
        /// A version of before
        #[arg(long)]
        version: Option<i32>,
        /// Print the document as it was saved
        #[arg(long)]
        document: bool,
    },
    /// Save rules; every asset is mapped again
    Set {
        /// YAML or JSON; `-` reads standard input
        file: PathBuf,
    },
    /// Show what rules would change, and save nothing
    Preview {
        /// YAML or JSON; `-` reads standard input
        file: PathBuf,
    },
    /// Check rules and run their examples without a server
    Test {
        /// YAML or JSON; `-` reads standard input
        file: PathBuf,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Rules that say where assets belong and who answers for them"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::Show { version, document } => show(cli, version, document).await,
        Verb::Set { file } => {
            let rules: MappingRulesNow = send(cli, Method::PUT, "/mapping-rules", &file).await?;
            cli.printer.show(&rules, |rules| table(&rules.rules.rules));
            cli.printer.note(&summary(&rules));
            Ok(())
        }
        Verb::Preview { file } => {
            let preview: MappingPreview = send(cli, Method::POST, "/mapping-rules/preview", &file).await?;
            cli.printer.show(&preview, |preview| counts(&preview.fields));
            if cli.printer.is_table() {
                told(cli, &preview);
            }
            Ok(())
        }
        Verb::Test { file } => {
            let rules = read_rules(&file)?.1.rules;
            let (rules, examples) = (rules.rules.len(), rules.examples.len());
            let value = json!({ "rules": rules, "examples": examples });
            cli.printer.show(&value, |_| {
                Table::fields(&[
                    ("rules", rules.to_string()),
                    ("examples that hold", examples.to_string()),
                ])
            });
            Ok(())
        }
    }
}

async fn show(cli: &Cli, version: Option<i32>, document: bool) -> Result<()> {
    let query: Vec<(&str, String)> = version.map(|n| ("version", n.to_string())).into_iter().collect();
    let rules: MappingRulesNow = cli.client()?.get("/mapping-rules", &query).await?;
    if document {
        let text = rules.rules.document.as_deref().unwrap_or_default();
        cli.printer.line(text.trim_end_matches('\n'));
        return Ok(());
    }
    cli.printer.show(&rules, |rules| table(&rules.rules.rules));
    cli.printer.note(&summary(&rules));
    Ok(())
}

/// Read and checked here, so that mistakes are told with their place even without a server.
fn read_rules(file: &Path) -> Result<(Vec<u8>, Parsed)> {
    let bytes = read(file, DOCUMENT_BYTES_MAX)?;
    match parse(&bytes) {
        Ok(parsed) => Ok((bytes, parsed)),
        Err(problems) => {
            let mut failure =
                mistaken(file, &problems).hint("correct them; docs/mapping.md describes rules and examples");
            failure.code = Some("invalid_mapping".to_owned());
            Err(failure)
        }
    }
}

async fn send<T: serde::de::DeserializeOwned>(
    cli: &Cli,
    method: Method,
    path: &str,
    file: &Path,
) -> Result<T> {
    let (bytes, _) = read_rules(file)?;
    let client = cli.client()?;
    let request = client
        .request(method, path)
        .header(header::CONTENT_TYPE, "application/yaml")
        .body(bytes);
    client.send(request).await
}

fn table(rules: &[MappingRule]) -> Table {
    let mut table = Table::new(
        &["", "rule", "when", "sets"],
        "There are no mapping rules. Write some (docs/mapping.md), then: qlrf mapping preview FILE",
    );
    for (at, rule) in rules.iter().enumerate() {
        let when = serde_json::to_value(&rule.when).expect("conditions hold text alone");
        let sets: Vec<String> = rule
            .set
            .iter()
            .map(|(field, value)| format!("{field} = {value}"))
            .collect();
        table.row(vec![
            (at + 1).to_string(),
            rule.name.clone(),
            words(&when),
            sets.join(", "),
        ]);
    }
    table
}

/// Conditions in one line.
fn words(when: &Value) -> String {
    let mut parts = Vec::new();
    for (key, value) in when.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("labels", Value::Object(labels)) => {
                parts.extend(
                    labels
                        .iter()
                        .map(|(key, value)| format!("label {key} {}", pattern(value))),
                );
            }
            (key, value) => parts.push(format!("{key} {}", pattern(value))),
        }
    }
    match parts.is_empty() {
        true => "every asset".to_owned(),
        false => parts.join(", "),
    }
}

fn pattern(value: &Value) -> String {
    match value {
        Value::String(glob) => glob.clone(),
        Value::Array(words) => words
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
        other => format!("/{}/", other["regex"].as_str().unwrap_or_default()),
    }
}

fn summary(told: &MappingRulesNow) -> String {
    let rules = &told.rules;
    let since = match (rules.since, &rules.author) {
        (Some(since), Some(author)) => {
            format!(
                "version {}, {} by {author}",
                rules.version,
                relative(since, now())
            )
        }
        _ => "no version yet".to_owned(),
    };
    let applied = if told.applied {
        "applied"
    } else {
        "◐ being applied"
    };
    let unmapped: Vec<String> = told
        .unmapped
        .iter()
        .filter(|field| field.assets > 0)
        .map(|field| format!("{} {}", field.field, field.assets))
        .collect();
    let unmapped = match unmapped.is_empty() {
        true => "none".to_owned(),
        false => unmapped.join(", "),
    };
    format!(
        "{since}; {applied}; ◌ unmapped of {} assets: {unmapped}",
        told.assets
    )
}

fn counts(fields: &[MappingFieldCounts]) -> Table {
    let mut table = Table::new(
        &[
            "field",
            "gained",
            "changed",
            "lost",
            "◌ unknown now",
            "◌ unknown then",
        ],
        "There are no assets.",
    );
    for field in fields {
        let numbers = [
            field.gained,
            field.changed,
            field.lost,
            field.unknown_before,
            field.unknown_after,
        ];
        let mut row = vec![field.field.clone()];
        row.extend(numbers.map(|number| number.to_string()));
        table.row(row);
    }
    table
}

fn told(cli: &Cli, preview: &MappingPreview) {
    for change in &preview.examples {
        cli.printer.line(&line(change));
    }
    for rule in preview.rules.iter().filter(|rule| rule.assets == 0) {
        cli.printer
            .line(&format!("▲ the rule \"{}\" decides nothing", rule.name));
    }
    cli.printer.note(&format!(
        "changes {} of {} assets, and only the proof of {} more; nothing was saved",
        preview.changed, preview.assets, preview.proof_only
    ));
}

fn line(change: &MappingAssetChange) -> String {
    let mark = if change.simulated { " ▒ simulated" } else { "" };
    let unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "◌".to_owned());
    let fields: Vec<String> = change
        .fields
        .iter()
        .map(|field| {
            format!(
                "{} {} → {}",
                field.field,
                unknown(&field.before),
                unknown(&field.after)
            )
        })
        .collect();
    format!("{}{mark}: {}", change.name, fields.join(", "))
}
