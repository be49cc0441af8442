//! What is obtained, and good for a while: a session, a token.

use std::sync::Arc;

use qlrf_core::time::{self, Duration, Timestamp};
use tokio::sync::Mutex;

/// A request is made, and made again, within this. What is good for a shorter while is renewed in its last quarter.
const RENEWED_BEFORE: Duration = Duration::minutes(5);
const LAST_PART: i32 = 4;

pub struct Renewed<T>(Mutex<Option<Held<T>>>);

struct Held<T> {
    value: Arc<T>,
    /// `None` never, as far as we know.
    renew_at: Option<Timestamp>,
}

impl<T> Default for Renewed<T> {
    fn default() -> Self {
        Renewed(Mutex::new(None))
    }
}

impl<T> Renewed<T> {
    /// What is held, or what `obtain` brings, with the end of its time. `expired`: another one than this.
    pub async fn get<E>(
        &self,
        expired: Option<&Arc<T>>,
        obtain: impl Future<Output = Result<(T, Option<Timestamp>), E>>,
    ) -> Result<Arc<T>, E> {
        // Whoever comes second waits, and takes what the first one got.
        let mut held = self.0.lock().await;
        let fresh = held.as_ref().filter(|held| {
            let refused = expired.is_some_and(|expired| Arc::ptr_eq(expired, &held.value));
            !refused && held.renew_at.is_none_or(|at| time::now() < at)
        });
        if let Some(held) = fresh {
            return Ok(held.value.clone());
        }
        let (value, until) = obtain.await?;
        let value = Arc::new(value);
        *held = Some(Held {
            value: value.clone(),
            renew_at: until.map(renew_at),
        });
        Ok(value)
    }
}

/// Of what was obtained just now.
fn renew_at(until: Timestamp) -> Timestamp {
    until - RENEWED_BEFORE.min((until - time::now()) / LAST_PART)
}
