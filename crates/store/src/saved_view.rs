//! Views that people keep by a name: an author's own, and those that are shared with the organisation.

use qlrf_core::id::{OrgId, SavedViewId};
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, SystemTx, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: SavedViewId,
    pub author: String,
    pub name: String,
    /// Path and query.
    pub address: String,
    pub shared: bool,
    pub changed_at: Timestamp,
}

type Row = (Uuid, String, String, String, bool, Timestamp);

/// What `reader` may see, by name.
pub async fn list(tx: &mut TenantTx, reader: &str) -> Result<Vec<SavedView>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, author, name, address, shared, changed_at FROM saved_view
         WHERE shared OR author = $1 ORDER BY name, id",
    )
    .bind(reader)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Makes the view, or puts it in the place of the author's view of the same name, whose id it then has. `None`: the author has
/// `most` others.
pub async fn save(tx: &mut TenantTx, view: &SavedView, most: i64) -> Result<Option<SavedView>> {
    let row: Option<Row> = sqlx::query_as(
        "INSERT INTO saved_view (org_id, id, author, name, address, shared, changed_at)
         SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE (SELECT count(*) FROM saved_view WHERE author = $3 AND name <> $4) < $8
         ON CONFLICT ON CONSTRAINT saved_view_name
         DO UPDATE SET address = excluded.address, shared = excluded.shared, changed_at = excluded.changed_at
         RETURNING id, author, name, address, shared, changed_at",
    )
    .bind(tx.org().as_uuid())
    .bind(view.id.as_uuid())
    .bind(&view.author)
    .bind(&view.name)
    .bind(&view.address)
    .bind(view.shared)
    .bind(view.changed_at)
    .bind(most)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(read))
}

pub async fn delete(tx: &mut TenantTx, id: SavedViewId) -> Result<()> {
    sqlx::query("DELETE FROM saved_view WHERE id = $1")
        .bind(id.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// An author who leaves takes along what nobody else saw.
pub async fn delete_unshared(tx: &mut SystemTx, org: OrgId, author: &str) -> Result<()> {
    sqlx::query("DELETE FROM saved_view WHERE org_id = $1 AND author = $2 AND NOT shared")
        .bind(org.as_uuid())
        .bind(author)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read((id, author, name, address, shared, changed_at): Row) -> SavedView {
    SavedView {
        id: SavedViewId::from_uuid(id),
        author,
        name,
        address,
        shared,
        changed_at,
    }
}
