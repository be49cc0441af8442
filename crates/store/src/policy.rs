//! Policy bundles of organisations as versions, and the log of what was decided.

use qlrf_core::digest::Digest;
use qlrf_core::id::PlanId;
use qlrf_core::policy::{Denial, Verdict};
use qlrf_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::content::read_digest;
use crate::{Result, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    pub version: i32,
    pub saved_at: Timestamp,
    pub author: String,
    pub document: String,
}

/// The version that holds, or one by its number.
pub async fn find(tx: &mut TenantTx, version: Option<i32>) -> Result<Option<Version>> {
    Ok(sqlx::query_as(
        "SELECT version, saved_at, author, document FROM policy_bundle
         WHERE $1::int IS NULL OR version = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(version)
    .fetch_optional(tx.connection())
    .await?)
}

/// Saved up to a moment, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    until: Option<Timestamp>,
    after: Option<i32>,
    limit: u32,
) -> Result<Vec<Version>> {
    Ok(sqlx::query_as(
        "SELECT version, saved_at, author, document FROM policy_bundle
         WHERE ($1::timestamptz IS NULL OR saved_at <= $1) AND ($2::int IS NULL OR version < $2)
         ORDER BY version DESC LIMIT $3",
    )
    .bind(until)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?)
}

pub async fn count(tx: &mut TenantTx, until: Option<Timestamp>) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM policy_bundle WHERE $1::timestamptz IS NULL OR saved_at <= $1",
    )
    .bind(until)
    .fetch_one(tx.connection())
    .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// `at` is that of [`crate::clock::tick`], which puts two writers in line.
pub async fn save(tx: &mut TenantTx, at: Timestamp, author: &str, document: &str) -> Result<i32> {
    Ok(sqlx::query_scalar(
        "INSERT INTO policy_bundle (org_id, version, saved_at, author, document)
         SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4 FROM policy_bundle RETURNING version",
    )
    .bind(tx.org().as_uuid())
    .bind(at)
    .bind(author)
    .bind(document)
    .fetch_one(tx.connection())
    .await?)
}

/// Why a decision was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Created,
    Checked,
}

impl Asked {
    pub fn name(self) -> &'static str {
        match self {
            Asked::Created => "created",
            Asked::Checked => "checked",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub id: Uuid,
    pub at: Timestamp,
    pub actor: String,
    pub asked: String,
    pub plan_id: Uuid,
    pub plan_title: String,
    pub plan_digest: Digest,
    pub bundle_version: Option<i32>,
    pub verdict: Verdict,
}

/// Who decided what, and why it is written down.
pub struct NewDecision<'a> {
    pub at: Timestamp,
    pub actor: &'a str,
    pub asked: Asked,
    pub plan: PlanId,
    pub plan_digest: Digest,
    pub bundle_version: Option<i32>,
    pub verdict: &'a Verdict,
}

pub async fn record(tx: &mut TenantTx, decision: NewDecision<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let verdict = decision.verdict;
    sqlx::query(
        "INSERT INTO policy_decision (org_id, id, at, actor, asked, plan_id, plan_digest, baseline,
             bundle_version, bundle, input, denials)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(tx.org().as_uuid())
    .bind(id)
    .bind(decision.at)
    .bind(decision.actor)
    .bind(decision.asked.name())
    .bind(decision.plan.as_uuid())
    .bind(decision.plan_digest.0.as_slice())
    .bind(verdict.baseline.0.as_slice())
    .bind(decision.bundle_version)
    .bind(verdict.bundle.map(|digest| digest.0.to_vec()))
    .bind(verdict.input.0.as_slice())
    .bind(Json(&verdict.denials))
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// What a list asks for; `None` is any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub plan: Option<Uuid>,
    pub allowed: Option<bool>,
    /// Made up to this moment.
    pub until: Option<Timestamp>,
}

const WHERE: &str = "($1::uuid IS NULL OR plan_id = $1) AND ($2::bool IS NULL OR allowed = $2)
    AND ($3::timestamptz IS NULL OR at <= $3)";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: Timestamp,
    actor: String,
    asked: String,
    plan_id: Uuid,
    title: String,
    plan_digest: Vec<u8>,
    baseline: Vec<u8>,
    bundle_version: Option<i32>,
    bundle: Option<Vec<u8>>,
    input: Vec<u8>,
    denials: Json<Vec<Denial>>,
}

impl TryFrom<Row> for Decision {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Decision> {
        Ok(Decision {
            id: row.id,
            at: row.at,
            actor: row.actor,
            asked: row.asked,
            plan_id: row.plan_id,
            plan_title: row.title,
            plan_digest: read_digest(&row.plan_digest)?,
            bundle_version: row.bundle_version,
            verdict: Verdict {
                baseline: read_digest(&row.baseline)?,
                bundle: row.bundle.map(|bytes| read_digest(&bytes)).transpose()?,
                input: read_digest(&row.input)?,
                denials: row.denials.0,
            },
        })
    }
}

/// The newest first.
pub async fn list_decisions(
    tx: &mut TenantTx,
    filter: Filter,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Decision>> {
    let sql = format!(
        "SELECT decision.id, at, actor, asked, plan_id, plan.title, plan_digest, baseline, bundle_version, bundle,
             input, denials
         FROM policy_decision AS decision JOIN plan ON (plan.org_id, plan.id) = (decision.org_id, plan_id)
         WHERE {WHERE} AND ($4::uuid IS NULL OR decision.id < $4) ORDER BY decision.id DESC LIMIT $5"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(filter.plan)
        .bind(filter.allowed)
        .bind(filter.until)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await?;
    rows.into_iter().map(Decision::try_from).collect()
}

pub async fn count_decisions(tx: &mut TenantTx, filter: Filter) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM policy_decision WHERE {WHERE}");
    let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(filter.plan)
        .bind(filter.allowed)
        .bind(filter.until)
        .fetch_one(tx.connection())
        .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
