//! `qlrf policy`: the rules that plans are judged by, and what was decided.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::time::now;
use qlrf_engines::policy::{MODULE_BYTES_MAX, MODULES_MAX, Module, Problem};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::image::read;
use super::printer::relative;
use super::{Cli, Failure, Noun, Result, Table};
use crate::api::types::page::PageBody;
use crate::api::types::policy::{
    NewPolicyBundle, PolicyBundle, PolicyDecision, PolicyDenial, PolicyFreeze, PolicyQuestion, PolicyRules,
    PolicyVerdict,
};
use crate::app::policy::compile;

/// Beside the modules in a folder.
const FREEZES: &str = "freezes.json";
const INPUT_BYTES_MAX: usize = 1 << 20;

pub const NOUN: Noun = Noun {
    name: "policy",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List the rules that hold, the shipped ones and those of the organisation
    List,
    /// Check a folder of rules and run their tests without a server
    Test {
        /// A folder with NAME.rego and NAME_test.rego, and with freezes.json if there are any
        folder: PathBuf,
    },
    /// Try a decision out, on a plan or on an input of your own; it is not written down
    Decide {
        /// Id of a plan
        #[arg(required_unless_present = "input")]
        plan: Option<Uuid>,
        /// JSON as rules are given it; `-` reads standard input
        #[arg(long, conflicts_with = "plan")]
        input: Option<PathBuf>,
    },
    /// Save a folder of rules as the organisation's bundle; it decides from now on
    Bundle {
        /// A folder with NAME.rego and NAME_test.rego, and with freezes.json if there are any
        folder: PathBuf,
    },
    /// List the versions of the organisation's bundle, the newest first
    Bundles {
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// List what was decided, the newest first
    Decisions {
        /// Only on this plan
        #[arg(long)]
        plan: Option<Uuid>,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Policies: rules that say which plans may not be run"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::List => {
            let rules: PolicyRules = cli.client()?.get("/policies", &[]).await?;
            cli.printer.show(&rules, table);
        }
        Verb::Test { folder } => {
            let (rules, tests) = test(&read_folder(&folder)?)?;
            let value = json!({ "rules": rules, "tests": tests });
            cli.printer.show(&value, |_| {
                Table::fields(&[
                    ("rules", rules.to_string()),
                    ("tests that pass", tests.to_string()),
                ])
            });
        }
        Verb::Decide { plan, input } => {
            let input = input.map(|file| read_input(&file)).transpose()?;
            let asked = PolicyQuestion { plan, input };
            let verdict: PolicyVerdict = cli.client()?.post("/policies/decide", &asked).await?;
            show_verdict(cli, &verdict);
        }
        Verb::Bundle { folder } => {
            let bundle = read_folder(&folder)?;
            test(&bundle)?;
            let client = cli.client()?;
            let request = client.request(Method::PUT, "/policies/bundle").json(&bundle);
            let rules: PolicyRules = client.send(request).await?;
            cli.printer.show(&rules, table);
        }
        Verb::Bundles { limit } => {
            let page: PageBody<PolicyBundle> = cli.client()?.list("/policies/bundles", &[], limit).await?;
            cli.printer.show(&page, |page| versions(&page.items));
        }
        Verb::Decisions { plan, limit } => {
            let query: Vec<(&str, String)> = plan.map(|id| ("plan", id.to_string())).into_iter().collect();
            let page: PageBody<PolicyDecision> =
                cli.client()?.list("/policies/decisions", &query, limit).await?;
            cli.printer.show(&page, |page| decisions(&page.items));
        }
    }
    Ok(())
}

/// Rules and tests; a problem is told as `file:line:column`.
fn test(bundle: &NewPolicyBundle) -> Result<(usize, u32)> {
    if bundle.modules.is_empty() {
        return Ok((0, 0));
    }
    let module = |(path, text): (&String, &String)| Module {
        path: path.clone(),
        text: text.clone(),
    };
    match compile(bundle.modules.iter().map(module).collect()) {
        Ok(bundle) => Ok((
            bundle.rules.len(),
            bundle.rules.iter().map(|rule| rule.tests).sum(),
        )),
        Err(problems) => {
            let line = |problem: &Problem| format!("{problem} ({})", problem.code);
            let lines: Vec<String> = problems.iter().map(line).collect();
            let mut failure = Failure::usage(lines.join("\n")).hint("docs/policies.md describes bundles");
            failure.code = Some("invalid_policy_bundle".to_owned());
            Err(failure)
        }
    }
}

fn read_folder(folder: &Path) -> Result<NewPolicyBundle> {
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("cannot read {}: {error}", folder.display()));
    let mut modules = BTreeMap::new();
    let mut freezes: Vec<PolicyFreeze> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == FREEZES {
            freezes = serde_json::from_slice(&read(&path, MODULE_BYTES_MAX)?)
                .map_err(|error| Failure::usage(format!("{FREEZES}: {error}")))?;
        } else if name.ends_with(".rego") {
            let text = String::from_utf8(read(&path, MODULE_BYTES_MAX)?)
                .map_err(|_| Failure::usage(format!("{name} is not UTF-8")))?;
            modules.insert(name, text);
        }
        if modules.len() > MODULES_MAX {
            return Err(Failure::usage(format!(
                "a bundle has at most {MODULES_MAX} modules"
            )));
        }
    }
    Ok(NewPolicyBundle { modules, freezes })
}

fn read_input(file: &Path) -> Result<Value> {
    serde_json::from_slice(&read(file, INPUT_BYTES_MAX)?)
        .map_err(|error| Failure::usage(format!("{} is not JSON: {error}", file.display())))
}

pub fn show_verdict(cli: &Cli, verdict: &PolicyVerdict) {
    cli.printer.show(verdict, |verdict| denials(&verdict.denials));
}

/// What denies a plan, and what to do.
pub fn denials(denials: &[PolicyDenial]) -> Table {
    let mut table = Table::new(&["rule", "reason", "remedy"], "● allowed: no rule denies it");
    for denial in denials {
        table.row(vec![
            format!("◆ {}", denial.rule),
            denial.reason.clone(),
            denial.remedy.clone(),
        ]);
    }
    table
}

fn table(rules: &PolicyRules) -> Table {
    let mut table = Table::new(
        &["rule", "whose", "tests", "what it is for"],
        "There are no rules",
    );
    for rule in &rules.rules {
        table.row(vec![
            rule.name.clone(),
            rule.source.clone(),
            rule.tests.to_string(),
            rule.description.clone(),
        ]);
    }
    table
}

fn versions(versions: &[PolicyBundle]) -> Table {
    let headings = ["version", "saved", "author", "modules", "freezes"];
    let mut table = Table::new(
        &headings,
        "The organisation has no rules of its own. Write some (docs/policies.md), then: qlrf policy bundle FOLDER",
    );
    for version in versions {
        table.row(vec![
            version.version.to_string(),
            relative(version.saved_at, now()),
            version.author.clone(),
            version.modules.len().to_string(),
            version.freezes.len().to_string(),
        ]);
    }
    table
}

fn decisions(decisions: &[PolicyDecision]) -> Table {
    let mut table = Table::new(
        &["verdict", "plan", "denied by", "asked", "who", "when", "plan id"],
        "Nothing was decided yet",
    );
    for decision in decisions {
        let denials = &decision.verdict.denials;
        let mut rules: Vec<&str> = denials.iter().map(|denial| &denial.rule[..]).collect();
        rules.dedup();
        table.row(vec![
            if decision.verdict.allowed {
                "● allowed"
            } else {
                "◆ denied"
            }
            .to_owned(),
            decision.plan_title.clone(),
            rules.join(", "),
            decision.asked.clone(),
            decision.actor.clone(),
            relative(decision.verdict.decided_at, now()),
            decision.plan_id.to_string(),
        ]);
    }
    table
}
