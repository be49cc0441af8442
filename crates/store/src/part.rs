//! Sites, environments and projects as people declared them: versions of a document.

use qlrf_core::part::PartKind;
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, TenantTx};

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Part {
    /// The same in all its versions, whatever its name.
    pub id: Uuid,
    pub name: String,
    /// When it was said as it is.
    pub since: Timestamp,
    pub author: String,
    pub document: Value,
}

/// By name; now or at a moment.
pub async fn list(tx: &mut TenantTx, kind: PartKind, as_of: Option<Timestamp>) -> Result<Vec<Part>> {
    Ok(sqlx::query_as(
        "SELECT id, name, lower(recorded) AS since, author, document FROM estate_part
         WHERE kind = $1 AND CASE WHEN $2::timestamptz IS NULL THEN upper_inf(recorded) ELSE recorded @> $2 END
         ORDER BY name",
    )
    .bind(kind.name())
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?)
}

pub async fn find(tx: &mut TenantTx, kind: PartKind, name: &str) -> Result<Option<Part>> {
    Ok(sqlx::query_as(
        "SELECT id, name, lower(recorded) AS since, author, document FROM estate_part
         WHERE kind = $1 AND name = $2 AND upper_inf(recorded)",
    )
    .bind(kind.name())
    .bind(name)
    .fetch_optional(tx.connection())
    .await?)
}

pub async fn count(tx: &mut TenantTx, kind: PartKind) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT count(*) FROM estate_part WHERE kind = $1 AND upper_inf(recorded)")
            .bind(kind.name())
            .fetch_one(tx.connection())
            .await?,
    )
}

/// What is said from `part.since` on. That is the moment of [`crate::clock::tick`], which puts two writers in line.
pub async fn open(tx: &mut TenantTx, kind: PartKind, part: &Part) -> Result<()> {
    sqlx::query(
        "INSERT INTO estate_part (org_id, kind, id, recorded, author, document)
         VALUES ($1, $2, $3, tstzrange($4, NULL), $5, $6)",
    )
    .bind(tx.org().as_uuid())
    .bind(kind.name())
    .bind(part.id)
    .bind(part.since)
    .bind(&part.author)
    .bind(&part.document)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What was said holds until `at`.
pub async fn close(tx: &mut TenantTx, id: Uuid, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE estate_part SET recorded = tstzrange(lower(recorded), $2) WHERE id = $1 AND upper_inf(recorded)",
    )
    .bind(id)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether the database knows a time zone by this name of the IANA list.
pub async fn is_time_zone(tx: &mut TenantTx, name: &str) -> Result<bool> {
    Ok(
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1)")
            .bind(name)
            .fetch_one(tx.connection())
            .await?,
    )
}
