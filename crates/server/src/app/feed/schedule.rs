//! Fetches feeds when they are due: each at its interval, later after a failure, by one process at a time.

use std::time::Duration;

use qlrf_connectors::feed::{KINDS, Kind};
use qlrf_core::error::{Error, Result};
use qlrf_core::time::{Duration as Span, now};
use qlrf_store::feed_schedule as rows;

use super::{Course, Wanted, run};
use crate::opcx::App;
use crate::roles::Start;

const LOOK_EVERY: Duration = Duration::from_secs(30);
/// After the first start, so that inventory comes first and says which ecosystems are wanted.
const FIRST_WAIT: Span = Span::minutes(2);
/// The first wait after a failure; each further one doubles it, up to the interval.
const RETRY_WAIT: Span = Span::minutes(5);
/// When there is nothing to fetch yet, or a person fetches it.
const POSTPONED: Span = Span::minutes(10);
/// Longer than a feed is fetched and judged; whoever died with a turn delays the next one by this.
const TURN_MAX: Span = Span::minutes(60);
/// Installations that started together shall not ask a publisher together.
const JITTER: f64 = 0.1;
const ACTOR: &str = "system:feed schedule";

pub async fn run(mut start: Start) -> anyhow::Result<()> {
    set_intervals(&start.app).await?;
    loop {
        if let Err(error) = look(&start.app).await {
            tracing::warn!("feeds could not be looked after: {error}");
        }
        if !start.stop.sleep(LOOK_EVERY).await {
            return Ok(());
        }
    }
}

/// Writes the configured intervals down, where every process and `feed status` see them.
pub async fn set_intervals(app: &App) -> Result<()> {
    let config = app.feeds.config();
    let mut tx = app.store.system("set feed intervals").await?;
    for kind in KINDS {
        let interval = config.interval(kind).map(|interval| interval.as_secs());
        let interval = interval.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX));
        rows::set_interval(&mut tx, kind.name, interval, now() + jittered(FIRST_WAIT, 1.0)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Fetches what is due now, one after the other.
pub async fn look(app: &App) -> Result<()> {
    for kind in KINDS {
        let mut tx = app.store.system("claim feed").await?;
        let at = now();
        let due = rows::claim(&mut tx, kind.name, at, at + TURN_MAX).await?;
        tx.commit().await?;
        if let Some(due) = due {
            let outcome = fetch(app, kind).await;
            conclude(app, &due, outcome).await?;
        }
    }
    Ok(())
}

/// Every part is tried; the first failure is the answer.
async fn fetch(app: &App, kind: &'static Kind) -> Result<()> {
    let started = run::begin_all(app, kind, Wanted::default(), ACTOR).await?;
    let mut outcome = Ok(());
    for (source, run) in started {
        let ended = run::carry(&app.store, kind, &source, run, Course::Forward).await;
        outcome = outcome.and(ended.map(|_| ()));
    }
    outcome
}

async fn conclude(app: &App, due: &rows::Schedule, outcome: Result<()>) -> Result<()> {
    let interval = Span::seconds(due.interval_s.unwrap_or_default().into());
    let at = now();
    let mut tx = app.store.system("conclude feed turn").await?;
    match outcome {
        Ok(()) => rows::succeed(&mut tx, &due.feed, at, jittered(interval, JITTER)).await?,
        Err(error) if is_no_failure(&error) => {
            rows::postpone(&mut tx, &due.feed, at + jittered(POSTPONED, JITTER)).await?;
        }
        Err(error) => {
            let wait = back_off(due.failures, interval);
            rows::fail(
                &mut tx,
                &due.feed,
                at,
                jittered(wait, JITTER),
                error.code,
                &error.detail,
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Nothing runs yet that a feed could speak of, or somebody else fetches it at this moment.
fn is_no_failure(error: &Error) -> bool {
    matches!(error.code, "invalid_feed_source" | "feed_import_running")
}

fn back_off(failures: i32, interval: Span) -> Span {
    let doublings = u32::try_from(failures).unwrap_or_default().min(16);
    (RETRY_WAIT * f64::from(1_u32 << doublings)).min(interval)
}

/// Up to this share longer, never shorter.
fn jittered(wait: Span, share: f64) -> Span {
    wait + wait * (rand::random::<f64>() * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_interval() {
        let day = Span::days(1);
        let waits: Vec<i64> = (0..10).map(|n| back_off(n, day).whole_minutes()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440]);
        assert_eq!(back_off(i32::MAX, day), day);
        let wait = jittered(day, JITTER);
        assert!(wait >= day && wait <= day * 1.1, "{wait}");
    }
}
