//! What drift was last judged with throughout, and which assets a change of it concerns.

use std::collections::HashMap;

use qlrf_core::digest::Digest;
use qlrf_core::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::content::read_digest;
use crate::{Result, TenantTx};

/// The images and link rules behind a judgement of every asset, as far as two of them have to be told apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Basis {
    pub families: HashMap<Uuid, Family>,
    pub rules: HashMap<Uuid, Rule>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Of all that a judgement takes from the family.
    pub digest: Digest,
    pub images: Vec<Uuid>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub digest: Digest,
    pub selector: Value,
}

/// When images changed, and up to where drift follows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    /// The newest change of images; `None` before the first one.
    pub images_at: Option<Timestamp>,
    /// Every asset was judged by what changed up to here; `None` when none was, or when all are to be judged again.
    pub judged_at: Option<Timestamp>,
    /// The first change after that.
    pub images_since: Option<Timestamp>,
}

pub async fn progress(tx: &mut TenantTx) -> Result<Progress> {
    let row = sqlx::query_as("SELECT images_at, judged_at, images_since FROM fact_clock")
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.unwrap_or_default())
}

pub async fn load(tx: &mut TenantTx) -> Result<Basis> {
    let families: Vec<(Uuid, Vec<u8>, Vec<Uuid>)> =
        sqlx::query_as("SELECT family_id, digest, image_ids FROM judged_family")
            .fetch_all(tx.connection())
            .await?;
    let rules: Vec<(Uuid, Vec<u8>, Value)> =
        sqlx::query_as("SELECT rule_id, digest, selector FROM judged_rule")
            .fetch_all(tx.connection())
            .await?;
    let mut basis = Basis::default();
    for (id, digest, images) in families {
        let digest = read_digest(&digest)?;
        basis.families.insert(id, Family { digest, images });
    }
    for (id, digest, selector) in rules {
        let digest = read_digest(&digest)?;
        basis.rules.insert(id, Rule { digest, selector });
    }
    Ok(basis)
}

/// Says that every asset was judged with `basis`, the images as of `images_at`. `false`, and nothing is written, when
/// somebody else got through since `before`, or asked for everything to be judged again.
pub async fn advance(
    tx: &mut TenantTx,
    before: &Progress,
    images_at: Timestamp,
    basis: &Basis,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE fact_clock SET judged_at = $1, images_since = CASE WHEN images_at > $1 THEN $1 END
         WHERE judged_at IS NOT DISTINCT FROM $2",
    )
    .bind(images_at)
    .bind(before.judged_at)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    replace(tx, basis).await?;
    Ok(true)
}

async fn replace(tx: &mut TenantTx, basis: &Basis) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query("DELETE FROM judged_family")
        .execute(tx.connection())
        .await?;
    sqlx::query("DELETE FROM judged_rule")
        .execute(tx.connection())
        .await?;
    for (id, family) in &basis.families {
        sqlx::query(
            "INSERT INTO judged_family (org_id, family_id, digest, image_ids) VALUES ($1, $2, $3, $4)",
        )
        .bind(org)
        .bind(id)
        .bind(&family.digest.0[..])
        .bind(&family.images)
        .execute(tx.connection())
        .await?;
    }
    for (id, rule) in &basis.rules {
        sqlx::query("INSERT INTO judged_rule (org_id, rule_id, digest, selector) VALUES ($1, $2, $3, $4)")
            .bind(org)
            .bind(id)
            .bind(&rule.digest.0[..])
            .bind(&rule.selector)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Every asset is to be judged again, whatever changed.
pub async fn forget(tx: &mut TenantTx) -> Result<()> {
    sqlx::query("UPDATE fact_clock SET judged_at = NULL")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What assets have to do with a change of images; an asset is concerned when any of it holds.
#[derive(Debug, Clone, Default)]
pub struct Concern {
    /// Linked to one of these families.
    pub families: Vec<Uuid>,
    /// Started from one of these references.
    pub references: Vec<String>,
    /// Naming one of these families in a label.
    pub labels: Vec<String>,
    /// Not linked to any family.
    pub unlinked: bool,
    /// With a fact or a judgement from this moment on.
    pub since: Option<Timestamp>,
    /// Fitting one of these conditions.
    pub conditions: Vec<Condition>,
}

/// The conditions of a link rule, each a `LIKE` pattern; all must hold, and `None` holds for every asset.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    /// None at all means any platform.
    pub platforms: Vec<String>,
    pub account: Option<String>,
    pub region: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub name: Option<String>,
    pub labels: Vec<(String, String)>,
}

/// Assets with a current fact that a change concerns, in the order of their ids.
pub async fn list_concerned(tx: &mut TenantTx, concern: &Concern) -> Result<Vec<Uuid>> {
    let mut found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT asset_id FROM asset_drift WHERE closed_at IS NULL AND family_id = ANY ($1)
         UNION ALL SELECT asset_id FROM asset_fact WHERE closed_at IS NULL AND image_ref = ANY ($2)
         UNION ALL SELECT asset_id FROM asset_fact WHERE closed_at IS NULL AND family_label = ANY ($3)
         UNION ALL SELECT asset_id FROM asset_drift WHERE $4 AND closed_at IS NULL AND family_id IS NULL
         UNION ALL SELECT asset_id FROM asset_fact WHERE opened_at >= $5 AND closed_at IS NULL
         UNION ALL SELECT asset_id FROM asset_drift WHERE opened_at >= $5 AND closed_at IS NULL",
    )
    .bind(&concern.families)
    .bind(&concern.references)
    .bind(&concern.labels)
    .bind(concern.unlinked)
    .bind(concern.since)
    .fetch_all(tx.connection())
    .await?;
    for condition in &concern.conditions {
        found.extend(list_fitting(tx, condition).await?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

async fn list_fitting(tx: &mut TenantTx, condition: &Condition) -> Result<Vec<Uuid>> {
    let (keys, patterns): (Vec<&str>, Vec<&str>) =
        condition.labels.iter().map(|(k, p)| (&k[..], &p[..])).unzip();
    Ok(sqlx::query_scalar(
        "SELECT asset_id FROM asset_fact f WHERE closed_at IS NULL
         AND (cardinality($1::text[]) = 0 OR platform = ANY ($1)) AND ($2::text IS NULL OR account LIKE $2)
         AND ($3::text IS NULL OR region LIKE $3) AND ($4::text IS NULL OR site LIKE $4)
         AND ($5::text IS NULL OR env LIKE $5) AND ($6::text IS NULL OR name LIKE $6)
         AND NOT EXISTS (SELECT FROM unnest($7::text[], $8::text[]) AS l (key, pattern)
                         WHERE (f.document -> 'labels' ->> l.key) LIKE l.pattern IS NOT TRUE)",
    )
    .bind(&condition.platforms)
    .bind(&condition.account)
    .bind(&condition.region)
    .bind(&condition.site)
    .bind(&condition.env)
    .bind(&condition.name)
    .bind(keys)
    .bind(patterns)
    .fetch_all(tx.connection())
    .await?)
}

/// Every asset with a current fact, in the order of their ids.
pub async fn list_all(tx: &mut TenantTx) -> Result<Vec<Uuid>> {
    Ok(
        sqlx::query_scalar("SELECT asset_id FROM asset_fact WHERE closed_at IS NULL ORDER BY asset_id")
            .fetch_all(tx.connection())
            .await?,
    )
}

/// What current assets were started from, each reference once.
pub async fn list_references(tx: &mut TenantTx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT image_ref FROM asset_fact WHERE closed_at IS NULL AND image_ref IS NOT NULL",
    )
    .fetch_all(tx.connection())
    .await?)
}
