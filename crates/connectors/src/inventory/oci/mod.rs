//! A registry of container images: repositories, tags, images by digest, and the packages that they hold.
//!
//! **Invariant:** a repository is complete only when each of its tags was resolved, and everything that they name was read. It is
//! gone when a complete catalogue leaves it out and the registry, asked for it, does not know it. What a digest stands for is
//! taken for it only when its bytes hash to it; it is asked for once.

mod auth;
mod client;
mod config;
mod error;
mod listing;
mod manifest;
mod name;
mod repository;
mod software;

use std::time::Duration;

use async_trait::async_trait;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::normalise;
use tokio::time::Instant;

use super::out::partial;
use super::{Check, ConfigError, ConnectError, ImageSoftware, Inventory, Kind, KnownSoftware, Sink};
use crate::grant::Grant;
use crate::outbound::{ATTEMPTS_MAX, Limits, Options, Outbound, TEST_ATTEMPTS_MAX};
use auth::Auth;
use client::Client;
use config::{OciConfig, Places};
use error::OciError;
use repository::Listed;

pub const KIND: Kind = Kind {
    name: "oci",
    title: "OCI registry",
    summary: "Container images of one registry by tag, digest and platform, with the packages that they hold.",
    simulated: false,
    permissions: Some(PERMISSIONS),
    watch: None,
    config_schema: || schemars::schema_for!(OciConfig).into(),
    build: |config, grant| Ok(Box::new(Oci::new(config, grant)?)),
};

const PERMISSIONS: &str = "repository:<each repository>:pull
registry:catalog:*   (unless repositories are configured)
";

/// Kinds of scopes of a repository.
const IMAGES: &str = "container_image";
const SOFTWARE: &str = "image_software";
/// Handed over at once.
const BATCH: usize = 500;

struct Oci {
    config: OciConfig,
    places: Places,
    grant: Grant,
}

impl Oci {
    fn new(config: serde_json::Value, grant: Grant) -> Result<Oci, ConfigError> {
        let (config, places) = OciConfig::parse(config, &grant)?;
        Ok(Oci {
            config,
            places,
            grant,
        })
    }

    async fn open(&self, attempts_max: u32) -> Result<Client, ConnectError> {
        let options = Options {
            limits: Limits::per_second(self.config.requests_per_second),
            roots: self.config.certificate_authority.clone().map(String::into_bytes),
            attempts_max,
            ..Options::default()
        };
        let unreadable = |error: String| ConnectError::Unreadable(error);
        let outbound = Outbound::new(&self.grant, options).map_err(|error| unreadable(error.to_string()))?;
        let (places, secrets) = (self.places.clone(), self.grant.secrets.clone());
        let auth = Auth::new(outbound.clone(), places, &self.config, secrets);
        let client = Client::new(outbound, self.places.registry.clone(), auth);
        client
            .ping()
            .await
            .map_err(|error| unreadable(error.to_string()))?;
        Ok(client)
    }

    /// `repository`: `-` for the registry as a whole.
    fn scope(&self, repository: &str, kind: &str) -> Scope {
        Scope {
            account: self.config.name.clone().unwrap_or_default(),
            region: repository.to_owned(),
            kind: kind.to_owned(),
        }
    }

    /// Those that are configured, or those that the registry lists.
    async fn repositories(
        &self,
        client: &Client,
        pages_max: Option<usize>,
    ) -> (Vec<String>, Result<(), OciError>) {
        match self.config.repositories.is_empty() {
            true => client.repositories(pages_max).await,
            false => {
                let mut configured = self.config.repositories.clone();
                configured.sort_unstable();
                configured.dedup();
                (configured, Ok(()))
            }
        }
    }

    /// Repositories that were collected before and are not among these.
    async fn left_out(
        &self,
        repositories: &[String],
        sink: &mut dyn Sink,
    ) -> Result<Vec<String>, ConnectError> {
        let known = sink.recall_scopes().await?.into_iter();
        let own = known.filter(|scope| normalise::scope(&self.scope(&scope.region, IMAGES)) == *scope);
        let mut left_out: Vec<_> = own
            .map(|scope| scope.region)
            .filter(|repository| repositories.binary_search(repository).is_err())
            .collect();
        left_out.sort_unstable();
        Ok(left_out)
    }

    /// By the registry's own word for it.
    async fn is_gone(&self, client: &Client, repository: &str) -> bool {
        let tags = client.tags(repository, self.config.tags_max).await;
        matches!(tags, Err(OciError::NameUnknown(_)))
    }

    async fn retire(&self, repository: &str, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        sink.retire(&self.scope(repository, IMAGES)).await?;
        if self.config.software {
            sink.retire(&self.scope(repository, SOFTWARE)).await?;
        }
        Ok(())
    }

    async fn collect_repository(
        &self,
        client: &Client,
        repository: &str,
        until: Instant,
        sink: &mut dyn Sink,
    ) -> Result<(), ConnectError> {
        let listed = repository::list(client, repository, self.config.tags_max, sink).await?;
        let scope = self.scope(repository, IMAGES);
        let found = listed.images.iter().map(|(digest, image)| {
            let tags = image.tags.clone();
            manifest::resource(&scope.account, repository, *digest, tags, &image.content)
        });
        let found: Vec<_> = found.collect();
        for batch in found.chunks(BATCH) {
            sink.resources(&scope, batch.to_vec()).await?;
        }
        let outcome = listed.failed.as_ref().map_or(ScopeOutcome::Complete, partial);
        sink.close(&scope, outcome.clone()).await?;
        let read = self
            .read_software(client, repository, listed, until, sink)
            .await?;
        if self.config.software {
            let scope = self.scope(repository, SOFTWARE);
            let read = read.map_or(outcome, |failed| partial(&failed));
            sink.close(&scope, read).await?;
        }
        Ok(())
    }

    /// Tells everything that is new, and why the first was not read that should have been.
    async fn read_software(
        &self,
        client: &Client,
        repository: &str,
        listed: Listed,
        until: Instant,
        sink: &mut dyn Sink,
    ) -> Result<Option<OciError>, ConnectError> {
        let bytes_max = self.config.image_bytes_max();
        let (mut failed, mut late) = (None, 0);
        for (digest, image) in &listed.images {
            let is_left = self.config.software && software::is_left(image, bytes_max);
            let is_late = is_left && Instant::now() >= until;
            late += usize::from(is_late);
            let found = match is_left && !is_late {
                true => software::read(client, repository, &image.content, bytes_max, sink).await?,
                false if image.software == KnownSoftware::NotRead => Ok(ImageSoftware::NotRead),
                false => continue,
            };
            let found = found.unwrap_or_else(|error| {
                failed.get_or_insert(error);
                ImageSoftware::NotRead
            });
            sink.image(*digest, &image.content, found).await?;
        }
        Ok(failed.or((late > 0).then_some(OciError::TimeOver(late))))
    }
}

#[async_trait]
impl Inventory for Oci {
    async fn check(&self) -> Result<Check, ConnectError> {
        let client = self.open(TEST_ATTEMPTS_MAX).await?;
        let server = &self.config.server;
        let mut findings = vec![format!("{server} answers as a registry")];
        let (repositories, listed) = self.repositories(&client, Some(1)).await;
        let mut ok = listed.is_ok();
        match &listed {
            Err(error) if error.is_without_answer() => findings.push(format!(
                "missing: {error}; name the repositories in `repositories`"
            )),
            Err(error) => findings.push(format!("missing: {error}")),
            Ok(()) if self.config.repositories.is_empty() => {
                findings.push(format!(
                    "the catalogue can be read; its first page names {} repositories",
                    repositories.len()
                ));
            }
            Ok(()) => {}
        }
        let tried = match self.config.repositories.is_empty() {
            true => 1,
            false => CHECK_REPOSITORIES_MAX,
        };
        for repository in repositories.iter().take(tried) {
            match client.tags(repository, self.config.tags_max).await {
                Ok(tags) => findings.push(format!("\"{repository}\" can be read, with {} tags", tags.len())),
                Err(error) => {
                    ok = false;
                    findings.push(format!(
                        "missing: images of \"{repository}\" stay unknown: {error}"
                    ));
                }
            }
        }
        if !self.config.software {
            findings.push("packages of images are not read, as the configuration says".to_owned());
        }
        Ok(Check { ok, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let client = self.open(ATTEMPTS_MAX).await?;
        let until = Instant::now() + Duration::from_secs(self.config.software_minutes_max * 60);
        let (repositories, listed) = self.repositories(&client, None).await;
        for repository in &repositories {
            self.collect_repository(&client, repository, until, sink).await?;
        }
        if listed.is_ok() && self.config.repositories.is_empty() {
            for repository in self.left_out(&repositories, sink).await? {
                match self.is_gone(&client, &repository).await {
                    true => self.retire(&repository, sink).await?,
                    false => self.collect_repository(&client, &repository, until, sink).await?,
                }
            }
        }
        let outcome = listed.as_ref().map_or_else(partial, |()| ScopeOutcome::Complete);
        sink.close(&self.scope("-", "repository"), outcome).await
    }
}

/// Configured repositories that "test connection" looks into.
const CHECK_REPOSITORIES_MAX: usize = 20;
