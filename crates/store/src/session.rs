//! Browser sessions and one-time sign-in links. Only hashes of their secrets are stored.

use qlrf_core::digest::Digest;
use qlrf_core::id::{OrgId, UserId};
use qlrf_core::perm::Role;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::member::parse_role;
use crate::{Result, SystemTx};

#[derive(Clone, Debug)]
pub struct NewSession {
    pub secret_hash: Digest,
    pub person: UserId,
    pub org: OrgId,
    pub csrf_token: String,
    pub expires_at: Timestamp,
    /// As the browser names itself.
    pub user_agent: Option<String>,
}

/// A session with the membership that it stands for at this moment.
#[derive(Clone, Debug)]
pub struct Session {
    pub person: UserId,
    pub org: OrgId,
    pub login: String,
    pub role: Role,
    /// One of those who run the installation.
    pub installation: bool,
    pub csrf_token: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    person_id: Uuid,
    org_id: Uuid,
    login: String,
    role: String,
    installation: bool,
    csrf_token: String,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
}

pub async fn create(tx: &mut SystemTx, new: &NewSession) -> Result<()> {
    sqlx::query(
        "INSERT INTO session (secret_hash, person_id, org_id, csrf_token, expires_at, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.secret_hash.0.as_slice())
    .bind(new.person.as_uuid())
    .bind(new.org.as_uuid())
    .bind(&new.csrf_token)
    .bind(new.expires_at)
    .bind(&new.user_agent)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// `None` when there is none, it expired, or its person is no longer a member.
pub async fn find(tx: &mut SystemTx, secret_hash: Digest, now: Timestamp) -> Result<Option<Session>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT s.person_id, s.org_id, m.login, m.role, m.installation, s.csrf_token, s.expires_at, s.used_at
         FROM session s JOIN member m ON m.org_id = s.org_id AND m.person_id = s.person_id
         WHERE s.secret_hash = $1 AND s.expires_at > $2",
    )
    .bind(secret_hash.0.as_slice())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Session {
        person: UserId::from_uuid(row.person_id),
        org: OrgId::from_uuid(row.org_id),
        role: parse_role(&row.role)?,
        installation: row.installation,
        login: row.login,
        csrf_token: row.csrf_token,
        expires_at: row.expires_at,
        used_at: row.used_at,
    }))
}

/// Notes that a request came with it.
pub async fn note_use(tx: &mut SystemTx, secret_hash: Digest, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE session SET used_at = $2 WHERE secret_hash = $1 AND (used_at IS NULL OR used_at < $2)",
    )
    .bind(secret_hash.0.as_slice())
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut SystemTx, secret_hash: Digest) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE secret_hash = $1")
        .bind(secret_hash.0.as_slice())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Open {
    pub id: Uuid,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub user_agent: Option<String>,
    /// It is the one with the hash that was asked with.
    pub current: bool,
}

/// A person's sessions that have not expired, the newest first, at most `limit`.
pub async fn list_open(
    tx: &mut SystemTx,
    person: UserId,
    current: Option<Digest>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Open>> {
    Ok(sqlx::query_as(
        "SELECT id, created_at, expires_at, used_at, user_agent, secret_hash IS NOT DISTINCT FROM $2 AS current
         FROM session
         WHERE person_id = $1 AND expires_at > $3 ORDER BY created_at DESC, id LIMIT $4",
    )
    .bind(person.as_uuid())
    .bind(current.map(|hash| hash.0.to_vec()))
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?)
}

/// Ends one session of a person. `false`: it is not there, or somebody else's.
pub async fn end(tx: &mut SystemTx, person: UserId, id: Uuid) -> Result<bool> {
    let done = sqlx::query("DELETE FROM session WHERE person_id = $1 AND id = $2")
        .bind(person.as_uuid())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Signs a person out everywhere, except for the session with the hash `keep`; links that were not used lead nowhere.
pub async fn delete_for_person(tx: &mut SystemTx, person: UserId, keep: Option<Digest>) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE person_id = $1 AND ($2::bytea IS NULL OR secret_hash <> $2)")
        .bind(person.as_uuid())
        .bind(keep.map(|hash| hash.0.to_vec()))
        .execute(tx.connection())
        .await?;
    sqlx::query("DELETE FROM sign_in_link WHERE person_id = $1 AND used_at IS NULL")
        .bind(person.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

pub async fn create_link(
    tx: &mut SystemTx,
    secret_hash: Digest,
    person: UserId,
    org: OrgId,
    expires_at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO sign_in_link (secret_hash, person_id, org_id, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(secret_hash.0.as_slice())
    .bind(person.as_uuid())
    .bind(org.as_uuid())
    .bind(expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Uses a link up. One statement, so that of any number of concurrent attempts one succeeds.
pub async fn consume_link(
    tx: &mut SystemTx,
    secret_hash: Digest,
    now: Timestamp,
) -> Result<Option<(UserId, OrgId)>> {
    let row: Option<(Uuid, Uuid)> = sqlx::query_as(
        "UPDATE sign_in_link SET used_at = $2
         WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING person_id, org_id",
    )
    .bind(secret_hash.0.as_slice())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|(person, org)| (UserId::from_uuid(person), OrgId::from_uuid(org))))
}

/// Removes what can no longer be used, in one bounded batch each; returns how many rows went.
pub async fn purge_expired(tx: &mut SystemTx, before: Timestamp, batch: u32) -> Result<u64> {
    let sessions = sqlx::query(
        "DELETE FROM session WHERE secret_hash IN
             (SELECT secret_hash FROM session WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(batch))
    .execute(tx.connection())
    .await?;
    let links = sqlx::query(
        "DELETE FROM sign_in_link WHERE secret_hash IN
             (SELECT secret_hash FROM sign_in_link WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(batch))
    .execute(tx.connection())
    .await?;
    Ok(sessions.rows_affected() + links.rows_affected())
}
