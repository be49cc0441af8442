//! Plans: written once, and read as they were written.

use qlrf_core::asset::{Criticality, Platform};
use qlrf_core::digest::Digest;
use qlrf_core::id::{AssetId, PlanId};
use qlrf_core::plan::target::FactVersion;
use qlrf_core::plan::{Plan, PlanKind, Target, digest};
use qlrf_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::content::read_digest;
use crate::{Error, Result, TenantTx};

/// A plan as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    pub id: Uuid,
    /// 64 hexadecimal digits.
    pub digest: String,
    pub created_at: Timestamp,
    pub kind: String,
    pub title: String,
    pub author: String,
    pub parent_id: Option<Uuid>,
    pub targets: i64,
    /// Of the targets.
    pub simulated: i64,
    pub risk_score: i64,
    pub risk_level: String,
}

const LISTED: &str =
    "id, encode(digest, 'hex') AS digest, created_at, kind, title, author, parent_id, targets,
    simulated, risk_score, risk_level";

/// A plan as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub listed: Listed,
    /// Canonical JSON.
    pub document: String,
    pub plan: Plan,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    listed: Listed,
    document: String,
}

impl TryFrom<Row> for Stored {
    type Error = Error;

    fn try_from(Row { listed, document }: Row) -> Result<Stored> {
        let id = listed.id;
        let plan =
            Plan::read(&document).map_err(|error| Error::Corrupt(format!("the plan {id}: {error}")))?;
        if digest(&document).to_string() != listed.digest {
            return Err(Error::Corrupt(format!(
                "the plan {id} is not what its digest says"
            )));
        }
        Ok(Stored {
            listed,
            document,
            plan,
        })
    }
}

/// Targets are in the order of their ids, each with its canonical JSON.
pub async fn create(
    tx: &mut TenantTx,
    id: PlanId,
    at: Timestamp,
    document: &str,
    targets: &[(&Target, &str)],
) -> Result<()> {
    let org = tx.org().as_uuid();
    sqlx::query("INSERT INTO plan (org_id, id, digest, created_at, document) VALUES ($1, $2, $3, $4, $5)")
        .bind(org)
        .bind(id.as_uuid())
        .bind(digest(document).0.as_slice())
        .bind(at)
        .bind(document)
        .execute(tx.connection())
        .await?;
    let ids: Vec<Uuid> = targets
        .iter()
        .map(|(target, _)| target.asset_id.as_uuid())
        .collect();
    let documents: Vec<&str> = targets.iter().map(|(_, document)| *document).collect();
    sqlx::query(
        "INSERT INTO plan_target (org_id, plan_id, asset_id, document)
         SELECT $1, $2, t.* FROM unnest($3::uuid[], $4::text[]) AS t",
    )
    .bind(org)
    .bind(id.as_uuid())
    .bind(ids)
    .bind(documents)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: PlanId) -> Result<Option<Stored>> {
    let sql = format!("SELECT {LISTED}, document FROM plan WHERE id = $1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Stored::try_from).transpose()
}

/// What a list asks for; `None` is any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub kind: Option<PlanKind>,
    pub author: Option<String>,
    pub asset: Option<Uuid>,
    pub parent: Option<Uuid>,
    /// Made up to this moment.
    pub until: Option<Timestamp>,
}

const WHERE: &str = "($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR author = $2)
    AND ($3::uuid IS NULL OR id IN (SELECT plan_id FROM plan_target WHERE asset_id = $3))
    AND ($4::uuid IS NULL OR parent_id = $4) AND ($5::timestamptz IS NULL OR created_at <= $5)";

/// The newest first.
pub async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Listed>> {
    let sql = format!(
        "SELECT {LISTED} FROM plan
         WHERE {WHERE} AND ($6::uuid IS NULL OR id < $6) ORDER BY id DESC LIMIT $7"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(filter.kind.map(PlanKind::name))
        .bind(filter.author.as_deref())
        .bind(filter.asset)
        .bind(filter.parent)
        .bind(filter.until)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await?)
}

pub async fn count(tx: &mut TenantTx, filter: &Filter) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM plan WHERE {WHERE}");
    let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(filter.kind.map(PlanKind::name))
        .bind(filter.author.as_deref())
        .bind(filter.asset)
        .bind(filter.parent)
        .bind(filter.until)
        .fetch_one(tx.connection())
        .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Targets of a plan with their canonical JSON, in the order of their ids.
pub async fn list_targets(
    tx: &mut TenantTx,
    id: PlanId,
    after: Option<Uuid>,
    limit: Option<u32>,
) -> Result<Vec<(Target, String)>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM plan_target WHERE plan_id = $1 AND ($2::uuid IS NULL OR asset_id > $2)
         ORDER BY asset_id LIMIT $3",
    )
    .bind(id.as_uuid())
    .bind(after)
    .bind(limit.map(i64::from))
    .fetch_all(tx.connection())
    .await?;
    let read = |document: String| {
        let target = serde_json::from_str(&document)
            .map_err(|error| Error::Corrupt(format!("a target of the plan {id}: {error}")))?;
        Ok((target, document))
    };
    rows.into_iter().map(read).collect()
}

/// Which fact of each asset holds now; one that is not seen is left out.
pub async fn current_facts(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<(AssetId, Digest)>> {
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "SELECT asset_id, fact_hash FROM asset_fact WHERE closed_at IS NULL AND asset_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    let read = |(id, hash): (Uuid, Vec<u8>)| Ok((AssetId::from_uuid(id), read_digest(&hash)?));
    rows.into_iter().map(read).collect()
}

#[derive(sqlx::FromRow)]
struct Fact {
    asset_id: Uuid,
    name: String,
    platform: String,
    site: Option<String>,
    env: Option<String>,
    criticality: String,
    simulated: bool,
    fact_hash: Vec<u8>,
    recorded: Timestamp,
}

/// Assets as targets, from the facts that hold now; one that is not seen is left out.
pub async fn load_targets(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Target>> {
    let rows: Vec<Fact> = sqlx::query_as(
        "SELECT asset_id, name, platform, site, env, criticality, simulated, fact_hash, opened_at AS recorded
         FROM asset_fact WHERE closed_at IS NULL AND asset_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    let target = |fact: Fact| {
        Ok(Target {
            asset_id: AssetId::from_uuid(fact.asset_id),
            name: fact.name,
            platform: read_word::<Platform>(fact.platform)?,
            site: fact.site,
            env: fact.env,
            criticality: read_word::<Criticality>(fact.criticality)?,
            simulated: fact.simulated,
            fact: FactVersion {
                hash: read_digest(&fact.fact_hash)?,
                recorded: fact.recorded,
            },
        })
    };
    rows.into_iter().map(target).collect()
}

/// Moments by the clocks of a time zone, which the database knows.
pub async fn local_times(
    tx: &mut TenantTx,
    zone: &str,
    moments: (Timestamp, Timestamp),
) -> Result<(PrimitiveDateTime, PrimitiveDateTime)> {
    Ok(
        sqlx::query_as("SELECT $2::timestamptz AT TIME ZONE $1, $3::timestamptz AT TIME ZONE $1")
            .bind(zone)
            .bind(moments.0)
            .bind(moments.1)
            .fetch_one(tx.connection())
            .await?,
    )
}

fn read_word<T: DeserializeOwned>(word: String) -> Result<T> {
    let unreadable = format!("the word \"{word}\" of a fact");
    serde_json::from_value(Value::String(word)).map_err(|_| Error::Corrupt(unreadable))
}
