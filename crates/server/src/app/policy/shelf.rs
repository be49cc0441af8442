//! Compiled bundles of organisations, and seats for those that judge.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::policy::Source;
use qlrf_engines::policy::{Bundle, Module, Problem};
use tokio::sync::Semaphore;

/// Kept compiled; an organisation has one that holds.
const BUNDLES_MAX: usize = 256;
/// Decisions at a time: each has a thread with a deep stack.
const SEATS: usize = 4;
/// For a seat and a decision. What is not decided by then is not allowed either.
const WAIT_MAX: Duration = Duration::from_secs(20);

type Compiled = std::result::Result<Arc<Bundle>, Problem>;

pub struct Shelf {
    /// By the digest of the document.
    bundles: Mutex<HashMap<Digest, Arc<Bundle>>>,
    seats: Arc<Semaphore>,
}

impl Default for Shelf {
    fn default() -> Shelf {
        Shelf {
            bundles: Mutex::default(),
            seats: Arc::new(Semaphore::new(SEATS)),
        }
    }
}

impl Shelf {
    /// The bundle of a document that was saved. One that does not compile any more says why.
    pub fn get(&self, document: &str, modules: Vec<Module>) -> Compiled {
        let digest = Digest::of(document.as_bytes());
        if let Some(found) = self.bundles().get(&digest) {
            return Ok(found.clone());
        }
        let compiled = compile(modules).map_err(|mut problems| problems.swap_remove(0))?;
        let compiled = Arc::new(compiled);
        let mut bundles = self.bundles();
        if bundles.len() >= BUNDLES_MAX {
            bundles.clear();
        }
        bundles.insert(digest, compiled.clone());
        Ok(compiled)
    }

    /// Runs where waiting is allowed, a few at a time.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let seats = self.seats.clone();
        let done = async move {
            let seat = seats.acquire_owned().await.map_err(|error| internal(&error))?;
            let done = tokio::task::spawn_blocking(move || {
                let _seat = seat;
                work()
            });
            done.await.map_err(|error| internal(&error))
        };
        tokio::time::timeout(WAIT_MAX, done).await.map_err(|_| {
            let detail = format!("the rules did not answer within {} seconds", WAIT_MAX.as_secs());
            Error::new(ErrorKind::Unavailable, "policy_timeout", detail)
                .hint("ask again; if it stays so, look at what the organisation's own rules compute")
        })?
    }

    fn bundles(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Arc<Bundle>>> {
        self.bundles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compiled and tested; never an empty list of problems.
pub fn compile(modules: Vec<Module>) -> std::result::Result<Bundle, Vec<Problem>> {
    Bundle::compile(Source::Organisation, modules)
}

fn internal(error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, "internal", "a policy could not be asked").internal(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever_while_every_seat_is_taken() {
        let shelf = Shelf::default();
        let taken = u32::try_from(SEATS).expect("a few");
        let _all = shelf.seats.acquire_many(taken).await.expect("nobody closes them");
        let refused = shelf.run(|| ()).await.expect_err("there is no seat");
        assert_eq!(refused.code, "policy_timeout");
    }
}
