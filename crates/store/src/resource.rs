//! Resources: what was believed about them over time, and what points to what.

use std::collections::HashMap;

use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::id::{ConnectorId, ResourceId};
use qlrf_core::resource::{Relation, Resource};
use qlrf_core::time::Timestamp;
use sqlx::types::Json;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::asset::word;
use crate::content::read_digest;
use crate::{Result, TenantTx, container};

/// The same whenever it is seen.
pub fn id_of(connector: ConnectorId, resource: &Resource) -> ResourceId {
    let mut hasher = Hasher::new("resource-id/1");
    hasher.field(connector.as_uuid().as_bytes());
    hasher.field(resource.facts.kind().as_bytes());
    hasher.field(resource.native_id.as_bytes());
    let half: [u8; 16] = hasher.finish().0[..16].try_into().expect("a digest has 32 bytes");
    ResourceId::from_uuid(uuid::Builder::from_custom_bytes(half).into_uuid())
}

/// One fact to record.
pub struct NewResource<'a> {
    pub id: ResourceId,
    pub scope_id: i64,
    pub resource: &'a Resource,
    pub hash: Digest,
    /// The text of the resource's document.
    pub document: &'a str,
}

/// The hash of what is believed of each now; one that is not there is not believed to exist.
pub async fn find_known(tx: &mut TenantTx, ids: &[ResourceId]) -> Result<HashMap<ResourceId, (Digest, i64)>> {
    // The lateral makes it one look-up in an index for each, whatever the planner believes of the table.
    let rows: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT i.id, r.fact_hash, r.scope_id FROM unnest($1::uuid[]) AS i (id)
         CROSS JOIN LATERAL (SELECT fact_hash, scope_id FROM resource WHERE id = i.id AND closed_at IS NULL LIMIT 1) r",
    )
    .bind(uuids(ids))
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(id, hash, scope)| Ok((ResourceId::from_uuid(id), (read_digest(&hash)?, scope))))
        .collect()
}

/// What is believed to be in scopes, besides `seen`.
pub async fn list_others(
    tx: &mut TenantTx,
    scopes: &[i64],
    seen: &[ResourceId],
) -> Result<Vec<(ResourceId, i64)>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT id, scope_id FROM resource WHERE scope_id = ANY ($1) AND closed_at IS NULL
         EXCEPT SELECT id, scope_id FROM resource WHERE id = ANY ($2) AND closed_at IS NULL",
    )
    .bind(scopes)
    .bind(uuids(seen))
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, scope)| (ResourceId::from_uuid(id), scope))
        .collect())
}

/// What the source of each calls it.
pub async fn list_native_ids(tx: &mut TenantTx, ids: &[ResourceId]) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT native_id FROM resource WHERE id = ANY ($1) AND closed_at IS NULL ORDER BY native_id",
    )
    .bind(uuids(ids))
    .fetch_all(tx.connection())
    .await?)
}

pub async fn count_of_connector(tx: &mut TenantTx, connector: ConnectorId) -> Result<usize> {
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM resource WHERE connector_id = $1 AND closed_at IS NULL")
            .bind(connector.as_uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Closes what was believed of these, and what they point to.
pub async fn close(tx: &mut TenantTx, at: Timestamp, ids: &[ResourceId]) -> Result<()> {
    sqlx::query(
        "UPDATE resource SET recorded = tstzrange(lower(recorded), $1) WHERE id = ANY ($2) AND closed_at IS NULL",
    )
    .bind(at)
    .bind(uuids(ids))
    .execute(tx.connection())
    .await?;
    container::forget_digests(tx, &uuids(ids)).await?;
    forget_relations(tx, &uuids(ids)).await
}

/// Opens a fact for each; one that was open before must have been closed by [`close`].
pub async fn open(
    tx: &mut TenantTx,
    at: Timestamp,
    connector: ConnectorId,
    new: &[NewResource<'_>],
) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO resource (org_id, id, recorded, connector_id, scope_id, kind, native_id, fact_hash, name, simulated, document)
         SELECT $1, i.id, tstzrange($2, NULL), $3, i.scope_id, i.kind, i.native_id, i.fact_hash, i.name, i.simulated, i.document::jsonb
         FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::bytea[], $9::text[], $10::bool[], $11::text[])
              AS i (id, scope_id, kind, native_id, fact_hash, name, simulated, document)",
    )
    .bind(org)
    .bind(at)
    .bind(connector.as_uuid())
    .bind(new.iter().map(|n| n.id.as_uuid()).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.scope_id).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.resource.facts.kind()).collect::<Vec<_>>())
    .bind(new.iter().map(|n| &n.resource.native_id[..]).collect::<Vec<_>>())
    .bind(new.iter().map(|n| &n.hash.0[..]).collect::<Vec<_>>())
    .bind(new.iter().map(|n| &n.resource.name[..]).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.resource.simulated).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.document).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    let mut relations = Vec::new();
    for row in new {
        relations.extend(
            row.resource
                .relations
                .iter()
                .map(|relation| (row.id.as_uuid(), relation)),
        );
    }
    container::note_digests(tx, new).await?;
    relate(tx, connector, &relations).await
}

/// Says what points to what; `from` is an asset or a resource.
pub async fn relate(
    tx: &mut TenantTx,
    connector: ConnectorId,
    relations: &[(Uuid, &Relation)],
) -> Result<()> {
    if relations.is_empty() {
        return Ok(());
    }
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO relation (org_id, connector_id, from_id, relation, to_native_id)
         SELECT $1, $2, i.* FROM unnest($3::uuid[], $4::text[], $5::text[]) AS i ON CONFLICT DO NOTHING",
    )
    .bind(org)
    .bind(connector.as_uuid())
    .bind(relations.iter().map(|(from, _)| *from).collect::<Vec<_>>())
    .bind(
        relations
            .iter()
            .map(|(_, to)| word(to.relation))
            .collect::<Vec<_>>(),
    )
    .bind(relations.iter().map(|(_, to)| &to.to[..]).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What these point to is said anew, or not any more.
pub async fn forget_relations(tx: &mut TenantTx, from: &[Uuid]) -> Result<()> {
    sqlx::query("DELETE FROM relation WHERE from_id = ANY ($1)")
        .bind(from)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// One that brings nothing but assets costs nothing more than this.
pub async fn has_any(tx: &mut TenantTx, connector: ConnectorId) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM resource WHERE connector_id = $1 AND closed_at IS NULL)",
    )
    .bind(connector.as_uuid())
    .fetch_one(tx.connection())
    .await?)
}

/// A connector that never said what points to what costs nothing more than this.
pub async fn has_relations(tx: &mut TenantTx, connector: ConnectorId) -> Result<bool> {
    Ok(
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM relation WHERE connector_id = $1)")
            .bind(connector.as_uuid())
            .fetch_one(tx.connection())
            .await?,
    )
}

#[derive(Clone, Debug, FromRow)]
pub struct Row {
    pub id: Uuid,
    pub connector_id: Uuid,
    pub scope_id: i64,
    pub name: String,
    pub opened_at: Timestamp,
    /// `None`: believed until now, or at the moment that was asked about.
    pub closed_at: Option<Timestamp>,
    pub document: Json<Resource>,
}

/// Characters of a name that lists are ordered by: a cursor holds them.
const ORDER_CHARS_MAX: usize = 128;

impl Row {
    /// Where it stands in a list.
    pub fn position(&self) -> (String, Uuid) {
        (self.name.chars().take(ORDER_CHARS_MAX).collect(), self.id)
    }
}

const COLUMNS: &str = "id, connector_id, scope_id, name, opened_at, closed_at, document";

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub kind: Option<String>,
    pub connector: Option<Uuid>,
    /// Part of the name or of the native id, in any case.
    pub word: Option<String>,
    pub as_of: Option<Timestamp>,
}

/// By name and id, after the last of the page before; with how many there are in all.
pub async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&(String, Uuid)>,
    limit: i64,
) -> Result<(Vec<Row>, u64)> {
    let mut counting = QueryBuilder::new("SELECT count(*) FROM resource WHERE ");
    push_filter(&mut counting, filter);
    let total: i64 = counting.build_query_scalar().fetch_one(tx.connection()).await?;
    let mut query = QueryBuilder::new(format!("SELECT {COLUMNS} FROM resource WHERE "));
    push_filter(&mut query, filter);
    if let Some((name, id)) = after {
        query
            .push(format!(" AND (left(name, {ORDER_CHARS_MAX}), id) > ("))
            .push_bind(name.clone());
        query.push(", ").push_bind(*id).push(")");
    }
    query
        .push(format!(" ORDER BY left(name, {ORDER_CHARS_MAX}), id LIMIT "))
        .push_bind(limit);
    let rows = query.build_query_as().fetch_all(tx.connection()).await?;
    Ok((rows, total.unsigned_abs()))
}

fn push_filter(query: &mut QueryBuilder<Postgres>, filter: &Filter) {
    push_moment(query, filter.as_of);
    if let Some(kind) = &filter.kind {
        query.push(" AND kind = ").push_bind(kind.clone());
    }
    if let Some(connector) = filter.connector {
        query.push(" AND connector_id = ").push_bind(connector);
    }
    if let Some(word) = &filter.word {
        // Not a pattern: what a person types is looked for as it is.
        query
            .push(" AND (strpos(lower(name), lower(")
            .push_bind(word.clone());
        query
            .push(")) > 0 OR strpos(lower(native_id), lower(")
            .push_bind(word.clone());
        query.push(")) > 0)");
    }
}

fn push_moment(query: &mut QueryBuilder<Postgres>, as_of: Option<Timestamp>) {
    match as_of {
        None => query.push("closed_at IS NULL"),
        Some(at) => query.push("recorded @> ").push_bind(at),
    };
}

/// How many of each kind there are, the kinds in alphabetical order.
pub async fn count_by_kind(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Vec<(String, i64)>> {
    let mut query = QueryBuilder::new("SELECT kind, count(*) FROM resource WHERE ");
    push_moment(&mut query, as_of);
    query.push(" GROUP BY kind ORDER BY kind");
    Ok(query.build_query_as().fetch_all(tx.connection()).await?)
}

/// What was believed of it at a moment; the last that was believed when none is given, be it past.
pub async fn find(tx: &mut TenantTx, id: ResourceId, as_of: Option<Timestamp>) -> Result<Option<Row>> {
    let mut query = QueryBuilder::new(format!("SELECT {COLUMNS} FROM resource WHERE id = "));
    query.push_bind(id.as_uuid());
    if let Some(at) = as_of {
        query.push(" AND recorded @> ").push_bind(at);
    }
    query.push(" ORDER BY opened_at DESC LIMIT 1");
    Ok(query.build_query_as().fetch_optional(tx.connection()).await?)
}

/// One end of a relation that somebody asks about from the other.
#[derive(Clone, Debug, FromRow)]
pub struct Related {
    pub relation: String,
    /// `asset` or `resource`.
    pub what: String,
    pub id: Uuid,
    pub name: String,
    /// Of the asset or of the resource.
    pub kind: String,
}

/// Who points to it now.
pub async fn list_pointing(
    tx: &mut TenantTx,
    connector: Uuid,
    native_id: &str,
    limit: i64,
) -> Result<Vec<Related>> {
    Ok(sqlx::query_as(
        "SELECT r.relation, 'asset' AS what, f.asset_id AS id, f.name, a.kind FROM relation r
         JOIN asset a ON a.org_id = r.org_id AND a.id = r.from_id
         LEFT JOIN sighting m ON m.org_id = a.org_id AND m.asset_id = a.id AND m.closed_at IS NULL
         JOIN asset_fact f ON f.org_id = r.org_id AND f.asset_id = COALESCE(m.machine_id, a.id) AND f.closed_at IS NULL
         WHERE r.connector_id = $1 AND r.to_native_id = $2
         UNION ALL
         SELECT r.relation, 'resource', s.id, s.name, s.kind FROM relation r
         JOIN resource s ON s.org_id = r.org_id AND s.id = r.from_id AND s.closed_at IS NULL
         WHERE r.connector_id = $1 AND r.to_native_id = $2
         ORDER BY relation, name, id LIMIT $3",
    )
    .bind(connector)
    .bind(native_id)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// What carries these native ids now: `(native_id, …)`.
pub async fn list_named(
    tx: &mut TenantTx,
    connector: Uuid,
    native_ids: &[&str],
) -> Result<Vec<(String, Related)>> {
    #[derive(FromRow)]
    struct Named {
        native_id: String,
        #[sqlx(flatten)]
        related: Related,
    }
    let rows: Vec<Named> = sqlx::query_as(
        "SELECT a.native_id, '' AS relation, 'asset' AS what, f.asset_id AS id, f.name, a.kind FROM asset a
         LEFT JOIN sighting m ON m.org_id = a.org_id AND m.asset_id = a.id AND m.closed_at IS NULL
         JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = COALESCE(m.machine_id, a.id) AND f.closed_at IS NULL
              AND (m.machine_id IS NOT NULL OR NOT f.merged)
         WHERE a.connector_id = $1 AND a.native_id = ANY ($2)
         UNION ALL
         SELECT native_id, '', 'resource', id, name, kind FROM resource
         WHERE connector_id = $1 AND native_id = ANY ($2) AND closed_at IS NULL
         ORDER BY native_id, what, id",
    )
    .bind(connector)
    .bind(native_ids)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.native_id, row.related)).collect())
}

/// The first that a connector has, in no order.
pub async fn list_of_connector(
    tx: &mut TenantTx,
    connector: ConnectorId,
    limit: i64,
) -> Result<Vec<ResourceId>> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM resource WHERE connector_id = $1 AND closed_at IS NULL LIMIT $2")
            .bind(connector.as_uuid())
            .bind(limit)
            .fetch_all(tx.connection())
            .await?;
    Ok(ids.into_iter().map(ResourceId::from_uuid).collect())
}

/// What was believed of it, newest first.
pub async fn history(tx: &mut TenantTx, id: ResourceId, limit: i64) -> Result<Vec<Row>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM resource WHERE id = $1 ORDER BY opened_at DESC LIMIT $2"
    )))
    .bind(id.as_uuid())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

fn uuids(ids: &[ResourceId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.as_uuid()).collect()
}
