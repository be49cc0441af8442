//! Inventory connectors: list what runs somewhere, with coverage.
//!
//! A connector is one file with a [`Kind`] constant and one line in [`KINDS`].

pub mod aws;
pub mod azure;
mod endpoint;
pub mod gcp;
mod granted;
mod host;
mod instance;
pub mod kubernetes;
pub mod local;
pub mod oci;
pub mod offline;
mod os_name;
mod out;
mod page;
mod rest;
pub mod sim;
pub mod ssh;
mod text;
pub mod vsphere;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use qlrf_core::asset::Asset;
use qlrf_core::container::ImageContent;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::Digest;
use qlrf_core::resource::Resource;
use qlrf_core::rootfs::RootFs;
use tokio::sync::mpsc;

use crate::grant::Grant;

pub struct Kind {
    /// As written in the API and the CLI: `local`, `sim`.
    pub name: &'static str,
    pub title: &'static str,
    /// One sentence for the operator who chooses a connector.
    pub summary: &'static str,
    /// Everything it reports is made up and must be marked so.
    pub simulated: bool,
    /// What its account needs at the provider, exactly, in the provider's own form.
    pub permissions: Option<&'static str>,
    /// How it hears of changes between two collections; `None`: they are seen at the next one.
    pub watch: Option<Watch>,
    /// JSON Schema of the configuration; unknown keys are rejected.
    pub config_schema: fn() -> serde_json::Value,
    /// Refuses what is wrong, and what the operator of the server has not allowed.
    pub build: fn(serde_json::Value, Grant) -> Result<Box<dyn Inventory>, ConfigError>,
}

/// Tells of changes for as long as it runs. It ends well when there is reason to begin anew. Safe to drop at any point.
pub type Watch =
    fn(serde_json::Value, Grant, mpsc::Sender<Heard>) -> BoxFuture<'static, Result<(), ConnectError>>;

/// What a watch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It has begun: from now on no change escapes but for what `gaps` say, one sentence each. What happened before is
    /// not known.
    Begun { extent: Extent, gaps: Vec<String> },
    /// Something is no longer as it was collected. One of these may stand for many changes.
    Changed,
}

/// How much of what is collected a watch hears of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    All,
    Part,
    Nothing,
}

pub const KINDS: &[Kind] = &[
    local::KIND,
    aws::KIND,
    azure::KIND,
    gcp::KIND,
    kubernetes::KIND,
    vsphere::KIND,
    oci::KIND,
    ssh::KIND,
    offline::KIND,
    sim::KIND,
];

pub fn find_kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// What is wrong with a configuration. What is wrong with one value of it says where, before all else:
/// ``ssh: `hosts[2].address`: …``.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl ConfigError {
    /// `path` as in `hosts[2].address`.
    pub fn at(kind: &str, path: &str, reason: &str) -> ConfigError {
        ConfigError(format!("{kind}: `{path}`: {reason}"))
    }

    /// The value that it is about, and what is wrong with it.
    pub fn place(&self) -> Option<(&str, &str)> {
        let (_, rest) = self.0.split_once(": `")?;
        rest.split_once("`: ")
    }
}

/// Reads a configuration; what cannot be read is told with its place.
pub fn read_config<T: serde::de::DeserializeOwned>(
    kind: &str,
    config: serde_json::Value,
) -> Result<T, ConfigError> {
    serde_path_to_error::deserialize(config).map_err(|error| {
        let reason = error.inner().to_string();
        match error.path().to_string().as_str() {
            "." => ConfigError(format!("{kind}: {reason}")),
            path => ConfigError::at(kind, path, &reason),
        }
    })
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The connector cannot read what it was pointed at; the text says what and what to do.
    #[error("{0}")]
    Unreadable(String),
    /// As [`ConnectError::Unreadable`], for a reason that has a code of its own.
    #[error("{detail}")]
    Refused { code: &'static str, detail: String },
    /// The sink refused; its own error is logged by whoever owns the sink.
    #[error("the fabric stopped taking in assets: {0}")]
    Sink(String),
    #[error("cancelled")]
    Cancelled,
}

impl ConnectError {
    /// Stable, for whoever asks why nothing was collected.
    pub fn code(&self) -> &'static str {
        match self {
            ConnectError::Refused { code, .. } => code,
            ConnectError::Unreadable(_) | ConnectError::Sink(_) | ConnectError::Cancelled => {
                "collection_failed"
            }
        }
    }
}

/// The answer of "test connection": what the connector could see without collecting it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    pub ok: bool,
    /// One sentence each: what works, and exactly what is missing for the rest.
    pub findings: Vec<String>,
}

/// One asset as a connector saw it.
pub struct Observed {
    pub asset: Asset,
    /// Where its package databases can be read; the receiver turns them into [`Asset::software`]. `None` when the
    /// connector filled in the software itself, or when nothing is known of it.
    pub files: Option<Arc<dyn RootFs>>,
}

/// Where a collection goes. What one scope holds, assets or resources, arrives in any number of batches, then the scope is
/// closed once.
#[async_trait]
pub trait Sink: Send {
    async fn assets(&mut self, scope: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError>;
    async fn resources(&mut self, scope: &Scope, resources: Vec<Resource>) -> Result<(), ConnectError>;
    async fn close(&mut self, scope: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError>;

    /// Closes a scope of which the provider has said that it is there no longer: it is complete with nothing in it, and
    /// when all that was in it has left, it is no part of the estate any more.
    async fn retire(&mut self, scope: &Scope) -> Result<(), ConnectError> {
        self.close(scope, ScopeOutcome::Complete).await
    }

    /// What collections before this one closed and did not retire, in any order. A sink that keeps nothing knows none.
    async fn recall_scopes(&mut self) -> Result<Vec<Scope>, ConnectError> {
        Ok(Vec::new())
    }

    /// Native ids of what collections before this one recorded in the scope, and this one has not handed over. To be asked
    /// before the scope is closed, by who can ask the provider for each of them. A sink that keeps nothing misses nothing.
    async fn recall_unlisted(&mut self, _scope: &Scope) -> Result<Vec<String>, ConnectError> {
        Ok(Vec::new())
    }

    /// What is known of these manifests from collections before. A sink that keeps nothing is told everything each time.
    async fn recall_images(
        &mut self,
        _digests: &[Digest],
    ) -> Result<HashMap<Digest, KnownImage>, ConnectError> {
        Ok(HashMap::new())
    }

    /// What stands behind the digest of a manifest, to be kept with the software that it holds.
    async fn image(
        &mut self,
        _digest: Digest,
        _content: &ImageContent,
        _software: ImageSoftware,
    ) -> Result<(), ConnectError> {
        Ok(())
    }

    /// A layer that was kept, as it was kept.
    async fn recall_layer(&mut self, _digest: Digest) -> Result<Option<Vec<u8>>, ConnectError> {
        Ok(None)
    }

    /// The little of a layer that other images on top of it need.
    async fn keep_layer(&mut self, _digest: Digest, _reduced: &[u8]) -> Result<(), ConnectError> {
        Ok(())
    }
}

/// What a sink keeps of an image.
pub struct KnownImage {
    pub content: ImageContent,
    pub software: KnownSoftware,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownSoftware {
    /// Nobody looked, or looked with an older reader.
    NotRead,
    /// Whatever came of it.
    Read,
    /// [`ImageSoftware::Refused`] with this code.
    Refused { code: String },
}

/// The software of an image.
pub enum ImageSoftware {
    /// Not looked at, this time.
    NotRead,
    /// Where its package databases can be read.
    Files(Arc<dyn RootFs>),
    /// It will not be read, however often it is tried.
    Refused { code: &'static str, detail: String },
}

#[async_trait]
pub trait Inventory: Send + Sync {
    /// Cheap; used by "test connection".
    async fn check(&self) -> Result<Check, ConnectError>;
    /// Lists everything. Safe to drop at any point; running it twice reports the same facts.
    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError>;
}
