//! When feeds are fetched next, by whichever process comes first, and how it went.

use qlrf_core::time::{Duration, Timestamp};

use crate::{Result, SystemTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Schedule {
    pub feed: String,
    /// `None`: by hand only.
    pub interval_s: Option<i32>,
    pub next_at: Option<Timestamp>,
    /// In a row.
    pub failures: i32,
    pub last_success_at: Option<Timestamp>,
    pub last_failure_at: Option<Timestamp>,
    /// Of the last failure.
    pub code: Option<String>,
    pub detail: Option<String>,
}

const COLUMNS: &str = "feed, interval_s, next_at, failures, last_success_at, last_failure_at, code, detail";

pub async fn list(tx: &mut SystemTx) -> Result<Vec<Schedule>> {
    let sql = format!("SELECT {COLUMNS} FROM feed_schedule ORDER BY feed");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(tx.connection())
        .await?)
}

/// Says how often a feed is wanted. A new interval counts from the last success, and not before `first`.
pub async fn set_interval(
    tx: &mut SystemTx,
    feed: &str,
    interval_s: Option<i32>,
    first: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO feed_schedule AS s (feed, interval_s, next_at)
         VALUES ($1, $2, CASE WHEN $2::int IS NOT NULL THEN $3::timestamptz END)
         ON CONFLICT (feed) DO UPDATE SET interval_s = $2,
             next_at = CASE WHEN $2 IS NOT NULL
                            THEN greatest($3, s.last_success_at + make_interval(secs => $2)) END
         WHERE s.interval_s IS DISTINCT FROM $2",
    )
    .bind(feed)
    .bind(interval_s)
    .bind(first)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes the turn of a feed that is due. Whoever dies with it leaves it to the next one at `until`.
pub async fn claim(
    tx: &mut SystemTx,
    feed: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Schedule>> {
    let sql = format!(
        "UPDATE feed_schedule SET next_at = $3 WHERE feed = $1 AND next_at <= $2 RETURNING {COLUMNS}"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(feed)
        .bind(now)
        .bind(until)
        .fetch_optional(tx.connection())
        .await?)
}

/// Waits without calling it a failure; a schedule that was switched off meanwhile stays off.
pub async fn postpone(tx: &mut SystemTx, feed: &str, next_at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE feed_schedule SET next_at = $2 WHERE feed = $1 AND interval_s IS NOT NULL")
        .bind(feed)
        .bind(next_at)
        .execute(tx.connection())
        .await?;
    Ok(())
}

pub async fn succeed(tx: &mut SystemTx, feed: &str, at: Timestamp, wait: Duration) -> Result<()> {
    sqlx::query("UPDATE feed_schedule SET failures = 0, last_success_at = $2 WHERE feed = $1")
        .bind(feed)
        .bind(at)
        .execute(tx.connection())
        .await?;
    postpone(tx, feed, at + wait).await
}

pub async fn fail(
    tx: &mut SystemTx,
    feed: &str,
    at: Timestamp,
    wait: Duration,
    code: &str,
    detail: &str,
) -> Result<()> {
    sqlx::query(
        "UPDATE feed_schedule SET failures = failures + 1, last_failure_at = $2, code = $3, detail = $4 WHERE feed = $1",
    )
    .bind(feed)
    .bind(at)
    .bind(code)
    .bind(detail)
    .execute(tx.connection())
    .await?;
    postpone(tx, feed, at + wait).await
}
