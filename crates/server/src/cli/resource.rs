//! `qlrf resource`: images of machines and containers, scaling groups, certificates, volumes, addresses, workloads, clusters and hypervisors.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;
use serde_json::Value;
use uuid::Uuid;

use super::printer::relative;
use super::{Cli, Noun, Result, Table, resource_image};
use crate::api::types::page::PageBody;
use crate::api::types::resource::{Resource, ResourceCount, ResourceView};

pub const NOUN: Noun = Noun {
    name: "resource",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Count by kind
    Summary,
    /// List resources by name
    List {
        /// Part of the name or of the native id
        word: Option<String>,
        /// machine_image, container_image, scaling_group, certificate, volume, public_address, workload, cluster or hypervisor
        #[arg(long)]
        kind: Option<String>,
        /// RFC 3339
        #[arg(long)]
        as_of: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one with what it hangs together with
    Show { id: Uuid },
    /// List the packages of a container image
    Packages {
        id: Uuid,
        /// Part of the name of a package
        word: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// List what is wrong with the packages of a container image, the most urgent first
    Vulnerabilities {
        id: Uuid,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("What the estate holds besides assets"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::Summary => {
            let counts: Vec<ResourceCount> = client.get("/resources/summary", &[]).await?;
            cli.printer.show(&counts, |counts| {
                let mut table = Table::new(&["kind", "resources"], EMPTY);
                for count in counts {
                    table.row(vec![count.kind.clone(), count.resources.to_string()]);
                }
                table
            });
        }
        Verb::List {
            word,
            kind,
            as_of,
            limit,
        } => {
            let asked = [("word", word), ("kind", kind), ("as_of", as_of)];
            let query: Vec<(&str, String)> = asked
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            let page: PageBody<Resource> = client.list("/resources", &query, limit).await?;
            cli.printer.show(&page, |page| table(&page.items));
        }
        Verb::Show { id } => {
            let one: ResourceView = client.get(&format!("/resources/{id}"), &[]).await?;
            cli.printer.show(&one, |one| fields(&one.resource));
            if cli.printer.is_table() {
                cli.printer.table(&relations(&one));
            }
        }
        Verb::Packages { id, word, limit } => resource_image::packages(cli, id, word, limit).await?,
        Verb::Vulnerabilities { id, limit } => resource_image::vulnerabilities(cli, id, limit).await?,
    }
    Ok(())
}

const EMPTY: &str = "No resources. Connectors of clouds, clusters, hypervisors and registries bring them: `qlrf connector kinds`.";

fn table(resources: &[Resource]) -> Table {
    let headings = [
        "name",
        "kind",
        "platform",
        "env",
        "account",
        "region",
        "confirmed",
        "id",
    ];
    let mut table = Table::new(&headings, EMPTY);
    for resource in resources {
        table.row(vec![
            resource.name.clone(),
            resource.kind.clone(),
            resource.platform.clone(),
            resource
                .mapped
                .get("env")
                .map(|env| env.value.clone())
                .unwrap_or_default(),
            resource.account.clone().unwrap_or_default(),
            resource.region.clone().unwrap_or_default(),
            confirmed(resource),
            resource.id.to_string(),
        ]);
    }
    table
}

fn fields(resource: &Resource) -> Table {
    let mut fields = vec![
        ("name", resource.name.clone()),
        ("kind", resource.kind.clone()),
        ("native id", resource.native_id.clone()),
        ("platform", resource.platform.clone()),
        ("account", resource.account.clone().unwrap_or_default()),
        ("region", resource.region.clone().unwrap_or_default()),
    ];
    fields.push(("confirmed", confirmed(resource)));
    let mapped = resource.mapped.iter();
    fields.extend(mapped.map(|(field, by)| (&field[..], format!("{} (by the rule {})", by.value, by.rule))));
    if let Value::Object(facts) = &resource.facts {
        fields.extend(facts.iter().map(|(name, value)| (&name[..], text(value))));
    }
    Table::fields(&fields)
}

/// When its scope was last listed completely, and what its age makes of it.
fn confirmed(resource: &Resource) -> String {
    match resource.confirmed_at {
        None => "never".to_owned(),
        Some(at) if resource.freshness == "fresh" => relative(at, now()),
        Some(at) => format!("{}, {}", relative(at, now()), resource.freshness),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn relations(one: &ResourceView) -> Table {
    let mut table = Table::new(
        &["relation", "name", "kind", "id"],
        "It hangs together with nothing that is listed.",
    );
    for to in &one.relations.to {
        let target = to.target.as_ref();
        table.row(vec![
            to.relation.clone(),
            target.map_or(to.native_id.clone(), |target| target.name.clone()),
            target.map_or("not listed".to_owned(), |target| target.kind.clone()),
            target.map(|target| target.id.to_string()).unwrap_or_default(),
        ]);
    }
    for from in &one.relations.from {
        table.row(vec![
            format!("← {}", from.relation),
            from.origin.name.clone(),
            from.origin.kind.clone(),
            from.origin.id.to_string(),
        ]);
    }
    table
}
