//! Removes what has served its time, in bounded batches. Safe to run in several processes at once.

use std::time::Duration;

use qlrf_core::time::{Duration as Span, now};
use qlrf_store::{Store, idempotency, session};

use crate::roles::Start;

const EVERY: Duration = Duration::from_secs(600);
const BATCH: u32 = 1000;
/// How long a repeated POST gets its first answer.
const IDEMPOTENCY_LIFE: Span = Span::hours(24);

pub async fn run(mut start: Start) -> anyhow::Result<()> {
    loop {
        if let Err(error) = sweep(&start.app.store).await {
            tracing::warn!("clean-up failed and will be tried again: {error}");
        }
        if !start.stop.sleep(EVERY).await {
            return Ok(());
        }
    }
}

/// One pass; returns how many rows went.
pub async fn sweep(store: &Store) -> qlrf_store::Result<u64> {
    let mut gone = 0;
    loop {
        let mut tx = store.system("clean up").await?;
        let batch = idempotency::purge(&mut tx, now() - IDEMPOTENCY_LIFE, BATCH).await?
            + session::purge_expired(&mut tx, now(), BATCH).await?;
        tx.commit().await?;
        gone += batch;
        if batch < u64::from(BATCH) {
            return Ok(gone);
        }
    }
}
