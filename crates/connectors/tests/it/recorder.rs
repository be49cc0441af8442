//! A sink that writes down what it was given and complains about what no connector may do.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use qlrf_connectors::inventory::{ConnectError, ImageSoftware, Observed, Sink};
use qlrf_core::asset::AssetKind;
use qlrf_core::container::ImageContent;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::Digest;
use qlrf_core::resource::Resource;
use qlrf_core::rootfs::RootFs;
use serde_json::Value;

#[derive(Default)]
pub struct Recorder {
    /// Native id → fact hash, per kind as it is unique only within one; with the facts, so that a difference is shown.
    pub facts: BTreeMap<(String, String), (Digest, String)>,
    /// The same of resources.
    pub resources: BTreeMap<(&'static str, String), (Digest, String)>,
    /// Kind and native id of all that each scope held.
    pub held: BTreeMap<Scope, BTreeSet<(String, String)>>,
    pub open: HashSet<Scope>,
    pub closed: BTreeMap<Scope, ScopeOutcome>,
    /// What it says to have closed before.
    pub known: Vec<Scope>,
    /// Native ids that it says to hold of each scope since before.
    pub remembered: BTreeMap<Scope, BTreeSet<String>>,
    pub simulated: u64,
    pub image_refs: BTreeSet<String>,
    /// What stands behind manifests, by their digest.
    pub images: BTreeMap<Digest, Looked>,
    pub complaints: Vec<String>,
    /// Calls that are still taken in before one fails; `None` is all.
    pub calls_left: Option<u64>,
    pub calls: u64,
    pub calls_after_failure: u64,
    /// How often each call says *not yet* before it goes on.
    pub waits: u32,
}

/// Where the software of an image can be read, or why not.
pub type Looked = Result<Arc<dyn RootFs>, String>;

impl Recorder {
    /// The fact of one machine, by its name.
    pub fn machine(&self, name: &str) -> Value {
        let documents = self.facts.values().map(|(_, document)| document);
        named(documents, name).unwrap_or_else(|| panic!("no \"{name}\" in {:?}", self.facts.keys()))
    }

    pub fn resource(&self, kind: &str, name: &str) -> Value {
        let of_kind = self.resources.iter().filter(|((of, _), _)| *of == kind);
        let documents = of_kind.map(|(_, (_, document))| document);
        named(documents, name)
            .unwrap_or_else(|| panic!("no {kind} \"{name}\" in {:?}", self.resources.keys()))
    }

    async fn call(&mut self) -> Result<(), ConnectError> {
        Wait(self.waits).await;
        self.calls += 1;
        match &mut self.calls_left {
            Some(0) => {
                self.calls_after_failure += 1;
                Err(ConnectError::Sink("full".to_owned()))
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Sink for Recorder {
    async fn assets(&mut self, scope: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        self.call().await?;
        if self.closed.contains_key(scope) {
            self.complaints
                .push(format!("assets after the scope was closed: {scope:?}"));
        }
        self.open.insert(scope.clone());
        for Observed { asset, .. } in assets {
            if asset
                .account
                .as_ref()
                .is_some_and(|account| *account != scope.account)
                && scope.account != "-"
            {
                self.complaints
                    .push(format!("\"{}\" is not of scope {scope:?}", asset.native_id));
            }
            if word(asset.kind) != scope.kind {
                self.complaints
                    .push(format!("a {:?} in scope {scope:?}", asset.kind));
            }
            self.image_refs.extend(asset.image_ref.clone());
            self.simulated += u64::from(asset.simulated);
            let key = (word(asset.kind), asset.native_id.clone());
            self.held.entry(scope.clone()).or_default().insert(key.clone());
            if self
                .facts
                .insert(key, (asset.fact_hash(), asset.document().to_string()))
                .is_some()
            {
                self.complaints
                    .push(format!("\"{}\" was reported twice", asset.native_id));
            }
        }
        Ok(())
    }

    async fn resources(&mut self, scope: &Scope, resources: Vec<Resource>) -> Result<(), ConnectError> {
        self.call().await?;
        if self.closed.contains_key(scope) {
            self.complaints
                .push(format!("resources after the scope was closed: {scope:?}"));
        }
        self.open.insert(scope.clone());
        for resource in resources {
            let key = (resource.facts.kind(), resource.native_id.clone());
            let (document, hash) = resource.fact();
            let held = self.held.entry(scope.clone()).or_default();
            held.insert((key.0.to_owned(), key.1.clone()));
            if self.resources.insert(key, (hash, document)).is_some() {
                self.complaints
                    .push(format!("\"{}\" was reported twice", resource.native_id));
            }
        }
        Ok(())
    }

    async fn recall_scopes(&mut self) -> Result<Vec<Scope>, ConnectError> {
        Ok(self.known.clone())
    }

    async fn recall_unlisted(&mut self, scope: &Scope) -> Result<Vec<String>, ConnectError> {
        self.call().await?;
        if self.closed.contains_key(scope) {
            self.complaints
                .push(format!("asked for after the scope was closed: {scope:?}"));
        }
        let held = self.held.get(scope);
        let is_held = |id: &&String| held.is_some_and(|held| held.iter().any(|(_, one)| one == *id));
        let remembered = self.remembered.get(scope).into_iter().flatten();
        Ok(remembered.filter(|id| !is_held(id)).cloned().collect())
    }

    async fn image(
        &mut self,
        digest: Digest,
        _: &ImageContent,
        software: ImageSoftware,
    ) -> Result<(), ConnectError> {
        self.call().await?;
        let software = match software {
            ImageSoftware::NotRead => Err("not_read".to_owned()),
            ImageSoftware::Refused { code, .. } => Err(code.to_owned()),
            ImageSoftware::Files(root) => Ok(root),
        };
        self.images.insert(digest, software);
        Ok(())
    }

    async fn close(&mut self, scope: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError> {
        self.call().await?;
        self.open.remove(scope);
        if self.closed.insert(scope.clone(), outcome).is_some() {
            self.complaints.push(format!("closed twice: {scope:?}"));
        }
        Ok(())
    }
}

fn named<'a>(mut documents: impl Iterator<Item = &'a String>, name: &str) -> Option<Value> {
    let read = |document: &String| serde_json::from_str::<Value>(document).unwrap();
    documents.find_map(|document| Some(read(document)).filter(|read| read["name"] == name))
}

fn word(kind: AssetKind) -> String {
    serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()
}

/// Ready at the n-th look; wakes itself, so that no time passes.
struct Wait(u32);

impl Future for Wait {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
