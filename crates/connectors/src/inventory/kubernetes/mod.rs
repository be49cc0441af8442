//! A Kubernetes cluster: its nodes, its workloads with the images that they run, and the certificates of its TLS secrets.
//!
//! **Invariant:** a scope is complete only when every list that it rests on was read to its end at one moment. Whatever the
//! account may not list, or the server did not finish, leaves the scope partial: nothing is taken for gone.

mod api;
mod certificate;
mod config;
mod exec;
mod kubeconfig;
mod mark;
mod model;
mod node;
mod watch;
mod workload;

use std::collections::BTreeMap;

use async_trait::async_trait;
use qlrf_core::asset::Platform;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::{self, Facts, Relation};

use super::{Check, ConfigError, ConnectError, Inventory, Kind, Observed, Sink};
use crate::grant::Grant;
use crate::outbound::{ATTEMPTS_MAX, TEST_ATTEMPTS_MAX};
use api::{Api, ApiError, Listed, Resource};
use config::{Access, KubernetesConfig};
use model::{Node, TlsSecret, Version};

pub const KIND: Kind = Kind {
    name: "kubernetes",
    title: "Kubernetes",
    summary: "Nodes, workloads with the images that they run, and certificates of one cluster, with an account that may only list.",
    simulated: false,
    permissions: Some(include_str!("role.yaml")),
    watch: Some(|config, grant, told| Box::pin(watch::run(config, grant, told))),
    config_schema: || schemars::schema_for!(KubernetesConfig).into(),
    build: |config, grant| Ok(Box::new(Kubernetes::new(config, grant)?)),
};

/// Handed over at once.
const BATCH: usize = 500;

struct Kubernetes {
    config: KubernetesConfig,
    access: Access,
    grant: Grant,
}

impl Kubernetes {
    fn new(config: serde_json::Value, grant: Grant) -> Result<Kubernetes, ConfigError> {
        let (config, access) = KubernetesConfig::parse(config, &grant)?;
        Ok(Kubernetes {
            config,
            access,
            grant,
        })
    }

    async fn open(&self, attempts_max: u32) -> Result<Api, ConnectError> {
        let pace = self.config.requests_per_second;
        Api::open(&self.access, &self.grant, pace, attempts_max).await
    }

    fn scope(&self, kind: &str) -> Scope {
        Scope {
            account: self.config.cluster.clone(),
            region: "-".to_owned(),
            kind: kind.to_owned(),
        }
    }

    async fn collect_cluster(&self, api: &Api, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let scope = self.scope("cluster");
        let failed = match api.get::<Version>("/version").await {
            Ok(version) => {
                let cluster = self.config.cluster.clone();
                let facts = Facts::Cluster(resource::Cluster {
                    version: Some(version.git_version),
                });
                let (id, name) = (cluster.clone(), cluster.clone());
                let found = resource(&cluster, id, name, None, BTreeMap::new(), facts, Vec::new());
                sink.resources(&scope, vec![found]).await?;
                None
            }
            Err(error) => Some(error),
        };
        sink.close(&scope, outcome(failed)).await
    }

    async fn collect_nodes(&self, api: &Api, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let scope = self.scope("kubernetes_node");
        let cluster = &self.config.cluster;
        let keep = |node: Node| {
            Some(Observed {
                asset: node::asset(node, cluster),
                files: None,
            })
        };
        let listed = api.list(node::NODES, keep).await;
        let mut items = listed.items.into_iter();
        loop {
            let batch: Vec<Observed> = items.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            sink.assets(&scope, batch).await?;
        }
        sink.close(&scope, outcome(listed.ended.err())).await
    }

    /// All or nothing: without its pods a workload would seem to run nothing.
    async fn collect_workloads(&self, api: &Api, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let scope = self.scope("workload");
        match workloads(api).await {
            Ok(found) => {
                let cluster = &self.config.cluster;
                let found = found.into_iter().map(|kept| kept.resource(cluster));
                send(sink, &scope, found).await?;
                sink.close(&scope, ScopeOutcome::Complete).await
            }
            Err(error) => sink.close(&scope, outcome(Some(error))).await,
        }
    }

    async fn collect_certificates(&self, api: &Api, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let scope = self.scope("certificate");
        let keep = |secret: TlsSecret| Some(certificate::resource(secret, &self.config.cluster));
        let listed = api.list(certificate::SECRETS, keep).await;
        send(sink, &scope, listed.items.into_iter()).await?;
        sink.close(&scope, outcome(listed.ended.err())).await
    }

    /// Everything that is listed, and what it is for.
    fn wanted(&self) -> impl Iterator<Item = (Resource, &'static str)> {
        let controllers = workload::CONTROLLERS
            .iter()
            .map(|(_, resource)| (*resource, "workloads"));
        let secrets = self
            .config
            .certificates
            .then_some((certificate::SECRETS, "certificates"));
        [(node::NODES, "nodes"), (workload::PODS, "workloads")]
            .into_iter()
            .chain(controllers)
            .chain(secrets)
    }
}

#[async_trait]
impl Inventory for Kubernetes {
    async fn check(&self) -> Result<Check, ConnectError> {
        let api = self.open(TEST_ATTEMPTS_MAX).await?;
        let unreadable = |error: ApiError| ConnectError::Unreadable(error.to_string());
        let version: Version = api.get("/version").await.map_err(unreadable)?;
        let mut findings = vec![format!("the API server runs Kubernetes {}", version.git_version)];
        let (mut allowed, mut unwatched, mut ok) = (Vec::new(), Vec::new(), true);
        for (resource, what) in self.wanted() {
            let name = resource.name();
            if !api.may("list", resource).await.map_err(unreadable)? {
                ok = false;
                findings.push(format!(
                    "missing: the account may not list {name} in all namespaces, so that {what} stay unknown"
                ));
                continue;
            }
            // Without it the picture is whole all the same, and older.
            if !api.may("watch", resource).await.map_err(unreadable)? {
                unwatched.push(name.clone());
            }
            allowed.push(name);
        }
        if !unwatched.is_empty() {
            findings.push(format!(
                "the account may not watch {}: what changes there is seen at the next interval",
                unwatched.join(", ")
            ));
        }
        if !allowed.is_empty() {
            findings.insert(1, format!("the account may list {}", allowed.join(", ")));
        }
        if !self.config.certificates {
            findings.push("certificates are not listed, as the configuration says".to_owned());
        }
        Ok(Check { ok, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let api = self.open(ATTEMPTS_MAX).await?;
        self.collect_cluster(&api, sink).await?;
        self.collect_nodes(&api, sink).await?;
        self.collect_workloads(&api, sink).await?;
        if self.config.certificates {
            self.collect_certificates(&api, sink).await?;
        }
        Ok(())
    }
}

/// Pods come first, so that the controller of each is among those that are listed after it.
async fn workloads(api: &Api) -> Result<Vec<workload::Kept>, ApiError> {
    let pods = whole(api.list(workload::PODS, workload::pod).await)?;
    let mut controllers = Vec::new();
    for (kind, resource) in workload::CONTROLLERS {
        let keep = |found| Some(workload::controller(kind, found));
        controllers.extend(whole(api.list(*resource, keep).await)?);
    }
    Ok(workload::gathered(controllers, pods))
}

fn whole<T>(listed: Listed<T>) -> Result<Vec<T>, ApiError> {
    listed.ended.map(|_| listed.items)
}

fn outcome(failed: Option<ApiError>) -> ScopeOutcome {
    match failed {
        None => ScopeOutcome::Complete,
        Some(error) => ScopeOutcome::Partial {
            code: error.code().to_owned(),
            detail: error.to_string(),
        },
    }
}

async fn send(
    sink: &mut dyn Sink,
    scope: &Scope,
    mut found: impl Iterator<Item = resource::Resource>,
) -> Result<(), ConnectError> {
    loop {
        let batch: Vec<resource::Resource> = found.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        sink.resources(scope, batch).await?;
    }
}

/// Of what stands in a namespace.
const NAMESPACE_LABEL: &str = "ql-rf.io/namespace";

fn resource(
    cluster: &str,
    native_id: String,
    name: String,
    namespace: Option<String>,
    mut labels: BTreeMap<String, String>,
    facts: Facts,
    relations: Vec<Relation>,
) -> resource::Resource {
    labels.extend(namespace.map(|namespace| (NAMESPACE_LABEL.to_owned(), namespace)));
    resource::Resource {
        native_id,
        platform: Platform::Kubernetes,
        name,
        account: Some(cluster.to_owned()),
        region: None,
        labels,
        facts,
        relations,
        simulated: false,
    }
}
