//! What a POST with an `Idempotency-Key` answered, so that the same request again gets the same answer.

use qlrf_core::digest::Digest;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, SystemTx, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// This request is the first with the key: do the work, then [`complete`] or [`release`].
    First,
    Repeat(Recorded),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub request_id: Uuid,
    pub request_hash: Digest,
    pub created_at: Timestamp,
    /// `None` while the first attempt runs, or when its process died.
    pub answer: Option<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// `None` when the answer may not be kept, e.g. because it shows a secret once.
    pub body: Option<Vec<u8>>,
    pub content_type: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    request_id: Uuid,
    request_hash: Vec<u8>,
    created_at: Timestamp,
    status: Option<i32>,
    body: Option<Vec<u8>>,
    content_type: Option<String>,
}

pub async fn claim(
    tx: &mut TenantTx,
    key: &str,
    request_id: Uuid,
    hash: Digest,
    now: Timestamp,
) -> Result<Claim> {
    let inserted = sqlx::query(
        "INSERT INTO idempotency_key (org_id, key, request_id, request_hash, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org_id, key) DO NOTHING",
    )
    .bind(tx.org().as_uuid())
    .bind(key)
    .bind(request_id)
    .bind(hash.0.as_slice())
    .bind(now)
    .execute(tx.connection())
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Claim::First);
    }
    let row: Row = sqlx::query_as(
        "SELECT request_id, request_hash, created_at, status, body, content_type
         FROM idempotency_key WHERE org_id = $1 AND key = $2",
    )
    .bind(tx.org().as_uuid())
    .bind(key)
    .fetch_one(tx.connection())
    .await?;
    Ok(Claim::Repeat(row.try_into()?))
}

impl TryFrom<Row> for Recorded {
    type Error = Error;
    fn try_from(row: Row) -> Result<Recorded> {
        let hash: [u8; 32] = row
            .request_hash
            .try_into()
            .map_err(|_| Error::Corrupt("the hash of an idempotency key is not 32 bytes".into()))?;
        let answer = match row.status {
            None => None,
            Some(status) => Some(Answer {
                status: u16::try_from(status)
                    .map_err(|_| Error::Corrupt(format!("{status} is not an HTTP status")))?,
                body: row.body,
                content_type: row.content_type,
            }),
        };
        Ok(Recorded {
            request_id: row.request_id,
            request_hash: Digest(hash),
            created_at: row.created_at,
            answer,
        })
    }
}

pub async fn complete(tx: &mut TenantTx, key: &str, answer: &Answer) -> Result<()> {
    sqlx::query(
        "UPDATE idempotency_key SET status = $3, body = $4, content_type = $5 WHERE org_id = $1 AND key = $2",
    )
    .bind(tx.org().as_uuid())
    .bind(key)
    .bind(i32::from(answer.status))
    .bind(answer.body.as_deref())
    .bind(answer.content_type.as_deref())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets a claim whose request was turned away before any work was done.
pub async fn release(tx: &mut TenantTx, key: &str) -> Result<()> {
    sqlx::query("DELETE FROM idempotency_key WHERE org_id = $1 AND key = $2")
        .bind(tx.org().as_uuid())
        .bind(key)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes one bounded batch of keys older than `before`; returns how many went.
pub async fn purge(tx: &mut SystemTx, before: Timestamp, batch: u32) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM idempotency_key WHERE (org_id, key) IN
             (SELECT org_id, key FROM idempotency_key WHERE created_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(batch))
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}
