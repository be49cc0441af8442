//! Removes what has served its time, in bounded batches. Safe to run in several processes at once.

use std::time::Duration;

use qlrf_core::time::{Duration as Span, now};
use qlrf_store::{Store, discovery, feed_run, idempotency, session};

use crate::roles::Start;

const EVERY: Duration = Duration::from_secs(600);
const BATCH: u32 = 1000;
/// How long a repeated POST gets its first answer.
const IDEMPOTENCY_LIFE: Span = Span::hours(24);

/// How long it is told how a feed was fetched.
const FEED_RUN_LIFE: Span = Span::days(90);

pub async fn run(mut start: Start) -> anyhow::Result<()> {
    loop {
        let store = &start.app.store;
        if let Err(error) = sweep(store).await {
            tracing::warn!("clean-up failed and will be tried again: {error}");
        }
        if let Err(error) = forget_gone(store).await {
            tracing::warn!("what is gone could not be forgotten and will be tried again: {error}");
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
            + session::purge_expired(&mut tx, now(), BATCH).await?
            + feed_run::purge(&mut tx, now() - FEED_RUN_LIFE, BATCH).await?;
        tx.commit().await?;
        gone += batch;
        if batch < u64::from(BATCH) {
            return Ok(gone);
        }
    }
}

/// What an organisation was told of is told again when it comes back after nothing had it. Looked for now and then and not
/// at each change: an asset that comes and goes within minutes tells nothing new.
pub async fn forget_gone(store: &Store) -> qlrf_store::Result<u64> {
    let mut tx = store.system("forget gone advisories").await?;
    let gone = discovery::forget_gone(&mut tx).await?;
    tx.commit().await?;
    Ok(gone)
}
