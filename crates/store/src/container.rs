//! Container images by digest: what they are, what they hold, and who runs them.

use std::collections::HashMap;

use qlrf_core::container::parse_digest;
use qlrf_core::digest::Digest;
use qlrf_core::id::ResourceId;
use qlrf_core::resource::ImageRole;
use qlrf_core::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use crate::asset::word;
use crate::content::read_digest;
use crate::resource::{NewResource, Related};
use crate::{Result, TenantTx};

/// Of one organisation; about a thousand base layers.
const LAYERS_BYTES_MAX: i64 = 1 << 30;

/// What was found out about the software of an image.
#[derive(Clone, Debug, FromRow)]
pub struct Software {
    /// The version of the reader that looked; `None`: nobody did.
    pub reader: Option<i16>,
    pub read_at: Option<Timestamp>,
    /// An `Os`.
    pub os: Option<Value>,
    pub package_set_id: Option<i32>,
    /// Why there is no set.
    pub code: Option<String>,
    pub detail: Option<String>,
}

#[derive(Clone, Debug, FromRow)]
pub struct Known {
    digest: Vec<u8>,
    /// As it was given to [`store`].
    pub content: Vec<u8>,
    #[sqlx(flatten)]
    pub software: Software,
}

pub async fn find_known(tx: &mut TenantTx, digests: &[Digest]) -> Result<HashMap<Digest, Known>> {
    let rows: Vec<Known> = sqlx::query_as(
        "SELECT digest, content, reader, read_at, os, package_set_id, code, detail FROM container_image
         WHERE digest = ANY ($1)",
    )
    .bind(bytes(digests))
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| Ok((read_digest(&row.digest)?, row)))
        .collect()
}

pub async fn find_software(tx: &mut TenantTx, digest: Digest) -> Result<Option<Software>> {
    Ok(sqlx::query_as(
        "SELECT reader, read_at, os, package_set_id, code, detail FROM container_image WHERE digest = $1",
    )
    .bind(&digest.0[..])
    .fetch_optional(tx.connection())
    .await?)
}

/// The content of a digest is what it was; its software may have been read since, or be read again.
pub async fn store(tx: &mut TenantTx, digest: Digest, content: &[u8], software: &Software) -> Result<()> {
    sqlx::query(
        "INSERT INTO container_image (org_id, digest, content, reader, read_at, os, package_set_id, code, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, digest) DO UPDATE SET reader = EXCLUDED.reader, read_at = EXCLUDED.read_at, os = EXCLUDED.os,
             package_set_id = EXCLUDED.package_set_id, code = EXCLUDED.code, detail = EXCLUDED.detail
         WHERE EXCLUDED.reader IS NOT NULL",
    )
    .bind(tx.org().as_uuid())
    .bind(&digest.0[..])
    .bind(content)
    .bind(software.reader)
    .bind(software.read_at)
    .bind(&software.os)
    .bind(software.package_set_id)
    .bind(&software.code)
    .bind(&software.detail)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A layer that this reader reduced. That it was used is noted once a day.
pub async fn find_layer(tx: &mut TenantTx, digest: Digest, reader: i16) -> Result<Option<Vec<u8>>> {
    let content = sqlx::query_scalar("SELECT content FROM container_layer WHERE digest = $1 AND reader = $2")
        .bind(&digest.0[..])
        .bind(reader)
        .fetch_optional(tx.connection())
        .await?;
    sqlx::query(
        "UPDATE container_layer SET used_on = CURRENT_DATE WHERE digest = $1 AND used_on < CURRENT_DATE",
    )
    .bind(&digest.0[..])
    .execute(tx.connection())
    .await?;
    Ok(content)
}

/// Makes room for it where there is none.
pub async fn store_layer(tx: &mut TenantTx, digest: Digest, reader: i16, content: &[u8]) -> Result<()> {
    let bytes = i32::try_from(content.len()).unwrap_or(i32::MAX);
    sqlx::query(
        "DELETE FROM container_layer WHERE digest IN (
             SELECT digest FROM (
                 SELECT digest, sum(bytes) OVER (ORDER BY used_on DESC, digest) AS kept FROM container_layer) l
             WHERE kept > $1)",
    )
    .bind(LAYERS_BYTES_MAX - i64::from(bytes))
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO container_layer (org_id, digest, reader, content, bytes, used_on)
         VALUES ($1, $2, $3, $4, $5, CURRENT_DATE)
         ON CONFLICT (org_id, digest) DO UPDATE
             SET reader = EXCLUDED.reader, content = EXCLUDED.content, bytes = EXCLUDED.bytes",
    )
    .bind(tx.org().as_uuid())
    .bind(&digest.0[..])
    .bind(reader)
    .bind(content)
    .bind(bytes)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Says which images these resources are, hold and run.
pub(crate) async fn note_digests(tx: &mut TenantTx, new: &[NewResource<'_>]) -> Result<()> {
    let mut rows: Vec<(Digest, ImageRole, Uuid)> = Vec::new();
    for row in new {
        let digests = row.resource.facts.image_digests().into_iter();
        rows.extend(digests.filter_map(|(role, text)| Some((parse_digest(text)?, role, row.id.as_uuid()))));
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO image_digest (org_id, digest, role, resource_id)
         SELECT $1, i.* FROM unnest($2::bytea[], $3::text[], $4::uuid[]) AS i ON CONFLICT DO NOTHING",
    )
    .bind(tx.org().as_uuid())
    .bind(rows.iter().map(|(digest, ..)| &digest.0[..]).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, role, _)| word(*role)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(.., id)| *id).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub(crate) async fn forget_digests(tx: &mut TenantTx, ids: &[Uuid]) -> Result<()> {
    sqlx::query("DELETE FROM image_digest WHERE resource_id = ANY ($1)")
        .bind(ids)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What runs an image, or an index that holds it, whichever connector told of it.
pub async fn list_running(tx: &mut TenantTx, image: ResourceId, limit: i64) -> Result<Vec<Related>> {
    Ok(sqlx::query_as(
        "WITH named AS (
             SELECT digest FROM image_digest WHERE resource_id = $1 AND role = 'is'
             UNION SELECT i.digest FROM image_digest own
             JOIN image_digest h ON h.org_id = own.org_id AND h.digest = own.digest AND h.role = 'holds'
             JOIN image_digest i ON i.org_id = h.org_id AND i.resource_id = h.resource_id AND i.role = 'is'
             WHERE own.resource_id = $1 AND own.role = 'is')
         SELECT DISTINCT 'runs' AS relation, 'resource' AS what, r.id, r.name, r.kind FROM named n
         JOIN image_digest d ON d.digest = n.digest AND d.role = 'runs'
         JOIN resource r ON r.org_id = d.org_id AND r.id = d.resource_id AND r.closed_at IS NULL
         ORDER BY r.name, r.id LIMIT $2",
    )
    .bind(image.as_uuid())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// The images of these digests in registries, each with its digest.
pub async fn list_images(
    tx: &mut TenantTx,
    digests: &[Digest],
    limit: i64,
) -> Result<Vec<(Digest, Related)>> {
    #[derive(FromRow)]
    struct Found {
        digest: Vec<u8>,
        #[sqlx(flatten)]
        related: Related,
    }
    let rows: Vec<Found> = sqlx::query_as(
        "SELECT d.digest, 'runs' AS relation, 'resource' AS what, r.id, r.name, r.kind FROM image_digest d
         JOIN resource r ON r.org_id = d.org_id AND r.id = d.resource_id AND r.closed_at IS NULL
         WHERE d.digest = ANY ($1) AND d.role = 'is' ORDER BY r.name, r.id LIMIT $2",
    )
    .bind(bytes(digests))
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| Ok((read_digest(&row.digest)?, row.related)))
        .collect()
}

fn bytes(digests: &[Digest]) -> Vec<&[u8]> {
    digests.iter().map(|digest| &digest.0[..]).collect()
}
