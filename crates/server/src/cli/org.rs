//! `qlrf org`: the organisation and its members.

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::id::UserId;
use qlrf_core::perm::Role;
use qlrf_core::time::now;
use reqwest::Method;
use serde_json::Value;

use super::printer::relative;
use super::{Cli, Noun, Result, Table};
use crate::api::types::member::{Member, MemberChange, MemberCreate};
use crate::api::types::organization::{Organization, OrganizationChange, OrganizationSla, SlaTimes};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "org",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// Show the organisation
    Show,
    /// Give it another name
    Rename { name: String },
    /// Show how long findings may stay open before they are late
    Sla,
    /// Set how long findings may stay open; a contract that states its own times keeps them
    SetSla(SlaArgs),
    /// List members
    Members {
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Add a person, who signs in by a link: qlrf sign-in-link --login LOGIN
    AddMember {
        login: String,
        #[arg(long, value_parser = super::parse_role, default_value = "viewer")]
        role: Role,
    },
    /// Give a member another role
    SetRole {
        id: UserId,
        #[arg(value_parser = super::parse_role)]
        role: Role,
    },
    /// Say whether a member runs the installation for all its organisations: imports feeds, marks others
    SetInstallation {
        id: UserId,
        #[arg(action = clap::ArgAction::Set)]
        installation: bool,
    },
    /// Remove a member; open sessions end at once
    RemoveMember { id: UserId },
}

#[derive(clap::Args)]
struct SlaArgs {
    #[arg(long)]
    critical_hours: u32,
    #[arg(long)]
    high_days: u32,
    #[arg(long)]
    medium_days: u32,
    #[arg(long)]
    low_days: u32,
}

impl SlaArgs {
    fn times(&self) -> SlaTimes {
        SlaTimes {
            critical_hours: self.critical_hours,
            high_days: self.high_days,
            medium_days: self.medium_days,
            low_days: self.low_days,
        }
    }
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("The organisation and its members"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    let verb = Verb::from_arg_matches(matches).expect("clap checked the arguments");
    let client = cli.client()?;
    match verb {
        Verb::Show => {
            let org: Organization = client.get("/organization", &[]).await?;
            cli.printer.show(&org, organization);
        }
        Verb::Rename { name } => {
            let org: Organization = client
                .patch("/organization", &OrganizationChange { name })
                .await?;
            cli.printer.show(&org, organization);
        }
        Verb::Sla => {
            let sla: OrganizationSla = client.get("/organization/sla", &[]).await?;
            cli.printer.show(&sla, times);
        }
        Verb::SetSla(args) => {
            let sla: OrganizationSla = client.put("/organization/sla", &args.times()).await?;
            cli.printer.show(&sla, times);
        }
        Verb::Members { limit } => {
            let page: PageBody<Member> = client.list("/rbac/members", &[], limit).await?;
            cli.printer.show(&page, |page| members(&page.items));
        }
        Verb::AddMember { login, role } => {
            let member: Member = client
                .post("/rbac/members", &MemberCreate { login, role })
                .await?;
            cli.printer
                .show(&member, |member| members(std::slice::from_ref(member)));
        }
        Verb::SetRole { id, role } => {
            let path = format!("/rbac/members/{id}");
            let change = MemberChange {
                role: Some(role),
                installation: None,
            };
            let member: Member = client.patch(&path, &change).await?;
            cli.printer
                .show(&member, |member| members(std::slice::from_ref(member)));
        }
        Verb::SetInstallation { id, installation } => {
            let change = MemberChange {
                role: None,
                installation: Some(installation),
            };
            let member: Member = client.patch(&format!("/rbac/members/{id}"), &change).await?;
            cli.printer
                .show(&member, |member| members(std::slice::from_ref(member)));
        }
        Verb::RemoveMember { id } => {
            let request = client.request(Method::DELETE, &format!("/rbac/members/{id}"));
            client.send::<Value>(request).await?;
            cli.printer.note("Removed.");
        }
    }
    Ok(())
}

fn times(sla: &OrganizationSla) -> Table {
    let SlaTimes {
        critical_hours,
        high_days,
        medium_days,
        low_days,
    } = sla.times;
    let since = sla.since.map_or_else(
        || "the product's own times".to_owned(),
        |since| relative(since, now()),
    );
    Table::fields(&[
        ("critical", format!("{critical_hours} h")),
        ("high, or not rated", format!("{high_days} d")),
        ("medium", format!("{medium_days} d")),
        ("low", format!("{low_days} d")),
        ("set", since),
        ("contracts with their own", sla.contracts.to_string()),
    ])
}

fn organization(org: &Organization) -> Table {
    Table::fields(&[
        ("name", org.name.clone()),
        ("slug", org.slug.clone()),
        ("created", relative(org.created_at, now())),
        ("id", org.id.to_string()),
    ])
}

fn members(members: &[Member]) -> Table {
    let mut table = Table::new(
        &["login", "role", "runs installation", "added", "id"],
        "There are no members",
    );
    for member in members {
        table.row(vec![
            member.login.clone(),
            member.role.name().to_owned(),
            if member.installation { "yes" } else { "" }.to_owned(),
            relative(member.added_at, now()),
            member.id.to_string(),
        ]);
    }
    table
}
