//! What holds for all requests to a provider, by whatever client they are made: a renewed credential is no reason to be
//! faster, and no proof that what is down is up again.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::CallError;
use super::breaker::Breakers;
use super::pace::Pace;

const REQUESTS_AT_ONCE: usize = 8;

/// Clones share everything.
#[derive(Clone)]
pub struct Limits(Arc<Shared>);

struct Shared {
    pace: Pace,
    at_once: Semaphore,
    breakers: Breakers,
}

impl Limits {
    pub fn per_second(requests: u32) -> Limits {
        Limits(Arc::new(Shared {
            pace: Pace::new(requests),
            at_once: Semaphore::new(REQUESTS_AT_ONCE),
            breakers: Breakers::default(),
        }))
    }

    /// Until a request may go, or why it may not.
    pub(super) async fn wait(&self, host: &str) -> Result<(), CallError> {
        self.0.breakers.check(host)?;
        self.0.pace.wait().await;
        Ok(())
    }

    /// A place beside the others, for as long as an answer is read.
    pub(super) async fn place(&self) -> SemaphorePermit<'_> {
        self.0.at_once.acquire().await.expect("nobody closes it")
    }

    pub(super) fn worked(&self, host: &str) {
        self.0.breakers.worked(host);
    }

    pub(super) fn failed(&self, host: &str, error: &CallError) {
        self.0.breakers.failed(host, error);
    }
}
