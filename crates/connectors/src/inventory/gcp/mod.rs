//! GCP projects: machines, images, instance groups, disks, addresses and certificates, and what VM Manager knows of machines.
//!
//! **Invariant:** the machines of one zone, and what else is listed of one kind in one project, are a scope of their own. One
//! that GCP refused, left out, or broke off half-way, is *not listed*; the others do not suffer from it.

mod aggregate;
mod api;
mod certificate;
mod check;
mod config;
mod error;
mod exposure;
mod image;
mod key;
mod listing;
mod machine;
mod os_config;
mod project;
mod scaling;
mod software;
mod storage;
mod token;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _, stream};
use qlrf_core::coverage::ScopeOutcome;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::instance::Instance;
use super::out::{self, Out, Piece, partial};
use super::page::Page;
use super::rest::{Question, Rest, RestError};
use super::{Check, ConfigError, ConnectError, Inventory, Kind, Sink};
use crate::grant::Grant;
use crate::outbound::{Limits, Options, Outbound};
use api::{Api, Places, Service, is_throttled};
use config::{GcpConfig, is_project};
use error::GcpError;
use exposure::Firewalls;
use image::Foreign;
use project::Project;
use token::Source;

pub const KIND: Kind = Kind {
    name: "gcp",
    title: "GCP",
    summary: "Machines, images, instance groups, disks, addresses and certificates of GCP projects, with a role that can only read.",
    simulated: false,
    permissions: Some(include_str!("role.yaml")),
    watch: None,
    config_schema: || schemars::schema_for!(GcpConfig).into(),
    build: |config, grant| Ok(Box::new(Gcp::new(config, grant)?)),
};

/// Projects that are listed at a time.
const PROJECTS_AT_ONCE: usize = 4;
/// An account that sees more is not listed beyond them.
const PROJECTS_MAX: usize = 10_000;

pub struct Gcp {
    config: GcpConfig,
    places: Places,
    grant: Grant,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    #[serde(default)]
    projects: Vec<FoundProject>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundProject {
    project_id: String,
    state: Option<String>,
}

impl Page for Found {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

fn projects_question(api: &Api) -> Question {
    let query = [("query", "state:ACTIVE"), ("pageSize", "500")];
    api.question(
        "resourcemanager.projects.get",
        Service::ResourceManager,
        &["v3", "projects:search"],
        &query,
    )
}

/// Active projects that the account sees.
async fn visible(api: &Api) -> Result<Vec<String>, GcpError> {
    let question = projects_question(api);
    let unreadable = |reason: String| {
        let action = question.action.to_owned();
        GcpError::Rest(RestError::Unreadable { action, reason })
    };
    let mut ids = Vec::new();
    let mut pages = api.pages(question.clone());
    while let Some(page) = pages.next::<Found>().await? {
        for found in page.projects {
            if found.state.as_deref() != Some("ACTIVE") {
                continue;
            }
            if !is_project(&found.project_id) {
                return Err(unreadable(format!(
                    "\"{}\" is no id of a project",
                    found.project_id
                )));
            }
            ids.push(found.project_id);
        }
        if ids.len() > PROJECTS_MAX {
            return Err(unreadable(format!("it names more than {PROJECTS_MAX} projects")));
        }
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

impl Gcp {
    fn new(config: serde_json::Value, grant: Grant) -> Result<Gcp, ConfigError> {
        let (config, places) = GcpConfig::parse(config, &grant)?;
        Ok(Gcp {
            config,
            places,
            grant,
        })
    }

    fn source(&self) -> Result<Source, ConnectError> {
        let instance = Instance::new(&self.grant);
        Ok(Source {
            secrets: self.grant.secrets.clone(),
            credential: self.config.credential.clone(),
            places: self.places.clone(),
            instance: instance.map_err(|error| ConnectError::Unreadable(error.to_string()))?,
        })
    }

    fn api(&self) -> Result<Api, ConnectError> {
        let options = Options {
            limits: Limits::per_second(self.config.requests_per_second),
            throttled: is_throttled,
            ..Options::default()
        };
        let outbound = Outbound::new(&self.grant, options);
        let outbound = outbound.map_err(|error| ConnectError::Unreadable(error.to_string()))?;
        Ok(Api {
            rest: Rest::new(outbound, Box::new(self.source()?)),
            places: self.places.clone(),
        })
    }

    async fn projects(&self, api: &Api) -> Result<Vec<String>, GcpError> {
        match self.config.projects.is_empty() {
            true => visible(api).await,
            false => Ok(self.config.projects.clone()),
        }
    }

    /// Lists everything; ends when all of it is in the channel.
    async fn list(&self, api: Api, sender: mpsc::Sender<Piece>) {
        let foreign = Foreign::default();
        let projects = self.projects(&api).await;
        let ended = match &projects {
            Ok(_) => ScopeOutcome::Complete,
            Err(error) => partial(error),
        };
        foreign.gap(&ended);
        Out::new(&sender, "-", "-").close_as("project", ended).await;
        let projects = projects.unwrap_or_default();
        let collected: HashSet<String> = projects.iter().cloned().collect();
        let firewalls = Arc::new(Firewalls::default());
        let (api_at, sender_at, foreign_at) = (&api, &sender, &foreign);
        stream::iter(projects)
            .map(|id| {
                let firewalls = firewalls.clone();
                async move {
                    self.list_project(api_at, id, firewalls, sender_at, foreign_at)
                        .await
                }
            })
            .buffer_unordered(PROJECTS_AT_ONCE)
            .for_each(|()| std::future::ready(()))
            .await;
        foreign.tell(&api, &collected, &sender).await;
    }

    async fn list_project(
        &self,
        api: &Api,
        id: String,
        firewalls: Arc<Firewalls>,
        sender: &mpsc::Sender<Piece>,
        foreign: &Foreign,
    ) {
        let out = Out::new(sender, &id, "-");
        let zones = match project::zones(api, &id).await {
            Ok(zones) => zones,
            Err(error) => {
                let outcome = partial(&error);
                foreign.gap(&outcome);
                return out.close_as("project", outcome).await;
            }
        };
        out.close_as("project", ScopeOutcome::Complete).await;
        let project = Project {
            api: api.clone(),
            id,
            out,
            sender: sender.clone(),
            zones,
            firewalls,
            software: self.config.software,
        };
        project.list(foreign).await;
    }
}

#[async_trait]
impl Inventory for Gcp {
    async fn check(&self) -> Result<Check, ConnectError> {
        check::check(self, &self.api()?).await
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let api = self.api()?;
        let (sender, pieces) = out::channel();
        let listing = self.list(api, sender).map(Ok);
        // A sink that fails ends the listing where it is.
        futures::future::try_join(listing, out::drain(pieces, sink)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
