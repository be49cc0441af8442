//! Golden images: families, versions with their contract, coordinates and link rules.

use qlrf_core::digest::Digest;
use qlrf_core::id::{ImageFamilyId, ImageVersionId};
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Image {
    pub id: Uuid,
    pub family_id: Uuid,
    pub family: String,
    pub version: String,
    pub status: String,
    pub contract_form: String,
    pub contract: Value,
    pub package_set_id: Option<i32>,
    pub simulated: bool,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub deprecated_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub revoked_reason: Option<String>,
    pub row_version: i64,
}

pub struct NewImage<'a> {
    pub id: ImageVersionId,
    pub family_id: ImageFamilyId,
    pub version: &'a str,
    pub status: &'a str,
    pub contract_form: &'a str,
    pub contract_digest: Digest,
    pub contract: &'a Value,
    pub contract_text: &'a str,
    pub package_set_id: Option<i32>,
    pub simulated: bool,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub deprecated_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
}

/// A version without its contract, for lists: a contract may name hundreds of packages.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Summary {
    pub id: Uuid,
    pub family_id: Uuid,
    pub family: String,
    pub version: String,
    pub status: String,
    pub contract_form: String,
    pub contract_digest: Vec<u8>,
    pub package_set_id: Option<i32>,
    pub simulated: bool,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub deprecated_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub revoked_reason: Option<String>,
    pub row_version: i64,
    pub testing_at: Option<Timestamp>,
}

impl Summary {
    /// As it stood at a moment; `None` before it was registered. A version only goes forward, so the moments of its steps
    /// are its history.
    pub fn as_of(mut self, at: Timestamp) -> Option<Summary> {
        if self.created_at > at {
            return None;
        }
        let reached = |step: &mut Option<Timestamp>| {
            *step = step.filter(|step| *step <= at);
            step.is_some()
        };
        let steps = [
            ("retired", reached(&mut self.retired_at)),
            ("deprecated", reached(&mut self.deprecated_at)),
            ("production", reached(&mut self.published_at)),
            ("testing", reached(&mut self.testing_at)),
        ];
        let status = steps.iter().find(|(_, reached)| *reached);
        self.status = status.map_or("draft", |(status, _)| status).to_owned();
        if !reached(&mut self.revoked_at) {
            self.revoked_reason = None;
        }
        Some(self)
    }
}

/// A place where an image version can be started from.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Coordinate {
    pub image_id: Uuid,
    pub platform: String,
    /// Empty where the reference holds in every region.
    pub region: String,
    pub reference: String,
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct LinkRule {
    pub id: Uuid,
    pub position: i32,
    pub name: String,
    pub selector: Value,
    pub family: String,
    pub version: Option<String>,
}

const SELECT: &str = "SELECT v.id, v.family_id, f.name AS family, v.version, v.status, v.contract_form, v.contract,
        v.package_set_id, v.simulated, v.created_at, v.published_at, v.deprecated_at, v.retired_at, v.revoked_at,
        v.revoked_reason, v.row_version
    FROM image_version v JOIN image_family f ON f.org_id = v.org_id AND f.id = v.family_id";

const SELECT_SUMMARY: &str = "SELECT v.id, v.family_id, f.name AS family, v.version, v.status, v.contract_form,
        v.contract_digest, v.package_set_id, v.simulated, v.created_at, v.published_at, v.deprecated_at, v.retired_at,
        v.revoked_at, v.revoked_reason, v.row_version, v.testing_at
    FROM image_version v JOIN image_family f ON f.org_id = v.org_id AND f.id = v.family_id";

pub async fn get_or_create_family(tx: &mut TenantTx, name: &str, at: Timestamp) -> Result<ImageFamilyId> {
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO image_family (org_id, id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(org)
    .bind(ImageFamilyId::generate().as_uuid())
    .bind(name)
    .bind(at)
    .execute(tx.connection())
    .await?;
    let id: Uuid = sqlx::query_scalar("SELECT id FROM image_family WHERE name = $1")
        .bind(name)
        .fetch_one(tx.connection())
        .await?;
    Ok(ImageFamilyId::from_uuid(id))
}

/// What each version of a family was built from, as its contract says.
pub async fn list_builds(tx: &mut TenantTx, family: &str) -> Result<Vec<(Uuid, Value)>> {
    Ok(sqlx::query_as(
        "SELECT v.id, v.contract->'build' FROM image_version v
         JOIN image_family f ON f.org_id = v.org_id AND f.id = v.family_id
         WHERE f.name = $1 AND v.contract->'build' IS NOT NULL",
    )
    .bind(family)
    .fetch_all(tx.connection())
    .await?)
}

/// `false` when the family has this version already: a published contract is never overwritten.
pub async fn create(tx: &mut TenantTx, new: &NewImage<'_>) -> Result<bool> {
    let org = tx.org().as_uuid();
    let done = sqlx::query(
        "INSERT INTO image_version (org_id, id, family_id, version, status, contract_form, contract_digest, contract,
                contract_text, package_set_id, simulated, created_at, published_at, deprecated_at, retired_at,
                testing_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                 CASE WHEN $5 = 'testing' THEN $12::timestamptz END)
         ON CONFLICT (org_id, family_id, version) DO NOTHING",
    )
    .bind(org)
    .bind(new.id.as_uuid())
    .bind(new.family_id.as_uuid())
    .bind(new.version)
    .bind(new.status)
    .bind(new.contract_form)
    .bind(&new.contract_digest.0[..])
    .bind(new.contract)
    .bind(new.contract_text)
    .bind(new.package_set_id)
    .bind(new.simulated)
    .bind(new.created_at)
    .bind(new.published_at)
    .bind(new.deprecated_at)
    .bind(new.retired_at)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn add_coordinates(
    tx: &mut TenantTx,
    image: ImageVersionId,
    coordinates: &[(String, String, String)],
) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query(
        "INSERT INTO image_coordinate (org_id, image_id, platform, region, reference)
         SELECT $1, $2, i.* FROM unnest($3::text[], $4::text[], $5::text[]) AS i ON CONFLICT DO NOTHING",
    )
    .bind(org)
    .bind(image.as_uuid())
    .bind(
        coordinates
            .iter()
            .map(|(platform, _, _)| &platform[..])
            .collect::<Vec<_>>(),
    )
    .bind(
        coordinates
            .iter()
            .map(|(_, region, _)| &region[..])
            .collect::<Vec<_>>(),
    )
    .bind(
        coordinates
            .iter()
            .map(|(_, _, reference)| &reference[..])
            .collect::<Vec<_>>(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn list(tx: &mut TenantTx) -> Result<Vec<Image>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} ORDER BY f.name, v.published_at NULLS LAST, v.created_at, v.id"
    ));
    Ok(sqlx::query_as(sql).fetch_all(tx.connection()).await?)
}

pub async fn find(tx: &mut TenantTx, id: ImageVersionId) -> Result<Option<Image>> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} WHERE v.id = $1"));
    Ok(sqlx::query_as(sql)
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?)
}

/// Every version, family by family in the order of their release.
pub async fn list_summaries(tx: &mut TenantTx) -> Result<Vec<Summary>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT_SUMMARY} ORDER BY f.name, v.published_at NULLS LAST, v.created_at, v.id"
    ));
    Ok(sqlx::query_as(sql).fetch_all(tx.connection()).await?)
}

pub async fn find_by_name(tx: &mut TenantTx, family: &str, version: &str) -> Result<Option<Summary>> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT_SUMMARY} WHERE f.name = $1 AND v.version = $2"));
    Ok(sqlx::query_as(sql)
        .bind(family)
        .bind(version)
        .fetch_optional(tx.connection())
        .await?)
}

pub async fn list_of_family(tx: &mut TenantTx, family: &str) -> Result<Vec<Summary>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT_SUMMARY} WHERE f.name = $1 ORDER BY v.published_at NULLS LAST, v.created_at, v.id"
    ));
    Ok(sqlx::query_as(sql)
        .bind(family)
        .fetch_all(tx.connection())
        .await?)
}

pub async fn find_digest(tx: &mut TenantTx, id: ImageVersionId) -> Result<Option<Digest>> {
    let bytes: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT contract_digest FROM image_version WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(tx.connection())
            .await?;
    bytes.as_deref().map(crate::content::read_digest).transpose()
}

/// Removes a draft with its coordinates. `false` when it is not there or no draft.
pub async fn delete_draft(tx: &mut TenantTx, id: ImageVersionId) -> Result<bool> {
    sqlx::query(
        "DELETE FROM image_coordinate WHERE image_id = $1
         AND EXISTS (SELECT FROM image_version v WHERE v.id = $1 AND v.status = 'draft')",
    )
    .bind(id.as_uuid())
    .execute(tx.connection())
    .await?;
    let done = sqlx::query("DELETE FROM image_version WHERE id = $1 AND status = 'draft'")
        .bind(id.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The contract exactly as it was sent.
pub async fn find_contract_text(tx: &mut TenantTx, id: ImageVersionId) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT contract_text FROM image_version WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(tx.connection())
            .await?,
    )
}

pub async fn list_coordinates(tx: &mut TenantTx) -> Result<Vec<Coordinate>> {
    Ok(sqlx::query_as(
        "SELECT image_id, platform, region, reference FROM image_coordinate
         ORDER BY image_id, platform, region, reference",
    )
    .fetch_all(tx.connection())
    .await?)
}

pub async fn coordinates_of(tx: &mut TenantTx, id: ImageVersionId) -> Result<Vec<Coordinate>> {
    Ok(sqlx::query_as(
        "SELECT image_id, platform, region, reference FROM image_coordinate WHERE image_id = $1
         ORDER BY platform, region, reference",
    )
    .bind(id.as_uuid())
    .fetch_all(tx.connection())
    .await?)
}

/// `false` when the version has no such coordinate.
pub async fn remove_coordinate(
    tx: &mut TenantTx,
    id: ImageVersionId,
    (platform, region, reference): (&str, &str, &str),
) -> Result<bool> {
    let done = sqlx::query(
        "DELETE FROM image_coordinate WHERE image_id = $1 AND platform = $2 AND region = $3 AND reference = $4",
    )
    .bind(id.as_uuid())
    .bind(platform)
    .bind(region)
    .bind(reference)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves a version along its life cycle. `false` when it is not there or no longer at `row_version`.
pub async fn set_status(
    tx: &mut TenantTx,
    id: ImageVersionId,
    row_version: i64,
    status: &str,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE image_version SET status = $3, row_version = row_version + 1,
                testing_at = CASE WHEN $3 = 'testing' THEN $4 ELSE testing_at END,
                published_at = CASE WHEN $3 = 'production' THEN COALESCE(published_at, $4) ELSE published_at END,
                deprecated_at = CASE WHEN $3 = 'deprecated' THEN $4 ELSE deprecated_at END,
                retired_at = CASE WHEN $3 = 'retired' THEN $4 ELSE retired_at END
         WHERE id = $1 AND row_version = $2",
    )
    .bind(id.as_uuid())
    .bind(row_version)
    .bind(status)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks a version as not to be used any more. It stays in the history and on the assets that run it.
pub async fn revoke(
    tx: &mut TenantTx,
    id: ImageVersionId,
    row_version: i64,
    reason: &str,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE image_version SET revoked_at = $3, revoked_reason = $4, row_version = row_version + 1
         WHERE id = $1 AND row_version = $2 AND revoked_at IS NULL",
    )
    .bind(id.as_uuid())
    .bind(row_version)
    .bind(at)
    .bind(reason)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn set_package_set(tx: &mut TenantTx, id: ImageVersionId, package_set_id: i32) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE image_version SET package_set_id = $2, row_version = row_version + 1 WHERE id = $1",
    )
    .bind(id.as_uuid())
    .bind(package_set_id)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn list_rules(tx: &mut TenantTx) -> Result<Vec<LinkRule>> {
    Ok(sqlx::query_as(
        "SELECT id, position, name, selector, family, version FROM link_rule ORDER BY position, name",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// `false` when the name is taken.
pub async fn create_rule(tx: &mut TenantTx, rule: &LinkRule) -> Result<bool> {
    let org = tx.org().as_uuid();
    let done = sqlx::query(
        "INSERT INTO link_rule (org_id, id, position, name, selector, family, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, name) DO NOTHING",
    )
    .bind(org)
    .bind(rule.id)
    .bind(rule.position)
    .bind(&rule.name)
    .bind(&rule.selector)
    .bind(&rule.family)
    .bind(&rule.version)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete_rule(tx: &mut TenantTx, id: Uuid) -> Result<bool> {
    let done = sqlx::query("DELETE FROM link_rule WHERE id = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}
