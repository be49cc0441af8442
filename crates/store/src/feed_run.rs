//! Runs of feed imports: one at a time writes, and every run is told until it is old.

use qlrf_core::time::Timestamp;

use crate::{Result, SystemTx};

/// One statement of an import, and the pause between two while the feed is being read. The largest feeds have half a
/// million records, and judging them again is one pass over every distinct package.
const STATEMENT_TIME_MAX: &str = "15min";
const IDLE_TIME_MAX: &str = "5min";
/// How long an import waits for the one before it.
const TURN_TIME_MAX: &str = "5min";
const IMPORT_LOCK: i64 = 0x716c_7266_0002;

/// Makes this transaction the one import that writes, until it ends, and gives it the time that an import takes.
/// [`crate::Error::Busy`] when the one before it does not end.
pub async fn take_turn(tx: &mut SystemTx) -> Result<()> {
    take_time(tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(IMPORT_LOCK)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Gives this transaction the time that an import takes.
pub async fn take_time(tx: &mut SystemTx) -> Result<()> {
    let settings = format!(
        "SET LOCAL statement_timeout = '{STATEMENT_TIME_MAX}'; SET LOCAL lock_timeout = '{TURN_TIME_MAX}';
         SET LOCAL idle_in_transaction_session_timeout = '{IDLE_TIME_MAX}'"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(settings))
        .execute(tx.connection())
        .await?;
    Ok(())
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Run {
    pub feed: String,
    pub source: String,
    pub requested_by: String,
    /// `running`, `imported`, `unchanged` or `failed`.
    pub state: String,
    pub started_at: Timestamp,
    /// When it last said that it goes on.
    pub seen_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub bytes: i64,
    pub total_bytes: Option<i64>,
    pub records: i64,
    /// Matches that it opened and closed; `None` unless it imported something.
    pub opened: Option<i64>,
    pub closed: Option<i64>,
    pub code: Option<String>,
    pub detail: Option<String>,
}

/// Writes the whole run, over what was written of it before.
pub async fn put(tx: &mut SystemTx, run: &Run) -> Result<()> {
    sqlx::query(
        "INSERT INTO feed_run (feed, source, requested_by, state, started_at, seen_at, ended_at, bytes, total_bytes,
                records, opened, closed, code, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (feed, source, started_at) DO UPDATE SET state = $4, seen_at = $6, ended_at = $7, bytes = $8,
                total_bytes = $9, records = $10, opened = $11, closed = $12, code = $13, detail = $14",
    )
    .bind(&run.feed)
    .bind(&run.source)
    .bind(&run.requested_by)
    .bind(&run.state)
    .bind(run.started_at)
    .bind(run.seen_at)
    .bind(run.ended_at)
    .bind(run.bytes)
    .bind(run.total_bytes)
    .bind(run.records)
    .bind(run.opened)
    .bind(run.closed)
    .bind(&run.code)
    .bind(&run.detail)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The last run of each feed and source.
pub async fn list(tx: &mut SystemTx) -> Result<Vec<Run>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT ON (feed, source) feed, source, requested_by, state, started_at, seen_at, ended_at, bytes,
                total_bytes, records, opened, closed, code, detail
         FROM feed_run ORDER BY feed, source, started_at DESC",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The runs of one feed, the newest first.
pub async fn list_of(tx: &mut SystemTx, feed: &str, limit: u32) -> Result<Vec<Run>> {
    Ok(sqlx::query_as(
        "SELECT feed, source, requested_by, state, started_at, seen_at, ended_at, bytes, total_bytes, records, opened,
                closed, code, detail
         FROM feed_run WHERE feed = $1 ORDER BY started_at DESC, source LIMIT $2",
    )
    .bind(feed)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?)
}

/// Removes runs that began before a moment, but never the last one of a source; returns how many rows went.
pub async fn purge(tx: &mut SystemTx, before: Timestamp, batch: u32) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM feed_run WHERE (feed, source, started_at) IN (
             SELECT r.feed, r.source, r.started_at FROM feed_run r WHERE r.started_at < $1
             AND EXISTS (SELECT FROM feed_run n WHERE n.feed = r.feed AND n.source = r.source
                         AND n.started_at > r.started_at) LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(batch))
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// Ecosystems of the packages that anybody runs: what an import without further words should cover.
pub async fn list_ecosystems_in_use(tx: &mut SystemTx) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT DISTINCT ecosystem FROM package ORDER BY ecosystem")
            .fetch_all(tx.connection())
            .await?,
    )
}
