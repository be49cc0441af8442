//! API tokens. Only the hash of a token's secret is stored.

use qlrf_core::digest::Digest;
use qlrf_core::id::{OrgId, TokenId};
use qlrf_core::perm::{Permission, Role};
use qlrf_core::time::{Duration, Timestamp};
use uuid::Uuid;

use crate::member::parse_role;
use crate::{Error, Result, SystemTx, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub org: OrgId,
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    /// Narrows the role to these permissions; `None` leaves the role as it is.
    pub scopes: Option<Vec<Permission>>,
    /// It acts as one of those who run the installation.
    pub installation: bool,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// To the minute; `None` when it was never used.
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct NewToken {
    pub id: TokenId,
    pub name: String,
    pub secret_hash: Digest,
    pub role: Role,
    pub scopes: Option<Vec<Permission>>,
    /// It acts as one of those who run the installation.
    pub installation: bool,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// How stale `last_used_at` may be: a token used a thousand times a second is written once a minute.
const TOUCH_EVERY: Duration = Duration::minutes(1);

#[derive(sqlx::FromRow)]
struct Row {
    org_id: Uuid,
    id: Uuid,
    name: String,
    role: String,
    scopes: Option<Vec<String>>,
    installation: bool,
    created_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TryFrom<Row> for Token {
    type Error = Error;
    fn try_from(row: Row) -> Result<Token> {
        let parse = |name: String| {
            Permission::parse(&name).ok_or_else(|| Error::Corrupt(format!("\"{name}\" is not a permission")))
        };
        Ok(Token {
            org: OrgId::from_uuid(row.org_id),
            id: TokenId::from_uuid(row.id),
            role: parse_role(&row.role)?,
            scopes: row
                .scopes
                .map(|names| names.into_iter().map(parse).collect())
                .transpose()?,
            installation: row.installation,
            name: row.name,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
    }
}

pub async fn create(tx: &mut TenantTx, new: &NewToken) -> Result<Token> {
    let scopes: Option<Vec<&str>> = new
        .scopes
        .as_ref()
        .map(|list| list.iter().map(|permission| permission.name()).collect());
    let row: Row = sqlx::query_as(
        "INSERT INTO api_token (org_id, id, name, secret_hash, role, scopes, installation, created_by, created_at,
                expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         RETURNING org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at",
    )
    .bind(tx.org().as_uuid())
    .bind(new.id.as_uuid())
    .bind(&new.name)
    .bind(new.secret_hash.0.as_slice())
    .bind(new.role.name())
    .bind(scopes)
    .bind(new.installation)
    .bind(&new.created_by)
    .bind(new.created_at)
    .bind(new.expires_at)
    .fetch_one(tx.connection())
    .await?;
    row.try_into()
}

/// In the order of creation, which is the order of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}

pub async fn list(tx: &mut TenantTx, order: Order, after: Option<TokenId>, limit: u32) -> Result<Vec<Token>> {
    let statement = match order {
        Order::OldestFirst => {
            "SELECT org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at
             FROM api_token WHERE org_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
        }
        Order::NewestFirst => {
            "SELECT org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at
             FROM api_token WHERE org_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
        }
    };
    let rows: Vec<Row> = sqlx::query_as(statement)
        .bind(tx.org().as_uuid())
        .bind(after.map(TokenId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await?;
    rows.into_iter().map(Token::try_from).collect()
}

pub async fn count(tx: &mut TenantTx) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM api_token WHERE org_id = $1")
        .bind(tx.org().as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(count.unsigned_abs())
}

pub async fn find(tx: &mut TenantTx, id: TokenId) -> Result<Option<Token>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at
         FROM api_token WHERE org_id = $1 AND id = $2",
    )
    .bind(tx.org().as_uuid())
    .bind(id.as_uuid())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Token::try_from).transpose()
}

/// Takes effect with the commit. Revoking twice keeps the first time; `None` when there is no such token.
pub async fn revoke(tx: &mut TenantTx, id: TokenId, now: Timestamp) -> Result<Option<Token>> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE api_token SET revoked_at = COALESCE(revoked_at, $3) WHERE org_id = $1 AND id = $2
         RETURNING org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at",
    )
    .bind(tx.org().as_uuid())
    .bind(id.as_uuid())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Token::try_from).transpose()
}

/// Revokes the token with this secret if it lives, and answers whether it did.
pub async fn revoke_secret(tx: &mut TenantTx, secret_hash: Digest, now: Timestamp) -> Result<bool> {
    let done =
        sqlx::query("UPDATE api_token SET revoked_at = $2 WHERE secret_hash = $1 AND revoked_at IS NULL")
            .bind(secret_hash.0.as_slice())
            .bind(now)
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes the mark of those who run the installation from the tokens that these actors made, and returns all that they made.
pub async fn unmark_made_by(
    tx: &mut SystemTx,
    org: OrgId,
    makers: &[String],
) -> Result<Vec<(TokenId, String)>> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "UPDATE api_token SET installation = false WHERE org_id = $1 AND created_by = ANY ($2) RETURNING id, name",
    )
    .bind(org.as_uuid())
    .bind(makers)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (TokenId::from_uuid(id), name))
        .collect())
}

/// The token whose secret has this hash, whatever its state, and notes its use at most once a minute.
pub async fn find_by_secret(tx: &mut SystemTx, secret_hash: Digest, now: Timestamp) -> Result<Option<Token>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT org_id, id, name, role, scopes, installation, created_by, created_at, expires_at, last_used_at,
                revoked_at
         FROM api_token WHERE secret_hash = $1",
    )
    .bind(secret_hash.0.as_slice())
    .fetch_optional(tx.connection())
    .await?;
    let Some(token) = row.map(Token::try_from).transpose()? else {
        return Ok(None);
    };
    let stale = token.last_used_at.is_none_or(|last| last < now - TOUCH_EVERY);
    if stale && token.revoked_at.is_none() {
        sqlx::query(
            "UPDATE api_token SET last_used_at = $3
             WHERE org_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $4)",
        )
        .bind(token.org.as_uuid())
        .bind(token.id.as_uuid())
        .bind(now)
        .bind(now - TOUCH_EVERY)
        .execute(tx.connection())
        .await?;
    }
    Ok(Some(token))
}
