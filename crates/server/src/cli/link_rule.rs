//! `qlrf link-rule`: which assets belong to which image, where the platform does not say it.

use std::collections::BTreeMap;

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::asset::Platform;
use uuid::Uuid;

use super::{Cli, Client, Failure, Noun, Result, Table};
use crate::api::types::link_rule::{LinkRule, LinkRuleCreate, LinkRulePreview, Selector};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "link-rule",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

const RULES_SHOWN_MAX: usize = 1_000;

#[derive(Subcommand)]
enum Verb {
    /// List link rules
    List,
    /// Add a rule; texts of conditions may hold `*` and `?`
    Add {
        #[command(flatten)]
        rule: New,
        /// Show what it would change, and save nothing
        #[arg(long)]
        preview: bool,
    },
    /// Remove a rule
    Remove {
        /// Id or name
        rule: String,
    },
}

#[derive(Args)]
struct New {
    /// What it is called; shown as the proof of a link
    name: String,
    /// FAMILY or FAMILY:VERSION
    #[arg(long)]
    image: String,
    /// aws, azure, gcp, vsphere, kubernetes, baremetal, edge or local; repeat for several
    #[arg(long = "platform")]
    platforms: Vec<String>,
    #[arg(long)]
    account: Option<String>,
    #[arg(long)]
    region: Option<String>,
    #[arg(long)]
    site: Option<String>,
    #[arg(long)]
    env: Option<String>,
    #[arg(long)]
    asset_name: Option<String>,
    /// KEY=VALUE; repeat for several
    #[arg(long = "label")]
    labels: Vec<String>,
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Rules that say which image an asset should run"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::List => {
            let page: PageBody<LinkRule> = client.list("/link-rules", &[], RULES_SHOWN_MAX).await?;
            cli.printer.show(&page, |page| table(&page.items));
        }
        Verb::Add { rule, preview: true } => {
            let preview: LinkRulePreview = client.post("/link-rules/preview", &wanted(rule)?).await?;
            cli.printer.show(&preview, preview_table);
            let summary = format!(
                "fits {} of {} assets and changes {}; nothing was saved",
                preview.fits, preview.assets, preview.changed
            );
            cli.printer.note(&summary);
        }
        Verb::Add { rule, .. } => {
            let rule: LinkRule = client.post("/link-rules", &wanted(rule)?).await?;
            cli.printer.show(&rule, |rule| table(std::slice::from_ref(rule)));
        }
        Verb::Remove { rule } => {
            let id = find(&client, &rule).await?;
            let rule: LinkRule = client.delete(&format!("/link-rules/{id}")).await?;
            cli.printer.show(&rule, |rule| table(std::slice::from_ref(rule)));
        }
    }
    Ok(())
}

async fn find(client: &Client, rule: &str) -> Result<Uuid> {
    if let Ok(id) = rule.parse() {
        return Ok(id);
    }
    let page: PageBody<LinkRule> = client.list("/link-rules", &[], RULES_SHOWN_MAX).await?;
    let found = page.items.into_iter().find(|known| known.name == rule);
    found.map(|rule| rule.id).ok_or_else(|| {
        Failure::not_found(format!("there is no link rule \"{rule}\""))
            .hint("`qlrf link-rule list` shows them")
    })
}

fn wanted(new: New) -> Result<LinkRuleCreate> {
    let (family, version) = match new.image.split_once(':') {
        Some((family, version)) => (family.to_owned(), Some(version.to_owned())),
        None => (new.image, None),
    };
    let mut labels = BTreeMap::new();
    for label in new.labels {
        let (key, value) = label
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("\"{label}\" is not KEY=VALUE")))?;
        labels.insert(key.to_owned(), value.to_owned());
    }
    let platform = |name: &String| {
        serde_json::from_value::<Platform>(name.as_str().into()).map_err(|_| {
            Failure::usage(format!("\"{name}\" is not a platform")).hint("see `qlrf link-rule add --help`")
        })
    };
    Ok(LinkRuleCreate {
        name: new.name,
        selector: Selector {
            platforms: new.platforms.iter().map(platform).collect::<Result<_>>()?,
            account: new.account,
            region: new.region,
            site: new.site,
            env: new.env,
            name: new.asset_name,
            labels,
        },
        family,
        version,
        position: 0,
    })
}

fn table(rules: &[LinkRule]) -> Table {
    let mut table = Table::new(
        &["name", "assets", "image"],
        "There is no link rule. Add one: qlrf link-rule add NAME --image FAMILY --asset-name 'web-*'",
    );
    for rule in rules {
        let image = match &rule.version {
            Some(version) => format!("{}:{version}", rule.family),
            None => rule.family.clone(),
        };
        table.row(vec![rule.name.clone(), conditions(&rule.selector), image]);
    }
    table
}

fn conditions(selector: &Selector) -> String {
    let value = serde_json::to_value(selector).expect("a selector holds text alone");
    let mut parts = Vec::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let text = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string().replace('"', ""),
        };
        parts.push(format!("{key} {text}"));
    }
    parts.join(", ")
}

fn preview_table(preview: &LinkRulePreview) -> Table {
    let mut table = Table::new(&["assets", "from", "to", "such as"], "It changes nothing.");
    for change in &preview.changes {
        let shown = |image: &Option<String>| image.clone().unwrap_or_else(|| "◌ none".to_owned());
        table.row(vec![
            change.assets.to_string(),
            shown(&change.from),
            shown(&change.to),
            change.examples.join(", "),
        ]);
    }
    table
}
