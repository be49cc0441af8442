//! A watch on the cluster between two collections. It keeps a mark of each object and no object, and says that something
//! changed; what it is now, the next collection reads.
//!
//! **Invariant:** each kind is watched from the moment that its marks are of, so that nothing happens unseen in between. When
//! the server has forgotten that moment, the kind is listed again and its marks are compared.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::super::{ConnectError, Extent, Heard};
use super::api::{Api, ApiError, Moment};
use super::mark::{self, Watched};
use super::model::{Event, Versioned};
use super::{Kubernetes, workload};
use crate::grant::Grant;
use crate::outbound::{ATTEMPTS_MAX, Flow, wait_before};

/// A watch that ends sooner did not work, whatever was said at its end.
const BRIEF: Duration = Duration::from_secs(1);
/// What was refused is asked for again after this long.
const REFUSED_ASKED_AFTER: Duration = Duration::from_secs(10 * 60);

pub async fn run(
    config: serde_json::Value,
    grant: Grant,
    told: mpsc::Sender<Heard>,
) -> Result<(), ConnectError> {
    let cluster = Kubernetes::new(config, grant);
    let cluster = cluster.map_err(|error| ConnectError::Unreadable(error.to_string()))?;
    let api = cluster.open(ATTEMPTS_MAX).await?;
    let watched = cluster.watch(&api, &told).await;
    watched.map_err(|error| ConnectError::Unreadable(error.to_string()))
}

impl Kubernetes {
    fn watched(&self) -> impl Iterator<Item = Watched> {
        let controllers = workload::CONTROLLERS.iter();
        let controllers = controllers.map(|(kind, resource)| Watched::Controller(kind, *resource));
        let certificates = self.config.certificates.then_some(Watched::Certificate);
        [Watched::Node, Watched::Pod]
            .into_iter()
            .chain(controllers)
            .chain(certificates)
    }

    /// Until one of the kinds can be watched no longer, or one that could not be can be now.
    async fn watch(&self, api: &Api, told: &mpsc::Sender<Heard>) -> Result<(), ApiError> {
        let (mut begun, mut refused) = (Vec::new(), Vec::new());
        let all = self.watched();
        let all = all.map(async |kind| {
            (
                kind,
                KindWatch::begin(api, kind, &self.config.cluster, told).await,
            )
        });
        for (kind, watch) in join_all(all).await {
            match watch {
                Ok(watch) => begun.push(watch),
                Err(error @ ApiError::Forbidden { .. }) => refused.push((kind, error.to_string())),
                Err(error) => return Err(error),
            }
        }
        let extent = match (begun.is_empty(), refused.is_empty()) {
            (true, _) => Extent::Nothing,
            (false, false) => Extent::Part,
            (false, true) => Extent::All,
        };
        let gaps = refused.iter().map(|(_, why)| why.clone()).collect();
        let refused: Vec<Watched> = refused.into_iter().map(|(kind, _)| kind).collect();
        // Whoever listens no more drops this watch.
        let _ = told.send(Heard::Begun { extent, gaps }).await;
        let mut kinds: FuturesUnordered<_> = begun.into_iter().map(KindWatch::follow).collect();
        tokio::select! {
            Some(ended) = kinds.next() => ended,
            allowed = until_allowed(api, &refused), if !refused.is_empty() => allowed,
        }
    }
}

async fn until_allowed(api: &Api, refused: &[Watched]) -> Result<(), ApiError> {
    loop {
        sleep(REFUSED_ASKED_AFTER).await;
        for kind in refused {
            let resource = kind.resource();
            if api.may("list", resource).await? && api.may("watch", resource).await? {
                return Ok(());
            }
        }
    }
}

/// The watch on one kind of object.
struct KindWatch<'a> {
    api: &'a Api,
    kind: Watched,
    cluster: &'a str,
    told: &'a mpsc::Sender<Heard>,
    /// That `marks` are of.
    moment: Moment,
    marks: HashMap<u64, u64>,
    flow: Option<Flow>,
    /// In a row.
    failures: u32,
}

impl<'a> KindWatch<'a> {
    async fn begin(
        api: &'a Api,
        kind: Watched,
        cluster: &'a str,
        told: &'a mpsc::Sender<Heard>,
    ) -> Result<KindWatch<'a>, ApiError> {
        let (marks, moment) = marked(api, kind, cluster).await?;
        let mut watch = KindWatch {
            api,
            kind,
            cluster,
            told,
            moment,
            marks,
            flow: None,
            failures: 0,
        };
        loop {
            match watch.open().await {
                Ok(flow) => {
                    watch.flow = Some(flow);
                    return Ok(watch);
                }
                Err(error) => watch.mend(error).await?,
            }
        }
    }

    /// Ends only with an error that patience does not mend.
    async fn follow(mut self) -> Result<(), ApiError> {
        loop {
            match self.read().await {
                Ok(()) => self.pause(None).await,
                Err(error) => self.mend(error).await?,
            }
        }
    }

    async fn mend(&mut self, error: ApiError) -> Result<(), ApiError> {
        let asked = match error {
            error if self.failures > ATTEMPTS_MAX => return Err(error),
            ApiError::Expired(_) => {
                self.compare().await?;
                None
            }
            // It goes on from where it was cut.
            ApiError::Call(error) if error.is_passing() => error.retry_after(),
            error => return Err(error),
        };
        self.pause(asked).await;
        Ok(())
    }

    /// For as long as the server asks, and longer with each failure in a row.
    async fn pause(&self, asked: Option<Duration>) {
        if self.failures > 0 {
            sleep(wait_before(self.failures, asked)).await;
        }
    }

    /// A failure until it has lasted.
    async fn open(&mut self) -> Result<Flow, ApiError> {
        self.failures += 1;
        self.api.watch(self.kind.resource(), &self.moment).await
    }

    /// One watch, to its end.
    async fn read(&mut self) -> Result<(), ApiError> {
        let mut flow = match self.flow.take() {
            Some(flow) => flow,
            None => self.open().await?,
        };
        let opened = Instant::now();
        let ended = loop {
            match flow.line().await {
                Ok(Some(line)) => {
                    if let Err(error) = self.take(&line) {
                        break Err(error);
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
        };
        if opened.elapsed() >= BRIEF {
            self.failures = 0;
        }
        ended
    }

    fn take(&mut self, line: &[u8]) -> Result<(), ApiError> {
        let unreadable = || ApiError::Unreadable {
            resource: self.kind.resource().name(),
            reason: "it is no event of a watch".to_owned(),
        };
        let event: Event = serde_json::from_slice(line).map_err(|_| unreadable())?;
        // The server has forgotten the moment (its status says 410), or failed: either way only a list helps.
        if event.kind == "ERROR" {
            return Err(ApiError::Expired(self.kind.resource().name()));
        }
        let versioned: Versioned = serde_json::from_str(event.object.get()).map_err(|_| unreadable())?;
        if !versioned.metadata.resource_version.is_empty() {
            self.moment.resource_version = versioned.metadata.resource_version;
        }
        let changed = match event.kind {
            "ADDED" | "MODIFIED" => match self.kind.mark(event.object, self.cluster) {
                Some(mark) => self.keep(mark.object, mark.content),
                None => true,
            },
            "DELETED" => self.keep(mark::object(&versioned.metadata.uid), None),
            _ => false,
        };
        if changed {
            self.tell();
        }
        Ok(())
    }

    /// Whether it differs from what was known.
    fn keep(&mut self, object: u64, content: Option<u64>) -> bool {
        match content {
            Some(content) => self.marks.insert(object, content) != Some(content),
            None => self.marks.remove(&object).is_some(),
        }
    }

    /// Lists anew, and tells when something is different.
    async fn compare(&mut self) -> Result<(), ApiError> {
        let (marks, moment) = marked(self.api, self.kind, self.cluster).await?;
        if marks != self.marks {
            self.tell();
        }
        (self.marks, self.moment) = (marks, moment);
        Ok(())
    }

    fn tell(&self) {
        // When there is no room, one that says the same waits already.
        let _ = self.told.try_send(Heard::Changed);
    }
}

async fn marked(api: &Api, kind: Watched, cluster: &str) -> Result<(HashMap<u64, u64>, Moment), ApiError> {
    let keep = |json: Box<serde_json::value::RawValue>| {
        let mark = kind.mark(&json, cluster)?;
        Some((mark.object, mark.content?))
    };
    let listed = api.list(kind.resource(), keep).await;
    let moment = listed.ended?;
    Ok((listed.items.into_iter().collect(), moment))
}
