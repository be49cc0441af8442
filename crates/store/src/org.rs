//! Organisations: the tenants.

use qlrf_core::id::OrgId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: OrgId,
    /// Unique in the installation, lower case.
    pub slug: String,
    pub name: String,
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    created_at: Timestamp,
}

impl From<Row> for Org {
    fn from(row: Row) -> Org {
        Org {
            id: OrgId::from_uuid(row.id),
            slug: row.slug,
            name: row.name,
            created_at: row.created_at,
        }
    }
}

pub async fn create(tx: &mut SystemTx, id: OrgId, slug: &str, name: &str) -> Result<Org> {
    let row: Row = sqlx::query_as(
        "INSERT INTO org (id, slug, name) VALUES ($1, $2, $3) RETURNING id, slug, name, created_at",
    )
    .bind(id.as_uuid())
    .bind(slug)
    .bind(name)
    .fetch_one(tx.connection())
    .await?;
    Ok(row.into())
}

/// Every organisation of the installation, oldest first; an installation has few.
pub async fn list_all(tx: &mut SystemTx) -> Result<Vec<Org>> {
    let rows: Vec<Row> = sqlx::query_as("SELECT id, slug, name, created_at FROM org ORDER BY created_at, id")
        .fetch_all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(Org::from).collect())
}

/// Keeps two processes that start at once from both setting up the first organisation.
pub async fn lock_bootstrap(tx: &mut SystemTx) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('qlrf bootstrap', 0))")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The tenant's own organisation, locked against a concurrent change until the transaction ends.
pub async fn get_for_update(tx: &mut TenantTx) -> Result<Org> {
    let row: Row =
        sqlx::query_as("SELECT id, slug, name, created_at FROM org WHERE id = $1 FOR NO KEY UPDATE")
            .bind(tx.org().as_uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(row.into())
}

pub async fn get(tx: &mut TenantTx) -> Result<Org> {
    let row: Row = sqlx::query_as("SELECT id, slug, name, created_at FROM org WHERE id = $1")
        .bind(tx.org().as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.into())
}

pub async fn rename(tx: &mut TenantTx, name: &str) -> Result<Org> {
    let row: Row =
        sqlx::query_as("UPDATE org SET name = $2 WHERE id = $1 RETURNING id, slug, name, created_at")
            .bind(tx.org().as_uuid())
            .bind(name)
            .fetch_one(tx.connection())
            .await?;
    Ok(row.into())
}
